/**
 * Under a pass, calls are sent and settled without the core. A pass covers no more than it should, and ends with what
 * it was granted for. No pass is granted while somebody observes, so that only one of these stories does.
 */
import assert from 'node:assert/strict'
import { toBytes } from '../../fake-wx/bytes.mjs'
import { MAGIC, Wafer2Server } from '../../fake-wx/servers.mjs'
import { ORIGIN, story } from './stories.mjs'

const isSigned = ({ options }) => options.header['X-WX-Skey'] !== undefined
const latest = (app) => app.fake.calls('request').at(-1)

story(
  'a login URL that a query tells apart is known by its query, call after call',
  async ({ startWarm }) => {
    const app = await startWarm({ observed: false })
    app.qcloud.configure({ loginUrl: `${ORIGIN}/index.php?c=login` })
    const paths = [
      '/index.php?c=user',
      '/index.php?c=login',
      '/index.php?c=user',
      '/user',
      '/index.php?c=login'
    ]
    for (const path of paths) {
      await app.settled([app.call({ url: ORIGIN + path, login: false })])
      assert.equal(isSigned(latest(app)), !path.endsWith('login'), path)
    }
  }
)

const LOGIN_SPELLINGS = [
  '/login',
  '/login?a=1',
  '/./login',
  '/a/../login',
  '/%6cogin',
  '/lo\ngin',
  '/lo\tgin',
  '/%2e/login',
  '/a/%2E%2E/%6C%6Fgin',
  '/%6c%6F%67%69%6e',
  '/\\.\\login'
]

story('no spelling of the login URL gets the session, between calls that do', async ({ startWarm }) => {
  const app = await startWarm({ observed: false })
  for (const path of [...LOGIN_SPELLINGS, ...LOGIN_SPELLINGS]) {
    await app.settled([app.call({ login: false })])
    assert.equal(isSigned(latest(app)), true)
    await app.settled([app.call({ url: ORIGIN + path, login: false })])
    const { url } = latest(app).options
    if (url === ORIGIN + path) assert.equal(isSigned(latest(app)), false, path)
  }
})

story('what is trusted no longer gets nothing more, call after call', async ({ startWarm }) => {
  const app = await startWarm({ observed: false })
  const url = 'https://files.example.com/public'
  for (const trustedOrigins of [['https://files.example.com'], [], ['https://files.example.com'], []]) {
    app.qcloud.configure({ trustedOrigins })
    for (let round = 0; round < 3; round++) {
      await app.settled([app.call({ url, login: false })])
      assert.equal(isSigned(latest(app)), trustedOrigins.length > 0)
      const call = app.call({ url })
      await app.settled([call])
      assert.equal(call.type, trustedOrigins.length > 0 ? undefined : 'ERR_UNTRUSTED_ORIGIN')
    }
  }
})

story('a refusal in bytes is found, whatever stands before it and however long it is', async (stage) => {
  const app = await stage.startWarm({ observed: false })
  for (const before of ['', '\ufeff \r\n\t']) {
    for (const length of [0, 100_000]) {
      const refusal = { [MAGIC]: 1, error: 'ERR_INVALID_SESSION', message: 'x'.repeat(length) }
      const data = toBytes(before + JSON.stringify(refusal)).slice().buffer
      app.fake.fault('request', { kind: 'rubbish', value: { statusCode: 200, data }, times: 1 })
      app.fake.resetLog()
      assert.deepEqual(await app.settled([app.call({ responseType: 'arraybuffer' })]), ['success'])
      assert.equal(app.fake.count('login'), 1, `${length} bytes behind ${JSON.stringify(before)}`)
      await stage.clock.advance(61_000)
    }
  }
})

story('wafer2: a 401 is a refusal, whatever its body says', async ({ startWarm }) => {
  const app = await startWarm({
    observed: false,
    Server: Wafer2Server,
    configuration: { protocol: 'wafer2' }
  })
  for (const data of [{ code: 0, data: {} }, { code: 1 }, {}]) {
    app.fake.resetLog()
    app.fake.fault('request', { kind: 'rubbish', value: { statusCode: 401, data }, times: 1 })
    assert.deepEqual(await app.settled([app.call()]), ['success'])
    assert.equal(app.fake.count('login'), 1)
  }
})

