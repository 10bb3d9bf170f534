import assert from 'node:assert/strict'
import test from 'node:test'
import { VirtualClock } from './clock.mjs'
import { createWx } from './fake.mjs'
import { SESSION_KEY, WaferServer } from './servers.mjs'

const ORIGIN = 'https://api.example.com'

function start(options = {}) {
  const clock = options.clock ?? new VirtualClock()
  const server = new WaferServer({ clock })
  const fake = createWx({ clock, server, ...options })
  return { clock, server, fake, wx: fake.wx }
}

/** Calls `api` with callbacks and answers which of them ran, in order. */
function settled(wx, api, options = {}) {
  const answers = []
  wx[api]({
    ...options,
    success: (result) => answers.push(['success', result]),
    fail: (error) => answers.push(['fail', error]),
    complete: (result) => answers.push(['complete', result])
  })
  return answers
}

const names = (answers) => answers.map(([name]) => name)

test('success fires for every HTTP status, then complete with the same result', async () => {
  const { clock, server, wx } = start()
  server.route('/broken', () => ({ statusCode: 500, header: {}, data: '<h1>oops</h1>' }))
  const answers = settled(wx, 'request', { url: `${ORIGIN}/broken` })
  assert.deepEqual(answers, [])
  await clock.runUntilIdle()
  assert.deepEqual(names(answers), ['success', 'complete'])
  const [, result] = answers[0]
  assert.equal(result.statusCode, 500)
  assert.equal(result.data, '<h1>oops</h1>')
  assert.equal(result.errMsg, 'request:ok')
})

test('bodies are parsed for dataType json, kept as text otherwise, and given as bytes when asked', async () => {
  const { clock, server, wx } = start()
  server.route('/json', () => ({ data: { word: '你好' } }))
  const parsed = settled(wx, 'request', { url: `${ORIGIN}/json` })
  const text = settled(wx, 'request', { url: `${ORIGIN}/json`, dataType: 'text' })
  const bytes = settled(wx, 'request', { url: `${ORIGIN}/json`, responseType: 'arraybuffer' })
  await clock.runUntilIdle()
  assert.deepEqual(parsed[0][1].data, { word: '你好' })
  assert.equal(text[0][1].data, '{"word":"你好"}')
  assert.equal(bytes[0][1].data.byteLength, 17)
})

test('data goes out as wx.request documents: query for GET, JSON for POST, form where declared', async () => {
  const { clock, server, wx } = start()
  const seen = []
  server.route('/data', (request) => {
    seen.push([request.method, request.query, request.data, request.header['content-type']])
    return { data: {} }
  })
  const url = `${ORIGIN}/data`
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const data = { a: 1, b: '值' }
  const one = { default: [2, 2] }
  const sequential = createWx({ clock, server, latency: one }).wx
  for (const options of [{}, { method: 'POST' }, { method: 'POST', header: form }]) {
    sequential.request({ url, data, ...options })
  }
  wx.request({ url: `${url}?c=3`, data })
  await clock.runUntilIdle()
  assert.deepEqual(seen, [
    ['GET', '?a=1&b=%E5%80%BC', undefined, 'application/json'],
    ['POST', '', '{"a":1,"b":"值"}', 'application/json'],
    ['POST', '', 'a=1&b=%E5%80%BC', 'application/x-www-form-urlencoded'],
    ['GET', '?c=3&a=1&b=%E5%80%BC', undefined, 'application/json']
  ])
})

test('ten requests are in flight at once, the others wait their turn in order', async () => {
  const { clock, server, wx } = start({ latency: 100 })
  const arrived = []
  server.route('/slow', (request) => {
    arrived.push([request.query, clock.elapsed()])
    return { data: {} }
  })
  for (let i = 0; i < 25; i += 1) wx.request({ url: `${ORIGIN}/slow?${i}` })
  await clock.runUntilIdle()
  assert.deepEqual(
    arrived.map(([, time]) => time),
    [...Array(10).fill(50), ...Array(10).fill(150), ...Array(5).fill(250)]
  )
  assert.deepEqual(
    arrived.map(([query]) => query),
    Array.from({ length: 25 }, (_, index) => `?${index}`)
  )
})

