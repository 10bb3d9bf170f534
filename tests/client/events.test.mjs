/** Events tell what the SDK did: one a transition, with rising times and call numbers, without secrets. */
import assert from 'node:assert/strict'
import { secretIn } from './secrets.mjs'
import { LOGIN_URL, ORIGIN, many, story } from './stories.mjs'

const PUBLIC_URL = `${ORIGIN}/public`

/** The events as text: `type`, `type#call` or `type:error`. */
const told = ({ events }) =>
  events.map(({ type, call, error }) => type + (call ? `#${call}` : '') + (error ? `:${error}` : ''))

const FROM_LOADING = ['load', 'ready']

story('a cold call is told from loading to success', { needs: 'wasm' }, async ({ start }) => {
  const app = start()
  await app.settled([app.call()])
  assert.deepEqual(told(app), [
    ...FROM_LOADING,
    'call#1',
    'wait#1',
    'restore',
    'wait#1',
    'login',
    'login-request',
    'session',
    'send#1',
    'success#1'
  ])
})

story('a warm call is told in three events', async ({ startWarm }) => {
  const app = await startWarm()
  await app.settled([app.call()])
  assert.deepEqual(told(app), ['call#2', 'send#2', 'success#2'])
})

story(
  'an expiry and the retry are told, and only the first refusal ends the session',
  async ({ startWarm }) => {
    const app = await startWarm({ latency: { request: [100, 100] } })
    app.server.expire()
    await app.settled([app.call(), app.call()])
    assert.deepEqual(told(app), [
      'call#2',
      'send#2',
      'call#3',
      'send#3',
      'expired#2',
      'restore',
      'retry#2',
      'wait#2',
      'login',
      'late-expiry#3',
      'retry#3',
      'wait#3',
      'login-request',
      'session',
      'send#2',
      'send#3',
      'success#2',
      'success#3'
    ])
  }
)

story('a check is told, and what came of it', async ({ startWarm, start }) => {
  const first = await startWarm()
  const app = start({ server: first.server, storage: new Map(first.fake.storage) })
  await app.settled([app.call()])
  const afterLoading = told(app).slice(told(app).indexOf('call#1'))
  assert.deepEqual(afterLoading, [
    'call#1',
    'wait#1',
    'restore',
    'session',
    'wait#1',
    'check',
    'check-passed',
    'send#1',
    'success#1'
  ])
  first.server.wechat.expireSessionKey('demo')
  const again = start({ server: first.server, storage: new Map(first.fake.storage) })
  await again.settled([again.call()])
  assert.deepEqual(
    told(again).filter((event) => /check|login/.test(event)),
    ['check', 'check-failed', 'login', 'login-request']
  )
})

story('failures are told with the error that the call gets', async ({ start }) => {
  const app = start()
  app.fake.fault('login', { kind: 'fail' })
  const calls = [app.call(), app.call({ url: 'https://evil.com/' })]
  await app.settled(calls)
  const failures = app.events.filter(({ type }) => type === 'fail').map(({ error }) => error)
  assert.deepEqual(failures.sort(), calls.map(({ type }) => type).sort())
  assert.ok(told(app).includes('login-failed:ERR_WX_LOGIN_FAILED'))
})

story('bare sends, fetched user data and log-out are told', async ({ start }) => {
  const app = start()
  await app.settled([app.call({ login: false, url: PUBLIC_URL })])
  await app.settled([app.call({ withUserInfo: true })])
  app.qcloud.clearSession()
  for (const type of ['send-bare', 'user-info', 'logout']) assert.ok(app.types().includes(type), type)
})

story('every call has a number of its own, from its first event to its last', async ({ start }) => {
  const app = start()
  await app.settled(many(30, (index) => app.call(index % 2 ? {} : { login: false, url: PUBLIC_URL })))
  const numbers = new Set(app.events.filter(({ call }) => call).map(({ call }) => call))
  assert.equal(numbers.size, 30)
  for (const number of numbers) {
    const own = app.events.filter(({ call }) => call === number).map(({ type }) => type)
    assert.equal(own[0], 'call')
    assert.equal(own.at(-1), 'success')
    assert.equal(own.filter((type) => type === 'success').length, 1)
  }
})

