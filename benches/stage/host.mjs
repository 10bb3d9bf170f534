/**
 * A `wx` that costs nothing: plain functions that answer at once, and a storage that returns what it holds. So only the
 * SDK is measured. The cost of native calls on a phone is in another table.
 */
import { MAGIC, SESSION_KEY } from '../../fake-wx/servers.mjs'

export const LOGIN_URL = 'https://api.example.com/login'

export const SESSION = {
  id: '0123456789abcdef0123456789abcdef',
  skey: 'fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210'
}
/** The seven fields that WeChat gives. Wafer's servers pass them on, and the predecessors store them. */
const USER_INFO = {
  nickName: '新用户',
  gender: 0,
  language: 'zh_CN',
  city: 'Shenzhen',
  province: 'Guangdong',
  country: 'China',
  avatarUrl: 'https://api.example.com/avatars/default.png'
}
const HEADER = { 'Content-Type': 'application/json; charset=utf-8' }
const SPOKEN = {
  wafer: {
    stored: SESSION,
    login: { [MAGIC]: 1, session: { ...SESSION, userInfo: USER_INFO } }
  },
  wafer2: {
    stored: { skey: SESSION.skey, userinfo: USER_INFO, time: 1 },
    login: { code: 0, data: { skey: SESSION.skey, userinfo: USER_INFO, time: 1 } }
  }
}
const TASK = { abort() {}, onProgressUpdate() {}, onHeadersReceived() {} }
const NOTHING = () => {}

/**
 * How `request` answers. A phone calls `success` and `complete`. Here `complete` is called only for peers that pass it
 * on: to look for it in vain costs more than the rest of the call.
 */
function answering(body, completes) {
  return completes
    ? (options) => {
        const answer = { data: body, statusCode: 200, header: HEADER, errMsg: 'request:ok' }
        if (options.success) options.success(answer)
        options.complete(answer)
        return TASK
      }
    : (options) => {
        options.success({ data: body, statusCode: 200, header: HEADER, errMsg: 'request:ok' })
        return TASK
      }
}

/**
 * @param {object} options `speaks`: the protocol; `body`: of every answer; `completes`: the peer hands `complete` to
 *   wx; `logsIn`: its calls go to the login URL as well; `parses`: reading the storage parses JSON
 */
export function minimalWx({ speaks, body, completes, logsIn, parses }) {
  const { stored, login } = SPOKEN[speaks]
  const answer = answering(body, completes)
  const answerLogin = answering(login, false)
  const text = JSON.stringify(stored)
  return {
    request: logsIn
      ? (options) => (options.url === LOGIN_URL ? answerLogin(options) : answer(options))
      : answer,
    uploadFile: answer,
    downloadFile: answer,
    login: ({ success }) => success({ code: 'code', errMsg: 'login:ok' }),
    checkSession: ({ success }) => success({ errMsg: 'checkSession:ok' }),
    getStorageSync: parses ? (key) => (key === SESSION_KEY ? JSON.parse(text) : '') : () => stored,
    setStorageSync: NOTHING,
    removeStorageSync: NOTHING,
    onSocketOpen: NOTHING,
    onSocketMessage: NOTHING,
    onSocketClose: NOTHING,
    onSocketError: NOTHING,
    onAppShow: NOTHING,
    onAppHide: NOTHING,
    onNetworkStatusChange: NOTHING,
    getNetworkType: ({ success }) => success({ networkType: 'wifi' })
  }
}

/** Timers that can be set and cleared and never go off: requests are answered at once. */
export const minimalTimers = { setTimeout: () => 1, clearTimeout: NOTHING }

/**
 * Makes every function of a minimal `wx` note its calls: native calls by name in `counts`, the options that reached
 * `request` and `uploadFile` in `sent`. This costs time, so it is not used for what is timed.
 */
export function watch(wx) {
  const counts = {}
  const sent = []
  for (const [name, call] of Object.entries(wx)) {
    wx[name] = (options, value) => {
      counts[name] = (counts[name] ?? 0) + 1
      if (name === 'request' || name === 'uploadFile') sent.push(options)
      return call(options, value)
    }
  }
  return { counts, sent }
}
