/** configure() at any time: what it names changes, what is wrong is named, calls on their way are safe. */
import assert from 'node:assert/strict'
import { BearerServer, SESSION_KEY, Wafer2Server, WaferServer } from '../../fake-wx/servers.mjs'
import { LOGIN_URL, ORIGIN, USER_URL, many, story, tally } from './stories.mjs'

const ELSEWHERE = 'https://other.example.org'

const WRONG = {
  loginUrl: [
    '',
    '/login',
    'login',
    '//api.example.com/login',
    'ftp://a/',
    'https://u@h/',
    'https://h:port/',
    'https://h\\@a/',
    'https://%61/',
    'https://h:99999999/',
    'https://[::1/',
    'javascript:1',
    1,
    null,
    {}
  ],
  loginMethod: ['get', 'PATCH ', '', 1, null, {}],
  loginMode: ['', 'all', 1, null, ['code']],
  wasmPath: [1, null, {}, []],
  fallback: ['wafer-client-wasm/fallback', {}, null, 1],
  baseUrl: ['api.example.com', '//api.example.com', 1, null, {}],
  header: ['text', 1, null, [], () => {}],
  timeout: [0, -1, NaN, Infinity, 2 ** 31, '1000', null, {}],
  trustedOrigins: ['https://a.com', [1], ['a.com'], [null], null, {}],
  protocol: ['wafer3', '', 1, null, {}, { loginRequest() {}, parseLogin() {}, header() {} }],
  checkSession: ['sometimes', true, 1, null, {}],
  deadlines: [
    'text',
    1,
    null,
    [],
    { loginMs: 0 },
    { loginMs: '1' },
    { checkSessionMs: -1 },
    { loginRequestMs: NaN }
  ],
  maxLoginsPerMinute: [0, -1, 1.5, 241, '5', NaN, null],
  logLevel: ['verbose', '', 1, null],
  unknown: [1, null],
  loginURL: ['https://api.example.com/login'],
  __proto_: [1],
  constructor: [1]
}

story('a wrong value is refused by name, at once, and changes nothing', ({ start }) => {
  const app = start()
  const refusal = (options) => {
    try {
      app.qcloud.configure(options)
    } catch (error) {
      return error
    }
    return assert.fail(`accepted ${JSON.stringify(options)}`)
  }
  for (const [key, values] of Object.entries(WRONG)) {
    for (const value of values) {
      const error = refusal({ timeout: 1234, [key]: value })
      assert.equal(error.type, 'ERR_INVALID_PARAMS')
      assert.ok(error instanceof app.qcloud.RequestError)
      assert.ok(error.message.includes(key), `${error.message} names ${key}`)
    }
  }
  for (const deadline of [{ loginms: 1 }, { loginMs: 5, other: 1 }]) {
    assert.match(refusal({ deadlines: deadline }).message, /deadlines\.(loginms|other)/)
  }
  for (const options of [undefined, null, 1, 'text', [], () => {}]) {
    assert.equal(refusal(options).type, 'ERR_INVALID_PARAMS')
  }
  const thrower = {
    get loginUrl() {
      throw new Error('in a getter')
    }
  }
  assert.equal(refusal(thrower).type, 'ERR_INVALID_PARAMS')
  for (const url of [undefined, null, '', 'login', 42, {}]) {
    assert.throws(
      () => app.qcloud.setLoginUrl(url),
      ({ type }) => type === 'ERR_INVALID_PARAMS'
    )
  }
})

story('after a refused configure() everything is as before', async ({ start }) => {
  const app = start()
  const wrong = {
    timeout: 1234,
    header: { 'X-Wrong': '1' },
    deadlines: { loginMs: 1, checkSessionMs: 'soon' }
  }
  assert.throws(() => app.qcloud.configure(wrong))
  assert.deepEqual(await app.settled([app.call()]), ['success'])
  const { options } = app.fake.calls('request').at(-1)
  assert.equal(options.timeout, undefined)
  assert.equal(options.header['X-Wrong'], undefined)
})

story('later calls change only what they name; undefined names nothing', async ({ start }) => {
  const app = start({
    configuration: { header: { 'X-App': 'one' }, timeout: 4000, deadlines: { loginMs: 800 } }
  })
  app.qcloud.configure({ timeout: undefined, baseUrl: ORIGIN, deadlines: { checkSessionMs: 900 } })
  await app.settled([app.call({ url: '/user' })])
  const { options } = app.fake.calls('request').at(-1)
  assert.equal(options.url, USER_URL)
  assert.equal(options.timeout, 4000)
  assert.equal(options.header['X-App'], 'one')
  assert.equal(app.fake.calls('login')[0].options.timeout, 800)
})

story('header and timeout hold for every request, and the call’s own win', async ({ start }) => {
  const header = { 'X-App': 'one', 'x-channel': 'global' }
  const app = start({ configuration: { header, timeout: 4000 } })
  header['X-App'] = 'changed behind the back'
  await app.settled([app.call({ header: { 'X-Channel': 'own' }, timeout: 9000 })])
  const [login, user] = app.fake.calls('request')
  assert.equal(login.options.header['X-App'], 'one')
  assert.equal(user.options.timeout, 9000)
  assert.equal(user.options.header['X-App'], 'one')
  assert.equal(user.options.header['X-Channel'], 'own')
  assert.equal(user.options.header['x-channel'], undefined)
})

