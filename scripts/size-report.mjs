/** Prints where every shipped byte goes. The limit is held by tests/package/size.test.mjs. */
import { readFileSync, readdirSync } from 'node:fs'
import { extname, join, relative } from 'node:path'
import { crateVersion, pathsFromArguments } from './project.mjs'
import { brotli } from './core/binaryen.mjs'
import { AIM_BYTES, COUNTED, LIMIT_BYTES, countedBytes } from './size/budget.mjs'
import { bytesBySource } from './size/javascript.mjs'
import { functionSizes, sectionSizes } from './size/wasm.mjs'

/** Functions below this are summed up: the list is to be read. */
const LISTED_FUNCTION_BYTES = 150

const { project, core, pkg } = pathsFromArguments()
const number = (value) => value.toLocaleString('en')

/** @param {string} title @param {string[]} head @param {(string | number)[][]} rows */
function table(title, head, rows) {
  const cells = [head, ...rows].map((row) =>
    row.map((cell) => (typeof cell === 'number' ? number(cell) : cell))
  )
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column].length)))
  console.log(`\n${title}`)
  for (const row of cells) {
    const [name, ...rest] = row.map((cell, column) =>
      column ? cell.padStart(widths[column]) : cell.padEnd(widths[column])
    )
    console.log(`  ${[name, ...rest].join('  ')}`.trimEnd())
  }
}

function packageTable() {
  const files = readdirSync(pkg, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(pkg, join(entry.parentPath ?? entry.path, entry.name)))
    .sort()
  const rows = files.map((name) => {
    const bytes = readFileSync(join(pkg, name))
    return [name, bytes.length, extname(name) === '.br' ? '' : brotli(bytes).length]
  })
  table(`wafer-client-wasm ${crateVersion(project)}: files`, ['file', 'bytes', 'brotli'], rows)
}

function javascriptTable() {
  const code = readFileSync(join(pkg, 'miniprogram_dist/index.js'), 'utf8')
  const map = JSON.parse(readFileSync(join(core, 'index.js.map'), 'utf8'))
  const rows = bytesBySource(code, map).map(({ name, bytes }) => [name, sourceBytes(name), bytes])
  table('index.js by source', ['source', 'written', 'shipped'], rows)
}

function sourceBytes(name) {
  return name.startsWith('(') ? '' : readFileSync(join(project, name)).length
}

function wasmTables() {
  const bytes = readFileSync(join(core, 'core.wasm'))
  const sections = sectionSizes(bytes).map(({ name, bytes: size }) => [name, size])
  table('core.wasm by section', ['section', 'bytes'], sections)

  const functions = functionSizes(join(core, 'core.named.wasm'))
  const listed = functions.filter((entry) => entry.bytes >= LISTED_FUNCTION_BYTES)
  const rest = functions.slice(listed.length)
  const rows = listed.map(({ name, bytes: size }) => [readable(name), size])
  rows.push([`${rest.length} smaller ones`, rest.reduce((sum, entry) => sum + entry.bytes, 0)])
  table('core.wasm by function', ['function', 'bytes'], rows)
}

/** Rust's mangled names carry type parameters and hashes that tell a reader little. */
function readable(name) {
  const short = name.replace(/\[[0-9a-f]{16}\]/g, '').replaceAll('wafer_client_wasm::', '')
  return short.length > 90 ? `${short.slice(0, 89)}…` : short
}

packageTable()
javascriptTable()
wasmTables()

const total = countedBytes(pkg)
console.log(
  `\n${COUNTED.join(' + ')}: ${number(total)} bytes; aim ${number(AIM_BYTES)}, limit ${number(LIMIT_BYTES)}`
)
if (total > LIMIT_BYTES) console.log(`over the limit by ${number(total - LIMIT_BYTES)} bytes`)
