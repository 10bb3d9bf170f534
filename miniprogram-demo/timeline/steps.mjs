/**
 * The scenario. Each step is a promise of the SDK: `code` is what the app does, `act` does it, `answer` is shown, and
 * `expect` holds what the native calls and the server's own records say against the promise.
 */
import { apiOf } from './rows.mjs'
import { AVATAR_FILE } from './stage.mjs'

export const AT_ONCE = 20

const getUser = ({ qcloud }) => qcloud.request({ login: true, url: '/user' })
const getUserAtOnce = (stage) => Promise.all(Array.from({ length: AT_ONCE }, () => getUser(stage)))
const REQUEST = "qcloud.request({ login: true, url: '/user' })"
const REQUESTS = `for (let i = 0; i < ${AT_ONCE}; i++) ${REQUEST}`

/** The name that the server gives to somebody of whom it knows nothing. */
const NEWCOMER = '微信用户'

/** How often one API of the host was called. */
const calls = ({ nativeCalls }, api) => nativeCalls.filter((call) => apiOf(call) === api).length

const claim = (text, seen, expected) => ({ text, seen, expected })

/** What the timeline calls the events of a tunnel. */
const TUNNEL = {
  connect: 'tunnel-open',
  before: 'tunnel-heard',
  reconnecting: 'tunnel-lost',
  reconnect: 'tunnel-back',
  meanwhile: 'tunnel-heard',
  close: 'tunnel-closed'
}

/** Opens a tunnel, loses its connection once, and closes it when what was said meanwhile came back. */
async function talk({ qcloud, server, note }, greeting) {
  const tunnel = new qcloud.Tunnel('/tunnel')
  const told = []
  tunnel.on('*', (type) => told.push(type))
  const happened = Object.fromEntries(
    Object.entries(TUNNEL).map(([type, kind]) => [
      type,
      new Promise((resolve) => {
        tunnel.on(type, () => resolve(note(kind)))
      })
    ])
  )
  const talking = async () => {
    tunnel.emit('before', greeting)
    tunnel.open()
    await happened.before
    await server.dev('tunnel', { action: 'drop' })
    await happened.reconnecting
    tunnel.emit('meanwhile', greeting)
    await happened.meanwhile
    tunnel.close()
    await happened.close
    return told
  }
  const failing = new Promise((_, reject) => {
    tunnel.on('error', ({ code }) => reject(new Error(`Tunnel ${code}`)))
  })
  return Promise.race([talking(), failing])
}

