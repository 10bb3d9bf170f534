/** The tunnel: wafer's WebSocket with the session, its messages and its pings. */
import assert from 'node:assert/strict'
import { Wafer2Server } from '../../fake-wx/servers.mjs'
import { story } from './stories.mjs'
import {
  PING_MS,
  SOON_MS,
  TUNNEL_URL,
  WAIT_MS,
  connected,
  connectionOf,
  names,
  noted,
  sockets
} from './tunnels.mjs'

story('a tunnel asks with the session, connects and sends what waited, in order', async (stage) => {
  const app = await stage.startWarm()
  const { tunnel, told } = noted(app)
  assert.deepEqual([tunnel.serviceUrl, tunnel.socketUrl, tunnel.status], [TUNNEL_URL, null, 'CLOSED'])
  tunnel.on('connect', (...given) => {
    assert.equal(tunnel.isActive(), true)
    assert.deepEqual(given, [undefined])
    tunnel.emit('third')
  })
  tunnel.emit('first', { word: '你好' })
  tunnel.open()
  assert.equal(tunnel.status, 'CONNECTING')
  tunnel.emit('second', 2)
  await stage.clock.advance(SOON_MS)
  const { options } = app.fake.calls('request', ({ url }) => url === TUNNEL_URL)[0]
  assert.equal(options.method, 'GET')
  assert.equal(options.header['X-WX-Skey'], app.qcloud.getSession().skey)
  const connection = connectionOf(app)
  assert.equal(tunnel.socketUrl, connection.url)
  const sent = [
    '{"type":"first","content":{"word":"你好"}}',
    '{"type":"second","content":2}',
    '{"type":"third"}'
  ]
  assert.deepEqual(
    connection.received,
    sent.map((message) => `message:${message}`)
  )
  assert.deepEqual(
    told,
    [
      ['connect', null],
      ['first', { word: '你好' }],
      ['second', 2],
      ['third', null]
    ].map(([name, payload]) => (payload === null ? [name, undefined] : [name, payload]))
  )
  assert.equal(tunnel.isActive(), true)
  tunnel.close()
  assert.deepEqual([tunnel.isClosed(), names(told).at(-1)], [true, 'close'])
  await stage.clock.advance(SOON_MS)
  assert.equal(connection.received.at(-1), 'close')
  assert.equal(connection.closed.code, 1000)
})

story('wafer2 services answer in their own shape', async (stage) => {
  const { tunnel, app } = await connected(stage, {
    Server: Wafer2Server,
    configuration: { protocol: 'wafer2' }
  })
  assert.equal(tunnel.socketUrl, connectionOf(app).url)
  tunnel.close()
})

story(
  'the names of the SDK before are there, and requiring the package registers nothing',
  async ({ start }) => {
    const app = start({ configuration: null, observed: false })
    const { Tunnel } = app.qcloud
    assert.deepEqual(app.copy(Object.assign({}, Tunnel)), {
      ERR_CONNECT_SERVICE: 1001,
      ERR_CONNECT_SOCKET: 1002,
      ERR_RECONNECT: 2001,
      ERR_SOCKET_ERROR: 3001,
      MAX_RECONNECT_TRY_TIMES: 5,
      RECONNECT_TIME_INCREASE: 1000,
      STATUS_CLOSED: 'CLOSED',
      STATUS_CONNECTING: 'CONNECTING',
      STATUS_ACTIVE: 'ACTIVE',
      STATUS_RECONNECTING: 'RECONNECTING'
    })
    const tunnel = new Tunnel(TUNNEL_URL)
    assert.ok(tunnel instanceof Tunnel)
    tunnel.close()
    assert.equal(app.fake.count(), 0)
  }
)

