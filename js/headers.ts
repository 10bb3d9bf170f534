/** Headers: merged without regard to case, checked for what would break a request. */
import { WX_HEADER_ENCRYPTED_DATA, WX_HEADER_ID, WX_HEADER_IV, WX_HEADER_SKEY } from './constants'
import { invalid } from './errors'
import { type Loose, isMissing } from './host'

/** The headers of `base`, then those of `over`, which win. */
export function mergeHeaders(base: Loose | undefined, over: Loose | undefined): Loose {
  if (!base) return Object.assign({}, over)
  const names: Loose = {}
  for (const name in over) names[name.toLowerCase()] = 1
  const merged: Loose = {}
  for (const name in base) if (!names[name.toLowerCase()]) merged[name] = base[name]
  return Object.assign(merged, over)
}

const SESSION_NAMES = [WX_HEADER_ID, WX_HEADER_SKEY].map((name) => name.toLowerCase())
const USER_DATA_NAMES: Loose = {}
for (const name of [WX_HEADER_ENCRYPTED_DATA, WX_HEADER_IV]) USER_DATA_NAMES[name.toLowerCase()] = name

/**
 * The caller's headers, copied without those that are undefined or null. Session headers that were built by hand are
 * left out, because the session's own replace them; user data that was put in by hand is moved to `userData`,
 * because it is good for one session only.
 */
export function callerHeaders(header: Loose, userData: Loose): Loose {
  const copy: Loose = {}
  for (const name in header) {
    const value = header[name]
    if (isMissing(value)) continue
    // What cannot be put in a line of text, such as a symbol, throws here.
    if (/[\r\n]/.test(name + value)) throw invalid('请求头 ' + name.split(/[\r\n]/)[0] + ' 不能含有换行符')
    const lower = name.toLowerCase()
    if (USER_DATA_NAMES[lower]) userData[USER_DATA_NAMES[lower]] = value
    else if (SESSION_NAMES.indexOf(lower) < 0) copy[name] = value
  }
  return copy
}
