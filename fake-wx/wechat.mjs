/**
 * A simulated WeChat back end: codes, session_keys and encrypted user data, without real cryptography.
 * Encrypted data names the session_key it was made under, so that a server can tell when it holds
 * another one. (Real AES is exercised against the session server, through bridge.mjs.)
 *
 * The fake's login APIs use `code`, `checkSession` and `userData`; simulated servers use `exchange` and
 * `decrypt`. Anything with the first three methods (synchronous or returning promises) can stand in.
 */
import { Random } from './random.mjs'

const CODE_LIFETIME_MS = 5 * 60_000

export class WeChat {
  #clock
  #random
  #appid
  #codes = new Map()
  #accounts = new Map()

  constructor({ clock, seed = 1, appid = 'wx0000000000000001' }) {
    this.#clock = clock
    this.#random = new Random(seed ^ 0x5eed)
    this.#appid = appid
  }

  #account(user) {
    if (!this.#accounts.has(user)) {
      this.#accounts.set(user, { openid: `openid-${user}`, sessionKey: undefined, live: false })
    }
    return this.#accounts.get(user)
  }

  /** A fresh code; it rotates the user's session_key. */
  code(user) {
    const account = this.#account(user)
    account.sessionKey = this.#random.hex(32)
    account.live = true
    const code = `0${this.#random.hex(31)}`
    this.#codes.set(code, {
      openid: account.openid,
      sessionKey: account.sessionKey,
      issued: this.#clock.now(),
      used: false
    })
    return code
  }

  /** Whether the session_key of the last code still lives. */
  checkSession(user) {
    return this.#account(user).live
  }

  expireSessionKey(user) {
    this.#account(user).live = false
  }

  /** What wx.getUserInfo answers beside `userInfo`; undefined when no session_key lives. */
  userData(user, userInfo) {
    const account = this.#account(user)
    if (!account.live) return undefined
    const payload = { ...userInfo, openId: account.openid, watermark: this.#watermark() }
    return {
      rawData: JSON.stringify(userInfo),
      signature: this.#random.hex(40),
      encryptedData: `${account.sessionKey}/${encodeURIComponent(JSON.stringify(payload))}`,
      iv: `${this.#random.hex(22)}==`
    }
  }

  #watermark() {
    return { appid: this.#appid, timestamp: Math.floor(this.#clock.now() / 1000) }
  }

  /** What jscode2session answers: a code works once and for five minutes. */
  exchange(code) {
    const issued = this.#codes.get(code)
    if (!issued) return { errcode: 40029, errmsg: 'invalid code' }
    if (issued.used) return { errcode: 40163, errmsg: 'code been used' }
    issued.used = true
    if (this.#clock.now() - issued.issued > CODE_LIFETIME_MS)
      return { errcode: 40029, errmsg: 'invalid code' }
    return { openid: issued.openid, session_key: issued.sessionKey }
  }

  /** The user data, or undefined when it was encrypted under another session_key. */
  decrypt(encryptedData, iv, sessionKey) {
    const [key, payload] = String(encryptedData).split('/')
    if (!iv || !payload || key !== sessionKey) return undefined
    return JSON.parse(decodeURIComponent(payload))
  }
}
