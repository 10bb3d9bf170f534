/** What happens to phones: single-page mode, no network, the background, the privacy dialog, clocks that jump. */
import assert from 'node:assert/strict'
import { LOGIN_URL, ORIGIN, USER_URL, many, story, tally } from './stories.mjs'

const SINGLE_PAGE = 1154

for (const libVersion of ['3.17.3', '2.14.0']) {
  story(
    `in single-page mode, library ${libVersion}, a call that needs a login fails at once and clearly`,
    async ({ start, clock }) => {
      const app = start({ scene: SINGLE_PAGE, libVersion })
      const started = clock.elapsed()
      const calls = [app.call(), app.note((callbacks) => app.qcloud.login(callbacks))]
      await app.settled(calls)
      for (const { type, value } of calls) {
        assert.equal(type, 'ERR_LOGIN_UNAVAILABLE')
        assert.match(value.message, /单页模式/)
      }
      assert.ok(clock.elapsed() - started < 100)
      assert.equal(app.fake.count('login'), 0)
      assert.deepEqual(await app.settled([app.call({ login: false, url: `${ORIGIN}/public` })]), ['success'])
    }
  )
}

/** Calls meet a login's failure for less than this after the first one (tests/client/backoff.test.mjs). */
const FIRST_WAIT_MS = 1000

story('offline, a first call fails at once; back online the next one works', async ({ start, clock }) => {
  const app = start()
  app.fake.setOffline(true)
  const calls = many(10, () => app.call())
  await app.settled(calls)
  assert.deepEqual(tally(calls.map(({ type }) => type)), { ERR_WX_LOGIN_FAILED: 10 })
  assert.match(calls[0].value.errMsg, /ERR_INTERNET_DISCONNECTED/)
  assert.ok(clock.elapsed() < 1000)
  app.fake.setOffline(false)
  assert.deepEqual(tally(await app.settled(many(10, () => app.call()))), { success: 10 })
})

story(
  'losing the network in flight fails the calls and leaves the session alone',
  async ({ startWarm, clock }) => {
    const app = await startWarm()
    const session = app.copy(app.qcloud.getSession())
    const calls = many(20, () => app.call())
    await clock.advance(5)
    app.fake.setOffline(true)
    await app.settled(calls)
    assert.deepEqual(tally(calls.map(({ type }) => type)), { ERR_NETWORK: 20 })
    app.fake.setOffline(false)
    assert.deepEqual(app.copy(app.qcloud.getSession()), session)
    assert.deepEqual(await app.settled([app.call()]), ['success'])
    assert.equal(app.fake.count('login'), 0)
  }
)

story(
  'a network that goes and comes while an expired session is replaced costs no second session',
  async ({ startWarm, clock }) => {
    const app = await startWarm()
    app.server.expire()
    app.fake.fault('request', { kind: 'fail', times: 1, when: ({ url }) => url === LOGIN_URL })
    const call = app.call()
    await app.settled([call])
    assert.equal(call.type, 'ERR_LOGIN_FAILED')
    await clock.advance(1000)
    assert.deepEqual(await app.settled([app.call()]), ['success'])
    assert.equal(app.server.records.logins, 1)
  }
)

story(
  'the background interrupts what is in flight; in the foreground all is well again',
  async ({ startWarm, clock }) => {
    const app = await startWarm({ latency: { request: [8000, 8000] } })
    const call = app.call()
    app.fake.background()
    await clock.advance(6000)
    assert.equal(call.type, 'ERR_NETWORK')
    assert.match(call.value.errMsg, /interrupted/)
    app.fake.foreground()
    assert.deepEqual(await app.settled([app.call()]), ['success'])
    assert.equal(app.fake.count('login'), 0)
  }
)

story('an app that was frozen during its login goes on when it wakes', async ({ start, clock }) => {
  const app = start({ latency: { request: [500, 500] } })
  const calls = many(3, () => app.call())
  await clock.advance(300)
  clock.sleep(20 * 60_000)
  await app.settled(calls)
  for (const { outcome, type } of calls) {
    assert.ok(outcome === 'success' || /^ERR_(LOGIN_)?TIMEOUT$/.test(type), type)
  }
  await clock.advance(FIRST_WAIT_MS)
  assert.deepEqual(await app.settled([app.call()]), ['success'])
})

story('a clock set back does not move deadlines away', async ({ start, clock }) => {
  const app = start()
  app.fake.fault('login', { kind: 'hang' })
  const call = app.call()
  await clock.advance(1000)
  clock.jump(-24 * 3_600_000)
  const started = clock.elapsed()
  await app.settled([call])
  assert.equal(call.type, 'ERR_LOGIN_TIMEOUT')
  assert.ok(clock.elapsed() - started <= 9100, `${clock.elapsed() - started} ms`)
})

story('a clock set forth does not end what is on its way', async ({ startWarm, clock }) => {
  const app = await startWarm({ latency: { request: [5000, 5000] } })
  const calls = []
  for (let step = 0; step < 10; step++) {
    calls.push(app.call())
    await clock.advance(700)
    clock.jump(3_600_000)
  }
  assert.deepEqual(tally(await app.settled(calls)), { success: 10 })
})

story('a clock set forth during a login does not end that either', async ({ start, clock }) => {
  const app = start({ latency: { login: [4000, 4000], request: [4000, 4000] } })
  const calls = many(5, () => app.call())
  for (let step = 0; step < 10; step++) {
    await clock.advance(1000)
    clock.jump(step % 2 ? 60_000 : -30_000)
  }
  assert.deepEqual(tally(await app.settled(calls)), { success: 5 })
  assert.equal(app.fake.count('login'), 1)
})

story(
  'where the privacy agreement is missing, a login that needs user data fails by name and can be repeated',
  async ({ start }) => {
    const app = start({
      privacy: { needed: true },
      serverOptions: { loginMode: 'code+userInfo' },
      configuration: { loginMode: 'code+userInfo' }
    })
    const call = app.call()
    await app.settled([call])
    assert.equal(call.type, 'ERR_USER_DENIED')
    assert.match(call.value.message, /隐私保护指引/)
    app.fake.state.privacy.agreed = true
    assert.deepEqual(await app.settled([app.call()]), ['success'])
  }
)

story(
  'a code that WeChat took too long to send on is refused, and the next call gets a new one',
  async ({ start, clock }) => {
    const app = start({ configuration: { deadlines: { loginRequestMs: 20 * 60_000 } } })
    const stuck = app.fake.fault('request', { kind: 'hang', times: 1, when: ({ url }) => url === LOGIN_URL })
    const waiting = app.call()
    await clock.advance(6 * 60_000)
    assert.equal(stuck.hits, 1)
    assert.equal(waiting.outcome, 'pending')
    await app.settled([waiting])
    assert.equal(waiting.type, 'ERR_LOGIN_TIMEOUT')
    await clock.advance(FIRST_WAIT_MS)
    assert.deepEqual(await app.settled([app.call({ url: USER_URL })]), ['success'])
  }
)
