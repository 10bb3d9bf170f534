/** Binaryen and brotli: the smallest module that does the same. */
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

/**
 * Which passes pay depends on the code, so all of these are tried; the smallest after brotli is kept. The last three
 * were found by trying a thousand at random.
 */
const PIPELINES = [
  '-Oz',
  '-Oz --generate-global-effects -Oz --directize -Oz',
  '--gufa-optimizing -Oz --generate-global-effects -Oz',
  '-Oz -ocimfs=1 -Oz',
  '-Os -Oz',
  '--gufa-optimizing --untee --coalesce-locals --generate-global-effects -Oz',
  '--rse --gufa-optimizing --untee -aimfs=10 --reorder-locals --directize --local-cse -Oz',
  '--gufa-optimizing -O4 -aimfs=10 --code-folding -fimfs=0 --untee --rse --pick-load-signs --inlining-optimizing ' +
    '--pick-load-signs --simplify-locals-nostructure --directize --dae-optimizing --merge-similar-functions ' +
    '--code-pushing --avoid-reinterprets --remove-unused-brs --remove-unused-brs -Oz --directize'
].map((passes) => passes.split(' '))

/** In the same run as the pipeline: reading a module and writing it again alone costs a hundred bytes. */
const FINISH = [
  '--minify-imports-and-exports-and-modules',
  ...['--strip-debug', '--strip-producers', '--strip-target-features']
]

const execFileBeside = promisify(execFile)

/** The one feature that the compiler is allowed and the device is not. */
const BULK_MEMORY = ['--enable-bulk-memory', '--enable-bulk-memory-opt']

/** Lets `work` do with the path of a file that does not outlive it. */
function inFile(name, bytes, work) {
  const folder = mkdtempSync(join(tmpdir(), 'core-'))
  try {
    const path = join(folder, name)
    writeFileSync(path, bytes)
    return work(path)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const tool = (name, ...given) => run(process.execPath, [binaryenTool(name), ...FEATURES, ...given])

/** `tool`, beside others of its kind. */
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

/**
 * `memory.copy` of WebAssembly MVP: Binaryen's own goes byte by byte, which engines without JIT feel, and that of
 * compiler_builtins is ten times as long.
 */
const MEMORY_COPY = `
(func $memory_copy (param $to i32) (param $from i32) (param $size i32)
  (if (i32.lt_u (local.get $from) (local.get $to))
    (then
      (loop $words
        (if (i32.ge_u (local.get $size) (i32.const 4))
          (then
            (local.set $size (i32.sub (local.get $size) (i32.const 4)))
            (i32.store align=1 (i32.add (local.get $to) (local.get $size))
              (i32.load align=1 (i32.add (local.get $from) (local.get $size))))
            (br $words))))
      (loop $bytes
        (if (local.get $size)
          (then
            (local.set $size (i32.sub (local.get $size) (i32.const 1)))
            (i32.store8 (i32.add (local.get $to) (local.get $size))
              (i32.load8_u (i32.add (local.get $from) (local.get $size))))
            (br $bytes)))))
    (else
      (loop $words
        (if (i32.ge_u (local.get $size) (i32.const 4))
          (then
            (i32.store align=1 (local.get $to) (i32.load align=1 (local.get $from)))
            (local.set $to (i32.add (local.get $to) (i32.const 4)))
            (local.set $from (i32.add (local.get $from) (i32.const 4)))
            (local.set $size (i32.sub (local.get $size) (i32.const 4)))
            (br $words))))
      (loop $bytes
        (if (local.get $size)
          (then
            (i32.store8 (local.get $to) (i32.load8_u (local.get $from)))
            (local.set $to (i32.add (local.get $to) (i32.const 1)))
            (local.set $from (i32.add (local.get $from) (i32.const 1)))
            (local.set $size (i32.sub (local.get $size) (i32.const 1)))
            (br $bytes)))))))
`

/** Turns `memory.copy` into calls of a loop; `memory.fill`, should the compiler ever use it, into Binaryen's. */
export function withoutBulkMemory(bytes) {
  const text = inFile('core.wasm', bytes, (path) => tool('wasm-dis', path, ...BULK_MEMORY, '-o', '-'))
  const calling = text.replaceAll('(memory.copy', '(call $memory_copy')
  const whole = `${calling.slice(0, calling.lastIndexOf(')'))}${MEMORY_COPY})`
  const assembled = inFile('core.wat', whole, (path) => {
    tool('wasm-as', path, ...BULK_MEMORY, '-g', '-o', path)
    return readFileSync(path)
  })
  return wasmOpt(assembled, ['-g', ...BULK_MEMORY, '--llvm-memory-copy-fill-lowering']).bytes
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

/**
 * Tries every pipeline. The smallest module is without the names of its functions from the start, since with them
 * Binaryen orders things differently, and longer.
 *
 * @returns the best module, Binaryen's map of the one-letter names of its imports and exports, and `named`, nearly the
 *   same code with function names, for the size report
 */
export async function optimise(bytes) {
  const folder = mkdtempSync(join(tmpdir(), 'core-'))
  const input = join(folder, 'core.wasm')
  writeFileSync(input, bytes)
  const candidates = await eachBeside(PIPELINES, async (passes) => {
    const output = join(folder, `${PIPELINES.indexOf(passes)}.wasm`)
    const printed = await toolBeside('wasm-opt', input, ...ASSUMPTIONS, ...passes, ...FINISH, '-o', output)
    const wasm = readFileSync(output)
    return { passes, wasm, names: JSON.parse(printed), size: brotli(wasm).length }
  })
  rmSync(folder, { recursive: true })
  const best = candidates.reduce((best, candidate) => (candidate.size < best.size ? candidate : best))
  return { ...best, named: wasmOpt(bytes, ['-g', ...ASSUMPTIONS, ...best.passes]).bytes }
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
