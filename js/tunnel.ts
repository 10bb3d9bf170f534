/** The host's side of the tunnel: its socket, its timer, its listeners. What happens when is up to the core. */
import { applyToTask } from './calls'
import { Table, TunnelCommand, TunnelInputKind } from './codes'
import { change, drain, isReady, textOf } from './core'
import { deliverLater } from './deliveries'
import { type Loose, ask, assign, isFunction, isString, run } from './host'
import type { SessionError } from './errors'
import { transfer } from './request'

type Listener = (...given: unknown[]) => void

interface TunnelObject {
  serviceUrl: string
  socketUrl: string | null
  status: string
  listeners_: Listener[]
  /** Packets that wait for the connection. */
  queue_: string[]
}

const CLOSED = 'CLOSED'
const CONNECTING = 'CONNECTING'
const ACTIVE = 'ACTIVE'
/** By the core's number. */
const STATUSES = [CLOSED, CONNECTING, ACTIVE, 'RECONNECTING']
/** By the number of the command that tells them; the errors follow. */
const EVENTS = ['', 'connect', 'reconnect', 'close', 'reconnecting', 'error']
/** Packets that mean something to the core, in the order of their inputs. */
const PACKETS = ['close', 'ping', 'timeout']

// One tunnel may be open at a time: the one that was opened last.
let current: TunnelObject | undefined
let socket: any
let timer: ReturnType<typeof setTimeout>
/** Counts what was hung up: what an older socket still says is of no interest. */
let link = 0

const isOpen = () => !!current && current.status !== CLOSED

function refuseSecond(tunnel: TunnelObject): void {
  if (isOpen() && current !== tunnel) throw new Error('已有未关闭的信道，请先将其关闭')
}

export function Tunnel(this: TunnelObject, serviceUrl: string) {
  refuseSecond(this)
  this.serviceUrl = serviceUrl
  this.socketUrl = null
  this.status = CLOSED
  this.listeners_ = []
  this.queue_ = []
}

const statics = assign(Tunnel as unknown as Loose, {
  ERR_CONNECT_SERVICE: 1001,
  ERR_CONNECT_SOCKET: 1002,
  ERR_RECONNECT: 2001,
  ERR_SOCKET_ERROR: 3001,
  MAX_RECONNECT_TRY_TIMES: 5,
  RECONNECT_TIME_INCREASE: 1000
})

