/** Binaryen and brotli: the smallest module that does the same. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'
import binaryen from 'binaryen'
import { binaryenTool, run } from '../project.mjs'

/** Mutable globals hold the stack pointer; nothing else beyond MVP is safe on iOS. */
const FEATURES = ['--mvp-features', '--enable-mutable-globals']

/**
 * The memory is the module's own and starts as zeros. Not `--traps-never-happen`, though it would be smaller:
 * a panic is a trap here, and the loader relies on it to discard the instance.
 */
const ASSUMPTIONS = ['--zero-filled-memory']

/** Which passes pay depends on the code, so all of these are tried; the smallest after brotli is kept. */
const PIPELINES = [
  ['-Oz', '--converge'],
  ['-Oz', '--converge', '--generate-global-effects', '-Oz', '--directize', '-Oz'],
  ['--gufa-optimizing', '-Oz', '--converge', '--generate-global-effects', '-Oz'],
  ['-Oz', '--one-caller-inline-max-function-size=1', '--converge'],
  ['-Oz', '--converge', '--merge-similar-functions', '-Oz'],
  ['-Os', '--converge', '-Oz'],
  ['-O4', '-Oz', '--converge']
]

const STRIP = ['--strip-debug', '--strip-producers', '--strip-target-features']

/** The one feature that the compiler is allowed and the device is not. */
const BULK_MEMORY = ['--enable-bulk-memory', '--enable-bulk-memory-opt']

/** Runs wasm-opt on bytes; function names are kept unless `passes` strip them. */
function wasmOpt(bytes, passes) {
  const folder = mkdtempSync(join(tmpdir(), 'wasm-opt-'))
  try {
    const [before, after] = [join(folder, 'before.wasm'), join(folder, 'after.wasm')]
    writeFileSync(before, bytes)
    const printed = run(process.execPath, [
      binaryenTool('wasm-opt'),
      before,
      ...FEATURES,
      ...passes,
      '-o',
      after
    ])
    return { bytes: readFileSync(after), printed }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Turns `memory.copy` and `memory.fill` into calls of small loops. */
export function withoutBulkMemory(bytes) {
  return wasmOpt(bytes, ['-g', ...BULK_MEMORY, '--llvm-memory-copy-fill-lowering']).bytes
}

/** Removes the exports that are not in `wanted`, and everything that only they reached. */
export function keepExports(bytes, wanted) {
  const module = binaryen.readBinary(bytes)
  for (const { name } of WebAssembly.Module.exports(new WebAssembly.Module(bytes))) {
    if (!wanted.has(name)) module.removeExport(name)
  }
  binaryen.setDebugInfo(true)
  const emitted = module.emitBinary()
  module.dispose()
  return wasmOpt(emitted, ['-g', ...ASSUMPTIONS, '-Oz']).bytes
}

/** Gives imports and exports names of one letter; the map is what the glue must be rewritten with. */
export function shortenNames(bytes) {
  const shortened = wasmOpt(bytes, ['-g', '--minify-imports-and-exports-and-modules'])
  return { bytes: shortened.bytes, names: JSON.parse(shortened.printed) }
}

export const strip = (bytes) => wasmOpt(bytes, STRIP).bytes

/** Tries every pipeline; returns the best module, with function names, for the size report. */
export function optimise(bytes) {
  const candidates = PIPELINES.map((passes) => {
    const named = wasmOpt(bytes, ['-g', ...ASSUMPTIONS, ...passes]).bytes
    return { passes, named, size: brotli(strip(named)).length }
  })
  return candidates.reduce((best, candidate) => (candidate.size < best.size ? candidate : best))
}

/** Brotli at its best; the window hardly matters at this size, except for its own header bits. */
export function brotli(bytes) {
  let best
  for (let window = constants.BROTLI_MIN_WINDOW_BITS; window <= 22; window++) {
    const compressed = brotliCompressSync(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_GENERIC,
        [constants.BROTLI_PARAM_LARGE_WINDOW]: 0,
        [constants.BROTLI_PARAM_LGWIN]: window,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length
      }
    })
    if (!best || compressed.length < best.length) best = compressed
  }
  return best
}
