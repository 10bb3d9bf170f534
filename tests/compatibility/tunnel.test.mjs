/** What wafer-client-sdk 0.8.4 and wafer2-client-sdk 2.1 promise of their Tunnel holds here, too. */
import assert from 'node:assert/strict'
import { WAFER, WAFER2, anyLogin, comparing } from './clients.mjs'
import {
  BACK_MS,
  LATER_MS,
  SOON_MS,
  TUNNEL_URL,
  connectionOf,
  names,
  noted,
  opened,
  outcomes
} from './tunnels.mjs'

/* The README's example, with its names; what it prints is noted, and it is closed when the test says so. */
const EXAMPLE = `
  var tunnel = this.tunnel = new qcloud.Tunnel(tunnelUrl);

  tunnel.on('connect', () => console.log('WebSocket 信道已连接'));
  tunnel.on('close', () => console.log('WebSocket 信道已断开'));
  tunnel.on('reconnecting', () => console.log('WebSocket 信道正在重连...'));
  tunnel.on('reconnect', () => console.log('WebSocket 信道重连成功'));
  tunnel.on('error', error => console.error('信道发生错误：', error));

  tunnel.on('speak', speak => console.log('收到 speak 消息：', speak));

  tunnel.open();
  tunnel.emit('speak', { word: "hello", who: { nickName: "techird" }});
`

const untilGivenUp = (told) => outcomes(told).slice(0, outcomes(told).indexOf(2001) + 1)

