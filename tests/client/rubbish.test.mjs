/**
 * Whatever the app, wx or a server hands in: no call is lost, no instance is thrown away, the login budget holds, and no
 * secret comes out in words.
 */
import assert from 'node:assert/strict'
import { SESSION_KEY } from '../../fake-wx/servers.mjs'
import { ORIGIN, USER_URL, story } from './stories.mjs'

const MAGIC = 'F2C224D4-2BCE-4C64-AF9F-A6D872000D1A'

/** What cannot be put into words, or throws when it is read. */
const UNSPEAKABLE = () => [
  { toString: 1 },
  Object.create(null),
  Symbol('words'),
  {
    toString() {
      throw new Error('no words')
    }
  },
  ['list'],
  () => 'words'
]

story(
  'words of a refusal that are no words neither lose the call nor the instance',
  async ({ startWarm }) => {
    const app = await startWarm()
    for (const words of UNSPEAKABLE()) {
      for (const error of ['ERR_CHECK_LOGIN_FAILED', words]) {
        const data = { [MAGIC]: 1, error, message: words }
        app.fake.fault('request', { kind: 'rubbish', value: { statusCode: 200, data }, times: 1 })
        const call = app.call()
        await app.settled([call])
        assert.equal(call.type, 'ERR_CHECK_LOGIN_FAILED')
        assert.doesNotMatch(call.value.message, /list|object|words|undefined/)
      }
    }
    assert.deepEqual(await app.settled([app.call()]), ['success'])
    assert.deepEqual(
      app.types().filter((type) => type === 'crash' || type === 'load'),
      []
    )
  }
)

story(
  'a status that cannot become a number fails its call, not the instance; a text that can is one',
  async (stage) => {
    const app = await stage.startWarm()
    const answers = (statusCode) =>
      app.fake.fault('request', { kind: 'rubbish', value: { statusCode, data: {} }, times: 1 })
    const logIn = async () => {
      await stage.clock.advance(1000)
      const login = app.note((callbacks) => app.qcloud.login({ force: true, ...callbacks }))
      await app.settled([login])
      return login.type
    }
    const unfit = [...UNSPEAKABLE(), ...(typeof BigInt === 'function' ? [BigInt(200)] : [])]
    for (const status of unfit) {
      answers(status)
      await app.settled([app.call()])
      answers(status)
      assert.match(await logIn(), /^ERR_LOGIN_(FAILED|MISSING_SESSION)$/)
    }
    answers('500')
    assert.equal(await logIn(), 'ERR_LOGIN_FAILED')
    assert.deepEqual(
      app.types().filter((type) => type === 'crash' || type === 'load'),
      []
    )
    await stage.clock.until(app.qcloud.login())
    assert.deepEqual(await app.settled([app.call()]), ['success'])
  }
)

story(
  'a body whose fields throw is the caller’s, and an error of wx that throws is a failure',
  async ({ startWarm }) => {
    const app = await startWarm()
    const throwing = (name) =>
      Object.defineProperty({}, name, {
        enumerable: true,
        get() {
          throw new Error('read')
        }
      })
    const { request } = app.wx
    app.wx.request = ({ success }) => success({ statusCode: 200, data: throwing(MAGIC) })
    assert.deepEqual(await app.settled([app.call()]), ['success'])
    app.wx.request = ({ fail }) => fail(throwing('errMsg'))
    const call = app.call()
    await app.settled([call])
    assert.equal(call.type, 'ERR_NETWORK')
    app.wx.request = request
    assert.deepEqual(await app.settled([app.call()]), ['success'])
  }
)

story(
  'a console that throws keeps nobody from hearing of a failed load',
  { needs: 'wasm' },
  async (stage) => {
    const app = stage.start({ configuration: null })
    app.run('if (typeof console === "object") console.error = () => { throw new Error("console") }')
    app.wasm.fault({ kind: 'reject', times: 1 })
    const call = app.call()
    await app.settled([call])
    assert.equal(call.type, 'ERR_WASM_LOAD')
    await stage.clock.runUntilIdle()
    stage.uncaught.splice(0)
    app.qcloud.setLoginUrl(`${ORIGIN}/login`)
    assert.deepEqual(await app.settled([app.call()]), ['success'])
  }
)

