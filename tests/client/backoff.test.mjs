/** Guarantee 13: a failing login backs off, and says for how long. */
import assert from 'node:assert/strict'
import { LOGIN_URL, ORIGIN, many, story, tally } from './stories.mjs'

/** The wait after the first failure is shorter. */
const FIRST_MS = 1000

/** From now on the server answers login requests like this; or as it should. */
function answerLogins(app, answer) {
  if (answer) app.server.login = () => answer
  else delete app.server.login
}

const loginRequests = ({ fake }) => fake.calls('request', ({ url }) => url === LOGIN_URL)

/** One call, and what it came to. */
async function once(app) {
  const call = app.call()
  await app.settled([call])
  return call
}

async function busy(start, header, options) {
  const app = start(options)
  answerLogins(app, { statusCode: 503, header, data: '<html>busy</html>' })
  return { app, call: await once(app) }
}

story('while the server is down, calls fail at once and say for how long', async ({ start, clock }) => {
  const { app, call } = await busy(start, { 'Retry-After': '20' })
  assert.equal(call.type, 'ERR_LOGIN_FAILED')
  assert.equal(call.value.statusCode, 503)
  assert.equal(call.value.detail.retryAfter, 20)
  const { retryAfterMs } = call.value
  assert.ok(retryAfterMs > 20_000 && retryAfterMs <= 20_000 + FIRST_MS, `${retryAfterMs}`)

  await clock.advance(5000)
  app.fake.resetLog()
  const asked = clock.now()
  const calls = many(50, () => app.call())
  await app.settled(calls)
  assert.deepEqual(tally(calls.map(({ type }) => type)), { ERR_LOGIN_FAILED: 50 })
  assert.equal(clock.now(), asked, 'at once')
  for (const { value } of calls) {
    assert.equal(value.message, call.value.message)
    assert.deepEqual(app.copy(value.detail), app.copy(call.value.detail))
    assert.ok(value.retryAfterMs > 15_000 - FIRST_MS && value.retryAfterMs <= retryAfterMs - 5000)
  }
  assert.deepEqual(app.fake.log.length, 0, 'wx is not asked for anything')

  await clock.advance(calls[0].value.retryAfterMs)
  answerLogins(app)
  assert.equal((await once(app)).outcome, 'success')
  assert.equal(app.fake.count('login'), 1)
})

story('ten minutes of an outage cost few logins, and the first after it succeeds', async (stage) => {
  const { app } = await busy(stage.start)
  const calls = []
  for (let second = 0; second < 600; second++) {
    calls.push(app.call())
    await stage.clock.advance(1000)
  }
  await app.settled(calls)
  assert.ok(loginRequests(app).length <= 60, `${loginRequests(app).length} login requests`)
  const { retryAfterMs } = calls.at(-1).value
  assert.ok(retryAfterMs === undefined || retryAfterMs <= 60_000)
  answerLogins(app)
  await stage.clock.advance(retryAfterMs ?? 0)
  assert.equal((await once(app)).outcome, 'success')
})

story('a date is a Retry-After, too, by the clock of the server', async ({ start }) => {
  const { call } = await busy(start, {
    Date: 'Wed, 21 Oct 2015 07:28:00 GMT',
    'retry-after': 'Wed, 21 Oct 2015 07:28:30 GMT'
  })
  assert.equal(call.value.detail.retryAfter, 30)
  assert.ok(call.value.retryAfterMs > 30_000 && call.value.retryAfterMs <= 30_000 + FIRST_MS)
})

story('a Retry-After beyond five minutes is cut, and rubbish is none', async ({ start }) => {
  for (const [value, least, most] of [
    ['86400', 300_000, 300_000 + FIRST_MS],
    ['99999999999999999999', 300_000, 300_000 + FIRST_MS],
    ['-5', 0, FIRST_MS],
    ['soon', 0, FIRST_MS],
    [['20'], 20_000, 20_000 + FIRST_MS],
    [{}, 0, FIRST_MS],
    ['Wed, 21 Oct 2015 07:28:30 GMT', 0, FIRST_MS]
  ]) {
    const { call } = await busy(start, { 'Retry-After': value })
    const { retryAfterMs = 0 } = call.value
    assert.ok(retryAfterMs >= least && retryAfterMs <= most, `${JSON.stringify(value)}: ${retryAfterMs}`)
  }
})

