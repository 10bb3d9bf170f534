/**
 * Faults on the real thing: the built package before the real session server, every API of wx in every way in which it can
 * fail, in every state of the session; the server, the network and the clock; and what lies in the storage. What holds of
 * each is asserted where it is measured (host-faults.mjs); what came of it stands in docs/faults.md.
 */
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { repository } from '../../scripts/project.mjs'
import { APIS } from './host-faults.mjs'
import { DOCUMENTS, documentOf, measure } from './tables.mjs'

const SOURCES = join(repository, 'js')

test('every function of wx that js/ names is one that fails here', () => {
  const read = (file) => readFileSync(join(SOURCES, file), 'utf8')
  const files = readdirSync(SOURCES, { recursive: true }).filter((file) => file.endsWith('.ts'))
  const text = files.map(read).join('\n')
  const [, transfers] = /type SendApi = (.*)/.exec(read('app/calls.ts'))
  const [, events] = /for \(const event of \[(.*?)\]/.exec(read('host/returns.ts'))
  const names = (written) => written.match(/\w+/g)
  const used = [
    ...[...text.matchAll(/\b(?:callWx|callWxSync|canCallWx|ask|askFor)\(\s*'(\w+)'/g)].map(
      ([, name]) => name
    ),
    ...names(transfers),
    ...names(events).flatMap((event) => [`on${event}`, `off${event}`])
  ]
  assert.ok(used.includes('login') && used.includes('readFile') && used.includes('offAppShow'))
  const struck = new Set(Object.values(APIS).map(({ api }) => api))
  assert.deepEqual(
    used.filter((name) => !struck.has(name)),
    []
  )
})

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
