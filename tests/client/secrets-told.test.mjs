/**
 * Guarantee 14: what the SDK has handled as a secret comes out as ***, wherever it came from, however somebody spells it
 * and whoever says it.
 */
import assert from 'node:assert/strict'
import { MAGIC } from '../../fake-wx/servers.mjs'
import { LOGIN_URL, ORIGIN, story } from './stories.mjs'
import { TUNNEL_URL } from './tunnels.mjs'

/** Secrets whose text differs in each spelling, and of which none is part of another. */
const secretOf = (name) => `${name}\\/+é z`

/** How somebody who repeats a secret may write it. */
const SPELLINGS = {
  'as it is': (secret) => secret,
  'in a URL': encodeURIComponent,
  'in a form': (secret) => encodeURIComponent(secret).replaceAll('%20', '+'),
  'in JSON': (secret) => JSON.stringify(secret).slice(1, -1),
  'in JSON as PHP writes it': (secret) => JSON.stringify(secret).slice(1, -1).replaceAll('/', '\\/'),
  'in JSON within JSON': (secret) => JSON.stringify(JSON.stringify(secret)).slice(3, -3),
  'in JSON within JSON within JSON': (secret) =>
    JSON.stringify(JSON.stringify(JSON.stringify(secret))).slice(7, -7),
  'in JSON as ASCII': (secret) => inJson(secret, /[^ -~]/g),
  'in JSON as Gson writes it': (secret) => inJson(secret, /[/+]/g),
  'in a URL, with small letters': (secret) =>
    encodeURIComponent(secret).replace(/%../g, (byte) => byte.toLowerCase()),
  'in a URL, as a whole': encodeURI,
  'in a URL within a URL': (secret) => encodeURIComponent(encodeURIComponent(secret)),
  'in HTML': (secret) => secret.replace(/[^\w ]/g, (sign) => `&#${sign.charCodeAt(0)};`),
  'in HTML, by hexadecimal numbers': (secret) =>
    secret.replace(/[^\w ]/g, (sign) => `&#x${sign.charCodeAt(0).toString(16)};`),
  'in capitals': (secret) => secret.toUpperCase()
}

const inJson = (secret, signs) =>
  JSON.stringify(secret)
    .slice(1, -1)
    .replace(signs, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)

const bearer = {
  name: 'bearer',
  loginRequest: (code) => ({
    method: 'POST',
    data: { ticket: secretOf('ticket'), code },
    header: { 'X-App-Key': `Key ${secretOf('app-key')}` }
  }),
  parseLogin: () => ({ refresh: secretOf('refresh'), token: 'token' }),
  header: () => ({ Authorization: `Bearer ${secretOf('bearer').replace(' ', '-')}` }),
  isExpired: () => false
}

/** The login server answers a session of these parts. */
const answerLogin = (app, session) => {
  app.server.login = () => ({ statusCode: 200, header: {}, data: { [MAGIC]: 1, session } })
}

