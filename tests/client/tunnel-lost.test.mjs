/** A tunnel that cannot be opened, that loses its connection and tries to connect again, or that loses the core. */
import assert from 'node:assert/strict'
import { ORIGIN, story } from './stories.mjs'
import { PING_MS, SOON_MS, WAIT_MS, connected, connectionOf, names, noted, sockets } from './tunnels.mjs'

for (const [what, prepare] of [
  ['fails', (app) => app.fake.fault('request', { kind: 'fail', times: 1 })],
  ['answers an error', (app) => answer(app, { statusCode: 500, data: {} })],
  [
    'answers an error with an address in it',
    (app) => answer(app, { statusCode: 500, data: { url: 'wss://api.example.com/a' } })
  ],
  ['answers no address', (app) => answer(app, { statusCode: 200, data: { ok: true } })],
  ['answers nothing', (app) => answer(app, { statusCode: 200, data: null })],
  ['answers a text', (app) => answer(app, { statusCode: 200, data: '<html>' })],
  [
    'answers an address of another kind',
    (app) => answer(app, { statusCode: 200, data: { url: 'https://a.b' } })
  ]
]) {
  story(
    `a service that ${what} is error 1001, and the tunnel may be opened again`,
    async ({ startWarm, clock }) => {
      const app = await startWarm()
      const { tunnel, told } = noted(app)
      prepare(app)
      tunnel.emit('lost', 1)
      tunnel.open()
      await clock.advance(SOON_MS)
      const [[event, error]] = told
      assert.deepEqual([event, error.code, told.length, tunnel.status], ['error', 1001, 1, 'CLOSED'])
      assert.match(error.message, /信道服务.*请/)
      assert.ok(error.detail)
      const next = noted(app)
      next.tunnel.open()
      await clock.advance(SOON_MS)
      assert.deepEqual(names(next.told), ['connect'])
      next.tunnel.close()
      tunnel.open()
      await clock.advance(SOON_MS)
      assert.deepEqual(names(told), ['error', 'connect'])
      assert.deepEqual(connectionOf(app).received, [], 'what waited for the failed connection is gone')
      tunnel.close()
    }
  )
}

function answer(app, value) {
  app.fake.fault('request', { kind: 'rubbish', value, times: 1 })
}

for (const kind of ['fail', 'throw']) {
  story(`a socket that wx does not make (${kind}) is error 1002`, async ({ startWarm, clock }) => {
    const app = await startWarm()
    const { tunnel, told } = noted(app)
    app.fake.fault('connectSocket', { kind, times: 1 })
    tunnel.open()
    await clock.advance(SOON_MS)
    assert.deepEqual([names(told), told[0][1].code, tunnel.status], [['error'], 1002, 'CLOSED'])
    tunnel.open()
    await clock.advance(SOON_MS)
    assert.deepEqual(names(told), ['error', 'connect'])
    tunnel.close()
  })
}

story('a first connection that is refused or hangs is error 3001', async ({ startWarm, clock }) => {
  const app = await startWarm()
  const { tunnel, told } = noted(app)
  app.server.tunnel.refusing = true
  tunnel.open()
  await clock.advance(SOON_MS)
  assert.deepEqual([names(told), told[0][1].code, tunnel.status], [['error'], 3001, 'CLOSED'])
  assert.match(told[0][1].detail.errMsg, /403/)
  app.server.tunnel.refusing = false
  app.fake.fault('connectSocket', { kind: 'hang', times: 1 })
  tunnel.open()
  await clock.advance(PING_MS - 100)
  assert.equal(tunnel.isConnecting(), true)
  await clock.advance(SOON_MS)
  assert.deepEqual([names(told), told[1][1].code, tunnel.status], [['error', 'error'], 3001, 'CLOSED'])
})

story('a lost connection is sought, found again, and gets what waited', async (stage) => {
  const { app, tunnel, told } = await connected(stage)
  app.fake.dropSockets({ error: true })
  await stage.clock.advance(50)
  assert.deepEqual([names(told), tunnel.isReconnecting()], [['connect', 'reconnecting'], true])
  tunnel.emit('meanwhile', 1)
  await stage.clock.advance(WAIT_MS / 2 - 50)
  assert.equal(sockets(app), 1, 'not before half a second has passed')
  await stage.clock.advance(WAIT_MS + SOON_MS)
  assert.deepEqual(names(told), ['connect', 'reconnecting', 'reconnect', 'meanwhile'])
  assert.deepEqual(connectionOf(app).received, ['message:{"type":"meanwhile","content":1}'])
  assert.equal(app.fake.count('request'), 2, 'the service is asked for a new address')
  tunnel.close()
  tunnel.open()
  await stage.clock.advance(SOON_MS)
  assert.equal(names(told).at(-1), 'connect', 'reopened by the app, not reconnected')
  tunnel.close()
})

