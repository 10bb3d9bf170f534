/**
 * The rules of `make mutants` apply to the sources as they are: a rule that does not apply breaks nothing, and so
 * proves nothing.
 */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { repository } from '../../scripts/project.mjs'
import { kitMutations } from './fake-wx.mjs'
import { javascriptMutations } from './javascript.mjs'
import { mutations } from './mutations.mjs'
import { replaced } from './replaced.mjs'

test('each rule finds what it changes, in one place, and names tests that there are', () => {
  const known = new Set()
  for (const { what, file, find, put, tests = [] } of [
    ...mutations,
    ...javascriptMutations,
    ...kitMutations
  ]) {
    assert.ok(!known.has(what), `two rules are called: ${what}`)
    known.add(what)
    const source = readFileSync(join(repository, file), 'utf8')
    assert.notEqual(replaced(file, source, find, put), source, what)
    for (const path of tests) assert.ok(existsSync(join(repository, path)), `${what}: ${path}`)
  }
})
