/** The module that devices load: WebAssembly MVP, and exactly the boundary that is written down. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { brotliDecompressSync } from 'node:zlib'
import binaryen from 'binaryen'
import wabt from 'wabt'
import { PACKAGE_FOLDER, REPOSITORY } from '../../fake-wx/run/package-files.mjs'

const MAXIMUM_INITIAL_BYTES = 256 * 1024
const PAGE_BYTES = 64 * 1024

const wasm = readFileSync(join(PACKAGE_FOLDER, 'core.wasm'))
const names = JSON.parse(readFileSync(join(REPOSITORY, 'build/core/names.json'), 'utf8'))
const expected = JSON.parse(readFileSync(new URL('boundary.json', import.meta.url), 'utf8'))
const module = new WebAssembly.Module(wasm)

/** What the validators must refuse: one instruction from after MVP. */
const withSignExtension = () => {
  const text = binaryen.parseText('(module (func (export "f") (result i32) (i32.extend8_s (i32.const 200))))')
  text.setFeatures(binaryen.Features.SignExt)
  return Buffer.from(text.emitBinary())
}

function validBinaryen(bytes) {
  const parsed = binaryen.readBinary(bytes)
  parsed.setFeatures(binaryen.Features.MVP | binaryen.Features.MutableGlobals)
  try {
    return parsed.validate() === 1
  } finally {
    parsed.dispose()
  }
}

/** Wabt's reader and validator, every feature off but one. */
async function validWabt(bytes) {
  const { readWasm, FEATURES } = await wabt()
  const off = Object.fromEntries(Object.keys(FEATURES).map((feature) => [feature, false]))
  try {
    const parsed = readWasm(bytes, { ...off, mutable_globals: true })
    parsed.validate()
    parsed.destroy()
    return true
  } catch {
    return false
  }
}

test('core.wasm needs nothing beyond WebAssembly MVP and mutable globals', async () => {
  assert.equal(validBinaryen(wasm), true, 'Binaryen')
  assert.equal(await validWabt(wasm), true, 'wabt')
})

test('a module with a sign-extension instruction would be noticed', async () => {
  assert.equal(validBinaryen(withSignExtension()), false, 'Binaryen')
  assert.equal(await validWabt(withSignExtension()), false, 'wabt')
})

test('core.wasm.br is core.wasm', () => {
  const loaded = brotliDecompressSync(readFileSync(join(PACKAGE_FOLDER, 'miniprogram_dist/core.wasm.br')))
  assert.deepEqual(loaded, wasm)
})

test('the module imports and exports exactly what boundary.json lists', () => {
  const written = (kind, longNames) =>
    WebAssembly.Module[kind](module)
      .map(({ name }) => longNames[name] ?? `unknown ${name}`)
      .sort()
  assert.deepEqual(
    { imports: written('imports', names.imports), exports: written('exports', names.exports) },
    expected
  )
})

test('it exports functions and one memory, and imports functions only', () => {
  const kinds = WebAssembly.Module.exports(module).map(({ kind }) => kind)
  assert.equal(kinds.filter((kind) => kind === 'memory').length, 1)
  assert.deepEqual([...new Set(kinds)].sort(), ['function', 'memory'])
  assert.deepEqual([...new Set(WebAssembly.Module.imports(module).map(({ kind }) => kind))], ['function'])
})

test('it has one table at most, and starts with a memory within the budget', () => {
  const parsed = binaryen.readBinary(wasm)
  assert.ok(parsed.getNumTables() <= 1)
  const { initial } = parsed.getMemoryInfo()
  assert.ok(initial * PAGE_BYTES <= MAXIMUM_INITIAL_BYTES, `${initial} pages`)
  parsed.dispose()
})

test('no i64 crosses the boundary: it would be a BigInt', () => {
  const parsed = binaryen.readBinary(wasm)
  const crossing = new Set([
    ...WebAssembly.Module.exports(module).map(({ name }) => name),
    ...WebAssembly.Module.imports(module).map(({ name }) => name)
  ])
  let checked = 0
  for (let index = 0; index < parsed.getNumFunctions(); index++) {
    const { name, base, params, results } = binaryen.getFunctionInfo(parsed.getFunctionByIndex(index))
    const exported = exportedFunctions(parsed).has(name)
    if (!base && !exported) continue
    checked++
    const types = [...binaryen.expandType(params), ...binaryen.expandType(results)]
    assert.ok(!types.includes(binaryen.i64), `${names.imports[base] ?? name} takes or returns an i64`)
  }
  assert.equal(checked, crossing.size - 1, 'every function of the boundary, the memory aside')
  parsed.dispose()
})

function exportedFunctions(parsed) {
  const internal = new Set()
  for (let index = 0; index < parsed.getNumExports(); index++) {
    const { kind, value } = binaryen.getExportInfo(parsed.getExportByIndex(index))
    if (kind === binaryen.ExternalFunction) internal.add(value)
  }
  return internal
}

test('it carries no names, no producers and no path of the machine that built it', () => {
  for (const section of ['name', 'producers', 'target_features']) {
    assert.equal(WebAssembly.Module.customSections(module, section).length, 0, section)
  }
  assert.doesNotMatch(wasm.toString('latin1'), /\.rs\b|\/rustc\/|\.cargo|\/home\/|\/root\/|\/Users\//)
})
