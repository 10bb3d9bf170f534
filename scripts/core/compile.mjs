/** Rust to wasm for devices: std rebuilt for WebAssembly MVP, then wasm-bindgen. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { repository, run } from '../project.mjs'

const TARGET = 'wasm32-unknown-unknown'

/**
 * The shadow stack. The core calls no user code and does not recurse, so that its deepest chain of calls stays far below
 * this; the linker's default of 1 MiB alone is above the budget.
 */
const STACK_BYTES = 32 * 1024

/**
 * Memory at start: statics, stack and room for several hundred waiting calls. `memory.grow` is unreliable
 * on some devices, so the module starts with what it needs.
 */
const INITIAL_MEMORY_BYTES = 128 * 1024

function rustFlags(project) {
  const toolchain = run('rustc', ['--print', 'sysroot'], { cwd: project }).trim()
  const cargoHome = process.env.CARGO_HOME ?? join(homedir(), '.cargo')
  return [
    '-Ctarget-cpu=mvp',
    // Taken back by shrink/memory-copy.mjs, whose loops for copying memory are 1.5 KB shorter than compiler_builtins'.
    '-Ctarget-feature=+bulk-memory',
    '-Zunstable-options',
    // What rustc itself simplifies, LLVM need not find again: 2 % less after brotli.
    '-Zmir-opt-level=3',
    // A panic becomes a trap: no message, no formatting code. The loader turns the trap into an error.
    '-Cpanic=immediate-abort',
    '-Zlocation-detail=none',
    '-Zfmt-debug=none',
    `-Clink-arg=-zstack-size=${STACK_BYTES}`,
    `-Clink-arg=--initial-memory=${INITIAL_MEMORY_BYTES}`,
    `--remap-path-prefix=${project}=.`,
    `--remap-path-prefix=${cargoHome}=cargo`,
    `--remap-path-prefix=${toolchain}=rust`
  ]
}

/**
 * Builds wasm-bindgen (see bindgen/main.rs) beside whatever else is built meanwhile. It lies in this repository's own
 * target folder, where `cargo test` builds it as well.
 *
 * @returns {Promise<string>} the program
 */
async function buildBindgen() {
  const target = join(repository, 'target')
  const args = ['build', '--quiet', '--package=core-bindgen', `--target-dir=${target}`]
  const building = spawn('cargo', args, { cwd: repository, stdio: ['ignore', 'inherit', 'inherit'] })
  const [status] = await once(building, 'close')
  if (status !== 0) throw new Error(`cargo ${args.join(' ')} ended with ${status}`)
  return join(target, 'debug/core-bindgen')
}

/**
 * @param {string} project folder of Cargo.toml
 * @param {string} out folder for wasm-bindgen's output: core_bg.wasm, core_bg.js, core.js, core.d.ts
 * @param {string} targetDirectory where cargo keeps its intermediate files
 */
export async function compile(project, out, targetDirectory) {
  const bindgen = buildBindgen()
  run(
    'cargo',
    [
      'build',
      '--profile=device',
      '--lib',
      `--target=${TARGET}`,
      `--manifest-path=${join(project, 'Cargo.toml')}`,
      `--target-dir=${targetDirectory}`,
      '--package=wafer-client-wasm',
      '-Zbuild-std=std,panic_abort',
      '-Zbuild-std-features=optimize_for_size'
    ],
    {
      cwd: project,
      show: true,
      env: {
        // build-std and a target CPU without std are nightly options; the pinned stable compiler has them too.
        RUSTC_BOOTSTRAP: '1',
        RUSTFLAGS: undefined,
        CARGO_ENCODED_RUSTFLAGS: rustFlags(project).join('\x1f')
      }
    }
  )
  run(await bindgen, [join(targetDirectory, TARGET, 'device/wafer_client_wasm.wasm'), out])
}

/** Cargo's folder for this build: apart from the host's, whose flags differ. */
export const deviceTargetDirectory = (project) =>
  join(process.env.CARGO_TARGET_DIR ?? join(project, 'target'), 'device')
