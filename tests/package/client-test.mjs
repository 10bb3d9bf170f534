/** Runs a client test against another build of the package. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { REPOSITORY } from '../../fake-wx/run/package-files.mjs'

/** @param {string} name of a file in tests/client @param {string} folder the built package */
export function runClientTest(name, folder) {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const { status, stdout } = spawnSync(
    process.execPath,
    ['--test', '--test-reporter=tap', join(REPOSITORY, `tests/client/${name}.test.mjs`)],
    { env: { ...env, WAFER_PACKAGE: folder }, encoding: 'utf8' }
  )
  assert.equal(status, 0, stdout)
  assert.match(stdout, /^# pass [1-9]/m)
}
