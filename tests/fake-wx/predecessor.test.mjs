/**
 * wafer-client-sdk 0.8.4 and wafer2-client-sdk 2.1.0 on this fake behave as they were measured to: it is the
 * proof that the fake is a fair ground. 100 calls at once against a server with one valid skey a user;
 * medians of 20 seeds.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import { VirtualClock } from '../../fake-wx/clock.mjs'
import { startPredecessor } from '../../fake-wx/run/predecessors.mjs'
import { SESSION_KEY, Wafer2Server, WaferServer } from '../../fake-wx/servers.mjs'

const ORIGIN = 'https://api.example.com'
const CALLS = 100
const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1)

const W1 = { name: 'wafer-client-sdk', Server: WaferServer }
const W2 = { name: 'wafer2-client-sdk', Server: Wafer2Server }

function start({ name, Server }, { seed = 1, ...options } = {}) {
  const clock = new VirtualClock()
  /* The measured servers looked at the code alone; see the race below for those that look at the data. */
  const server = new Server({ clock, seed, checksLoginUserData: false, ...options.serverOptions })
  const { qcloud: sdk, fake } = startPredecessor(name, { clock, server, seed, ...options })
  sdk.setLoginUrl(`${ORIGIN}/login`)
  fake.resetLog()
  /** Whether the call succeeded. */
  const call = (path = '/user') =>
    new Promise((settle) => {
      const done = (value) => settle(value)
      sdk.request({ login: true, url: ORIGIN + path, success: () => done(true), fail: () => done(false) })
    })
  return { clock, server, fake, sdk, call }
}

/** An app with a session, its log empty. */
async function warm(sdkKind, options) {
  const app = start(sdkKind, options)
  assert.equal(await app.clock.until(app.call()), true)
  app.fake.resetLog()
  app.server.resetRecords()
  return app
}

const median = (numbers) => numbers.sort((a, b) => a - b)[numbers.length >> 1]

async function burst(prepare) {
  const logins = []
  const succeeded = []
  for (const seed of SEEDS) {
    const { clock, fake, call } = await prepare(seed)
    const results = await clock.until(Promise.all(Array.from({ length: CALLS }, () => call())))
    logins.push(fake.count('login'))
    succeeded.push(results.filter(Boolean).length)
  }
  return { logins: median(logins), succeeded: median(succeeded) }
}

/** Whether a call settles at all once every timer has fired. */
async function settles({ clock }, promise) {
  let settled = false
  promise.then(() => (settled = true))
  await clock.runUntilIdle()
  return settled
}

for (const kind of [W1, W2]) {
  test(`${kind.name}: 100 cold calls cost 200 logins, and one of them succeeds`, async () => {
    const result = await burst((seed) => start(kind, { seed }))
    assert.deepEqual(result, { logins: 200, succeeded: 1 })
  })

  test(`${kind.name}: a server that always says expired gets 200 logins from 100 calls`, async () => {
    const result = await burst((seed) => {
      const app = start(kind, { seed })
      app.server.alwaysInvalid = true
      return app
    })
    assert.deepEqual(result, { logins: 200, succeeded: 0 })
  })
}

test('wafer-client-sdk: 100 calls on an expired session cost some 80 logins, and one of them succeeds', async () => {
  const result = await burst(async (seed) => {
    const app = await warm(W1, { seed })
    app.server.expire()
    return app
  })
  assert.equal(result.succeeded, 1)
  assert.ok(result.logins >= 65 && result.logins <= 95, `${result.logins} logins`)
})

test('wafer2-client-sdk: 100 calls on an expired session cost 200 logins, and one of them succeeds', async () => {
  const result = await burst(async (seed) => {
    const app = await warm(W2, { seed })
    app.server.expire()
    return app
  })
  assert.deepEqual(result, { logins: 200, succeeded: 1 })
})

test('a warm request costs four native calls with wafer-client-sdk and five with wafer2-client-sdk', async () => {
  const first = await warm(W1)
  await first.clock.until(first.call())
  assert.deepEqual(first.fake.trace(), [
    'getStorageSync',
    'checkSession',
    'getStorageSync',
    'request GET /user'
  ])
  const second = await warm(W2)
  await second.clock.until(second.call())
  assert.deepEqual(second.fake.trace(), [
    'login',
    'request GET /login',
    'setStorageSync',
    'getStorageSync',
    'request GET /user'
  ])
})

