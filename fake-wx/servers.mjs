/**
 * In-process session servers for virtual time: WaferServer, Wafer2Server, BearerServer.
 *
 *   const server = new WaferServer({ clock, sessionsPerUser: 'one', loginMode: 'code' })
 *   server.handle({ method, url, header, data }) → { statusCode, header, data, delayMs }
 *
 * Paths: /login; with a session: /user (takes encrypted data), /echo, /upload, /logout, /tunnel; without:
 * /public. `server.route(path, (request, session) => response, { session: true })` adds or replaces one;
 * a response may be a promise; `'POST /orders'` is for one method alone. Header names are matched without regard to case.
 *
 * Controls: expire(user) (all users when none is named), alwaysInvalid = true (every session request is
 * refused as expired), refusesLogins = 'why' (every login is refused), respond(path, response, { times }) (the next
 * requests there get this instead), wechat.expireSessionKey(user), tunnel (see tunnel.mjs).
 *
 * records: loginAttempts, logins, loginsRefused, loginsWithSession (login requests that carried session
 * headers, which must never happen), ok, refused, anonymous, undecryptable, and `list` in order:
 * { time, path, outcome, user }; resetRecords() starts anew.
 *
 * Options: clock, seed, wechat, sessionsPerUser 'one' (default: a login ends the user's earlier session)
 * or 'many', loginMode 'code' or 'code+userInfo' (insists on all three login headers and on data under the
 * session_key of that code), checksLoginUserData (default true; false: login looks at the code alone, even
 * when a client sends more), ttlMs, latency [min, max] ms of work after the request was handled,
 * userInfoInSession (wafer only; default: as servers of the login mode do).
 */
import { Random } from './random.mjs'
import { toText } from './bytes.mjs'
import { TunnelService } from './tunnel.mjs'
import { WeChat } from './wechat.mjs'

export const MAGIC = 'F2C224D4-2BCE-4C64-AF9F-A6D872000D1A'
export const SESSION_KEY = `weapp_session_${MAGIC}`

const DEFAULT_PROFILE = { nickName: '新用户', avatarUrl: 'https://api.example.com/avatars/default.png' }
const JSON_HEADER = { 'Content-Type': 'application/json; charset=utf-8' }

const json = (data, statusCode = 200) => ({ statusCode, header: JSON_HEADER, data })

export function headerOf({ header }, name) {
  const wanted = name.toLowerCase()
  for (const key in header) {
    if (key.toLowerCase() === wanted) return header[key]
  }
  return undefined
}

/** A path, with or without a method in front; `respond('orders', …)` would wait for ever for a request. */
function checkPath(path) {
  if (!/^([A-Z]+ )?\//.test(path)) {
    throw new TypeError(
      `'${path}' is no path: it begins with a slash, or with a method, as in 'POST /orders'`
    )
  }
}

const RESPONSE = ['statusCode', 'header', 'data', 'chunks', 'delayMs']

/** What a route of a test answered, if it can be sent: a bare value, or a misspelt field, would arrive as an empty body. */
function checked(path, response) {
  if (typeof response?.then === 'function') return response.then((settled) => checked(path, settled))
  const isResponse = Object.prototype.toString.call(response) === '[object Object]'
  const strange = isResponse && Object.keys(response).find((name) => !RESPONSE.includes(name))
  if (isResponse && strange === undefined) return response
  const given = isResponse ? `'${strange}'` : JSON.stringify(response)
  throw new TypeError(`the route '${path}' answers ${given}; a response is { ${RESPONSE.join(', ')} }`)
}

