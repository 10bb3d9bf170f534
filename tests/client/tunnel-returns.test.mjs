/**
 * The network or the app comes back: a lost connection is made anew at once, and one that seems open has to prove it.
 */
import assert from 'node:assert/strict'
import { story } from './stories.mjs'
import { PING_MS, SOON_MS, WAIT_MS, connected, connectionOf, names, noted, sockets } from './tunnels.mjs'

const LISTENERS = ['onNetworkStatusChange', 'onAppShow', 'offNetworkStatusChange', 'offAppShow']
const registered = ({ fake }) => LISTENERS.map((api) => fake.count(api))

const WAYS = [
  ['the network', (app) => app.fake.setOffline(false)],
  ['the app', (app) => app.fake.foreground()]
]

for (const [what, comesBack] of WAYS) {
  story(`${what} comes back: a lost connection is sought at once, not after its wait`, async (stage) => {
    const app = await stage.startWarm()
    app.qcloud.Tunnel.RECONNECT_TIME_INCREASE = 60_000
    const { tunnel, told } = noted(app)
    tunnel.open()
    await stage.clock.advance(SOON_MS)
    app.fake.dropSockets()
    await stage.clock.advance(20_000)
    assert.deepEqual([tunnel.isReconnecting(), sockets(app)], [true, 1])
    comesBack(app)
    await stage.clock.advance(SOON_MS)
    assert.deepEqual(names(told), ['connect', 'reconnecting', 'reconnect'])
    tunnel.close()
  })

  story(`${what} comes back: a connection that is dead is found out by a ping`, async (stage) => {
    const { app, tunnel, told, server } = await connected(stage)
    server.silent = true
    comesBack(app)
    await stage.clock.advance(SOON_MS)
    assert.deepEqual(connectionOf(app).received, ['ping'])
    await stage.clock.advance(PING_MS)
    server.silent = false
    await stage.clock.advance(1.5 * WAIT_MS + SOON_MS)
    assert.deepEqual(names(told), ['connect', 'reconnecting', 'reconnect'])
    tunnel.close()
  })
}

story('the network is gone: that is no reason to seek a connection', async (stage) => {
  const { app, tunnel } = await connected(stage)
  app.fake.setOffline(true)
  await stage.clock.advance(100)
  assert.equal(tunnel.isReconnecting(), true)
  app.fake.resetLog()
  app.fake.setOffline(true)
  await stage.clock.advance(WAIT_MS / 2 - 200)
  assert.equal(app.fake.count('request'), 0)
  tunnel.close()
})

story('a network that comes and goes uses up no tries', async (stage) => {
  const { app, tunnel, told } = await connected(stage)
  for (let round = 0; round < 20; round += 1) {
    app.fake.setOffline(true)
    await stage.clock.advance(2_000)
    app.fake.setOffline(false)
    app.fake.setOffline(true)
    await stage.clock.advance(2_000)
  }
  assert.equal(tunnel.isReconnecting(), true)
  app.fake.setOffline(false)
  await stage.clock.advance(SOON_MS)
  assert.deepEqual(names(told), ['connect', 'reconnecting', 'reconnect'])
  tunnel.close()
})

story(
  'the host is listened to while a tunnel is open, once for all of them, and no longer',
  async (stage) => {
    const app = await stage.startWarm()
    const [first, second] = [noted(app).tunnel, noted(app).tunnel]
    assert.deepEqual(registered(app), [0, 0, 0, 0])
    first.open()
    second.open()
    assert.deepEqual(registered(app), [1, 1, 0, 0])
    await stage.clock.advance(SOON_MS)
    first.close()
    assert.deepEqual(registered(app), [1, 1, 0, 0])
    second.close()
    assert.deepEqual([registered(app), app.fake.listening()], [[1, 1, 1, 1], 0])
    app.fake.setOffline(true)
    first.open()
    await stage.clock.advance(SOON_MS)
    assert.deepEqual([first.status, registered(app), app.fake.listening()], ['CLOSED', [2, 2, 2, 2], 0])
  }
)

story('a host that cannot stop telling is listened to once', async (stage) => {
  const app = await stage.startWarm()
  delete app.wx.offAppShow
  delete app.wx.offNetworkStatusChange
  const { tunnel } = noted(app)
  for (let round = 0; round < 3; round += 1) {
    tunnel.open()
    await stage.clock.advance(SOON_MS)
    assert.equal(tunnel.isActive(), true)
    tunnel.close()
    await stage.clock.advance(SOON_MS)
  }
  assert.deepEqual(registered(app), [1, 1, 0, 0])
  app.fake.foreground()
  app.fake.setOffline(false)
  await stage.clock.advance(SOON_MS)
  assert.equal(sockets(app), 3, 'a closed tunnel stays closed')
})

for (const missing of [LISTENERS, ['onAppShow'], ['onNetworkStatusChange', 'offNetworkStatusChange']]) {
  story(`a host without ${missing.join(', ')} has tunnels nevertheless`, async (stage) => {
    const app = await stage.startWarm()
    for (const api of missing) delete app.wx[api]
    const { tunnel, told } = noted(app)
    tunnel.open()
    await stage.clock.advance(SOON_MS)
    app.fake.dropSockets()
    await stage.clock.advance(1.5 * WAIT_MS + SOON_MS)
    assert.deepEqual(names(told), ['connect', 'reconnecting', 'reconnect'])
    tunnel.close()
    tunnel.open()
    await stage.clock.advance(SOON_MS)
    assert.equal(tunnel.isActive(), true)
    tunnel.close()
  })
}
