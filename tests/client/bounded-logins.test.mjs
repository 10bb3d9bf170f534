/** Guarantee 6: logins are bounded, whatever the server says. */
import assert from 'node:assert/strict'
import { many, story, tally } from './stories.mjs'

/** The most logins that any window of `ms` saw. */
function busiest(fake, ms) {
  const times = fake.calls('login').map(({ time }) => time)
  return Math.max(
    0,
    ...times.map((start) => times.filter((time) => time >= start && time < start + ms).length)
  )
}

story('a server that always says "expired" gets no storm', async ({ startWarm, clock }) => {
  const app = await startWarm()
  app.server.alwaysInvalid = true
  const calls = []
  for (let second = 0; second < 300; second++) {
    calls.push(app.call())
    await clock.advance(1000)
  }
  const outcomes = await app.settled(calls)
  assert.deepEqual(tally(outcomes), { fail: 300 })
  assert.deepEqual([...new Set(calls.map(({ type }) => type))].sort(), [
    'ERR_INVALID_SESSION',
    'ERR_LOGIN_LIMIT'
  ])
  assert.ok(busiest(app.fake, 60_000) <= 5, `${busiest(app.fake, 60_000)} logins within a minute`)
  assert.ok(app.server.records.logins >= 20, 'but it goes on trying')
  assert.ok(app.server.records.refused <= 2 * 300)
})

story('a hundred calls at once on a server that always says "expired" end at once', async ({ startWarm }) => {
  const app = await startWarm()
  app.server.alwaysInvalid = true
  const calls = many(100, () => app.call())
  assert.deepEqual(tally(await app.settled(calls)), { fail: 100 })
  assert.ok(app.fake.count('login') <= 5)
  assert.ok(app.fake.calls('request', ({ url }) => url.endsWith('/user')).length <= 200)
})

story('after the minute the next call logs in again', async ({ startWarm, clock }) => {
  const app = await startWarm()
  app.server.alwaysInvalid = true
  await app.settled(many(20, () => app.call()))
  for (let round = 0; round < 5; round++) await app.settled([app.call()])
  const refused = app.call()
  await app.settled([refused])
  assert.equal(refused.type, 'ERR_LOGIN_LIMIT')
  app.server.alwaysInvalid = false
  await clock.advance(60_000)
  assert.deepEqual(await app.settled([app.call()]), ['success'])
})

story('maxLoginsPerMinute sets the limit', async ({ startWarm }) => {
  const app = await startWarm({ configuration: { maxLoginsPerMinute: 2 } })
  app.server.alwaysInvalid = true
  const types = []
  for (let round = 0; round < 4; round++) {
    const call = app.call()
    await app.settled([call])
    types.push(call.type)
  }
  assert.equal(app.fake.count('login'), 1)
  assert.deepEqual(types, ['ERR_INVALID_SESSION', 'ERR_LOGIN_LIMIT', 'ERR_LOGIN_LIMIT', 'ERR_LOGIN_LIMIT'])
})

story('a failing login is not repeated for each call of a burst', async ({ start }) => {
  const app = start()
  app.fake.fault('login', { kind: 'fail' })
  const calls = many(50, () => app.call())
  await app.settled(calls)
  assert.deepEqual(tally(calls.map(({ type }) => type)), { ERR_WX_LOGIN_FAILED: 50 })
  assert.equal(app.fake.count('login'), 1)
})

story(
  'never more than four wx.login a second, which WeChat would refuse, though the user asked',
  async ({ start, clock }) => {
    const app = start({ rateLimit: true, latency: 1 })
    const calls = []
    for (let tap = 0; tap < 40; tap++) {
      calls.push(app.note((callbacks) => app.qcloud.login({ force: true, ...callbacks })))
      await clock.advance(50)
    }
    await app.settled(calls)
    assert.ok(busiest(app.fake, 1000) <= 4)
    assert.deepEqual(
      app.fake.calls('login').filter(({ outcome }) => outcome !== 'success'),
      []
    )
    assert.deepEqual([...new Set(calls.map(({ type }) => type))], [undefined, 'ERR_LOGIN_LIMIT'])
  }
)

story(
  'a clock that is set back or forth neither lifts the limit nor leaves the app without login',
  async ({ startWarm, clock }) => {
    const app = await startWarm()
    app.server.alwaysInvalid = true
    for (let round = 0; round < 30; round++) {
      clock.jump(-3_600_000)
      await app.settled([app.call()])
    }
    assert.ok(app.fake.count('login') <= 5, `${app.fake.count('login')} logins`)
    app.server.alwaysInvalid = false
    clock.jump(-86_400_000)
    await clock.advance(60_000)
    const call = app.call()
    await app.settled([call])
    assert.equal(call.outcome, 'success')
  }
)
