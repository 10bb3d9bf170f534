/**
 * Ids of calls have 26 bits and begin anew after 67 million calls. No test can make so many: here the built index.js
 * counts from shortly before its end, or to an end that is near.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PACKAGE_FOLDER } from '../../fake-wx/run/package-files.mjs'
import { ORIGIN, USER_URL, many, story, tally } from '../client/stories.mjs'
import { changedPackage } from './changed.mjs'

const IDS = 2 ** 26
const index = readFileSync(join(PACKAGE_FOLDER, 'miniprogram_dist/index.js'), 'utf8')
const [declared, ...more] = index.match(/\b[\w$]+=0,[\w$]+=67108863\b/g)
assert.equal(more.length, 0, 'ids are counted in one place')

const withIds = (changed) => changedPackage({ index: index.replace(declared, () => changed) })
const nearTheEnd = withIds(declared.replace('=0,', `=${IDS - 20},`))
const FEW = 64
const few = withIds(declared.replace('67108863', FEW - 1))

const idsOf = (app) => app.events.filter(({ type }) => type === 'call').map(({ call }) => call)

const echo = (data) => ({ url: `${ORIGIN}/echo`, method: 'POST', data })

/** Each id, from the event that begins its call to the one that ends it, is one call's alone. */
function assertNoneIsGivenTwice(events) {
  const inUse = new Set()
  for (const { type, call } of events) {
    if (call === undefined) continue
    if (type === 'call') {
      assert.ok(!inUse.has(call), `id ${call} is in use`)
      inUse.add(call)
    } else if (type === 'success' || type === 'fail') inUse.delete(call)
  }
}

story('calls across the end of the ids are told apart, and begin with 1 again', async ({ start }) => {
  const app = start({ packageFolder: nearTheEnd })
  const calls = many(60, (index) => app.call({ url: `${USER_URL}?${index}` }))
  assert.deepEqual(tally(await app.settled(calls)), { success: 60 })
  calls.forEach(({ value }) => assert.equal(value.statusCode, 200))
  const ids = idsOf(app)
  assert.deepEqual(ids.slice(0, 20), many(19, (index) => IDS - 19 + index).concat(1))
  assert.equal(new Set(ids).size, 60)
  assertNoneIsGivenTwice(app.events)
})

story('an id in use is never given, however often the ids begin anew', async ({ startWarm, clock }) => {
  const app = await startWarm({ packageFolder: few })
  app.fake.fault('request', { kind: 'late', ms: 60_000, when: ({ url }) => url.endsWith('?slow') })
  const slow = many(7, () => app.call({ url: `${USER_URL}?slow` }))
  await clock.advance(10)
  for (let round = 0; round < 30; round++) {
    const quick = many(3 + (round % 20), (index) => app.call(echo(`${round}-${index}`)))
    await app.settled(quick)
    for (const [index, { value }] of quick.entries()) {
      assert.equal(value.data.data.body, `${round}-${index}`, 'each call gets its own answer')
    }
    if (round === 15) app.server.expire()
  }
  assert.ok(idsOf(app).length > 5 * FEW)
  assert.ok(slow.every(({ outcome }) => outcome === 'pending'))
  assert.deepEqual(tally(await app.settled(slow)), { success: 7 })
  assertNoneIsGivenTwice(app.events)
})