/** What the SDK is given, each time with the secret in it. */
const SOURCES = {
  'a code of wx.login': async (app) => {
    app.fake.fault('login', { kind: 'rubbish', value: { code: secretOf('code') }, times: 1 })
    await app.settled([app.call()])
    return secretOf('code')
  },
  'a code that came after the log-out': async (app) => {
    app.fake.fault('login', { kind: 'rubbish', value: { code: secretOf('code') }, times: 1 })
    const call = app.call()
    // Loaded, and wx.login is on its way.
    await app.clock.advance(6)
    app.qcloud.clearSession()
    await app.settled([call])
    await app.clock.advance(100)
    assert.equal(app.fake.calls('request', ({ url }) => url === LOGIN_URL).length, 0)
    return secretOf('code')
  },
  'a session, after the log-out': async (app) => {
    answerLogin(app, { id: 'id-1', skey: secretOf('skey') })
    await app.settled([app.note((callbacks) => app.qcloud.login(callbacks))])
    app.qcloud.clearSession()
    return secretOf('skey')
  },
  ...Object.fromEntries(
    ['encryptedData', 'iv', 'signature'].map((field) => [
      `${field} of wx.getUserInfo`,
      async (app) => {
        const value = {
          encryptedData: 'data',
          iv: 'iv',
          signature: 'sign',
          userInfo: {},
          [field]: secretOf(field)
        }
        app.fake.fault('getUserInfo', { kind: 'rubbish', value, times: 1 })
        await app.settled([app.note((callbacks) => app.qcloud.getUserInfo(callbacks))])
        return secretOf(field)
      }
    ])
  ),
  'user data of the app’s own': async (app) => {
    await app.settled([app.call({ encryptedData: secretOf('own'), iv: 'own-iv' })])
    return secretOf('own')
  },
  'what a protocol of one’s own sends': async (app) => {
    app.qcloud.configure({ protocol: bearer })
    await app.settled([app.call()])
    return secretOf('ticket')
  },
  'a header that a protocol of one’s own sends': async (app) => {
    app.qcloud.configure({ protocol: bearer })
    await app.settled([app.call()])
    return `Key ${secretOf('app-key')}`
  },
  'a session of a protocol of one’s own': async (app) => {
    app.qcloud.configure({ protocol: bearer })
    await app.settled([app.call()])
    return secretOf('refresh')
  },
  'the token of a header, without its scheme': async (app) => {
    app.qcloud.configure({ protocol: bearer })
    await app.settled([app.call()])
    return secretOf('bearer').replace(' ', '-')
  }
}

for (const [source, hand] of Object.entries(SOURCES)) {
  story(`${source} is known in each spelling`, async ({ start, clock }) => {
    const app = start({ latency: 10 })
    const secret = await hand(app)
    for (const [spelling, write] of Object.entries(SPELLINGS)) {
      const errMsg = `request:fail said ${write(secret)} end`
      app.fake.fault('request', { kind: 'rubbish', as: 'fail', value: { errMsg }, times: 1 })
      const call = app.call({ login: false, url: `${ORIGIN}/public` })
      await app.settled([call])
      assert.equal(call.value.errMsg, 'request:fail said *** end', spelling)
      assert.equal(call.value.detail.errMsg, 'request:fail said *** end', spelling)
    }
    await clock.runUntilIdle()
    app.console.splice(0)
  })
}

/** What an app is told of a failure of `wx` that says this, by an app whose session is `session`. */
async function toldOf({ start, clock }, session, failure) {
  const app = start({ latency: 10 })
  answerLogin(app, session)
  await app.settled([app.note((callbacks) => app.qcloud.login(callbacks))])
  app.fake.fault('request', { kind: 'rubbish', as: 'fail', value: failure, times: 1 })
  const call = app.call()
  await app.settled([call])
  await clock.runUntilIdle()
  return app.copy(call.value.detail)
}

story('a number that is a secret is known, in words and as a number', async (stage) => {
  const failure = { errMsg: 'request:fail said 8245611937 end', skey: 8245611937, errno: 600001 }
  assert.deepEqual(await toldOf(stage, { id: 17, skey: 8245611937 }, failure), {
    errMsg: 'request:fail said *** end',
    skey: '***',
    errno: 600001
  })
})

story('a secret is told neither as a name nor in bytes', async (stage) => {
  const bytes = new Uint8Array(Array.from('skey-of-1', (sign) => sign.charCodeAt(0)))
  const failure = {
    errMsg: 'request:fail',
    'skey-of-1': { 'my skey-of-1': true },
    bytes,
    buffer: bytes.buffer
  }
  assert.deepEqual(await toldOf(stage, { id: 'id-1', skey: 'skey-of-1' }, failure), {
    errMsg: 'request:fail',
    '***': { 'my ***': true }
  })
})

story('a long secret is known by how it begins', async (stage) => {
  const skey = Array.from({ length: 99 }, (_, index) => `${index}+/`).join('')
  const failure = { errMsg: `request:fail said ${encodeURIComponent(skey)} end` }
  assert.deepEqual(await toldOf(stage, { id: 'id-1', skey }, failure), {
    errMsg: 'request:fail said *** end'
  })
})