for (const kind of [WAFER, WAFER2]) {
  const { same } = comparing(kind)

  same('Tunnel: status names, error codes, members', (client) => {
    const { Tunnel } = client.qcloud
    const tunnel = new Tunnel(TUNNEL_URL)
    const statics = Object.keys(Tunnel).filter((name) => /^(STATUS|ERR)_/.test(name))
    const methods = ['open', 'on', 'emit', 'close', 'isClosed', 'isConnecting', 'isActive', 'isReconnecting']
    return [
      statics.sort().map((name) => [name, Tunnel[name]]),
      methods.map((name) => [name, typeof tunnel[name]]),
      [tunnel.serviceUrl, tunnel.socketUrl, tunnel.status, tunnel.isClosed()],
      tunnel instanceof Tunnel
    ]
  })

  same(
    "Tunnel: the README's example",
    async (client) => {
      await client.warm()
      const printed = []
      const console = { log: (...words) => printed.push(words), error: (...words) => printed.push(words) }
      const page = {}
      new Function('qcloud', 'tunnelUrl', 'console', EXAMPLE).call(page, client.qcloud, TUNNEL_URL, console)
      await client.clock.advance(SOON_MS)
      client.fake.dropSockets()
      await client.clock.advance(BACK_MS)
      page.tunnel.close()
      await client.clock.advance(SOON_MS)
      assert.ok(printed.length > 4)
      return [printed, connectionOf(client).received, page.tunnel.status]
    },
    anyLogin
  )

  same(
    'Tunnel: the service is asked with the session, and the socket goes where it says',
    async (client) => {
      const { tunnel } = await opened(client)
      const [{ options }] = client.fake.calls('request')
      const { url } = connectionOf(client)
      assert.equal(tunnel.socketUrl, url)
      return [options.url, options.method, Object.keys(options.header), client.fake.count('connectSocket')]
    },
    anyLogin
  )

  same(
    'Tunnel: messages go out in order, and what was said early first',
    async (client) => {
      await client.warm()
      const { tunnel, told } = noted(client)
      tunnel.on('connect', () => tunnel.emit('third', { list: [1, null] }))
      tunnel.emit('first', '你好 😀')
      tunnel.open()
      tunnel.emit('second')
      await client.clock.advance(SOON_MS)
      tunnel.emit('fourth', 0)
      await client.clock.advance(SOON_MS)
      return [connectionOf(client).received, told, tunnel.status]
    },
    anyLogin
  )

  same(
    'Tunnel: a message goes to the listeners of its type; one named like an event gets an @',
    async (client) => {
      const { tunnel, told } = await opened(client)
      const heard = []
      for (const type of ['speak', 'close', '@close', 'speak']) {
        tunnel.on(type, (...content) => heard.push([type, content]))
      }
      for (const type of ['speak', 'connect', 'close', 'reconnecting', 'reconnect', 'error', '*']) {
        connectionOf(client).send(type, `${type}: content`)
      }
      connectionOf(client).raw('message:{"type":"speak"}')
      connectionOf(client).raw('unknown:{"type":"speak"}')
      await client.clock.advance(SOON_MS)
      return [told, heard]
    },
    anyLogin
  )

  same(
    "Tunnel: pings every 15 s, or as the server's timeout says",
    async (client) => {
      const { tunnel } = await opened(client)
      await client.clock.advance(50_000)
      const before = [...connectionOf(client).received]
      connectionOf(client).setTimeout(60)
      await client.clock.advance(130_000)
      return [before, connectionOf(client).received, tunnel.status]
    },
    anyLogin
  )

  same(
    'Tunnel: a server that answers no ping is lost, and found again',
    async (client) => {
      const { told } = await opened(client)
      client.server.tunnel.silent = true
      await client.clock.advance(30_000)
      client.server.tunnel.silent = false
      const before = names(told)
      await client.clock.advance(BACK_MS)
      return [before, names(told), client.fake.count('connectSocket'), client.fake.count('request')]
    },
    anyLogin
  )

  same(
    'Tunnel: messages that are emitted while it tries to connect again wait for the connection',
    async (client) => {
      const { tunnel, told } = await opened(client)
      client.fake.dropSockets()
      await client.clock.advance(300)
      const during = [tunnel.status, tunnel.isReconnecting()]
      tunnel.emit('meanwhile', 1)
      await client.clock.advance(BACK_MS)
      return [during, told, connectionOf(client).received, tunnel.isActive()]
    },
    anyLogin
  )

  same(
    'Tunnel: five tries, then close and error 2001',
    async (client) => {
      const { tunnel, told } = await opened(client)
      client.fake.resetLog()
      client.fake.fault('request', { kind: 'fail' })
      client.fake.dropSockets()
      await client.clock.advance(LATER_MS)
      return [client.fake.count('request'), untilGivenUp(told), tunnel.status]
    },
    anyLogin
  )

  same(
    'Tunnel: MAX_RECONNECT_TRY_TIMES and RECONNECT_TIME_INCREASE',
    async (client) => {
      const { Tunnel } = client.qcloud
      Tunnel.MAX_RECONNECT_TRY_TIMES = 1
      Tunnel.RECONNECT_TIME_INCREASE = 10_000
      const { tunnel, told } = await opened(client)
      client.fake.fault('request', { kind: 'fail' })
      client.fake.dropSockets()
      await client.clock.advance(4_000)
      const before = tunnel.status
      await client.clock.advance(12_000)
      return [before, untilGivenUp(told), tunnel.status]
    },
    anyLogin
  )

  for (const [what, answer] of [
    ['answers an error', { statusCode: 500, data: { error: 'down' } }],
    ['answers nothing', { statusCode: 200, data: null }]
  ]) {
    same(
      `Tunnel: a service that ${what} is error 1001 with the answer in it`,
      async (client) => {
        await client.warm()
        client.fake.fault('request', { kind: 'rubbish', value: answer })
        const { tunnel, told } = noted(client)
        tunnel.open()
        const during = tunnel.status
        await client.clock.advance(SOON_MS)
        const [[, { detail }]] = told
        return [during, outcomes(told), detail.statusCode, detail.data, tunnel.status]
      },
      anyLogin
    )
  }

  same(
    'Tunnel: the server may close it, for good',
    async (client) => {
      const { tunnel, told } = await opened(client)
      connectionOf(client).end()
      await client.clock.advance(LATER_MS)
      return [told, tunnel.status, client.fake.count('connectSocket')]
    },
    anyLogin
  )

  same(
    'Tunnel: close says so to the server and to the listeners, once',
    async (client) => {
      const { tunnel, told } = await opened(client)
      tunnel.close()
      const atOnce = [names(told), tunnel.status, tunnel.isClosed()]
      await client.clock.advance(LATER_MS)
      return [atOnce, names(told), connectionOf(client).received, connectionOf(client).closed.code]
    },
    anyLogin
  )
}
