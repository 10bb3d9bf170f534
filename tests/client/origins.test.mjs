/** Guarantee 8: the session goes only where it belongs. */
import assert from 'node:assert/strict'
import { BearerServer, WaferServer } from '../../fake-wx/servers.mjs'
import { LOGIN_URL, ORIGIN, USER_URL, story } from './stories.mjs'

const SAME = [
  'https://api.example.com/user',
  'HTTPS://API.Example.COM/user',
  'https://api.example.com:443/user',
  'https://api.example.com:0443/user',
  'https://api.example.com:/user',
  'https://api.example.com/user?next=https://evil.com/',
  'https://api.example.com/user#@evil.com',
  'https://api.example.com/\\evil.com',
  'https://api.example.com/user:pw@evil.com'
]

const ELSEWHERE = [
  'http://api.example.com/user',
  'https://api.example.com:8443/user',
  'https://api.example.com.evil.com/user',
  'https://api-example.com/user',
  'https://example.com/user',
  'https://sub.api.example.com/user',
  'https://evil.com/api.example.com/user',
  'https://evil.com/https://api.example.com/user',
  'https://evil.com?https://api.example.com/user',
  'https://evil.com#https://api.example.com/user',
  'https://evil.com#@api.example.com/user',
  'https://evil.com/@api.example.com/user',
  'https://xn--api-.example.com/user',
  'https://[::1]/user'
]

/** Addresses on whose host URL parsers disagree, and what is no http(s) address at all. */
const AMBIGUOUS = [
  'https://api.example.com@evil.com/user',
  'https://api.example.com:443@evil.com/user',
  'https://user:password@api.example.com/user',
  'https://api.example.com%40evil.com/user',
  'https://evil.com\\@api.example.com/user',
  'https://api.example.com\\.evil.com/user',
  'https:\\\\api.example.com/user',
  'https:/api.example.com/user',
  'https:api.example.com/user',
  'https:///api.example.com/user',
  ' https://api.example.com/user',
  'https://api.example.com /user',
  'https://api.example.com\t.evil.com/user',
  'https://api.example.com\n.evil.com/user',
  'https://api.example.com\u0000.evil.com/user',
  'https://api.example.com:0x1bb/user',
  'https://api.example.com:443:443/user',
  'https://api.example.com:99999999999/user',
  'https://[::1/user',
  'https://[::1]evil.com/user',
  'https://',
  '//api.example.com/user',
  '\\\\api.example.com\\user',
  '/user',
  'user',
  'javascript:alert(1)',
  'data:text/html,x',
  'ws://api.example.com/user',
  'wxfile://api.example.com/user'
]

const isSession = (name) => ['x-wx-id', 'x-wx-skey'].includes(name.toLowerCase())
const sessionHeadersOf = ({ options }) => Object.keys(options.header).filter(isSession)

for (const url of SAME) {
  story(`the session goes to ${JSON.stringify(url)}`, async ({ startWarm }) => {
    const app = await startWarm()
    await app.settled([app.call({ url }), app.call({ url, login: false })])
    const sent = app.fake.calls('request')
    assert.equal(sent.length, 2)
    for (const entry of sent) {
      assert.equal(entry.options.url, url)
      assert.deepEqual(sessionHeadersOf(entry), ['X-WX-Id', 'X-WX-Skey'])
    }
  })
}

story('a call elsewhere is told which origins differ, and in what', async ({ startWarm }) => {
  const app = await startWarm()
  for (const [url, origin, differing] of [
    ['http://api.example.com/user', 'http://api.example.com', '协议'],
    ['https://files.example.com/user', 'https://files.example.com', '域名'],
    ['https://api.example.com:8443/user', 'https://api.example.com:8443', '端口'],
    ['HTTPS://FILES.example.com/user', 'https://files.example.com', '域名'],
    ['https://[::1]/user', 'https://[::1]', '域名'],
    ['http://files.example.com:81?a', 'http://files.example.com:81', '协议、域名、端口'],
    ['https://files.example.com:443/user', 'https://files.example.com', '域名'],
    ['http://api.example.com:80', 'http://api.example.com', '协议'],
    ['https://api.example.com:80/user', 'https://api.example.com:80', '端口']
  ]) {
    const call = app.call({ url })
    await app.settled([call])
    assert.ok(
      call.value.message.includes(`${origin} 与登录地址 https://api.example.com 的${differing}不同`),
      call.value.message
    )
  }
  for (const url of AMBIGUOUS) {
    const call = app.call({ url })
    await app.settled([call])
    assert.doesNotMatch(
      call.value.message,
      /与登录地址|password/,
      'what can be read in two ways is not explained in one'
    )
  }
})

