/** Guarantee 1: however many calls need a session at once, there is one login. */
import assert from 'node:assert/strict'
import { LOGIN_URL, USER_URL, many, story, tally } from './stories.mjs'

const sentTo = (fake, path) => fake.calls('request', ({ url }) => url.includes(path))

story('a hundred cold calls cost one login and all succeed', async ({ start }) => {
  const app = start()
  const calls = many(100, () => app.call())
  assert.deepEqual(tally(await app.settled(calls)), { success: 100 })
  assert.equal(app.fake.count('login'), 1)
  assert.equal(sentTo(app.fake, '/login').length, 1)
  assert.equal(sentTo(app.fake, '/user').length, 100)
  assert.equal(app.server.records.loginAttempts, 1)
  assert.equal(app.server.records.ok, 100)
})

story('a hundred warm calls cost no login', async ({ startWarm }) => {
  const app = await startWarm()
  const calls = many(100, () => app.call())
  assert.deepEqual(tally(await app.settled(calls)), { success: 100 })
  assert.equal(app.server.records.loginAttempts, 0)
  assert.equal(app.server.records.ok, 100)
})

story(
  'a hundred calls on an expired session cost one login, and each goes out at most twice',
  async ({ startWarm }) => {
    const app = await startWarm()
    app.server.expire()
    const calls = many(100, () => app.call())
    assert.deepEqual(tally(await app.settled(calls)), { success: 100 })
    assert.equal(app.fake.count('login'), 1)
    assert.equal(app.server.records.logins, 1)
    assert.equal(app.server.records.ok, 100)
    assert.ok(sentTo(app.fake, '/user').length <= 200)
  }
)

story(
  'calls on an expired session that come one after the other share one login',
  async ({ startWarm, clock }) => {
    const app = await startWarm()
    app.server.expire()
    const calls = []
    for (let index = 0; index < 50; index++) {
      calls.push(app.call())
      await clock.advance(11)
    }
    assert.deepEqual(tally(await app.settled(calls)), { success: 50 })
    assert.equal(app.server.records.loginAttempts, 1)
  }
)

story('after a restart of the app a hundred calls use the stored session', async ({ startWarm, start }) => {
  const first = await startWarm()
  const app = start({ server: first.server, storage: first.fake.storage })
  const calls = many(100, () => app.call())
  assert.deepEqual(tally(await app.settled(calls)), { success: 100 })
  assert.equal(app.fake.count('login'), 0)
  assert.equal(app.fake.count('checkSession'), 1)
  assert.equal(app.server.records.loginAttempts, 0)
})

story(
  'a hundred calls after a restart on an expired session cost one login',
  async ({ startWarm, start }) => {
    const first = await startWarm()
    first.server.expire()
    const app = start({ server: first.server, storage: first.fake.storage })
    const calls = many(100, () => app.call())
    assert.deepEqual(tally(await app.settled(calls)), { success: 100 })
    assert.equal(app.server.records.loginAttempts, 1)
  }
)

story(
  'login(), request(), uploadFile() and downloadFile() at the same time share one login',
  async ({ start }) => {
    const app = start({ files: { 'wxfile://face.png': 'face' } })
    const { qcloud } = app
    const calls = [
      app.note((callbacks) => qcloud.login(callbacks)),
      app.call(),
      app.note((callbacks) => qcloud.login({ force: true, ...callbacks })),
      app.note((callbacks) =>
        qcloud.uploadFile({
          login: true,
          url: USER_URL,
          filePath: 'wxfile://face.png',
          name: 'face',
          ...callbacks
        })
      ),
      app.note((callbacks) => qcloud.downloadFile({ login: true, url: USER_URL, ...callbacks })),
      app.note((callbacks) => qcloud.getUserInfo(callbacks))
    ]
    assert.deepEqual(tally(await app.settled(calls)), { success: 6 })
    assert.equal(app.server.records.loginAttempts, 1)
    assert.equal(app.fake.count('login'), 1)
  }
)

story(
  'waiters go on in the order in which they came, those from before loading first',
  async ({ start, clock }) => {
    const app = start()
    const calls = many(5, (index) => app.call({ url: `${USER_URL}?${index}` }))
    await clock.advance(20)
    calls.push(...many(5, (index) => app.call({ url: `${USER_URL}?${index + 5}` })))
    await app.settled(calls)
    assert.deepEqual(
      sentTo(app.fake, '/user').map(({ options }) => options.url.split('?')[1]),
      many(10, String)
    )
  }
)

story(
  'login() answers what the server knows of the user; with a session it costs nothing',
  async ({ start, clock }) => {
    const app = start()
    const first = await clock.until(app.qcloud.login())
    assert.equal(first.nickName, '新用户')
    app.fake.resetLog()
    const second = await clock.until(app.qcloud.login())
    assert.deepEqual(app.copy(second), app.copy(first))
    assert.equal(app.fake.count(), 0)
  }
)

story('login({ force: true }) replaces a session that nothing speaks against', async ({ startWarm }) => {
  const app = await startWarm()
  const before = app.qcloud.getSession()
  await app.settled([app.note((callbacks) => app.qcloud.login({ force: true, ...callbacks }))])
  assert.equal(app.server.records.logins, 1)
  assert.notEqual(app.qcloud.getSession().skey, before.skey)
})

story('the login request is a GET with the code, unless configured otherwise', async ({ start }) => {
  const plain = start()
  await plain.settled([plain.call()])
  const [get] = sentTo(plain.fake, '/login')
  const code = plain.fake.calls('login')[0].answer.code
  assert.equal(get.options.url, LOGIN_URL)
  assert.equal(get.options.method, 'GET')
  assert.deepEqual(get.options.header, { 'X-WX-Code': code })

  const app = start({ configuration: { loginMethod: 'POST', loginData: { channel: 'poster' } } })
  await app.settled([app.call()])
  const [post] = sentTo(app.fake, '/login')
  assert.equal(post.options.method, 'POST')
  assert.deepEqual(post.options.data, { channel: 'poster' })
})