story('several tunnels are open at once, each with its own socket, messages and end', async (stage) => {
  const app = await stage.startWarm()
  const five = Array.from({ length: 5 }, () => noted(app))
  for (const { tunnel } of five) tunnel.open()
  five[0].tunnel.open()
  await stage.clock.advance(SOON_MS)
  assert.equal(sockets(app), 5, 'opening what is open changes nothing')
  for (const [index, { tunnel }] of five.entries()) tunnel.emit('mine', index)
  await stage.clock.advance(SOON_MS)
  for (const [index, { told }] of five.entries()) {
    assert.deepEqual(told, [
      ['connect', undefined],
      ['mine', index]
    ])
  }
  const [first, second, third] = five
  first.tunnel.close()
  const lost = app.server.tunnel.connections.find(({ url }) => url === second.tunnel.socketUrl)
  lost.cut(1001, 'going away')
  await stage.clock.advance(1.5 * WAIT_MS + SOON_MS)
  assert.deepEqual(names(first.told).slice(2), ['close'])
  assert.deepEqual(names(second.told).slice(2), ['reconnecting', 'reconnect'])
  assert.deepEqual(names(third.told).slice(2), [])
  first.tunnel.open()
  await stage.clock.advance(SOON_MS)
  assert.ok(five.every(({ tunnel }) => tunnel.isActive()))
  assert.equal(app.fake.openSockets(), 5)
  for (const { tunnel } of five) tunnel.close()
  await stage.clock.advance(SOON_MS)
  assert.equal(app.fake.openSockets(), 0)
})

story('a socket too many is error 1002, and the others stay', async (stage) => {
  const app = await stage.startWarm()
  const six = Array.from({ length: 6 }, () => noted(app))
  for (const { tunnel } of six) tunnel.open()
  await stage.clock.advance(SOON_MS)
  const failed = six.filter(({ tunnel }) => tunnel.isClosed())
  assert.deepEqual(
    failed.map(({ told }) => [names(told), told[0][1].code]),
    [[['error'], 1002]]
  )
  assert.match(failed[0].told[0][1].detail.errMsg, /exceed max task count/)
  assert.equal(six.filter(({ tunnel }) => tunnel.isActive()).length, 5)
  six[0].tunnel.close()
  six[1].tunnel.close()
  await stage.clock.advance(SOON_MS)
  failed[0].tunnel.open()
  await stage.clock.advance(SOON_MS)
  assert.equal(failed[0].tunnel.isActive(), true)
  for (const { tunnel } of six) tunnel.close()
})

story('pings go out every 15 s, messages or not, and an answer of any kind will do', async (stage) => {
  const { app, tunnel, told } = await connected(stage)
  const pings = () => connectionOf(app).received.filter((packet) => packet === 'ping').length
  for (let round = 1; round <= 3; round += 1) {
    await stage.clock.advance(PING_MS / 2)
    connectionOf(app).send('news', round)
    await stage.clock.advance(PING_MS / 2 + 200)
    assert.equal(pings(), round)
  }
  app.server.tunnel.silent = true
  await stage.clock.advance(PING_MS)
  assert.equal(pings(), 4)
  connectionOf(app).send('news', 4)
  await stage.clock.advance(PING_MS)
  assert.equal(tunnel.isActive(), true)
  assert.equal(names(told).filter((name) => name === 'news').length, 4)
  tunnel.close()
})

story('a server that answers no ping is lost; its own timeout sets the waits', async (stage) => {
  const { app, tunnel, told, server } = await connected(stage)
  const connection = connectionOf(app)
  connection.setTimeout(60)
  await stage.clock.advance(SOON_MS)
  assert.deepEqual(connection.received, ['ping'])
  server.silent = true
  await stage.clock.advance(60_000)
  assert.deepEqual(connection.received, ['ping', 'ping'])
  await stage.clock.advance(59_000)
  assert.equal(tunnel.isActive(), true)
  await stage.clock.advance(1_000)
  assert.equal(tunnel.isReconnecting(), true)
  server.silent = false
  await stage.clock.advance(1.5 * WAIT_MS + SOON_MS)
  assert.deepEqual(names(told), ['connect', 'reconnecting', 'reconnect'])
  assert.equal(connection.closed.code, 1000, 'the silent socket was closed')
  tunnel.close()
})

story('a ping of the server is answered, and is a sign of life', async (stage) => {
  const { app, tunnel, told, server } = await connected(stage)
  connectionOf(app).ping()
  await stage.clock.advance(SOON_MS)
  assert.deepEqual(connectionOf(app).received, ['pong'])
  server.silent = true
  for (let second = 0; second < 120; second += 5) {
    await stage.clock.advance(5_000)
    connectionOf(app).ping()
  }
  assert.deepEqual([names(told), tunnel.isActive(), sockets(app)], [['connect'], true, 1])
  tunnel.close()
})

story('the server may close the tunnel, for good', async (stage) => {
  const { app, tunnel, told } = await connected(stage)
  connectionOf(app).end()
  await stage.clock.advance(60_000)
  assert.deepEqual([names(told), tunnel.status, sockets(app)], [['connect', 'close'], 'CLOSED', 1])
})

