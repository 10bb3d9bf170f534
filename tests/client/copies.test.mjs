/** Several copies of the package in one app, such as a plugin's and the main package's, agree through the storage. */
import assert from 'node:assert/strict'
import { SESSION_KEY } from '../../fake-wx/servers.mjs'
import { many, story, tally } from './stories.mjs'

/** A second copy of the package in the same app: its own module and instance, the same `wx`. */
const copyOf = ({ start }, app, options) => start({ fake: app.fake, server: app.server, ...options })

story('a copy that comes second uses the session that the first one made', async (stage) => {
  const first = await stage.startWarm()
  const second = copyOf(stage, first)
  assert.deepEqual(tally(await stage.settled(many(10, () => second.call()))), { success: 10 })
  assert.equal(first.fake.count('login'), 0)
  assert.deepEqual(second.copy(second.qcloud.getSession()), first.copy(first.qcloud.getSession()))
})

story('when the session expires, one copy logs in and the other takes over what it stored', async (stage) => {
  const first = await stage.startWarm()
  const second = copyOf(stage, first)
  await stage.settled([second.call()])
  first.server.expire()
  await stage.settled([second.call()])
  const calls = many(20, () => first.call())
  assert.deepEqual(tally(await stage.settled(calls)), { success: 20 })
  assert.equal(first.server.records.logins, 1)
  assert.deepEqual(first.copy(first.qcloud.getSession()), first.fake.stored(SESSION_KEY))
})

story(
  'a login by force in one copy, which ends the other’s session, costs that one no login',
  async (stage) => {
    const first = await stage.startWarm()
    const second = copyOf(stage, first)
    await stage.settled([second.call()])
    for (let round = 1; round <= 3; round++) {
      const [forcing, following] = round % 2 ? [first, second] : [second, first]
      await stage.settled([forcing.note((callbacks) => forcing.qcloud.login({ force: true, ...callbacks }))])
      assert.deepEqual(await stage.settled([following.call(), forcing.call()]), ['success', 'success'])
      assert.equal(first.server.records.logins, round)
    }
  }
)

story('copies that start cold at the same time come to one session, and no call is lost', async (stage) => {
  const { clock } = stage
  for (let seed = 1; seed <= 20; seed++) {
    const first = stage.start({ seed })
    const second = copyOf(stage, first)
    const calls = []
    for (let round = 0; round < 5; round++) {
      calls.push(first.call(), second.call())
      await clock.advance(seed * 13)
    }
    assert.deepEqual(tally(await stage.settled(calls)), { success: 10 }, `seed ${seed}`)
    assert.ok(first.server.records.logins <= 4, `${first.server.records.logins} logins with seed ${seed}`)
    first.server.resetRecords()
    assert.deepEqual(await stage.settled([first.call(), second.call()]), ['success', 'success'])
    await stage.settled([first.call(), second.call()])
    assert.ok(first.server.records.logins <= 1)
    await clock.advance(60_000)
    second.stop()
    first.stop()
  }
})

/* Where the server keeps one session a user, the second login ends the first one's session before either copy can
   know of the other's: the calls of one copy may then use up their retry. They fail clearly, and nothing builds up. */
story(
  'two copies that find their session expired at the same time log in once each and settle on one session',
  async (stage) => {
    const first = await stage.startWarm()
    const second = copyOf(stage, first)
    await stage.settled([second.call()])
    first.server.expire()
    const calls = many(50, () => [first.call(), second.call()]).flat()
    await stage.settled(calls)
    assert.ok(first.server.records.logins <= 2, `${first.server.records.logins} logins`)
    for (const { type } of calls) assert.ok(type === undefined || type === 'ERR_INVALID_SESSION', type)
    assert.ok(calls.filter(({ outcome }) => outcome === 'success').length >= 50)

    first.server.resetRecords()
    assert.deepEqual(await stage.settled([first.call()]), ['success'])
    assert.deepEqual(await stage.settled([second.call()]), ['success'])
    assert.deepEqual(await stage.settled([first.call()]), ['success'])
    assert.ok(first.server.records.logins <= 1)
  }
)

story('user data fits the session that a copy has taken over', async (stage) => {
  const first = await stage.startWarm({ user: { anonymous: false } })
  const second = copyOf(stage, first)
  await stage.settled([second.call()])
  await stage.settled([first.note((callbacks) => first.qcloud.login({ force: true, ...callbacks }))])
  const calls = [
    second.call({ withUserInfo: true }),
    second.note((callbacks) => second.qcloud.getUserInfo(callbacks))
  ]
  assert.deepEqual(await stage.settled(calls), ['success', 'success'])
  assert.equal(first.server.records.undecryptable, 0)
})

story('after a log-out in one copy the other does not store the old session again', async (stage) => {
  const first = await stage.startWarm()
  const second = copyOf(stage, first)
  await stage.settled([second.call()])
  first.qcloud.clearSession()
  await stage.settled([second.call()])
  assert.equal(first.fake.stored(SESSION_KEY), undefined)
  assert.equal(first.qcloud.getSession(), null)
})
