/** The package on hosts other than WeChat, from a cold start to an expiry, each told in its host's own words. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { VirtualClock } from '../../fake-wx/clock.mjs'
import { startApp } from '../../fake-wx/run/device.mjs'
import { PACKAGE_FOLDER } from '../../fake-wx/run/package-files.mjs'
import { SESSION_KEY, WaferServer } from '../../fake-wx/servers.mjs'
import { createMy } from './my.mjs'
import { createTt } from './tt.mjs'

const ORIGIN = 'https://api.example.com'
const alipay = createRequire(import.meta.url)(join(PACKAGE_FOLDER, 'alipay.js'))

/** An app on a host of its own; `configure(app)` gives what the app says of it. */
function start(options, configure = () => ({})) {
  const clock = new VirtualClock()
  const server = new WaferServer({ clock })
  const app = startApp({ environment: 'bare', clock, server, ...options })
  app.qcloud.configure({ loginUrl: `${ORIGIN}/login`, baseUrl: ORIGIN, ...configure(app) })
  const call = (given) => clock.until(app.qcloud.request({ login: true, url: '/user', ...given }))
  return { ...app, qcloud: app.qcloud, server, clock, call }
}

const fallbackOf = (app) => ({ fallback: () => app.require('wafer-client-wasm/fallback') })
const noWasm = { wasm: null }

/** Cold, warm, expired; the session is stored, and removed by a log-out. */
async function assertLives(app) {
  assert.equal((await app.call()).statusCode, 200)
  assert.equal(app.fake.count('login'), 1)
  assert.ok(app.fake.stored(SESSION_KEY).skey)

  app.fake.resetLog()
  assert.equal((await app.call()).statusCode, 200)
  assert.deepEqual(app.fake.trace(), ['request GET /user'])

  app.server.expire()
  app.fake.resetLog()
  assert.equal((await app.call()).statusCode, 200)
  assert.deepEqual(
    app.fake.trace().filter((line) => line.startsWith('request')),
    ['request GET /user', 'request GET /login', 'request GET /user']
  )
  app.qcloud.clearSession()
  await app.clock.runUntilIdle()
  assert.equal(app.fake.stored(SESSION_KEY), undefined)
}

for (const name of ['tt', 'qq', 'swan', 'ks', 'jd', 'xhs']) {
  test(`${name} is found where there is no wx, and used as wx would be`, () =>
    assertLives(start({ ...noWasm, host: (fake) => ({ [name]: fake.wx }) }, fallbackOf)))
}

test('any object with the functions of wx is a host, such as Taro and uni', () =>
  assertLives(
    start({ ...noWasm, wx: null }, (app) => ({ ...fallbackOf(app), host: Object.create(app.fake.wx) }))
  ))

test('a host that is configured is used in the place of wx', async () => {
  const other = new Proxy({}, { get: () => assert.fail('wx was asked') })
  await assertLives(
    start({ ...noWasm, host: () => ({ wx: other }) }, (app) => ({ ...fallbackOf(app), host: app.fake.wx }))
  )
})

test('a host can be wx with a login of another kind, as in apps made of mini-programs', async () => {
  let asked = 0
  const app = start({}, ({ fake }) => ({
    host: Object.assign(Object.create(fake.wx), {
      login(options) {
        asked++
        fake.wx.login(options)
      }
    })
  }))
  await assertLives(app)
  assert.equal(asked, 2)
  assert.deepEqual(
    app.wasm.calls.map(({ outcome }) => outcome),
    ['success']
  )
})

test('Douyin loads the module by TTWebAssembly', async () => {
  const app = start({ host: (fake) => ({ tt: createTt(fake) }), wasm: { globalName: 'TTWebAssembly' } })
  await assertLives(app)
  assert.deepEqual(
    app.wasm.calls.map(({ outcome }) => outcome),
    ['success']
  )
})

test('Douyin before TTWebAssembly uses the fallback', () =>
  assertLives(start({ ...noWasm, host: (fake) => ({ tt: createTt(fake) }) }, fallbackOf)))