story(
  'refusals in text are found behind white space and a byte order mark, however long',
  async ({ startWarm }) => {
    const app = await startWarm()
    for (const before of ['', ' \n\t', '\ufeff']) {
      for (const length of [0, 5000, 200_000]) {
        const refusal = { [MAGIC]: 1, error: 'ERR_INVALID_SESSION', message: 'x'.repeat(length) }
        const value = { statusCode: 200, data: before + JSON.stringify(refusal) }
        app.fake.fault('request', { kind: 'rubbish', value, times: 1 })
        assert.deepEqual(await app.settled([app.call()]), ['success'])
        assert.equal(app.server.records.logins, 1, 'sent again after a login')
        app.server.records.logins = 0
        await stageMinute(app)
      }
    }
  }
)

story('a session in text is found behind white space and a byte order mark', async (stage) => {
  for (const before of ['', ' \n\t', '\ufeff']) {
    const app = stage.start()
    const answer = { [MAGIC]: 1, session: { id: 'id-of-text', skey: 'skey-of-text' } }
    const value = { statusCode: 200, data: before + JSON.stringify(answer) }
    app.fake.fault('request', { kind: 'rubbish', value, times: 1 })
    // The fake server does not know this session, and calls it expired.
    assert.deepEqual(await app.settled([app.call()]), ['success'])
    const [login, signed] = app.fake.calls('request').map(({ options }) => options)
    assert.match(login.url, /login/)
    assert.equal(signed.header['X-WX-Id'], 'id-of-text')
    await stage.clock.advance(61_000)
  }
})

/** Lets the login budget recover. */
const stageMinute = (app) => app.clock.advance(61_000)

story('what is a header’s name is a header, also where objects have such a member', async ({ startWarm }) => {
  const app = await startWarm()
  for (const observed of [false, true]) {
    if (observed) app.qcloud.onEvent(() => {})
    app.fake.resetLog()
    await app.settled([app.call({ header: { constructor: 'a', toString: 'b', valueOf: 'c' } })])
    const { header } = app.fake.calls('request')[0].options
    assert.deepEqual(
      ['constructor', 'toString', 'valueOf'].map((name) => Object.hasOwn(header, name) && header[name]),
      ['a', 'b', 'c']
    )
  }
})

story('additions to Object.prototype are no options, settings or headers', async ({ start }) => {
  const app = start({ configuration: null })
  app.run('Object.prototype.polyfilled = function () {\n  return 1\n}')
  app.run('Object.prototype.flag = true')
  try {
    app.qcloud.configure({ loginUrl: `${ORIGIN}/login`, deadlines: { loginMs: 9000 } })
    assert.deepEqual(await app.settled([app.call({ header: { 'X-Own': '1' } })]), ['success'])
    const sent = app.fake.calls('request').at(-1).options.header
    assert.ok(!Object.hasOwn(sent, 'polyfilled') && !Object.hasOwn(sent, 'flag'))
    const { Tunnel } = app.qcloud
    assert.equal(new Tunnel(`${ORIGIN}/tunnel`).isClosed(), true)
  } finally {
    app.run('delete Object.prototype.polyfilled')
    app.run('delete Object.prototype.flag')
  }
})

story(
  'a log-out whose removal fails overwrites what is stored, and says so if that fails too',
  async ({ startWarm, start, clock }) => {
    const app = await startWarm()
    app.fake.fault('removeStorageSync', { kind: 'throw' })
    app.qcloud.clearSession()
    assert.equal(app.fake.stored(SESSION_KEY), '')
    const next = start({ server: app.server, storage: app.fake.storage })
    assert.equal(next.qcloud.getSession(), null)
    await next.settled([next.call()])
    next.fake.fault('removeStorageSync', { kind: 'throw' })
    next.fake.fault('setStorageSync', { kind: 'throw' })
    next.qcloud.clearSession()
    await clock.runUntilIdle()
    assert.equal(next.types().filter((type) => type === 'storage-failed').length, 1)
    next.console.splice(0)
  }
)