test('a server that never answers ends in request:fail timeout, after 60 s or the timeout of the call', async () => {
  const { clock, server, wx } = start({ latency: 10 })
  server.route('/never', () => new Promise(() => {}))
  const short = settled(wx, 'request', { url: `${ORIGIN}/never`, timeout: 2_000 })
  const long = settled(wx, 'request', { url: `${ORIGIN}/never` })
  await clock.advance(1_999)
  assert.deepEqual(short, [])
  await clock.advance(1)
  assert.deepEqual(short[0], ['fail', { errMsg: 'request:fail timeout', errno: 5 }])
  await clock.advance(57_999)
  assert.deepEqual(long, [])
  await clock.advance(1)
  assert.deepEqual(names(long), ['fail', 'complete'])
})

test('abort fails the call once, later, and frees its place; after the answer it does nothing', async () => {
  const { clock, server, fake, wx } = start()
  const answers = []
  const options = {
    url: `${ORIGIN}/public`,
    success: () => answers.push('success'),
    fail: ({ errMsg }) => answers.push(errMsg)
  }
  const task = wx.request(options)
  task.abort()
  assert.deepEqual(answers, [])
  await clock.runUntilIdle()
  assert.deepEqual(answers, ['request:fail abort'])
  assert.equal(server.records.anonymous, 0)

  const finished = wx.request(options)
  await clock.runUntilIdle()
  finished.abort()
  await clock.runUntilIdle()
  assert.deepEqual(answers, ['request:fail abort', 'success'])
  assert.equal(fake.count('RequestTask.abort'), 2)
})

test('a transport is told of an abort while it works, and of nothing once it has answered', async () => {
  const { clock, server, wx } = start({ latency: 10 })
  const told = []
  const serve = (answer) => (request) => {
    request.onabort = () => told.push(request.path)
    return answer
  }
  server.route('/working', serve(new Promise(() => {})))
  server.route('/answered', serve({ data: {} }))
  const working = wx.request({ url: `${ORIGIN}/working` })
  wx.request({ url: `${ORIGIN}/answered` })
  await clock.advance(20)
  working.abort()
  await clock.runUntilIdle()
  assert.deepEqual(told, ['/working'])
})

test('headers and chunks arrive before success; a removed listener hears nothing', async () => {
  const { clock, server, wx } = start()
  server.route('/stream', () => ({ header: { 'X-Kind': 'stream' }, chunks: ['one', 'two'] }))
  const events = []
  const task = wx.request({
    url: `${ORIGIN}/stream`,
    enableChunked: true,
    success: ({ data }) => events.push(['success', data])
  })
  const removed = () => assert.fail('removed')
  task.onHeadersReceived(removed)
  task.offHeadersReceived(removed)
  task.onHeadersReceived(({ header }) => events.push(['headers', header['X-Kind']]))
  task.onChunkReceived(({ data }) => events.push(['chunk', String.fromCharCode(...new Uint8Array(data))]))
  await clock.runUntilIdle()
  assert.deepEqual(events, [
    ['headers', 'stream'],
    ['chunk', 'one'],
    ['chunk', 'two'],
    ['success', '']
  ])
})

test('an upload needs an existing file, reports progress, and is answered by a string', async () => {
  const { clock, server, wx } = start({ files: { 'wxfile://a.png': 'PNG!' } })
  server.route('/open-upload', (request) => server.echo(request))
  const upload = { url: `${ORIGIN}/open-upload`, name: 'avatar', formData: { kind: 'face' } }
  const answers = []
  const task = wx.uploadFile({
    ...upload,
    filePath: 'wxfile://a.png',
    success: (result) => answers.push(result)
  })
  const progress = []
  task.onProgressUpdate((update) => progress.push(update.progress))
  const missing = settled(wx, 'uploadFile', { ...upload, filePath: 'wxfile://none' })
  await clock.runUntilIdle()
  assert.equal(typeof answers[0].data, 'string')
  assert.deepEqual(JSON.parse(answers[0].data).data, {
    method: 'POST',
    body: '',
    formData: { kind: 'face' },
    files: { avatar: 4 }
  })
  assert.deepEqual(progress, [50, 100])
  assert.equal(missing[0][1].errMsg, 'uploadFile:fail file not found')
})

