import assert from 'node:assert/strict'
import test from 'node:test'
import { VirtualClock } from '../../fake-wx/clock.mjs'
import { createWx } from '../../fake-wx/wx.mjs'
import { ORIGIN, names, settled, start } from './fixture.mjs'
import { WaferServer } from '../../fake-wx/servers.mjs'

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

test('with enableChunked, a body that the server sent whole is one chunk', async () => {
  const { clock, server, wx } = start()
  server.route('/whole', () => ({ data: { ok: true } }))
  const events = []
  const task = wx.request({
    url: `${ORIGIN}/whole`,
    enableChunked: true,
    success: ({ data }) => events.push(['success', data])
  })
  task.onChunkReceived(({ data }) => events.push(['chunk', String.fromCharCode(...new Uint8Array(data))]))
  await clock.runUntilIdle()
  assert.deepEqual(events, [
    ['chunk', '{"ok":true}'],
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

test('offline: new calls fail, those in flight fail, and the app is told', async () => {
  const { clock, fake, server, wx } = start()
  const heard = []
  wx.onNetworkStatusChange(({ isConnected }) => heard.push(isConnected))
  const removed = () => heard.push('removed')
  wx.onNetworkStatusChange(removed)
  wx.offNetworkStatusChange(removed)
  server.route('/never', () => new Promise(() => {}))
  const flying = settled(wx, 'request', { url: `${ORIGIN}/never` })
  await clock.advance(1_000)
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

test('an app that comes back sooner goes on as if it had never left', async () => {
  const { clock, fake, server, wx } = start()
  server.route('/never', () => new Promise(() => {}))
  const flying = settled(wx, 'request', { url: `${ORIGIN}/never` })
  fake.background()
  await clock.advance(4_000)
  fake.foreground()
  await clock.advance(30_000)
  assert.deepEqual(flying, [])
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
