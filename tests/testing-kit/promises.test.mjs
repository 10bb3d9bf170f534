/** `wafer-client-wasm/testing` of the built package, as apps' tests use it. */
import assert from 'node:assert/strict'
import { createDecipheriv } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, beforeEach, test } from 'node:test'
import { PACKAGE_FOLDER, PACKAGE_NAME, REPOSITORY } from '../../fake-wx/run/package-files.mjs'

const folder = mkdtempSync(join(tmpdir(), 'wafer-testing-kit-'))
after(() => rmSync(folder, { recursive: true }))
const app = join(folder, 'app')
cpSync(join(REPOSITORY, 'examples/testing'), app, {
  recursive: true,
  filter: (path) => !path.endsWith('node_modules')
})
mkdirSync(join(app, 'node_modules'))
symlinkSync(PACKAGE_FOLDER, join(app, 'node_modules', PACKAGE_NAME))

const require = createRequire(join(app, 'index.js'))
const { SESSION_KEY, createClock, createServer, createWx, resetModules, systemClock } = require(
  `${PACKAGE_NAME}/testing`
)
const URLS = { login: 'https://api.example.com/login', user: 'https://api.example.com/user' }

let fake
let qcloud
/** A launch of an app that is configured and nothing more. */
function launch(options) {
  fake = createWx(options).install()
  resetModules()
  qcloud = require(PACKAGE_NAME)
  qcloud.configure({ loginUrl: URLS.login, logLevel: 'silent' })
  return fake
}
const user = () => qcloud.request({ login: true, url: URLS.user })
const typeOf = (promise) =>
  promise.then(
    () => 'success',
    (error) => error.type
  )

beforeEach(() => launch())
afterEach(() => fake.uninstall())

test('the example’s tests pass in node:test, with nothing installed but the package', () => {
  const { NODE_TEST_CONTEXT, ...env } = process.env
  const { status, stdout } = spawnSync(process.execPath, ['--test', 'tests/orders.node.test.js'], {
    cwd: app,
    env,
    encoding: 'utf8'
  })
  assert.equal(status, 0, stdout)
  assert.match(stdout, /pass 3/)
})

test('without any option there are a clock, a server and a phone, and awaiting is all that a test does', async () => {
  const { data } = await user()
  assert.equal(data.data?.userInfo.nickName ?? data.userInfo.nickName, '新用户')
  assert.deepEqual(
    fake.trace().filter((line) => !line.includes('torage')),
    ['getApiCategory', 'login', 'request GET /login', 'request GET /user']
  )
  assert.equal(fake.stored(SESSION_KEY).skey, [...fake.server.sessions.keys()][0])
})

test('a clock that does not move by itself waits for the test', async () => {
  fake.uninstall()
  launch({ clock: createClock({ autoAdvance: false }) })
  let settled = false
  const call = user().then(() => (settled = true))
  for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual([settled, fake.clock.elapsed()], [false, 0])
  await fake.clock.until(call)
  assert.ok(fake.clock.elapsed() > 0)
})

test('the same seed gives the same run, another seed another one', async () => {
  const run = async (seed) => {
    fake.uninstall()
    launch({ seed })
    await user()
    return fake.log.map(({ api, answeredAt }) => [api, answeredAt && answeredAt - fake.clock.now()])
  }
  const first = await run(7)
  assert.deepEqual(await run(7), first)
  assert.notDeepEqual(await run(8), first)
})

for (const protocol of ['wafer', 'wafer2', 'bearer']) {
  test(`a server of the protocol ${protocol} logs in, expires and refuses`, async () => {
    fake.uninstall()
    launch({ server: createServer({ protocol }) })
    const bearer = {
      loginRequest: (code) => ({ method: 'POST', data: { code } }),
      parseLogin({ statusCode, data }) {
        if (statusCode !== 200) throw new Error(data.message)
        return { token: data.token }
      },
      header: ({ token }) => ({ Authorization: `Bearer ${token}` }),
      isExpired: ({ statusCode }) => statusCode === 401
    }
    qcloud.configure({ protocol: protocol === 'bearer' ? bearer : protocol })
    await user()
    fake.server.expire('demo')
    await user()
    assert.equal(fake.server.records.logins, 2)
    qcloud.clearSession()
    fake.server.refusesLogins = '用户已停用'
    await assert.rejects(user(), /用户已停用/)
    fake.server.refusesLogins = ''
    fake.server.alwaysInvalid = true
    assert.equal(await typeOf(qcloud.login().then(user)), 'ERR_INVALID_SESSION')
  })
}

