/** Guarantee 11: a trap cannot brick the app. */
import assert from 'node:assert/strict'
import { SESSION_KEY } from '../../fake-wx/servers.mjs'
import { USER_URL, many, story, tally } from './stories.mjs'

const COMPLAINT = '[wafer-client-wasm]'

/** Takes what the package said about the crash off the console: it must have said it once for each. */
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
