/** When wx.checkSession is asked, and what its answer means. */
import assert from 'node:assert/strict'
import { many, story, tally } from './stories.mjs'

const restart = ({ start }, first, options) =>
  start({ server: first.server, storage: first.fake.storage, ...options })

story('by default WeChat is asked once a launch, for all calls together', async (stage) => {
  const app = restart(stage, await stage.startWarm())
  assert.deepEqual(tally(await app.settled(many(20, () => app.call()))), { success: 20 })
  await app.settled([app.call()])
  assert.equal(app.fake.count('checkSession'), 1)
  assert.equal(app.fake.count('login'), 0)
})

story('a session that was just made is not checked', async ({ start }) => {
  const app = start()
  await app.settled(many(5, () => app.call()))
  await app.settled(many(5, () => app.call()))
  assert.equal(app.fake.count('checkSession'), 0)
})

story('when WeChat has dropped its session_key, a login comes before the calls', async (stage) => {
  const first = await stage.startWarm()
  first.server.wechat.expireSessionKey('demo')
  const app = restart(stage, first)
  first.server.resetRecords()
  assert.deepEqual(tally(await app.settled(many(20, () => app.call()))), { success: 20 })
  assert.equal(app.fake.count('login'), 1)
  assert.equal(first.server.records.refused, 0)
})

story('a call without login: true does not wait for the check', async (stage) => {
  const app = restart(stage, await stage.startWarm())
  app.fake.fault('checkSession', { kind: 'late', ms: 2000 })
  const waiting = app.call()
  const optional = app.call({ login: false })
  assert.deepEqual(await app.settled([optional]), ['success'])
  assert.equal(waiting.outcome, 'pending')
  assert.deepEqual(await app.settled([waiting]), ['success'])
})

story(
  "'always' asks before each call with login: true, calls at the same time share the answer",
  async ({ startWarm }) => {
    const app = await startWarm({ configuration: { checkSession: 'always' } })
    for (let round = 1; round <= 3; round++) {
      assert.deepEqual(tally(await app.settled(many(10, () => app.call()))), { success: 10 })
      assert.equal(app.fake.count('checkSession'), round)
    }
    await app.settled([app.call({ login: false })])
    assert.equal(app.fake.count('checkSession'), 3)
    app.server.wechat.expireSessionKey('demo')
    assert.deepEqual(tally(await app.settled(many(10, () => app.call()))), { success: 10 })
    assert.equal(app.fake.count('login'), 1)
  }
)

story("'never' trusts the server’s word alone", async (stage) => {
  const first = await stage.startWarm()
  const app = restart(stage, first, { configuration: { checkSession: 'never' } })
  await app.settled(many(5, () => app.call()))
  assert.equal(app.fake.count('checkSession'), 0)
  first.server.expire()
  assert.deepEqual(await app.settled([app.call()]), ['success'])
  assert.equal(app.fake.count('login'), 1)
})

story('where wx has no checkSession, as in plugins, the server’s word alone counts', async (stage) => {
  const app = restart(stage, await stage.startWarm())
  delete app.wx.checkSession
  assert.deepEqual(await app.settled([app.call()]), ['success'])
  assert.equal(app.fake.count('login'), 0)
})

story('a check that fails because the phone is offline does not end the session', async (stage) => {
  const first = await stage.startWarm()
  const app = restart(stage, first)
  const session = app.copy(app.qcloud.getSession())
  app.fake.setOffline(true)
  const call = app.call()
  await app.settled([call])
  assert.equal(call.outcome, 'fail')
  assert.deepEqual(app.copy(app.qcloud.getSession()), session)
  app.fake.setOffline(false)
  assert.deepEqual(await app.settled([app.call()]), ['success'])
})
