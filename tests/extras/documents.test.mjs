/** docs/extras.md, in both languages: its examples run, its weights are those of the built package. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PACKAGE_FOLDER } from '../../fake-wx/run/package-files.mjs'
import { startApp } from '../../fake-wx/run/device.mjs'
import { VirtualClock } from '../../fake-wx/clock.mjs'
import { WaferServer } from '../../fake-wx/servers.mjs'
import { DOCUMENTS, withWeights } from '../../scripts/extras-weights.mjs'
import { blocksOf, textOf } from '../readme/documents.mjs'

const { exports } = JSON.parse(textOf('pkg-template/package.json'))
const EXTRAS = Object.keys(exports).flatMap((entry) => /^\.\/extras\/(\w+)$/.exec(entry)?.[1] ?? [])

test('every extra has its row in each document, runs on every host, and its typings are tried', () => {
  const said = (path, part) => EXTRAS.filter((name) => !textOf(path).includes(part(name)))
  assert.ok(EXTRAS.length >= 5)
  for (const document of DOCUMENTS)
    assert.deepEqual(
      said(document, (name) => `\n| \`${name}\` | `),
      [],
      document
    )
  const row = (name) => `\n| \`wafer-client-wasm/extras/${name}\` | `
  assert.deepEqual(said('pkg-template/README.md', row), [])
  assert.deepEqual(
    said('tests/extras/devices.test.mjs', (name) => `\n  ${name}: 'with`),
    []
  )
  assert.deepEqual(
    said('tests/types/consumer/extras.ts', (name) => `wafer-client-wasm/extras/${name}'`),
    []
  )
})

const PAGES = { jsx: 'taro-4/src/pages/index/index.jsx', vue: 'uni-app/src/pages/index/index.vue' }

for (const [language, path] of Object.entries(PAGES)) {
  test(`the page in ${language} is the one that make toolchains builds and opens`, () => {
    for (const document of DOCUMENTS) {
      const [{ source }] = blocksOf(textOf(document), language)
      assert.equal(source, textOf(`tests/toolchains/${path}`), document)
    }
  })
}

test('all extras together weigh less than the package’s README says', () => {
  const [, kilobytes] = /合计不到 (\d+) KB/.exec(textOf('pkg-template/README.md'))
  const [, total] = /^\| Σ \| \d+ \| ([\d,]+) /m.exec(textOf('docs/extras.md'))
  assert.ok(Number(total.replace(',', '')) < kilobytes * 1000, total)
})

for (const document of DOCUMENTS) {
  for (const { source, line } of blocksOf(textOf(document), 'js')) {
    test(`the example of ${document}:${line} runs`, async () => {
      const clock = new VirtualClock()
      const app = startApp({ clock, server: new WaferServer({ clock }) })
      app.run(source)
      await clock.runUntilIdle()
      assert.deepEqual(
        app.console.map(([method]) => method),
        ['log']
      )
      assert.equal(app.fake.calls('request', ({ url }) => url.endsWith('/user')).length, 1)
    })
  }

  test(`the weights in ${document} are current: node scripts/extras-weights.mjs writes them`, () => {
    assert.equal(textOf(document), withWeights(document, PACKAGE_FOLDER))
  })
}
