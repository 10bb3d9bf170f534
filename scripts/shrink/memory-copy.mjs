/**
 * Saves 5 bytes of core.wasm.br (10,611 → 10,606) beside Binaryen's loop for `memory.copy`, which goes byte by byte and
 * makes engines without JIT wait four times as long, and some 850 beside the functions of compiler_builtins.
 */
import { readFileSync } from 'node:fs'
import { BULK_MEMORY, inFile, tool, withoutBulkMemory } from '../core/binaryen.mjs'

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

/** Turns `memory.copy` into calls of that; `memory.fill`, should the compiler ever use it, into Binaryen's. */
export function withOwnMemoryCopy(bytes) {
  const text = inFile('core.wasm', bytes, (path) => tool('wasm-dis', path, ...BULK_MEMORY, '-o', '-'))
  const calling = text.replaceAll('(memory.copy', '(call $memory_copy')
  const whole = `${calling.slice(0, calling.lastIndexOf(')'))}${MEMORY_COPY})`
  const assembled = inFile('core.wat', whole, (path) => {
    tool('wasm-as', path, ...BULK_MEMORY, '-g', '-o', path)
    return readFileSync(path)
  })
  return withoutBulkMemory(assembled)
}
