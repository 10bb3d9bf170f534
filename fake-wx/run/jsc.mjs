/**
 * Runs test files in JavaScriptCore, the engine of iOS, with its JIT or, as on phones, without:
 *
 *   await runInJsc({ entries: ['tests/package/lifecycle.test.mjs'], jit: false })
 *     → [{ name, ok, error }]
 *   testInJsc({ entries })   // one node:test test for each mode and each test of the files
 *
 * The files are bundled with esbuild into one script, with node:test, node:assert and device.mjs replaced
 * by what works in the shell. The wasm is the shipped one, decompressed to a temporary file. `device: false`
 * runs files that do not need the built package. WAFER_SKIP_JSC=1 is the only way to go without the shell.
 */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { PACKAGE_FOLDER, REPOSITORY, readPackage } from './package-files.mjs'

const SHELL = process.env.JSC ?? 'jsc'
const PREFIX = 'jsc-test '
const local = (path) => fileURLToPath(new URL(path, import.meta.url))

const substitutes = {
  name: 'jsc-substitutes',
  setup({ onResolve }) {
    onResolve({ filter: /^node:test$/ }, () => ({ path: local('jsc/runner.mjs') }))
    onResolve({ filter: /^node:assert(\/strict)?$/ }, () => ({ path: local('jsc/assert.mjs') }))
    onResolve({ filter: /\/device\.mjs$/ }, ({ path, resolveDir }) =>
      resolve(resolveDir, path) === local('device.mjs') ? { path: local('jsc/device.mjs') } : undefined
    )
  }
}

/** One script for the shell out of test files or benchmarks. */
export async function bundleForJsc({ entries, folder, device = true, packageFolder = PACKAGE_FOLDER }) {
  const script = join(folder, 'run.js')
  let prelude = ''
  if (device) {
    const { scripts, wasm } = readPackage(packageFolder)
    const wasmPaths = {}
    for (const [name, bytes] of Object.entries(wasm)) {
      wasmPaths[name] = join(folder, `${name}.bin`)
      writeFileSync(wasmPaths[name], bytes)
    }
    prelude = `globalThis.PACKAGE_FILES = ${JSON.stringify({ scripts, wasmPaths })};\n`
  }
  await build({
    stdin: {
      contents: entries.map((entry) => `import ${JSON.stringify(resolve(REPOSITORY, entry))}`).join('\n'),
      resolveDir: REPOSITORY
    },
    outfile: script,
    bundle: true,
    format: 'iife',
    platform: 'browser',
    mainFields: ['browser', 'module', 'main'],
    target: 'es2022',
    define: { global: 'globalThis' },
    inject: [local('jsc/process.mjs')],
    banner: { js: prelude },
    plugins: [substitutes],
    logLevel: 'silent'
  })
  return script
}

/** Runs a script in the shell; answers what it printed. */
export function runShell(script, { jit = true } = {}) {
  const args = [...(jit ? [] : ['--useJIT=0']), script]
  return new Promise((resolveRun, rejectRun) => {
    execFile(SHELL, args, { maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      if (error?.code === 'ENOENT') {
        rejectRun(
          new Error(
            `JavaScriptCore's shell '${SHELL}' is not installed: apt-get install libjavascriptcoregtk-4.0-bin, ` +
              'or set JSC to its path, or WAFER_SKIP_JSC=1 to go without it'
          )
        )
      } else if (error) {
        rejectRun(
          new Error(
            `jsc failed (${error.code ?? error.signal}):\n${stdout.slice(0, 2000)}\n${stderr.slice(0, 2000)}`
          )
        )
      } else {
        resolveRun(stdout)
      }
    })
  })
}

export async function runInJsc({ jit = true, ...bundle }) {
  const folder = mkdtempSync(join(tmpdir(), 'wafer-jsc-'))
  try {
    const printed = await runShell(await bundleForJsc({ ...bundle, folder }), { jit })
    const lines = printed
      .split('\n')
      .filter((line) => line.startsWith(PREFIX))
      .map((line) => JSON.parse(line.slice(PREFIX.length)))
    const end = lines.find((line) => line.finished !== undefined)
    const results = lines.filter((line) => line.name !== undefined)
    if (!end || end.finished === 0) {
      const last = results.at(-1)?.name ?? 'no test'
      throw new Error(`the run in jsc ended early, after: ${last}\n${printed.slice(-4000)}`)
    }
    return results
  } finally {
    rmSync(folder, { recursive: true })
  }
}

export function testInJsc({ entries, ...options }) {
  const names = entries.map((entry) => basename(entry)).join(', ')
  for (const jit of [true, false]) {
    const title = `${names} in JavaScriptCore ${jit ? 'with' : 'without'} JIT`
    test(title, { skip: process.env.WAFER_SKIP_JSC === '1' && 'WAFER_SKIP_JSC=1' }, async (t) => {
      for (const { name, ok, error } of await runInJsc({ entries, jit, ...options })) {
        await t.test(name, () => {
          if (!ok) throw new Error(error)
        })
      }
    })
  }
}
