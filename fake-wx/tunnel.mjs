/**
 * The server's side of the Wafer tunnel, in process: hands out connect URLs, speaks the packets, and lets a
 * test play the server. Packets are `type` or `type:JSON`, as shared by wafer and wafer2.
 */
import { HostFailure } from './host.mjs'

export class TunnelService {
  #random
  #issued = new Set()

  constructor({ random }) {
    this.#random = random
    /** One for each socket ever opened: { url, header, received, closed, send, raw, ping, end }. */
    this.connections = []
    /** Answers pings and echoes messages; a silent server does neither. */
    this.silent = false
    /** Refuses every new socket. */
    this.refusing = false
  }

  issue(origin) {
    const url = `${origin.replace(/^http/, 'ws')}/tunnel/${this.#random.hex(16)}`
    this.#issued.add(url)
    return url
  }

  open({ url, header }, socket) {
    if (this.refusing || !this.#issued.has(url)) throw new HostFailure('Unexpected response code: 403')
    const connection = {
      url,
      header,
      received: [],
      closed: undefined,
      raw: (packet) => socket.send(packet),
      send: (type, content) => socket.send(`message:${JSON.stringify({ type, content })}`),
      ping: () => socket.send('ping'),
      setTimeout: (seconds) => socket.send(`timeout:${seconds}`),
      end: () => socket.send('close'),
      cut: (code, reason) => socket.close(code, reason)
    }
    this.connections.push(connection)
    socket.onmessage = (packet) => {
      connection.received.push(packet)
      if (this.silent) return
      if (packet === 'ping') socket.send('pong')
      else if (packet.startsWith('message:')) socket.send(packet)
    }
    socket.onclose = (code, reason) => {
      connection.closed = { code, reason }
    }
  }
}