test('a user who is not logged in to Douyin itself has no code, and the login says so', async () => {
  const app = start({ ...noWasm, host: (fake) => ({ tt: createTt(fake, { loggedIn: false }) }) }, fallbackOf)
  await assert.rejects(app.call(), { type: 'ERR_WX_LOGIN_FAILED' })
  assert.equal(app.fake.count('request'), 0)
})

for (const old of [true, false]) {
  const client = old ? 'an older client' : 'a client of today'
  const onAlipay = () =>
    start({ ...noWasm, wx: null }, (app) => ({
      ...fallbackOf(app),
      host: alipay(createMy(app.fake, { old }))
    }))

  test(`Alipay, by its adapter: code, storage and answers are what wx would say [${client}]`, () =>
    assertLives(onAlipay()))

  test(`Alipay: an HTTP status that my calls a failure is an answer [${client}]`, async () => {
    const app = onAlipay()
    app.server.route('/missing', () => ({ statusCode: 404, data: { message: 'not found' } }))
    const { statusCode, data } = await app.call({ url: '/missing' })
    assert.deepEqual([statusCode, data.message], [404, 'not found'])
  })

  test(`Alipay: a failure of the network is one, with the words of my [${client}]`, async () => {
    const app = onAlipay()
    await app.call()
    app.fake.fault('request', { kind: 'fail', errMsg: 'request:fail 网络不可用' })
    await assert.rejects(app.call(), { type: 'ERR_NETWORK', errMsg: /request:fail 网络不可用/ })
  })

  test(`Alipay: a session that cannot be stored is reported, and used all the same [${client}]`, async () => {
    const app = onAlipay()
    const told = []
    app.qcloud.onEvent(({ type }) => told.push(type))
    app.fake.fault('setStorageSync', { kind: 'throw' })
    assert.equal((await app.call()).statusCode, 200)
    assert.ok(told.includes('storage-failed'))
  })
}

test('a host without WebAssembly, and an app without fallback, are told what is missing', async () => {
  const app = start(noWasm)
  await assert.rejects(app.call(), {
    type: 'ERR_WASM_LOAD',
    message: /没有 WXWebAssembly.*2\.14\.0.*fallback/
  })
})

for (const [name, configure] of Object.entries({
  'with the fallback': fallbackOf,
  'without it': () => ({})
})) {
  test(`where there is no host, that is what is said, and not a network error [${name}]`, async () => {
    const app = start({ wx: null, wasm: null }, configure)
    for (const login of [true, false]) {
      await assert.rejects(app.call({ login }), { type: 'ERR_WASM_LOAD', message: /没有 wx.*host/ })
    }
  })
}

test('a host that is none is refused by name', () => {
  const { qcloud } = start(noWasm, fallbackOf)
  assert.throws(() => qcloud.configure({ host: 'wx' }), /host 应为/)
})

test('answers without a status are taken as 200, as the predecessors did', async () => {
  const app = start({ ...noWasm, wx: null }, (app) => ({
    ...fallbackOf(app),
    host: {
      ...app.fake.wx,
      request: (options) =>
        app.fake.wx.request({
          ...options,
          success: ({ statusCode: _, ...answer }) => options.success(answer)
        })
    }
  }))
  assert.ok((await app.call()).data)
  assert.equal(app.fake.count('login'), 1)

  app.fake.resetLog()
  assert.ok((await app.call()).data)
  assert.deepEqual(app.fake.trace(), ['request GET /user'])
  app.server.expire()
  assert.ok((await app.call()).data)
  assert.equal(app.fake.count('login'), 1, 'a refusal without a status is one all the same')
})

test('Alipay: an upload is an image, unless the app says what else it is', () => {
  const seen = []
  const my = alipay({ uploadFile: ({ fileName, fileType }) => void seen.push([fileName, fileType]) })
  my.uploadFile({ url: 'https://api.example.com/files', filePath: 'a', name: 'avatar' })
  my.uploadFile({ url: 'https://api.example.com/files', filePath: 'b', name: 'clip', fileType: 'video' })
  assert.deepEqual(seen, [
    ['avatar', 'image'],
    ['clip', 'video']
  ])
})
