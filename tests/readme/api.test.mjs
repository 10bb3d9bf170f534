/** docs/api is what the typings say now. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import test from 'node:test'
import { PACKAGE_FOLDER, REPOSITORY } from '../../fake-wx/run/package-files.mjs'
import { textOf } from './documents.mjs'

const filesIn = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)))
    .sort()

test('the API reference is current: make api writes it', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'wafer-api-'))
  t.after(() => rmSync(folder, { recursive: true }))
  execFileSync(process.execPath, [join(REPOSITORY, 'scripts/api.mjs'), '--out', folder], { encoding: 'utf8' })
  const written = filesIn(folder)
  assert.deepEqual(filesIn(join(REPOSITORY, 'docs/api')), written)
  for (const file of written) {
    const isCurrent = textOf(`docs/api/${file}`) === readFileSync(join(folder, file), 'utf8')
    assert.ok(isCurrent, `docs/api/${file} is not what the typings say: run make api`)
  }
})

const require = createRequire(join(PACKAGE_FOLDER, 'package.json'))
const { name: PACKAGE, exports } = require('./package.json')
const PAGES = Object.keys(exports).filter((entry) => /^\.\/(extras\/|testing$)/.test(entry))

for (const entry of ['.', ...PAGES]) {
  test(`the API reference has everything that ${join(PACKAGE, entry)} exports`, () => {
    const page = entry === '.' ? 'README.md' : `${entry.slice(2)}.md`
    const headings = [...textOf(`docs/api/${page}`).matchAll(/^### (\S+?)(?:\(\))?$/gm)].map(([, name]) =>
      name.replaceAll('\\', '')
    )
    const missing = Object.keys(require(join(PACKAGE, entry))).filter((name) => !headings.includes(name))
    assert.deepEqual(missing, [])
    if (entry !== '.')
      assert.ok(textOf('docs/api/README.md').includes(`](${page})`), `${page} is in the list`)
  })
}
