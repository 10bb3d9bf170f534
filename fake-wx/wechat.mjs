/**
 * A simulated WeChat back end: codes, session_keys and encrypted user data. Encrypted data can be read under the
 * session_key that it was made under, and under no other. The cipher is what the runtime has: `wafer-client-wasm/testing`
 * brings AES-128-CBC as WeChat uses it (Node's own); without one, `plainCipher` marks the data with its key.
 *
 * The fake's login APIs use `code`, `checkSession` and `userData`; simulated servers use `exchange` and
 * `decrypt`. Anything with the first three methods (synchronous or returning promises) can stand in.
 */
import { Random } from './random.mjs'

const CODE_LIFETIME_MS = 5 * 60_000

/** A cipher in name only, for engines without cryptography, such as JavaScriptCore's shell. */
export const plainCipher = {
  key: (random) => random.hex(32),
  iv: (random) => `${random.hex(22)}==`,
  encrypt: (text, key) => `${key}/${encodeURIComponent(text)}`,
  /** The text, or undefined when it was encrypted under another key. */
  decrypt(encryptedData, iv, key) {
    const [madeUnder, payload] = encryptedData.split('/')
    return iv && payload && madeUnder === key ? decodeURIComponent(payload) : undefined
  }
}

export class WeChat {
  #clock
  #random
  #appid
  #cipher
  #codes = new Map()
  #accounts = new Map()

  constructor({ clock, seed = 1, appid = 'wx0000000000000001', cipher = plainCipher }) {
    this.#clock = clock
    this.#random = new Random(seed ^ 0x5eed)
    this.#appid = appid
    this.#cipher = cipher
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
    account.sessionKey = this.#cipher.key(this.#random)
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
    const iv = this.#cipher.iv(this.#random)
    return {
      rawData: JSON.stringify(userInfo),
      signature: this.#random.hex(40),
      encryptedData: this.#cipher.encrypt(JSON.stringify(payload), account.sessionKey, iv),
      iv
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
    const text = this.#cipher.decrypt(String(encryptedData), iv, sessionKey)
    return text === undefined ? undefined : JSON.parse(text)
  }
}
