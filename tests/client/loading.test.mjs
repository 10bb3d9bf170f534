/** The module is loaded on demand, once, and anew after a failure; calls made before it is ready lose nothing. */
import assert from 'node:assert/strict'
import { LOGIN_URL, USER_URL, many, story, tally } from './stories.mjs'

const COMPLAINT = '[wafer-client-wasm]'
const DEFAULT_PATH = '/miniprogram_npm/wafer-client-wasm/core.wasm.br'

function takeComplaints(app) {
  const complaints = app.console.splice(0)
  for (const [method, prefix] of complaints) assert.deepEqual([method, prefix], ['error', COMPLAINT])
  return complaints.length
}

story('requiring the package does nothing and needs no wx', { needs: 'wasm' }, ({ start, clock }) => {
  const app = start({ configuration: null, observed: false, wx: null })
  assert.equal(typeof app.qcloud.request, 'function')
  assert.equal(app.fake.count(), 0)
  assert.equal(app.wasm.calls.length, 0)
  assert.equal(clock.pending, 0)
})

story('listening and asking for the session do not load the module', { needs: 'wasm' }, ({ start }) => {
  const app = start({ configuration: null })
  app.qcloud.onSessionChange(() => {})
  assert.equal(app.qcloud.getSession(), null)
  assert.deepEqual(app.copy(app.qcloud.buildSessionHeader()), {})
  assert.equal(app.wasm.calls.length, 0)
  assert.deepEqual({ ...app.fake.counts }, { getStorageSync: 2 })
})

const FIRST = {
  'configure()': (app) => app.qcloud.configure({ loginUrl: LOGIN_URL }),
  'setLoginUrl()': (app) => app.qcloud.setLoginUrl(LOGIN_URL),
  'ready()': (app) => void app.qcloud.ready(),
  'a request': (app) => app.call({ login: false }),
  'login()': (app) => app.note((callbacks) => app.qcloud.login(callbacks))
}
for (const [name, act] of Object.entries(FIRST)) {
  story(`${name} starts loading, at once and once`, { needs: 'wasm' }, async ({ start, clock }) => {
    const app = start({ configuration: null })
    act(app)
    act(app)
    assert.deepEqual(
      app.wasm.calls.map(({ path }) => path),
      [DEFAULT_PATH]
    )
    await clock.until(app.qcloud.ready())
    assert.equal(app.wasm.calls.length, 1)
  })
}

story('wasmPath is where the module is loaded from', { needs: 'wasm' }, async ({ start }) => {
  const path = 'miniprogram_npm/wafer-client-wasm/core.wasm.br'
  const app = start({ configuration: { wasmPath: path } })
  assert.deepEqual(await app.settled([app.call()]), ['success'])
  assert.equal(app.wasm.calls[0].path, path)
})

story(
  'a wasmPath that is named after setLoginUrl counts: the load from the other path is given up, and nothing is lost',
  { needs: 'wasm' },
  async ({ start, clock }) => {
    const path = DEFAULT_PATH.slice(1)
    const app = start({ configuration: null })
    app.wasm.fault({ kind: 'reject', times: 1 })
    app.qcloud.setLoginUrl(LOGIN_URL)
    const ready = app.qcloud.ready()
    const calls = many(3, () => app.call())
    app.qcloud.configure({ wasmPath: path })
    assert.deepEqual(
      app.wasm.calls.map((call) => call.path),
      [DEFAULT_PATH, path]
    )
    assert.deepEqual(tally(await app.settled(calls)), { success: 3 })
    await clock.until(ready)
    assert.ok(!app.events.some(({ type }) => type === 'load-failed'))
  }
)

story(
  'a module that comes from a path that was given up is not used',
  { needs: 'wasm' },
  async ({ start, clock }) => {
    const app = start({ configuration: null })
    app.wasm.fault({ kind: 'late', ms: 3000, times: 1 })
    app.qcloud.setLoginUrl(LOGIN_URL)
    app.qcloud.configure({ wasmPath: DEFAULT_PATH.slice(1) })
    assert.deepEqual(await app.settled([app.call()]), ['success'])
    await clock.advance(60_000)
    assert.deepEqual(await app.settled([app.call()]), ['success'])
    assert.equal(app.events.filter(({ type }) => type === 'ready').length, 1)
    assert.equal(app.fake.count('login'), 1)
  }
)

story(
  'what was done before the module is ready happens in that order',
  { needs: 'wasm' },
  async ({ start }) => {
    const app = start({ configuration: null })
    const { qcloud } = app
    const early = app.call()
    qcloud.configure({ loginUrl: LOGIN_URL, header: { 'X-Step': '1' } })
    const late = many(3, (index) => app.call({ url: `${USER_URL}?${index}` }))
    qcloud.configure({ header: { 'X-Step': '2' } })
    await app.settled([early, ...late])
    assert.equal(early.outcome, 'success', 'the login URL was there before the module')
    const sent = app.fake.calls('request', ({ url }) => url.startsWith(USER_URL))
    assert.deepEqual(
      sent.map(({ options }) => options.url),
      [USER_URL, ...many(3, (index) => `${USER_URL}?${index}`)]
    )
  }
)

