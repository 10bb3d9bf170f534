/**
 * Guarantee 5: every call settles exactly once, whatever hangs, throws, answers twice, answers rubbish, answers late
 * or fails to store. That each noted call settled once is checked at the end of every story.
 */
import assert from 'node:assert/strict'
import { SESSION_KEY } from '../../fake-wx/servers.mjs'
import { LOGIN_URL, ORIGIN, USER_URL, story } from './stories.mjs'

/** What an SDK must be ready for where it expects an object with something in it. */
const RUBBISH = [undefined, null, 0, '', 'text', true, [], {}, { errMsg: '' }, { data: null }, { data: [] }]

const FAULTS = [
  { kind: 'hang' },
  { kind: 'hang', delivered: true },
  { kind: 'throw' },
  { kind: 'throw', error: null },
  { kind: 'throw', error: 'text' },
  { kind: 'fail' },
  { kind: 'fail', errMsg: '' },
  { kind: 'fail', delivered: true },
  { kind: 'twice' },
  { kind: 'twice', gapMs: 50 },
  { kind: 'twice', then: 'fail' },
  { kind: 'twice', then: 'fail', gapMs: 5000 },
  { kind: 'late', ms: 2000 },
  { kind: 'late', ms: 200_000 },
  ...RUBBISH.map((value) => ({ kind: 'rubbish', value })),
  ...[undefined, 'text', {}, { errMsg: '' }].map((value) => ({ kind: 'rubbish', value, as: 'fail' }))
]

/** How long a person may look at WeChat's dialog. */
const DIALOG_MS = 300_000
/** How long a request may be on its way of which wx never tells anything, where nobody names a timeout. */
const FORGOTTEN_MS = 1_800_000 + 60_000
/** The longest a call may take: check, login and login request, the request, each of them twice. */
const LONGEST_MS = 2 * (3000 + 10_000 + 15_000 + FORGOTTEN_MS) + DIALOG_MS

const isLogin = ({ url }) => url === LOGIN_URL
const isBusiness = (options) => !isLogin(options)

function callsOf(app) {
  const { qcloud } = app
  return [
    app.call(),
    app.call({ login: false, url: `${ORIGIN}/public` }),
    app.call({ withUserInfo: true }),
    app.note((callbacks) => qcloud.login(callbacks)),
    app.note((callbacks) =>
      qcloud.uploadFile({ url: USER_URL, login: true, filePath: 'wxfile://a', name: 'a', ...callbacks })
    ),
    app.note((callbacks) => qcloud.downloadFile({ url: USER_URL, login: true, ...callbacks })),
    app.note((callbacks) => qcloud.getUserInfo(callbacks)),
    app.note((callbacks) => app.fake.tap(() => qcloud.getUserProfile({ desc: '展示昵称', ...callbacks })))
  ]
}

/** Every call of the package under each fault; then, without it, everything works again. */
async function survive(stage, [api, when], start) {
  for (const fault of FAULTS) {
    try {
      await surviveOne(stage, await start({ files: { 'wxfile://a': 'a' } }), { api, ...fault, when })
    } catch (error) {
      throw new Error(`${nameOf(fault)}: ${error.message}`, { cause: error })
    }
  }
}

async function surviveOne({ clock }, app, { api, ...fault }) {
  app.fake.fault(api, fault)
  const calls = callsOf(app)
  const started = clock.elapsed()
  await app.settled(calls)
  assert.ok(clock.elapsed() - started <= LONGEST_MS, `took ${clock.elapsed() - started} ms`)
  for (const { value, outcome } of calls) {
    if (outcome === 'fail') assert.match(value.type, /^ERR_/)
    if (outcome === 'fail') assert.ok(value instanceof Error || value instanceof app.run('return Error'))
  }
  app.fake.clearFaults()
  await clock.advance(60_000)
  const after = callsOf(app)
  assert.deepEqual(
    await app.settled(after),
    after.map(() => 'success'),
    'works again without the fault'
  )
}

const nameOf = ({ kind, as, value, then, delivered, gapMs, ms, error }) => {
  const details = { as, then, delivered, gapMs, ms, error: error === undefined ? undefined : String(error) }
  const rubbish = kind === 'rubbish' ? [JSON.stringify(value) ?? 'undefined'] : []
  return [
    kind,
    ...rubbish,
    ...Object.entries(details)
      .filter(([, detail]) => detail !== undefined)
      .flat()
  ].join(' ')
}

/** APIs and the calls of them that are meant. */
const STRUCK = {
  'wx.login': ['login'],
  'wx.checkSession': ['checkSession'],
  'wx.getUserInfo': ['getUserInfo'],
  'wx.getUserProfile': ['getUserProfile'],
  'the login request': ['request', isLogin],
  'a request': ['request', isBusiness],
  'wx.uploadFile': ['uploadFile'],
  'wx.downloadFile': ['downloadFile']
}

for (const [name, struck] of Object.entries(STRUCK)) {
  story(`every call settles once, whatever ${name} does at the first use`, async (stage) => {
    await survive(stage, struck, stage.start)
  })

  story(`every call settles once, whatever ${name} does when the session has expired`, async (stage) => {
    const app = await stage.startWarm({ files: { 'wxfile://a': 'a' } })
    await survive(stage, struck, () => {
      app.server.expire()
      return app
    })
  })

  story(`every call settles once, whatever ${name} does after a restart`, async (stage) => {
    const { server, fake } = await stage.startWarm()
    const stored = [...fake.storage]
    await survive(stage, struck, (options) => stage.start({ server, storage: new Map(stored), ...options }))
  })
}

