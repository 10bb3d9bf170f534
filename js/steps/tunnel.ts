/** The host's side of tunnels: their sockets, timers and listeners. What happens when is up to the core. */
import { TUNNEL_STATUSES, Table, TunnelCommand, TunnelInputKind } from '../codes'
import { change, drain, liveCore, textOf, whenLost } from '../core/queue'
import { deliverLater } from '../app/deliveries'
import { type SessionError, asInvalid, invalid, wrong } from '../app/errors'
import {
  type AnyObject,
  applyTo,
  assign,
  callWx,
  isFunction,
  isNumber,
  isObject,
  isString,
  keys,
  lower,
  parse,
  runCallback,
  statusOf,
  stringify
} from '../host/wx'
import { awaitReturn } from '../host/returns'
import { checkText } from '../app/options'
import { redacted, wordsOf } from '../app/secrets'
import { startTransfer } from './request'
import { hold } from '../core/values'

type Listener = (...given: unknown[]) => void

interface TunnelObject {
  serviceUrl: string
  socketUrl: string | null
  status: string
  listeners_: Listener[]
  /** Packets that wait for the connection. */
  queue_: string[]
  /** The core's number for it: its place in `tunnels` while it is open. */
  number_: number
  /** How many sockets were given up: messages of an older one are dropped. */
  link_: number
  socket_: any
  timer_: any
}

/** At most this many packets wait for a connection. */
const LONGEST_QUEUE = 1000

const CLOSED = 'CLOSED'
const CONNECTING = 'CONNECTING'
const ACTIVE = 'ACTIVE'
/** Events, by the number of the command that tells each; the errors follow. */
const EVENTS = ['', 'connect', 'reconnect', 'close', 'reconnecting', 'error']

/** The tunnels that are open. */
const tunnels: Array<TunnelObject | 0> = []

const numberOf = (value: unknown) => (isNumber(value) ? value : NaN)

/** `Tunnel` with all that belongs to it. A bundler leaves it out of an app that does not ask for it. */
export const Tunnel = /*@__PURE__*/ tunnelClass()

function tunnelClass(): AnyObject {
  function Tunnel(this: TunnelObject, serviceUrl: string) {
    if (!(this instanceof Tunnel)) throw invalid('Tunnel 是类，请使用 new Tunnel(url)')
    checkText('Tunnel', 'url', serviceUrl)
    // Apps hand on `tunnel.close` alone: with wafer-client-sdk that worked.
    const own: AnyObject = this
    for (const name of keys(prototype)) own[name] = own[name].bind(own)
    this.serviceUrl = serviceUrl
    this.socketUrl = null
    this.status = CLOSED
    this.listeners_ = []
    this.queue_ = []
    this.link_ = 0
  }

  const statics = assign(Tunnel as unknown as AnyObject, {
    ERR_CONNECT_SERVICE: 1001,
    ERR_CONNECT_SOCKET: 1002,
    ERR_RECONNECT: 2001,
    ERR_SOCKET_ERROR: 3001,
    MAX_RECONNECT_TRY_TIMES: 5,
    RECONNECT_TIME_INCREASE: 1000
  })

  const prototype: AnyObject = assign(Tunnel.prototype, {
    open(this: TunnelObject) {
      if (this.status !== CLOSED) return
      // The core says so, too, but only once it is loaded.
      this.status = CONNECTING
      this.number_ = 0
      while (tunnels[this.number_]) this.number_++
      tunnels[this.number_] = this
      awaitReturn(returned, true)
      whenLost(abandonTunnels)
      inputOf(
        this,
        TunnelInputKind.Open,
        numberOf(statics.MAX_RECONNECT_TRY_TIMES),
        numberOf(statics.RECONNECT_TIME_INCREASE)
      )()
    },
    on(this: TunnelObject, event: string, listener: Listener) {
      const api = 'Tunnel.on'
      checkText(api, 'type', event)
      if (!isFunction(listener)) throw wrong(api, 'listener', '函数')
      this.listeners_.push((name, payload) =>
        event === '*' ? listener(name, payload) : event === name && listener(payload)
      )
    },
    emit(this: TunnelObject, type: string, content?: unknown) {
      const api = 'Tunnel.emit'
      checkText(api, 'type', type)
      let packet = 'message:'
      try {
        packet += stringify({ type, content })
      } catch (error) {
        throw asInvalid(api, error)
      }
      if (this.status === ACTIVE) return say(this, packet)
      // Before it is opened for the first time, a tunnel may be spoken to as well: wafer's example does.
      if ((this.status === CLOSED && this.link_) || this.queue_.length === LONGEST_QUEUE) {
        throw invalid(api + '：信道已关闭，或等待的消息已满，本条未发送')
      }
      this.queue_.push(packet)
    },
    close(this: TunnelObject) {
      if (this.status === CLOSED) this.queue_ = []
      else if (liveCore) inputOf(this, TunnelInputKind.Close)()
      else {
        // The core was never told that the tunnel is open.
        hangUp(this, CLOSED)
        tell(this, 'close')
        drain()
      }
    }
  })

  for (const status of TUNNEL_STATUSES) {
    statics['STATUS_' + status] = status
    prototype['is' + status[0] + lower(status.slice(1))] = function (this: TunnelObject) {
      return this.status === status
    }
  }
  return statics
}