story(
  'an origin that is trusted no longer gets nothing more, and what waits for a login is judged anew',
  async ({ startWarm, clock }) => {
    const app = await startWarm()
    const other = 'https://files.example.com'
    app.qcloud.configure({ trustedOrigins: [other] })
    const send = () => app.call({ login: false, url: `${other}/public` })
    await app.settled([send()])
    assert.ok(app.fake.calls('request').at(-1).options.header['X-WX-Skey'])
    app.server.expire()
    app.fake.fault('login', { kind: 'late', ms: 5000, times: 1 })
    const first = app.call()
    await clock.advance(1000)
    const waiting = app.call({ url: `${other}/public` })
    app.qcloud.configure({ trustedOrigins: [] })
    await app.settled([first, waiting, send()])
    for (const { options } of app.fake.calls('request', ({ url }) => url.startsWith(other)).slice(1)) {
      assert.equal(options.header['X-WX-Skey'], undefined)
    }
  }
)

story('another protocol of the app’s own does not get the session of the one before', async ({ start }) => {
  const protocol = (word) => ({
    loginRequest: (code) => ({ method: 'GET', header: { 'X-WX-Code': code } }),
    parseLogin: ({ data }) => ({ [word]: data.session.skey }),
    header: (session) => ({ Authorization: `${word} ${session[word]}` }),
    isExpired: () => false
  })
  const app = start({ configuration: { protocol: { ...protocol('one'), name: 'one' } } })
  await app.settled([app.call({ url: `${ORIGIN}/public` })])
  app.fake.resetLog()
  app.qcloud.configure({ protocol: { ...protocol('two'), name: 'two' } })
  await app.settled([app.call({ url: `${ORIGIN}/public` })])
  assert.equal(app.fake.count('login'), 1)
  assert.match(app.fake.calls('request').at(-1).options.header.Authorization, /^two [\da-f]+$/)
})

story('functions of a protocol that answer a promise are named as the mistake', async ({ start }) => {
  const steps = {
    loginRequest: (code) => ({ header: { 'X-WX-Code': code } }),
    parseLogin: ({ data }) => ({ token: data.session.skey }),
    header: () => ({ Authorization: 'x' }),
    isExpired: () => false
  }
  for (const step of Object.keys(steps)) {
    const app = start({
      configuration: { protocol: { ...steps, [step]: () => Promise.reject(new Error('late')) } }
    })
    const call = app.call({ url: `${ORIGIN}/public` })
    await app.settled([call])
    assert.equal(call.outcome, 'fail', step)
    assert.match(call.value.message, new RegExp(`protocol.${step} 返回了 Promise`), step)
    app.stop()
  }
})

story('secrets that a server, wx or the app’s own functions repeat are not told', async ({ start }) => {
  const app = start()
  await app.settled([app.call()])
  const { skey } = app.qcloud.getSession()
  const data = 'c2VjcmV0+/ZGF0YQ=='
  const spellings = [skey, encodeURIComponent(data), data, JSON.stringify(data).replaceAll('/', '\\/')]
  const message = spellings.join(' and ')
  app.fake.fault('request', {
    kind: 'rubbish',
    value: { statusCode: 200, data: { [MAGIC]: 1, error: 'ERR_CHECK_LOGIN_FAILED', message } },
    times: 1
  })
  const refused = app.call({ encryptedData: data, iv: 'aXZpdml2aXZpdml2' })
  await app.settled([refused])
  app.fake.fault('request', {
    kind: 'rubbish',
    as: 'fail',
    value: { errMsg: `request:fail ${message}` },
    times: 1
  })
  const failed = app.call()
  await app.settled([failed])
  app.qcloud.clearSession()
  app.fake.fault('request', {
    kind: 'rubbish',
    as: 'fail',
    value: { errMsg: `request:fail ${message}` },
    times: 1
  })
  const later = app.call({ login: false, url: USER_URL })
  await app.settled([later])
  for (const { value } of [refused, failed, later]) {
    const told = `${value.message} ${value.errMsg} ${JSON.stringify(value.detail)}`
    assert.ok(told.includes('***'), told)
    for (const spelling of spellings) assert.ok(!told.includes(spelling), told)
  }
})
