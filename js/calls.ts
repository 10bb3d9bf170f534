/** A call as the caller holds it: callbacks, promise, task. */
import { ERR_ABORTED, RequestError, type SessionError } from './errors'
import { type Loose, assign, isFunction, run } from './host'
import type { Goal } from './codes'
import type { SortedHeaders } from './headers'

/** APIs of wx that send something. */
export type SendApi = 'request' | 'uploadFile' | 'downloadFile'

/** One call. Members that end in `_` are the SDK's own, and shortened in the package. */
export interface Call extends SortedHeaders {
  id_: number
  goal_: Goal
  /** What is called: the API of wx that sends or, for the other goals, ours. */
  api_: string
  /** A copy of the caller's options, callbacks among them. */
  options_: Loose
  state_: State
  /** Ticket of the attempt that is on its way; 0 when none is. */
  ticket_: number
  /** wx's task of that attempt. */
  task_?: any
  /** What wx answered last. */
  answer_?: any
  /** How wx failed last. */
  cause_?: unknown
  /** For a download: the server answered JSON, which may be a refusal. */
  isJson_?: boolean
  listeners_?: Array<[event: string, listener: unknown]>
  result_?: any
  promise_?: Promise<any>
  /** Settles the promise with the result. */
  keep_?: () => void
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

/** The calls that have not settled, by their ids. */
const calls = new Map<number, Call>()
let lastId = 0

function CallObject(this: Call, goal: Goal, api: string, options: Loose) {
  this.id_ = lastId = (lastId % 0x7fffff) + 1
  this.goal_ = goal
  this.api_ = api
  this.options_ = options
  this.state_ = State.Queued
  this.ticket_ = 0
  // All that every call gets: objects that grow later are slower.
  this.task_ = this.answer_ = this.cause_ = this.result_ = undefined
  calls.set(this.id_, this)
}

export const newCall = CallObject as unknown as new (goal: Goal, api: string, options: Loose) => Call

export const callOf = (id: number) => calls.get(id)

/** The calls that have not settled. */
export const pendingCalls = () => Array.from(calls.values())

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

/** Tells a settled call's caller. */
export function deliver(call: Call): void {
  const { result_, options_ } = call
  if (call.keep_) call.keep_()
  run(call.state_ === State.Succeeded ? options_.success : options_.fail, result_)
  run(options_.complete, result_)
}

export const aborted = (): SessionError => new RequestError(ERR_ABORTED, '请求已被取消')

/** The promise of a call, made when somebody asks for it: without, no rejection goes unhandled. */
export function promiseOf(call: Call): Promise<any> {
  if (!call.promise_) {
    call.promise_ = new Promise((resolve, reject) => {
      call.keep_ = () => (call.state_ === State.Succeeded ? resolve : reject)(call.result_)
      if (isSettled(call)) call.keep_()
    })
  }
  return call.promise_
}

/** Applies a method of wx's task, where there is a task and it has the method. */
export function applyToTask(task: any, method: string, argument?: unknown): void {
  try {
    if (task && task[method]) task[method](argument)
  } catch (error) {
    // A task that cannot listen or abort must not keep its call from settling.
  }
}

/** What callers see of a call; `abort` comes from commands.ts, since this file must not know the core. */
export const prototype: Loose = assign(CallObject.prototype, {
  then(this: Call, fulfilled: any, rejected: any) {
    return promiseOf(this).then(fulfilled, rejected)
  },
  catch(this: Call, rejected: any) {
    return promiseOf(this).catch(rejected)
  },
  finally(this: Call, listener: any) {
    const promise = promiseOf(this)
    const after = () => Promise.resolve(isFunction(listener) && listener()).then(() => promise)
    return promise.then(after, after)
  }
})

for (const event of ['HeadersReceived', 'ChunkReceived', 'ProgressUpdate']) {
  prototype['on' + event] = function (this: Call, listener: unknown) {
    this.listeners_ = (this.listeners_ || []).concat([[event, listener]])
    applyToTask(this.task_, 'on' + event, listener)
  }
  prototype['off' + event] = function (this: Call, listener?: unknown) {
    this.listeners_ = (this.listeners_ || []).filter(
      (entry) => entry[0] !== event || (listener && entry[1] !== listener)
    )
    applyToTask(this.task_, 'off' + event, listener)
  }
}
