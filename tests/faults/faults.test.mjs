/**
 * Faults on the real thing: the built package before the real session server, every API of wx in every way in which it can
 * fail, in every state of the session; the server, the network and the clock; and what lies in the storage. What holds of
 * each is asserted where it is measured (host-faults.mjs); what came of it stands in docs/faults.md.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { repository } from '../../scripts/project.mjs'
import { DOCUMENTS, documentOf, measure } from './tables.mjs'

test('whatever fails, a call settles once, nothing is lost, and the documents say what came of it', async () => {
  const run = await measure()
  for (const path of DOCUMENTS) {
    const [said, is] = [readFileSync(join(repository, path), 'utf8'), documentOf(path, run)]
    assert.deepEqual(
      said.split('\n'),
      is.split('\n'),
      `${path} is not current: node tests/faults/tables.mjs writes it`
    )
  }
})
