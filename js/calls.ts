/** A call as the caller holds it: callbacks, promise, task. */
import { ERR_ABORTED, RequestError, type SessionError } from './errors'
import { type Loose, isFunction, run } from './host'
import type { Goal } from './codes'

/** APIs of wx that send something. */
export type SendApi = 'request' | 'uploadFile' | 'downloadFile'

/** One call. Members that end in `_` are the SDK's own, and shortened in the package. */
export interface Call {
  id_: number
  goal_: Goal
  /** The caller's options with the callbacks taken out. */
  options_: Loose
  /** For user data: which of wx's APIs are still to be tried. For a request: how it is sent. */
  api_: string
  success_: unknown
  fail_: unknown
  complete_: unknown
  /** Ticket of the attempt that is on its way; 0 when none is. */
  ticket_: number
  /** wx's task of that attempt. */
  task_: any
  /** What wx answered last. */
  answer_: any
  /** How wx failed last. */
  cause_: unknown
  header_: Loose | undefined
  /** For a download: the server answered JSON, which may be a refusal. */
  isJson_: boolean | undefined
  listeners_: Array<[on: string, off: string, listener: unknown]> | undefined
  state_: State
  result_: any
  promise_: Promise<any> | undefined
  resolve_: (value: any) => void
  reject_: (reason: any) => void
}

export const enum State {
  /** Not known to the core yet. */
  Queued,
  /** Being handed to the core: a failure now is told later, when the caller has its task. */
  Starting,
  Pending,
  Succeeded,
  Failed
}

const calls = new Map<number, Call>()
let lastId = 0

/** What a call does when its caller aborts it; set by the core's driver, which this file must not know. */
export const driver = { abort: (_call: Call): void => {} }

function CallObject(this: Call, goal: Goal, options: Loose, callbacks: Loose) {
  this.id_ = lastId = (lastId % 0x7fffff) + 1
  this.goal_ = goal
  this.options_ = options
  this.api_ = ''
  this.success_ = callbacks.success
  this.fail_ = callbacks.fail
  this.complete_ = callbacks.complete
  this.ticket_ = 0
  this.task_ = undefined
  this.answer_ = undefined
  this.cause_ = undefined
  this.header_ = undefined
  this.isJson_ = undefined
  this.listeners_ = undefined
  this.state_ = State.Queued
  this.result_ = undefined
  this.promise_ = undefined
  calls.set(this.id_, this)
}

export const newCall = CallObject as unknown as new (goal: Goal, options: Loose, callbacks: Loose) => Call

export const callOf = (id: number) => calls.get(id)

/** The calls that have not settled, oldest first. */
export function pendingCalls(): Call[] {
  const pending: Call[] = []
  calls.forEach((call) => pending.push(call))
  return pending
}

export const isSettled = (call: Call) => call.state_ >= State.Succeeded

/** Settles a call; answers whether it had not settled before. The callbacks run by `deliver`. */
export function settle(call: Call, state: State, result: unknown): boolean {
  if (isSettled(call)) return false
  calls.delete(call.id_)
  call.state_ = state
  call.result_ = result
  call.ticket_ = 0
  return true
}

/** Runs the callbacks of a settled call. */
export function deliver(call: Call): void {
  const { result_, state_ } = call
  const succeeded = state_ === State.Succeeded
  if (call.promise_) (succeeded ? call.resolve_ : call.reject_)(result_)
  run(succeeded ? call.success_ : call.fail_, result_)
  run(call.complete_, result_)
}

export const aborted = (): SessionError => new RequestError(ERR_ABORTED, '请求已被取消')

/** The promise of a call, made when somebody asks for it: without, no rejection goes unhandled. */
export function promiseOf(call: Call): Promise<any> {
  if (!call.promise_) {
    call.promise_ = new Promise((resolve, reject) => {
      call.resolve_ = resolve
      call.reject_ = reject
    })
    if (call.state_ === State.Succeeded) call.resolve_(call.result_)
    if (call.state_ === State.Failed) call.reject_(call.result_)
  }
  return call.promise_
}

const prototype = CallObject.prototype as Loose

prototype.abort = function (this: Call) {
  driver.abort(this)
}
prototype.then = function (this: Call, fulfilled: any, rejected: any) {
  return promiseOf(this).then(fulfilled, rejected)
}
prototype.catch = function (this: Call, rejected: any) {
  return promiseOf(this).then(undefined, rejected)
}
prototype.finally = function (this: Call, listener: any) {
  const after = () => Promise.resolve(isFunction(listener) && listener())
  return promiseOf(this).then(
    (value) => after().then(() => value),
    (reason) =>
      after().then(() => {
        throw reason
      })
  )
}

/** Applies a method of wx's task, where there is a task and it has the method. */
export function applyToTask(task: any, method: string, argument?: unknown): void {
  try {
    if (task && task[method]) task[method](argument)
  } catch (error) {
    // A task that cannot listen or abort must not keep its call from settling.
  }
}

for (const name of ['HeadersReceived', 'ChunkReceived', 'ProgressUpdate']) {
  const on = 'on' + name
  const off = 'off' + name
  prototype[on] = function (this: Call, listener: unknown) {
    ;(this.listeners_ || (this.listeners_ = [])).push([on, off, listener])
    applyToTask(this.task_, on, listener)
  }
  prototype[off] = function (this: Call, listener?: unknown) {
    const kept = (entry: [string, string, unknown]) => entry[1] !== off || (listener && entry[2] !== listener)
    if (this.listeners_) this.listeners_ = this.listeners_.filter(kept)
    applyToTask(this.task_, off, listener)
  }
}
