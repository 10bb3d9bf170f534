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
    /** How many lines stay; the oldest go first. */
    limit: { type: Number, value: 100 },
    /** Words by the type of the event, where others than these are wanted. */
    words: { type: Object, value: {} }
  },

  data: { lines: [] },

  lifetimes: {
    attached() {
      this.stop = onEvent((event) => this.add(event))
    },
    detached() {
      this.stop()
    }
  },

  methods: {
    /** Empties it. */
    clear() {
      this.setData({ lines: [] })
    },

    /** Draws an event; one that repeats the line before is counted there. */
    add({ type, at, call, error }) {
      const { lines, limit, words } = this.data
      const last = lines[lines.length - 1]
      if (last && last.type === type && !last.error && !error) {
        const count = last.count + 1
        return this.setData({ lines: lines.slice(0, -1).concat(Object.assign({}, last, { count, call: 0 })) })
      }
      const text = (words && words[type]) || WORDS[type] || type
      const id = last ? last.id + 1 : 1
      const line = { id, type, at, text, call: call || 0, count: 1, error: error || '', tone: toneOf(type) }
      this.setData({ lines: lines.concat(line).slice(-limit) })
    }
  }
})