test('user data is encrypted by AES-128-CBC under the session_key, as WeChat does it', async () => {
  fake.person.anonymous = false
  await user()
  const { encryptedData, iv, userInfo } = await qcloud.getUserInfo()
  const [{ sessionKey }] = fake.server.sessions.values()
  const key = Buffer.from(sessionKey, 'base64')
  const decipher = createDecipheriv('aes-128-cbc', key, Buffer.from(iv, 'base64'))
  const text = decipher.update(encryptedData, 'base64', 'utf8') + decipher.final('utf8')
  assert.equal(key.length, 16)
  assert.deepEqual(JSON.parse(text).nickName, userInfo.nickName)
  assert.equal(JSON.parse(text).watermark.appid, 'wx0000000000000001')
  const { data } = await qcloud.request({ login: true, withUserInfo: true, url: URLS.user })
  assert.equal(data.data.userInfo.nickName, '小明')
  assert.equal(fake.wechat.decrypt(encryptedData, iv, Buffer.alloc(16).toString('base64')), undefined)
})

for (const [kind, fault, outcome] of [
  ['fails', { kind: 'fail', errMsg: 'login:fail 系统错误' }, 'ERR_WX_LOGIN_FAILED'],
  ['throws', { kind: 'throw' }, 'ERR_WX_LOGIN_FAILED'],
  ['hangs', { kind: 'hang' }, 'ERR_LOGIN_TIMEOUT'],
  ['answers twice', { kind: 'twice' }, 'success'],
  ['answers too late', { kind: 'late', ms: 11_000 }, 'ERR_LOGIN_TIMEOUT'],
  ['answers rubbish', { kind: 'rubbish', value: null }, 'ERR_WX_LOGIN_FAILED']
]) {
  test(`wx.login ${kind}: the app hears ${outcome}`, async () => {
    const armed = fake.fault('login', fault)
    assert.equal(await typeOf(user()), outcome)
    assert.equal(armed.hits, 1)
    armed.remove()
    await fake.clock.runUntilIdle()
    assert.equal(await typeOf(qcloud.login()), 'success')
  })
}

test('a fault strikes as often, as late and where the test says', async () => {
  await user()
  fake.fault('request', { kind: 'fail', times: 1, skip: 1, when: ({ url }) => url === URLS.user })
  assert.equal(await typeOf(user()), 'success')
  assert.equal(await typeOf(user()), 'ERR_NETWORK')
  assert.equal(await typeOf(user()), 'success')
})

test('a fault of a function that wx does not have, or that it cannot have, is an error of the test', () => {
  assert.throws(() => fake.fault('logIn', { kind: 'hang' }), /wx has no 'logIn'/)
  assert.throws(() => fake.fault('getStorageSync', { kind: 'hang' }), /no fault 'hang'/)
})

test('offline, calls fail and the user stays logged in', async () => {
  await user()
  fake.setOffline(true)
  assert.equal(await typeOf(user()), 'ERR_NETWORK')
  fake.setOffline(false)
  await user()
  assert.equal(fake.count('login'), 1)
})

test('in the background what is in flight fails after five seconds', async () => {
  await user()
  fake.server.route('/slow', () => ({ delayMs: 20_000, data: {} }), { session: true })
  const call = qcloud.request({ login: true, url: 'https://api.example.com/slow' })
  fake.background()
  await assert.rejects(call, ({ errMsg }) => errMsg.includes('interrupted'))
  fake.foreground()
  await user()
})

test('with a full storage the session lives in memory', async () => {
  fake.setStorageFull(true)
  await user()
  assert.equal(fake.stored(SESSION_KEY), undefined)
  assert.match(fake.calls('setStorageSync')[0].outcome, /throw/)
  await user()
  assert.equal(fake.count('login'), 1)
  assert.throws(() => wx.setStorageSync('more', 1), /exceed storage max size/)
})

test('the storage holds ten megabytes and says how much of it is used', () => {
  const megabyte = 'x'.repeat(1024 * 1024 - 2)
  for (let i = 0; i < 10; i++) wx.setStorageSync(`key ${i}`, megabyte)
  assert.equal(wx.getStorageInfoSync().currentSize, wx.getStorageInfoSync().limitSize)
  assert.throws(() => wx.setStorageSync('one more', megabyte), /exceed storage max size/)
  wx.clearStorageSync()
  assert.deepEqual(wx.getStorageInfoSync().keys, [])
})