test('wafer-client-sdk: a late "expired" clears the fresh session', async () => {
  const app = await warm(W1)
  const { clock, server, fake } = app
  const late = createLateExpiry(server)
  const slow = app.call('/late')
  await clock.advance(1_000)
  server.expire()
  assert.equal(await clock.until(app.call()), true)
  const fresh = fake.stored(SESSION_KEY)
  late.answer()
  fake.resetLog()
  await clock.until(slow)
  assert.deepEqual(fake.calls('removeStorageSync').length, 1)
  assert.notEqual(fake.stored(SESSION_KEY).skey, fresh.skey)
})

/** A path whose first answer is "expired", given when the test says so. */
function createLateExpiry(server) {
  const late = {}
  const held = new Promise((resolve) => {
    late.answer = () => resolve(server.expired())
  })
  let calls = 0
  server.route('/late', () => ((calls += 1) === 1 ? held : { data: {} }))
  return late
}

test('both: a login that hangs hangs the call for ever', async () => {
  for (const kind of [W1, W2]) {
    const app = start(kind)
    app.fake.fault('login', { kind: 'hang' })
    assert.equal(await settles(app, app.call()), false, kind.name)
  }
})

test('wafer-client-sdk: a checkSession that hangs hangs the call for ever', async () => {
  const app = await warm(W1)
  app.fake.fault('checkSession', { kind: 'hang' })
  assert.equal(await settles(app, app.call()), false)
})

test('both: storage that throws hangs the call for ever', async () => {
  for (const kind of [W1, W2]) {
    const thrown = []
    const app = start(kind, { onUncaught: (error) => thrown.push(error.message) })
    app.fake.fault('setStorageSync', { kind: 'throw' })
    assert.equal(await settles(app, app.call()), false, kind.name)
    assert.deepEqual(thrown, ['setStorageSync: injected exception'])
  }
})

test('wafer2-client-sdk: a 401 with a null body throws and hangs', async () => {
  const thrown = []
  const app = start(W2, { onUncaught: (error) => thrown.push(error.name) })
  app.server.route('/null', () => ({ statusCode: 401, data: 'null' }))
  assert.equal(await settles(app, app.call('/null')), false)
  assert.deepEqual(thrown, ['TypeError'])
})

test('wafer-client-sdk: ERR_CHECK_LOGIN_FAILED logs the user out', async () => {
  const app = await warm(W1)
  app.server.route('/unchecked', () => app.server.missing())
  assert.equal(await app.clock.until(app.call('/unchecked')), false)
  assert.equal(app.fake.stored(SESSION_KEY), undefined)
})

test('wafer-client-sdk: a success callback that throws skips complete', async () => {
  const thrown = []
  const app = await warm(W1, { onUncaught: (error) => thrown.push(error.message) })
  let completed = false
  app.sdk.request({
    url: `${ORIGIN}/user`,
    success() {
      throw new Error('thrown by the page')
    },
    complete: () => (completed = true)
  })
  await app.clock.runUntilIdle()
  assert.deepEqual(thrown, ['thrown by the page'])
  assert.equal(completed, false)
})

test('wafer-client-sdk: a log-out during a login ends logged in', async () => {
  const app = start(W1)
  const call = app.call()
  await app.clock.advance(10)
  app.sdk.clearSession()
  await app.clock.until(call)
  assert.notEqual(app.fake.stored(SESSION_KEY), undefined)
})

test('wafer-client-sdk: session headers go to any host, beside a header of the same name', async () => {
  const app = await warm(W1)
  app.sdk.request({ url: 'https://elsewhere.example.org/x', header: { 'x-wx-skey': 'mine' } })
  await app.clock.runUntilIdle()
  const [{ options }] = app.fake.calls('request')
  assert.deepEqual(Object.keys(options.header), ['x-wx-skey', 'X-WX-Id', 'X-WX-Skey'])
})

test('wafer-client-sdk: where login checks the user data, simultaneous logins spoil one another', async () => {
  const app = start(W1, { serverOptions: { checksLoginUserData: true, loginMode: 'code+userInfo' } })
  const calls = Array.from({ length: CALLS }, () => app.call())
  await app.clock.until(Promise.all(calls))
  const { logins, list } = app.server.records
  assert.ok(logins < CALLS / 10, `${logins} logins worked`)
  assert.ok(list.some(({ outcome }) => outcome === 'user data cannot be decrypted'))
})
