/**
 * The scenario. Each step is a promise of the SDK: `code` is what the app does, `act` does it, `answer` is shown,
 * and `expect` holds what the native calls and the server's own records say against the promise.
 */
import { AVATAR_FILE } from './stage.mjs'

const AT_ONCE = 20

const getUser = ({ qcloud }) => qcloud.request({ login: true, url: '/user' })
const getUserAtOnce = (stage) => Promise.all(Array.from({ length: AT_ONCE }, () => getUser(stage)))

const nameOf = (response) => response.data.data.userInfo.nickName
const shown = (response) => `HTTP ${response.statusCode}, nickName ${JSON.stringify(nameOf(response))}`
const allShown = (responses) => `${responses.length} × ${[...new Set(responses.map(shown))].join(' / ')}`

/** How often one API of the host was called. */
const calls = ({ nativeCalls }, api) => nativeCalls.filter((call) => call.split(' ')[0] === api).length

const claim = (text, seen, expected) => ({ text, seen, expected })
const oneLogin = (seen, cause) => [
  claim(`one wx.login ${cause}`, calls(seen, 'login'), 1),
  claim('one login request, as the server saw it', seen.records.logins.attempted, 1)
]
const noLogin = (seen) => [
  claim('no wx.login, no login request', [calls(seen, 'login'), seen.records.logins.attempted], [0, 0])
]
const served = ({ records }, ok) =>
  claim(`the server served ${ok} of ${ok} calls`, records.sessionRequests.ok, ok)

/** Opens a tunnel, loses its connection once, and closes it when what was said meanwhile came back. */
async function talk({ qcloud, server }) {
  const tunnel = new qcloud.Tunnel('/tunnel')
  const told = []
  tunnel.on('*', (type) => told.push(type))
  const next = (type) =>
    new Promise((resolve, reject) => {
      tunnel.on(type, resolve)
      tunnel.on('error', ({ message }) => reject(new Error(message)))
    })
  const [echo, lost, secondEcho] = ['before', 'reconnecting', 'meanwhile'].map(next)
  tunnel.emit('before', '你好')
  tunnel.open()
  await echo
  await server.dev('tunnel', { action: 'drop' })
  await lost
  tunnel.emit('meanwhile', '你好')
  await secondEcho
  tunnel.close()
  return told
}

export const steps = [
  {
    title: 'Cold login',
    code: "qcloud.request({ login: true, url: '/user' })   // the first call of a new user",
    act(stage) {
      stage.openApp()
      return getUser(stage)
    },
    answer: shown,
    expect: (seen) => [
      ...oneLogin(seen, 'for the call'),
      served(seen, 1),
      claim('the login carried no session headers', seen.records.logins.withSessionHeaders, 0),
      claim('the server registered one user', seen.users.length, 1)
    ]
  },
  {
    title: 'Warm request',
    code: "qcloud.request({ login: true, url: '/user' })   // the same call again",
    act: getUser,
    answer: shown,
    expect: (seen) => [
      claim('one native call, wx.request itself', seen.nativeCalls, ['request GET /user']),
      served(seen, 1),
      ...noLogin(seen)
    ]
  },
  {
    title: `${AT_ONCE} at once without a session`,
    code: `qcloud.clearSession(); for (…${AT_ONCE}) qcloud.request({ login: true, url: '/user' })`,
    act(stage) {
      stage.qcloud.clearSession()
      return getUserAtOnce(stage)
    },
    answer: allShown,
    expect: (seen) => [...oneLogin(seen, `for ${AT_ONCE} calls`), served(seen, AT_ONCE)]
  },
  {
    title: 'Expiry and retry',
    code: `for (…${AT_ONCE}) qcloud.request({ login: true, url: '/user' })   // the server has ended the session`,
    async act(stage) {
      await stage.server.dev('expire')
      return getUserAtOnce(stage)
    },
    answer: allShown,
    expect: (seen) => [
      claim('the server refused every call once', seen.records.sessionRequests.refused, AT_ONCE),
      ...oneLogin(seen, 'for all of them'),
      served(seen, AT_ONCE)
    ]
  },
  {
    title: 'Log-out',
    code: "qcloud.clearSession(); qcloud.request({ url: '/health' })   // no login asked for",
    async act(stage) {
      stage.qcloud.clearSession()
      const response = await stage.qcloud.request({ url: '/health' })
      const [request] = stage.app.fake.calls('request').slice(-1)
      return { response, header: request.options.header ?? {}, session: stage.qcloud.getSession() }
    },
    answer: ({ response }) => `HTTP ${response.statusCode}, ${JSON.stringify(response.data)}`,
    expect: (seen) => [
      claim('getSession() answers null', seen.answer.session, null),
      claim(
        'the next request carries no session headers',
        Object.keys(seen.answer.header).filter((name) => /^x-wx-/i.test(name)),
        []
      ),
      ...noLogin(seen)
    ]
  },
  {
    title: 'Encrypted user data',
    code: "qcloud.request({ login: true, withUserInfo: true, url: '/user' })",
    act(stage) {
      // As up to base library 2.27.0; later ones answer everybody's profile as anonymous.
      stage.app.fake.person.anonymous = false
      return stage.qcloud.request({ login: true, withUserInfo: true, url: '/user' })
    },
    answer: shown,
    expect: (seen) => [
      claim(
        'the data was fetched after the login, under the session_key that the server has',
        seen.nativeCalls.filter((call) => call === 'getUserInfo' || call === 'request GET /login'),
        ['request GET /login', 'getUserInfo']
      ),
      claim('the server decrypted it and updated its database', seen.users[0]?.nickName, '小明'),
      served(seen, 1)
    ]
  },
  {
    title: 'Restart of the app and of the server',
    code: "qcloud.request({ login: true, url: '/user' })   // in a new app, from a new server process",
    async act(stage) {
      await stage.restartEverything()
      return getUser(stage)
    },
    answer: shown,
    expect: (seen) => [
      ...noLogin(seen),
      claim('wx.checkSession asked once a launch', calls(seen, 'checkSession'), 1),
      served(seen, 1)
    ]
  },
  {
    title: 'Upload with the session',
    code: `qcloud.uploadFile({ login: true, url: '/avatar', name: 'avatar', filePath })`,
    act: ({ qcloud }) =>
      qcloud.uploadFile({ login: true, url: '/avatar', name: 'avatar', filePath: AVATAR_FILE }),
    answer: ({ statusCode, data }) =>
      `HTTP ${statusCode}, nickName ${JSON.stringify(nameOf({ data: JSON.parse(data) }))}`,
    expect: (seen) => [
      claim('one native call, wx.uploadFile itself', seen.nativeCalls, ['uploadFile /avatar']),
      claim(
        'the database points to the picture',
        /^\/avatars\/(?!default)/.test(seen.users[0]?.avatarUrl),
        true
      )
    ]
  },
  {
    title: 'Tunnel that loses its connection',
    code: "const tunnel = new qcloud.Tunnel('/tunnel'); tunnel.open(); tunnel.emit('before', '你好')",
    act: talk,
    answer: (told) => told.join(' → '),
    expect: (seen) => [
      claim('it came back, and said what waited', seen.answer, [
        'connect',
        'before',
        'reconnecting',
        'reconnect',
        'meanwhile',
        'close'
      ]),
      claim('two sockets, the second one after the first was lost', calls(seen, 'connectSocket'), 2),
      served(seen, 2),
      ...noLogin(seen)
    ]
  }
]