const prototype: Loose = assign(Tunnel.prototype, {
  open(this: TunnelObject) {
    refuseSecond(this)
    if (this.status !== CLOSED) return
    current = this
    // The core says so, too, but only once it is loaded.
    this.status = CONNECTING
    step(TunnelInputKind.Open, 0, statics.MAX_RECONNECT_TRY_TIMES, statics.RECONNECT_TIME_INCREASE)
  },
  on(this: TunnelObject, event: string, listener: Listener) {
    if (!isFunction(listener)) return
    this.listeners_.push((name, payload) =>
      event === '*' ? listener(name, payload) : event === name && listener(payload)
    )
  },
  emit(this: TunnelObject, type: string, content?: unknown) {
    const packet = 'message:' + JSON.stringify({ type, content })
    if (this.status === ACTIVE) say(packet)
    else this.queue_.push(packet)
  },
  close(this: TunnelObject) {
    if (this.status === CLOSED) this.queue_ = []
    else if (isReady()) step(TunnelInputKind.Close)
    else {
      // The core was never told that the tunnel is open.
      hangUp(CLOSED)
      tell('close')
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
function step(input: TunnelInputKind, detail?: unknown, first = 0, second = 0): void {
  change((core) => {
    if (!isOpen()) return
    const word = core.tunnel(input, first, second)
    carryOut(current!, word & 15, STATUSES[word >> 4], core.number(0), detail)
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
  if (command === TunnelCommand.Pong) return say('pong')
  if (command === TunnelCommand.Closed && tunnel.status === ACTIVE) say('close')
  if (command >= TunnelCommand.Closed && command <= TunnelCommand.Retry) hangUp(status)
  clearTimeout(timer)
  const tick = hear(TunnelInputKind.Tick)
  if (wakeMs) timer = setTimeout(() => tick({ errMsg: 'timeout' }), wakeMs)
  tunnel.status = status
  if (status === ACTIVE) tunnel.queue_.splice(0).forEach(say)
  if (command === TunnelCommand.Ping) say('ping')
  if (command === TunnelCommand.GaveUp) tell('close')
  if (command < TunnelCommand.ServiceFailed) tell(EVENTS[command])
  else if (command < TunnelCommand.Retry) {
    const text = textOf(Table.Tunnel, command - TunnelCommand.ServiceFailed)
    tellError(+text.slice(0, 4), text.slice(5), detail)
  }
  if (command === TunnelCommand.Ask) deliverLater(fenced(() => askService(tunnel)))
  if (command === TunnelCommand.Connect) connect(tunnel)
}

/** The instance that ran the tunnel is lost, or none can be had. */
export function abandonTunnel(error: SessionError): void {
  if (!isOpen()) return
  const isFirst = current!.status === CONNECTING
  hangUp(CLOSED)
  if (!isFirst) tell('close')
  tellError(isFirst ? 1001 : 3001, error.message, error)
}

/** Runs `then` unless the tunnel has hung up meanwhile. */
function fenced(then: (given?: any) => void): (given?: any) => void {
  const asked = link
  return (given) => {
    if (asked === link) then(given)
  }
}

const hear = (input: TunnelInputKind) => fenced((detail) => step(input, detail))

function say(data: string): void {
  applyToTask(socket, 'send', { data, fail: hear(TunnelInputKind.Lost) })
}

function hangUp(status: string): void {
  link++
  current!.status = status
  if (status === CLOSED) current!.queue_ = []
  // Without a callback, wx would answer a promise that may reject.
  applyToTask(socket, 'close', { fail() {} })
  socket = undefined
}

function askService(tunnel: TunnelObject): void {
  transfer('request', {
    url: tunnel.serviceUrl,
    method: 'GET',
    success: fenced((answer) => {
      const data = answer.data || 0
      // As wafer answers it, or as wafer2 does.
      const url = data.url || (data.data || 0).connectUrl
      const isOffer = answer.statusCode === 200 && /^wss?:/i.test(url)
      if (isOffer) tunnel.socketUrl = url
      step(isOffer ? TunnelInputKind.Offered : TunnelInputKind.Lost, answer)
    }),
    fail: hear(TunnelInputKind.Lost)
  })
}

function connect(tunnel: TunnelObject): void {
  const failed = hear(TunnelInputKind.NotConnected)
  const lost = hear(TunnelInputKind.Lost)
  socket = ask('connectSocket', { url: tunnel.socketUrl }, (error) => error && failed(error))
  const on = (event: string, listener: unknown) => applyToTask(socket, 'on' + event, listener)
  on('Open', hear(TunnelInputKind.Opened))
  on(
    'Message',
    fenced(({ data }) => receive(String(data)))
  )
  on('Close', lost)
  on('Error', lost)
}

function receive(packet: string): void {
  const type = packet.split(':')[0]
  let content: any
  let seconds = 0
  try {
    content = JSON.parse(packet.slice(type.length + 1))
    seconds = +content
  } catch (error) {
    // Without content, or malformed: the packet is a sign of life nevertheless.
  }
  const event = (content || 0).type
  if (type === 'message' && isString(event)) {
    tell((EVENTS.indexOf(event) > 0 ? '@' : '') + event, content.content)
  }
  step(TunnelInputKind.Packet + 1 + PACKETS.indexOf(type), undefined, seconds)
}

function tellError(code: number, message: string, detail: unknown): void {
  tell('error', { code, message, detail: detail || null })
}

/** Tells the listeners, once the core is at rest. */
function tell(event: string, payload?: unknown): void {
  const { listeners_ } = current!
  deliverLater(() => listeners_.forEach((listener) => run(() => listener(event, payload))))
}
