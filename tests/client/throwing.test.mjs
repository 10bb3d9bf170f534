/**
 * Objects that throw when they are read, wherever wx, a server or the app may hand one in: the call settles at once, the
 * instance stays, and the next call works.
 */
import assert from 'node:assert/strict'
import { MAGIC, SESSION_KEY, Wafer2Server } from '../../fake-wx/servers.mjs'
import { LOGIN_URL, ORIGIN, USER_URL, story } from './stories.mjs'
import { PING_MS, connected } from './tunnels.mjs'

const refuse = () => {
  throw new Error('read')
}

/** `object`, but reading `name` throws. */
const throwing = (object, name) =>
  Object.defineProperty({ ...object }, name, { enumerable: true, get: refuse })

/** Throws whatever is asked of it. */
const hostile = () =>
  new Proxy(
    {},
    {
      get: refuse,
      has: refuse,
      ownKeys: refuse,
      getOwnPropertyDescriptor: refuse,
      set: refuse,
      getPrototypeOf: refuse
    }
  )

/** Objects like this one, each of which throws at another place, and one that throws everywhere. */
const badly = (object) => [...Object.keys(object).map((name) => throwing(object, name)), hostile()]

/** Lets `api` of wx answer `answer` once, to a call of which `when(options)` holds. */
function answerOnce(app, api, answer, { when = () => true, as = 'success' } = {}) {
  const { [api]: own } = app.wx
  app.wx[api] = (options) => {
    if (!when(options)) return own(options)
    app.wx[api] = own
    app.clock.setTimeout(() => options[as](answer), 10)
    return undefined
  }
}

/** What holds of each: nothing waits for a deadline, and nothing was lost. */
async function assertSettlesAtOnce(app, call) {
  const began = app.clock.elapsed()
  await app.settled([call])
  assert.ok(app.clock.elapsed() - began < 2500, `after ${app.clock.elapsed() - began} ms`)
  // A login that failed backs off.
  await app.clock.advance(61_000)
  const next = app.call()
  await app.settled([next])
  assert.equal(next.type, undefined, 'a later call works')
  assert.ok(!app.types().includes('crash'))
  if (app.wasm) assert.equal(app.wasm.instances.length, 1)
}

const isUser = ({ url }) => url === USER_URL
const isLogin = ({ url }) => url === LOGIN_URL

/** An app that is logged in, or that is not. */
const warm = (stage, observed = true) => stage.startWarm({ latency: 10, observed })
const cold = (stage, observed = true) => stage.start({ latency: 10, observed })

const refusal = (error) => ({ [MAGIC]: 1, error, message: 'words' })

/**
 * What throws, by its name: the app that meets it, the API of wx that hands it in, the answers, and which calls get
 * them and how.
 */
const MET = {
  'the answer to a call': [warm, 'request', badly({ statusCode: 200, data: {}, header: {}, errMsg: 'ok' })],
  'the body of an answer': [
    warm,
    'request',
    badly({ ...refusal('ERR_INVALID_SESSION'), byteLength: 0, code: 0 }).map((data) => ({
      statusCode: 200,
      data
    }))
  ],
  'what a server says when it cannot check': [
    warm,
    'request',
    badly(refusal('ERR_CHECK_LOGIN_FAILED')).map((data) => ({ statusCode: 200, data }))
  ],
  'how a call failed': [
    warm,
    'request',
    badly({ errMsg: 'request:fail', errno: 5, errCode: 1, message: 'm', error: 'e', statusCode: 1 }),
    { as: 'fail' }
  ],
  'the answer of wx.login': [cold, 'login', badly({ code: 'c', errMsg: 'login:ok' })],
  'how wx.login failed': [cold, 'login', badly({ errMsg: 'login:fail', errno: 5 }), { as: 'fail' }],
  'the answer to a login request': [
    cold,
    'request',
    badly({ statusCode: 200, data: { [MAGIC]: 1, session: { id: 'id', skey: 'skey' } }, header: {} }),
    { when: isLogin }
  ],
  'the body of a login answer': [
    cold,
    'request',
    badly({ [MAGIC]: 1, session: { id: 'id', skey: 'skey' }, error: 'e', message: 'm' }).map((data) => ({
      statusCode: 200,
      data
    })),
    { when: isLogin }
  ],
  'the session of a login answer': [
    cold,
    'request',
    badly({ id: 'id', skey: 'skey', userInfo: {} }).map((session) => ({
      statusCode: 200,
      data: { [MAGIC]: 1, session }
    })),
    { when: isLogin }
  ],
  'how a login request failed': [
    cold,
    'request',
    badly({ errMsg: 'request:fail', errno: 5 }),
    { when: isLogin, as: 'fail' }
  ],
  'the answer of wx.checkSession': [stored, 'checkSession', badly({ errMsg: 'checkSession:ok' })],
  'how wx.checkSession failed': [
    stored,
    'checkSession',
    badly({ errMsg: 'checkSession:fail' }),
    { as: 'fail' }
  ]
}

