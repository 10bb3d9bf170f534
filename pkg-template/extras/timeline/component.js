'use strict'
/** Draws what the SDK does, as it does it. */

const WORDS = {
  load: '加载内核',
  ready: '内核就绪',
  'load-failed': '内核加载失败',
  crash: '内核出错，重新开始',
  restore: '读出保存的会话',
  check: 'wx.checkSession',
  'check-passed': '微信会话有效',
  'check-failed': '微信会话失效',
  login: 'wx.login',
  'login-request': '登录请求',
  session: '得到会话',
  'login-failed': '登录失败',
  logout: '退出登录',
  'storage-failed': '会话没能保存',
  call: '调用',
  wait: '等待登录',
  'user-info': '取用户数据',
  send: '带会话发出',
  'send-bare': '不带会话发出',
  expired: '服务器说过期',
  'late-expiry': '旧会话过期，无害',
  retry: '用新会话重发',
  success: '成功',
  fail: '失败'
}
const TONES = {
  good: ['ready', 'session', 'success', 'check-passed'],
  busy: ['login', 'login-request', 'wait', 'expired', 'late-expiry', 'retry', 'check-failed'],
  bad: ['load-failed', 'crash', 'login-failed', 'storage-failed', 'fail']
}
const toneOf = (type) => Object.keys(TONES).filter((tone) => TONES[tone].indexOf(type) >= 0)[0] || ''

/** The lines with one event more; one that repeats the last line is counted there. */
function withEvent(lines, { type, at, call, error }, words) {
  const last = lines[lines.length - 1]
  if (last && last.type === type && !last.error && !error) {
    const repeated = Object.assign({}, last, { count: last.count + 1, detail: '' })
    return lines.slice(0, -1).concat(repeated)
  }
  return lines.concat({
    id: last ? last.id + 1 : 1,
    type,
    at,
    text: (words && words[type]) || WORDS[type] || type,
    detail: error || (call ? '#' + call : ''),
    error: !!error,
    count: 1,
    tone: toneOf(type)
  })
}

/** Makes the component. Without `onEvent` it listens to nothing and only draws what it is given. */
exports.define = (onEvent) =>
  Component({
    properties: {
      /** Whether it listens. */
      live: { type: Boolean, value: !!onEvent },
      /** Events of `onEvent` that the page has collected, drawn in the place of those that it would hear itself. */
      events: {
        type: Array,
        value: [],
        observer(events) {
          const { limit, words } = this.data
          const heard = (events || []).reduce((lines, event) => withEvent(lines, event, words), [])
          this.setData({ heard: heard.slice(-limit) })
        }
      },
      /** Lines of the page's own: `{ id, at, text, detail, count, tone, above }` each; `at` in ms, `tone` good, busy, bad or nothing. */
      lines: { type: Array, value: [] },
      /** How many lines stay; the oldest go first. */
      limit: { type: Number, value: 100 },
      /** Words by the type of the event, where others than these are wanted. */
      words: { type: Object, value: {} }
    },

    data: { heard: [] },

    lifetimes: {
      attached() {
        if (onEvent && this.data.live) this.stop = onEvent((event) => this.add(event))
      },
      detached() {
        if (this.stop) this.stop()
      }
    },

    methods: {
      /** Empties it. */
      clear() {
        this.setData({ heard: [] })
      },

      /** Draws an event. */
      add(event) {
        const { heard, limit, words } = this.data
        this.setData({ heard: withEvent(heard, event, words).slice(-limit) })
      }
    }
  })
