/** A call as the caller holds it: callbacks, promise, task. */
import { Goal } from '../codes'
import { type AnyObject, applyTo, assign, isFunction, throwLater } from '../host/wx'
import type { SortedHeaders } from './headers'

/** APIs of wx that send something. */
export type SendApi = 'request' | 'uploadFile' | 'downloadFile'

/** One call. Members that end in `_` are the SDK's own, and shortened in the package. */
export interface Call extends SortedHeaders {
  id_: number
  goal_: Goal
  /** What is called: the API of wx that sends or, for the other goals, ours. */
  api_: string
  /** A copy of the caller's options. */
  options_: AnyObject
  success_: any
  fail_: any
  complete_: any
  state_: State
  /**
   * Counts what was asked of wx for this call and what came of it: an answer to an earlier turn is late, also one that
   * comes twice.
   */
  turn_: number
  /** Whether its request is on its way. */
  isSent_: boolean
  /** Facts about the request that is on its way, or was last: they go back to the core with its outcome. */
  facts_: number
  /** How long that has been on its way, in ms of timers that went off. */
  pendingMs_: number
  /** wx's task of that request. */
  task_: any
  /** What wx answered last. */
  answer_: any
  /** How wx failed last. */
  cause_: unknown
  /** The content type of a download, once it is known. */
  contentType_: string
  /** The first chunk of a streamed answer: wx gives `success` none of the body, and that may be a refusal. */
  chunk_: any
  listeners_: Array<[event: string, listener: unknown]>
  result_: any
  promise_: Promise<any> | undefined
  /** Settles the promise with the result. */
  keepPromise_: (() => void) | undefined
}

export const enum State {
  /** Not known to the core yet. */
  Queued,
  /** Being handed over: a failure now is told later, when the caller has its task. */
  Starting,
  Pending,
  Succeeded,
  Failed
}

// State of the module, since a call belongs to the app and not to one instance of the core.
/**
 * The calls that have not settled, each in the slot that the low bits of its id name; the other slots hold 0. An id
 * whose slot is taken is skipped. A Map whose entries come and go would take engines five times as long.
 */
let slots: Array<Call | 0> = Array(16).fill(0)
/** The bits of an id that name its slot. */
let slotBits = slots.length - 1
let lastId = 0

/** Ids have 26 bits, and 0 is none; see `command` in src/codes.rs. */
const ID_BITS = 0x3ffffff
/** There are too few slots if so many in a row are taken. */
const MANY_TAKEN = 8

/** Goes on to the next id whose slot is free, so that no id in use is given again; answers the slot. */
function nextFree(): number {
  for (let taken = 1; ; taken++) {
    lastId = (lastId + 1) & ID_BITS
    const slot = lastId & slotBits
    if (lastId && !slots[slot]) return slot
    if (taken === MANY_TAKEN) {
      lastId = (lastId - taken) & ID_BITS
      taken = 0
      const pending = pendingCalls()
      slots = Array(slots.length * 2).fill(0)
      slotBits = slots.length - 1
      for (const call of pending) slots[call.id_ & slotBits] = call
    }
  }
}

function CallObject(this: Call, goal: Goal, api: string, options: AnyObject) {
  let slot = (lastId + 1) & slotBits
  // The usual case is written out.
  if (slots[slot] || lastId === ID_BITS) slot = /*@__NOINLINE__*/ nextFree()
  else lastId++
  this.id_ = lastId
  if (goal) this.goal_ = goal
  this.api_ = api
  this.options_ = options
  this.success_ = options.success
  this.fail_ = options.fail
  this.complete_ = options.complete
  this.state_ = State.Queued
  // Every call sets these at once: objects that grow later are slower.
  this.turn_ = this.facts_ = 0
  this.isSent_ = false
  this.task_ = this.result_ = undefined
  slots[slot] = this
}

export const newCall = CallObject as unknown as new (goal: Goal, api: string, options: AnyObject) => Call

export function callOf(id: number): Call | undefined {
  const call = slots[id & slotBits]
  return call && call.id_ === id ? call : undefined
}