/**
 * A function that hands an input to the core and carries out what follows, unless the tunnel has hung up by then. It is
 * called with what is known of the cause.
 */
function inputOf(
  tunnel: TunnelObject,
  input: TunnelInputKind,
  first = Math.random(),
  second: number | string = 0
) {
  const { link_ } = tunnel
  return (detail?: any): void => {
    // An input that came too late must not load the core.
    if (link_ !== tunnel.link_) return
    let answer = 0
    let wakeMs = 0
    change(
      (core) => {
        if (link_ === tunnel.link_) {
          answer = core.tunnel_(tunnel.number_, input, first, isString(second) ? hold(second) : second)
          wakeMs = core.number_(0)
        }
        return 0
      },
      () => link_ === tunnel.link_ && carryOut(tunnel, answer, wakeMs, detail)
    )
  }
}

/** Carries out the answer of the core. */
function carryOut(tunnel: TunnelObject, answer: number, wakeMs: number, detail: any): void {
  const command: TunnelCommand = answer & 15
  const status = TUNNEL_STATUSES[answer >> 4]
  if (command === TunnelCommand.Closed && tunnel.status === ACTIVE) say(tunnel, 'close')
  if (command >= TunnelCommand.Closed && command <= TunnelCommand.Retry) hangUp(tunnel, status)
  tunnel.status = status
  if (wakeMs >= 0) clearTimeout(tunnel.timer_)
  if (wakeMs > 0) {
    tunnel.timer_ = setTimeout(inputOf(tunnel, TunnelInputKind.Tick), wakeMs, { errMsg: 'timeout' })
  }
  if (status === ACTIVE) tunnel.queue_.splice(0).forEach((packet) => say(tunnel, packet))
  if (command >= TunnelCommand.Ping) say(tunnel, command === TunnelCommand.Ping ? 'ping' : 'pong')
  if (command === TunnelCommand.GaveUp) tell(tunnel, 'close')
  if (command < TunnelCommand.ServiceFailed) command && tell(tunnel, EVENTS[command])
  else if (command < TunnelCommand.Retry) tellFailure(tunnel, command, detail)
  if (command === TunnelCommand.Ask) askService(tunnel)
  if (command === TunnelCommand.Connect) connect(tunnel, detail)
}

function tellFailure(tunnel: TunnelObject, command: TunnelCommand, detail: unknown): void {
  const text = textOf(Table.Tunnel, command - TunnelCommand.ServiceFailed)
  const said = isObject(detail) && wordsOf(detail.message)
  const reason = said ? '：' + said : ''
  tellError(tunnel, +text.slice(0, 4), text.slice(5) + reason, detail)
}

