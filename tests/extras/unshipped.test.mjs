/** What an app does not import, its bundle does not hold. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { build } from 'esbuild'
import { PACKAGE_FOLDER, PACKAGE_NAME, readPackage } from '../../fake-wx/run/package-files.mjs'

const folder = mkdtempSync(join(tmpdir(), 'wafer-unshipped-'))
after(() => rmSync(folder, { recursive: true }))
mkdirSync(join(folder, 'node_modules'))
symlinkSync(PACKAGE_FOLDER, join(folder, 'node_modules', PACKAGE_NAME))

/** The files of the package that the bundle of this module holds. */
async function bundled(source) {
  const { metafile } = await build({
    stdin: { contents: source, resolveDir: folder },
    bundle: true,
    write: false,
    metafile: true,
    preserveSymlinks: true,
    absWorkingDir: folder,
    logLevel: 'silent'
  })
  const prefix = `node_modules/${PACKAGE_NAME}/`
  const { inputs } = Object.values(metafile.outputs)[0]
  return Object.keys(inputs)
    .filter((path) => path.startsWith(prefix))
    .map((path) => path.slice(prefix.length))
    .sort()
}

const use = "import { request } from 'wafer-client-wasm'\nrequest({ url: '/' })\n"

test('an app without extras has none of them', async () => {
  assert.deepEqual(await bundled(use), ['esm/index.mjs'])
})

for (const [name, wrap, files] of [
  ['interceptors', 'withInterceptors', ['extras/interceptors.js', 'extras/task.js']],
  ['retry', 'withRetry', ['extras/owner.js', 'extras/retry.js', 'extras/task.js']],
  ['cache', 'withCache', ['extras/cache.js', 'extras/equal.js', 'extras/owner.js', 'extras/task.js']],
  ['dedupe', 'withDedupe', ['extras/dedupe.js', 'extras/equal.js', 'extras/owner.js', 'extras/task.js']],
  ['loading', 'withLoading', ['extras/loading.js']]
]) {
  test(`an app with ${name} has that, what it needs, and one copy of the package`, async () => {
    const source = `import { ${wrap} } from 'wafer-client-wasm/extras/${name}'\n${use}${wrap}(request)({ url: '/' })\n`
    const modules = [...files, 'index.js'].map((file) => `esm/${file.replace(/\.js$/, '.mjs')}`)
    assert.deepEqual(await bundled(source), modules)
  })
}

test('an app that requires gets one copy of the package, too', async () => {
  const source = `const { withRetry } = require('wafer-client-wasm/extras/retry')
    const { request } = require('wafer-client-wasm')
    withRetry(request)({ url: '/' })`
  assert.deepEqual(
    await bundled(source),
    ['extras/owner.js', 'extras/retry.js', 'extras/task.js', 'index.js'].map(
      (file) => `miniprogram_dist/${file}`
    )
  )
})

test('index.js knows nothing of the extras', () => {
  assert.doesNotMatch(readPackage().scripts['index.js'], /extras/)
})