story(
  'the session goes nowhere else: with login: true the call fails, without it goes out bare',
  async ({ startWarm }) => {
    const app = await startWarm()
    for (const url of ELSEWHERE) {
      app.fake.resetLog()
      const needing = app.call({ url })
      await app.settled([needing])
      assert.equal(needing.type, 'ERR_UNTRUSTED_ORIGIN', url)
      assert.match(needing.value.message, /trustedOrigins/)
      assert.equal(app.fake.count(), 0, url)

      await app.settled([app.call({ url, login: false })])
      const [sent, ...more] = app.fake.calls('request')
      assert.equal(more.length, 0)
      assert.equal(sent.options.url, url)
      assert.deepEqual(sent.options.header, {}, url)
    }
  }
)

story(
  'an address on whose host parsers disagree is refused, with a session and without',
  async ({ startWarm }) => {
    const app = await startWarm()
    for (const url of AMBIGUOUS) {
      app.fake.resetLog()
      const calls = [app.call({ url }), app.call({ url, login: false })]
      await app.settled(calls)
      for (const { type } of calls) assert.equal(type, 'ERR_INVALID_PARAMS', JSON.stringify(url))
      assert.equal(app.fake.count(), 0, JSON.stringify(url))
    }
  }
)

story('uploads and downloads obey the same rule', async ({ startWarm }) => {
  const app = await startWarm({ files: { 'wxfile://a': 'a' } })
  for (const api of ['uploadFile', 'downloadFile']) {
    for (const url of ELSEWHERE) {
      app.fake.resetLog()
      const options = { url, filePath: api === 'uploadFile' ? 'wxfile://a' : undefined, name: 'a' }
      const needing = app.note((callbacks) => app.qcloud[api]({ ...options, login: true, ...callbacks }))
      const bare = app.note((callbacks) => app.qcloud[api]({ ...options, ...callbacks }))
      await app.settled([needing, bare])
      assert.equal(needing.type, 'ERR_UNTRUSTED_ORIGIN')
      assert.equal(app.fake.count(api), 1)
      assert.deepEqual(app.fake.calls(api)[0].options.header, {})
    }
  }
})

story(
  'session headers and user data that the caller put in by hand do not go elsewhere either',
  async ({ startWarm }) => {
    const app = await startWarm()
    const header = {
      ...app.copy(app.qcloud.buildSessionHeader()),
      'x-wx-encrypted-data': 'data',
      'X-WX-IV': 'iv'
    }
    await app.settled([app.call({ login: false, url: 'https://evil.com/', header })])
    assert.deepEqual(app.fake.calls('request')[0].options.header, {})
  }
)

story('trustedOrigins get the session, with their own port and scheme only', async ({ start, clock }) => {
  const server = new WaferServer({ clock })
  const cdn = new WaferServer({ clock, wechat: server.wechat })
  const servers = { [ORIGIN]: server, 'https://cdn.example.com': cdn, 'http://[::1]:8080': cdn }
  const trustedOrigins = ['https://CDN.example.com/', 'http://[::1]:8080']
  const app = start({ server, servers, configuration: { trustedOrigins } })
  const { qcloud, fake } = app
  await app.settled([app.call()])
  fake.resetLog()
  const trusted = ['https://cdn.example.com/public', 'http://[::1]:8080/public']
  await app.settled(trusted.map((url) => app.call({ url })))
  for (const sent of fake.calls('request')) assert.equal(sessionHeadersOf(sent).length, 2)
  const untrusted = ['http://cdn.example.com/public', 'https://[::1]:8080/public', 'http://[::1]/public']
  const calls = untrusted.map((url) => app.call({ url }))
  await app.settled(calls)
  for (const { type } of calls) assert.equal(type, 'ERR_UNTRUSTED_ORIGIN')

  qcloud.configure({ trustedOrigins: [] })
  const later = app.call({ url: trusted[0] })
  await app.settled([later])
  assert.equal(later.type, 'ERR_UNTRUSTED_ORIGIN')
})

