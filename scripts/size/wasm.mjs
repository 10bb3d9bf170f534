/** What a wasm file is made of: bytes by section and by function. */
import { binaryenTool, run } from '../project.mjs'

const SECTIONS = [
  'custom',
  'types',
  'imports',
  'functions',
  'table',
  'memory',
  'globals',
  'exports',
  'start',
  'elements',
  'code',
  'data'
]

/** @returns {{ name: string, bytes: number }[]} in file order; the bytes are the contents' */
export function sectionSizes(bytes) {
  let at = 8
  const number = () => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]
      value += (byte & 127) * 2 ** shift
      if (byte < 128) return value
    }
  }
  const sections = []
  while (at < bytes.length) {
    const name = SECTIONS[bytes[at++]]
    const size = number()
    sections.push({ name, bytes: size })
    at += size
  }
  return sections
}

/**
 * Functions as Binaryen counts them: their bytes as it would write them, which may be a hundredth more.
 *
 * @param {string} path of a module with a name section
 * @returns {{ name: string, bytes: number }[]} its functions, largest first
 */
export function functionSizes(path) {
  const metrics = run(process.execPath, [binaryenTool('wasm-opt'), '--all-features', '--func-metrics', path])
  return [...metrics.matchAll(/^func: (.*)\n \[binary-bytes\] : (\d+)/gm)]
    .map(([, name, bytes]) => ({ name, bytes: Number(bytes) }))
    .sort((one, other) => other.bytes - one.bytes)
}
