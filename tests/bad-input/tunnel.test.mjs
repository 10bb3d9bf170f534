/** A tunnel made, heard and spoken to in every wrong way. */
import assert from 'node:assert/strict'
import { ORIGIN, story } from '../client/stories.mjs'
import { SOON_MS, TUNNEL_URL, connected, connectionOf, names, noted } from '../client/tunnels.mjs'
import { assertThrowsExplained, assertUnharmed, notFunctions, notTexts, revoked } from './values.mjs'

const notTypes = () => [...notTexts(), '']

story('a tunnel without an address in words is refused at once', async ({ start }) => {
  const app = start()
  const { Tunnel } = app.qcloud
  for (const url of notTypes())
    assertThrowsExplained(app, () => new Tunnel(url), /^Tunnel：url 应为非空字符串/)
  assertThrowsExplained(app, () => new Tunnel(), /^Tunnel：url 应为非空字符串/)
  assert.equal(app.fake.count(), 0)
  new Tunnel(TUNNEL_URL)
  await assertUnharmed(app)
})

story('Tunnel called without new says so, and changes nothing', async ({ start }) => {
  const app = start()
  const { qcloud } = app
  const { Tunnel } = qcloud
  const before = Object.keys(qcloud)
  for (const call of [
    () => Tunnel(TUNNEL_URL),
    () => qcloud.Tunnel(TUNNEL_URL),
    () => Tunnel.call({}, TUNNEL_URL),
    () => Tunnel.call(null, TUNNEL_URL)
  ]) {
    assertThrowsExplained(app, call, /new Tunnel/)
  }
  assert.deepEqual(Object.keys(qcloud), before)
  await assertUnharmed(app)
})

for (const [what, url, words] of [
  ['is no http(s) address', 'javascript:alert(1)', /请求地址无效：url 应为/],
  ['is relative, without baseUrl', '/tunnel', /请求地址无效：url 应为/],
  ['holds a user', `https://user:pass@api.example.com/tunnel`, /请求地址无效：url 应为/]
]) {
  story(
    `an address that ${what} is error 1001, which names it as the cause`,
    async ({ startWarm, clock }) => {
      const app = await startWarm()
      const tunnel = new app.qcloud.Tunnel(url)
      const errors = []
      tunnel.on('error', (error) => errors.push(error))
      tunnel.open()
      await clock.advance(SOON_MS)
      assert.deepEqual([errors.length, errors[0].code, tunnel.isClosed()], [1, 1001, true])
      assert.match(errors[0].message, words)
      assert.equal(errors[0].detail.type, 'ERR_INVALID_PARAMS')
      assert.equal(app.fake.count('request'), 0)
      await assertUnharmed(app)
    }
  )
}

story('a listener that is no function, and a type that is no text, are refused at once', async (stage) => {
  const { app, tunnel } = await connected(stage)
  for (const listener of [undefined, null, ...notFunctions()]) {
    assertThrowsExplained(app, () => tunnel.on('speak', listener), /^Tunnel\.on：listener 应为函数/)
  }
  for (const type of notTypes()) {
    assertThrowsExplained(app, () => tunnel.on(type, () => {}), /^Tunnel\.on：type 应为非空字符串/)
    assertThrowsExplained(app, () => tunnel.emit(type, 1), /^Tunnel\.emit：type 应为非空字符串/)
  }
  await stage.clock.advance(SOON_MS)
  assert.deepEqual(connectionOf(app).received, [])
  tunnel.close()
  await assertUnharmed(app)
})

story('content that is no JSON is refused before it is sent or waits to be', async (stage) => {
  const app = await stage.startWarm()
  const { tunnel } = noted(app)
  const circle = {}
  circle.circle = circle
  const unreadable = {
    get word() {
      throw new Error('thrown by a getter')
    }
  }
  const refuse = () => {
    for (const content of [circle, { id: 10n }, unreadable, revoked({})]) {
      assertThrowsExplained(app, () => tunnel.emit('speak', content), /^Tunnel\.emit：读取参数时发生异常/)
    }
  }
  refuse()
  tunnel.open()
  refuse()
  await stage.clock.advance(SOON_MS)
  refuse()
  for (const content of [undefined, () => {}, Symbol('content')]) tunnel.emit('nothing', content)
  tunnel.emit('odd', { text: '\u2028\ud800', big: 1e400, list: [undefined] })
  await stage.clock.advance(SOON_MS)
  assert.deepEqual(connectionOf(app).received, [
    ...Array.from({ length: 3 }, () => 'message:{"type":"nothing"}'),
    'message:{"type":"odd","content":{"text":"\u2028\\ud800","big":null,"list":[null]}}'
  ])
  tunnel.close()
  await assertUnharmed(app)
})

const NOT_SENT = /^Tunnel\.emit：信道已关闭，或等待的消息已满，本条未发送/

story('what is said before a tunnel is first opened waits for that, unless it is closed', async (stage) => {
  const app = await stage.startWarm()
  const { tunnel, told } = noted(app)
  tunnel.emit('discarded', 1)
  tunnel.close()
  tunnel.emit('first', 1)
  tunnel.open()
  tunnel.open()
  await stage.clock.advance(SOON_MS)
  assert.deepEqual(connectionOf(app).received, ['message:{"type":"first","content":1}'])
  assert.deepEqual(names(told), ['connect', 'first'])
  tunnel.close()
})