/**
 * The calls that have not settled, by their ids: in the order in which they were made, unless the ids began anew
 * meanwhile.
 */
export const pendingCalls = () =>
  (slots.filter((slot) => slot) as Call[]).sort((one, other) => one.id_ - other.id_)

export const isSettled = (call: Call) => call.state_ >= State.Succeeded

/** Settles a call; answers whether it had not settled before. */
export function settle(call: Call, state: State, result: unknown): boolean {
  if (call.state_ >= State.Succeeded) return false
  slots[call.id_ & slotBits] = 0
  call.state_ = state
  call.result_ = result
  call.isSent_ = false
  call.turn_++
  return true
}

/** Lets a call that has not settled succeed, and tells its caller. */
export function succeed(call: Call, answer: unknown): void {
  slots[call.id_ & slotBits] = 0
  call.state_ = State.Succeeded
  call.result_ = answer
  call.turn_++
  tell(call)
}

/** Tells a settled call's caller. */
export function tell(call: Call): void {
  const { result_, complete_, keepPromise_ } = call
  const callback = call.state_ === State.Succeeded ? call.success_ : call.fail_
  if (keepPromise_) keepPromise_()
  // What the app throws is rethrown where its own error handler sees it.
  if (callback) {
    try {
      callback(result_)
    } catch (error) {
      throwLater(error)
    }
  }
  if (complete_) {
    try {
      complete_(result_)
    } catch (error) {
      throwLater(error)
    }
  }
}

/**
 * The promise of a call that has not settled. It is made when somebody asks for it: before that, no rejection can go
 * unhandled.
 */
export function promiseOf(call: Call): Promise<any> {
  return (
    call.promise_ ||
    (call.promise_ = new Promise((resolve, reject) => {
      call.keepPromise_ = () => (call.state_ === State.Succeeded ? resolve : reject)(call.result_)
    }))
  )
}

/** Listeners of what is settled are called soon. */
const now = Promise.resolve()

/** What callers see of a call; `abort` comes from steps/commands.ts, since this file must not know the core. */
export const prototype: AnyObject = assign(CallObject.prototype, {
  // Defaults of members that few calls set: looking for a member that is nowhere would take longer.
  header_: undefined,
  userData_: undefined,
  goal_: Goal.Request,
  answer_: undefined,
  pendingMs_: 0,
  cause_: undefined,
  contentType_: '',
  listeners_: [],
  promise_: undefined,
  keepPromise_: undefined,
  chunk_: 0,
  then(this: Call, fulfilled: any, rejected: any) {
    if (!isSettled(this)) return promiseOf(this).then(fulfilled, rejected)
    // A promise made of the result would be a second one, and would look for a `then` in the result.
    const { result_ } = this
    const isGood = this.state_ === State.Succeeded
    const listener = isGood ? fulfilled : rejected
    return now.then(() => {
      if (isFunction(listener)) return listener(result_)
      if (isGood) return result_
      throw result_
    })
  },
  catch(this: PromiseLike<any>, rejected: any) {
    return this.then(undefined, rejected)
  },
  finally(this: PromiseLike<any>, listener: any) {
    const after = () => Promise.resolve(isFunction(listener) && listener()).then(() => this)
    return this.then(after, after)
  }
})

for (const event of ['HeadersReceived', 'ChunkReceived', 'ProgressUpdate']) {
  prototype['on' + event] = function (this: Call, listener: unknown) {
    // Made for each event, which takes the fewest bytes: no other one has data.
    const note = (told: any) => {
      this.chunk_ = this.chunk_ || (told || 0).data
    }
    for (const heard of [note, listener]) {
      this.listeners_ = this.listeners_.concat([[event, heard]])
      applyTo(this.task_, 'on' + event, heard)
    }
  }
  prototype['off' + event] = function (this: Call, listener?: unknown) {
    this.listeners_ = this.listeners_.filter(
      (entry) => entry[0] !== event || (listener && entry[1] !== listener)
    )
    applyTo(this.task_, 'off' + event, listener)
  }
}
