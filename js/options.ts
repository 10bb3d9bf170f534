/** What the app gives, read with care: getters throw, and callbacks are not always functions. */
import { asInvalid, invalid, wrong } from './errors'
import { type Loose, assign, isFunction, isRecord, isString } from './host'

/** A copy of what the caller gave; ERR_INVALID_PARAMS if that cannot be read. */
export function copyOf(api: string, options: unknown): Loose {
  try {
    if (isRecord(options)) return assign({}, options)
  } catch (error) {
    throw asInvalid(api, error)
  }
  const kind = Array.isArray(options) ? 'array' : options === null ? 'null' : typeof options
  throw invalid(api + ' 传参应为 object 类型，但实际传了 ' + kind + ' 类型')
}

const isCallback = (value: unknown) => !value || isFunction(value)

export function checkCallbacks(api: string, { success, fail, complete }: Loose): void {
  // In a row: without JIT, a loop over the names would be a tenth of what JS spends on a request.
  const name = isCallback(success)
    ? isCallback(fail)
      ? isCallback(complete)
        ? ''
        : 'complete'
      : 'fail'
    : 'success'
  if (name) throw wrong(api, name, '函数')
}

export function checkText(api: string, name: string, value: unknown): void {
  if (!isString(value) || !value) throw wrong(api, name, '非空字符串')
}
