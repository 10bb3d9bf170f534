'use strict'
/** What the extras share: a task around other tasks, which answers as the package's own do. */
const { RequestError } = require('../index.js')

const EVENTS = ['HeadersReceived', 'ChunkReceived', 'ProgressUpdate']
exports.EVENTS = EVENTS

const aborted = () => new RequestError('ERR_ABORTED', '请求已被取消')
exports.aborted = aborted

const isMissing = (value) => value === undefined || value === null
const isCallback = (value) => isMissing(value) || typeof value === 'function'

/** Runs the app's code; what it throws reaches the app's own error handler. */
function run(callback, argument) {
  if (!callback) return
  try {
    callback(argument)
  } catch (error) {
    setTimeout(() => {
      throw error
    })
  }
}

/**
 * A task whose work is done by others. `begin(own)` starts it; `own.options` are the caller's without callbacks;
 * `own.succeed` and `own.fail` settle it, once; `own.send(send, options, succeed, fail)` does a part of the work by a
 * task that listeners of this one hear, and that `abort` reaches; `own.onAbort` is called instead where there is none,
 * before the task fails. Options that are no object, or whose callbacks are no functions, go to the package, which
 * refuses them.
 */
exports.createTask = (send, options, begin) => {
  const given = options || {}
  const { success, fail, complete } = given
  if (typeof options !== 'object' || isMissing(options)) return send(options)
  if (![success, fail, complete].every(isCallback)) return send(options)

  let isSettled = false
  let hasSucceeded = false
  let result
  let promise
  let keepPromise
  let inner
  const listeners = {}

  const settle = (isSuccess) => (value) => {
    if (isSettled) return
    isSettled = true
    hasSucceeded = isSuccess
    result = value
    inner = undefined
    if (keepPromise) keepPromise()
    run(isSuccess ? success : fail, value)
    run(complete, value)
  }
  const relay = (event) => {
    if (!inner || !inner['on' + event]) return
    const from = inner
    from['on' + event]((told) => {
      if (from === inner) listeners[event].slice().forEach((listener) => run(listener, told))
    })
  }
  const asPromise = () => {
    if (!promise) {
      promise = new Promise((resolve, reject) => {
        keepPromise = () => (hasSucceeded ? resolve : reject)(result)
      })
      if (isSettled) keepPromise()
    }
    return promise
  }

  const own = {
    options: Object.assign({}, options, { success: undefined, fail: undefined, complete: undefined }),
    succeed: settle(true),
    fail: settle(false),
    onAbort: undefined,
    isSettled: () => isSettled,
    send(send, options, succeed, fail) {
      let isOver = false
      const once = (next) => (value) => {
        if (isOver) return
        isOver = true
        inner = undefined
        next(value)
      }
      const callbacks = { success: once(succeed), fail: once(fail), complete: undefined }
      const started = send(Object.assign({}, options, callbacks))
      if (isOver || isSettled) return
      inner = started
      Object.keys(listeners).forEach(relay)
    }
  }
  const task = {
    abort() {
      if (isSettled) return
      if (inner) return inner.abort()
      if (own.onAbort) own.onAbort()
      own.fail(aborted())
    },
    then: (fulfilled, rejected) => asPromise().then(fulfilled, rejected),
    catch: (rejected) => asPromise().then(undefined, rejected),
    finally(listener) {
      const after = () => Promise.resolve(listener && listener()).then(asPromise)
      return asPromise().then(after, after)
    }
  }
  EVENTS.forEach((event) => {
    task['on' + event] = (listener) => {
      if (listeners[event]) return void listeners[event].push(listener)
      listeners[event] = [listener]
      relay(event)
    }
    task['off' + event] = (listener) => {
      const all = listeners[event]
      if (all) listeners[event] = listener ? all.filter((other) => other !== listener) : []
    }
  })
  begin(own)
  return task
}

/** `later` in the next turn, as wx answers. */
exports.soon = (later) => void Promise.resolve().then(later)