/** The instance that ran the tunnels is lost, or none can be had. */
function abandonTunnels(error: SessionError): void {
  for (const tunnel of tunnels) {
    if (!tunnel) continue
    const isFirst = tunnel.status === CONNECTING
    hangUp(tunnel, CLOSED)
    if (!isFirst) tell(tunnel, 'close')
    tellError(tunnel, isFirst ? 1001 : 3001, error.message, error)
  }
}

function say(tunnel: TunnelObject, data: string): void {
  const lost = inputOf(tunnel, TunnelInputKind.Lost)
  try {
    tunnel.socket_.send({ data, fail: lost })
  } catch (error) {
    lost(error)
  }
}

function hangUp(tunnel: TunnelObject, status: string): void {
  tunnel.link_++
  tunnel.status = status
  shut(tunnel.socket_)
  tunnel.socket_ = 0
  if (status === CLOSED) {
    tunnel.queue_ = []
    tunnels[tunnel.number_] = 0
    awaitReturn(
      returned,
      tunnels.some((other) => other)
    )
  }
}

// Without a callback, wx would answer a promise that may reject.
const shut = (socket: unknown) => applyTo(socket, 'close', { fail() {} })

function returned(): void {
  for (const tunnel of tunnels) if (tunnel) inputOf(tunnel, TunnelInputKind.Returned)()
}

function askService(tunnel: TunnelObject): void {
  const offered = inputOf(tunnel, TunnelInputKind.Offered)
  const lost = inputOf(tunnel, TunnelInputKind.Lost)
  startTransfer('request', {
    url: tunnel.serviceUrl,
    method: 'GET',
    success(answer: AnyObject) {
      const data = answer.data || 0
      // As wafer answers it, or as wafer2 does.
      const url = data.url || (data.data || 0).connectUrl
      if (statusOf(answer) === 200 && isString(url) && /^wss?:/i.test(url)) offered(url)
      else lost(answer)
    },
    fail: lost
  })
}

function connect(tunnel: TunnelObject, url: string): void {
  const { link_ } = tunnel
  const failed = inputOf(tunnel, TunnelInputKind.NotConnected)
  const opened = inputOf(tunnel, TunnelInputKind.Opened)
  const lost = inputOf(tunnel, TunnelInputKind.Lost)
  const attach = (socket: any) => {
    if (link_ === tunnel.link_) tunnel.socket_ = socket
    // It was hung up meanwhile.
    else shut(socket)
    try {
      socket.onOpen(() => {
        opened()
        // wx does not close what is not open yet: what was hung up meanwhile is to be closed now.
        if (socket !== tunnel.socket_) shut(socket)
      })
      socket.onMessage((event?: any) => {
        if (socket === tunnel.socket_) receive(tunnel, (event || 0).data)
      })
      socket.onClose(lost)
      socket.onError(lost)
    } catch (error) {
      failed({ message: 'wx 未返回 SocketTask' })
    }
  }
  tunnel.socketUrl = url
  const answer = callWx('connectSocket', { url }, (error) => error && failed(error))
  // Taro answers a promise of the task.
  if (answer && isFunction(answer.then)) answer.then(attach, failed)
  else attach(answer)
}

function receive(tunnel: TunnelObject, data: unknown): void {
  const packet = isString(data) ? data : ''
  const type = packet.split(':')[0]
  let content: any
  let seconds = 0
  try {
    content = parse(packet.slice(type.length + 1))
    seconds = +content
  } catch (error) {
    // Without content, or malformed: the packet is a sign of life nevertheless.
  }
  const event = (content || 0).type
  if (type === 'message' && isString(event)) {
    tell(tunnel, (EVENTS.indexOf(event) > 0 ? '@' : '') + event, content.content)
  }
  inputOf(tunnel, TunnelInputKind.Packet, seconds, type)()
}

function tellError(tunnel: TunnelObject, code: number, message: string, detail: unknown): void {
  tell(tunnel, 'error', { code, message, detail: redacted(detail) || null })
}

/** Tells the listeners, once the core is at rest. */
function tell({ listeners_ }: TunnelObject, event: string, payload?: unknown): void {
  deliverLater(() => listeners_.forEach((listener) => runCallback(() => listener(event, payload))))
}
