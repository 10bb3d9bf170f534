/** The host's side of the tunnel: its socket, its timer, its listeners. What happens when is up to the core. */
import { applyToTask } from './calls'
import { Table, TunnelCommand, TunnelInputKind } from './codes'
import { change, drain, isReady, textOf } from './core'
import { deliverLater } from './deliveries'
import { type SessionError, asInvalid, invalid } from './errors'
import { type Loose, ask, isFunction, isObject, isString, run } from './host'
import { checkText, transfer } from './request'

type Listener = (...given: unknown[]) => void

interface TunnelObject {
  serviceUrl: string
  socketUrl: string | null
  status: string
  listeners_: Array<[event: string, listener: Listener]>
  /** Packets that wait for the connection. */
  queue_: string[]
  /** Counts what was hung up: what an older socket still says is of no interest. */
  link_: number
  socket_: any
  timer_: ReturnType<typeof setTimeout>
}

/** Hosts keep a timer's delay in 32 signed bits; a longer one goes off at once. */
const LONGEST_MS = 0x7fffffff

/** By the core's number. */
const STATUSES = ['CLOSED', 'CONNECTING', 'ACTIVE', 'RECONNECTING']
const [CLOSED, CONNECTING, ACTIVE] = STATUSES
/** By the number of the command that tells them; the errors follow. */
const EVENTS = ['', 'connect', 'reconnect', 'close', 'reconnecting', 'error']
/** Packets that mean something to the core, in the order of their inputs. */
const PACKETS = ['close', 'ping', 'timeout']

/** The tunnel that was opened last. */
let current: TunnelObject | undefined

function refuseSecond(tunnel?: TunnelObject): void {
  if (current && current !== tunnel && current.status !== CLOSED) {
    throw new Error('当前有未关闭的信道，请先关闭之前的信道，再打开新信道')
  }
}

const positive = (value: unknown, otherwise: number) =>
  typeof value === 'number' && value > 0 ? value : otherwise

export function Tunnel(this: TunnelObject, serviceUrl: string) {
  if (!(this instanceof Tunnel)) throw invalid('Tunnel 是类，请使用 new Tunnel(url)')
  checkText('Tunnel', 'url', serviceUrl)
  refuseSecond()
  // Apps hand on `tunnel.close` alone: with wafer-client-sdk that worked.
  const own: Loose = this
  for (const name in prototype) own[name] = own[name].bind(own)
  this.serviceUrl = serviceUrl
  this.socketUrl = null
  this.status = CLOSED
  this.listeners_ = []
  this.queue_ = []
  this.link_ = 0
}

const statics = Object.assign(Tunnel as unknown as Loose, {
  ERR_CONNECT_SERVICE: 1001,
  ERR_CONNECT_SOCKET: 1002,
  ERR_RECONNECT: 2001,
  ERR_SOCKET_ERROR: 3001,
  MAX_RECONNECT_TRY_TIMES: 5,
  RECONNECT_TIME_INCREASE: 1000
})

const prototype: Loose = Object.assign(Tunnel.prototype, {
  open(this: TunnelObject) {
    refuseSecond(this)
    if (this.status !== CLOSED) return
    current = this
    // The core says so, too, but only once it is loaded.
    this.status = CONNECTING
    const { MAX_RECONNECT_TRY_TIMES, RECONNECT_TIME_INCREASE } = statics
    const tries = positive(MAX_RECONNECT_TRY_TIMES, 5)
    step(this, TunnelInputKind.Open, 0, tries, positive(RECONNECT_TIME_INCREASE, 1000))
  },
  on(this: TunnelObject, event: string, listener: Listener) {
    checkText('Tunnel.on', 'type', event)
    if (!isFunction(listener)) throw invalid('Tunnel.on：listener 应为函数')
    this.listeners_.push([event, listener])
  },
  emit(this: TunnelObject, type: string, content?: unknown) {
    checkText('Tunnel.emit', 'type', type)
    let packet = 'message:'
    try {
      packet += JSON.stringify({ type, content })
    } catch (error) {
      throw asInvalid('Tunnel.emit', error)
    }
    if (this.status === ACTIVE) say(this, packet)
    else this.queue_.push(packet)
  },
  close(this: TunnelObject) {
    if (this.status === CLOSED) this.queue_ = []
    else if (isReady()) step(this, TunnelInputKind.Close)
    else {
      // The core was never told that the tunnel is open.
      hangUp(this, CLOSED)
      tell(this, 'close')
      drain()
    }
  }
})

for (const status of STATUSES) {
  statics['STATUS_' + status] = status
  prototype['is' + status[0] + status.slice(1).toLowerCase()] = function (this: TunnelObject) {
    return this.status === status
  }
}

/** Hands an input to the core and carries out what follows. */
function step(tunnel: TunnelObject, input: TunnelInputKind, detail?: unknown, first = 0, second = 0): void {
  change((core) => {
    if (tunnel.status !== CLOSED) {
      const word = core.tunnel_(input, first, second)
      carryOut(tunnel, word & 15, STATUSES[word >> 4], core.number_(0), detail)
    }
    return 0
  })
}

