/** What the app gives, read with care: getters throw, and callbacks are not always functions. */
import { type AnyObject, assign, isRecord, isString } from '../host/wx'
import { asInvalid, invalid, wrong } from './errors'

/** A copy of what the caller gave; ERR_INVALID_PARAMS if that cannot be read. */
export function copyOf(api: string, options: unknown): AnyObject {
  try {
    // What options usually are comes first.
    if ((options != null && options.constructor === Object) || isRecord(options)) return assign({}, options)
  } catch (error) {
    throw asInvalid(api, error)
  }
  const kind = Array.isArray(options) ? 'array' : options === null ? 'null' : typeof options
  throw invalid(api + ' 传参应为 object 类型，但实际传了 ' + kind + ' 类型')
}

/** Whether all that is given is a function. */
export const areCallbacks = (success: unknown, fail: unknown, complete: unknown): boolean =>
  (!success || typeof success === 'function') &&
  (!fail || typeof fail === 'function') &&
  (!complete || typeof complete === 'function')

/** ERR_INVALID_PARAMS for the first that is given and no function. */
export function checkCallbacks(api: string, success: unknown, fail: unknown, complete: unknown): void {
  const name =
    success && typeof success !== 'function'
      ? 'success'
      : fail && typeof fail !== 'function'
        ? 'fail'
        : complete && typeof complete !== 'function'
          ? 'complete'
          : ''
  if (name) throw wrong(api, name, '函数')
}

export function checkText(api: string, name: string, value: unknown): void {
  if (!isString(value) || !value) throw wrong(api, name, '非空字符串')
}