story('the login URL itself never gets the session', async ({ startWarm }) => {
  const app = await startWarm()
  for (const url of [
    LOGIN_URL,
    `${LOGIN_URL}?again=1`,
    `${LOGIN_URL}#again`,
    LOGIN_URL.replace('api', 'API')
  ]) {
    app.fake.resetLog()
    await app.settled([app.call({ url }), app.call({ url, login: false })])
    for (const { options } of app.fake.calls('request')) assert.deepEqual(options.header, {}, url)
    assert.equal(app.fake.count('request'), 2)
  }
  await app.settled([app.call({ url: `${LOGIN_URL}-history` })])
  assert.equal(sessionHeadersOf(app.fake.calls('request').at(-1)).length, 2)
})

story('a login URL without a path is the whole origin’s root only', async ({ start, clock }) => {
  const server = new WaferServer({ clock })
  const root = {
    handle: (request) => server.handle({ ...request, path: request.path === '/' ? '/login' : request.path })
  }
  const app = start({ server, servers: { [ORIGIN]: root }, configuration: { loginUrl: ORIGIN } })
  await app.settled([app.call()])
  app.fake.resetLog()
  await app.settled([app.call(), app.call({ url: `${ORIGIN}/` }), app.call({ url: `${ORIGIN}?x` })])
  const lengths = app.fake.calls('request').map((sent) => sessionHeadersOf(sent).length)
  assert.deepEqual(lengths, [2, 0, 0])
})

story('relative addresses go to baseUrl', async ({ startWarm }) => {
  const app = await startWarm({ configuration: { baseUrl: `${ORIGIN}/` } })
  await app.settled([app.call({ url: '/user' }), app.call({ url: 'user' }), app.call({ url: USER_URL })])
  for (const { options } of app.fake.calls('request')) assert.equal(options.url, USER_URL)
  const foreign = app.call({ url: 'https://evil.com/user' })
  await app.settled([foreign])
  assert.equal(foreign.type, 'ERR_UNTRUSTED_ORIGIN')
})

story('without a login URL login: true says what is missing, other calls go out bare', async ({ start }) => {
  const app = start({ configuration: null })
  const needing = app.call()
  const bare = app.call({ login: false, url: `${ORIGIN}/public` })
  const login = app.note((callbacks) => app.qcloud.login(callbacks))
  await app.settled([needing, bare, login])
  assert.equal(bare.outcome, 'success')
  for (const { type, value } of [needing, login]) {
    assert.equal(type, 'ERR_INVALID_PARAMS')
    assert.match(value.message, /setLoginUrl/)
  }
  assert.equal(app.fake.count('login'), 0)
})

story('the token of another kind of server stays at home just as well', async ({ start }) => {
  const protocol = {
    loginRequest: (code) => ({ method: 'POST', data: { code } }),
    parseLogin: ({ data }) => ({ token: data.token }),
    header: ({ token }) => ({ Authorization: `Bearer ${token}` }),
    isExpired: ({ statusCode }) => statusCode === 401
  }
  const app = start({ Server: BearerServer, configuration: { protocol } })
  assert.deepEqual(await app.settled([app.call()]), ['success'])
  app.fake.resetLog()
  await app.settled([app.call({ url: 'https://evil.com/', login: false })])
  assert.deepEqual(app.fake.calls('request')[0].options.header, {})
})
