/** Servers that speak wafer2 or a protocol of their own, and servers that speak another one than configured. */
import assert from 'node:assert/strict'
import { BearerServer, SESSION_KEY, Wafer2Server } from '../../fake-wx/servers.mjs'
import { LOGIN_URL, ORIGIN, many, story, tally } from './stories.mjs'

const WAFER2 = { Server: Wafer2Server, configuration: { protocol: 'wafer2' } }

/** The ten lines that a Bearer-token server takes. */
const bearer = (changes) => ({
  loginRequest: (code) => ({ method: 'POST', data: { code } }),
  parseLogin({ statusCode, data }) {
    if (statusCode !== 200) throw new Error(data.message)
    return { token: data.token, userInfo: data.user }
  },
  header: ({ token }) => ({ Authorization: `Bearer ${token}` }),
  isExpired: ({ statusCode }) => statusCode === 401,
  ...changes
})
const withBearer = (changes) => ({ Server: BearerServer, configuration: { protocol: bearer(changes) } })

for (const [name, options] of Object.entries({ wafer2: WAFER2, 'Bearer tokens': withBearer() })) {
  story(`with ${name} a hundred cold calls cost one login`, async ({ start }) => {
    const app = start(options)
    assert.deepEqual(tally(await app.settled(many(100, () => app.call()))), { success: 100 })
    assert.equal(app.server.records.loginAttempts, 1)
    assert.equal(app.server.records.ok, 100)
  })

  story(`with ${name} a hundred calls on an expired session cost one login`, async ({ startWarm }) => {
    const app = await startWarm(options)
    app.server.expire()
    assert.deepEqual(tally(await app.settled(many(100, () => app.call()))), { success: 100 })
    assert.equal(app.server.records.loginAttempts, 1)
  })

  story(
    `with ${name} the session outlives a restart and a warm call is one wx.request`,
    async ({ startWarm, start }) => {
      const first = await startWarm(options)
      const app = start({
        server: first.server,
        storage: first.fake.storage,
        configuration: options.configuration
      })
      const stored = first.fake.stored(SESSION_KEY)
      // The name of the app's own protocol is stored beside the session.
      assert.deepEqual(app.copy(app.qcloud.getSession()), stored.protocol ? stored.session : stored)
      const header = app.copy(app.qcloud.buildSessionHeader())
      assert.deepEqual(await app.settled([app.call()]), ['success'])
      assert.deepEqual(app.fake.calls('request')[0].options.header, header)
      assert.equal(app.fake.count('login'), 0)
      app.fake.resetLog()
      await app.settled([app.call()])
      assert.deepEqual({ ...app.fake.counts }, { request: 1 })
    }
  )

  story(`with ${name} log-out and login() work`, async ({ start, clock }) => {
    const app = start(options)
    const info = await clock.until(app.qcloud.login())
    assert.equal(info.nickName, '新用户')
    app.qcloud.clearSession()
    assert.equal(app.qcloud.getSession(), null)
    assert.equal(app.fake.stored(SESSION_KEY), undefined)
    assert.deepEqual(await app.settled([app.call()]), ['success'])
    assert.equal(app.server.records.logins, 2)
  })
}

story('wafer2 signs with the skey alone', async ({ startWarm }) => {
  const app = await startWarm(WAFER2)
  await app.settled([app.call()])
  const { skey } = app.qcloud.getSession()
  assert.deepEqual(app.fake.calls('request')[0].options.header, { 'X-WX-Skey': skey })
})

const EXPIRIES = {
  ERR_SKEY_INVALID: { data: { code: -1, error: 'ERR_SKEY_INVALID' } },
  'code -1 without data': { data: { code: -1, data: {} } },
  'code -1 with an empty list, as PHP writes it': { data: { code: -1, data: [] } },
  'HTTP 401': { statusCode: 401, data: 'Unauthorized' }
}
for (const [name, answer] of Object.entries(EXPIRIES)) {
  story(`wafer2: ${name} is an expiry`, async ({ startWarm }) => {
    const app = await startWarm(WAFER2)
    app.server.expired = () => ({ statusCode: 200, ...answer })
    app.server.expire()
    assert.deepEqual(await app.settled([app.call()]), ['success'])
    assert.equal(app.server.records.logins, 1)
    assert.equal(app.fake.calls('request', ({ url }) => url !== LOGIN_URL).length, 2)
  })
}