test('a download is saved where it was asked to be, or in a temporary file', async () => {
  const { clock, server, fake, wx } = start()
  server.route('/report', () => ({ data: 'report' }))
  const temporary = settled(wx, 'downloadFile', { url: `${ORIGIN}/report` })
  const named = settled(wx, 'downloadFile', { url: `${ORIGIN}/report`, filePath: 'wxfile://usr/report' })
  await clock.runUntilIdle()
  assert.equal(fake.files.get(temporary[0][1].tempFilePath).length, 6)
  assert.equal(named[0][1].filePath, 'wxfile://usr/report')
  assert.equal(named[0][1].tempFilePath, undefined)
})

test('without callbacks login answers by a promise; with one it returns nothing', async () => {
  const { clock, wx } = start()
  const { code, errMsg } = await clock.until(wx.login())
  assert.equal(errMsg, 'login:ok')
  assert.equal(typeof code, 'string')
  assert.equal(wx.login({ complete() {} }), undefined)
  await clock.runUntilIdle()
})

test('a code works once and for five minutes, and a new one rotates the session_key', async () => {
  const { clock, fake, wx } = start()
  const { code } = await clock.until(wx.login())
  const first = fake.wechat.exchange(code)
  assert.equal(first.openid, 'openid-demo')
  assert.equal(fake.wechat.exchange(code).errcode, 40163)
  const { code: stale } = await clock.until(wx.login())
  await clock.advance(5 * 60_000 + 1)
  assert.equal(fake.wechat.exchange(stale).errcode, 40029)

  const { encryptedData, iv } = await clock.until(wx.getUserInfo({ withCredentials: true }))
  const { code: fresh } = await clock.until(wx.login())
  const { session_key } = fake.wechat.exchange(fresh)
  assert.notEqual(session_key, first.session_key)
  assert.equal(fake.wechat.decrypt(encryptedData, iv, session_key), undefined)
  const renewed = await clock.until(wx.getUserInfo({ withCredentials: true }))
  assert.equal(fake.wechat.decrypt(renewed.encryptedData, renewed.iv, session_key).openId, 'openid-demo')
})

test('checkSession asks about the session_key, not about any server', async () => {
  const { clock, fake, wx } = start()
  await assert.rejects(clock.until(wx.checkSession()), { errMsg: /^checkSession:fail/ })
  await clock.until(wx.login())
  assert.deepEqual(await clock.until(wx.checkSession()), { errMsg: 'checkSession:ok' })
  fake.wechat.expireSessionKey('demo')
  await assert.rejects(clock.until(wx.checkSession()), { errMsg: /^checkSession:fail/ })
})

test('getUserProfile wants a tap and a reason, may be denied, and is anonymous today', async () => {
  const { clock, fake, wx } = start()
  await clock.until(wx.login())
  const ask = () => wx.getUserProfile({ desc: '完善资料' })
  await assert.rejects(clock.until(ask()), { errMsg: /TAP gesture/ })
  await assert.rejects(clock.until(fake.tap(() => wx.getUserProfile({}))), { errMsg: /parameter\.desc/ })
  const { userInfo } = await clock.until(fake.tap(ask))
  assert.equal(userInfo.nickName, '微信用户')
  await assert.rejects(clock.until(ask()), { errMsg: /TAP gesture/ }, 'the tap is over')
  fake.person.anonymous = false
  assert.equal((await clock.until(fake.tap(ask))).userInfo.nickName, '小明')
  fake.person.denies = ['getUserProfile']
  await assert.rejects(clock.until(fake.tap(ask)), { errMsg: 'getUserProfile:fail auth deny' })
  fake.person.denial = 'auth denied'
  await assert.rejects(clock.until(fake.tap(ask)), { errMsg: 'getUserProfile:fail auth denied' })
})

