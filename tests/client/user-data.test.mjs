/** User data: never under an old session_key, refusals are clear. Servers here decrypt under the key they have. */
import assert from 'node:assert/strict'
import { ANONYMOUS_USER_INFO } from '../../fake-wx/account.mjs'
import { LOGIN_URL, ORIGIN, USER_URL, many, story, tally } from './stories.mjs'

const KNOWN = { user: { anonymous: false } }
const encryptedOf = ({ options }) => options.header['X-WX-Encrypted-Data']
const isUser = ({ url }) => url === USER_URL
const profile = (app, options) =>
  app.note((callbacks) =>
    app.fake.tap(() => app.qcloud.getUserProfile({ desc: '用于展示昵称和头像', ...options, ...callbacks }))
  )
const userInfo = (app, options) =>
  app.note((callbacks) => app.qcloud.getUserInfo({ ...options, ...callbacks }))

/** What the server of the current session reads out of an answer. */
function decrypted({ qcloud, server }, { encryptedData, iv }) {
  const { sessionKey } = server.sessions.get(qcloud.getSession().skey)
  return server.wechat.decrypt(encryptedData, iv, sessionKey)
}

story('withUserInfo sends user data that the server can read, at the first use too', async ({ start }) => {
  const app = start(KNOWN)
  const call = app.call({ withUserInfo: true, login: undefined })
  await app.settled([call])
  assert.equal(call.value.data.data.userInfo.nickName, '小明')
  assert.equal(app.server.records.undecryptable, 0)
  assert.deepEqual(
    { ...app.fake.counts, getStorageSync: 1 },
    {
      getStorageSync: 1,
      getApiCategory: 1,
      login: 1,
      getUserInfo: 1,
      request: 2,
      setStorageSync: 1
    }
  )
})

story(
  'withUserInfo fetches fresh data when the session had expired: the old data is never sent again',
  async ({ startWarm }) => {
    const app = await startWarm(KNOWN)
    app.server.expire()
    const call = app.call({ withUserInfo: true })
    assert.deepEqual(await app.settled([call]), ['success'])
    const [first, second] = app.fake.calls('request', isUser)
    assert.notEqual(encryptedOf(first), encryptedOf(second))
    assert.equal(app.fake.count('getUserInfo'), 2)
    assert.equal(app.server.records.undecryptable, 0)
  }
)

story(
  'user data that the caller gave goes along, and is not sent again after an expiry',
  async ({ startWarm }) => {
    const app = await startWarm(KNOWN)
    const info = userInfo(app)
    await app.settled([info])
    const { encryptedData, iv } = info.value
    const good = app.call({ encryptedData, iv })
    await app.settled([good])
    assert.equal(good.value.data.data.userInfo.nickName, '小明')
    const [sent] = app.fake.calls('request')
    assert.equal(encryptedOf(sent), encryptedData)
    assert.equal(sent.options.header['X-WX-IV'], iv)
    assert.equal(sent.options.encryptedData, undefined)

    app.server.expire()
    const late = app.call({ encryptedData, iv })
    await app.settled([late])
    assert.equal(late.type, 'ERR_INVALID_SESSION')
    assert.match(late.value.message, /加密数据.*重新获取用户信息/)
    assert.equal(app.fake.calls('request', isUser).length, 2)
  }
)

story('user data put into the headers by hand is treated likewise', async ({ startWarm }) => {
  const app = await startWarm(KNOWN)
  const info = userInfo(app)
  await app.settled([info])
  const { qcloud } = app
  const header = {
    ...app.copy(qcloud.buildSessionHeader()),
    [qcloud.WX_HEADER_ENCRYPTED_DATA]: info.value.encryptedData,
    [qcloud.WX_HEADER_IV]: info.value.iv
  }
  app.server.expire()
  const call = app.call({ header })
  await app.settled([call])
  assert.equal(call.type, 'ERR_INVALID_SESSION')
  assert.equal(app.fake.calls('request', isUser).length, 1)
})

story('encryptedData and iv come together, or the call is refused', async ({ startWarm }) => {
  const app = await startWarm()
  for (const half of [{ encryptedData: 'data' }, { iv: 'iv' }, { encryptedData: 1, iv: 2 }]) {
    const call = app.call(half)
    await app.settled([call])
    assert.equal(call.type, 'ERR_INVALID_PARAMS')
  }
  assert.equal(app.fake.count(), 0)
})