const FAULTS = {
  rejects: { kind: 'reject' },
  throws: { kind: 'throw' },
  hangs: { kind: 'hang' },
  'comes too late': { kind: 'late', ms: 15_000 }
}
for (const [name, fault] of Object.entries(FAULTS)) {
  story(
    `loading that ${name} fails what waits, and the next call loads anew`,
    { needs: 'wasm' },
    async ({ start, clock }) => {
      const app = start({ configuration: null })
      app.wasm.fault({ ...fault, times: 1 })
      app.qcloud.setLoginUrl(LOGIN_URL)
      const calls = many(5, () => app.call())
      /* Loading that throws has failed before these calls are made: they are what loads anew. */
      const expected = fault.kind === 'throw' ? 'success' : 'fail'
      assert.deepEqual(tally(await app.settled(calls)), { [expected]: 5 })
      assert.ok(clock.elapsed() <= 10_500)
      if (expected === 'fail') {
        assert.deepEqual(tally(calls.map(({ type }) => type)), { ERR_WASM_LOAD: 5 })
        assert.match(
          calls[0].value.message,
          /内核加载失败：\/miniprogram_npm\/wafer-client-wasm\/core\.wasm\.br.*构建 npm.*doctor/
        )
        assert.equal(app.fake.count('login'), 0)
      }
      assert.equal(takeComplaints(app), 1)
      assert.deepEqual(await app.settled([app.call()]), ['success'])
      assert.equal(app.wasm.calls.length, 2)
      await clock.advance(60_000)
      assert.deepEqual(await app.settled([app.call()]), ['success'])
      assert.equal(app.fake.count('login'), 1)
      assert.equal(app.types().filter((type) => type === 'ready').length, 1)
    }
  )
}

story(
  'an answer of instantiate that is no instance is a failure like any other',
  { needs: 'wasm' },
  async ({ start }) => {
    const app = start({ configuration: null })
    const { instantiate } = app.wasm.WXWebAssembly
    const answers = [
      () => undefined,
      () => null,
      () => Promise.resolve(),
      () => Promise.resolve(null),
      () => Promise.resolve({}),
      () => Promise.resolve({ instance: {} }),
      () => Promise.resolve({ exports: {} }),
      () => Promise.reject(),
      () => {
        throw null
      }
    ]
    for (const answer of answers) {
      app.wasm.WXWebAssembly.instantiate = answer
      const call = app.call({ login: false })
      await app.settled([call])
      assert.equal(call.type, 'ERR_WASM_LOAD')
    }
    assert.equal(takeComplaints(app), answers.length)
    app.wasm.WXWebAssembly.instantiate = instantiate
    assert.deepEqual(await app.settled([app.call({ login: false })]), ['success'])
  }
)

story(
  'ready() tells when the module is loaded, or why not, and then tries again',
  { needs: 'wasm' },
  async ({ start, clock }) => {
    const app = start({ configuration: null })
    app.wasm.fault({ kind: 'reject', times: 1 })
    const reasonOf = (promise) => promise.then(assert.fail, ({ type }) => type)
    const reasons = await clock.until(Promise.all([app.qcloud.ready(), app.qcloud.ready()].map(reasonOf)))
    assert.deepEqual(reasons, ['ERR_WASM_LOAD', 'ERR_WASM_LOAD'])
    assert.equal(takeComplaints(app), 1)
    assert.equal(await clock.until(app.qcloud.ready()), undefined)
    assert.equal(await clock.until(app.qcloud.ready()), undefined)
    assert.equal(app.wasm.calls.length, 2)
  }
)

story(
  'where WXWebAssembly fails, the fallback is used, and not WXWebAssembly again',
  { needs: 'wasm' },
  async ({ start }) => {
    const app = start({ configuration: null })
    app.wasm.fault({ kind: 'reject' })
    app.qcloud.configure({ loginUrl: LOGIN_URL, fallback: () => app.require('wafer-client-wasm/fallback') })
    assert.deepEqual(tally(await app.settled(many(20, () => app.call()))), { success: 20 })
    assert.equal(app.fake.count('login'), 1)
    assert.equal(app.wasm.calls.length, 1)
    assert.deepEqual(await app.settled([app.call()]), ['success'])
    assert.equal(app.wasm.calls.length, 1)
  }
)

story('a fallback that fails too is a failed load', { needs: 'wasm' }, async ({ start }) => {
  const fallbacks = [
    () => {
      throw new Error('module not found')
    },
    () => ({}),
    () => () => undefined,
    () => undefined
  ]
  for (const fallback of fallbacks) {
    const app = start({ wasm: { answer: 'both' }, configuration: null })
    app.wasm.fault({ kind: 'reject' })
    app.qcloud.configure({ loginUrl: LOGIN_URL, fallback })
    const call = app.call()
    await app.settled([call])
    assert.equal(call.type, 'ERR_WASM_LOAD')
    assert.ok(takeComplaints(app) > 0)
  }
})

story('logLevel silent keeps a failed load off the console', { needs: 'wasm' }, async ({ start }) => {
  const app = start({ configuration: null })
  app.wasm.fault({ kind: 'reject' })
  app.qcloud.configure({ loginUrl: LOGIN_URL, logLevel: 'silent' })
  await app.settled([app.call()])
  assert.deepEqual(app.console, [])
  assert.ok(app.types().includes('load-failed'))
})

story('the stored session is there before the module is', async ({ startWarm, start }) => {
  const first = await startWarm()
  const session = first.copy(first.qcloud.getSession())
  const app = start({ server: first.server, storage: first.fake.storage, configuration: null })
  assert.deepEqual(app.copy(app.qcloud.getSession()), session)
  assert.deepEqual(app.copy(app.qcloud.buildSessionHeader()), {
    'X-WX-Id': session.id,
    'X-WX-Skey': session.skey
  })
})