/** The steps, told in `words`. */
export function stepsIn(words) {
  const { claims } = words
  const shown = ({ statusCode, data }) => {
    const { nickName } = (typeof data === 'string' ? JSON.parse(data) : data).data.userInfo
    return words.greeted(statusCode, nickName === NEWCOMER ? words.anonymous : nickName)
  }
  const allShown = (responses) => counted(responses.map(shown)).join(' / ')
  const counted = (texts) =>
    [...new Set(texts)].map((text) => `${texts.filter((other) => other === text).length} × ${text}`)

  const oneLogin = (seen, text) => [
    claim(text, calls(seen, 'login'), 1),
    claim(claims.oneLoginRequest, seen.records.logins.attempted, 1)
  ]
  const noLogin = (seen) => [
    claim(claims.noLogin, [calls(seen, 'login'), seen.records.logins.attempted], [0, 0])
  ]
  const served = ({ records }, number) => claim(claims.served(number), records.sessionRequests.ok, number)

  return [
    {
      id: 'cold',
      code: [REQUEST],
      act(stage) {
        stage.openApp()
        return getUser(stage)
      },
      answer: shown,
      expect: (seen) => [
        ...oneLogin(seen, claims.oneLoginForCall),
        served(seen, 1),
        claim(claims.noSessionHeaders, seen.records.logins.withSessionHeaders, 0),
        claim(claims.oneUser, seen.users.length, 1)
      ]
    },
    {
      id: 'warm',
      code: [REQUEST],
      act: getUser,
      answer: shown,
      expect: (seen) => [
        claim(claims.oneNativeCall('wx.request'), seen.nativeCalls, ['request GET /user']),
        served(seen, 1),
        ...noLogin(seen)
      ]
    },
    {
      id: 'burst',
      code: ['qcloud.clearSession()', REQUESTS],
      async act(stage) {
        stage.qcloud.clearSession()
        return getUserAtOnce(stage)
      },
      answer: allShown,
      expect: (seen) => [...oneLogin(seen, claims.oneLoginForMany(AT_ONCE)), served(seen, AT_ONCE)]
    },
    {
      id: 'expired',
      code: [REQUESTS],
      prepare: (stage) => stage.server.dev('expire'),
      act: getUserAtOnce,
      answer: allShown,
      expect: (seen) => [
        claim(claims.refusedOnce, seen.records.sessionRequests.refused, AT_ONCE),
        ...oneLogin(seen, claims.oneLoginForMany(AT_ONCE)),
        served(seen, AT_ONCE)
      ]
    },
    {
      id: 'logout',
      code: ['qcloud.clearSession()', "qcloud.request({ url: '/health' })"],
      async act(stage) {
        stage.qcloud.clearSession()
        const response = await stage.qcloud.request({ url: '/health' })
        const [request] = stage.app.fake.calls('request').slice(-1)
        return { response, header: request.options.header ?? {}, session: stage.qcloud.getSession() }
      },
      answer: ({ response }) => `HTTP ${response.statusCode} ${JSON.stringify(response.data)}`,
      expect: (seen) => [
        claim(claims.noSession, seen.answer.session, null),
        claim(
          claims.bare,
          Object.keys(seen.answer.header).filter((name) => /^x-wx-/i.test(name)),
          []
        ),
        ...noLogin(seen)
      ]
    },
    {
      id: 'userData',
      code: ["qcloud.request({ login: true, withUserInfo: true, url: '/user' })"],
      act({ app, qcloud }) {
        // As up to base library 2.27.0; later ones answer everybody's profile as anonymous.
        const { person } = app.fake
        Object.assign(person, { anonymous: false, userInfo: { ...person.userInfo, nickName: words.person } })
        return qcloud.request({ login: true, withUserInfo: true, url: '/user' })
      },
      answer: shown,
      expect: (seen) => [
        claim(
          claims.freshData,
          seen.nativeCalls.filter((call) => call === 'getUserInfo' || call === 'request GET /login'),
          ['request GET /login', 'getUserInfo']
        ),
        claim(claims.decrypted, seen.users[0]?.nickName, words.person),
        served(seen, 1)
      ]
    },
    {
      id: 'restart',
      code: [REQUEST],
      prepare: (stage) => stage.restartEverything(),
      act(stage) {
        stage.openApp()
        return getUser(stage)
      },
      answer: shown,
      expect: (seen) => [
        ...noLogin(seen),
        claim(claims.checkedOnce, calls(seen, 'checkSession'), 1),
        served(seen, 1)
      ]
    },
    {
      id: 'upload',
      code: ["qcloud.uploadFile({ login: true, url: '/avatar', name: 'avatar', filePath })"],
      act: ({ qcloud }) =>
        qcloud.uploadFile({ login: true, url: '/avatar', name: 'avatar', filePath: AVATAR_FILE }),
      answer: shown,
      expect: (seen) => [
        claim(claims.oneNativeCall('wx.uploadFile'), seen.nativeCalls, ['uploadFile /avatar']),
        claim(claims.picture, /^\/avatars\/(?!default)/.test(seen.users[0]?.avatarUrl), true)
      ]
    },
    {
      id: 'tunnel',
      code: [
        "const tunnel = new qcloud.Tunnel('/tunnel')",
        'tunnel.open()',
        `tunnel.emit('before', '${words.greeting}')`
      ],
      act: (stage) => talk(stage, words.greeting),
      answer: (told) => told.join(' → '),
      expect: (seen) => [
        claim(claims.cameBack, seen.answer, [
          'connect',
          'before',
          'reconnecting',
          'reconnect',
          'meanwhile',
          'close'
        ]),
        claim(claims.twoSockets, calls(seen, 'connectSocket'), 2),
        served(seen, 2),
        ...noLogin(seen)
      ]
    }
  ].map((step) => ({ ...step, title: words.steps[step.id], comment: words.comments[step.id] }))
}
