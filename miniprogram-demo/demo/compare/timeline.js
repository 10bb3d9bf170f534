// What happened during a run, as lines that a person can read. Twenty calls at once do everything twenty times: events
// of one kind are one line with a count. First comes what the calls did, then what they did after the server had
// refused them.

const TONES = {
  session: 'good',
  success: 'good',
  answer: 'busy',
  expired: 'busy',
  'late-expiry': 'busy',
  retry: 'busy',
  'check-failed': 'busy',
  fail: 'bad',
  'login-failed': 'bad',
  'load-failed': 'bad',
  crash: 'bad'
}

class Timeline {
  constructor() {
    this.start = Date.now()
    this.duration = 0
    this.steps = []
  }

  // `call` is the number of the call that this is about, if it has one: nothing counts twice for one call. `attempt` is
  // how often the server has refused it before, and `detail` an error's code or the like.
  add(kind, { call, attempt = 0, detail = '' }) {
    this.duration = Date.now() - this.start
    const isSame = (step) => step.kind === kind && step.attempt === attempt && step.detail === detail
    const [same] = this.steps.filter(isSame)
    if (!same) this.steps.push({ kind, attempt, detail, at: this.duration, calls: [call], count: 1 })
    else if (call === undefined || same.calls.indexOf(call) < 0) {
      same.calls.push(call)
      same.count += 1
    }
  }

  // `words` has a text for each kind.
  lines(words) {
    const ordered = this.steps.slice().sort((one, other) => one.attempt - other.attempt)
    return ordered.map(({ kind, attempt, detail, at, count }, id) => ({
      id,
      kind,
      at,
      count,
      text: words[kind],
      detail,
      // The first line of what came after a refusal says which one it was.
      after: id > 0 && ordered[id - 1].attempt < attempt ? attempt : 0,
      tone: TONES[kind] || ''
    }))
  }
}

module.exports = { Timeline }
