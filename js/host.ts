/** `wx`, held at arm's length: whatever it lacks, throws or leaves out becomes an ordinary failure. */
import { Cause } from './codes'

type Options = Record<string, unknown>
/** Any object whose members may be anything or missing. */
export type Loose = Record<string, any>

declare const wx: Loose

// The package says it often.
export const { assign } = Object

export const isMissing = (value: unknown) => value === undefined || value === null
export const isObject = (value: unknown): value is Loose => typeof value === 'object' && value !== null
/** An object that can hold options or headers. */
export const isRecord = (value: unknown): value is Loose => isObject(value) && !Array.isArray(value)
export const isFunction = (value: unknown): value is (...values: any[]) => any => typeof value === 'function'
export const isString = (value: unknown): value is string => typeof value === 'string'

/** What can be said of a failure without giving anything away. */
export function wordsOf(error: unknown): string {
  return isObject(error) ? String(error.errMsg || error.message || error.type || '') : String(error)
}

/** Hears the outcome: what went wrong, or nothing and what was answered. */
export type Done = (error: any, answer?: any) => void

/**
 * Calls an asynchronous API of wx and answers what it returned. `done` may be called synchronously, late, or
 * more than once: the core tells late answers from good ones.
 */
export function ask(api: string, options: Options, done: Done): any {
  options.success = (answer: unknown) => done(undefined, answer)
  options.fail = (error: unknown) => done(error || { errMsg: api + ':fail' })
  try {
    return wx[api](options)
  } catch (error) {
    done(error)
  }
}

/** Calls a synchronous API of wx; null where it is missing or throws. */
export function tell(api: string, first?: unknown, second?: unknown): any {
  try {
    return wx[api](first, second)
  } catch (error) {
    return null
  }
}

/** Stores a value; answers whether that worked. */
export const store = (key: string, value: unknown) => tell('setStorageSync', key, value) !== null

export function canIUse(api: string): boolean {
  try {
    return isFunction(wx[api])
  } catch (error) {
    return false
  }
}

/** The app was opened from a shared page in Moments: no login API works there. */
export function isSinglePage(): boolean {
  const category = tell('getApiCategory')
  return category ? category === 'browseOnly' : (tell('getLaunchOptionsSync') || 0).scene === 1154
}

/** How hosts put it, from Cause.Timeout on. */
const CAUSES = [/time(d )?[ -]?out/i, /abort/i, /^(?!.*privacy).*den(y|ied)/i, /privacy/i]

/** Cause.Other, which is 0, if no words of a host's fit. */
export function causeOf(error: unknown): Cause {
  const said = isObject(error) && error.errno === 104 ? 'privacy' : wordsOf(error)
  return CAUSES.findIndex((words) => words.test(said)) + 1
}

/** Runs the app's code; what it throws is rethrown where the app's own error handler sees it. */
export function run(listener: unknown, argument?: unknown): void {
  if (!isFunction(listener)) return
  try {
    listener(argument)
  } catch (error) {
    setTimeout(() => {
      throw error
    })
  }
}
