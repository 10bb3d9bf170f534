/** Binaryen and brotli: the module that was compiled, as devices take it. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompressSync, constants } from 'node:zlib'
import binaryen from 'binaryen'
import { binaryenTool, run } from '../project.mjs'

/** Mutable globals hold the stack pointer; nothing else beyond MVP is safe on iOS. */
export const FEATURES = ['--mvp-features', '--enable-mutable-globals']

/**
 * The memory is the module's own and starts as zeros; its lowest KiB is the far end of the stack, which the core never
 * reaches. Not `--traps-never-happen`, though it would be smaller:
 * a panic is a trap here, and the loader relies on it to discard the instance.
 */
const ASSUMPTIONS = ['--zero-filled-memory', '--low-memory-unused']

/** In the same run as the pipeline: reading a module and writing it again alone costs a hundred bytes. */
const FINISH = [
  '--minify-imports-and-exports-and-modules',
  ...['--strip-debug', '--strip-producers', '--strip-target-features']
]

const execFileBeside = promisify(execFile)

/** The one feature that the compiler is allowed and the device is not. */
export const BULK_MEMORY = ['--enable-bulk-memory', '--enable-bulk-memory-opt']

/** Lets `work` do with the path of a file that does not outlive it. */
export function inFile(name, bytes, work) {
  const folder = mkdtempSync(join(tmpdir(), 'core-'))
  try {
    const path = join(folder, name)
    writeFileSync(path, bytes)
    return work(path)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

export const tool = (name, ...given) => run(process.execPath, [binaryenTool(name), ...FEATURES, ...given])

/** The same as a promise, so that several run at once. */
const toolBeside = async (name, ...given) =>
  (
    await execFileBeside(process.execPath, [binaryenTool(name), ...FEATURES, ...given], {
      maxBuffer: 1 << 28
    })
  ).stdout

/** What `work` makes of each item, at most as many at once as there are processors. */
async function eachBeside(items, work) {
  const results = []
  const waiting = items.entries()
  const lane = async () => {
    for (const [index, item] of waiting) results[index] = await work(item)
  }
  await Promise.all(Array.from({ length: availableParallelism() }, lane))
  return results
}

/** Runs wasm-opt on bytes; function names are kept unless `passes` strip them. */
function wasmOpt(bytes, passes) {
  return inFile('core.wasm', bytes, (path) => {
    const printed = tool('wasm-opt', path, ...passes, '-o', path)
    return { bytes: readFileSync(path), printed }
  })
}

/** Turns `memory.copy` and `memory.fill` into calls of Binaryen's loops. */
export const withoutBulkMemory = (bytes) =>
  wasmOpt(bytes, ['-g', ...BULK_MEMORY, '--llvm-memory-copy-fill-lowering']).bytes

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

/**
 * Tries every pipeline and takes the smallest module after brotli. That module has no function names from the start:
 * with them, Binaryen orders things differently, and the module gets longer.
 *
 * @param {Buffer} bytes
 * @param {string[]} pipelines passes of wasm-opt, each as one text
 * @returns the best module, Binaryen's map of the one-letter names of its imports and exports, and `named`, nearly the
 *   same code with function names, for the size report
 */
export async function optimise(bytes, pipelines) {
  const folder = mkdtempSync(join(tmpdir(), 'core-'))
  const input = join(folder, 'core.wasm')
  writeFileSync(input, bytes)
  const candidates = await eachBeside(pipelines, async (pipeline) => {
    const passes = pipeline.split(' ')
    const output = join(folder, `${pipelines.indexOf(pipeline)}.wasm`)
    const printed = await toolBeside('wasm-opt', input, ...ASSUMPTIONS, ...passes, ...FINISH, '-o', output)
    const wasm = readFileSync(output)
    return { passes, wasm, names: JSON.parse(printed), size: brotli(wasm).length }
  })
  rmSync(folder, { recursive: true })
  const best = candidates.reduce((best, candidate) => (candidate.size < best.size ? candidate : best))
  return { ...best, named: wasmOpt(bytes, ['-g', ...ASSUMPTIONS, ...best.passes]).bytes }
}

/** The window of brotli, in bits: it holds more bytes than the module has. */
const WINDOW_BITS = 18

/**
 * Brotli at its best. Which of its ways to write distances is best depends on the file: in the core, bytes are often
 * repeated four bytes further on, and the third way saves 48 bytes.
 */
export function brotli(bytes) {
  let best
  for (let postfix = 0; postfix < 4; postfix++) {
    const compressed = brotliCompressSync(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_LGWIN]: WINDOW_BITS,
        [constants.BROTLI_PARAM_NPOSTFIX]: postfix,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length
      }
    })
    if (!best || compressed.length < best.length) best = compressed
  }
  return best
}