story('a text that nearly holds a secret is read in no time', async (stage) => {
  // A pattern whose signs may share out a text in several ways would try them all: more than there are atoms.
  for (const sign of ['+', '\\', '%', '&', '\u00e9']) {
    const skey = `${sign.repeat(99)}end`
    const errMsg = ['+', '\\', '%25', '&amp;', '%C3%A9', '\\u0025'].map((sign) => sign.repeat(200)).join(' ')
    assert.deepEqual(await toldOf(stage, { id: 'id-1', skey }, { errMsg }), { errMsg })
  }
})

const SECRET = secretOf('skey')
const SOCKET_URL = 'wss://api.example.com/socket'
const SAID = `said ${SECRET} end`

/** An app that knows the secret. */
async function knowing({ start }) {
  const app = start({ latency: 1 })
  answerLogin(app, { id: 'id-1', skey: SECRET })
  app.server.route('/user', () => ({ statusCode: 200, header: {}, data: {} }))
  await app.settled([app.call()])
  return app
}

/** Who may say it, and what the app is then told. */
const VOICES = {
  'a server that refuses a call': async (app) => {
    const data = { [MAGIC]: 1, error: 'ERR_CHECK_LOGIN_FAILED', message: SAID }
    app.fake.fault('request', { kind: 'rubbish', value: { statusCode: 200, data }, times: 1 })
    const call = app.call()
    await app.settled([call])
    return call.value
  },
  'a server that refuses a login': async (app) => {
    app.server.login = () => ({
      statusCode: 200,
      header: {},
      data: { [MAGIC]: 1, error: 'ERR_LOGIN_FAILED', message: SAID }
    })
    const call = app.note((callbacks) => app.qcloud.login({ force: true, ...callbacks }))
    await app.settled([call])
    return call.value
  },
  'wx.login': async (app) => {
    app.fake.fault('login', { kind: 'fail', errMsg: `login:fail ${SAID}`, times: 1 })
    const call = app.note((callbacks) => app.qcloud.login({ force: true, ...callbacks }))
    await app.settled([call])
    return call.value
  },
  'wx.request by an exception': async (app) => {
    app.fake.fault('request', { kind: 'throw', error: new Error(SAID), times: 1 })
    const call = app.call()
    await app.settled([call])
    return call.value
  },
  'a protocol of one’s own by an exception': async (app) => {
    const parseLogin = () => {
      throw new Error(SAID)
    }
    app.qcloud.configure({ protocol: { ...bearer, parseLogin } })
    const call = app.call()
    await app.settled([call])
    return call.value
  },
  'a getter of the app’s options': async (app) => {
    try {
      app.qcloud.request({
        get url() {
          throw new Error(SAID)
        }
      })
    } catch (error) {
      return error
    }
  },
  'the service of a tunnel': async (app) =>
    tunnelError(app, () => {
      const value = { statusCode: 500, data: { message: SAID }, message: SAID }
      app.fake.fault('request', { kind: 'rubbish', value, when: ({ url }) => url === TUNNEL_URL })
    }),
  'wx.connectSocket': async (app) =>
    tunnelError(app, () => {
      app.server.route('/tunnel', () => ({ statusCode: 200, header: {}, data: { url: SOCKET_URL } }))
      app.fake.fault('connectSocket', { kind: 'fail', errMsg: `connectSocket:fail ${SAID}` })
    })
}

/** The error of a tunnel that is opened while `fault` is in force. */
async function tunnelError(app, fault) {
  fault()
  const tunnel = new app.qcloud.Tunnel(TUNNEL_URL)
  const errors = []
  tunnel.on('error', (error) => errors.push(error))
  tunnel.open()
  await app.clock.advance(1000)
  return errors[0]
}

for (const [voice, say] of Object.entries(VOICES)) {
  story(`${voice} does not get a secret told`, async (stage) => {
    const app = await knowing(stage)
    const error = await say(app)
    const told = JSON.stringify([error.message, error.errMsg, app.copy(error.detail)])
    assert.match(told, /said \*\*\* end/)
    assert.equal(told.includes('skey\\\\'), false, told)
  })
}