story('times never fall, also when the clock is set back', async ({ startWarm, clock }) => {
  const app = await startWarm()
  for (let round = 0; round < 10; round++) {
    await app.settled([app.call()])
    clock.jump(-60_000)
  }
  const times = app.events.map(({ at }) => at)
  assert.deepEqual(
    times,
    [...times].sort((a, b) => a - b)
  )
  assert.equal(times.length, 30)
})

story(
  'a listener that is removed hears no more; one that throws keeps nobody from hearing',
  async ({ start, uncaught, clock }) => {
    const app = start({ observed: false })
    const heard = [0, 0]
    const remove = app.qcloud.onEvent(() => heard[0]++)
    app.qcloud.onEvent(() => {
      throw new Error('in a listener')
    })
    app.qcloud.onEvent(() => heard[1]++)
    await app.settled([app.call()])
    await clock.runUntilIdle()
    assert.ok(heard[0] > 5)
    assert.equal(heard[0], heard[1])
    assert.equal(uncaught.splice(0).length, heard[0])
    remove()
    remove()
    const before = heard[0]
    await app.settled([app.call()])
    assert.equal(heard[0], before)
    assert.ok(heard[1] > before)
    await clock.runUntilIdle()
    assert.equal(uncaught.splice(0).length, heard[1] - before)
  }
)

story('listeners must be functions', ({ start }) => {
  const app = start()
  for (const listener of [undefined, null, {}, 'text', 1]) {
    for (const register of ['onEvent', 'onSessionChange']) {
      assert.throws(
        () => app.qcloud[register](listener),
        ({ type }) => type === 'ERR_INVALID_PARAMS'
      )
    }
  }
})

story('onSessionChange tells each new session and each end of one', async ({ start }) => {
  const app = start()
  const skeys = []
  const remove = app.qcloud.onSessionChange((session) => skeys.push(session && session.skey))
  await app.settled([app.call()])
  const first = app.qcloud.getSession().skey
  app.server.expire()
  await app.settled([app.call()])
  const second = app.qcloud.getSession().skey
  app.qcloud.clearSession()
  assert.deepEqual(skeys, [first, null, second, null])
  remove()
  await app.settled([app.call()])
  assert.equal(skeys.length, 4)
})

story("logLevel 'debug' prints every event, the default only what broke", async ({ start }) => {
  const quiet = start()
  await quiet.settled([quiet.call()])
  assert.deepEqual(quiet.console, [])
  quiet.stop()

  const app = start({ observed: false, configuration: { loginUrl: LOGIN_URL, logLevel: 'debug' } })
  const events = []
  await app.settled([app.call()])
  for (const [method, prefix, event] of app.console) {
    assert.equal(method, 'log')
    assert.equal(prefix, '[wafer-client-wasm]')
    events.push(event.type)
  }
  for (const type of ['call', 'login', 'session', 'send', 'success']) assert.ok(events.includes(type), type)
  app.readLog()
  assert.ok(app.secrets.size >= 2, 'the code and the skey went over the wire')
  assert.equal(secretIn(app.console, app.secrets), undefined)
})

story(
  'the search for secrets finds one in an event, in an error and where it is nested',
  async ({ startWarm }) => {
    const app = await startWarm()
    const failing = app.call({ url: 'https://evil.com/' })
    await app.settled([failing])
    assert.ok(app.errors.includes(failing.value), 'errors are noted')
    app.readLog()
    const { skey } = app.qcloud.getSession()
    assert.ok(app.secrets.has(skey))
    assert.equal(secretIn([{ type: 'send', at: 1, header: { skey } }], app.secrets), skey)
    assert.equal(secretIn({ message: `with ${skey} in it` }, app.secrets), skey)
    assert.equal(secretIn([{ type: 'send', at: 1 }], app.secrets), undefined)
  }
)
