/** The promises of a session, on the real server, as its own records saw them. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { SESSION_KEY } from '../../fake-wx/servers.mjs'
import { atOnce, hundredTimes200, serverOf } from './device.mjs'

for (const [name, args] of [
  ['one session a user, whose skey a login rotates', ['--sessions-per-user', 'one']],
  ['many sessions a user', ['--sessions-per-user', 'many']]
]) {
  describe(`a server with ${name}`, () => {
    const { running, device } = serverOf(args)
    const seen = async () => {
      const { logins, sessionRequests, jscode2session } = await running.server.records()
      return { ...logins, ...sessionRequests, jscode2session }
    }
    const nothing = {
      attempted: 0,
      succeeded: 0,
      withSessionHeaders: 0,
      ok: 0,
      refused: 0,
      jscode2session: 0
    }

    test('sees one login of a hundred cold calls, and serves them all', async () => {
      const phone = device({ user: { id: 'cold' } })
      assert.deepEqual(await atOnce(100, () => phone.user()), hundredTimes200)
      assert.deepEqual(await seen(), { ...nothing, attempted: 1, succeeded: 1, ok: 100, jscode2session: 1 })
    })

    test('sees no login of a hundred warm calls', async () => {
      const phone = device({ user: { id: 'warm' } })
      await phone.user()
      await running.server.dev('reset-records')
      phone.fake.resetLog()
      assert.deepEqual(await atOnce(100, () => phone.user()), hundredTimes200)
      assert.deepEqual(await seen(), { ...nothing, ok: 100 })
      assert.deepEqual({ ...phone.fake.counts }, { request: 100 })
    })

    test('sees one login of a hundred calls on an expired session, and serves them all', async () => {
      const phone = device({ user: { id: 'expired' } })
      await phone.user()
      await running.server.dev('expire', { user: 'expired' })
      await running.server.dev('reset-records')
      assert.deepEqual(await atOnce(100, () => phone.user()), hundredTimes200)
      const records = await seen()
      assert.equal(records.attempted, 1)
      assert.equal(records.ok, 100)
      assert.ok(records.refused >= 1 && records.refused <= 100, `${records.refused} refused`)
      assert.equal(records.withSessionHeaders, 0)
    })

    test('serves two devices of one user, whatever their logins do to each other', async () => {
      const user = { id: 'two-devices' }
      const [one, other] = [device({ user }), device({ user })]
      await one.user()
      await other.user()
      for (let round = 0; round < 2; round++) {
        assert.equal((await one.user()).statusCode, 200)
        assert.equal((await other.user()).statusCode, 200)
      }
      const { attempted, withSessionHeaders } = await seen()
      const isRotating = args.includes('one')
      assert.equal(attempted, isRotating ? 6 : 2)
      assert.equal(withSessionHeaders, 0)
    })

    test('logs nobody out when it restarts, not even when it is killed', async () => {
      const phone = device({ user: { id: 'restart' } })
      await phone.user()
      const { skey } = phone.qcloud.getSession()
      for (const end of [() => running.server.restart(), () => running.server.kill()]) {
        await end()
        if (end.toString().includes('kill')) {
          await assert.rejects(phone.user(), { type: 'ERR_NETWORK' })
          await running.server.restart()
        }
        assert.equal((await phone.user()).statusCode, 200)
        assert.equal(phone.qcloud.getSession().skey, skey)
      }
      assert.equal((await seen()).attempted, 0)
    })
  })
}

describe('a session', () => {
  const { running, device } = serverOf()

  test('outlives the app: the next launch asks WeChat once and uses it', async () => {
    const user = { id: 'launch' }
    const first = device({ user })
    await first.user()
    const second = device({ user, storage: first.fake.storage })
    assert.deepEqual(await atOnce(10, () => second.user()), hundredTimes200.slice(0, 10))
    assert.equal(second.fake.count('checkSession'), 1)
    assert.equal(second.fake.count('login'), 0)
    assert.equal((await running.server.records()).logins.attempted, 1)
  })

  test('is renewed when WeChat has dropped its session_key between two launches', async () => {
    const user = { id: 'dropped' }
    const first = device({ user })
    await first.user()
    await running.server.dev('expire-session-key', { user: 'dropped' })
    const second = device({ user, storage: first.fake.storage })
    assert.equal((await second.user()).statusCode, 200)
    assert.equal(second.fake.count('login'), 1)
  })

  test('expires when its time is over, and the call does not notice', async () => {
    const phone = device({ user: { id: 'old' } })
    await phone.user()
    await running.server.dev('advance-clock', { ms: 31 * 24 * 3_600_000 })
    assert.equal((await phone.user()).statusCode, 200)
    assert.equal((await running.server.records()).logins.succeeded, 2)
  })

  test('ends by clearSession(), and the next call makes another', async () => {
    const phone = device({ user: { id: 'log-out' } })
    await phone.user()
    const { skey } = phone.qcloud.getSession()
    phone.qcloud.clearSession()
    assert.equal(phone.fake.stored(SESSION_KEY), undefined)
    assert.equal((await phone.user()).statusCode, 200)
    assert.notEqual(phone.qcloud.getSession().skey, skey)
  })

  test('that a server refuses for ever costs a bounded number of logins', async () => {
    const phone = device({ user: { id: 'refused' } })
    await running.server.dev('invalid-always', { on: true })
    try {
      for (let round = 0; round < 8; round++) {
        await assert.rejects(phone.user(), ({ type }) => /^ERR_(INVALID_SESSION|LOGIN_LIMIT)$/.test(type))
      }
      assert.ok((await running.server.records()).logins.attempted <= 5)
    } finally {
      await running.server.dev('invalid-always', { on: false })
    }
  })

  test('has a user with the default nickname and avatar, whom login() answers', async () => {
    const phone = device({ user: { id: 'newcomer' } })
    const info = await phone.qcloud.login()
    const { data } = await phone.user()
    assert.deepEqual(phone.copy(info), phone.copy(data.data.userInfo))
    assert.ok(info.nickName)
    assert.match(info.avatarUrl, /^http/)
  })
})