test('in single-page mode there is no login', async () => {
  fake.uninstall()
  launch({ scene: 1154 })
  assert.equal(await typeOf(user()), 'ERR_LOGIN_UNAVAILABLE')
  assert.equal(fake.count('login'), 0)
})

test('another launch with the same storage is a restart of the app', async () => {
  await user()
  const { server, storage } = fake
  fake.uninstall()
  launch({ server, storage })
  await user()
  assert.equal(fake.count('login'), 0)
  assert.equal(server.records.logins, 1)
})

test('fake timers of the runner that end before the fake does leave the real ones', ({ mock }) => {
  fake.uninstall()
  const real = { setTimeout, clearTimeout, setInterval, clearInterval, Date }
  mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'] })
  launch()
  mock.timers.reset()
  fake.uninstall()
  for (const [name, value] of Object.entries(real)) assert.equal(globalThis[name], value, name)
})

test('the module that cannot be loaded is named', async () => {
  fake.uninstall()
  fake = createWx().install()
  fake.wasm.fault({ kind: 'reject', times: 1 })
  resetModules()
  qcloud = require(PACKAGE_NAME)
  assert.equal(await typeOf(qcloud.ready()), 'ERR_WASM_LOAD')
  qcloud.configure({ loginUrl: URLS.login })
  assert.equal(await typeOf(user()), 'success')
})

test('routes answer by method; scripted responses come first, as often as they were asked for', async () => {
  const { server } = fake
  server.route('POST /orders', ({ data }) => ({ statusCode: 201, data: { got: JSON.parse(data) } }), {
    session: true
  })
  const url = 'https://api.example.com/orders'
  const post = () => qcloud.request({ login: true, method: 'POST', url, data: { tea: 1 } })
  server.respond('/orders', { statusCode: 503, header: { 'Retry-After': '2' } })
  assert.equal((await post()).statusCode, 503)
  const { statusCode, data } = await post()
  assert.deepEqual([statusCode, data], [201, { got: { tea: 1 } }])
  const missing = await qcloud.request({ url })
  assert.deepEqual([missing.statusCode, missing.data.message], [404, 'no route for GET /orders'])
})

test('several servers answer by origin; what has none is not in the domain list', async () => {
  fake.uninstall()
  const clock = createClock()
  const server = createServer({ clock })
  launch({ servers: { 'https://api.example.com': server } })
  await user()
  await assert.rejects(qcloud.request({ url: 'https://other.example' }), ({ errMsg }) =>
    errMsg.includes('domain list')
  )
})

test('functions that the fake lacks are the test’s own, and are logged and fail like all others', async () => {
  fake.uninstall()
  launch({ apis: { chooseMedia: () => ({ tempFiles: [{ size: 3 }] }), getLaunchTimeSync: () => 7 } })
  assert.deepEqual((await wx.chooseMedia({ count: 1 })).tempFiles, [{ size: 3 }])
  assert.equal(wx.getLaunchTimeSync(), 7)
  assert.deepEqual(fake.calls('chooseMedia')[0].options, { count: 1 })
  fake.fault('chooseMedia', { kind: 'fail', errMsg: 'chooseMedia:fail cancel' })
  await assert.rejects(wx.chooseMedia(), { errMsg: 'chooseMedia:fail cancel' })
})

test('uninstall puts back what was there, and ends the timers', () => {
  fake.uninstall()
  const before = [globalThis.setTimeout, globalThis.Date, globalThis.wx]
  const mine = { mine: true, request: 'replaced' }
  globalThis.wx = mine
  fake = createWx().install()
  assert.equal(wx.mine, true)
  assert.equal(typeof wx.request, 'function')
  setInterval(() => {}, 10)
  const { clock } = fake
  fake.uninstall()
  assert.equal(clock.pending, 0)
  assert.equal(globalThis.wx, mine)
  delete globalThis.wx
  assert.deepEqual([globalThis.setTimeout, globalThis.Date, globalThis.wx], before)
})

test('a fake that is installed replaces the one before; timers stay real where the test says so', () => {
  const second = createWx().install({ timers: false })
  assert.equal(wx.request, second.wx.request)
  assert.equal(new Date().getFullYear() > 2000 && globalThis.setTimeout !== second.clock.setTimeout, true)
  second.uninstall()
  assert.equal(typeof globalThis.wx, 'undefined')
})

