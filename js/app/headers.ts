/** Headers: merged without regard to case, checked for what would break a request. */
import { WX_HEADER_ENCRYPTED_DATA, WX_HEADER_ID, WX_HEADER_IV, WX_HEADER_SKEY } from './constants'
import { invalid } from './errors'
import { type AnyObject, assign, isMissing, isObject, keys, lower } from '../host/wx'

/** The headers of `base`, then those of `over`, which win. */
export function mergeHeaders(base: AnyObject | undefined, over: AnyObject | undefined): AnyObject {
  const merged: AnyObject = {}
  if (base) {
    const names = keys(over || {}).map(lower)
    for (const name of keys(base)) {
      if (names.indexOf(lower(name)) < 0) merged[name] = base[name]
    }
  }
  return assign(merged, over)
}

/** An answer's headers by their names in small letters. */
export function headersOf({ header }: AnyObject): AnyObject {
  const named: AnyObject = {}
  try {
    for (const name of keys(header)) named[lower(name)] = header[name]
  } catch (error) {
    // There are none, or a getter threw: the server said nothing.
  }
  return named
}

/** The caller's headers, by what becomes of them. */
export interface SortedHeaders {
  /** Headers that are sent as they are. */
  header_?: AnyObject
  /** User data, which is good for one session only. */
  userData_?: AnyObject
}

/** The SDK's own names, as it writes them. */
export const OWN_NAMES = [WX_HEADER_ID, WX_HEADER_SKEY, WX_HEADER_ENCRYPTED_DATA, WX_HEADER_IV]
/** The same by their names in lower case. */
const OWN = new Map(OWN_NAMES.map((name): [string, string] => [lower(name), name]))
/** The last value under each name that may be sent as it is: most apps send the same ones again. */
const fit = new Map<string, unknown>()
/** Apps choose the names, of which there may be any number: beyond this many, all are forgotten. */
const MANY_NAMES = 100

/** Whether a header may go as it is; remembers it if so. */
function isFit(name: string, value: unknown): boolean {
  // A value that is no text and cannot become one, such as a symbol, throws here.
  const line = name + value
  // Without JIT a regular expression takes ten times as long.
  if (line.includes('\n') || line.includes('\r')) {
    throw invalid('请求头 ' + name.split(/[\r\n]/)[0] + ' 不能含有换行符')
  }
  if (isMissing(value) || OWN.has(lower(name))) return false
  if (fit.size > MANY_NAMES) fit.clear()
  // An object may be another text next time.
  if (!isObject(value)) fit.set(name, value)
  return true
}

/**
 * Copies the caller's headers, without those that are undefined or null. Session headers that were built by hand are
 * left out, because the session's own replace them; user data that was put in by hand is kept apart.
 */
export function sortHeaders(header: AnyObject, sorted: SortedHeaders): void {
  const copy: AnyObject = (sorted.header_ = assign({}, header))
  for (const name in header) {
    const value = header[name]
    // The same object or text as before: the usual case, and the cheapest to see.
    if (value != null && fit.get(name) === value) continue
    // A polyfill's addition to Object.prototype is no header.
    if (!{}.hasOwnProperty.call(copy, name) || isFit(name, value)) continue
    delete copy[name]
    const own = OWN.get(lower(name))
    if (!isMissing(value) && (own === WX_HEADER_ENCRYPTED_DATA || own === WX_HEADER_IV)) {
      sorted.userData_ = assign({}, sorted.userData_, { [own]: value })
    }
  }
}
