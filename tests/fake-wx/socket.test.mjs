import assert from 'node:assert/strict'
import test from 'node:test'
import { VirtualClock } from '../../fake-wx/clock.mjs'
import { createWx } from '../../fake-wx/wx.mjs'
import { WaferServer } from '../../fake-wx/servers.mjs'

const ORIGIN = 'https://api.example.com'

function start(options = {}) {
  const clock = new VirtualClock()
  const server = new WaferServer({ clock })
  const fake = createWx({ clock, server, ...options })
  return { clock, server, fake, wx: fake.wx, url: server.tunnel.issue(ORIGIN) }
}

/** Connects and collects the events of the task. */
function connect(wx, url) {
  const events = []
  const task = wx.connectSocket({ url })
  task.onOpen(() => events.push(['open']))
  task.onMessage(({ data }) => events.push(['message', data]))
  task.onClose(({ code }) => events.push(['close', code]))
  task.onError(({ errMsg }) => events.push(['error', errMsg]))
  return { task, events }
}

test('a socket opens, carries messages in order whatever the latencies, and closes on both sides', async () => {
  const { clock, server, wx, url } = start({ latency: { socketMessage: [1, 500] } })
  const { task, events } = connect(wx, url)
  assert.equal(task.readyState, task.CONNECTING)
  await clock.runUntilIdle()
  assert.equal(task.readyState, task.OPEN)
  const packets = Array.from({ length: 20 }, (_, index) => `message:{"type":"n","content":${index}}`)
  for (const packet of packets) task.send({ data: packet, fail: assert.fail })
  await clock.runUntilIdle()
  const [connection] = server.tunnel.connections
  assert.deepEqual(connection.received, packets)
  assert.deepEqual(events, [['open'], ...packets.map((packet) => ['message', packet])])
  task.close({ code: 1000, reason: 'done' })
  await clock.runUntilIdle()
  assert.deepEqual(events.at(-1), ['close', 1000])
  assert.deepEqual(connection.closed, { code: 1000, reason: 'done' })
  assert.equal(task.readyState, task.CLOSED)
})

test('the older global functions hear the socket and send on it', async () => {
  const { clock, server, wx, url } = start()
  const events = []
  wx.onSocketOpen(() => events.push('open'))
  wx.onSocketMessage(({ data }) => events.push(data))
  wx.onSocketClose(({ code }) => events.push(code))
  wx.onSocketError(assert.fail)
  wx.connectSocket({ url })
  await clock.runUntilIdle()
  await clock.until(wx.sendSocketMessage({ data: 'ping' }))
  await clock.runUntilIdle()
  server.tunnel.connections[0].cut(1001, 'going away')
  await clock.runUntilIdle()
  assert.deepEqual(events, ['open', 'pong', 1001])
  await assert.rejects(clock.until(wx.sendSocketMessage({ data: 'ping' })), { errMsg: /not connected/ })
})

test('a refused, unknown or offline socket is an error and then a close', async () => {
  const { clock, server, fake, wx, url } = start()
  const endOf = async (address) => {
    const { events } = connect(wx, address)
    await clock.runUntilIdle()
    return events.map(([name]) => name)
  }
  assert.deepEqual(await endOf('wss://api.example.com/tunnel/unknown'), ['error', 'close'])
  server.tunnel.refusing = true
  assert.deepEqual(await endOf(url), ['error', 'close'])
  server.tunnel.refusing = false
  fake.setOffline(true)
  assert.deepEqual(await endOf(url), ['error', 'close'])
  fake.setOffline(false)
  assert.deepEqual(await endOf(url), ['open'])
})

test('a lost network closes the socket abnormally, and the server hears nothing', async () => {
  const { clock, server, fake, wx, url } = start()
  const { task, events } = connect(wx, url)
  await clock.runUntilIdle()
  fake.dropSockets({ error: true })
  await clock.runUntilIdle()
  assert.deepEqual(
    events.map(([name, detail]) => (name === 'close' ? detail : name)),
    ['open', 'error', 1006]
  )
  assert.equal(server.tunnel.connections[0].closed, undefined)
  await assert.rejects(clock.until(task.send({ data: 'late' })), { errMsg: /readyState is not OPEN/ })
})

test('the server can play: pings, timeouts, messages, silence', async () => {
  const { clock, server, wx, url } = start()
  const { task, events } = connect(wx, url)
  await clock.runUntilIdle()
  const [connection] = server.tunnel.connections
  connection.setTimeout(20)
  connection.send('speak', { word: '你好' })
  connection.end()
  await clock.runUntilIdle()
  assert.deepEqual(events.slice(1), [
    ['message', 'timeout:20'],
    ['message', 'message:{"type":"speak","content":{"word":"你好"}}'],
    ['message', 'close']
  ])
  server.tunnel.silent = true
  task.send({ data: 'ping' })
  await clock.runUntilIdle()
  assert.equal(events.length, 4)
  assert.deepEqual(connection.received, ['ping'])
})

test('connectSocket answers its own callbacks, and its faults are its own', async () => {
  const { clock, fake, wx, url } = start()
  const answers = []
  const options = {
    url,
    success: ({ errMsg }) => answers.push(errMsg),
    fail: ({ errMsg }) => answers.push(errMsg)
  }
  wx.connectSocket(options)
  await clock.runUntilIdle()
  fake.fault('connectSocket', { kind: 'fail', errMsg: 'network error', times: 1 })
  wx.connectSocket(options)
  await clock.runUntilIdle()
  assert.deepEqual(answers, ['connectSocket:ok', 'connectSocket:fail network error'])
  assert.equal(fake.count('connectSocket'), 2)
})

test('a sixth socket is refused', async () => {
  const { clock, server, wx } = start()
  const failed = []
  for (let i = 0; i < 6; i += 1) {
    wx.connectSocket({ url: server.tunnel.issue(ORIGIN), fail: ({ errMsg }) => failed.push([i, errMsg]) })
  }
  await clock.runUntilIdle()
  assert.equal(server.tunnel.connections.length, 5)
  assert.deepEqual(failed, [[5, 'connectSocket:fail exceed max task count']])
})