function carryOut(
  tunnel: TunnelObject,
  command: TunnelCommand,
  status: string,
  wakeMs: number,
  detail: unknown
): void {
  if (!command) return
  if (command === TunnelCommand.Pong) return say(tunnel, 'pong')
  if (command === TunnelCommand.Closed && tunnel.status === ACTIVE) say(tunnel, 'close')
  if (command >= TunnelCommand.Closed && command <= TunnelCommand.Retry) hangUp(tunnel, status)
  clearTimeout(tunnel.timer_)
  const tick = hear(tunnel, TunnelInputKind.Tick)
  if (wakeMs) tunnel.timer_ = setTimeout(() => tick({ errMsg: 'timeout' }), Math.min(wakeMs, LONGEST_MS))
  tunnel.status = status
  if (status === ACTIVE) for (const packet of tunnel.queue_.splice(0)) say(tunnel, packet)
  if (command === TunnelCommand.Ping) say(tunnel, 'ping')
  if (command === TunnelCommand.GaveUp) tell(tunnel, 'close')
  if (command < TunnelCommand.ServiceFailed) tell(tunnel, EVENTS[command])
  else if (command < TunnelCommand.Retry) {
    const text = textOf(Table.Tunnel, command - TunnelCommand.ServiceFailed)
    const reason = isObject(detail) && isString(detail.message) ? '：' + detail.message : ''
    tellError(tunnel, +text.slice(0, 4), text.slice(5) + reason, detail)
  }
  if (command === TunnelCommand.Ask) deliverLater(fenced(tunnel, () => askService(tunnel)))
  if (command === TunnelCommand.Connect) connect(tunnel)
}

/** The instance that ran the tunnel is lost, or none can be had. */
export function abandonTunnel(error: SessionError): void {
  if (!current || current.status === CLOSED) return
  const isFirst = current.status === CONNECTING
  hangUp(current, CLOSED)
  if (!isFirst) tell(current, 'close')
  tellError(current, isFirst ? 1001 : 3001, error.message, error)
}

/** Runs `then` unless the tunnel has hung up meanwhile. */
function fenced(tunnel: TunnelObject, then: (given?: any) => void): (given?: any) => void {
  const link = tunnel.link_
  return (given) => {
    if (link === tunnel.link_) then(given)
  }
}

const hear = (tunnel: TunnelObject, input: TunnelInputKind) =>
  fenced(tunnel, (detail) => step(tunnel, input, detail))

function say(tunnel: TunnelObject, data: string): void {
  applyToTask(tunnel.socket_, 'send', { data, fail: hear(tunnel, TunnelInputKind.Lost) })
}

function hangUp(tunnel: TunnelObject, status: string): void {
  const options = { fail: hear(tunnel, TunnelInputKind.Lost) }
  tunnel.link_++
  tunnel.status = status
  if (status === CLOSED) tunnel.queue_ = []
  applyToTask(tunnel.socket_, 'close', options)
  tunnel.socket_ = undefined
}

function askService(tunnel: TunnelObject): void {
  transfer('request', {
    url: tunnel.serviceUrl,
    method: 'GET',
    success: fenced(tunnel, (answer) => {
      const data = answer.data || 0
      // As wafer answers it, or as wafer2 does.
      const url = data.url || (data.data || 0).connectUrl
      const isOffer = answer.statusCode === 200 && /^wss?:/i.test(url)
      if (isOffer) tunnel.socketUrl = url
      step(tunnel, isOffer ? TunnelInputKind.Offered : TunnelInputKind.Lost, answer)
    }),
    fail: hear(tunnel, TunnelInputKind.Lost)
  })
}

function connect(tunnel: TunnelObject): void {
  const failed = hear(tunnel, TunnelInputKind.NotConnected)
  const on = (event: string, listener: unknown) => applyToTask(tunnel.socket_, 'on' + event, listener)
  tunnel.socket_ = ask('connectSocket', { url: tunnel.socketUrl }, (_answer, error) => error && failed(error))
  on('Open', hear(tunnel, TunnelInputKind.Opened))
  on(
    'Message',
    fenced(tunnel, (message) => receive(tunnel, String(message.data)))
  )
  const lost = hear(tunnel, TunnelInputKind.Lost)
  on('Close', lost)
  on('Error', lost)
}

function receive(tunnel: TunnelObject, packet: string): void {
  const [type] = packet.split(':')
  let content: any
  try {
    content = JSON.parse(packet.slice(type.length + 1))
  } catch (error) {
    // Without content, or malformed: the packet is a sign of life nevertheless.
  }
  if (type === 'message' && isObject(content) && isString(content.type)) {
    tell(tunnel, (EVENTS.indexOf(content.type) > 0 ? '@' : '') + content.type, content.content)
  }
  const seconds = isObject(content) ? 0 : +content
  step(tunnel, TunnelInputKind.Packet + 1 + PACKETS.indexOf(type), undefined, seconds)
}

function tellError(tunnel: TunnelObject, code: number, message: string, detail: unknown): void {
  tell(tunnel, 'error', { code, message, detail: detail || null })
}

/** Tells the listeners, once the core is at rest. */
function tell(tunnel: TunnelObject, event: string, payload?: unknown): void {
  deliverLater(() =>
    tunnel.listeners_.forEach(([name, listener]) =>
      run(() => (name === '*' ? listener(event, payload) : name === event && listener(payload)))
    )
  )
}