/** An app with a session of an earlier launch. */
async function stored(stage, observed = true) {
  const first = await stage.startWarm({ latency: 10 })
  return stage.start({ server: first.server, storage: first.fake.storage, latency: 10, observed })
}

for (const [name, [begin, api, answers, how]] of Object.entries(MET)) {
  story(`${name} throws when it is read: the call settles at once`, async (stage) => {
    for (const observed of [true, false]) {
      for (const answer of answers) {
        const app = await begin(stage, observed)
        const when = begin === warm && api === 'request' ? isUser : undefined
        answerOnce(app, api, answer, { when, ...how })
        await assertSettlesAtOnce(app, app.call())
        app.stop()
      }
    }
  })
}

const USER_DATA = { encryptedData: 'd', iv: 'i', signature: 's', userInfo: { nickName: 'n' }, rawData: 'r' }
const USER_DATA_CALLS = {
  'request withUserInfo': (app) => app.call({ withUserInfo: true }),
  getUserInfo: (app) => app.note((callbacks) => app.qcloud.getUserInfo(callbacks)),
  getUserProfile: (app) =>
    app.fake.tap(() => app.note((callbacks) => app.qcloud.getUserProfile({ desc: '展示', ...callbacks })))
}
for (const [name, make] of Object.entries(USER_DATA_CALLS)) {
  story(`user data throws when it is read: ${name} settles at once`, async (stage) => {
    const api = name === 'getUserProfile' ? name : 'getUserInfo'
    for (const as of ['success', 'fail']) {
      for (const answer of badly({ ...USER_DATA, errMsg: 'x' })) {
        const app = await warm(stage)
        answerOnce(app, api, answer, { as })
        await assertSettlesAtOnce(app, make(app))
        app.stop()
      }
    }
  })
}

story('what storage gives throws when it is read: that is no session', async (stage) => {
  for (const protocol of ['wafer', 'wafer2']) {
    for (const value of badly({ id: 'id', skey: 'skey', userInfo: {}, userinfo: {}, time: 1 })) {
      const Server = protocol === 'wafer2' ? Wafer2Server : undefined
      const app = stage.start({ ...(Server && { Server }), configuration: null, latency: 10 })
      const { getStorageSync } = app.wx
      app.wx.getStorageSync = (key) => (key === SESSION_KEY ? value : getStorageSync(key))
      app.qcloud.configure({ loginUrl: LOGIN_URL, protocol })
      await assertSettlesAtOnce(app, app.call())
      app.stop()
    }
  }
})

