/** Whoever builds the package gets the same bytes: a copy of the sources, elsewhere, built from nothing. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { repository, run } from '../../scripts/project.mjs'
import { copySources } from '../../scripts/sources.mjs'
import { PACKAGE_FOLDER } from '../../fake-wx/run/package-files.mjs'

const elsewhere = mkdtempSync(join(tmpdir(), 'wafer-elsewhere-'))
after(() => rmSync(elsewhere, { recursive: true }))

const contents = (folder) =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
      .map((path) => [path.slice(folder.length), readFileSync(path).toString('base64')])
      .sort()
  )

test('a second build in another folder gives the same package, byte for byte', () => {
  copySources(elsewhere)
  symlinkSync(join(repository, 'node_modules'), join(elsewhere, 'node_modules'))
  const env = { CARGO_TARGET_DIR: join(elsewhere, 'target') }
  for (const script of ['build-core.mjs', 'build-package.mjs']) {
    run(process.execPath, [join(repository, 'scripts', script), '--project', elsewhere], { env, show: true })
  }
  const [first, second] = [contents(PACKAGE_FOLDER), contents(join(elsewhere, 'pkg'))]
  const differing = Object.keys({ ...first, ...second }).filter((name) => first[name] !== second[name])
  assert.deepEqual(differing, [])
})