story('five tries, each about a second later, then error 2001, whatever fails them', async (stage) => {
  const { app, tunnel, told, server } = await connected(stage)
  app.fake.resetLog()
  app.fake.fault('request', { kind: 'fail', times: 1 })
  app.fake.fault('connectSocket', { kind: 'fail', times: 1 })
  server.refusing = true
  app.fake.dropSockets()
  const lostAt = stage.clock.now()
  await stage.clock.advance(60_000)
  const askedAt = app.fake.calls('request').map(({ time }) => time)
  assert.equal(askedAt.length, 5)
  for (const [index, at] of askedAt.entries()) {
    const waited = at - (askedAt[index - 1] ?? lostAt)
    const averageMs = (index + 1) * WAIT_MS
    const isNear = waited >= averageMs / 2 && waited < averageMs * 1.5 + SOON_MS
    assert.ok(isNear, `${waited} ms before try ${index + 1}`)
  }
  assert.deepEqual(names(told), ['connect', 'reconnecting', 'close', 'error'])
  const error = told.at(-1)[1]
  assert.deepEqual([error.code, tunnel.status], [2001, 'CLOSED'])
  assert.match(error.message, /重连失败/)
  assert.match(error.detail.errMsg, /403/)
})

story('the app sets how often and how fast a lost connection is sought', async ({ startWarm, clock }) => {
  const app = await startWarm()
  app.qcloud.Tunnel.MAX_RECONNECT_TRY_TIMES = 1
  app.qcloud.Tunnel.RECONNECT_TIME_INCREASE = 10_000
  const { tunnel, told } = noted(app)
  tunnel.open()
  await clock.advance(SOON_MS)
  app.server.tunnel.refusing = true
  app.fake.dropSockets()
  await clock.advance(5_000)
  assert.equal(tunnel.isReconnecting(), true)
  await clock.advance(10_000 + SOON_MS)
  assert.deepEqual(names(told), ['connect', 'reconnecting', 'close', 'error'])
})

story('closed while it is sought, the tunnel seeks no more', async (stage) => {
  const { app, tunnel, told } = await connected(stage)
  app.fake.dropSockets()
  await stage.clock.advance(500)
  tunnel.emit('lost')
  tunnel.close()
  await stage.clock.advance(60_000)
  assert.deepEqual([names(told), sockets(app)], [['connect', 'reconnecting', 'close'], 1])
})

story('a socket that sends no more is lost', async (stage) => {
  const app = await stage.startWarm()
  const { wx } = app.fake
  const { connectSocket } = wx
  wx.connectSocket = (options) => {
    wx.connectSocket = connectSocket
    const send = ({ fail }) => fail({ errMsg: 'SocketTask.send:fail' })
    return Object.assign(connectSocket(options), { send })
  }
  const { tunnel, told } = noted(app)
  tunnel.open()
  await stage.clock.advance(SOON_MS)
  tunnel.emit('speak')
  await stage.clock.advance(1.5 * WAIT_MS + SOON_MS)
  assert.deepEqual(names(told), ['connect', 'reconnecting', 'reconnect'])
  tunnel.close()
})

story(
  'opened, closed and opened again before the module is loaded, it connects once',
  { needs: 'wasm' },
  async (stage) => {
    const app = stage.start()
    await app.settled([app.call()])
    const copied = stage.start({ storage: app.fake.storage, server: app.server, configuration: null })
    const { tunnel, told } = noted(copied)
    tunnel.open()
    assert.equal(tunnel.isConnecting(), true)
    tunnel.close()
    assert.deepEqual([tunnel.status, names(told)], ['CLOSED', ['close']])
    const second = noted(copied)
    second.tunnel.open()
    second.tunnel.close()
    second.tunnel.open()
    copied.qcloud.setLoginUrl(`${ORIGIN}/login`)
    await stage.clock.advance(SOON_MS)
    assert.deepEqual([names(told), names(second.told), sockets(copied)], [['close'], ['close', 'connect'], 1])
    second.tunnel.close()
  }
)

story('without a module there is no tunnel, and error 1001 says why', { needs: 'wasm' }, async (stage) => {
  const app = stage.start({ configuration: null })
  app.wasm.fault({ kind: 'reject', times: 1 })
  const { tunnel, told } = noted(app)
  tunnel.open()
  await stage.clock.advance(SOON_MS)
  assert.deepEqual([names(told), told[0][1].code, tunnel.status], [['error'], 1001, 'CLOSED'])
  assert.match(told[0][1].message, /内核加载失败/)
  app.console.splice(0)
  app.qcloud.setLoginUrl(`${ORIGIN}/login`)
  await app.settled([app.call()])
  tunnel.open()
  await stage.clock.advance(SOON_MS)
  assert.deepEqual(names(told), ['error', 'connect'])
  tunnel.close()
})