story('objects that are frozen are read like others, and stay as they are', async (stage) => {
  const freeze = (value) => {
    if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(freeze)
    return value
  }
  for (const protocol of ['wafer', 'wafer2']) {
    const Server = protocol === 'wafer2' ? Wafer2Server : undefined
    const app = stage.start({ ...(Server && { Server }), configuration: { protocol }, latency: 10 })
    for (const api of ['request', 'login', 'getUserInfo']) {
      const { [api]: own } = app.wx
      app.wx[api] = (options) => own({ ...options, success: (answer) => options.success(freeze(answer)) })
    }
    const { getStorageSync } = app.wx
    app.wx.getStorageSync = (key) => freeze(getStorageSync(key))
    assert.deepEqual(await app.settled([app.call(), app.call({ withUserInfo: true })]), [
      'success',
      'success'
    ])
    app.server.expire()
    assert.deepEqual(await app.settled([app.call()]), ['success'])
    app.stop()
  }
})

story('a session that nobody may write to is taken as it is', async (stage) => {
  const app = stage.start({ configuration: { loginMode: 'code+userInfo' }, latency: 10 })
  const session = new Proxy({ id: 'id', skey: 'skey' }, { set: refuse, defineProperty: refuse })
  const value = { statusCode: 200, data: { [MAGIC]: 1, session } }
  answerOnce(app, 'request', value, { when: isLogin })
  const url = `${ORIGIN}/public`
  await assertSettlesAtOnce(app, app.call({ url }))
})

/** A protocol of the app's own whose session may be read so often. */
const bearerReadable = (times) => ({
  loginRequest: (code) => ({ header: { 'X-WX-Code': code } }),
  parseLogin: () => ({
    get token() {
      if (times-- <= 0) throw new Error('read too often')
      return 'token'
    }
  }),
  header: () => ({ 'X-WX-Id': 'id', 'X-WX-Skey': 'skey' }),
  isExpired: () => false
})

story('a session that throws when it is read again: everybody is told, the next call too', async (stage) => {
  for (let times = 0; times < 12; times++) {
    const app = stage.start({ configuration: { protocol: bearerReadable(times) }, latency: 10 })
    const sessions = []
    app.qcloud.onSessionChange((session) => sessions.push(session))
    const url = `${ORIGIN}/public`
    const calls = [app.call({ url }), app.call({ url, login: false })]
    await app.settled(calls)
    app.qcloud.configure({ protocol: 'wafer' })
    assert.deepEqual(await app.settled([app.call()]), ['success'])
    await stage.clock.runUntilIdle()
    stage.uncaught.splice(0)
    app.stop()
  }
})

story('what a callback throws after a warm call keeps nobody from being told', async (stage) => {
  for (const observed of [true, false]) {
    const app = await warm(stage, observed)
    for (const name of ['success', 'fail', 'complete']) {
      const told = []
      app.qcloud.request({ url: USER_URL, complete: () => told.push('before') })
      app.qcloud.request({ url: USER_URL, success() {}, [name]: refuse })
      app.qcloud.request({ url: USER_URL, complete: () => told.push('after') })
      await stage.clock.advance(100)
      assert.deepEqual(told, ['before', 'after'], name)
      assert.equal(stage.uncaught.splice(0).length, name === 'fail' ? 0 : 1)
    }
    app.stop()
  }
})

story('what a socket tells throws when it is read: the tunnel goes on', async (stage) => {
  const first = await connected(stage)
  const tunnel = await secondTunnel(stage, first.app)
  await stage.clock.advance(PING_MS * 3)
  assert.ok(tunnel.isActive() && first.tunnel.isActive())
  tunnel.close()
  first.tunnel.close()
})

/** A tunnel whose socket tells what throws, beside what is real. */
async function secondTunnel(stage, app) {
  const { connectSocket } = app.wx
  app.wx.connectSocket = (options) => {
    const socket = connectSocket(options)
    return {
      ...socket,
      onMessage: (listener) => {
        socket.onMessage((event) => {
          for (const bad of badly({ data: 'ping' })) {
            try {
              listener(bad)
            } catch {
              // wx takes what its listeners throw.
            }
          }
          listener(event)
        })
      }
    }
  }
  const tunnel = new app.qcloud.Tunnel(`${ORIGIN}/tunnel`)
  tunnel.open()
  await stage.clock.advance(2000)
  app.wx.connectSocket = connectSocket
  return tunnel
}
