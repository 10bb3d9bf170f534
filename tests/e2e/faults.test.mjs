/** What the real server does wrong on request: errors, HTML, cut connections, delays. No session is lost by it. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { atOnce, serverOf } from './device.mjs'

describe('a faulty server', () => {
  const { running, device } = serverOf()

  async function warm(id) {
    const phone = device({ user: { id } })
    await phone.user()
    const { skey } = phone.qcloud.getSession()
    await running.server.dev('reset-records')
    phone.assertSurvived = async () => {
      await running.server.dev('clear-faults')
      assert.equal(phone.qcloud.getSession().skey, skey)
      assert.equal((await phone.user()).statusCode, 200)
      assert.equal((await running.server.records()).logins.attempted, 0)
    }
    return phone
  }
  const fault = (kind, more) => running.server.dev('fault', { path: '/user', kind, count: 1, ...more })

  test('that answers HTTP 500: the caller gets the answer, the session stays', async () => {
    const phone = await warm('status500')
    await fault('status500')
    assert.equal((await phone.user()).statusCode, 500)
    await phone.assertSurvived()
  })

  test('behind a network that answers with its own login page: likewise', async () => {
    const phone = await warm('html')
    await fault('html')
    const { data } = await phone.user()
    assert.equal(typeof data, 'string')
    assert.match(data, /^<!doctype html>/i)
    await phone.assertSurvived()
  })

  for (const kind of ['cut', 'cut-answer']) {
    test(`that cuts the connection (${kind}): ERR_NETWORK, the session stays`, async () => {
      const phone = await warm(kind)
      await fault(kind)
      await assert.rejects(
        phone.user(),
        ({ type, errMsg }) => type === 'ERR_NETWORK' && /^request:fail/.test(errMsg)
      )
      await phone.assertSurvived()
    })
  }

  test('that is slow: the call’s own timeout ends it, the session stays', async () => {
    const phone = await warm('delay')
    await fault('delay', { delay_ms: 3000 })
    await assert.rejects(phone.user({ timeout: 50 }), { type: 'ERR_TIMEOUT' })
    await phone.assertSurvived()
  })

  test('whose refusals come late, out of order: one login, every call succeeds', async () => {
    const phone = device({ user: { id: 'late' } })
    await phone.user()
    await running.server.dev('expire', { user: 'late' })
    await running.server.dev('reset-records')
    await fault('delay', { delay_ms: 300, count: 5 })
    const statuses = await atOnce(20, () => phone.user())
    assert.deepEqual([...new Set(statuses)], [200])
    assert.equal((await running.server.records()).logins.attempted, 1)
  })

  const LOGIN_FAULTS = {
    status500: 'ERR_LOGIN_FAILED',
    html: 'ERR_LOGIN_MISSING_SESSION',
    cut: 'ERR_LOGIN_FAILED'
  }
  for (const [kind, type] of Object.entries(LOGIN_FAULTS)) {
    test(`at login (${kind}): everyone who waits gets ${type}, and the next call logs in`, async () => {
      const phone = device({ user: { id: `login-${kind}` } })
      await running.server.dev('fault', { path: '/login', kind, count: 1 })
      const results = await Promise.allSettled([phone.user(), phone.user(), phone.user()])
      for (const { reason } of results) {
        assert.equal(reason.type, type)
        assert.equal(reason.name, 'LoginError')
      }
      assert.equal((await running.server.records()).logins.attempted <= 1, true)
      await phone.untilNextLogin(results[0].reason)
      assert.equal((await phone.user()).statusCode, 200)
    })
  }

  test('that loses the answer to a login: the session it made is not missed', async () => {
    const phone = device({ user: { id: 'lost-login' } })
    await running.server.dev('fault', { path: '/login', kind: 'cut-answer', count: 1 })
    const error = await phone.user().catch((reason) => reason)
    assert.equal(error.type, 'ERR_LOGIN_FAILED')
    await phone.untilNextLogin(error)
    assert.equal((await phone.user()).statusCode, 200)
    assert.equal((await running.server.records()).logins.succeeded, 2)
  })
})
