/** Where Tunnel does otherwise than wafer-client-sdk 0.8.4's, on purpose; docs/migration.md says why. */
import { WAFER, WAFER2, anyLogin, comparing } from './clients.mjs'
import { LATER_MS, SOON_MS, TUNNEL_URL, connectionOf, names, noted, opened, outcomes } from './tunnels.mjs'

const { differs } = comparing(WAFER)

/** Whether another tunnel could be made. */
function makesAnother({ qcloud }) {
  try {
    return new qcloud.Tunnel(TUNNEL_URL) !== undefined
  } catch {
    return false
  }
}

differs(
  'tunnel-several',
  'a second tunnel may be open beside the first',
  async (client) => {
    const first = await opened(client)
    if (!makesAnother(client)) return [first.tunnel.status]
    const second = noted(client)
    second.tunnel.open()
    await client.clock.advance(SOON_MS)
    return [first.tunnel.status, second.tunnel.status]
  },
  { ...anyLogin, before: ['ACTIVE'], now: ['ACTIVE', 'ACTIVE'] }
)

differs(
  'tunnel-returns',
  'when the network or the app is back, the tunnel tries to connect at once',
  async (client) => {
    client.qcloud.Tunnel.RECONNECT_TIME_INCREASE = 60_000
    const { told } = await opened(client)
    client.fake.dropSockets()
    await client.clock.advance(20_000)
    client.fake.setOffline(false)
    await client.clock.advance(SOON_MS)
    return names(told)
  },
  { ...anyLogin, before: ['connect', 'reconnecting'], now: ['connect', 'reconnecting', 'reconnect'] }
)

differs(
  'tunnel-returns',
  'waits before a try are spread, so that not all clients come back in the same moment',
  async (client) => {
    const waits = new Set()
    for (let round = 0; round < 10; round += 1) {
      const { tunnel } = await opened(client)
      client.fake.dropSockets()
      await client.clock.advance(100)
      client.fake.resetLog()
      const before = client.clock.now()
      await client.clock.advance(2_000)
      const [{ time }] = client.fake.calls('request')
      waits.add(Math.round((time - before) / 10))
      tunnel.close()
      await client.clock.advance(SOON_MS)
    }
    return waits.size > 4
  },
  { ...anyLogin, before: false, now: true }
)

differs(
  'tunnel-returns',
  'no tries to come back are none',
  async (client) => {
    client.qcloud.Tunnel.MAX_RECONNECT_TRY_TIMES = 0
    const { told } = await opened(client)
    client.fake.fault('request', { kind: 'fail' })
    client.fake.resetLog()
    client.fake.dropSockets()
    await client.clock.advance(LATER_MS)
    return [outcomes(told), client.fake.count('request')]
  },
  {
    ...anyLogin,
    before: [['connect', 'reconnecting', 'close', 2001, 'reconnecting'], 5],
    now: [['connect', 'close', 2001], 0]
  }
)

differs(
  'tunnel-failures',
  'a first connection that is refused closes the tunnel',
  async (client) => {
    client.server.tunnel.refusing = true
    const { tunnel, told } = await opened(client)
    return [outcomes(told), tunnel.status, makesAnother(client)]
  },
  { ...anyLogin, before: [[3001], 'CONNECTING', false], now: [[3001], 'CLOSED', true] }
)

differs(
  'tunnel-failures',
  'a socket that wx does not make is error 1002',
  async (client) => {
    client.fake.fault('connectSocket', { kind: 'fail' })
    const { tunnel, told } = await opened(client)
    return [outcomes(told), tunnel.status]
  },
  { ...anyLogin, before: [[], 'CONNECTING'], now: [[1002], 'CLOSED'] }
)

differs(
  'tunnel-failures',
  'a connection that hangs is given up',
  async (client) => {
    client.fake.fault('connectSocket', { kind: 'hang' })
    const { tunnel, told } = await opened(client)
    await client.clock.advance(LATER_MS)
    return [outcomes(told), tunnel.status]
  },
  { ...anyLogin, before: [[], 'CONNECTING'], now: [[3001], 'CLOSED'] }
)

differs(
  'tunnel-failures',
  'a connection that is refused while the tunnel tries again counts as a try',
  async (client) => {
    const { tunnel, told } = await opened(client)
    client.server.tunnel.refusing = true
    client.fake.dropSockets()
    await client.clock.advance(LATER_MS)
    return [outcomes(told), tunnel.status]
  },
  {
    ...anyLogin,
    before: [['connect', 'reconnecting'], 'RECONNECTING'],
    now: [['connect', 'reconnecting', 'close', 2001], 'CLOSED']
  }
)