test('user data without privacy consent fails with errno 104 until the user agrees', async () => {
  const { clock, fake, wx } = start({ privacy: { needed: true } })
  await clock.until(wx.login())
  await assert.rejects(clock.until(wx.getUserInfo()), { errno: 104 })
  assert.equal((await clock.until(wx.getPrivacySetting())).needAuthorization, true)
  fake.person.agreesPrivacy = false
  await assert.rejects(clock.until(wx.requirePrivacyAuthorize()), { errno: 104 })
  fake.person.agreesPrivacy = true
  await clock.until(wx.requirePrivacyAuthorize())
  assert.equal((await clock.until(wx.getUserInfo())).errMsg, 'getUserInfo:ok')
  fake.state.privacy.declared = false
  await assert.rejects(clock.until(wx.getUserInfo()), { errno: 112 })
})

test('in single-page mode login fails and the API category says why', async () => {
  const { clock, wx } = start({ scene: 1154 })
  assert.equal(wx.getApiCategory(), 'browseOnly')
  assert.equal(wx.getLaunchOptionsSync().scene, 1154)
  await assert.rejects(clock.until(wx.login()), { errMsg: /^login:fail/ })
})

test('the fifth login within a second is refused when rates are limited', async () => {
  const { clock, wx } = start({ rateLimit: true, latency: 2 })
  for (let i = 0; i < 4; i += 1) await clock.until(wx.login())
  await assert.rejects(clock.until(wx.login()), { errMsg: /^login:fail/ })
  await clock.advance(1_000)
  assert.equal((await clock.until(wx.login())).errMsg, 'login:ok')
})

test('storage copies values, keeps them by JSON, answers an empty string for a missing key', () => {
  const { fake, wx } = start({ storage: { kept: { deep: [1] } } })
  const value = { list: [1, 2] }
  wx.setStorageSync('key', value)
  value.list.push(3)
  const read = wx.getStorageSync('key')
  assert.deepEqual(read, { list: [1, 2] })
  read.list.push(4)
  assert.deepEqual(fake.stored('key'), { list: [1, 2] })
  assert.deepEqual(wx.getStorageSync('kept'), { deep: [1] })
  wx.removeStorageSync('key')
  assert.equal(wx.getStorageSync('key'), '')
  assert.throws(() => wx.setStorageSync('huge', 'x'.repeat(1024 * 1024)), /setStorageSync:fail/)
})

test('two apps that share a storage see one another; a copy is not shared', () => {
  const shared = new Map()
  const first = start({ storage: shared })
  const second = start({ storage: shared })
  first.wx.setStorageSync(SESSION_KEY, 'skey')
  assert.equal(second.wx.getStorageSync(SESSION_KEY), 'skey')
  assert.equal(start({ storage: { [SESSION_KEY]: 'other' } }).wx.getStorageSync(SESSION_KEY), 'other')
})

test('offline: new calls fail, those in flight fail, and the app is told', async () => {
  const { clock, fake, wx } = start()
  const heard = []
  wx.onNetworkStatusChange(({ isConnected }) => heard.push(isConnected))
  const flying = settled(wx, 'request', { url: `${ORIGIN}/public` })
  await clock.advance(1)
  fake.setOffline(true)
  const refused = settled(wx, 'request', { url: `${ORIGIN}/public` })
  await clock.runUntilIdle()
  assert.match(flying[0][1].errMsg, /^request:fail .*DISCONNECTED/)
  assert.match(refused[0][1].errMsg, /^request:fail .*DISCONNECTED/)
  await assert.rejects(clock.until(wx.login()), { errMsg: /^login:fail/ })
  fake.setOffline(false)
  assert.deepEqual(heard, [false, true])
})

