/** What the comparisons of the tunnel start from. */
import { SOON_MS, TUNNEL_URL } from '../client/tunnels.mjs'

export { SOON_MS, TUNNEL_URL, connectionOf, names } from '../client/tunnels.mjs'

/** Longer than all tries to come back together. */
export const LATER_MS = 60_000

/** Long enough for a lost connection to be back, with wafer-client-sdk's wait of a second or with one around that. */
export const BACK_MS = 1_500 + SOON_MS

/** A tunnel whose events are noted as [event, payload]. */
export function noted({ qcloud }) {
  const tunnel = new qcloud.Tunnel(TUNNEL_URL)
  const told = []
  tunnel.on('*', (event, payload) => told.push([event, payload]))
  return { tunnel, told }
}

/** An error as its code, what else was told by its name. */
export const outcomes = (told) => told.map(([name, payload]) => (name === 'error' ? payload.code : name))

/** A tunnel of a logged-in user, opened, and time enough to connect. */
export async function opened(client) {
  await client.warm()
  const { tunnel, told } = noted(client)
  tunnel.open()
  await client.clock.advance(SOON_MS)
  return { tunnel, told }
}
