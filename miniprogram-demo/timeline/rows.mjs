/**
 * The moments of a step as rows. Events of one kind are one row: first what the calls did, then what they did after the
 * server had refused them, or after a tunnel had lost its connection.
 */

/** The native call at which an event ends: those before it in the log belong to it, too. */
const NATIVE = {
  load: 'WXWebAssembly.instantiate',
  restore: 'getStorageSync',
  check: 'checkSession',
  login: 'login',
  'user-info': 'getUserInfo',
  'login-request': 'request',
  session: 'setStorageSync',
  'send-bare': 'request',
  send: /^(request|uploadFile|downloadFile)$/,
  logout: 'removeStorageSync'
}

export const apiOf = (call) => call.split(' ')[0]

/**
 * How many of the calls belong to an event: those up to the first of its own API, and more of that API directly after
 * it.
 */
function callsUpTo(nativeCalls, api) {
  if (!api) return 0
  const matches = (call) => (typeof api === 'string' ? api === apiOf(call) : api.test(apiOf(call)))
  let end = nativeCalls.findIndex(matches) + 1
  while (end > 0 && end < nativeCalls.length && matches(nativeCalls[end])) end += 1
  return end
}

/** `['a', 'b', 'b']` as `[['a', 1], ['b', 2]]`. */
export function counted(names) {
  const counts = new Map()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts]
}

export function rowsOf(moments) {
  const rows = []
  const refusals = new Map()
  let losses = 0
  const attemptOf = ({ call }) =>
    losses + (call === undefined ? Math.max(0, ...refusals.values()) : (refusals.get(call) ?? 0))

  const rowFor = (event, atMs) => {
    const attempt = attemptOf(event)
    const same = (row) => row.kind === event.type && row.attempt === attempt && row.error === event.error
    const found = rows.find(same)
    if (found) return found
    rows.push({ kind: event.type, attempt, error: event.error, atMs, calls: new Set(), nativeCalls: [] })
    return rows.at(-1)
  }

  for (const { atMs, events, nativeCalls } of moments) {
    const left = [...nativeCalls]
    let last
    for (const [index, event] of events.entries()) {
      last = rowFor(event, atMs)
      // A call may say twice that it waits: for what is stored, and for the login.
      last.calls.add(event.call ?? Symbol('of no call'))
      if (events[index + 1]?.type !== event.type) {
        last.nativeCalls.push(...left.splice(0, callsUpTo(left, NATIVE[event.type])))
      }
      if (event.type === 'expired' || event.type === 'late-expiry') {
        refusals.set(event.call, (refusals.get(event.call) ?? 0) + 1)
      }
      if (event.type === 'tunnel-lost') losses += 1
    }
    if (left.length === 0) continue
    if (!last) rows.push((last = { kind: '', attempt: 0, atMs, calls: new Set(), nativeCalls: [] }))
    last.nativeCalls.push(...left)
  }
  return rows.sort((one, other) => one.attempt - other.attempt)
}
