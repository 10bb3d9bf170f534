/** What WeChat's APIs answer with when they fail: `errMsg` is "<name>:fail <reason>". */
export class Failure extends Error {
  constructor(reason, fields = {}) {
    super(reason)
    this.fields = fields
  }
}

/** Calls a mini-program's callback. Its exception is the mini-program's, reported and never in the way of the host. */
export function call(callback, ...args) {
  if (typeof callback !== 'function') return
  try {
    callback(...args)
  } catch (error) {
    reportError(error)
  }
}

/** Settles an API call: success or fail, then complete. */
export function settle(name, options, work) {
  const settled = Promise.resolve()
    .then(work)
    .then(
      (result) => ({ ...result, errMsg: `${name}:ok` }),
      (error) => {
        if (!(error instanceof Failure)) reportError(error)
        throw { ...error.fields, errMsg: `${name}:fail ${error.message}`.trimEnd() }
      }
    )
  const { success, fail, complete } = options
  if (!success && !fail && !complete) return settled
  settled.then(
    (result) => {
      call(success, result)
      call(complete, result)
    },
    (failure) => {
      call(fail, failure)
      call(complete, failure)
    }
  )
  return undefined
}

/** An API that takes one options object and calls back. */
export const api =
  (name, work) =>
  (options = {}) =>
    settle(name, options, () => work(options))
