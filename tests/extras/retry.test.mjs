import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asked, callbacks, launch, outcomeOf, url } from './stories.mjs'

const start = (choices, options) => {
  const app = launch({ latency: 10, ...options })
  return { ...app, request: app.extra('retry').withRetry(app.qcloud.request, choices) }
}
/** When wx.request was called for this path, ms after the first. */
const timesOf = (fake, path) => {
  const times = fake.calls('request', (options) => options.url.endsWith(path)).map(({ time }) => time)
  return times.map((time) => time - times[0])
}

test('a request that got no answer is tried again, and succeeds', async () => {
  const { fake, request } = start()
  fake.fault('request', { kind: 'fail', times: 2 })
  const { options, names } = callbacks()
  assert.equal(await outcomeOf(request({ url: url('/public'), ...options })), 200)
  assert.deepEqual(names(), ['success', 'complete'])
  assert.equal(asked(fake, '/public'), 3)
})

test('after the last try the call ends as that did: an error, or the server’s answer', async () => {
  const { fake, request } = start()
  fake.setOffline(true)
  assert.equal(await outcomeOf(request({ url: url('/public') })), 'ERR_NETWORK')
  assert.equal(asked(fake, '/public'), 3)
  fake.setOffline(false)
  fake.server.respond('/public', { statusCode: 503 }, { times: 9 })
  assert.equal(await outcomeOf(request({ url: url('/public') })), 503)
  assert.equal(asked(fake, '/public'), 6)
})

for (const statusCode of [408, 429, 500, 502, 503, 504]) {
  test(`HTTP ${statusCode} passes: the request is sent again`, async () => {
    const { fake, request } = start()
    fake.server.respond('/public', { statusCode })
    assert.equal(await outcomeOf(request({ url: url('/public') })), 200)
    assert.equal(asked(fake, '/public'), 2)
  })
}

for (const statusCode of [200, 304, 400, 401, 403, 404, 501]) {
  test(`HTTP ${statusCode} is an answer: the request is sent once`, async () => {
    const { fake, request } = start()
    fake.server.respond('/public', { statusCode })
    assert.equal(await outcomeOf(request({ url: url('/public') })), statusCode)
    assert.equal(asked(fake, '/public'), 1)
  })
}

for (const [method, tries] of Object.entries({ GET: 3, HEAD: 3, PUT: 3, DELETE: 3, put: 3, POST: 1 })) {
  test(`${method} is sent ${tries === 1 ? 'once' : 'three times'}`, async () => {
    const { fake, request } = start()
    fake.fault('request', { kind: 'fail' })
    await outcomeOf(request({ url: url('/public'), method }))
    assert.equal(asked(fake, '/public'), tries)
  })
}

test('what may be sent twice is for the app to say', async () => {
  const { fake, request } = start({ methods: ['POST'], times: 1 })
  fake.fault('request', { kind: 'fail' })
  await outcomeOf(request({ url: url('/public'), method: 'POST' }))
  await outcomeOf(request({ url: url('/public') }))
  assert.equal(asked(fake, '/public'), 3)
})

test('an upload is a POST: it is sent once; a download again', async () => {
  const { fake, qcloud, extra } = start()
  const { withRetry } = extra('retry')
  fake.files.set('wxfile://picture.png', new Uint8Array(10))
  fake.fault('uploadFile', { kind: 'fail' })
  fake.fault('downloadFile', { kind: 'fail', times: 1 })
  const file = { url: url('/upload'), filePath: 'wxfile://picture.png', name: 'picture' }
  assert.equal(await outcomeOf(withRetry(qcloud.uploadFile)(file)), 'ERR_NETWORK')
  assert.equal(fake.count('uploadFile'), 1)
  assert.equal(await outcomeOf(withRetry(qcloud.downloadFile)({ url: url('/public') })), 200)
  assert.equal(fake.count('downloadFile'), 2)
})

test('user data that was encrypted once is never sent again', async () => {
  const { fake, qcloud, request } = start()
  await qcloud.login()
  const { encryptedData, iv } = await qcloud.getUserInfo()
  fake.fault('request', { kind: 'fail' })
  await outcomeOf(request({ login: true, url: url('/user'), encryptedData, iv }))
  assert.equal(asked(fake, '/user'), 1)
})

test('the waits are chance below a bound that doubles', async () => {
  const { fake, request } = start({ times: 4, delayMs: 1000, maxDelayMs: 3000 })
  const { random } = Math
  Math.random = () => 0.5
  try {
    fake.fault('request', { kind: 'fail' })
    await outcomeOf(request({ url: url('/public') }))
  } finally {
    Math.random = random
  }
  const times = timesOf(fake, '/public')
  const waits = times.slice(1).map((time, index) => time - times[index] - 10)
  assert.deepEqual(waits, [500, 1000, 1500, 1500])
})

