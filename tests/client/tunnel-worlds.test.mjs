/**
 * Generated stories of several tunnels: whatever the app, the network, the host and the server do, no socket, timer
 * or listener is left behind, no message is sent twice or into another open, and in the end each tunnel is open or
 * has said why it is not. A failure prints its seed and the shortest story that fails.
 */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { story } from './stories.mjs'
import { noted } from './tunnels.mjs'

const runs = { seed: 20261121, numRuns: 150 }
const TUNNELS = 3
/** More than all tries to come back together. */
const LATER_MS = 200_000

const which = fc.nat(TUNNELS - 1)
const move = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constant('open'), which) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('close'), which) },
  { weight: 6, arbitrary: fc.tuple(fc.constant('emit'), which) },
  { weight: 3, arbitrary: fc.tuple(fc.constant('drop'), fc.boolean()) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('offline'), fc.boolean()) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('refusing'), fc.boolean()) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('silent'), fc.boolean()) },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.constant('server'), fc.constantFrom('ping', 'close', 'timeout:2', 'x'))
  },
  { weight: 2, arbitrary: fc.tuple(fc.constant('socket'), fc.constantFrom('fail', 'throw', 'hang')) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('service'), fc.constantFrom('fail', 'late')) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('foreground'), fc.constant(0)) },
  { weight: 6, arbitrary: fc.tuple(fc.constant('wait'), fc.nat(300)) },
  { weight: 6, arbitrary: fc.tuple(fc.constant('wait'), fc.nat(40_000)) }
)

class World {
  #emitted = 0
  /** By their contents: the tunnel, and how often it had been opened. */
  #sent = new Map()

  constructor(app, clock) {
    this.app = app
    this.clock = clock
    this.lines = Array.from({ length: TUNNELS }, () => ({ ...noted(app), opened: 0 }))
  }

  async make([what, value]) {
    const { app, clock } = this
    const { fake, server } = app
    const line = this.lines[value]
    if (what === 'open') {
      if (line.tunnel.isClosed()) line.opened += 1
      line.tunnel.open()
    } else if (what === 'close') line.tunnel.close()
    else if (what === 'emit') this.#emit(line)
    else if (what === 'drop') fake.dropSockets({ error: value })
    else if (what === 'offline') fake.setOffline(value)
    else if (what === 'refusing' || what === 'silent') server.tunnel[what] = value
    else if (what === 'server') {
      for (const connection of server.tunnel.connections) if (!connection.closed) connection.raw(value)
    } else if (what === 'socket') fake.fault('connectSocket', { kind: value, times: 1 })
    else if (what === 'service') fake.fault('request', { kind: value, ms: 5_000, times: 1 })
    else if (what === 'foreground') fake.foreground()
    else await clock.advance(value)
    this.#checkSockets()
  }

  #emit({ tunnel, opened }) {
    const content = ++this.#emitted
    const isOver = tunnel.isClosed() && opened > 0
    try {
      tunnel.emit('said', content)
    } catch (error) {
      assert.ok(isOver, error.message)
      return
    }
    assert.equal(isOver, false, 'a tunnel that was closed takes nothing')
    this.#sent.set(content, { tunnel, opened: Math.max(opened, 1) })
  }

  /** Each active tunnel has a socket of its own. */
  #checkSockets() {
    const active = this.lines.filter(({ tunnel }) => tunnel.isActive())
    assert.equal(new Set(active.map(({ tunnel }) => tunnel.socketUrl)).size, active.length)
  }

  /** Nothing is wrong any more: each tunnel is active or closed, and has said so. */
  async end() {
    const { app, clock, lines } = this
    app.fake.clearFaults()
    app.fake.setOffline(false)
    Object.assign(app.server.tunnel, { refusing: false, silent: false })
    await clock.advance(LATER_MS)
    for (const { tunnel, told, opened } of lines) {
      const last = told.filter(([name]) => name !== 'said').at(-1)?.[0]
      if (tunnel.isActive()) assert.ok(['connect', 'reconnect'].includes(last), last)
      else
        assert.deepEqual([tunnel.status, opened === 0 || ['close', 'error'].includes(last)], ['CLOSED', true])
    }
    const active = lines.filter(({ tunnel }) => tunnel.isActive()).length
    assert.equal(app.fake.openSockets(), active, 'one socket for each active tunnel, and no other')
    this.#checkMessages()
    for (const { tunnel } of lines) tunnel.close()
    await clock.advance(LATER_MS)
    assert.deepEqual([app.fake.openSockets(), app.fake.listening(), clock.pending], [0, 0, 0])
    app.server.tunnel.connections.length = 0
  }

  /** What a server got was said to that tunnel, in this order, once. */
  #checkMessages() {
    const seen = new Set()
    for (const { received } of this.app.server.tunnel.connections) {
      let latest = 0
      let owner
      for (const packet of received.filter((text) => text.startsWith('message:'))) {
        const { content } = JSON.parse(packet.slice('message:'.length))
        const { tunnel, opened } = this.#sent.get(content)
        assert.equal(seen.has(content), false, `${content} was sent twice`)
        seen.add(content)
        assert.ok(content > latest, `${content} after ${latest}`)
        latest = content
        owner ??= { tunnel, opened }
        assert.deepEqual([tunnel === owner.tunnel, opened], [true, owner.opened], 'said to another open')
      }
    }
  }
}

story('whatever happens, no tunnel sticks, and nothing is left behind', async ({ startWarm, clock }) => {
  const app = await startWarm({ latency: { connectSocket: [10, 20_000] } })
  await fc.assert(
    fc.asyncProperty(fc.array(move, { minLength: 5, maxLength: 40 }), async (moves) => {
      const world = new World(app, clock)
      for (const what of moves) await world.make(what)
      await world.end()
      app.fake.resetLog()
    }),
    runs
  )
})
