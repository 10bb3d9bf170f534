'use strict'
/** What the SDK does, drawn as it does it: `usingComponents: { timeline: 'wafer-client-wasm/extras/timeline/index' }`. */
const { onEvent } = require('../../index.js')

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

Component({
  properties: {
    /** Whether it listens. With false, it draws `lines` instead. */
    live: { type: Boolean, value: true },
    /** `{ id, at, text, detail, count, tone, above }` each; `at` in ms, `tone` good, busy, bad or nothing. */
    lines: { type: Array, value: [] },
    /** How many lines stay; the oldest go first. */
    limit: { type: Number, value: 100 },
    /** Words by the type of the event, where others than these are wanted. */
    words: { type: Object, value: {} }
  },

  data: { heard: [] },

  lifetimes: {
    attached() {
      if (this.data.live) this.stop = onEvent((event) => this.add(event))
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

    /** Draws an event; one that repeats the line before is counted there. */
    add({ type, at, call, error }) {
      const { heard, limit, words } = this.data
      const last = heard[heard.length - 1]
      if (last && last.type === type && !last.error && !error) {
        const repeated = Object.assign({}, last, { count: last.count + 1, detail: '' })
        return this.setData({ heard: heard.slice(0, -1).concat(repeated) })
      }
      const line = {
        id: last ? last.id + 1 : 1,
        type,
        at,
        text: (words && words[type]) || WORDS[type] || type,
        detail: error || (call ? '#' + call : ''),
        error: !!error,
        count: 1,
        tone: toneOf(type)
      }
      this.setData({ heard: heard.concat(line).slice(-limit) })
    }
  }
})
