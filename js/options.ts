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

export function checkCallbacks(api: string, own: Loose): void {
  for (const name of ['success', 'fail', 'complete']) {
    if (own[name] && !isFunction(own[name])) throw wrong(api, name, '函数')
  }
}

export function checkText(api: string, name: string, text: unknown): void {
  if (!isString(text) || !text) throw wrong(api, name, '非空字符串')
}