story(
  'whatever order logins, expiries and user data come in, no data meets a key it does not fit',
  async ({ start, clock }) => {
    for (let seed = 1; seed <= 25; seed++) {
      const app = start({ ...KNOWN, seed, serverOptions: { seed, latency: [0, 300] } })
      const calls = []
      for (let step = 0; step < 20; step++) {
        const dice = (seed * 7 + step * step * 13) % 6
        if (dice === 0) app.server.expire()
        if (dice === 1) calls.push(app.note((callbacks) => app.qcloud.login({ force: true, ...callbacks })))
        calls.push(dice === 2 ? userInfo(app) : app.call({ withUserInfo: true }))
        await clock.advance((seed * 31 + step * 17) % 120)
      }
      await app.settled(calls)
      assert.equal(app.server.records.undecryptable, 0, `seed ${seed}`)
      const types = Object.keys(tally(calls.map(({ type }) => type)))
      for (const type of types) assert.match(type, /^(undefined|ERR_LOGIN_LIMIT|ERR_INVALID_SESSION)$/)
      await clock.advance(60_000)
    }
  }
)

story(
  'a login that failed after wx.login has rotated the session_key: user data waits for a login that works',
  async ({ startWarm, clock }) => {
    const app = await startWarm(KNOWN)
    app.fake.fault('request', { kind: 'fail', times: 1, when: ({ url }) => url === LOGIN_URL })
    const failing = app.note((callbacks) => app.qcloud.login({ force: true, ...callbacks }))
    await app.settled([failing])
    assert.equal(failing.type, 'ERR_LOGIN_FAILED')
    await clock.advance(1000)
    const calls = [app.call({ withUserInfo: true }), userInfo(app)]
    await app.settled(calls)
    assert.equal(app.server.records.undecryptable, 0)
    assert.equal(calls[1].outcome, 'success')
    assert.equal(decrypted(app, calls[1].value).nickName, '小明')
  }
)

story('getUserInfo() logs in first and gives data that the server can read', async ({ start }) => {
  const app = start(KNOWN)
  const call = userInfo(app, { lang: 'zh_CN' })
  await app.settled([call])
  assert.equal(call.value.anonymous, false)
  assert.equal(call.value.userInfo.nickName, '小明')
  assert.equal(decrypted(app, call.value).nickName, '小明')
  assert.deepEqual(app.fake.calls('getUserInfo')[0].options, { withCredentials: true, lang: 'zh_CN' })
})

story(
  'getUserInfo() drops data that a login has overtaken and fetches it anew',
  async ({ startWarm, clock }) => {
    const app = await startWarm(KNOWN)
    app.fake.fault('getUserInfo', { kind: 'late', ms: 1000, times: 1 })
    const call = userInfo(app)
    await clock.advance(200)
    await app.settled([app.note((callbacks) => app.qcloud.login({ force: true, ...callbacks }))])
    assert.equal(call.outcome, 'pending')
    await app.settled([call])
    assert.equal(app.fake.count('getUserInfo'), 2)
    assert.equal(decrypted(app, call.value).nickName, '小明')
  }
)

story('the anonymous user of today’s WeChat is marked as such', async ({ start }) => {
  const app = start()
  const calls = [userInfo(app)]
  await app.settled(calls)
  calls.push(profile(app))
  await app.settled(calls)
  for (const { value } of calls) {
    assert.equal(value.anonymous, true)
    assert.deepEqual(app.copy(value.userInfo), ANONYMOUS_USER_INFO)
  }
})

story('getUserProfile() asks in the tap, with desc and lang', async ({ startWarm }) => {
  const app = await startWarm(KNOWN)
  const call = profile(app, { lang: 'zh_CN' })
  assert.deepEqual(app.fake.trace(), ['getUserProfile'])
  assert.deepEqual(app.fake.log[0].options, { desc: '用于展示昵称和头像', lang: 'zh_CN' })
  await app.settled([call])
  assert.equal(decrypted(app, call.value).nickName, '小明')
})

story(
  'a profile that a login has overtaken is an error that asks for another tap, which then works',
  async ({ start }) => {
    const app = start(KNOWN)
    await app.settled([app.call()])
    const first = profile(app)
    const login = app.note((callbacks) => app.qcloud.login({ force: true, ...callbacks }))
    await app.settled([first, login])
    assert.equal(first.type, 'ERR_WX_GET_USER_INFO')
    assert.match(first.value.message, /再点击一次/)
    const second = profile(app)
    await app.settled([second])
    assert.equal(decrypted(app, second.value).nickName, '小明')
  }
)

story('outside a tap WeChat refuses the profile, and its words arrive', async ({ startWarm }) => {
  const app = await startWarm()
  const call = app.note((callbacks) => app.qcloud.getUserProfile({ desc: '展示', ...callbacks }))
  await app.settled([call])
  assert.equal(call.type, 'ERR_WX_GET_USER_INFO')
  assert.match(call.value.detail.errMsg, /user TAP gesture/)
})