story('messages named like events get an @, malformed packets none of anything', async (stage) => {
  const { app, tunnel, told } = await connected(stage)
  const heard = []
  tunnel.on('speak', (...given) => heard.push(app.copy(given)))
  tunnel.on('error', assert.fail)
  tunnel.on('@error', (content) => heard.push(content))
  const connection = connectionOf(app)
  const malformed = [
    '',
    ':',
    'message',
    'message:',
    'message:{',
    'message:null',
    'message:5',
    'message:[]',
    'message:{}',
    'message:{"type":5}',
    'timeout',
    'timeout:',
    'timeout:soon',
    'timeout:null',
    'timeout:{"valueOf":1,"toString":1}',
    'timeout:-1',
    'constructor:{}',
    '__proto__',
    'unknown:{"type":"speak"}',
    'pong:1'
  ]
  for (const packet of malformed) connection.raw(packet)
  connection.raw(new ArrayBuffer(4))
  for (const name of ['connect', 'close', 'reconnecting', 'reconnect', 'error']) connection.send(name, name)
  connection.send('speak', { colon: 'a:b:c' })
  connection.send('')
  await stage.clock.advance(SOON_MS)
  assert.deepEqual(
    names(told).slice(1),
    ['@connect', '@close', '@reconnecting', '@reconnect', '@error', 'speak', ''],
    'nothing else was told'
  )
  assert.deepEqual(heard, ['error', [{ colon: 'a:b:c' }]])
  assert.equal(tunnel.isActive(), true)
  tunnel.close()
})

story('a listener that throws keeps nothing from the others', async (stage) => {
  const { app, tunnel } = await connected(stage)
  const heard = []
  tunnel.on('speak', () => {
    throw new Error('mine')
  })
  tunnel.on('speak', (content) => {
    heard.push(content)
    tunnel.on('speak', () => heard.push('too late'))
  })
  connectionOf(app).send('speak', 1)
  await stage.clock.advance(SOON_MS)
  assert.deepEqual(heard, [1])
  assert.deepEqual(
    stage.uncaught.splice(0).map(({ message }) => message),
    ['mine']
  )
  tunnel.close()
})

story(
  'closed at any time, the tunnel stays closed, and what waited is gone',
  async ({ startWarm, clock }) => {
    const app = await startWarm()
    for (let at = 0; at <= 400; at += 20) {
      const { tunnel, told } = noted(app)
      tunnel.emit('lost', at)
      tunnel.open()
      await clock.advance(at)
      const before = names(told).filter((name) => name !== 'lost')
      tunnel.close()
      assert.deepEqual(
        [tunnel.status, names(told).filter((name) => name !== 'lost')],
        ['CLOSED', [...before, 'close']]
      )
      await clock.advance(60_000)
      assert.equal(names(told).at(-1), 'close', `closed after ${at} ms`)
      tunnel.open()
      await clock.advance(SOON_MS)
      assert.deepEqual(connectionOf(app).received, [])
      tunnel.close()
      await clock.advance(SOON_MS)
    }
  }
)

story('methods may be handed on without their tunnel', async ({ startWarm, clock }) => {
  const app = await startWarm()
  const { open, on, emit, close, isActive, isClosed } = new app.qcloud.Tunnel(TUNNEL_URL)
  const heard = []
  on('speak', (content) => heard.push(content))
  open()
  emit('speak', 1)
  await clock.advance(SOON_MS)
  assert.deepEqual([heard, isActive()], [[1], true])
  ;[0].forEach(close)
  assert.equal(isClosed(), true)
})

story('a class of the app may extend the tunnel', async ({ startWarm, clock }) => {
  const app = await startWarm()
  const { Tunnel } = app.qcloud
  class Room extends Tunnel {
    constructor(room) {
      super(TUNNEL_URL)
      this.room = room
    }
    emit(type, content) {
      super.emit(type, { room: this.room, content })
    }
  }
  const room = new Room(7)
  const { emit } = room
  room.open()
  emit('speak', '你好')
  await clock.advance(SOON_MS)
  assert.ok(room instanceof Tunnel && room instanceof Room)
  assert.deepEqual(connectionOf(app).received, [
    'message:{"type":"speak","content":{"room":7,"content":"你好"}}'
  ])
  room.close()
})
