/** Headers: merged without regard to case, checked for what would break a request. */
import { WX_HEADER_ENCRYPTED_DATA, WX_HEADER_ID, WX_HEADER_IV, WX_HEADER_SKEY } from './constants'
import { invalid } from './errors'
import { type Loose, assign, isMissing } from './host'

/** The headers of `base`, then those of `over`, which win. */
export function mergeHeaders(base: Loose | undefined, over: Loose | undefined): Loose {
  const merged: Loose = {}
  if (base) {
    const names: Loose = {}
    for (const name in over) names[name.toLowerCase()] = 1
    for (const name in base) if (!names[name.toLowerCase()]) merged[name] = base[name]
  }
  return assign(merged, over)
}

/** The caller's headers, by what becomes of them. */
export interface SortedHeaders {
  /** What is sent as it is. */
  header_?: Loose
  /** User data, which is good for one session only. */
  userData_?: Loose
}

/** Headers that are the SDK's own business, by their names in lower case. */
const OWN: Loose = {}
for (const name of [WX_HEADER_ID, WX_HEADER_SKEY, WX_HEADER_ENCRYPTED_DATA, WX_HEADER_IV]) {
  OWN[name.toLowerCase()] = name
}

/**
 * Copies the caller's headers, without those that are undefined or null. Session headers that were built by hand are
 * left out, because the session's own replace them; user data that was put in by hand is kept apart.
 */
export function sortHeaders(header: Loose, sorted: SortedHeaders): void {
  const copy: Loose = (sorted.header_ = {})
  for (const name in header) {
    const value = header[name]
    if (isMissing(value)) continue
    // What cannot be put in a line of text, such as a symbol, throws here.
    const line = name + value
    // Without JIT a regular expression takes three times as long.
    if (line.indexOf('\r') >= 0 || line.indexOf('\n') >= 0) {
      throw invalid('请求头 ' + name.split(/[\r\n]/)[0] + ' 不能含有换行符')
    }
    const own = OWN[name.toLowerCase()]
    if (!own) copy[name] = value
    else if (own === WX_HEADER_ENCRYPTED_DATA || own === WX_HEADER_IV) {
      ;(sorted.userData_ = sorted.userData_ || {})[own] = value
    }
  }
}
