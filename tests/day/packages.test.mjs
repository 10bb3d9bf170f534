/** What the simulation says of each client is what its package does. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { measure, read } from './table.mjs'

test('the packages do what simulation/scripts.json says, to which their models are held', async () => {
  assert.deepEqual(await measure(), read(), 'if a package has changed: node tests/day/table.mjs')
})
