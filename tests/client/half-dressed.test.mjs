/** Guarantee 3: nothing goes out half-dressed. */
import assert from 'node:assert/strict'
import { ORIGIN, USER_URL, many, story } from './stories.mjs'

const PUBLIC_URL = `${ORIGIN}/public`
const business = (fake) => fake.calls('request', ({ url }) => !url.endsWith('/login'))
const skeysOf = (calls) => calls.map(({ options }) => options.header['X-WX-Skey'])

story('while the first login runs, calls that need the session wait', async ({ start, clock }) => {
  const app = start()
  app.fake.fault('login', { kind: 'late', ms: 5000 })
  const calls = many(20, () => app.call())
  await clock.advance(5000)
  assert.equal(business(app.fake).length, 0)
  await app.settled(calls)
  const { id, skey } = app.qcloud.getSession()
  for (const { options } of business(app.fake)) {
    assert.equal(options.header['X-WX-Id'], id)
    assert.equal(options.header['X-WX-Skey'], skey)
  }
})

story(
  'a call that opted out of login is sent at once and bare where there is no session',
  async ({ start, clock }) => {
    const app = start()
    app.fake.fault('login', { kind: 'late', ms: 5000 })
    const waiting = app.call()
    await clock.advance(100)
    const bare = app.call({ login: false, url: PUBLIC_URL })
    assert.deepEqual(await app.settled([bare]), ['success'])
    assert.equal(waiting.outcome, 'pending')
    assert.deepEqual(app.fake.calls('request')[0].options.header, {})
    await app.settled([waiting])
  }
)

story(
  'without login: true the session goes along if there is one, and is not made if there is none',
  async ({ start }) => {
    const app = start()
    const bare = app.call({ login: false, url: PUBLIC_URL })
    await app.settled([bare])
    assert.equal(app.fake.count('login'), 0)
    await app.settled([app.call()])
    const signed = app.call({ login: false })
    await app.settled([signed])
    assert.equal(skeysOf(business(app.fake))[2], app.qcloud.getSession().skey)
  }
)

story(
  'a call that did not ask for login is repaired too when its session turns out to be expired',
  async ({ startWarm }) => {
    const app = await startWarm()
    app.server.expire()
    const call = app.call({ login: undefined })
    assert.deepEqual(await app.settled([call]), ['success'])
    assert.equal(app.server.records.logins, 1)
  }
)

story(
  'while an expired session is replaced, nothing goes out under the old one',
  async ({ startWarm, clock }) => {
    const app = await startWarm()
    const { skey: old } = app.qcloud.getSession()
    app.server.expire()
    app.fake.fault('login', { kind: 'late', ms: 5000 })
    const first = app.call()
    await clock.advance(1000)
    app.fake.resetLog()
    const needing = many(5, () => app.call())
    const optedOut = app.call({ login: false, url: PUBLIC_URL })
    await app.settled([first, ...needing, optedOut])
    const { skey } = app.qcloud.getSession()
    assert.notEqual(skey, old)
    // Its user was logged in all the time: the call that opted out of login waits for the new session, too.
    assert.deepEqual(
      skeysOf(business(app.fake)),
      many(7, () => skey)
    )
  }
)

story(
  'while login({ force: true }) runs, everybody waits for the new session',
  async ({ startWarm, clock }) => {
    const app = await startWarm()
    const calls = [app.note((callbacks) => app.qcloud.login({ force: true, ...callbacks }))]
    calls.push(app.call(), app.call({ login: false }))
    await clock.advance(10)
    assert.equal(business(app.fake).length, 0)
    await app.settled(calls)
    const { skey } = app.qcloud.getSession()
    assert.deepEqual(skeysOf(business(app.fake)), [skey, skey])
  }
)

story(
  'headers that were built by hand under an older session give way to the current ones',
  async ({ startWarm }) => {
    const app = await startWarm()
    const header = {
      'x-wx-skey': 'an older one',
      'X-WX-ID': 'an older one',
      'X-Channel': 'poster',
      accept: 'text/plain'
    }
    const given = { ...header }
    await app.settled([app.call({ header })])
    const { id, skey } = app.qcloud.getSession()
    assert.deepEqual(business(app.fake)[0].options.header, {
      'X-Channel': 'poster',
      accept: 'text/plain',
      'X-WX-Id': id,
      'X-WX-Skey': skey
    })
    assert.deepEqual(header, given)
    await app.settled([app.call({ header: app.qcloud.buildSessionHeader(), url: USER_URL })])
    assert.deepEqual(business(app.fake)[1].options.header, { 'X-WX-Id': id, 'X-WX-Skey': skey })
  }
)
