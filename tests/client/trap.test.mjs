/** Guarantee 11: a trap cannot brick the app. */
import assert from 'node:assert/strict'
import { SESSION_KEY } from '../../fake-wx/servers.mjs'
import { USER_URL, many, story, tally } from './stories.mjs'

const COMPLAINT = '[wafer-client-wasm]'

/** Takes off the console what the package said about crashes; fails unless it did so `count` times. */
function takeComplaints(app, count) {
  const complaints = app.console
    .splice(0)
    .filter(([method, prefix]) => method === 'error' && prefix === COMPLAINT)
  assert.equal(complaints.length, count)
}

story(
  'a trap fails what is pending with ERR_WASM_LOAD, and the next call starts anew and works',
  {
    needs: 'wasm'
  },
  async ({ startWarm, clock }) => {
    const app = await startWarm()
    const session = app.copy(app.qcloud.getSession())
    const calls = many(10, () => app.call())
    await clock.advance(1)
    app.wasm.trap()
    calls.push(app.call())
    await clock.advance(0)
    assert.deepEqual(tally(calls.map(({ type }) => type)), { ERR_WASM_LOAD: 11 })
    assert.match(calls[0].value.message, /WebAssembly 内核运行出错.*再次调用/)
    assert.match(calls[0].value.detail.message, /unreachable/)
    assert.equal(app.types().filter((type) => type === 'crash').length, 1)
    takeComplaints(app, 1)

    assert.deepEqual(app.copy(app.qcloud.getSession()), session)
    assert.deepEqual(await app.settled([app.call()]), ['success'])
    assert.equal(app.wasm.instances.length, 2)
    assert.equal(app.fake.count('login'), 0)
    assert.deepEqual(app.fake.stored(SESSION_KEY), session)
  }
)

story(
  'whenever a trap strikes during a cold burst, every call settles and the app goes on',
  {
    needs: 'wasm'
  },
  async ({ start, clock }) => {
    let struck = 0
    for (let at = 0; at <= 600; at += 12) {
      const app = start({ seed: at + 1 })
      const calls = [
        ...many(5, () => app.call()),
        app.note((callbacks) => app.qcloud.login(callbacks)),
        app.note((callbacks) => app.qcloud.getUserInfo(callbacks)),
        app.call({ withUserInfo: true })
      ]
      await clock.advance(at)
      app.wasm.trap()
      calls.push(app.call({ login: false }))
      const outcomes = await app.settled(calls)
      assert.ok(outcomes.includes('fail'), `the trap at ${at} ms hit`)
      for (const { type } of calls) assert.ok(type === undefined || type === 'ERR_WASM_LOAD', type)
      struck += app.console.splice(0).length
      app.wasm.clearFaults()
      assert.deepEqual(await app.settled([app.call(), app.call()]), ['success', 'success'])
      app.stop()
    }
    assert.ok(struck >= 50)
  }
)

story(
  'an instance that traps at its every call fails each call and leaves nothing hanging',
  {
    needs: 'wasm'
  },
  async ({ startWarm }) => {
    const app = await startWarm()
    app.wasm.trap({ times: Infinity })
    for (let round = 0; round < 5; round++) {
      const calls = many(3, () => app.call())
      await app.settled(calls)
      assert.deepEqual(tally(calls.map(({ type }) => type)), { ERR_WASM_LOAD: 3 })
    }
    app.console.splice(0)
    app.wasm.clearFaults()
    assert.deepEqual(await app.settled([app.call()]), ['success'])
  }
)

story(
  'answers to what the lost instance had asked change nothing',
  { needs: 'wasm' },
  async ({ start, clock }) => {
    const app = start()
    app.fake.fault('login', { kind: 'late', ms: 3000, times: 1 })
    const lost = app.call()
    await clock.advance(1000)
    app.wasm.trap()
    const struck = app.call()
    await app.settled([lost, struck])
    takeComplaints(app, 1)
    await app.settled([app.call()])
    const session = app.copy(app.qcloud.getSession())
    await clock.advance(10_000)
    assert.deepEqual(app.copy(app.qcloud.getSession()), session)
    assert.equal(app.server.records.loginAttempts, 1)
  }
)

