/** What the stories of the tunnel start from. */
import assert from 'node:assert/strict'
import { ORIGIN } from './stories.mjs'

export const TUNNEL_URL = `${ORIGIN}/tunnel`
export const PING_MS = 15_000
/** Longer than everything on the way to a connection, shorter than any wait. */
export const SOON_MS = 900
/**
 * After a lost connection, the tunnel connects again after half of this at the earliest, and before one and a half
 * times this.
 */
export const WAIT_MS = 1000

/** A tunnel whose events are noted as [event, payload]. */
export function noted(app) {
  const tunnel = new app.qcloud.Tunnel(TUNNEL_URL)
  const told = []
  tunnel.on('*', (...event) => told.push(app.copy(event)))
  return { tunnel, told }
}

export const names = (told) => told.map(([name]) => name)
/** The server's end of the latest socket. */
export const connectionOf = (app) => app.server.tunnel.connections.at(-1)
/** How many sockets the package asked for. */
export const sockets = (app) => app.fake.count('connectSocket')

/** An app with a live session and an active tunnel. */
export async function connected({ startWarm, clock }, options) {
  const app = await startWarm(options)
  const { tunnel, told } = noted(app)
  tunnel.open()
  await clock.advance(SOON_MS)
  assert.deepEqual(names(told), ['connect'])
  return { app, tunnel, told, server: app.server.tunnel }
}