test('five seconds after the app left the screen its requests fail as interrupted', async () => {
  const { clock, fake, server, wx } = start()
  server.route('/never', () => new Promise(() => {}))
  const flying = settled(wx, 'request', { url: `${ORIGIN}/never` })
  fake.background()
  await clock.advance(4_999)
  assert.deepEqual(flying, [])
  await clock.advance(1)
  assert.equal(flying[0][1].errMsg, 'request:fail interrupted')
  const behind = settled(wx, 'request', { url: `${ORIGIN}/public` })
  await clock.runUntilIdle()
  assert.equal(behind[0][1].errMsg, 'request:fail interrupted')
  fake.foreground()
  const later = settled(wx, 'request', { url: `${ORIGIN}/public` })
  await clock.runUntilIdle()
  assert.deepEqual(names(later), ['success', 'complete'])
})

test('a host that is not in the domain list is refused', async () => {
  const clock = new VirtualClock()
  const { wx } = createWx({ clock, servers: { [ORIGIN]: new WaferServer({ clock }) } })
  const elsewhere = settled(wx, 'request', { url: 'https://elsewhere.example.com/public' })
  const here = settled(wx, 'request', { url: `${ORIGIN}/public` })
  await clock.runUntilIdle()
  assert.deepEqual(names(elsewhere), ['fail', 'complete'])
  assert.deepEqual(names(here), ['success', 'complete'])
})

test('the log holds every host call in order, with copies of the options and the outcome', async () => {
  const { clock, fake, wx } = start()
  const header = { 'X-One': '1' }
  wx.getStorageSync('key')
  wx.request({ url: `${ORIGIN}/public`, header, data: { list: [1] }, success() {} })
  header['X-One'] = 'changed later'
  assert.equal(fake.log[1].outcome, 'pending')
  await clock.until(wx.login())
  await clock.runUntilIdle()
  assert.deepEqual(fake.trace(), ['getStorageSync', 'request GET /public', 'login'])
  const [, request] = fake.log
  assert.deepEqual(request.options, {
    url: `${ORIGIN}/public`,
    header: { 'X-One': '1' },
    data: { list: [1] }
  })
  assert.equal(request.outcome, 'success')
  assert.ok(request.answeredAt > request.time)
  assert.equal(fake.count(), 3)
  assert.equal(fake.calls('request', ({ url }) => url.endsWith('/public')).length, 1)
  fake.resetLog()
  assert.equal(fake.count(), 0)
})

test('each fault does what it says: hang, throw, fail, rubbish, late, twice', async () => {
  const { clock, fake, wx } = start({ latency: 10 })
  const outcomeOf = async (fault) => {
    const armed = fake.fault('login', fault)
    const answers = settled(wx, 'login')
    await clock.runUntilIdle()
    armed.remove()
    return answers
  }
  assert.deepEqual(await outcomeOf({ kind: 'hang' }), [])
  assert.equal(fake.log.at(-1).outcome, 'hang')

  fake.fault('login', { kind: 'throw', times: 1 })
  assert.throws(() => wx.login({}), /injected exception/)
  assert.equal(fake.log.at(-1).outcome, 'throw')

  const failed = await outcomeOf({ kind: 'fail', errMsg: 'system error', errno: 1 })
  assert.deepEqual(failed[0], ['fail', { errMsg: 'login:fail system error', errno: 1 }])
  assert.deepEqual(names(failed), ['fail', 'complete'])

  assert.deepEqual((await outcomeOf({ kind: 'rubbish', value: null }))[0], ['success', null])
  assert.deepEqual((await outcomeOf({ kind: 'rubbish', as: 'fail' }))[0], ['fail', undefined])

  const before = clock.elapsed()
  assert.deepEqual(names(await outcomeOf({ kind: 'late', ms: 60_000 })), ['success', 'complete'])
  assert.ok(clock.elapsed() - before >= 60_000)

  assert.deepEqual(names(await outcomeOf({ kind: 'twice' })), ['success', 'complete', 'success', 'complete'])
  assert.deepEqual(names(await outcomeOf({ kind: 'twice', then: 'fail' })).slice(2), ['fail', 'complete'])
})

