/** What the comparisons of the tunnel start from. */
import { ORIGIN } from './clients.mjs'

export const TUNNEL_URL = `${ORIGIN}/tunnel`
/** Longer than everything on the way to a connection, shorter than any wait. */
export const SOON_MS = 900
/** Longer than all tries to come back together. */
export const LATER_MS = 60_000

/* Servers that look at the code and ignore the rest: both clients can log in. */
export const anyLogin = { serverOptions: { checksLoginUserData: false } }

/** A tunnel whose events are noted as [event, payload]. */
export function noted({ qcloud }) {
  const tunnel = new qcloud.Tunnel(TUNNEL_URL)
  const told = []
  tunnel.on('*', (event, payload) => told.push([event, payload]))
  return { tunnel, told }
}

export const names = (told) => told.map(([name]) => name)
/** An error as its code, what else was told by its name. */
export const outcomes = (told) => told.map(([name, payload]) => (name === 'error' ? payload.code : name))
/** The server's end of the latest socket. */
export const connectionOf = ({ server }) => server.tunnel.connections.at(-1)

/** A tunnel of a logged-in user, opened, and time enough to connect. */
export async function opened(client) {
  await client.warm()
  const { tunnel, told } = noted(client)
  tunnel.open()
  await client.clock.advance(SOON_MS)
  return { tunnel, told }
}