story('what is said to a tunnel that was closed is refused, and not sent by the next open', async (stage) => {
  const { app, tunnel, told } = await connected(stage)
  tunnel.close()
  assertThrowsExplained(app, () => tunnel.emit('lost', 1), NOT_SENT)
  tunnel.close()
  assertThrowsExplained(app, () => tunnel.emit('lost', 2), NOT_SENT)
  tunnel.open()
  tunnel.emit('later', 1)
  await stage.clock.advance(SOON_MS)
  assert.deepEqual(connectionOf(app).received, ['message:{"type":"later","content":1}'])
  assert.deepEqual(names(told), ['connect', 'close', 'connect', 'later'])
  app.server.tunnel.refusing = true
  app.fake.dropSockets()
  await stage.clock.advance(60_000)
  assert.deepEqual([names(told).at(-1), tunnel.status], ['error', 'CLOSED'])
  assertThrowsExplained(app, () => tunnel.emit('lost', 3), NOT_SENT)
  await assertUnharmed(app)
})

for (const [when, lose] of [
  ['the first connection', () => {}],
  [
    'one that was lost',
    async ({ app, tunnel, clock }) => {
      tunnel.open()
      await clock.advance(SOON_MS)
      app.fake.dropSockets()
      await clock.advance(50)
      assert.equal(tunnel.isReconnecting(), true)
    }
  ]
]) {
  story(`a thousand messages wait for ${when}, in order; the next one is refused`, async (stage) => {
    const app = await stage.startWarm()
    const { tunnel } = noted(app)
    await lose({ app, tunnel, clock: stage.clock })
    for (let index = 0; index < 1000; index += 1) tunnel.emit('many', index)
    assertThrowsExplained(app, () => tunnel.emit('many', 1000), NOT_SENT)
    tunnel.open()
    assertThrowsExplained(app, () => tunnel.emit('many', 1000), NOT_SENT)
    await stage.clock.advance(1500 + SOON_MS)
    const { received } = connectionOf(app)
    assert.equal(received.length, 1000)
    assert.ok(received.every((packet, index) => packet === `message:{"type":"many","content":${index}}`))
    tunnel.emit('room again')
    tunnel.close()
    await assertUnharmed(app)
  })
}

for (const value of ['5', -1, NaN, null, undefined, true, Symbol('count'), 10n, {}, [2]]) {
  story(`reconnecting by ${String(value)} is by the default`, async (stage) => {
    const app = await stage.startWarm()
    const { Tunnel } = app.qcloud
    Tunnel.MAX_RECONNECT_TRY_TIMES = Tunnel.RECONNECT_TIME_INCREASE = value
    const { tunnel, told } = noted(app)
    tunnel.open()
    await stage.clock.advance(SOON_MS)
    app.fake.resetLog()
    app.server.tunnel.refusing = true
    app.fake.dropSockets()
    await stage.clock.advance(60_000)
    assert.deepEqual(names(told), ['connect', 'reconnecting', 'close', 'error'])
    assert.equal(app.fake.count('connectSocket'), 5)
    await assertUnharmed(app)
  })
}

story('no tries to come back are none', async (stage) => {
  const app = await stage.startWarm()
  app.qcloud.Tunnel.MAX_RECONNECT_TRY_TIMES = 0
  const { tunnel, told } = noted(app)
  tunnel.open()
  await stage.clock.advance(SOON_MS)
  app.fake.resetLog()
  app.fake.dropSockets()
  await stage.clock.advance(60_000)
  assert.deepEqual([names(told), told[2][1].code], [['connect', 'close', 'error'], 2001])
  assert.deepEqual(
    [tunnel.isClosed(), app.fake.count('request'), app.fake.count('connectSocket')],
    [true, 0, 0]
  )
  await assertUnharmed(app)
})

for (const value of [0, -1, NaN, '5']) {
  story(`waits that grow by ${String(value)} ms are by the default`, async (stage) => {
    const app = await stage.startWarm()
    app.qcloud.Tunnel.RECONNECT_TIME_INCREASE = value
    const { tunnel } = noted(app)
    tunnel.open()
    await stage.clock.advance(SOON_MS)
    app.fake.dropSockets()
    await stage.clock.advance(450)
    assert.deepEqual([tunnel.isReconnecting(), app.fake.count('connectSocket')], [true, 1])
    await stage.clock.advance(1000 + SOON_MS)
    assert.equal(tunnel.isActive(), true)
    tunnel.close()
  })
}

story('waits beyond what a timer can do are as long as one can', async (stage) => {
  const app = await stage.startWarm()
  const { Tunnel } = app.qcloud
  Tunnel.MAX_RECONNECT_TRY_TIMES = Tunnel.RECONNECT_TIME_INCREASE = Infinity
  const { tunnel } = noted(app)
  tunnel.open()
  await stage.clock.advance(SOON_MS)
  app.fake.dropSockets()
  await stage.clock.advance(60_000)
  assert.deepEqual([tunnel.isReconnecting(), app.fake.count('connectSocket')], [true, 1])
  tunnel.close()
  await assertUnharmed(app)
})
