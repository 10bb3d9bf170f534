/** Which source each byte of a minified file comes from. */
import { TraceMap, eachMapping } from '@jridgewell/trace-mapping'

/**
 * @param {string} code the minified file
 * @param {object} map its source map
 * @returns {{ name: string, bytes: number }[]} largest first; the sum is the file's size
 */
export function bytesBySource(code, map) {
  const lines = code.split('\n')
  const sizes = new Map()
  const add = (source, text) => {
    const name = source ?? '(bundling)'
    sizes.set(name, (sizes.get(name) ?? 0) + Buffer.byteLength(text))
  }
  let line = 0
  let column = 0
  let source = null
  const advance = (toLine, toColumn) => {
    while (line < toLine) {
      add(source, `${lines[line].slice(column)}\n`)
      line++
      column = 0
    }
    add(source, (lines[line] ?? '').slice(column, toColumn))
    column = toColumn
  }
  eachMapping(new TraceMap(map), (mapping) => {
    advance(mapping.generatedLine - 1, mapping.generatedColumn)
    source = mapping.source
  })
  advance(lines.length - 1, lines.at(-1).length)
  return [...sizes]
    .map(([name, bytes]) => ({ name, bytes }))
    .filter(({ bytes }) => bytes > 0)
    .sort((one, other) => other.bytes - one.bytes)
}
