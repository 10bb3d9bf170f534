/** Reads options of the app with care: getters may throw, and callbacks need not be functions. */
import { type AnyObject, assign, isRecord, isString } from '../host/wx'
import { asInvalid, invalid, wrong } from './errors'

/** A copy of what the caller gave; ERR_INVALID_PARAMS if that cannot be read. */
export function copyOf(api: string, options: unknown): AnyObject {
  try {
    if (isRecord(options)) return assign({}, options)
  } catch (error) {
    throw asInvalid(api, error)
  }
  const kind = Array.isArray(options) ? 'array' : options === null ? 'null' : typeof options
  throw invalid(api + ' 传参应为 object 类型，但实际传了 ' + kind + ' 类型')
}

/** The name of the first callback that is given and no function; undefined if there is none. */
export const wrongCallback = (success: unknown, fail: unknown, complete: unknown): string | undefined =>
  // Written out: without JIT, a loop over the names would take a tenth of the time that JS spends on a request.
  success && typeof success !== 'function'
    ? 'success'
    : fail && typeof fail !== 'function'
      ? 'fail'
      : complete && typeof complete !== 'function'
        ? 'complete'
        : undefined

/** ERR_INVALID_PARAMS for that callback. */
export const notCallback = (api: string, name: string) => wrong(api, name, '函数')

export function checkText(api: string, name: string, value: unknown): void {
  if (!isString(value) || !value) throw wrong(api, name, '非空字符串')
}
