/** The host's object, such as `wx`, held at arm's length: whatever it lacks, throws or leaves out becomes an ordinary failure. */

/** Any object whose members may be anything or missing. */
export type AnyObject = Record<string, any>

declare const wx: AnyObject
declare const tt: AnyObject
declare const qq: AnyObject
declare const swan: AnyObject
declare const ks: AnyObject
declare const jd: AnyObject
declare const xhs: AnyObject

// The package says them often.
export const { assign, keys } = Object
export const { parse, stringify } = JSON

// Without JIT, a comparison with `===` takes five times as long.
export const isMissing = (value: unknown) => value == null
export const isObject = (value: unknown): value is AnyObject => typeof value === 'object' && value != null
/** An object that can hold options or headers. */
export const isRecord = (value: unknown): value is AnyObject =>
  // What options usually are comes first: without JIT, Array.isArray takes ten times as long.
  isObject(value) && (value.constructor === Object || !Array.isArray(value))
export const isFunction = (value: unknown): value is (...values: any[]) => any => typeof value === 'function'
export const lower = (text: string) => text.toLowerCase()
export const isString = (value: unknown): value is string => typeof value === 'string'
export const isNumber = (value: unknown): value is number => typeof value === 'number'
/** A text or a number: what can be told. */
export const isWord = (value: unknown): value is string | number => isString(value) || isNumber(value)
/** A number, or a text that a header can carry: what can be an id or a key. */
export const isScalar = (value: unknown) =>
  isString(value) ? value !== '' && !/[\0-\x1f\x7f]/.test(value) : Number.isFinite(value)

// State of the module, since an app runs on one host.
/** The host that the app configured, or that was found where there is no wx. */
let configured: any

export function useHost(host: object | undefined): void {
  configured = host
}

/** The first of these global objects that is there. */
export function firstOf(globals: Array<() => any>): any {
  for (const global of globals) {
    try {
      if (isObject(global())) return global()
    } catch (error) {
      // Nobody declares that name here.
    }
  }
}

/** The object of another host that is like WeChat, if there is one. */
const otherHost = () =>
  (configured = firstOf([() => tt, () => qq, () => swan, () => ks, () => jd, () => xhs]))

/**
 * The object whose functions are called: what is configured, or what is there. Being inlined, it costs warm calls no
 * call.
 */
export const hostObject = (): any =>
  configured || (typeof wx === 'object' ? wx : /*@__NOINLINE__*/ otherHost())

/** The message where there is no host. */
export const NO_HOST = '这里没有 wx：请在小程序里调用，或配置 host（支付宝：wafer-client-wasm/alipay）'

/** Hears the outcome: what went wrong, or nothing and what was answered. */
export type Done = (error?: any, answer?: any) => void

/**
 * Calls an asynchronous API of wx and answers what it returned. `done` may be called synchronously, late, or
 * more than once: the core tells late answers from good ones. An answer that throws when `done` reads it is a failure.
 */
export function callWx(api: string, options: AnyObject, done: Done): any {
  const failed = (error: unknown) => done(error || { errMsg: api + ':fail' })
  options.success = (answer: unknown) => {
    try {
      done(undefined, answer)
    } catch (error) {
      failed(error)
    }
  }
  options.fail = failed
  try {
    const answer = hostObject()[api](options)
    ignoreRejection(answer)
    return answer
  } catch (error) {
    failed(error)
  }
}

/** Calls a synchronous API of wx; null where it is missing or throws. */
export function callWxSync(api: string, first?: unknown, second?: unknown): any {
  try {
    const host = /*@__INLINE__*/ hostObject()
    return host[api](first, second)
  } catch (error) {
    return null
  }
}

export function canCallWx(api: string): boolean {
  try {
    return isFunction(hostObject()[api])
  } catch (error) {
    return false
  }
}

/** The HTTP status of an answer; 200 of hosts that leave it out, as the predecessors took it. */
export const statusOf = ({ statusCode }: AnyObject) => +(isMissing(statusCode) ? 200 : statusCode)

/** Applies a method of an object of wx, such as a task, where there is one and it has the method. */
export function applyTo(object: any, method: string, argument?: unknown): void {
  try {
    if (object && object[method]) object[method](argument)
  } catch (error) {
    // A task that cannot listen or abort must not keep its call from settling.
  }
}

/** Taro returns a promise that rejects even where the callbacks were told: nobody else would handle that. */
export const ignoreRejection = (answer: unknown) => applyTo(answer, 'catch', () => {})

/** The app was opened from a shared page in Moments: no login API works there. */
export function isSinglePage(): boolean {
  const category = callWxSync('getApiCategory')
  return category ? category === 'browseOnly' : (callWxSync('getLaunchOptionsSync') || 0).scene === 1154
}

/**
 * Gives `done` a deadline: it is called once, by whoever first calls what is returned, or with `late` after so many ms.
 */
export function within(ms: number, done: Done, late?: unknown): Done {
  let isOpen = true
  const end: Done = (error, answer) => {
    if (!isOpen) return
    isOpen = false
    clearTimeout(deadline)
    done(error, answer)
  }
  const deadline = setTimeout(end, ms, late)
  return end
}

/** Throws where the app's own error handler sees it, and nothing of ours is interrupted. */
export function throwLater(error: unknown): void {
  setTimeout(() => {
    throw error
  })
}

/** Runs the app's code; what it throws is rethrown later. */
export function runCallback(callback: unknown, argument?: unknown): void {
  if (!isFunction(callback)) return
  try {
    callback(argument)
  } catch (error) {
    throwLater(error)
  }
}
