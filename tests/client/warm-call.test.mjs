/** Guarantee 10: with a valid session a call makes exactly one native call. */
import assert from 'node:assert/strict'
import { USER_URL, many, story } from './stories.mjs'

const ways = {
  callbacks: (app) => app.call(),
  'a promise': (app) => ({ done: Promise.resolve(app.qcloud.request({ login: true, url: USER_URL })) }),
  'login: false': (app) => app.call({ login: false }),
  headers: (app) => app.call({ header: { 'X-Channel': 'poster', accept: 'application/json' } })
}

for (const [way, make] of Object.entries(ways)) {
  for (const observed of [true, false]) {
    story(
      `a warm call by ${way} is one wx.request ${observed ? 'though' : 'when not'} watched`,
      async ({ startWarm, clock }) => {
        const app = await startWarm({ observed })
        for (let call = 1; call <= 50; call++) {
          await clock.until(make(app).done)
          assert.deepEqual({ ...app.fake.counts }, { request: call })
        }
        assert.equal(app.server.records.ok, 50)
      }
    )
  }
}

story('the second call after a restart is one wx.request', async ({ startWarm, start }) => {
  const first = await startWarm()
  const app = start({ server: first.server, storage: first.fake.storage })
  await app.settled([app.call()])
  assert.deepEqual({ ...app.fake.counts }, { getStorageSync: 1, checkSession: 1, request: 1 })
  app.fake.resetLog()
  await app.settled([app.call()])
  assert.deepEqual({ ...app.fake.counts }, { request: 1 })
})

story('a cold call makes the calls that a login needs, once each', async ({ start }) => {
  const app = start()
  await app.settled(many(10, () => app.call()))
  assert.deepEqual(
    { ...app.fake.counts },
    {
      getStorageSync: 1,
      getApiCategory: 1,
      login: 1,
      setStorageSync: 1,
      request: 11
    }
  )
})

story('reading the session natively costs nothing once the module is loaded', async ({ startWarm }) => {
  const app = await startWarm()
  app.qcloud.getSession()
  app.qcloud.buildSessionHeader()
  assert.equal(app.fake.count(), 0)
})

story('what getSession() and buildSessionHeader() give are copies', async ({ startWarm }) => {
  const app = await startWarm()
  app.qcloud.getSession().skey = 'changed'
  app.qcloud.buildSessionHeader()['X-WX-Skey'] = 'changed'
  assert.notEqual(app.qcloud.getSession().skey, 'changed')
  assert.deepEqual(await app.settled([app.call()]), ['success'])
})

story('options of wx.request that the SDK does not know arrive untouched', async ({ startWarm }) => {
  const app = await startWarm()
  const options = {
    url: USER_URL,
    method: 'POST',
    data: { nested: { list: [1, 2, 3] } },
    timeout: 12_345,
    dataType: '其他',
    responseType: 'text',
    enableHttp2: true,
    enableQuic: true,
    enableCache: true,
    forceCellularNetwork: false,
    invented: 'by a later base library'
  }
  await app.settled([app.call(options)])
  const { header, ...sent } = app.fake.calls('request')[0].options
  for (const name of Object.keys(options)) assert.deepEqual(sent[name], options[name], name)
  const added = Object.keys(sent).filter((name) => !(name in options) && sent[name] !== undefined)
  assert.deepEqual(added, [])
  assert.deepEqual(Object.keys(header).sort(), ['X-WX-Id', 'X-WX-Skey'])
})

story('the caller’s objects are never changed, and may be frozen', async ({ startWarm }) => {
  const app = await startWarm()
  const header = Object.freeze({ accept: 'text/plain', 'X-WX-Skey': 'mine' })
  const options = Object.freeze({ url: USER_URL, login: true, header, data: Object.freeze({ a: 1 }) })
  await app.settled([
    app.note((callbacks) => app.qcloud.request(Object.freeze({ ...options, ...callbacks })))
  ])
  app.server.expire()
  await app.settled([
    app.note((callbacks) => app.qcloud.request(Object.freeze({ ...options, ...callbacks })))
  ])
  assert.deepEqual(header, { accept: 'text/plain', 'X-WX-Skey': 'mine' })
})
