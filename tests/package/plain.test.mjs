/** What scripts/shrink does is for bytes only: built without it, the package does the same. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { PACKAGE_FOLDER } from '../../fake-wx/run/package-files.mjs'
import { repository, run } from '../../scripts/project.mjs'
import { countedBytes } from '../../scripts/size/budget.mjs'
import { runClientTest } from './client-test.mjs'

const folder = mkdtempSync(join(tmpdir(), 'wafer-plain-'))
after(() => rmSync(folder, { recursive: true }))

test('the package built without what is there for bytes only is larger, and logs in as the other does', (t) => {
  const pkg = join(folder, 'pkg')
  for (const script of ['build-core.mjs', 'build-package.mjs']) {
    const paths = ['--core', join(folder, 'core'), '--pkg', pkg]
    run(process.execPath, [join(repository, 'scripts', script), '--plain', ...paths], { show: true })
  }
  t.diagnostic(`${countedBytes(pkg)} bytes`)
  assert.ok(countedBytes(pkg) > countedBytes(PACKAGE_FOLDER))
  runClientTest('one-login', pkg)
})
