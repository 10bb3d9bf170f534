/**
 * What every API of the fake `wx` shares: the log of host calls, scripted faults, latencies, and the way
 * in which WeChat answers (success or fail, then complete; or a promise when no callback was given).
 */

import { isBuffer, toBytes } from './bytes.mjs'

/** Thrown by an API's body to answer `<api>:fail <reason>`, with `errno` where WeChat gives one. */
export class HostFailure extends Error {
  constructor(reason, errno) {
    super(reason)
    this.errno = errno
  }
}

const DEFAULT_LATENCY_MS = {
  login: [40, 160],
  checkSession: [10, 60],
  getUserInfo: [20, 80],
  getUserProfile: [200, 800],
  request: [30, 150],
  uploadFile: [100, 400],
  downloadFile: [100, 400],
  connectSocket: [30, 150],
  default: [1, 5]
}

const FAULT_KINDS = ['hang', 'throw', 'fail', 'twice', 'rubbish', 'late']
const SYNCHRONOUS_FAULT_KINDS = ['throw', 'rubbish']

/** Whether a fault strikes before the call did anything: the server, or WeChat, never heard of it. */
export const preventsWork = (fault) =>
  fault !== undefined && ['fail', 'hang', 'rubbish'].includes(fault.kind) && !fault.delivered

/** A copy that later changes by the caller cannot reach. Functions are left out. */
export function deepCopy(value, seen = new Set()) {
  if (value === null || typeof value !== 'object') return typeof value === 'function' ? undefined : value
  if (isBuffer(value)) return value.slice(0)
  if (ArrayBuffer.isView(value)) return toBytes(value).slice()
  if (Object.prototype.toString.call(value) === '[object Date]') return new Date(value.getTime())
  if (seen.has(value)) return '[Circular]'
  seen.add(value)
  const copy = Array.isArray(value) ? [] : {}
  for (const key of Object.keys(value)) {
    if (typeof value[key] !== 'function') copy[key] = deepCopy(value[key], seen)
  }
  seen.delete(value)
  return copy
}

export class Host {
  #faults = []
  #latency
  #onUncaught

  constructor({ clock, random, latency, log, onUncaught }) {
    this.clock = clock
    this.random = random
    this.#latency = typeof latency === 'number' ? { default: [latency, latency] } : latency
    /** Answers come before the call returns. */
    this.synchronous = latency === 0
    this.keepsLog = log !== 'counts'
    this.log = []
    this.counts = Object.create(null)
    /* As on a device, an exception of a callback does not stop the host; it surfaces asynchronously. */
    this.#onUncaught =
      onUncaught ??
      ((error) => {
        clock.setTimeout(() => {
          throw error
        }, 0)
      })
  }

  /**
   * The benchmarks' mode: answers inside the call, counts only, nothing scripted. APIs then do as little as
   * they can, so that the time measured is that of the code under test.
   */
  get bare() {
    return this.synchronous && !this.keepsLog && this.#faults.length === 0
  }

