import assert from 'node:assert/strict'
import http from 'node:http'
import test, { after, before, beforeEach } from 'node:test'
import { REAL, startServer } from '../../fake-wx/run/bridge.mjs'
import { systemClock } from '../../fake-wx/clock.mjs'
import { createWx } from '../../fake-wx/wx.mjs'
import { MAGIC } from '../../fake-wx/servers.mjs'

const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=='

let server
before(async () => {
  server = await startServer()
})
after(() => server?.stop())
beforeEach(() => server.dev('reset-records'))

function start(options = {}) {
  const fake = createWx({
    clock: systemClock,
    latency: REAL,
    server: server.transport,
    wechat: server.wechat,
    files: { 'wxfile://face.png': Buffer.from(PIXEL, 'base64') },
    ...options
  })
  return { fake, wx: fake.wx }
}

const send = (wx, api, options) =>
  new Promise((resolve, reject) => wx[api]({ ...options, success: resolve, fail: reject }))

async function login(wx) {
  const { code } = await wx.login()
  const { data } = await send(wx, 'request', { url: `${server.origin}/login`, header: { 'X-WX-Code': code } })
  assert.equal(data[MAGIC], 1)
  return { 'X-WX-Id': data.session.id, 'X-WX-Skey': data.session.skey }
}

test('a login and a session request go over real HTTP, and the server saw them', async () => {
  const { wx } = start()
  const header = await login(wx)
  const { data, statusCode } = await send(wx, 'request', { url: `${server.origin}/user`, header })
  assert.equal(statusCode, 200)
  assert.equal(typeof data.data.userInfo.nickName, 'string')
  const { logins, sessionRequests } = await server.records()
  assert.deepEqual(logins, { attempted: 1, succeeded: 1, withSessionHeaders: 0 })
  assert.equal(sessionRequests.ok, 1)
})

test('encrypted user data is real: the server decrypts it under the live session_key only', async () => {
  const { fake, wx } = start()
  fake.person.anonymous = false
  const header = await login(wx)
  const { encryptedData, iv } = await wx.getUserInfo({ withCredentials: true })
  const update = { 'X-WX-Encrypted-Data': encryptedData, 'X-WX-IV': iv }
  const url = `${server.origin}/user`
  const { data } = await send(wx, 'request', { url, header: { ...header, ...update } })
  assert.equal(data.data.userInfo.nickName, '小明')

  const renewed = await login(wx)
  const refused = await send(wx, 'request', { url, header: { ...renewed, ...update } })
  assert.equal(refused.data[MAGIC], 1)
  assert.notEqual(refused.data.error, 'ERR_INVALID_SESSION')
})

test('checkSession and a missing session_key are what the server says', async () => {
  const { wx } = start({ user: { id: 'stranger' } })
  await assert.rejects(wx.checkSession(), { errMsg: /^checkSession:fail/ })
  await assert.rejects(wx.getUserInfo(), { errMsg: /session_key/ })
  await login(wx)
  assert.equal((await wx.checkSession()).errMsg, 'checkSession:ok')
})

test('an upload arrives as multipart with its file, a download is saved', async () => {
  const { fake, wx } = start()
  const header = await login(wx)
  const upload = { url: `${server.origin}/avatar`, filePath: 'wxfile://face.png', name: 'avatar', header }
  const answer = await send(wx, 'uploadFile', upload)
  assert.equal(answer.statusCode, 200, answer.data)
  const { avatarUrl } = JSON.parse(answer.data).data.userInfo
  const { tempFilePath } = await send(wx, 'downloadFile', { url: avatarUrl })
  assert.deepEqual(Buffer.from(fake.files.get(tempFilePath)).toString('base64'), PIXEL)
})

test('a cut connection and a server that is gone fail the call; after a restart it works again', async () => {
  const { wx } = start()
  const header = await login(wx)
  const user = () => send(wx, 'request', { url: `${server.origin}/user`, header })
  await server.dev('fault', { path: '/user', kind: 'cut' })
  await assert.rejects(user(), { errMsg: /^request:fail net::/ })
  await server.kill()
  await assert.rejects(user(), { errMsg: 'request:fail net::ECONNREFUSED' })
  await server.restart()
  assert.equal((await user()).statusCode, 200)
})

test('an aborted request is dropped on the wire', { timeout: 30_000 }, async (t) => {
  const { wx } = start()
  let task
  let dropped
  const silent = http.createServer((request, response) => {
    dropped = new Promise((resolve) => response.on('close', resolve))
    task.abort()
  })
  t.after(() => silent.close())
  await new Promise((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const error = await new Promise((resolve) => {
    task = wx.request({ url: `http://127.0.0.1:${silent.address().port}/`, fail: resolve })
  })
  assert.equal(error.errMsg, 'request:fail abort')
  await dropped
})

test('a tunnel is a real WebSocket: packets go and come, in order', async () => {
  const { wx } = start()
  const header = await login(wx)
  const { data } = await send(wx, 'request', { url: `${server.origin}/tunnel`, header })
  const received = []
  const task = wx.connectSocket({ url: data.url })
  const packets = ['message:{"type":"one","content":1}', 'message:{"type":"two","content":2}']
  task.onOpen(() => packets.forEach((packet) => task.send({ data: packet, fail: assert.fail })))
  const closed = new Promise((resolve) => task.onClose(resolve))
  await new Promise((resolve) => {
    task.onMessage(({ data: packet }) => {
      if (packet.startsWith('message:')) received.push(packet)
      if (received.length === 2) resolve()
    })
  })
  assert.deepEqual(received, packets)
  task.close({ code: 1000 })
  assert.equal((await closed).code, 1000)
})

test('a WebSocket that the server refuses is an error and then a close', async () => {
  const { wx } = start()
  const task = wx.connectSocket({ url: `${server.origin.replace('http', 'ws')}/tunnel/unknown` })
  const events = []
  task.onError(() => events.push('error'))
  await new Promise((resolve) => task.onClose(resolve))
  assert.deepEqual(events, ['error'])
})