story('login() and the callers who wait for it do not wait', async ({ start }) => {
  const { app } = await busy(start, { 'Retry-After': '300' })
  answerLogins(app)
  const blocked = await once(app)
  assert.equal(blocked.type, 'ERR_LOGIN_FAILED')
  const login = app.note((callbacks) => app.qcloud.login(callbacks))
  const call = app.call()
  assert.deepEqual(await app.settled([login, call]), ['success', 'success'])
})

story('calls without login go out while the server does not log in', async ({ start }) => {
  const { app } = await busy(start, { 'Retry-After': '300' })
  const bare = app.call({ login: false, url: `${ORIGIN}/public` })
  assert.deepEqual(await app.settled([bare]), ['success'])
})

const WAYS = [
  ['the network', (app) => app.fake.setOffline(false)],
  ['the app', (app) => app.fake.foreground()]
]

for (const [what, comesBack] of WAYS) {
  story(`${what} comes back: a server that was not reached is asked at once`, async ({ start, clock }) => {
    const app = start()
    app.fake.fault('request', { kind: 'fail' })
    let waitMs
    // A wait may by chance be next to nothing.
    do {
      await clock.advance(waitMs ?? 0)
      waitMs = (await once(app)).value.retryAfterMs
    } while (!(waitMs > 500))
    app.fake.clearFaults()
    comesBack(app)
    await clock.advance(10)
    assert.equal((await once(app)).outcome, 'success')
  })

  story(`${what} comes back: what a server asked for stands`, async ({ start, clock }) => {
    const { app } = await busy(start, { 'Retry-After': '60' })
    answerLogins(app)
    comesBack(app)
    await clock.advance(10)
    assert.equal((await once(app)).type, 'ERR_LOGIN_FAILED')
    assert.equal(loginRequests(app).length, 1)
  })
}

story('after forty minutes in the background nobody is told to wait on', async ({ start, clock }) => {
  const { app } = await busy(start, { 'Retry-After': '300' })
  answerLogins(app)
  app.fake.background()
  await clock.advance(6000)
  clock.sleep(2_400_000)
  app.fake.foreground()
  assert.equal((await once(app)).outcome, 'success')
  assert.equal(loginRequests(app).length, 2)
})

story('the host is listened to only while that may end a wait', async ({ start, clock }) => {
  const { app, call } = await busy(start, { 'Retry-After': '30' })
  assert.equal(app.fake.listening(), 2)
  answerLogins(app)
  await clock.advance(call.value.retryAfterMs)
  assert.equal((await once(app)).outcome, 'success')
  assert.equal(app.fake.listening(), 0)
})

story('a phone that is offline does not wait', async ({ start, clock }) => {
  const app = start()
  app.fake.fault('request', { kind: 'fail', errMsg: '-106:net::ERR_INTERNET_DISCONNECTED', errno: 600001 })
  for (let round = 0; round < 3; round++) {
    const { type, value } = await once(app)
    assert.deepEqual([type, value.retryAfterMs], ['ERR_LOGIN_FAILED', undefined])
    await clock.advance(1000)
  }
  assert.equal(loginRequests(app).length, 3)
  app.fake.clearFaults()
  assert.equal((await once(app)).outcome, 'success')
})

story('a wx.login that fails is no reason to wait', async ({ start, clock }) => {
  const app = start()
  app.fake.fault('login', { kind: 'fail', times: 3 })
  for (let round = 0; round < 3; round++) {
    assert.equal((await once(app)).value.retryAfterMs, undefined)
    await clock.advance(1000)
  }
  assert.equal((await once(app)).outcome, 'success')
})
