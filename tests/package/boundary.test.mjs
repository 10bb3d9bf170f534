/** The module behind its boundary, as wasm and as plain JS: numbers alone cross, and an instance's state is its own. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import { build } from 'esbuild'
import { checkNumbersOnly } from '../../scripts/core/boundary.mjs'
import { PACKAGE_FOLDER, REPOSITORY } from '../../fake-wx/run/package-files.mjs'

const { outputFiles } = await build({
  stdin: { contents: `export { InputKind } from './js/codes'`, resolveDir: REPOSITORY },
  bundle: true,
  write: false,
  format: 'esm'
})
const { InputKind } = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`)
const names = JSON.parse(readFileSync(join(REPOSITORY, 'build/core/names.json'), 'utf8'))

const fallback = createRequire(import.meta.url)(join(PACKAGE_FOLDER, 'fallback.js'))
const compiled = new WebAssembly.Module(readFileSync(join(PACKAGE_FOLDER, 'core.wasm')))
const FORMS = {
  wasm: (imports) => new WebAssembly.Instance(compiled, imports),
  'plain JS': fallback
}

/** The exports of an instance under their own names, for host functions under theirs. */
function started(instantiate, host) {
  const imports = Object.entries(names.imports).map(([short, name]) => [
    short,
    host[name] ?? (() => assert.fail(name))
  ])
  const { exports } = instantiate({ [names.module]: Object.fromEntries(imports) })
  return Object.fromEntries(Object.entries(names.exports).map(([short, name]) => [name, exports[short]]))
}

for (const [form, instantiate] of Object.entries(FORMS)) {
  const start = () => {
    let asked
    const unit = (_value, index) => (index < asked.length ? asked.charCodeAt(index) : -1)
    const nothing = () => 0
    const host = { unit, field: () => 1, item: nothing, amount: nothing, is: nothing, integer: nothing }
    const core = started(instantiate, { ...host, now: nothing })
    const placeOf = (url) => {
      asked = url
      return core.trusted(1) > 0
    }
    const setLoginUrl = (url) => {
      asked = url
      core.input(InputKind.Configure)
    }
    return { placeOf, setLoginUrl, memoryBytes: () => core.memory.buffer.byteLength }
  }

  test(`${form}: what one instance was told, another does not know`, () => {
    const told = start()
    const other = start()
    told.setLoginUrl('https://example.com/login')
    const url = 'https://example.com/user'
    assert.equal(told.placeOf(url), told.placeOf('https://EXAMPLE.com:443/other'))
    assert.notEqual(told.placeOf(url), other.placeOf(url))
  })

  test(`${form}: a URL that is larger than the memory is judged, and makes it no larger`, () => {
    const { placeOf, setLoginUrl, memoryBytes } = start()
    setLoginUrl('https://example.com/login')
    assert.ok(placeOf('https://example.com/user'))
    const before = memoryBytes()
    assert.ok(placeOf(`https://example.com/user?${'会'.repeat(before)}`))
    assert.equal(memoryBytes(), before, 'no URL makes the memory grow')
    assert.ok(placeOf('https://example.com/user'))
    assert.ok(!placeOf('https://example.net/user'))
  })
}

test('the build refuses a boundary that would need glue', () => {
  const numbers = `let wasm
export function __wbg_set_wasm(val) { wasm = val }
export function place(kind) { const ret = wasm.place(kind); return ret >>> 0 }
export function __wbg_put_0(arg0, arg1) { put(arg0 >>> 0, arg1) }`
  assert.doesNotThrow(() => checkNumbersOnly(numbers))
  for (const more of [
    `export function url(text) { const ptr0 = passString(text); const ret = wasm.url(ptr0); return ret }`,
    `export function url(text) { const ret = wasm.url(passString(text)); return ret }`,
    `export function text(table) { const ret = wasm.text(table); return decode(ret) }`,
    `export function text(table) { const ret = wasm.text(table); free(ret); return ret }`,
    `export function __wbg_is_0(arg0) { is(getObject(arg0)) }`,
    `export function __wbg_now_0() { return handleError(function () { return now() }) }`
  ]) {
    assert.throws(() => checkNumbersOnly(`${numbers}\n${more}`), /more than numbers/, more)
  }
})
