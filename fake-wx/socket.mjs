/**
 * wx.connectSocket: SocketTask and the older wx.onSocketOpen family. A transport offers
 * `openSocket({ url, origin, header, protocols }, socket)`, where `socket` is the server's end:
 * `send(data)`, `close(code, reason)`, and `onmessage`, `onclose` for the transport to set. It may return a
 * promise, and refuses by a HostFailure. Messages keep their order whatever the latencies are.
 */
import { HostFailure, deepCopy } from './host.mjs'

const SOCKETS_AT_ONCE = 5
const ABNORMAL_CLOSURE = { code: 1006, reason: 'abnormal closure' }
const READY_STATE = { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 }

/** Delivers in order after random latencies. */
class Lane {
  #waiting = []

  constructor(host, deliver) {
    this.host = host
    this.deliver = deliver
  }

  push(item) {
    this.#waiting.push(item)
    this.host.clock.setTimeout(() => this.deliver(this.#waiting.shift()), this.host.latency('socketMessage'))
  }
}

class Socket {
  #listeners = { Open: [], Message: [], Close: [], Error: [] }
  #toClient
  #toServer
  #remote

  constructor(sockets, options) {
    this.sockets = sockets
    this.options = options
    this.readyState = READY_STATE.CONNECTING
    this.#toClient = new Lane(sockets.host, (event) => this.#receive(event))
    this.#toServer = new Lane(sockets.host, (event) => this.#deliver(event))
    this.#remote = {
      send: (data) => this.#toClient.push({ type: 'Message', detail: { data } }),
      close: (code = 1000, reason = '') => this.#toClient.push({ type: 'Close', detail: { code, reason } }),
      onmessage: undefined,
      onclose: undefined
    }
  }

  task() {
    const socket = this
    const { host } = this.sockets
    const task = {
      get readyState() {
        return socket.readyState
      },
      send: (options) => host.call('SocketTask.send', options, () => this.send(options), { atOnce: true }),
      close: (options) => host.call('SocketTask.close', options, () => this.close(options), { atOnce: true })
    }
    for (const event of Object.keys(this.#listeners)) {
      task[`on${event}`] = (listener) => void this.#listeners[event].push(listener)
    }
    return Object.assign(task, READY_STATE)
  }

  connect() {
    const { host, serverFor, state } = this.sockets
    const { url, header = {}, protocols = [] } = this.options
    host.clock.setTimeout(() => {
      if (this.readyState !== READY_STATE.CONNECTING) return
      host.settle(
        () => {
          if (state.offline) throw new HostFailure('net::ERR_INTERNET_DISCONNECTED')
          const origin = /^wss?:\/\/[^/?#]+/i.exec(url)?.[0].toLowerCase()
          const server = origin && serverFor(origin.replace(/^ws/, 'http'))
          if (!server?.openSocket) throw new HostFailure(`connection to ${url} refused`)
          return server.openSocket({ url, origin, header: deepCopy(header), protocols }, this.#remote)
        },
        (ok, failure) => this.#toClient.push(ok ? { type: 'Open', detail: { header: {} } } : { failure })
      )
    }, host.latency('connectSocket'))
  }

  send({ data } = {}) {
    if (this.readyState !== READY_STATE.OPEN) throw new HostFailure('SocketTask.readyState is not OPEN')
    this.#toServer.push({ type: 'message', data })
  }

  /** As WeChat's page of wx.closeSocket says, what has not opened yet cannot be closed. */
  close({ code = 1000, reason = '' } = {}) {
    if (this.readyState !== READY_STATE.OPEN) throw new HostFailure('SocketTask.readyState is not OPEN')
    this.readyState = READY_STATE.CLOSING
    this.#toServer.push({ type: 'close', code, reason })
    this.#toClient.push({ type: 'Close', detail: { code, reason } })
  }

  /** The network is gone: the server hears nothing of it. */
  drop({ error = false } = {}) {
    if (error) this.#toClient.push({ type: 'Error', detail: { errMsg: 'socket error: connection reset' } })
    this.#toClient.push({ type: 'Close', detail: ABNORMAL_CLOSURE })
  }

  #deliver({ type, data, code, reason }) {
    if (type === 'message') this.#remote.onmessage?.(data)
    else this.#remote.onclose?.(code, reason)
  }

  #receive({ type, detail, failure }) {
    if (this.readyState === READY_STATE.CLOSED) return
    if (failure) {
      this.#emit('Error', { errMsg: failure.message })
      this.#receive({ type: 'Close', detail: ABNORMAL_CLOSURE })
      return
    }
    if (type === 'Open') {
      if (this.readyState !== READY_STATE.CONNECTING) return
      this.readyState = READY_STATE.OPEN
    }
    if (type === 'Message' && this.readyState !== READY_STATE.OPEN) return
    if (type === 'Close') {
      this.readyState = READY_STATE.CLOSED
      this.sockets.open.delete(this)
    }
    this.#emit(type, detail)
  }

  #emit(event, detail) {
    const { host, globalListeners } = this.sockets
    for (const listener of [...this.#listeners[event], ...globalListeners[event]]) host.run(listener, detail)
  }
}

export function createSockets(host, { serverFor, state }) {
  const sockets = {
    host,
    state,
    serverFor,
    open: new Set(),
    globalListeners: { Open: [], Message: [], Close: [], Error: [] },
    drop(options) {
      for (const socket of [...sockets.open]) socket.drop(options)
    }
  }

  function connectSocket(options = {}) {
    const entry = host.record('connectSocket', options)
    const fault = host.takeFault('connectSocket', options)
    host.throwIfFaulty(fault, entry)
    const respond = host.responder('connectSocket', options, entry, fault)
    const socket = new Socket(sockets, options)
    const accepted = !fault && sockets.open.size < SOCKETS_AT_ONCE
    host.clock.setTimeout(() => {
      respond(accepted || fault !== undefined, accepted ? {} : new HostFailure('exceed max task count'))
    }, 0)
    if (accepted) {
      sockets.open.add(socket)
      socket.connect()
    }
    return socket.task()
  }

  /* The older functions have no task to name: they mean the latest socket. */
  const latest = () => {
    const socket = [...sockets.open].pop()
    if (!socket) throw new HostFailure('WebSocket is not connected')
    return socket
  }

  sockets.api = {
    connectSocket,
    sendSocketMessage: (options) =>
      host.call('sendSocketMessage', options, () => latest().send(options), { atOnce: true }),
    closeSocket: (options) =>
      host.call('closeSocket', options, () => latest().close(options), { atOnce: true })
  }
  for (const event of Object.keys(sockets.globalListeners)) {
    sockets.api[`onSocket${event}`] = (listener) => {
      host.record(`onSocket${event}`)
      sockets.globalListeners[event].push(listener)
    }
  }
  return sockets
}