const NO_EXPIRIES = {
  'code -1 with another error': { data: { code: -1, error: 'ER_DUP_ENTRY' } },
  'code -1 with data': { data: { code: -1, data: { reason: 'sold out' } } },
  'another code': { data: { code: 7, error: 'ERR_SKEY_INVALID' } },
  'HTTP 403': { statusCode: 403, data: { code: -1, data: { reason: 'forbidden' } } },
  'HTTP 500 with the body of an expiry': { statusCode: 500, data: { code: -1, error: 'ERR_SKEY_INVALID' } }
}
for (const [name, answer] of Object.entries(NO_EXPIRIES)) {
  story(`wafer2: ${name} is the caller’s, sent once, and the session stays`, async ({ startWarm }) => {
    const app = await startWarm(WAFER2)
    const { skey } = app.qcloud.getSession()
    app.server.route('/odd', () => ({ statusCode: 200, ...answer }))
    const call = app.call({ url: `${ORIGIN}/odd` })
    await app.settled([call])
    assert.deepEqual(app.copy(call.value.data), answer.data)
    assert.equal(app.fake.count('request'), 1)
    assert.equal(app.qcloud.getSession().skey, skey)
  })
}

story('a wafer client on a wafer2 server is told so', async ({ start }) => {
  const app = start({ Server: Wafer2Server })
  const call = app.call()
  await app.settled([call])
  assert.equal(call.type, 'ERR_LOGIN_MISSING_SESSION')
  assert.equal(call.type, app.qcloud.ERR_LOGIN_SESSION_NOT_RECEIVED)
  assert.match(call.value.message, /服务器返回的是 wafer2 格式.*protocol: 'wafer2'/)
})

story('a wafer2 client on a wafer server is told so', async ({ start }) => {
  const app = start({ configuration: { protocol: 'wafer2' } })
  const call = app.call()
  await app.settled([call])
  assert.equal(call.type, 'ERR_LOGIN_MISSING_SESSION')
  assert.match(call.value.message, /服务器返回的是 wafer 格式.*protocol: 'wafer'/)
})

story('what a server says when it refuses a login is in the error', async ({ start }) => {
  for (const options of [{}, WAFER2, withBearer()]) {
    const app = start(options)
    app.fake.fault('login', { kind: 'rubbish', value: { code: 'a-code-nobody-issued' } })
    const call = app.call()
    await app.settled([call])
    assert.match(call.value.message, /40029 invalid code/)
    assert.ok(['ERR_LOGIN_FAILED', 'ERR_LOGIN_MISSING_SESSION'].includes(call.type), call.type)
    assert.equal(call.value.detail.statusCode, options.Server === BearerServer ? 400 : 200)
  }
})

story('secrets that a server repeats in its words are hidden in the error', async ({ start }) => {
  const app = start()
  app.server.loginError = (message) => ({ statusCode: 200, data: { F2C224D4: 1, error: message } })
  app.server.handle = ({ header }) => ({
    statusCode: 200,
    data: {
      'F2C224D4-2BCE-4C64-AF9F-A6D872000D1A': 1,
      error: 'ERR_LOGIN_FAILED',
      message: `code ${header['X-WX-Code']} is used up`
    }
  })
  const call = app.call()
  await app.settled([call])
  assert.equal(call.type, 'ERR_LOGIN_FAILED')
  assert.match(call.value.message, /code \*\*\* is used up/)
})

story('a protocol of one’s own gets plain values and decides the login request', async ({ start }) => {
  const seen = []
  const protocol = bearer({
    loginRequest(code, userInfo) {
      seen.push([code, userInfo])
      return { url: `${ORIGIN}/login?v=2`, method: 'POST', data: { code }, header: { 'X-Client': 'mini' } }
    }
  })
  const app = start({ Server: BearerServer, configuration: { protocol } })
  assert.deepEqual(await app.settled([app.call()]), ['success'])
  const { answer } = app.fake.calls('login')[0]
  assert.deepEqual(seen, [[answer.code, undefined]])
  const [{ options }] = app.fake.calls('request')
  assert.equal(options.url, `${ORIGIN}/login?v=2`)
  assert.deepEqual(options.data, { code: answer.code })
  assert.deepEqual(options.header, { 'X-Client': 'mini' })
})

story("with loginMode 'code+userInfo' it gets the user info, too", async ({ start }) => {
  const seen = []
  const protocol = bearer({
    loginRequest(code, userInfo) {
      seen.push(userInfo)
      return { method: 'POST', data: { code } }
    }
  })
  const app = start({ Server: BearerServer, configuration: { protocol, loginMode: 'code+userInfo' } })
  assert.deepEqual(await app.settled([app.call()]), ['success'])
  assert.equal(typeof seen[0].encryptedData, 'string')
  assert.equal(seen[0].userInfo.nickName, '微信用户')
})