story('other goals than a request, and user data, are the core’s to reach', async ({ startWarm, clock }) => {
  const app = await startWarm({ observed: false, user: { anonymous: false } })
  for (let round = 0; round < 2; round++) {
    const made = app.fake.count('getUserInfo')
    assert.equal((await clock.until(app.qcloud.login())).nickName.length > 0, true)
    await app.settled([app.call({ withUserInfo: true })])
    assert.equal(app.fake.count('getUserInfo'), made + 1)
    assert.equal(typeof latest(app).options.header['X-WX-Encrypted-Data'], 'string')
    const info = await clock.until(app.qcloud.getUserInfo())
    assert.equal(typeof info.encryptedData, 'string')
    await app.settled([app.call()])
    assert.equal(latest(app).options.header['X-WX-Encrypted-Data'], undefined)
  }
  assert.equal(app.fake.count('login'), 0)
})

story('what ends the session ends the pass', async ({ startWarm }) => {
  const app = await startWarm({ observed: false })
  const url = `${ORIGIN}/public`
  await app.settled([app.call({ url, login: false })])
  assert.equal(isSigned(latest(app)), true)
  app.qcloud.clearSession()
  await app.settled([app.call({ url, login: false })])
  assert.equal(isSigned(latest(app)), false)
  await app.settled([app.call()])
  app.server.expire()
  const { skey } = app.qcloud.getSession()
  assert.deepEqual(await app.settled([app.call(), app.call()]), ['success', 'success'])
  assert.equal(app.fake.count('login'), 2)
  await app.settled([app.call()])
  assert.notEqual(latest(app).options.header['X-WX-Skey'], skey)
})

story('a refusal in text is found', async ({ startWarm, clock }) => {
  const app = await startWarm({ observed: false })
  const refusal = JSON.stringify({ [MAGIC]: 1, error: 'ERR_INVALID_SESSION' })
  for (const data of [refusal, ` ${refusal}`, `\ufeff${refusal}\n`]) {
    app.fake.fault('request', { kind: 'rubbish', value: { statusCode: 200, data }, times: 1 })
    app.fake.resetLog()
    assert.deepEqual(await app.settled([app.call()]), ['success'])
    assert.equal(app.fake.count('login'), 1, data)
    await clock.advance(61_000)
  }
})

story('a failure that comes after a refusal does not end the call that is made again', async (stage) => {
  const app = await stage.startWarm({ observed: false, latency: 10 })
  for (const gapMs of [0, 5, 25]) {
    app.server.expire()
    app.fake.fault('request', { kind: 'twice', then: 'fail', gapMs, times: 1 })
    const call = app.call()
    await app.settled([call])
    assert.equal(call.type, undefined)
    await stage.clock.advance(61_000)
  }
})

story(
  'a request that is aborted is told once, also where wx answers inside abort()',
  async ({ startWarm }) => {
    const app = await startWarm({ latency: 100 })
    const { request } = app.wx
    app.wx.request = (options) => ({
      ...request(options),
      abort: () => options.fail({ errMsg: 'request:fail abort' })
    })
    const call = app.call()
    await app.clock.advance(10)
    app.events.length = 0
    call.task.abort()
    await app.settled([call])
    assert.equal(call.type, 'ERR_ABORTED')
    assert.deepEqual(app.types(), ['fail'])
  }
)

story('what wx answers twice, or fails after it has answered, is told once', async ({ startWarm, clock }) => {
  const app = await startWarm({ observed: false })
  for (const then of [undefined, 'fail']) {
    for (const gapMs of [0, 5, 5000]) {
      app.fake.fault('request', { kind: 'twice', then, gapMs, times: 1 })
      const call = app.call()
      await clock.advance(10_000)
      assert.deepEqual(call.told, ['success', 'complete'])
    }
  }
})

story(
  'a trap while a place is asked for ends the pass: what comes next waits for the next instance',
  { needs: 'wasm' },
  async ({ startWarm, clock }) => {
    const app = await startWarm({ observed: false })
    app.qcloud.configure({ trustedOrigins: ['https://files.example.com'] })
    await app.settled([app.call()])
    const waiting = app.call()
    app.wasm.trap()
    const asked = app.call({ url: 'https://files.example.com/user' })
    app.fake.resetLog()
    const next = app.call()
    assert.equal(app.fake.count('request'), 0)
    await app.settled([waiting, asked, next])
    assert.deepEqual([waiting.type, asked.type, next.type], ['ERR_WASM_LOAD', 'ERR_WASM_LOAD', undefined])
    assert.equal(app.fake.count('login'), 0)
    app.console.splice(0)
    await clock.runUntilIdle()
  }
)