story(
  'a trap closes the tunnel with error 3001, and it may be opened again',
  { needs: 'wasm' },
  async (stage) => {
    const { app, tunnel, told } = await connected(stage)
    app.wasm.trap()
    connectionOf(app).ping()
    await stage.clock.advance(SOON_MS)
    assert.deepEqual(names(told), ['connect', 'close', 'error'])
    assert.deepEqual([told[2][1].code, tunnel.status], [3001, 'CLOSED'])
    assert.match(told[2][1].message, /内核运行出错/)
    app.console.splice(0)
    app.wasm.clearFaults()
    tunnel.open()
    await stage.clock.advance(SOON_MS)
    assert.equal(names(told).at(-1), 'connect')
    assert.equal(app.server.tunnel.connections[0].closed.code, 1000)
    tunnel.close()
  }
)

for (const [when, hangUp] of [
  ['closed', ({ tunnel }) => tunnel.close()],
  ['given up after 15 s', ({ stage }) => stage.clock.advance(PING_MS)]
]) {
  story(`a socket that opens after the tunnel was ${when} is closed again`, async (stage) => {
    const app = await stage.startWarm({ latency: { connectSocket: [20_000, 20_000] } })
    const { tunnel, told } = noted(app)
    tunnel.open()
    await stage.clock.advance(SOON_MS)
    assert.equal(sockets(app), 1)
    await hangUp({ stage, tunnel })
    assert.equal(tunnel.isClosed(), true)
    const before = names(told)
    await stage.clock.advance(60_000)
    assert.deepEqual([app.fake.openSockets(), connectionOf(app).closed.code], [0, 1000])
    assert.deepEqual([tunnel.status, names(told)], ['CLOSED', before])
  })
}

story('a socket that opens too late does not disturb the one that took its place', async (stage) => {
  const app = await stage.startWarm({ latency: { connectSocket: [12_000, 12_000] } })
  const { tunnel, told } = noted(app)
  tunnel.open()
  await stage.clock.advance(6_000)
  tunnel.close()
  tunnel.open()
  await stage.clock.advance(30_000)
  assert.deepEqual([names(told), app.fake.openSockets()], [['close', 'connect'], 1])
  const [early, late] = app.server.tunnel.connections
  assert.deepEqual([early.closed.code, late.closed], [1000, undefined])
  tunnel.close()
})

for (const [what, task] of [
  ['nothing', undefined],
  ['null', null],
  ['a promise', Promise.resolve({})],
  ['a task that hears nothing', { send() {}, close() {} }]
]) {
  story(`a host whose connectSocket answers ${what} is told to be the cause`, async (stage) => {
    const app = await stage.startWarm()
    app.wx.connectSocket = () => task
    const { tunnel, told } = noted(app)
    tunnel.open()
    await stage.clock.advance(SOON_MS)
    const [[event, error]] = told
    assert.deepEqual([event, error.code, told.length, tunnel.status], ['error', 1002, 1, 'CLOSED'])
    assert.match(error.message, /wx 未返回 SocketTask/)
  })
}

story('what an odd server or host says is no trap, and the tunnel ends or goes on', async (stage) => {
  const app = await stage.startWarm()
  const { connectSocket } = app.wx
  let task
  app.wx.connectSocket = (options) => (task = connectSocket(options))
  for (const url of [{ toString: 1 }, ['wss://a.b'], 5, {}, '']) {
    const { tunnel, told } = noted(app)
    answer(app, { statusCode: 200, data: { url } })
    tunnel.open()
    await stage.clock.advance(SOON_MS)
    assert.deepEqual([names(told), told[0][1].code, tunnel.status], [['error'], 1001, 'CLOSED'])
  }
  const listeners = []
  app.wx.connectSocket = (options) => {
    task = connectSocket(options)
    const { onMessage } = task
    return Object.assign(task, {
      onMessage: (listener) => onMessage(listeners[listeners.push(listener) - 1])
    })
  }
  const { tunnel, told } = noted(app)
  tunnel.open()
  await stage.clock.advance(SOON_MS)
  const [hear] = listeners
  const odd = [
    undefined,
    null,
    5,
    { toString: 1 },
    Symbol('packet'),
    new ArrayBuffer(8),
    () => 1,
    ['close'],
    {}
  ]
  for (const data of odd) hear({ data })
  hear()
  hear(null)
  await stage.clock.advance(SOON_MS)
  assert.deepEqual([names(told), tunnel.isActive()], [['connect'], true])
  assert.equal(app.types().includes('crash'), false)
  tunnel.close()
})

