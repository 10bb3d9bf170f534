/** Guarantee 2: the expiry of a session that has been replaced meanwhile is harmless. */
import assert from 'node:assert/strict'
import { USER_URL, many, story, tally } from './stories.mjs'

const SLOW_URL = `${USER_URL}?slow`
const isSlow = ({ url }) => url === SLOW_URL

/** A warm app on an expired session, with one refusal that arrives 5 s late and one that arrives at once. */
async function withLateRefusal({ startWarm, clock }) {
  const app = await startWarm()
  app.server.expire()
  app.fake.fault('request', { kind: 'late', ms: 5000, times: 1, when: isSlow })
  const slow = app.call({ url: SLOW_URL })
  await clock.advance(1000)
  return { app, slow }
}

story('a late refusal is sent again under the current session, without a login', async (stage) => {
  const { app, slow } = await withLateRefusal(stage)
  await app.settled([app.call()])
  const session = app.qcloud.getSession()
  assert.equal(slow.outcome, 'pending')
  assert.deepEqual(await app.settled([slow]), ['success'])

  assert.equal(app.server.records.loginAttempts, 1)
  assert.deepEqual(app.copy(app.qcloud.getSession()), app.copy(session))
  const [first, second, ...more] = app.fake.calls('request', isSlow)
  assert.equal(more.length, 0)
  assert.notEqual(first.options.header['X-WX-Skey'], session.skey)
  assert.equal(second.options.header['X-WX-Skey'], session.skey)
  assert.ok(app.types().includes('late-expiry'))
})

story('a late refusal that arrives during the next login waits for it', async ({ startWarm, clock }) => {
  const app = await startWarm()
  app.server.expire()
  app.fake.fault('request', { kind: 'late', ms: 800, times: 1, when: isSlow })
  app.fake.fault('login', { kind: 'late', ms: 3000 })
  const calls = [app.call({ url: SLOW_URL }), app.call()]
  await clock.advance(2000)
  assert.equal(app.qcloud.getSession(), null)
  assert.deepEqual(await app.settled(calls), ['success', 'success'])
  assert.equal(app.fake.count('login'), 1)
})

story('a hundred refusals that trickle in over a minute end one session only', async ({ startWarm }) => {
  const app = await startWarm()
  app.server.expire()
  const calls = many(100, (index) => {
    const url = `${USER_URL}?${index}`
    app.fake.fault('request', { kind: 'late', ms: index * 600, times: 1, when: (given) => given.url === url })
    return app.call({ url })
  })
  assert.deepEqual(tally(await app.settled(calls)), { success: 100 })
  assert.equal(app.fake.count('login'), 1)
  assert.equal(app.server.records.refused, 100)
  assert.equal(app.fake.count('setStorageSync'), 1)
})

story('a late refusal of a session that the user left does not log in again', async (stage) => {
  const { app, slow } = await withLateRefusal(stage)
  app.qcloud.clearSession()
  await app.settled([slow])
  assert.equal(slow.type, 'ERR_LOGIN_DISCARDED')
  assert.equal(app.server.records.loginAttempts, 0)
  assert.equal(app.qcloud.getSession(), null)
})

story(
  'a call that is refused under two sessions fails, and the second session ends',
  async ({ startWarm }) => {
    const app = await startWarm()
    app.server.alwaysInvalid = true
    const call = app.call()
    await app.settled([call])
    assert.equal(call.type, 'ERR_INVALID_SESSION')
    assert.ok(call.value instanceof app.qcloud.RequestError)
    assert.equal(app.server.records.logins, 1)
    assert.equal(app.server.records.refused, 2)
    assert.equal(app.qcloud.getSession(), null)
  }
)