for (const [form, value] of [
  ['seconds', () => '7'],
  ['a date', (now) => new Date(now + 7000).toUTCString()]
]) {
  test(`no try comes before Retry-After, in ${form}`, async () => {
    const { fake, request } = start()
    fake.server.route('/busy', () => ({
      statusCode: asked(fake, '/busy') > 1 ? 200 : 429,
      header: { 'retry-after': value(fake.clock.now()) }
    }))
    assert.equal(await outcomeOf(request({ url: url('/busy') })), 200)
    const [, waited] = timesOf(fake, '/busy')
    assert.ok(waited >= 6000 && waited < 8000, `${waited} ms`)
  })
}

for (const [whose, byMs] of [
  ['an hour ahead of', 3_600_000],
  ['an hour behind', -3_600_000]
]) {
  test(`a date in Retry-After counts by the server’s clock, though the phone’s is ${whose} it`, async () => {
    const { fake, request } = start()
    const date = (inMs) => new Date(fake.clock.now() - byMs + inMs).toUTCString()
    fake.server.route('/busy', () => ({
      statusCode: asked(fake, '/busy') > 1 ? 200 : 429,
      header: { Date: date(0), 'Retry-After': date(7000) }
    }))
    assert.equal(await outcomeOf(request({ url: url('/busy') })), 200)
    assert.equal(asked(fake, '/busy'), 2)
    const [, waited] = timesOf(fake, '/busy')
    assert.ok(waited >= 6000 && waited < 8000, `${waited} ms`)
  })
}

test('a server that wants more time than the app has gets no second request', async () => {
  const { fake, request } = start({ maxDelayMs: 5000 })
  fake.server.respond('/public', { statusCode: 503, header: { 'Retry-After': '6' } }, { times: 9 })
  assert.equal(await outcomeOf(request({ url: url('/public') })), 503)
  assert.equal(asked(fake, '/public'), 1)
})

test('rubbish in Retry-After is no wish', async () => {
  const { fake, request } = start()
  fake.server.respond('/public', { statusCode: 503, header: { 'Retry-After': 'soon' } })
  assert.equal(await outcomeOf(request({ url: url('/public') })), 200)
})

test('a login that failed at the server is waited for as long as its error says', async () => {
  const { fake, request } = start({ times: 3 })
  fake.server.respond('/login', { statusCode: 503, header: { 'Retry-After': '9' } })
  assert.equal(await outcomeOf(request({ login: true, url: url('/user') })), 200)
  const [, waited] = timesOf(fake, '/login')
  assert.ok(waited >= 9000, `${waited} ms`)
  assert.equal(fake.server.records.logins, 1)
})

test('abort during a wait ends the call, and no request follows', async () => {
  const { fake, request } = start({ delayMs: 100_000, maxDelayMs: 100_000 })
  fake.fault('request', { kind: 'fail' })
  const { options, names, told } = callbacks()
  const task = request({ url: url('/public'), ...options })
  await fake.clock.advance(20)
  task.abort()
  await fake.clock.runUntilIdle()
  assert.deepEqual(names(), ['fail', 'complete'])
  assert.equal(told[0][1].type, 'ERR_ABORTED')
  assert.equal(asked(fake, '/public'), 1)
})

test('which outcomes are tried again is for the app to say', async () => {
  const seen = []
  const { fake, request } = start({
    shouldRetry: ({ outcome, tried, options }) => {
      seen.push([outcome.statusCode, tried, options.url])
      return outcome.statusCode === 404
    }
  })
  assert.equal(await outcomeOf(request({ url: url('/nowhere') })), 404)
  assert.equal(asked(fake, '/nowhere'), 3)
  assert.deepEqual(seen[0], [404, 1, url('/nowhere')])
})

test('what one user asked for is not asked again as another', async () => {
  const { fake, qcloud, request } = start({ maxDelayMs: 5000 })
  await qcloud.login()
  fake.server.respond('/user', { statusCode: 503, header: { 'Retry-After': '2' } })
  const outcome = outcomeOf(request({ url: url('/user'), login: true }))
  await fake.clock.advance(1000)
  assert.equal(asked(fake, '/user'), 1)
  qcloud.clearSession()
  await qcloud.login()
  assert.equal(await outcome, 503)
  await fake.clock.runUntilIdle()
  assert.equal(asked(fake, '/user'), 1)
})

test('a call that logged in itself is tried again under that login', async () => {
  const { fake, request } = start()
  fake.server.respond('/user', { statusCode: 503 })
  assert.equal(await outcomeOf(request({ url: url('/user'), login: true })), 200)
  assert.equal(asked(fake, '/user'), 2)
  assert.equal(fake.server.records.logins, 1)
})
