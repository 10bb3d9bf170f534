/** docs/extras.md, in both languages: its examples run, its weights are those of the built package. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PACKAGE_FOLDER } from '../../fake-wx/run/package-files.mjs'
import { startApp } from '../../fake-wx/run/device.mjs'
import { VirtualClock } from '../../fake-wx/clock.mjs'
import { WaferServer } from '../../fake-wx/servers.mjs'
import { DOCUMENTS, withWeights } from '../../scripts/extras-weights.mjs'
import { blocksOf, textOf } from '../readme/documents.mjs'

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
