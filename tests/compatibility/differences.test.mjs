/** Where this package does otherwise than wafer-client-sdk 0.8.4, on purpose; docs/migration.md says why. */
import { MAGIC, SESSION_KEY } from '../../fake-wx/servers.mjs'
import { LOGIN_URL, ORIGIN, USER_URL, WAFER, anyLogin, comparing, outcome } from './clients.mjs'

const { differs } = comparing(WAFER)

differs(
  'code-only-login',
  'login sends the code alone, without asking for user data',
  async (client) => {
    await client.call()
    const [{ options }] = client.fake.calls('request', ({ url }) => url === LOGIN_URL)
    return [Object.keys(options.header), client.fake.count('getUserInfo')]
  },
  { ...anyLogin, before: [['X-WX-Code', 'X-WX-Encrypted-Data', 'X-WX-IV'], 1], now: [['X-WX-Code'], 0] }
)

differs(
  'code-only-login',
  'a login works where the user has refused user data',
  async (client) => {
    return outcome(await client.call())
  },
  {
    ...anyLogin,
    user: { denies: ['getUserInfo'] },
    before: ['fail ERR_WX_GET_USER_INFO', 'complete ERR_WX_GET_USER_INFO'],
    now: ['success', 'complete undefined']
  }
)

differs(
  'one-login',
  'ten calls at once log in once',
  async (client) => {
    const calls = Array.from(
      { length: 10 },
      () =>
        new Promise((done) =>
          client.qcloud.request({ login: true, url: USER_URL, success: () => done(1), fail: () => done(0) })
        )
    )
    const succeeded = (await client.clock.until(Promise.all(calls))).reduce((sum, one) => sum + one, 0)
    return [client.fake.count('login') > 1, succeeded === calls.length]
  },
  { ...anyLogin, before: [true, false], now: [false, true] }
)

differs(
  'checked-once',
  'a warm request costs one native call',
  async (client) => {
    await client.warm()
    await client.call()
    return client.fake.trace()
  },
  {
    ...anyLogin,
    before: ['getStorageSync', 'checkSession', 'getStorageSync', 'request GET /user'],
    now: ['request GET /user']
  }
)

differs(
  'kept-session',
  'a check failure of the server does not log the user out',
  async (client) => {
    await client.warm()
    client.server.route('/unchecked', () => client.server.missing())
    const calls = await client.call({ url: `${ORIGIN}/unchecked` })
    return [outcome(calls), client.fake.stored(SESSION_KEY) !== undefined]
  },
  {
    ...anyLogin,
    before: [['fail ERR_CHECK_LOGIN_FAILED', 'complete ERR_CHECK_LOGIN_FAILED'], false],
    now: [['fail ERR_CHECK_LOGIN_FAILED', 'complete ERR_CHECK_LOGIN_FAILED'], true]
  }
)

differs(
  'kept-session',
  'a failed check and a failed login keep the session that nobody refused',
  async (client) => {
    await client.warm()
    client.fake.fault('checkSession', { kind: 'fail' })
    client.fake.fault('login', { kind: 'fail' })
    await client.login({ force: true })
    return client.fake.stored(SESSION_KEY) !== undefined
  },
  { ...anyLogin, before: false, now: true }
)

differs(
  'http-status',
  'an answer of HTTP 500 says nothing about the session',
  async (client) => {
    await client.warm()
    client.server.route('/down', () => ({ ...client.server.expired(), statusCode: 500 }))
    return outcome(await client.call({ url: `${ORIGIN}/down` }))
  },
  {
    ...anyLogin,
    before: ['fail ERR_INVALID_SESSION', 'complete ERR_INVALID_SESSION'],
    now: ['success', 'complete undefined']
  }
)

differs(
  'http-status',
  'a login answer of HTTP 500 is none',
  async (client) => {
    const { login } = client.server
    client.server.login = (request) => ({ ...login.call(client.server, request), statusCode: 500 })
    return outcome(await client.login())[0]
  },
  { ...anyLogin, before: 'success', now: 'fail ERR_LOGIN_FAILED' }
)

differs(
  'network-errors',
  'a request that fails has an error with a type, and what wx said in it',
  async (client) => {
    await client.warm()
    client.fake.fault('request', { kind: 'fail', errMsg: 'request:fail reset' })
    const [[, error]] = await client.call()
    return [error.type ?? null, error.errMsg, error instanceof client.qcloud.RequestError]
  },
  {
    ...anyLogin,
    before: [null, 'request:fail reset', false],
    now: ['ERR_NETWORK', 'request:fail reset', true]
  }
)

differs(
  'refused-login',
  'a login that the server refuses has the code ERR_LOGIN_FAILED',
  async (client) => {
    client.server.login = () => ({ data: { [MAGIC]: 1, error: 'ERR_LOGIN_FAILED', message: '用户被停用' } })
    const [[, error]] = await client.login()
    return [error.type, /用户被停用/.test(error.message)]
  },
  { before: ['ERR_LOGIN_MISSING_SESSION', true], now: ['ERR_LOGIN_FAILED', true] }
)