story(
  'a login URL that moves within its origin keeps the session and the login on its way',
  async ({ start, clock }) => {
    const app = start()
    app.fake.fault('login', { kind: 'late', ms: 1000 })
    const calls = many(5, () => app.call())
    await clock.advance(500)
    app.qcloud.setLoginUrl(`${ORIGIN}:443/login?v=2`)
    assert.deepEqual(tally(await app.settled(calls)), { success: 5 })
    assert.equal(app.fake.count('login'), 1)
    assert.equal(app.fake.calls('request')[0].options.url, `${ORIGIN}:443/login?v=2`)
  }
)

story(
  'a login URL that moves to another origin ends the session: it belongs to the other server',
  async ({ start, clock }) => {
    const server = new WaferServer({ clock })
    const other = new WaferServer({ clock, wechat: server.wechat, seed: 2 })
    const app = start({ server, servers: { [ORIGIN]: server, [ELSEWHERE]: other } })
    await app.settled([app.call()])
    const { skey } = app.qcloud.getSession()
    app.fake.fault('request', { kind: 'late', ms: 1000, when: ({ url }) => url === USER_URL })
    const inFlight = app.call()
    app.qcloud.setLoginUrl(`${ELSEWHERE}/login`)
    assert.equal(app.qcloud.getSession(), null)
    assert.equal(app.fake.stored(SESSION_KEY), undefined)
    const moved = app.call({ url: `${ELSEWHERE}/user` })
    const left = app.call()
    await app.settled([inFlight, moved, left])
    assert.equal(inFlight.outcome, 'success')
    assert.equal(moved.outcome, 'success')
    assert.equal(left.type, 'ERR_UNTRUSTED_ORIGIN')
    assert.equal(other.records.logins, 1)
    const sent = JSON.stringify(app.fake.calls('request', ({ url }) => url.startsWith(ELSEWHERE)))
    assert.equal(sent.includes(skey), false)
  }
)

story('a login on its way when the login URL moves away is discarded', async ({ start, clock }) => {
  const server = new WaferServer({ clock })
  const other = new WaferServer({ clock, wechat: server.wechat, seed: 2 })
  const app = start({ server, servers: { [ORIGIN]: server, [ELSEWHERE]: other } })
  app.fake.fault('login', { kind: 'late', ms: 1000, times: 1 })
  const waiting = app.call()
  await clock.advance(500)
  app.qcloud.setLoginUrl(`${ELSEWHERE}/login`)
  const moved = app.call({ url: `${ELSEWHERE}/user` })
  await app.settled([waiting, moved])
  assert.equal(waiting.type, 'ERR_LOGIN_DISCARDED')
  assert.equal(moved.outcome, 'success')
  assert.equal(server.records.loginAttempts, 0)
})

story(
  'a change of protocol ends the session, and calls on their way are judged as they can be',
  async ({ start, clock }) => {
    const wafer = new WaferServer({ clock })
    const app = start({ server: wafer })
    await app.settled([app.call()])
    const inFlight = app.call()
    app.qcloud.configure({ protocol: 'wafer2' })
    assert.equal(app.qcloud.getSession(), null)
    await app.settled([inFlight])
    app.qcloud.configure({ protocol: 'wafer' })
    assert.deepEqual(await app.settled([app.call()]), ['success'])
  }
)

const bearer = () => ({
  loginRequest: (code) => ({ method: 'POST', data: { code } }),
  parseLogin: ({ data }) => ({ token: data.token }),
  header: ({ token }) => ({ Authorization: `Bearer ${token}` }),
  isExpired: ({ statusCode }) => statusCode === 401
})

story('the same protocol configured again keeps the session', async ({ start }) => {
  const app = start({ Server: BearerServer, configuration: { protocol: bearer() } })
  await app.settled([app.call()])
  app.qcloud.configure({ protocol: bearer() })
  assert.deepEqual(await app.settled([app.call()]), ['success'])
  assert.equal(app.server.records.logins, 1)
})

story(
  'configure() in quick succession while a hundred calls are on their way loses none of them',
  async ({ start, clock }) => {
    const app = start({ Server: Wafer2Server, configuration: { protocol: 'wafer2' } })
    const calls = []
    for (let index = 0; index < 100; index++) {
      calls.push(app.call())
      app.qcloud.configure({
        timeout: 1000 + index,
        header: { 'X-Index': String(index) },
        trustedOrigins: index % 2 ? [ELSEWHERE] : [],
        deadlines: { loginMs: 9000 + index },
        maxLoginsPerMinute: 5 + (index % 3),
        checkSession: ['launch', 'always', 'never'][index % 3],
        loginUrl: LOGIN_URL
      })
      await clock.advance(7)
    }
    assert.deepEqual(tally(await app.settled(calls)), { success: 100 })
    assert.equal(app.fake.count('login'), 1)
  }
)