differs(
  'tunnel-failures',
  'after giving up, nothing more is told',
  async (client) => {
    const { told } = await opened(client)
    client.fake.fault('request', { kind: 'fail' })
    client.fake.dropSockets()
    await client.clock.advance(LATER_MS)
    return outcomes(told)
  },
  {
    ...anyLogin,
    before: ['connect', 'reconnecting', 'close', 2001, 'reconnecting'],
    now: ['connect', 'reconnecting', 'close', 2001]
  }
)

differs(
  'tunnel-reopen',
  'opened again, it tells connect',
  async (client) => {
    const { tunnel, told } = await opened(client)
    tunnel.close()
    tunnel.open()
    const during = tunnel.status
    await client.clock.advance(SOON_MS)
    return [names(told), during]
  },
  {
    ...anyLogin,
    before: [['connect', 'close', 'reconnect'], 'RECONNECTING'],
    now: [['connect', 'close', 'connect'], 'CONNECTING']
  }
)

differs(
  'tunnel-reopen',
  'closed while it connects, it stays closed',
  async (client) => {
    await client.warm()
    const { tunnel, told } = noted(client)
    tunnel.open()
    tunnel.close()
    await client.clock.advance(SOON_MS)
    return [names(told), tunnel.status, client.fake.count('connectSocket')]
  },
  { ...anyLogin, before: [['close'], 'ACTIVE', 1], now: [['close'], 'CLOSED', 0] }
)

differs(
  'tunnel-reopen',
  'what waited for a connection that failed is not sent over the next',
  async (client) => {
    await client.warm()
    const { tunnel } = noted(client)
    client.fake.fault('request', { kind: 'fail', times: 1 })
    tunnel.emit('order', 1)
    tunnel.open()
    await client.clock.advance(SOON_MS)
    tunnel.open()
    await client.clock.advance(SOON_MS)
    return connectionOf(client).received
  },
  { ...anyLogin, before: ['message:{"type":"order","content":1}'], now: [] }
)

differs(
  'tunnel-reopen',
  'what is said to a tunnel that was closed is not sent by the next open',
  async (client) => {
    const { tunnel } = await opened(client)
    tunnel.close()
    let refused = ''
    try {
      tunnel.emit('order', 1)
    } catch ({ type }) {
      refused = type
    }
    tunnel.open()
    await client.clock.advance(SOON_MS)
    return [refused, connectionOf(client).received]
  },
  { ...anyLogin, before: ['', ['message:{"type":"order","content":1}']], now: ['ERR_INVALID_PARAMS', []] }
)

differs(
  'tunnel-reopen',
  'a socket that opens after the tunnel was closed is closed again',
  async (client) => {
    await client.warm()
    const { tunnel } = noted(client)
    tunnel.open()
    await client.clock.until(
      new Promise((resolve) => {
        const look = () => (client.fake.count('connectSocket') ? resolve() : client.clock.setTimeout(look, 1))
        look()
      })
    )
    tunnel.close()
    await client.clock.advance(SOON_MS)
    return client.fake.openSockets()
  },
  { ...anyLogin, before: 1, now: 0 }
)

differs(
  'tunnel-reopen',
  'closing a closed tunnel and opening an open one do nothing',
  async (client) => {
    const { tunnel, told } = await opened(client)
    tunnel.open()
    await client.clock.advance(SOON_MS)
    tunnel.close()
    tunnel.close()
    return [names(told), client.fake.count('connectSocket')]
  },
  {
    ...anyLogin,
    before: [['connect', 'reconnect', 'close', 'close'], 2],
    now: [['connect', 'close'], 1]
  }
)

differs(
  'tunnel-listeners',
  'a listener finds the status that it was told of',
  async (client) => {
    await client.warm()
    const { tunnel } = noted(client)
    const found = []
    tunnel.on('connect', () => found.push(tunnel.status))
    tunnel.open()
    await client.clock.advance(SOON_MS)
    return found
  },
  { ...anyLogin, before: ['CONNECTING'], now: ['ACTIVE'] }
)

differs(
  'tunnel-listeners',
  'a listener that throws keeps nothing from the others',
  async (client) => {
    const { tunnel } = await opened(client)
    const heard = []
    tunnel.on('speak', () => {
      throw new Error('thrown by the page')
    })
    tunnel.on('speak', (content) => heard.push(content))
    connectionOf(client).send('speak', 1)
    await client.clock.advance(SOON_MS)
    return [heard, client.uncaught.map(({ message }) => message)]
  },
  { ...anyLogin, before: [[], ['thrown by the page']], now: [[1], ['thrown by the page']] }
)