differs(
  'trusted-origins',
  'the session does not go to other hosts',
  async (client) => {
    await client.warm()
    const elsewhere = 'https://elsewhere.example/a'
    await client.call({ login: false, url: elsewhere })
    const [{ options }] = client.fake.calls('request', ({ url }) => url === elsewhere)
    return 'X-WX-Skey' in options.header
  },
  { ...anyLogin, before: true, now: false }
)

differs(
  'trusted-origins',
  'login: true for another host fails',
  async (client) => {
    await client.warm()
    client.server.route('/other', () => ({ data: 'ok' }))
    return outcome(await client.call({ url: 'https://elsewhere.example/other' }))[0]
  },
  { ...anyLogin, before: 'success', now: 'fail ERR_UNTRUSTED_ORIGIN' }
)

differs(
  'header-case',
  'a header by the name of a session header is replaced, however it is spelt',
  async (client) => {
    await client.warm()
    await client.call({ header: { 'x-wx-skey': 'mine' } })
    const [{ options }] = client.fake.calls('request')
    return Object.keys(options.header)
  },
  { ...anyLogin, before: ['x-wx-skey', 'X-WX-Id', 'X-WX-Skey'], now: ['X-WX-Id', 'X-WX-Skey'] }
)

differs(
  'early-errors',
  'a login URL that is none is refused at once',
  ({ qcloud }) => {
    try {
      qcloud.setLoginUrl('example.com/login')
      return 'taken'
    } catch (error) {
      return error.type
    }
  },
  { before: 'taken', now: 'ERR_INVALID_PARAMS' }
)

differs(
  'early-errors',
  'a request without a URL is not sent',
  async (client) => {
    const calls = await client.call({ login: false, url: '' })
    return [calls[0][1].type ?? null, client.fake.count('request')]
  },
  { before: [null, 1], now: ['ERR_INVALID_PARAMS', 0] }
)

differs(
  'early-errors',
  'null and objects without a prototype',
  async (client) => {
    const said = (options) => {
      try {
        client.qcloud.request(options)
        return 'taken'
      } catch (error) {
        return error.type ?? 'TypeError'
      }
    }
    const bare = Object.assign(Object.create(null), { url: `${ORIGIN}/public` })
    const answers = [said(null), said(bare)]
    await client.idle()
    return answers
  },
  { before: ['TypeError', 'TypeError'], now: ['ERR_INVALID_PARAMS', 'taken'] }
)

differs(
  'callbacks',
  'complete is called although success threw',
  async (client) => {
    const told = []
    client.qcloud.request({
      url: `${ORIGIN}/public`,
      success() {
        told.push('success')
        throw new Error('thrown by the page')
      },
      complete: () => told.push('complete')
    })
    await client.idle()
    return [told, client.uncaught.map(({ message }) => message)]
  },
  { before: [['success'], ['thrown by the page']], now: [['success', 'complete'], ['thrown by the page']] }
)

differs(
  'callbacks',
  'login has complete, too, and returns a promise without callbacks',
  async (client) => {
    const calls = await client.login()
    const returned = client.qcloud.login()
    await client.idle()
    return [calls.map(([name]) => name), typeof returned]
  },
  { ...anyLogin, before: [['success'], 'undefined'], now: [['success', 'complete'], 'object'] }
)

differs(
  'callbacks',
  'request returns a task',
  (client) => {
    const task = client.qcloud.request({ url: `${ORIGIN}/public` })
    return [typeof task, typeof task?.abort, typeof task?.then]
  },
  { before: ['undefined', 'undefined', 'undefined'], now: ['object', 'function', 'function'] }
)

differs(
  'deadlines',
  'a login that hangs ends',
  async (client) => {
    client.fake.fault('login', { kind: 'hang' })
    return outcome(await client.call())
  },
  { before: [], now: ['fail ERR_LOGIN_TIMEOUT', 'complete ERR_LOGIN_TIMEOUT'] }
)

differs(
  'log-out',
  'a log-out during a login ends logged out',
  async (client) => {
    const calls = client.call()
    await client.clock.advance(10).catch(() => {})
    client.qcloud.clearSession()
    await calls
    return client.fake.stored(SESSION_KEY) !== undefined
  },
  { ...anyLogin, before: true, now: false }
)

differs(
  'login-options',
  'method and data of the login request are configured, not given to login()',
  async (client) => {
    await client.login({ method: 'POST', data: { from: 'page' } })
    const [{ options }] = client.fake.calls('request', ({ url }) => url === LOGIN_URL)
    return [options.method, options.data ?? null]
  },
  { ...anyLogin, before: ['POST', { from: 'page' }], now: ['GET', null] }
)

differs(
  'error-names',
  'errors say which they are',
  async (client) => {
    client.fake.fault('login', { kind: 'fail' })
    const [[, error]] = await client.call()
    return [error.name, String(error).split(':')[0].split('：')[0].length > 0]
  },
  { before: ['Error', true], now: ['LoginError', true] }
)