test('in real time the fake answers when it would', async () => {
  fake.uninstall()
  fake = createWx({ clock: systemClock, latency: 20 }).install()
  const begun = performance.now()
  await wx.login()
  assert.ok(performance.now() - begun >= 19)
})

test('where modules cannot be loaded anew, one fake serves all tests: log out, and let a minute pass', async () => {
  for (let run = 0; run < 20; run++) {
    await user()
    assert.equal(fake.count('login'), 1)
    qcloud.clearSession()
    await fake.clock.advance(60_000)
    fake.resetLog()
  }
})

test('another launch of the app keeps the kit itself', () => {
  const before = require(`${PACKAGE_NAME}/testing`)
  const app = require(PACKAGE_NAME)
  resetModules()
  assert.equal(require(`${PACKAGE_NAME}/testing`), before)
  assert.notEqual(require(PACKAGE_NAME), app)
})

test('a server of a protocol that nobody speaks is an error of the test', () => {
  assert.throws(() => createServer({ protocol: 'wafer3' }), /'wafer3' is none of wafer, wafer2, bearer/)
})

test('what the test misspelt is an error of the test, and not a situation that never comes', () => {
  assert.throws(() => createWx({ latencies: 0 }), /createWx has no option 'latencies', only: clock, /)
  assert.throws(() => createServer({ protokol: 'wafer2' }), /createServer has no option 'protokol'/)
  assert.throws(() => createClock({ autoadvance: false }), /createClock has no option 'autoadvance'/)
  assert.throws(() => fake.count('logins'), /wx has no 'logins'.*createWx\(\{ apis \}\)/)
  assert.throws(() => fake.calls('logins'), /wx has no 'logins'/)
  assert.throws(() => fake.trace('logins'), /wx has no 'logins'/)
  assert.throws(() => fake.server.route('orders', () => ({})), /'orders' is no path/)
  assert.throws(() => fake.server.route('/orders', { data: 1 }), /the route '\/orders' has no function/)
  assert.throws(() => fake.server.respond('post /orders', {}), /'post \/orders' is no path/)
  assert.throws(() => fake.server.respond('/orders', { status: 503 }), /answers 'status'; a response is/)
})

test('that nobody called what an older phone lacks can be asked', () => {
  fake.uninstall()
  launch({ libVersion: '2.10.3', apis: { vibrateShort: () => ({}) } })
  assert.equal(fake.wx.getUserProfile, undefined)
  for (const api of ['getUserProfile', 'vibrateShort', 'RequestTask.abort', 'readFile'])
    assert.equal(fake.count(api), 0)
})

for (const [what, answer, told] of [
  ['a bare value', [1], /the route '\/odd' answers \[1\]/],
  ['nothing', undefined, /answers undefined/],
  ['nothing, later', Promise.resolve(undefined), /answers undefined/],
  [
    'a misspelt field',
    { body: 1 },
    /answers 'body'; a response is \{ statusCode, header, data, chunks, delayMs \}/
  ]
]) {
  test(`a route that answers ${what} fails its request, and the test hears why`, async () => {
    fake.uninstall()
    const uncaught = []
    launch({ onUncaught: ({ message }) => uncaught.push(message) })
    fake.server.route('/odd', () => answer)
    assert.equal(await typeOf(qcloud.request({ url: 'https://api.example.com/odd' })), 'ERR_NETWORK')
    assert.equal(uncaught.length, 1)
    assert.match(uncaught[0], told)
  })
}

test('what a callback of the app throws is told to onUncaught, also what the package throws again later', async () => {
  fake.uninstall()
  const uncaught = []
  launch({ onUncaught: ({ message }) => uncaught.push(message) })
  qcloud.request({
    url: 'https://api.example.com/public',
    success() {
      throw new Error('of the app')
    }
  })
  await fake.clock.runUntilIdle()
  assert.deepEqual(uncaught, ['of the app'])
})

test('the trace can be that of some functions alone', async () => {
  await user()
  assert.deepEqual(fake.trace('login', 'request'), ['login', 'request GET /login', 'request GET /user'])
  assert.deepEqual(fake.trace('setStorageSync'), ['setStorageSync'])
})

test('import and require give the same functions', async () => {
  const imported = await import(join(PACKAGE_FOLDER, 'testing/index.mjs'))
  const required = createRequire(import.meta.url)(join(PACKAGE_FOLDER, 'testing'))
  assert.deepEqual(Object.keys(imported).sort(), Object.keys(required).sort())
  for (const name of Object.keys(required)) assert.equal(imported[name], required[name])
})