const pathOf = (request) => request.path ?? /^(?:https?:\/\/[^/?#]*)?([^?#]*)/i.exec(request.url)[1]

class SessionServer {
  #clock
  #random
  #latency
  #perUser
  #routes = new Map()
  #responses = []
  /* Benchmarks answer millions of requests: nothing is looked for that nobody gave. */
  #namesMethods = false

  constructor({
    clock,
    seed = 1,
    wechat = new WeChat({ clock, seed }),
    sessionsPerUser = 'one',
    loginMode = 'code',
    checksLoginUserData = true,
    ttlMs = 30 * 24 * 3_600_000,
    latency = [0, 0]
  }) {
    this.#clock = clock
    this.#random = new Random(seed ^ 0x5e55)
    this.#latency = latency
    this.#perUser = sessionsPerUser
    this.clock = clock
    this.wechat = wechat
    this.loginMode = loginMode
    this.checksLoginUserData = checksLoginUserData
    this.ttlMs = ttlMs
    this.alwaysInvalid = false
    this.refusesLogins = ''
    this.sessions = new Map()
    this.users = new Map()
    this.tunnel = new TunnelService({ random: this.#random })
    this.resetRecords()

    this.#add('/user', (request, session) => this.userRequest(request, session), { session: true })
    this.#add('/echo', (request) => this.echo(request), { session: true })
    this.#add('/upload', (request) => this.echo(request), { session: true })
    this.#add('/logout', (request, session) => this.logout(session), { session: true })
    this.#add('/tunnel', (request) => this.tunnelAnswer(this.tunnel.issue(request.origin)), {
      session: true
    })
    this.#add('/public', (request) => this.echo(request))
  }

  resetRecords() {
    this.records = {
      loginAttempts: 0,
      logins: 0,
      loginsRefused: 0,
      loginsWithSession: 0,
      ok: 0,
      refused: 0,
      anonymous: 0,
      undecryptable: 0,
      list: []
    }
  }

  /** @param {string} path with a method in front (`'POST /orders'`) for that method alone */
  route(path, handler, options) {
    checkPath(path)
    if (typeof handler !== 'function') throw new TypeError(`the route '${path}' has no function that answers`)
    this.#add(path, (request, session) => checked(path, handler(request, session)), options)
  }

  #add(path, handler, { session = false } = {}) {
    if (path.includes(' ')) this.#namesMethods = true
    this.#routes.set(path, { handler, session })
  }

  /** The next `times` requests to `path` get this response, whatever the server would say. */
  respond(path, response, { times = 1 } = {}) {
    checkPath(path)
    checked(path, response)
    this.#responses.push({ path, response, times })
  }

  #scripted(path, method) {
    if (this.#responses.length === 0) return undefined
    const scripted = this.#responses.find(
      (entry) => entry.times > 0 && (entry.path === path || entry.path === `${method} ${path}`)
    )
    if (!scripted) return undefined
    scripted.times -= 1
    this.records.list.push({ time: this.#clock.now(), path, outcome: 'scripted', user: undefined })
    return { header: JSON_HEADER, ...scripted.response }
  }

  expire(user) {
    for (const [skey, session] of this.sessions) {
      if (user === undefined || session.user === user) this.sessions.delete(skey)
    }
  }

  handle(request) {
    const path = pathOf(request)
    const method = request.method ?? 'GET'
    const response =
      this.#scripted(path, method) ??
      (path === '/login' ? this.login(request) : this.dispatch(path, request, method))
    if (typeof response?.then === 'function') return response.then((settled) => this.#withWork(settled))
    return this.#withWork(response)
  }

  openSocket(request, socket) {
    return this.tunnel.open(request, socket)
  }

  #withWork(response) {
    const [min, max] = this.#latency
    if (max === 0) return response
    return { delayMs: this.#random.between(min, max), ...response }
  }

  record(counter, path, outcome, user) {
    this.records[counter] += 1
    this.records.list.push({ time: this.#clock.now(), path, outcome, user })
  }

  dispatch(path, request, method) {
    const route = (this.#namesMethods && this.#routes.get(`${method} ${path}`)) || this.#routes.get(path)
    if (!route) {
      this.records.list.push({ time: this.#clock.now(), path, outcome: 'not found', user: undefined })
      return json({ error: 'NOT_FOUND', message: `no route for ${method} ${path}` }, 404)
    }
    if (!route.session) {
      this.record('anonymous', path, 'anonymous')
      return route.handler(request)
    }
    const credential = this.credential(request)
    if (!credential) {
      this.record('refused', path, 'no credential')
      return this.missing()
    }
    const session = this.sessions.get(credential.skey)
    const live = session && this.#clock.now() - session.issued < this.ttlMs
    if (!live || this.alwaysInvalid || (credential.id !== undefined && credential.id !== session.id)) {
      this.record('refused', path, 'expired')
      return this.expired()
    }
    this.record('ok', path, 'ok', session.user)
    return route.handler(request, session)
  }

  login(request) {
    this.records.loginAttempts += 1
    if (this.credential(request)) this.records.loginsWithSession += 1
    const code = this.loginCode(request)
    const exchanged = code ? this.wechat.exchange(code) : { errcode: 41008, errmsg: 'missing code' }
    const refuse = (reason) => {
      this.record('loginsRefused', '/login', reason)
      return this.loginError(reason)
    }
    if (this.refusesLogins) return refuse(this.refusesLogins)
    if (!exchanged.openid) return refuse(`${exchanged.errcode} ${exchanged.errmsg}`)
    const data = this.checksLoginUserData ? this.userData(request, exchanged.session_key) : undefined
    if (data === null) return refuse('user data cannot be decrypted')
    if (!data && this.loginMode === 'code+userInfo') return refuse('user data is missing')
    const session = this.#open(exchanged, data)
    this.record('logins', '/login', 'login', session.user)
    return this.loginAnswer(session)
  }

  #open({ openid, session_key }, data) {
    const user = openid.replace(/^openid-/, '')
    if (!this.users.has(user)) this.users.set(user, { ...DEFAULT_PROFILE })
    this.#update(user, data)
    if (this.#perUser === 'one') this.expire(user)
    const session = {
      id: this.#random.hex(32),
      skey: this.#random.hex(64),
      user,
      sessionKey: session_key,
      issued: this.#clock.now()
    }
    this.sessions.set(session.skey, session)
    return session
  }

  #update(user, data) {
    if (!data) return
    const { nickName, avatarUrl } = data
    Object.assign(this.users.get(user), { nickName, avatarUrl })
  }

  /** What the encrypted headers hold; undefined without them, null when the session_key does not fit. */
  userData(request, sessionKey) {
    const encryptedData = headerOf(request, 'X-WX-Encrypted-Data')
    if (encryptedData === undefined) return undefined
    return this.wechat.decrypt(encryptedData, headerOf(request, 'X-WX-IV'), sessionKey) ?? null
  }

  userRequest(request, session) {
    const data = this.userData(request, session.sessionKey)
    if (data === null) {
      this.records.undecryptable += 1
      return this.badUserData()
    }
    this.#update(session.user, data)
    return this.answer({ userInfo: { ...this.users.get(session.user) } })
  }

  echo({ method = 'GET', data, formData, file }) {
    const files = file ? { [file.name]: file.bytes.length } : {}
    return this.answer({ method, body: toText(data), formData, files })
  }

  logout(session) {
    this.sessions.delete(session.skey)
    return this.answer({})
  }
}

export class WaferServer extends SessionServer {
  constructor(options) {
    super(options)
    this.userInfoInSession = options.userInfoInSession ?? this.loginMode === 'code'
  }

  loginCode = (request) => headerOf(request, 'X-WX-Code')

  credential(request) {
    const id = headerOf(request, 'X-WX-Id')
    const skey = headerOf(request, 'X-WX-Skey')
    return id && skey ? { id, skey } : undefined
  }

  loginAnswer({ id, skey, user }) {
    const session = this.userInfoInSession
      ? { id, skey, userInfo: { ...this.users.get(user) } }
      : { id, skey }
    return json({ [MAGIC]: 1, session })
  }

  answer = (data) => json({ data })
  tunnelAnswer = (url) => json({ url })
  loginError = (message) => json({ [MAGIC]: 1, error: 'ERR_LOGIN_FAILED', message })
  expired = () => json({ [MAGIC]: 1, error: 'ERR_INVALID_SESSION', message: '会话已过期' })
  missing = () => json({ [MAGIC]: 1, error: 'ERR_CHECK_LOGIN_FAILED', message: '缺少会话头' })
  badUserData = () => json({ [MAGIC]: 1, error: 'ERR_CHECK_LOGIN_FAILED', message: '用户数据无法解密' })
}

export class Wafer2Server extends SessionServer {
  constructor(options) {
    super({ ttlMs: 7_200_000, ...options })
  }

  loginCode = (request) => headerOf(request, 'X-WX-Code')

  credential(request) {
    const skey = headerOf(request, 'X-WX-Skey')
    return skey ? { skey } : undefined
  }

  loginAnswer({ skey, user, issued }) {
    return this.answer({ userinfo: { ...this.users.get(user) }, skey, time: Math.floor(issued / 1000) })
  }

  answer = (data) => json({ code: 0, data })
  tunnelAnswer = (url) => this.answer({ tunnelId: url.split('/').pop(), connectUrl: url })
  loginError = (message) => json({ code: -1, error: message })
  expired = () => json({ code: -1, error: 'ERR_SKEY_INVALID' })
  missing = () => json({ code: -1, error: 'ERR_SKEY_INVALID' })
  badUserData = () => json({ code: -1, error: 'ERR_DECRYPT' })
}

/** Somebody's own back end: POST /login { code } → { token }, Authorization: Bearer, 401 when expired. */
export class BearerServer extends SessionServer {
  loginCode({ data }) {
    try {
      return JSON.parse(data).code
    } catch {
      return undefined
    }
  }

  credential(request) {
    const [scheme, token] = String(headerOf(request, 'Authorization') ?? '').split(' ')
    return scheme === 'Bearer' && token ? { skey: token } : undefined
  }

  loginAnswer = ({ skey, user }) => json({ token: skey, user: { ...this.users.get(user) } })
  answer = (data) => json(data)
  tunnelAnswer = (url) => json({ url })
  loginError = (message) => json({ error: 'login_failed', message }, 400)
  expired = () => json({ error: 'token_expired' }, 401)
  missing = () => json({ error: 'token_missing' }, 401)
  badUserData = () => json({ error: 'bad_user_data' }, 422)
}
