/** Every snippet of docs/testing.md, in both languages, and that of the package's README, runs as it stands. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, test } from 'node:test'
import { PACKAGE_FOLDER, PACKAGE_NAME } from '../../fake-wx/run/package-files.mjs'
import { blocksOf, textOf } from '../readme/documents.mjs'

const testing = createRequire(import.meta.url)(join(PACKAGE_FOLDER, 'testing'))
const GUIDES = ['docs/testing.md', 'docs/testing.zh-CN.md']

const folder = mkdtempSync(join(tmpdir(), 'wafer-testing-guide-'))
after(() => rmSync(folder, { recursive: true }))
mkdirSync(join(folder, 'node_modules'))
symlinkSync(PACKAGE_FOLDER, join(folder, 'node_modules', PACKAGE_NAME))

let fake
afterEach(() => fake?.uninstall())

function assertPasses({ source }) {
  const path = join(folder, 'snippet.test.js')
  writeFileSync(path, source)
  const { NODE_TEST_CONTEXT, ...env } = process.env
  const { status, stdout } = spawnSync(process.execPath, ['--test', path], { env, encoding: 'utf8' })
  assert.equal(status, 0, stdout)
  assert.match(stdout, /pass 1/)
}

test('the package’s README: the snippet about testing is a test that passes', () => {
  const [snippet] = blocksOf(textOf('pkg-template/README.md'), 'javascript')
  assertPasses(snippet)
})

for (const guide of GUIDES) {
  const [first, ...others] = blocksOf(textOf(guide), 'js')

  test(`${guide}: the first snippet is a test that passes`, () => assertPasses(first))

  for (const { source, line } of others) {
    test(`${guide}:${line} runs`, () => {
      fake = testing.createWx()
      new Function('fake', ...Object.keys(testing), source)(fake, ...Object.values(testing))
    })
  }

  test(`${guide}: the trace that it shows is that of its first snippet`, async () => {
    const [, functions, lines] = /fake\.trace\((.+)\) +\/\/ (\[.*\])/.exec(textOf(guide))
    fake = testing.createWx().install()
    testing.resetModules()
    const qcloud = createRequire(join(folder, 'index.js'))(PACKAGE_NAME)
    qcloud.setLoginUrl('https://api.example.com/login')
    await qcloud.request({ login: true, url: 'https://api.example.com/user' })
    const read = (list) => JSON.parse(`[${list}]`.replaceAll("'", '"')).flat()
    assert.deepEqual(fake.trace(...read(functions)), read(lines))
  })

  test(`${guide}: a page takes what the guide says`, async () => {
    const [{ source }] = blocksOf(textOf(guide), 'js').filter(({ source }) =>
      source.includes('globalThis.Page')
    )
    const page = new Function(
      `${source}; Page({ data: { n: 1 }, onLoad() { this.setData({ n: 2 }) } }); return page`
    )()
    page.onLoad()
    assert.deepEqual(page.data, { n: 2 })
    delete globalThis.Page
    delete globalThis.getApp
  })

  test(`${guide} names every fault, and every situation that has a function`, () => {
    const text = textOf(guide)
    for (const kind of ['fail', 'throw', 'hang', 'twice', 'late', 'rubbish'])
      assert.ok(text.includes(kind), kind)
    for (const name of ['setOffline', 'setStorageFull', 'background', 'foreground', 'respond', 'expire']) {
      assert.ok(text.includes(name), name)
    }
  })
}
