// Turns what the SDK reports through onEvent into lines that a person can read.
const TEXTS = {
  call: '调用 request',
  wait: '等待登录态',
  restore: '读取本地保存的登录态',
  check: '问微信：wx.checkSession',
  'check-passed': '微信：session_key 有效',
  'check-failed': '微信：session_key 失效',
  login: '取 code：wx.login',
  'user-info': '取用户资料',
  'login-request': '用 code 向服务器换登录态',
  session: '拿到登录态',
  'login-failed': '登录失败',
  'send-bare': '发出请求，不带登录态',
  send: '带上登录态，发出请求',
  expired: '服务器：登录态已过期',
  'late-expiry': '迟到的“过期”：已有新登录态，不再登录',
  retry: '要用新的登录态重发',
  success: '成功',
  fail: '失败',
  logout: '清除登录态',
  'storage-failed': '登录态没能存下，只留在内存里'
}

const TONES = {
  session: 'good',
  success: 'good',
  expired: 'busy',
  'late-expiry': 'busy',
  retry: 'busy',
  'check-failed': 'busy',
  fail: 'bad',
  'login-failed': 'bad'
}

// Twenty calls at once make twenty events of each kind. Between the events that concern them all, those of a kind are
// one line with a count.
const SHARED = ['login', 'login-request', 'session', 'login-failed', 'expired', 'logout']

function addStep(steps, { type, at, call }) {
  for (let i = steps.length - 1; i >= 0 && !SHARED.includes(type) && !SHARED.includes(steps[i].type); i--) {
    if (steps[i].type === type) {
      if (!steps[i].calls.includes(call)) steps[i].calls.push(call)
      return
    }
  }
  steps.push({ type, at, calls: [call] })
}

class Timeline {
  constructor(title) {
    this.title = title
    this.steps = []
    this.start = null
    this.end = null
  }

  add(event) {
    if (this.start === null) this.start = event.at
    this.end = event.at
    addStep(this.steps, event)
  }

  // What the page shows; `counts` are the native calls by name.
  view(counts) {
    const names = Object.keys(counts)
    const total = names.reduce((sum, name) => sum + counts[name], 0)
    return {
      steps: this.steps.map(({ type, at, calls }, id) => ({
        id,
        ms: Math.round(at - this.start),
        text: TEXTS[type] || type,
        tone: TONES[type] || '',
        count: calls.length
      })),
      duration: this.start === null ? 0 : Math.round(this.end - this.start),
      native: total,
      nativeNames: names.map((name) => `${name}×${counts[name]}`).join(' ')
    }
  }
}

module.exports = { Timeline }
