/** Guarantee 7: log-out wins, at whatever stage it comes. */
import assert from 'node:assert/strict'
import { SESSION_KEY } from '../../fake-wx/servers.mjs'
import { LOGIN_URL, USER_URL, many, story, tally } from './stories.mjs'

function assertLoggedOut({ qcloud, fake, copy }) {
  assert.equal(qcloud.getSession(), null)
  assert.deepEqual(copy(qcloud.buildSessionHeader()), {})
  assert.equal(fake.stored(SESSION_KEY), undefined)
}

/** The next call logs in and works. */
async function assertLogsInAnew(app) {
  app.fake.clearFaults()
  assert.deepEqual(await app.settled([app.call()]), ['success'])
  assert.deepEqual(app.fake.stored(SESSION_KEY), app.copy(app.qcloud.getSession()))
}

const isLogin = ({ url }) => url === LOGIN_URL
const isUser = ({ url }) => url === USER_URL

/** Stages of a login, and what makes the login stay there for a while. */
const STAGES = {
  'while wx.login is asked': ['login', { kind: 'late', ms: 2000 }],
  'while the login request is on its way': ['request', { kind: 'late', ms: 2000, when: isLogin }]
}

for (const [stage, [api, fault]] of Object.entries(STAGES)) {
  story(`log-out ${stage} discards the login, and its waiters fail at once`, async ({ start, clock }) => {
    const app = start()
    app.fake.fault(api, { ...fault, times: 1 })
    const calls = many(10, () => app.call())
    await clock.advance(1000)
    app.qcloud.clearSession()
    await clock.advance(0)
    assert.deepEqual(tally(calls.map(({ type }) => type)), { ERR_LOGIN_DISCARDED: 10 })
    assertLoggedOut(app)
    await clock.advance(10_000)
    assertLoggedOut(app)
    await assertLogsInAnew(app)
  })

  story(
    `a login that follows a log-out ${stage} is not mixed up with the one before`,
    async ({ start, clock }) => {
      const app = start()
      app.fake.fault(api, { ...fault, times: 1 })
      const first = app.call()
      await clock.advance(1000)
      app.qcloud.clearSession()
      const second = app.call()
      assert.deepEqual(await app.settled([first, second]), ['fail', 'success'])
      const session = app.copy(app.qcloud.getSession())
      await clock.advance(10_000)
      assert.deepEqual(app.copy(app.qcloud.getSession()), session)
      assert.deepEqual(app.fake.stored(SESSION_KEY), session)
    }
  )
}

story('log-out before the module is loaded takes the calls that came before it', async ({ start, clock }) => {
  const app = start()
  const before = app.call()
  app.qcloud.clearSession()
  const after = app.call()
  assert.deepEqual(await app.settled([before, after]), ['fail', 'success'])
  assert.equal(before.type, 'ERR_LOGIN_DISCARDED')
  await clock.advance(10_000)
  assert.ok(app.qcloud.getSession())
})

story(
  'log-out as the first thing an app does removes what is stored, at once',
  async ({ startWarm, start }) => {
    const first = await startWarm()
    const app = start({ server: first.server, storage: new Map(first.fake.storage), configuration: null })
    assert.ok(app.qcloud.getSession())
    app.qcloud.clearSession()
    assertLoggedOut(app)
    app.qcloud.setLoginUrl(LOGIN_URL)
    await assertLogsInAnew(app)
    assert.equal(app.fake.count('login'), 1)
  }
)

story(
  'log-out during wx.checkSession: the answer does not bring the session back',
  async ({ startWarm, start, clock }) => {
    const first = await startWarm()
    const app = start({ server: first.server, storage: new Map(first.fake.storage) })
    app.fake.fault('checkSession', { kind: 'late', ms: 1000 })
    const call = app.call()
    await clock.advance(500)
    app.qcloud.clearSession()
    await app.settled([call])
    assert.equal(call.type, 'ERR_LOGIN_DISCARDED')
    await clock.advance(10_000)
    assertLoggedOut(app)
    await assertLogsInAnew(app)
  }
)

story(
  'log-out while requests are on their way lets them end, but none logs in again',
  async ({ startWarm, clock }) => {
    const app = await startWarm()
    app.fake.fault('request', { kind: 'late', ms: 1000, when: isUser })
    const good = app.call()
    await clock.advance(500)
    app.server.expire()
    const refused = app.call()
    await clock.advance(500)
    app.qcloud.clearSession()
    assert.deepEqual(await app.settled([good, refused]), ['success', 'fail'])
    assert.equal(refused.type, 'ERR_LOGIN_DISCARDED')
    assert.equal(app.fake.count('login'), 0)
    assertLoggedOut(app)
    await assertLogsInAnew(app)
  }
)

story('log-out during the retry of a call lets the retry end', async ({ startWarm, clock }) => {
  const app = await startWarm()
  app.server.expire()
  app.fake.fault('request', { kind: 'late', ms: 5000, when: isUser, skip: 1, times: 1 })
  const call = app.call()
  await clock.advance(3000)
  assert.equal(app.fake.calls('request', isUser).length, 2)
  app.qcloud.clearSession()
  assert.deepEqual(await app.settled([call]), ['success'])
  assertLoggedOut(app)
})

story(
  'log-out while user data is fetched ends the call: the data belongs to the session that is gone',
  async ({ startWarm, clock }) => {
    const app = await startWarm()
    app.fake.fault('getUserInfo', { kind: 'late', ms: 1000 })
    const calls = [
      app.call({ withUserInfo: true }),
      app.note((callbacks) => app.qcloud.getUserInfo(callbacks))
    ]
    await clock.advance(500)
    app.qcloud.clearSession()
    await app.settled(calls)
    assert.deepEqual(tally(calls.map(({ type }) => type)), { ERR_LOGIN_DISCARDED: 2 })
    await clock.advance(5000)
    assert.equal(app.fake.count('request'), 0)
    assertLoggedOut(app)
  }
)

story('a call that opted out of login goes on after a log-out, bare', async ({ startWarm, clock }) => {
  const app = await startWarm()
  app.fake.fault('login', { kind: 'late', ms: 1000 })
  const forced = app.note((callbacks) => app.qcloud.login({ force: true, ...callbacks }))
  const optional = app.call({ login: false, url: `${USER_URL}/../public` })
  await clock.advance(100)
  assert.equal(optional.outcome, 'pending')
  app.qcloud.clearSession()
  await app.settled([forced, optional])
  assert.deepEqual(app.fake.calls('request')[0].options.header, {})
})

story(
  'listeners hear of the log-out, and storage that refuses does not prevent it',
  async ({ startWarm }) => {
    const app = await startWarm()
    const heard = []
    app.qcloud.onSessionChange((session) => heard.push(session))
    app.fake.fault('removeStorageSync', { kind: 'throw' })
    app.qcloud.clearSession()
    assert.deepEqual(heard, [null])
    assert.equal(app.qcloud.getSession(), null)
    await app.settled([app.call()])
    assert.equal(app.server.records.logins, 1)
    assert.equal(heard.length, 2)
    assert.equal(heard[1].skey, app.qcloud.getSession().skey)
  }
)

story('log-out twice, or without a session, does no harm', async ({ start }) => {
  const app = start()
  app.qcloud.clearSession()
  app.qcloud.clearSession()
  await app.settled([app.call()])
  app.qcloud.clearSession()
  app.qcloud.clearSession()
  assertLoggedOut(app)
  await assertLogsInAnew(app)
})
