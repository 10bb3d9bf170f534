/** Timeline, costs, records and checks of a step as lines of text. */

/** What the events say, for people who have not read the typings. */
const WORDS = {
  load: 'loads the WebAssembly module',
  ready: 'is ready',
  'load-failed': 'could not load the module',
  crash: 'the module failed; the next call starts it anew',
  call: 'takes the call',
  wait: 'holds the call until there is a session',
  restore: 'reads the stored session',
  check: 'asks WeChat whether the session_key is live',
  'check-passed': 'it is',
  'check-failed': 'it is not',
  login: 'asks WeChat for a code',
  'user-info': 'fetches encrypted user data',
  'login-request': 'sends the code to the login URL',
  session: 'has a session',
  'login-failed': 'the login failed',
  'send-bare': 'sends the request without a session',
  send: 'signs and sends the request',
  expired: 'the server says: expired',
  'late-expiry': 'refused like the first; no further login',
  retry: 'will send the call again',
  success: 'hands the answer to the app',
  fail: 'hands an error to the app',
  logout: 'forgets the session',
  'storage-failed': 'could not store the session'
}

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

const TIME_WIDTH = 11
const EVENT_WIDTH = 15
const TEXT_WIDTH = 45

/** `['a', 'b', 'b']` as `a, b ×2`. */
function counted(names) {
  const counts = new Map()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].map(([name, count]) => (count > 1 ? `${name} ×${count}` : name))
}

/** The same for neighbours only, so that the order stays visible. */
function runs(names) {
  const found = []
  for (const name of names) {
    if (found.at(-1)?.name === name) found.at(-1).count += 1
    else found.push({ name, count: 1 })
  }
  return found.map(({ name, count }) => (count > 1 ? `${name} ×${count}` : name))
}

const milliseconds = (ms) => (ms < 10 ? ms.toFixed(1) : ms.toFixed(0))
const plural = (count, noun) => `${count} ${noun}${count === 1 ? '' : 's'}`

export class Printer {
  #write
  #paint

  /** @param {(line: string) => void} write @param {boolean} colours */
  constructor(write, colours) {
    const style = (code) => (text) => (colours && text !== '' ? `\x1b[${code}m${text}\x1b[0m` : text)
    this.#write = write
    this.#paint = { bold: style(1), dim: style(2), red: style(31), green: style(32), cyan: style(36) }
  }

  line(text = '') {
    this.#write(text.trimEnd())
  }

  title(number, { title, code }) {
    this.line()
    this.line(this.#paint.bold(`${number}  ${title}`))
    this.line(`   ${this.#paint.cyan(code)}`)
  }

  /** What was seen in a step. */
  seen({ moments, nativeCalls, elapsedMs, records }, answer) {
    for (const moment of moments) this.#moment(moment)
    const names = counted(nativeCalls.map((call) => call.split(' ')[0])).join(', ')
    this.#fact(
      'cost',
      `${plural(nativeCalls.length, 'native call')} in ${milliseconds(elapsedMs)} ms: ${names}`
    )
    const { entries, logins, sessionRequests } = records
    const served = runs(entries.map(({ path, outcome }) => `${path} ${outcome}`)).join(' → ')
    this.#fact('server', served || 'nothing that concerns a session')
    this.#fact(
      'records',
      `${plural(logins.attempted, 'login')}, ${plural(sessionRequests.ok, 'signed request')} served, ` +
        `${sessionRequests.refused} refused`
    )
    this.#fact('answer', answer)
  }

  /** @param {{ text: string, seen: unknown, expected: unknown, holds: boolean }} claim */
  claim({ text, seen, expected, holds }) {
    const { green, red } = this.#paint
    if (holds) this.line(`   ${green('✔')} ${text}`)
    else this.line(red(`   ✘ ${text}: expected ${JSON.stringify(expected)}, saw ${JSON.stringify(seen)}`))
  }

  failure(error) {
    const type = error?.type ? `${error.type}: ` : ''
    this.line(this.#paint.red(`   ✘ the step failed: ${type}${error?.message ?? error}`))
  }

  verdict(text, passed) {
    this.line()
    this.line(this.#paint[passed ? 'green' : 'red'](`${passed ? '✔' : '✘'} ${text}`))
  }

  #moment({ atMs, untilMs, events, nativeCalls }) {
    const from = milliseconds(atMs)
    const until = milliseconds(untilMs)
    let time = `${from === until ? from : `${from}–${until}`} ms`
    const left = [...nativeCalls]
    const kinds = [...new Set(events.map(({ type }) => type))]
    for (const [index, kind] of kinds.entries()) {
      const isLast = index === kinds.length - 1
      const mine = left.splice(0, isLast ? left.length : callsUpTo(left, NATIVE[kind]))
      const ofKind = events.filter(({ type }) => type === kind)
      this.#row(time, kind, describe(kind, ofKind), runs(mine).join(', '))
      time = ''
    }
    if (kinds.length === 0) this.#row(time, '', '', runs(left).join(', '))
  }

  #row(time, kind, text, native) {
    const { dim, cyan } = this.#paint
    const columns = [
      dim(time.padStart(TIME_WIDTH)),
      kind.padEnd(EVENT_WIDTH),
      dim(text.padEnd(TEXT_WIDTH)),
      cyan(native)
    ]
    this.line(columns.join('  '))
  }

  #fact(name, text) {
    this.line(`   ${this.#paint.dim(name.padEnd(9))}${text}`)
  }
}

function describe(kind, events) {
  // A call may say twice that it waits: for what is stored, and for the login.
  const count = new Set(events.map(({ call }) => call)).size
  const errors = [...new Set(events.map(({ error }) => error).filter(Boolean))].join(', ')
  return `${WORDS[kind] ?? ''}${count > 1 ? ` ×${count}` : ''}${errors && `: ${errors}`}`
}

/** How many of the calls belong to an event: those up to the last in a row of its own API. */
function callsUpTo(nativeCalls, api) {
  if (!api) return 0
  const matches = (call) => {
    const name = call.split(' ')[0]
    return typeof api === 'string' ? api === name : api.test(name)
  }
  let end = nativeCalls.findIndex(matches) + 1
  while (end > 0 && end < nativeCalls.length && matches(nativeCalls[end])) end += 1
  return end
}