story(
  'a trap inside abort(), clearSession() or configure() does not throw at the app',
  {
    needs: 'wasm'
  },
  async ({ startWarm, clock }) => {
    const app = await startWarm()
    const strike = async (act) => {
      const call = app.call()
      await clock.advance(1)
      app.wasm.trap()
      act(call)
      await app.settled([call])
      assert.equal(call.type, 'ERR_WASM_LOAD')
      takeComplaints(app, 1)
      app.wasm.clearFaults()
      assert.deepEqual(await app.settled([app.call()]), ['success'])
    }
    await strike((call) => call.task.abort())
    await strike(() => app.qcloud.clearSession())
    assert.equal(app.server.records.logins, 1, 'the log-out counted nevertheless')
    await strike(() => app.qcloud.configure({ timeout: 5000 }))
    assert.equal(app.fake.calls('request', ({ url }) => url === USER_URL).at(-1).options.timeout, 5000)
  }
)

story(
  'the budget of logins goes on where it was, whenever an instance is lost',
  { needs: 'wasm' },
  async ({ start, clock }) => {
    for (const everyMs of [700, 2300, 7900]) {
      const app = start({ seed: everyMs })
      app.server.alwaysInvalid = true
      const calls = []
      for (let elapsedMs = 0; elapsedMs < 180_000; elapsedMs += 100) {
        if (elapsedMs % everyMs === 0) app.wasm.trap()
        if (elapsedMs % 500 === 0) calls.push(app.call())
        await clock.advance(100)
      }
      app.wasm.clearFaults()
      await app.settled(calls)
      assert.ok(app.wasm.instances.length > 15, `${app.wasm.instances.length} instances`)
      const times = app.fake.calls('login').map(({ time }) => time)
      for (const time of times) {
        const within = (ms) => times.filter((other) => other >= time && other < time + ms).length
        assert.ok(within(60_000) <= 5, `${within(60_000)} logins in a minute`)
        assert.ok(within(1000) <= 4)
      }
      assert.ok(times.length > 0)
      app.server.alwaysInvalid = false
      await clock.advance(120_000)
      const call = app.call()
      await app.settled([call])
      assert.equal(call.type, undefined, `lost every ${everyMs} ms`)
      app.console.splice(0)
      app.stop()
    }
  }
)

story(
  'the logins of a lost instance count for a minute, and no longer',
  { needs: 'wasm' },
  async ({ start, clock }) => {
    /** Five logins in a few seconds, and an instance that is lost `waitMs` later; then a call `thenMs` after that. */
    const loseAfter = async (waitMs, thenMs) => {
      const app = start()
      app.server.alwaysInvalid = true
      for (let round = 0; round < 8; round++) {
        await app.settled([app.call()])
        await clock.advance(1000)
      }
      app.server.alwaysInvalid = false
      const { login } = app.fake.counts
      assert.equal(login, 5)
      await clock.advance(waitMs)
      app.wasm.trap()
      await app.settled([app.call()])
      await clock.advance(thenMs)
      const call = app.call()
      await app.settled([call])
      app.console.splice(0)
      app.stop()
      return call.type
    }
    assert.equal(await loseAfter(100, 100), 'ERR_LOGIN_LIMIT')
    assert.equal(await loseAfter(100, 70_000), undefined)
    assert.equal(await loseAfter(120_000, 0), undefined)
    assert.equal(await loseAfter(3_600_000, 3_600_000), undefined)
  }
)

story(
  'a code that the lost instance had asked for is not sent by the next one, which asks for its own',
  { needs: 'wasm' },
  async ({ start, clock }) => {
    const app = start({ latency: 10 })
    app.fake.fault('login', { kind: 'late', ms: 3000 })
    const lost = app.call()
    await clock.advance(1000)
    app.wasm.trap()
    await app.settled([lost, app.call()])
    takeComplaints(app, 1)
    assert.deepEqual(await app.settled([app.call()]), ['success'])
    const [, { answer }] = app.fake.calls('login')
    const [{ options }, ...more] = app.fake.calls('request', ({ url }) => url.endsWith('/login'))
    assert.equal(options.header['X-WX-Code'], answer.code)
    assert.equal(more.length, 0)
  }
)

story(
  'after a trap the session is what the storage holds, whoever wrote it',
  { needs: 'wasm' },
  async ({ startWarm }) => {
    const app = await startWarm()
    app.qcloud.onEvent(() => {})
    app.wasm.trap()
    await app.settled([app.call({ withUserInfo: true })])
    takeComplaints(app, 1)
    assert.notEqual(app.qcloud.getSession(), null)
    app.fake.storage.delete(SESSION_KEY)
    assert.equal(app.qcloud.getSession(), null)
    assert.deepEqual(app.copy(app.qcloud.buildSessionHeader()), {})
  }
)