story('a socket whose send throws is lost', async (stage) => {
  const app = await stage.startWarm()
  const { connectSocket } = app.wx
  app.wx.connectSocket = (options) => {
    app.wx.connectSocket = connectSocket
    const send = () => {
      throw new Error('SocketTask.send: not open')
    }
    return Object.assign(connectSocket(options), { send })
  }
  const { tunnel, told } = noted(app)
  tunnel.open()
  await stage.clock.advance(SOON_MS)
  tunnel.emit('speak')
  assert.equal(tunnel.isReconnecting(), true)
  await stage.clock.advance(1.5 * WAIT_MS + SOON_MS)
  assert.deepEqual(names(told), ['connect', 'reconnecting', 'reconnect'])
  assert.equal(app.fake.openSockets(), 1)
  tunnel.close()
})

story('what a socket still says after the tunnel was closed is not heard', async (stage) => {
  const app = await stage.startWarm()
  const { connectSocket } = app.wx
  app.wx.connectSocket = (options) => Object.assign(connectSocket(options), { close() {} })
  const { tunnel, told } = noted(app)
  tunnel.open()
  await stage.clock.advance(SOON_MS)
  tunnel.close()
  const connection = connectionOf(app)
  connection.send('news', 1)
  connection.ping()
  connection.end()
  await stage.clock.advance(SOON_MS)
  assert.deepEqual([names(told), connection.received], [['connect', 'close'], ['close']])
  connection.cut()
})

story('what a lost instance left behind does not load the module again', { needs: 'wasm' }, async (stage) => {
  const { app, tunnel } = await connected(stage)
  app.wasm.trap()
  connectionOf(app).ping()
  await stage.clock.advance(SOON_MS)
  assert.equal(tunnel.status, 'CLOSED')
  app.console.splice(0)
  app.wasm.clearFaults()
  await stage.clock.advance(120_000)
  assert.deepEqual(
    app.types().filter((type) => type === 'load'),
    []
  )
})

story('phones that lose their connection in the same moment do not come back in the same', async (stage) => {
  const waits = new Set()
  for (let seed = 1; seed <= 6; seed++) {
    const { app, tunnel, told } = await connected(stage, { seed, latency: 1 })
    app.fake.dropSockets({ error: true })
    const lost = stage.clock.elapsed()
    while (names(told).at(-1) !== 'reconnect') await stage.clock.advance(10)
    waits.add(stage.clock.elapsed() - lost)
    tunnel.close()
    app.stop()
  }
  assert.ok(waits.size >= 4, `waits: ${[...waits]}`)
})

/** `connectSocket` as Taro has it: the task comes by a promise, once wx has told of its success, or later. */
function promiseSockets({ wx }, clock, delayMs = 0) {
  const { connectSocket } = wx
  wx.connectSocket = ({ success, fail, ...options }) =>
    new Promise((resolve, reject) => {
      const task = connectSocket({
        ...options,
        success: (answer) => {
          success(answer)
          clock.setTimeout(() => resolve(task), delayMs)
        },
        fail: (error) => {
          fail(error)
          reject(error)
        }
      })
    })
}

story('a socket that a host such as Taro promises serves like any other', async ({ startWarm, clock }) => {
  const app = await startWarm()
  promiseSockets(app, clock)
  const { tunnel, told } = noted(app)
  tunnel.open()
  tunnel.emit('hello')
  await clock.advance(SOON_MS)
  assert.deepEqual(told[0], ['connect', undefined])
  assert.deepEqual(connectionOf(app).received, ['message:{"type":"hello"}'])
  tunnel.close()
  await clock.advance(SOON_MS)
  assert.equal(connectionOf(app).closed.code, 1000)

  app.fake.fault('connectSocket', { kind: 'fail', errMsg: 'connectSocket:fail domain' })
  tunnel.open()
  await clock.advance(SOON_MS)
  assert.equal(tunnel.isClosed(), true)
  assert.equal(told.find(([name]) => name === 'error')[1].code, 1002)
})

for (const [when, delayMs] of [
  ['before it is open', 0],
  ['when it is open', 500]
]) {
  story(
    `a promised socket that comes ${when}, and after the tunnel was closed, is closed`,
    async ({ startWarm, clock }) => {
      const app = await startWarm()
      promiseSockets(app, clock, delayMs)
      const { tunnel } = noted(app)
      tunnel.open()
      while (sockets(app) === 0) await clock.advance(1)
      tunnel.close()
      await clock.runUntilIdle()
      assert.equal(tunnel.isClosed(), true)
      assert.equal(connectionOf(app).closed.code, 1000)
    }
  )
}
