/** The ES module that bundlers import: it is the same package, and of it they ship what an app uses. */
import assert from 'node:assert/strict'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { build } from 'esbuild'
import { rollup } from 'rollup'
import { minify } from 'terser'
import { PACKAGE_FOLDER, PACKAGE_NAME } from '../../fake-wx/run/package-files.mjs'
import { REQUEST_ONLY_CEILING_BYTES } from '../../scripts/size/budget.mjs'
import { runClientTest } from './client-test.mjs'

const MODULE = join(PACKAGE_FOLDER, 'esm/index.mjs')
const required = createRequire(import.meta.url)(PACKAGE_FOLDER)

const app = mkdtempSync(join(tmpdir(), 'wafer-esm-'))
after(() => rmSync(app, { recursive: true }))
mkdirSync(join(app, 'node_modules'))
cpSync(PACKAGE_FOLDER, join(app, 'node_modules', PACKAGE_NAME), { recursive: true })

/** What esbuild makes of an app, with the package found as bundlers find it. */
async function bundled(source, options) {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: app },
    bundle: true,
    minify: true,
    charset: 'utf8',
    write: false,
    format: 'esm',
    ...options
  })
  return outputFiles[0].text
}

/** What rollup makes of it, and terser of that: as Vite and uni-app do. */
async function rolled(source) {
  const entry = {
    name: 'app',
    resolveId: (id) => (id === 'app' ? id : id === PACKAGE_NAME ? MODULE : null),
    load: (id) => (id === 'app' ? source : null)
  }
  const bundle = await rollup({ input: 'app', plugins: [entry] })
  const { output } = await bundle.generate({ format: 'es' })
  await bundle.close()
  return (await minify(output[0].code, { module: true, ecma: 2015, compress: { passes: 2 } })).code
}

const bytes = (text) => Buffer.byteLength(text)

test('it exports what index.js exports, by name and as a whole', async () => {
  const { default: whole, ...named } = await import(MODULE)
  assert.deepEqual(Object.keys(named).sort(), Object.keys(required).sort())
  assert.deepEqual({ ...whole }, named)
  for (const [name, value] of Object.entries(required)) {
    assert.equal(typeof named[name], typeof value, name)
    if (typeof value === 'string') assert.equal(named[name], value)
  }
  assert.deepEqual(named.constants, required.constants)
})

test('an app that imports it and uses nothing ships nothing of it', async () => {
  const source = `import { request } from '${PACKAGE_NAME}'; console.log(1)`
  assert.equal(await bundled(source), 'console.log(1);\n')
})

for (const [bundler, make] of Object.entries({ esbuild: bundled, 'rollup and terser': rolled })) {
  test(`${bundler}: an app that only calls request ships at most ${REQUEST_ONLY_CEILING_BYTES[bundler]} bytes`, async (t) => {
    const text = await make(`import { request } from '${PACKAGE_NAME}'\nrequest({ url: '/' })\n`)
    t.diagnostic(`${bytes(text)} bytes`)
    assert.ok(bytes(text) <= REQUEST_ONLY_CEILING_BYTES[bundler], `${bytes(text)} bytes`)
    assert.doesNotMatch(text, /connectSocket|WX_HEADER_SKEY/, 'neither tunnels nor the table of names')
  })
}

test('bundled into one CommonJS file, it logs in as index.js does', async () => {
  const folder = join(app, 'bundled')
  cpSync(PACKAGE_FOLDER, folder, { recursive: true })
  const whole = await bundled(`export * from '${PACKAGE_NAME}'`, { format: 'cjs', target: 'es2015' })
  writeFileSync(join(folder, 'miniprogram_dist/index.js'), whole)
  runClientTest('one-login', folder)
})
