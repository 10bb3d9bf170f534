/** The generated glue, on the module as wasm and as plain JS: an instance's state is its own. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import { build } from 'esbuild'
import { PACKAGE_FOLDER, REPOSITORY } from '../wx/package-files.mjs'

const { outputFiles } = await build({
  stdin: {
    contents: `export { createGlue } from './build/core/glue.js'\nexport { InputKind } from './js/codes'`,
    resolveDir: REPOSITORY
  },
  bundle: true,
  write: false,
  format: 'esm'
})
const { createGlue, InputKind } = await import(
  `data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`
)

const fallback = createRequire(import.meta.url)(join(PACKAGE_FOLDER, 'fallback.js'))
const compiled = new WebAssembly.Module(readFileSync(join(PACKAGE_FOLDER, 'core.wasm')))
const FORMS = {
  wasm: (imports) => new WebAssembly.Instance(compiled, imports),
  'plain JS': fallback
}
const LOGIN_URL = 0

for (const [form, instantiate] of Object.entries(FORMS)) {
  const start = () => {
    const glue = createGlue({})
    const { exports } = instantiate(glue.imports)
    glue.attach(exports)
    const memory = Object.values(exports).find((value) => typeof value === 'object')
    const setLoginUrl = (url) => {
      assert.equal(glue.set_text(LOGIN_URL, url), 1)
      glue.input(InputKind.Configure, 0, undefined, 0)
    }
    return { glue, setLoginUrl, memoryBytes: () => memory.buffer.byteLength }
  }

  test(`${form}: what one instance was told, another does not know`, () => {
    const { glue: told, setLoginUrl } = start()
    const { glue: other } = start()
    setLoginUrl('https://example.com/login')
    const url = 'https://example.com/user'
    assert.equal(told.place(url), told.place('https://EXAMPLE.com:443/other'))
    assert.notEqual(told.place(url), other.place(url))
  })

  test(`${form}: texts cross unharmed when their own size makes the memory grow`, () => {
    const { glue, setLoginUrl, memoryBytes } = start()
    setLoginUrl('https://example.com/login')
    const place = glue.place('https://example.com/user')
    const before = memoryBytes()
    assert.equal(glue.place(`https://example.com/user?q=${'会'.repeat(before)}`), place)
    assert.ok(memoryBytes() > before, 'the memory has grown')
    assert.equal(glue.place('https://example.com/user'), place)
    assert.notEqual(glue.place('https://example.net/user'), place)
  })
}