const boom = () => {
  throw new Error('in the protocol')
}
const BROKEN = {
  'loginRequest throws': { loginRequest: boom },
  'parseLogin throws': { parseLogin: boom },
  'parseLogin gives nothing': { parseLogin: () => undefined },
  'parseLogin gives text': { parseLogin: () => 'token' },
  'parseLogin gives what no JSON keeps': {
    parseLogin: ({ data }) => ({ token: { toString: () => data.token } })
  },
  'header throws': { header: boom },
  'header gives nothing': { header: () => undefined },
  'header gives half a header': { header: () => ({ Authorization: undefined }) },
  'header makes words of nothing': { header: ({ none }) => ({ Authorization: `Bearer ${none}` }) },
  'header makes words of an object': { header: () => ({ Authorization: `Bearer ${{}}` }) }
}
for (const [name, changes] of Object.entries(BROKEN)) {
  story(`a protocol whose ${name} fails the login, clearly and for everyone who waits`, async ({ start }) => {
    const app = start(withBearer(changes))
    const calls = [app.call(), app.call(), app.note((callbacks) => app.qcloud.login(callbacks))]
    await app.settled(calls)
    for (const { type, value } of calls) {
      assert.match(type, /^ERR_LOGIN_(FAILED|MISSING_SESSION)$/)
      assert.ok(value instanceof app.qcloud.LoginError)
      if (/(loginRequest|parseLogin) throws/.test(name)) {
        assert.match(`${value.message} ${value.detail && value.detail.message}`, /in the protocol/)
      } else if (!/header throws/.test(name)) {
        assert.match(value.message, /protocol：(parseLogin|header)\(\)(\.Authorization)? 应为/)
      }
    }
    assert.equal(app.qcloud.getSession(), null)
    app.qcloud.configure({ protocol: bearer() })
    assert.deepEqual(await app.settled([app.call()]), ['success'])
  })
}

story(
  'a protocol whose isExpired throws: the answer is the caller’s, the exception surfaces',
  async ({ start, uncaught, clock }) => {
    const app = start(withBearer({ isExpired: boom }))
    assert.deepEqual(await app.settled([app.call()]), ['success'])
    await clock.runUntilIdle()
    assert.deepEqual(
      uncaught.splice(0).map(({ message }) => message),
      ['in the protocol']
    )
  }
)

story(
  'the session of another protocol in the storage, which makes no full header, is no session',
  async ({ startWarm, start }) => {
    const { fake } = await startWarm()
    const header = ({ token }) => ({ Authorization: token && `Bearer ${token}` })
    const app = start({ ...withBearer({ header }), storage: fake.storage })
    assert.equal(app.qcloud.getSession(), null)
    assert.deepEqual(await app.settled([app.call()]), ['success'])
    assert.equal(app.server.records.refused, 0)
  }
)

story(
  'so it is where the protocol would make a header of it: no "Bearer undefined" leaves the phone',
  async ({ startWarm, start }) => {
    const { fake } = await startWarm()
    const app = start({
      Server: BearerServer,
      configuration: { protocol: bearer(), checkSession: 'never' },
      storage: fake.storage
    })
    assert.deepEqual(await app.settled([app.call()]), ['success'])
    assert.equal(app.server.records.refused, 0)
    assert.equal(app.server.records.logins, 1)
  }
)

story(
  'a session that parseLogin froze stays as it is, and so does one that it did not',
  async ({ start }) => {
    for (const keep of [Object.freeze, (session) => session]) {
      const session = { token: 'token-1', userInfo: keep({ nickName: '小明' }) }
      const app = start(
        withBearer({ parseLogin: () => keep(session), header: () => ({ 'X-Token': 'token-1' }) })
      )
      assert.deepEqual(await app.settled([app.call({ url: `${ORIGIN}/public` })]), ['success'])
      assert.deepEqual(session, { token: 'token-1', userInfo: { nickName: '小明' } })
      assert.deepEqual(app.copy(app.qcloud.getSession()), session)
      app.stop()
    }
  }
)

story(
  'isExpired is asked of answers to signed calls, and not of a server that is not itself',
  async ({ start }) => {
    const asked = []
    const isExpired = ({ statusCode }) => {
      asked.push(statusCode)
      return statusCode !== 200
    }
    const app = start(withBearer({ isExpired }))
    app.server.route('/bad-gateway', () => ({ statusCode: 502, header: {}, data: '<html>' }))
    app.server.route('/wrong-password', () => ({ statusCode: 401, header: {}, data: {} }))
    const call = (path, login) => app.call({ url: ORIGIN + path, login })
    await app.settled([call('/wrong-password', false)])
    assert.deepEqual(asked, [])
    await app.settled([call('/user', true), call('/bad-gateway', true)])
    assert.deepEqual(asked, [200])
    assert.equal(app.fake.count('login'), 1)
    assert.notEqual(app.qcloud.getSession(), null)
  }
)

story('what another protocol of the app’s own stored is not this one’s session', async ({ start }) => {
  const named = (name) => ({ configuration: { protocol: { ...bearer(), name } }, Server: BearerServer })
  const first = start(named('one'))
  await first.settled([first.call()])
  const { storage } = first.fake
  const second = start({ ...named('two'), server: first.server, storage })
  assert.equal(second.qcloud.getSession(), null)
  await second.settled([second.call()])
  assert.equal(second.fake.count('login'), 1)
  const third = start({ ...named('two'), server: first.server, storage })
  await third.settled([third.call()])
  assert.equal(third.fake.count('login'), 0)
})