  #callBare(api, options, work) {
    this.counts[api] = (this.counts[api] ?? 0) + 1
    this.settle(work, (ok, result) => {
      const answer = ok ? { ...result, errMsg: `${api}:ok` } : this.failure(api, result)
      this.run(ok ? options.success : options.fail, answer)
      this.run(options.complete, answer)
    })
  }

  fault(api, fault, { synchronous }) {
    const kinds = synchronous ? SYNCHRONOUS_FAULT_KINDS : FAULT_KINDS
    if (!kinds.includes(fault.kind)) {
      throw new TypeError(`${api} has no fault '${fault.kind}', only: ${kinds.join(', ')}`)
    }
    const armed = { times: Infinity, skip: 0, ...fault, api, hits: 0 }
    armed.remove = () => {
      this.#faults = this.#faults.filter((other) => other !== armed)
    }
    this.#faults.push(armed)
    return armed
  }

  clearFaults() {
    this.#faults = []
  }

  takeFault(api, options) {
    for (const fault of this.#faults) {
      if (fault.api !== api || fault.hits >= fault.times) continue
      if (fault.when && !fault.when(options)) continue
      if (fault.skip > 0) {
        fault.skip -= 1
        continue
      }
      fault.hits += 1
      return fault
    }
    return undefined
  }

  record(api, options) {
    this.counts[api] = (this.counts[api] ?? 0) + 1
    if (!this.keepsLog) return {}
    const entry = {
      seq: this.log.length,
      time: this.clock.now(),
      api,
      options: deepCopy(options),
      outcome: 'pending'
    }
    this.log.push(entry)
    return entry
  }

  /** Ms that this call of `api` takes, there and back. */
  latency(api) {
    if (this.synchronous) return 0
    const range =
      this.#latency?.[api] ?? this.#latency?.default ?? DEFAULT_LATENCY_MS[api] ?? DEFAULT_LATENCY_MS.default
    return this.random.between(range[0], range[1])
  }

  after(ms, action) {
    if (this.synchronous && ms === 0) action()
    else this.clock.setTimeout(action, ms)
  }

  /** Calls what the user gave; what it throws never reaches the host. */
  run(callback, ...args) {
    if (typeof callback !== 'function') return
    try {
      callback(...args)
    } catch (error) {
      this.#onUncaught(error)
    }
  }

  uncaught(error) {
    this.#onUncaught(error)
  }

  throwIfFaulty(fault, entry) {
    if (fault?.kind !== 'throw') return
    entry.outcome = 'throw'
    throw fault.error ?? new Error(`${fault.api}: injected exception`)
  }

  /** A synchronous API: `work` gives the answer, a HostFailure becomes an exception as WeChat throws it. */
  callSync(api, options, work) {
    const entry = this.record(api, options)
    const fault = this.takeFault(api, options)
    this.throwIfFaulty(fault, entry)
    if (fault?.kind === 'rubbish') {
      entry.outcome = 'rubbish'
      return fault.value
    }
    try {
      const result = work()
      entry.outcome = 'success'
      return result
    } catch (error) {
      entry.outcome = 'throw'
      throw error instanceof HostFailure ? new Error(`${api}:fail ${error.message}`) : error
    }
  }

  /**
   * An asynchronous API: `work` runs half-way through the latency, or `atOnce` where the order of calls
   * matters, and returns the answer or a promise.
   */
  call(api, options, work, { atOnce = false } = {}) {
    const given = options ?? {}
    const hasCallback = given.success || given.fail || given.complete
    if (hasCallback && this.bare) return this.#callBare(api, given, work)
    const entry = this.record(api, given)
    const fault = this.takeFault(api, given)
    this.throwIfFaulty(fault, entry)
    const start = (callbacks) => {
      const respond = this.responder(api, callbacks, entry, fault)
      const latency = this.latency(api)
      const there = atOnce ? 0 : latency - (latency >> 1)
      const act = () => {
        this.settle(preventsWork(fault) ? () => undefined : work, (ok, answer) =>
          this.after(latency - there, () => respond(ok, answer))
        )
      }
      if (atOnce) act()
      else this.after(there, act)
    }
    if (!hasCallback) return new Promise((resolve, reject) => start({ success: resolve, fail: reject }))
    start(given)
    return undefined
  }

  /** Runs `work`, which may return a promise, and hands on its result or its HostFailure. */
  settle(work, done) {
    const failed = (error) => {
      if (!(error instanceof HostFailure)) this.uncaught(error)
      done(false, error instanceof HostFailure ? error : new HostFailure('internal error'))
    }
    let result
    try {
      result = work()
    } catch (error) {
      failed(error)
      return
    }
    if (typeof result?.then === 'function') result.then((value) => done(true, value), failed)
    else done(true, result)
  }

  /** The function that answers one call, its fault applied. */
  responder(api, { success, fail, complete }, entry, fault) {
    const deliver = (ok, answer) => {
      entry.outcome = ok ? 'success' : 'fail'
      entry.answeredAt = this.clock.now()
      if (this.keepsLog) entry.answer = deepCopy(answer)
      this.run(ok ? success : fail, answer)
      this.run(complete, answer)
    }
    const natural = (ok, answer) => {
      if (ok) return deliver(true, { ...answer, errMsg: `${api}:ok` })
      return deliver(false, this.failure(api, answer))
    }
    if (!fault) return natural
    return (ok, answer) => {
      if (fault.kind === 'hang') {
        entry.outcome = 'hang'
      } else if (fault.kind === 'fail') {
        deliver(false, this.failure(api, new HostFailure(fault.errMsg ?? 'injected failure', fault.errno)))
      } else if (fault.kind === 'rubbish') {
        deliver(fault.as !== 'fail', fault.value)
      } else if (fault.kind === 'late') {
        this.clock.setTimeout(() => natural(ok, answer), fault.ms)
      } else {
        natural(ok, answer)
        const again = fault.then === 'fail' ? [false, new HostFailure('second answer')] : [ok, answer]
        this.after(fault.gapMs ?? 0, () => natural(...again))
      }
    }
  }

  failure(api, { message, errno }) {
    const errMsg = message.startsWith(`${api}:`) ? message : `${api}:fail ${message}`
    return errno === undefined ? { errMsg } : { errMsg, errno }
  }
}