differs(
  'tunnel-listeners',
  'a message that is none is passed over',
  async (client) => {
    const { told } = await opened(client)
    for (const packet of ['message:{', 'message:5', 'message']) connectionOf(client).raw(packet)
    await client.clock.advance(SOON_MS)
    return [names(told), client.uncaught.length]
  },
  { ...anyLogin, before: [['connect', null], 2], now: [['connect'], 0] }
)

differs(
  'tunnel-pings',
  'a server that sends messages lives, though it answers no ping',
  async (client) => {
    const { tunnel } = await opened(client)
    client.server.tunnel.silent = true
    for (let second = 0; second < 60; second += 5) {
      connectionOf(client).send('news', second)
      await client.clock.advance(5_000)
    }
    return [tunnel.status, client.fake.count('connectSocket')]
  },
  { ...anyLogin, before: ['ACTIVE', 2], now: ['ACTIVE', 1] }
)

differs(
  'tunnel-pings',
  'a server that pings lives, though it answers no ping',
  async (client) => {
    const { tunnel } = await opened(client)
    client.server.tunnel.silent = true
    for (let second = 0; second < 60; second += 5) {
      connectionOf(client).ping()
      await client.clock.advance(5_000)
    }
    return [tunnel.status, client.fake.count('connectSocket')]
  },
  { ...anyLogin, before: ['ACTIVE', 2], now: ['ACTIVE', 1] }
)

differs(
  'tunnel-pings',
  'a ping of the server is answered',
  async (client) => {
    await opened(client)
    connectionOf(client).ping()
    await client.clock.advance(SOON_MS)
    return connectionOf(client).received
  },
  { ...anyLogin, before: [], now: ['pong'] }
)

differs(
  'tunnel-pings',
  'a timeout of no time at all is passed over',
  async (client) => {
    const { told } = await opened(client)
    connectionOf(client).setTimeout(0)
    await client.clock.advance(SOON_MS)
    return [names(told), connectionOf(client).received]
  },
  { ...anyLogin, before: [['connect', 'reconnecting'], ['ping']], now: [['connect'], []] }
)

differs(
  'tunnel-sockets',
  'requiring the package listens to no socket of the app',
  ({ fake }) => ['Open', 'Message', 'Close', 'Error'].map((event) => fake.count(`onSocket${event}`)),
  { before: [1, 1, 1, 1], now: [0, 0, 0, 0] }
)

differs(
  'tunnel-sockets',
  'closing the tunnel leaves other sockets of the app alone',
  async (client) => {
    const { tunnel } = await opened(client)
    const url = client.server.tunnel.issue('https://api.example.com')
    client.fake.wx.connectSocket({ url, fail() {} })
    await client.clock.advance(SOON_MS)
    tunnel.close()
    await client.clock.advance(SOON_MS)
    return client.server.tunnel.connections.map(({ closed }) => closed !== undefined)
  },
  { ...anyLogin, before: [false, true], now: [true, false] }
)

differs(
  'early-errors',
  'a tunnel without an address, a listener that is no function, and a message that is no JSON',
  ({ qcloud }) => {
    const said = (action) => {
      try {
        action()
        return 'taken'
      } catch (error) {
        return error.type ?? error.name
      }
    }
    const circle = {}
    circle.circle = circle
    const tunnel = new qcloud.Tunnel(TUNNEL_URL)
    return [
      said(() => new qcloud.Tunnel()),
      said(() => tunnel.on('connect', 'no function')),
      said(() => tunnel.emit('circle', circle))
    ]
  },
  {
    before: ['taken', 'taken', 'taken'],
    now: ['ERR_INVALID_PARAMS', 'ERR_INVALID_PARAMS', 'ERR_INVALID_PARAMS']
  }
)

for (const [kind, answer] of [
  [WAFER, (url) => ({ data: { code: 0, data: { tunnelId: '1', connectUrl: url } } })],
  [WAFER2, (url) => ({ data: { url } })]
]) {
  comparing(kind).differs(
    'tunnel-answers',
    'the service may answer in either shape',
    async (client) => {
      client.server.tunnelAnswer = answer
      const { tunnel } = await opened(client)
      return tunnel.status
    },
    { ...anyLogin, before: kind === WAFER ? 'CLOSED' : 'CONNECTING', now: 'ACTIVE' }
  )
}
