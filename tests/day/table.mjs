/**
 * The table that the packages and their models in simulation/ are both held to: simulation/scripts.json.
 * `node tests/day/table.mjs` writes it anew, by playing every script on every package.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { clients, play } from './play.mjs'

const file = new URL('../../simulation/scripts.json', import.meta.url)

const usual = { before: 'good', calls: 4, apart: 0, trouble: 'none', full: false, perUser: 'many' }
const scripts = {
  'warm, four calls at once': {},
  'cold, one call': { before: 'nothing', calls: 1 },
  'cold, four calls at once': { before: 'nothing' },
  'cold, ten calls at once': { before: 'nothing', calls: 10 },
  'cold, four calls, one session a user': { before: 'nothing', perUser: 'one' },
  'ended, one call': { before: 'ended', calls: 1 },
  'ended, four calls at once': { before: 'ended' },
  'ended, ten calls at once': { before: 'ended', calls: 10 },
  'ended, ten calls, one session a user': { before: 'ended', calls: 10, perUser: 'one' },
  'ended, ten calls over a second': { before: 'ended', calls: 10, apart: 100 },
  'ended, ten calls over a second, one session a user': {
    before: 'ended',
    calls: 10,
    apart: 100,
    perUser: 'one'
  },
  'WeChat dropped the session_key, four calls at once': { before: 'keyDropped' },
  'WeChat dropped the session_key, one session a user': { before: 'keyDropped', perUser: 'one' },
  'cold, the server down, four calls at once': { before: 'nothing', trouble: 'down' },
  'logged in, the server down, four calls at once': { trouble: 'down' },
  'good sessions refused, four calls at once': { trouble: 'goodRefused' },
  'good sessions refused, a call every five seconds': { trouble: 'goodRefused', calls: 12, apart: 5000 },
  'cold, the storage full, four calls at once': { before: 'nothing', full: true }
}

export const read = () => JSON.parse(readFileSync(file, 'utf8'))

export async function measure() {
  const rows = []
  for (const [name, own] of Object.entries(scripts)) {
    const script = { ...usual, ...own }
    for (const client of clients) rows.push({ name, script, client, counts: await play(client, script) })
  }
  return rows
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  writeFileSync(file, `${JSON.stringify(await measure(), null, 2)}\n`)
}
