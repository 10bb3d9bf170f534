/** The same promises where the real server speaks wafer2. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { atOnce, hundredTimes200, serverOf } from './device.mjs'

describe('a wafer2 server', () => {
  const { running, device } = serverOf(['--protocol', 'wafer2'])
  const wafer2 = (id) => ({ user: { id, anonymous: false }, configuration: { protocol: 'wafer2' } })
  const logins = async () => (await running.server.records()).logins

  test('sees one login of a hundred cold calls, one more of a hundred calls on an expired session', async () => {
    const phone = device(wafer2('burst'))
    assert.deepEqual(await atOnce(100, () => phone.user()), hundredTimes200)
    assert.equal((await logins()).attempted, 1)
    await running.server.dev('expire', { user: 'burst' })
    assert.deepEqual(await atOnce(100, () => phone.user()), hundredTimes200)
    assert.deepEqual(await logins(), { attempted: 2, succeeded: 2, withSessionHeaders: 0 })
    const { data } = await phone.user()
    assert.equal(data.code, 0)
  })

  test('reads user data', async () => {
    const phone = device(wafer2('data'))
    const { data } = await phone.user({ withUserInfo: true })
    assert.match(JSON.stringify(data.data), /小明/)
  })

  test('whose session lasts two hours only: the call that finds it over succeeds', async () => {
    const phone = device(wafer2('two-hours'))
    await phone.user()
    await running.server.dev('advance-clock', { ms: 2 * 3_600_000 + 1000 })
    assert.equal((await phone.user()).statusCode, 200)
    assert.equal((await logins()).attempted, 2)
  })

  test('is recognised by a client that expects wafer', async () => {
    const phone = device({ user: { id: 'mismatch' } })
    await assert.rejects(phone.user(), ({ type, message }) => {
      assert.equal(type, 'ERR_LOGIN_MISSING_SESSION')
      return /服务器返回的是 wafer2 格式/.test(message)
    })
  })
})

describe('a wafer server', () => {
  const { device } = serverOf()

  test('is recognised by a client that expects wafer2', async () => {
    const phone = device({ user: { id: 'mismatch' }, configuration: { protocol: 'wafer2' } })
    await assert.rejects(phone.user(), ({ message }) => /服务器返回的是 wafer 格式/.test(message))
  })
})
