/** What wafer-client-sdk 0.8.4's README promises holds here, too. */
import assert from 'node:assert/strict'
import { SESSION_KEY } from '../../fake-wx/servers.mjs'
import { LOGIN_URL, ORIGIN, USER_URL, WAFER, anyLogin, comparing, outcome } from './clients.mjs'

const { same } = comparing(WAFER)

same('error codes have the same names and values', ({ qcloud }) =>
  [
    'ERR_INVALID_PARAMS',
    'ERR_WX_LOGIN_FAILED',
    'ERR_WX_GET_USER_INFO',
    'ERR_LOGIN_TIMEOUT',
    'ERR_LOGIN_FAILED',
    'ERR_LOGIN_SESSION_NOT_RECEIVED',
    'ERR_INVALID_SESSION',
    'ERR_CHECK_LOGIN_FAILED'
  ].map((name) => [name, qcloud[name]])
)

same('functions and classes have the same names', ({ qcloud }) =>
  [
    'login',
    'setLoginUrl',
    'LoginError',
    'clearSession',
    'request',
    'buildSessionHeader',
    'RequestError',
    'Tunnel'
  ].map((name) => [name, typeof qcloud[name]])
)

same(
  'a request with login logs in, sends the session and answers as wx does',
  async (client) => {
    const calls = await client.call({ data: { page: 1 }, header: { 'X-Trace': 'a' } })
    const [{ options }] = client.fake.calls('request', ({ url }) => url === USER_URL)
    const session = client.fake.stored(SESSION_KEY)
    assert.equal(options.header['X-WX-Id'], session.id)
    assert.equal(options.header['X-WX-Skey'], session.skey)
    return {
      calls: calls.map(([name, { statusCode, data }]) => [name, statusCode, Object.keys(data.data)]),
      sent: [Object.keys(options.header).sort(), options.data],
      logins: client.server.records.logins
    }
  },
  anyLogin
)

same(
  'options that the SDK does not know reach wx.request',
  async (client) => {
    await client.call({
      method: 'POST',
      data: 'a=1',
      timeout: 4000,
      dataType: 'text',
      responseType: 'text',
      enableHttp2: true,
      mine: 1
    })
    const [{ options }] = client.fake.calls('request', ({ url }) => url === USER_URL)
    const { method, data, timeout, dataType, responseType, enableHttp2, mine } = options
    return { method, data, timeout, dataType, responseType, enableHttp2, mine }
  },
  anyLogin
)

same('a request without login and without a session goes out without', async (client) => {
  const calls = await client.call({ login: false, url: `${ORIGIN}/public` })
  const [{ options }] = client.fake.calls('request')
  return { calls: outcome(calls), header: options.header, logins: client.fake.count('login') }
})

same(
  'a request without login carries the session that is there',
  async (client) => {
    await client.warm()
    const calls = await client.call({ login: false })
    const [{ options }] = client.fake.calls('request')
    return { calls: outcome(calls), header: Object.keys(options.header) }
  },
  anyLogin
)

same(
  'an expired session is renewed, and the request made again, once',
  async (client) => {
    await client.warm()
    client.server.expire()
    const calls = await client.call()
    return {
      calls: outcome(calls),
      logins: client.fake.count('login'),
      sent: client.fake.calls('request', ({ url }) => url === USER_URL).length
    }
  },
  anyLogin
)

same(
  'a session that is refused again after the login fails with ERR_INVALID_SESSION',
  async (client) => {
    client.server.alwaysInvalid = true
    const calls = await client.call()
    const [[, error]] = calls
    return {
      calls: outcome(calls),
      isRequestError: error instanceof client.qcloud.RequestError,
      message: error.message.slice(0, 6),
      stored: client.fake.stored(SESSION_KEY) ?? null
    }
  },
  anyLogin
)

same(
  'login answers the user, and asks nobody when the session is good',
  async (client) => {
    const first = await client.login()
    client.fake.resetLog()
    const second = await client.login()
    return {
      names: [first[0][0], second[0][0]],
      kinds: [typeof first[0][1].nickName, typeof second[0][1].nickName],
      logins: client.fake.count('login')
    }
  },
  anyLogin
)

same(
  'a login without a login URL fails with ERR_INVALID_PARAMS',
  async (client) => {
    const [[name, error]] = await client.login()
    const [[, requestError]] = await client.call()
    const { LoginError } = client.qcloud
    return [
      name,
      error.type,
      error instanceof LoginError,
      requestError.type,
      requestError instanceof LoginError
    ]
  },
  { url: null }
)

same('wx.login that fails is ERR_WX_LOGIN_FAILED, with what wx said', async (client) => {
  client.fake.fault('login', { kind: 'fail', errMsg: 'login:fail broken' })
  const calls = await client.call()
  const [[, error]] = calls
  return {
    calls: outcome(calls),
    detail: error.detail,
    isLoginError: error instanceof client.qcloud.LoginError,
    isError: error instanceof Error || error.stack !== undefined
  }
})

same('a login request that fails is ERR_LOGIN_FAILED', async (client) => {
  client.fake.fault('request', { kind: 'fail', when: ({ url }) => url === LOGIN_URL })
  return outcome(await client.call())
})

same('a login answer without a session is ERR_LOGIN_MISSING_SESSION', async (client) => {
  client.server.login = () => ({ data: { ok: true } })
  return outcome(await client.call())
})

same('request throws ERR_INVALID_PARAMS at once where options are no object', ({ qcloud }) =>
  [undefined, 'text', 5, true, () => {}].map((options) => {
    try {
      qcloud.request(options)
      return 'nothing'
    } catch (error) {
      return [
        error.type,
        error instanceof qcloud.RequestError,
        /object.*(undefined|string|number|boolean|function)/.test(error.message)
      ]
    }
  })
)

same(
  'buildSessionHeader and clearSession',
  async (client) => {
    const before = client.qcloud.buildSessionHeader()
    await client.warm()
    const { id, skey } = client.fake.stored(SESSION_KEY)
    const during = client.qcloud.buildSessionHeader()
    assert.deepEqual({ ...during }, { 'X-WX-Id': id, 'X-WX-Skey': skey })
    client.qcloud.clearSession()
    return [before, client.qcloud.buildSessionHeader(), client.fake.stored(SESSION_KEY) ?? null]
  },
  anyLogin
)

same(
  'the stored session has id, skey and userInfo, under the same key',
  async (client) => {
    await client.warm()
    return Object.keys(client.fake.stored(SESSION_KEY)).sort()
  },
  anyLogin
)

same(
  'every HTTP status is a success, as in wx',
  async (client) => {
    await client.warm()
    client.server.route('/broken', () => ({ statusCode: 502, data: '<html>' }))
    const calls = await client.call({ url: `${ORIGIN}/broken` })
    return calls.map(([name, { statusCode, data }]) => [name, statusCode, data])
  },
  anyLogin
)