test('a fault chooses its calls: skip, times, when; and whether the server heard of the request', async () => {
  const { clock, fake, server, wx } = start()
  const publicly = () => settled(wx, 'request', { url: `${ORIGIN}/public` })
  fake.fault('request', { kind: 'fail', skip: 1, times: 1, when: ({ url }) => url.endsWith('/public') })
  const runs = []
  for (let i = 0; i < 3; i += 1) {
    runs.push(publicly())
    await clock.runUntilIdle()
  }
  assert.deepEqual(
    runs.map((answers) => answers[0][0]),
    ['success', 'fail', 'success']
  )
  assert.equal(server.records.anonymous, 2)

  fake.fault('request', { kind: 'hang', delivered: true, times: 1 })
  assert.deepEqual(publicly(), [])
  await clock.runUntilIdle()
  assert.equal(server.records.anonymous, 3)
})

test('a failed login leaves the session_key alone, unless WeChat had done its part before', async () => {
  const { clock, fake, wx } = start()
  await clock.until(wx.login())
  const before = await clock.until(wx.getUserInfo())
  const keyOf = ({ encryptedData }) => encryptedData.split('/')[0]
  fake.fault('login', { kind: 'fail', times: 1 })
  await assert.rejects(clock.until(wx.login()))
  assert.equal(keyOf(await clock.until(wx.getUserInfo())), keyOf(before))
  fake.fault('login', { kind: 'fail', times: 1, delivered: true })
  await assert.rejects(clock.until(wx.login()))
  assert.notEqual(keyOf(await clock.until(wx.getUserInfo())), keyOf(before))
})

test('faults that make no sense are refused', () => {
  const { fake } = start()
  assert.throws(() => fake.fault('getStorageSync', { kind: 'hang' }), /no fault 'hang'/)
  assert.throws(() => fake.fault('login', { kind: 'explode' }), /no fault 'explode'/)
  assert.throws(() => fake.fault('noSuchApi', { kind: 'hang' }), /no 'noSuchApi'/)
})

test('what a callback throws does not stop complete, and surfaces through the clock', async () => {
  const { clock, wx } = start()
  let completed = false
  wx.login({
    success() {
      throw new Error('from the callback')
    },
    complete: () => (completed = true)
  })
  await assert.rejects(clock.runUntilIdle(), /from the callback/)
  assert.equal(completed, true)
})

test('the synchronous mode answers inside the call, and counts without a log', () => {
  const { fake, wx } = start({ latency: 0, log: 'counts', storage: { key: { a: 1 } } })
  let answer
  wx.request({ url: `${ORIGIN}/public`, success: (result) => (answer = result) })
  assert.equal(answer.statusCode, 200)
  let code
  wx.login({ success: (result) => (code = result.code) })
  assert.equal(typeof code, 'string')
  assert.deepEqual(wx.getStorageSync('key'), { a: 1 })
  wx.setStorageSync('key', { a: 2 })
  assert.deepEqual(wx.getStorageSync('key'), { a: 2 })
  assert.equal(fake.count('request'), 1)
  assert.equal(fake.count(), 5)
  assert.deepEqual(fake.log, [])
})

test('an older base library lacks the newer APIs', () => {
  const { wx } = start({ libVersion: '2.9.5' })
  assert.equal(wx.getUserProfile, undefined)
  assert.equal(wx.getApiCategory, undefined)
  assert.equal(wx.canIUse('getUserProfile'), false)
  assert.equal(start().wx.canIUse('button.open-type.chooseAvatar'), true)
})

test('the same seed gives the same run, another seed another one', async () => {
  const run = async (seed) => {
    const { clock, fake, wx } = start({ seed })
    for (let i = 0; i < 5; i += 1) wx.login({ success() {} })
    await clock.runUntilIdle()
    return fake.log.map(({ answeredAt }) => answeredAt)
  }
  assert.deepEqual(await run(7), await run(7))
  assert.notDeepEqual(await run(7), await run(8))
})