const SYNCHRONOUS = [
  'getStorageSync',
  'setStorageSync',
  'removeStorageSync',
  'getApiCategory',
  'getLaunchOptionsSync'
]
for (const api of SYNCHRONOUS) {
  story(`every call succeeds, whatever wx.${api} does`, async (stage) => {
    for (const fault of [{ kind: 'throw' }, ...RUBBISH.map((value) => ({ kind: 'rubbish', value }))]) {
      for (const libVersion of ['3.17.3', '2.14.0']) {
        const app = stage.start({ files: { 'wxfile://a': 'a' }, libVersion })
        if (api in app.wx) app.fake.fault(api, fault)
        /* The first login voids a profile that is being asked for, so that it comes second. */
        await app.settled([app.call()])
        const calls = callsOf(app)
        await app.settled(calls)
        assert.deepEqual([...new Set(calls.map(({ outcome }) => outcome))], ['success'], nameOf(fault))
      }
    }
  })
}

story('a session that cannot be stored is used, and the failure is an event', async ({ start }) => {
  const app = start()
  app.fake.fault('setStorageSync', { kind: 'throw' })
  assert.deepEqual(await app.settled([app.call(), app.call()]), ['success', 'success'])
  assert.equal(app.fake.count('login'), 1)
  assert.equal(app.events.filter(({ type }) => type === 'storage-failed').length, 1)
  assert.equal(app.events.find(({ type }) => type === 'storage-failed').error, 'ERR_STORAGE')
  await app.settled([app.call()])
  assert.equal(app.fake.count('login'), 1)
  app.console.length = 0
})

story(
  'a session that cannot be stored does not leave the one before it in the storage',
  async ({ startWarm }) => {
    const app = await startWarm()
    assert.ok(app.fake.stored(SESSION_KEY))
    app.fake.fault('setStorageSync', { kind: 'throw' })
    const relogin = app.note((callbacks) => app.qcloud.login({ force: true, ...callbacks }))
    assert.deepEqual(await app.settled([relogin]), ['success'])
    assert.equal(
      app.fake.stored(SESSION_KEY),
      undefined,
      'at the next launch it would be taken for the session'
    )
    assert.deepEqual(await app.settled([app.call()]), ['success'])
    app.console.length = 0
  }
)

/** When a call ends by itself, in ms after it was made. */
const DEADLINES = [
  ['wx.login', { api: 'login', error: 'ERR_LOGIN_TIMEOUT', deadlineMs: 10_000, deadline: 'loginMs' }],
  [
    'the login request',
    {
      api: 'request',
      when: isLogin,
      error: 'ERR_LOGIN_TIMEOUT',
      deadlineMs: 15_000,
      deadline: 'loginRequestMs'
    }
  ]
]
for (const [name, { api, when, error, deadlineMs, deadline }] of DEADLINES) {
  story(`${name} has ${deadlineMs} ms, or what is configured`, async ({ start, clock }) => {
    for (const [configuration, expectedMs] of [
      [{}, deadlineMs],
      [{ deadlines: { [deadline]: 700 } }, 700]
    ]) {
      const app = start({ configuration, latency: 10 })
      app.fake.fault(api, { kind: 'hang', when })
      const started = clock.elapsed()
      const call = app.call()
      await app.settled([call])
      assert.equal(call.type, error)
      const tookMs = clock.elapsed() - started
      assert.ok(tookMs >= expectedMs && tookMs <= expectedMs + 50, `${tookMs} ms`)
    }
  })
}

story(
  'wx.checkSession has 3 s, or what is configured, then a login replaces the session',
  async ({ startWarm, start, clock }) => {
    for (const [deadlines, expectedMs] of [
      [{}, 3000],
      [{ checkSessionMs: 400 }, 400]
    ]) {
      const { server, fake } = await startWarm()
      const app = start({ server, storage: fake.storage, configuration: { deadlines } })
      app.fake.fault('checkSession', { kind: 'hang' })
      const call = app.call()
      await clock.advance(expectedMs - 10)
      assert.equal(app.fake.count('login'), 0)
      await clock.advance(20)
      assert.equal(app.fake.count('login'), 1)
      assert.deepEqual(await app.settled([call]), ['success'])
    }
  }
)

story(
  'a request that wx forgets is given up, never before wx itself would, and aborted',
  async ({ startWarm, clock }) => {
    const app = await startWarm()
    for (const [timeout, earliestMs] of [
      [undefined, 1_800_000],
      [2000, 62_000]
    ]) {
      app.fake.resetLog()
      app.fake.fault('request', { kind: 'hang', times: 1 })
      const call = app.call({ timeout })
      const started = clock.elapsed()
      await app.settled([call])
      assert.equal(call.type, 'ERR_TIMEOUT')
      const took = clock.elapsed() - started
      assert.ok(took >= earliestMs && took <= earliestMs + 60_000, `after ${took} ms`)
      assert.equal(app.fake.count('RequestTask.abort'), 1)
    }
  }
)

story('an answer that comes after its deadline changes nothing', async ({ start, clock }) => {
  const app = start()
  app.fake.fault('login', { kind: 'late', ms: 30_000, times: 1 })
  const first = app.call()
  await app.settled([first])
  assert.equal(first.type, 'ERR_LOGIN_TIMEOUT')
  await app.settled([app.call()])
  const session = app.copy(app.qcloud.getSession())
  await clock.advance(60_000)
  assert.deepEqual(app.copy(app.qcloud.getSession()), session)
  assert.equal(app.server.records.loginAttempts, 1)
})