story('where wx has no getUserProfile, getUserInfo stands in', async ({ startWarm }) => {
  const app = await startWarm({ ...KNOWN, libVersion: '2.10.0' })
  const call = profile(app)
  await app.settled([call])
  assert.equal(call.value.userInfo.nickName, '小明')
  assert.equal(app.fake.count('getUserInfo'), 1)
})

story('getUserProfile() without a desc is a mistake of the developer', async ({ startWarm }) => {
  const app = await startWarm()
  for (const options of [{}, { desc: '' }, { desc: 1 }, null, undefined, 'desc']) {
    assert.throws(
      () => app.qcloud.getUserProfile(options),
      ({ type }) => type === 'ERR_INVALID_PARAMS'
    )
  }
})

for (const denial of ['auth deny', 'auth denied']) {
  story(
    `a user who refuses ("${denial}") is ERR_USER_DENIED, and nothing else changes`,
    async ({ startWarm }) => {
      const app = await startWarm({ user: { denial, denies: ['getUserInfo', 'getUserProfile'] } })
      const session = app.copy(app.qcloud.getSession())
      const calls = [profile(app), userInfo(app), app.call({ withUserInfo: true })]
      await app.settled(calls)
      assert.deepEqual(tally(calls.map(({ type }) => type)), { ERR_USER_DENIED: 3 })
      assert.match(calls[0].value.message, /拒绝授权/)
      assert.deepEqual(app.copy(app.qcloud.getSession()), session)
      assert.deepEqual(await app.settled([app.call()]), ['success'])
      assert.equal(app.fake.count('login'), 0)
    }
  )
}

story(
  'a user who has not agreed to the privacy guidelines: an immediate error, then all is well',
  async ({ startWarm }) => {
    const app = await startWarm({ privacy: { needed: true } })
    const refused = [profile(app), userInfo(app), app.call({ withUserInfo: true })]
    await app.settled(refused)
    for (const { type, value } of refused) {
      assert.equal(type, 'ERR_USER_DENIED')
      assert.match(value.message, /隐私保护指引/)
      assert.equal(value.detail.errno, 104)
    }
    app.fake.state.privacy.agreed = true
    assert.deepEqual(tally(await app.settled([profile(app), userInfo(app), app.call()])), { success: 3 })
  }
)

const ALL_HEADERS = { serverOptions: { loginMode: 'code+userInfo' }, ...KNOWN }
const INSISTS = { ...ALL_HEADERS, configuration: { loginMode: 'code+userInfo' } }

story(
  "loginMode 'code+userInfo' sends all three headers, the data under the session_key of that code",
  async ({ start }) => {
    const app = start(INSISTS)
    assert.deepEqual(tally(await app.settled(many(50, () => app.call()))), { success: 50 })
    assert.equal(app.server.records.loginAttempts, 1)
    assert.equal(app.fake.count('getUserInfo'), 1)
    const [{ options }] = app.fake.calls('request', ({ url }) => url === LOGIN_URL)
    assert.deepEqual(Object.keys(options.header).sort(), ['X-WX-Code', 'X-WX-Encrypted-Data', 'X-WX-IV'])
    assert.equal(
      app.qcloud.getSession().userInfo.nickName,
      '小明',
      'the client adds what the server does not answer'
    )
  }
)

story('a hundred expired calls there cost one login too', async ({ startWarm }) => {
  const app = await startWarm(INSISTS)
  app.server.expire()
  assert.deepEqual(tally(await app.settled(many(100, () => app.call()))), { success: 100 })
  assert.equal(app.server.records.loginAttempts, 1)
})

story(
  'there a refused user info fails the login by name, and the user may change their mind',
  async ({ start }) => {
    const app = start({ ...INSISTS, user: { denies: ['getUserInfo'], anonymous: false } })
    const call = app.call()
    await app.settled([call])
    assert.equal(call.type, 'ERR_USER_DENIED')
    app.fake.person.denies = []
    assert.deepEqual(await app.settled([app.call()]), ['success'])
  }
)

story(
  'a server that insists on user data says so to a client that sends the code alone',
  async ({ start }) => {
    const app = start(ALL_HEADERS)
    const call = app.call()
    await app.settled([call])
    assert.equal(call.type, 'ERR_LOGIN_FAILED')
    assert.match(call.value.message, /user data is missing/)
  }
)

story('user data goes to the session’s origin only', async ({ startWarm }) => {
  const app = await startWarm()
  const given = { encryptedData: 'data-of-the-user', iv: 'iv-of-the-data' }
  await app.settled([app.call({ url: 'https://evil.com/', login: false, ...given })])
  assert.deepEqual(app.fake.calls('request')[0].options.header, {})
  await app.settled([app.call({ url: `${ORIGIN}/public`, withUserInfo: true })])
  assert.ok(encryptedOf(app.fake.calls('request').at(-1)))
})
