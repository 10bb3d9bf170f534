/** docs/api is what the typings say now. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { PACKAGE_FOLDER, REPOSITORY } from '../../fake-wx/run/package-files.mjs'
import { textOf } from './documents.mjs'

test('the API reference is current: make api writes it', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'wafer-api-'))
  t.after(() => rmSync(folder, { recursive: true }))
  execFileSync(process.execPath, [join(REPOSITORY, 'scripts/api.mjs'), '--out', folder], { encoding: 'utf8' })
  const written = readdirSync(folder).sort()
  assert.deepEqual(readdirSync(join(REPOSITORY, 'docs/api')).sort(), written)
  for (const file of written) {
    const isCurrent = textOf(`docs/api/${file}`) === readFileSync(join(folder, file), 'utf8')
    assert.ok(isCurrent, `docs/api/${file} is not what the typings say: run make api`)
  }
})

test('the API reference has everything that the package exports', () => {
  const headings = [...textOf('docs/api/README.md').matchAll(/^### (\S+?)(?:\(\))?$/gm)].map(([, name]) =>
    name.replaceAll('\\', '')
  )
  const exported = createRequire(import.meta.url)(PACKAGE_FOLDER)
  const missing = Object.keys(exported).filter((name) => !headings.includes(name))
  assert.deepEqual(missing, [])
})
