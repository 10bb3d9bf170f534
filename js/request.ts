/** The calls of the API: what the caller gave is checked, copied and handed to the core. */
import { type Call, type SendApi, State, deliver, isSettled, newCall, promiseOf, settle } from './calls'
import { Flag, Goal, Place } from './codes'
import { settings } from './configuration'
import { WX_HEADER_ENCRYPTED_DATA, WX_HEADER_IV } from './constants'
import { change, isReady } from './core'
import { type SessionError, asInvalid, invalid } from './errors'
import { callerHeaders, mergeHeaders } from './headers'
import { type Loose, isFunction, isMissing, isObject, isString } from './host'
import { placeOf } from './places'
import { hold } from './values'

/** wx's own timeout of a request in ms, where nobody names one. */
const TIMEOUT_MS = 60000
/** Longest URL that the core gets to see whole; what decides where a longer one leads lies before its query. */
const LONGEST_URL = 2000

/** A copy of the caller's options; ERR_INVALID_PARAMS if they cannot be read. */
function copyOf(api: string, options: unknown): Loose {
  let kind: string = options === null ? 'null' : typeof options
  try {
    if (Array.isArray(options)) kind = 'array'
    if (kind === 'object') return Object.assign({}, options)
  } catch (error) {
    throw asInvalid(api, error)
  }
  throw invalid(api + ' 传参应为 object 类型，但实际传了 ' + kind + ' 类型')
}

const isCallback = (value: unknown) => isMissing(value) || isFunction(value)

function checkCallbacks(api: string, { success, fail, complete }: Loose): void {
  const wrong = !isCallback(success)
    ? 'success'
    : !isCallback(fail)
      ? 'fail'
      : !isCallback(complete) && 'complete'
  if (wrong) throw invalid(api + '：' + wrong + ' 应为函数')
}

/** Fails a call that the core never sees, once the caller has its task. */
function refuse(call: Call, error: SessionError): void {
  settle(call, State.Failed, error)
  setTimeout(() => deliver(call))
}

/** Hands a call to the core, now or once that is loaded. */
function begin(call: Call, flags: number, timeoutMs: number, userData?: Loose): void {
  if (isReady()) call.state_ = State.Starting
  change((core) => {
    if (isSettled(call)) return 0
    if (call.state_ === State.Queued) call.state_ = State.Pending
    let { url } = call.options_
    if (call.goal_ === Goal.Request && url.length > LONGEST_URL)
      url = url.split(/[?#]/)[0].slice(0, LONGEST_URL)
    const place = call.goal_ === Goal.Request ? placeOf(core, url) : Place.Trusted
    flags |= call.goal_ | (place << Flag.PlaceShift)
    return core.start_(call.id_, flags, timeoutMs, hold(userData), Date.now())
  })
  if (call.state_ === State.Starting) call.state_ = State.Pending
}

export function checkText(api: string, name: string, value: unknown): asserts value is string {
  if (!isString(value) || !value) throw invalid(api + '：' + name + ' 应为非空字符串')
}

function absolute(api: string, url: unknown): string {
  checkText(api, 'url', url)
  const { baseUrl } = settings
  if (!baseUrl || /^[a-z][a-z\d+.-]*:/i.test(url)) return url
  return baseUrl.replace(/\/$/, '') + (url[0] === '/' ? '' : '/') + url
}

/** User data that the caller fetched, as headers; undefined if there is none. */
function userDataOf(api: string, own: Loose, found: Loose): Loose | undefined {
  const { encryptedData, iv } = own
  if (!isMissing(encryptedData) || !isMissing(iv)) {
    if (!isString(encryptedData) || !isString(iv)) {
      throw invalid(api + '：encryptedData 与 iv 应同时为字符串')
    }
    callerHeaders({ [WX_HEADER_ENCRYPTED_DATA]: encryptedData, [WX_HEADER_IV]: iv }, found)
    own.encryptedData = own.iv = undefined
  }
  for (const _name in found) return found
  return undefined
}

/** `request`, `uploadFile` and `downloadFile`. */
export function transfer(api: SendApi, options: unknown): any {
  const own = copyOf(api, options)
  const call = new newCall(Goal.Request, own, own)
  call.api_ = api
  try {
    checkCallbacks(api, own)
    own.url = absolute(api, own.url)
    const { header, timeout, login, withUserInfo } = own
    if (!isMissing(header) && (!isObject(header) || Array.isArray(header)))
      throw invalid(api + '：header 应为对象')
    const found: Loose = {}
    if (header) call.header_ = callerHeaders(header, found)
    if (settings.header) call.header_ = mergeHeaders(settings.header, call.header_)
    const userData = userDataOf(api, own, found)
    const timeoutMs = typeof timeout === 'number' && timeout > 0 ? timeout : settings.timeout || TIMEOUT_MS
    if (settings.timeout && isMissing(timeout)) own.timeout = timeoutMs
    own.complete = undefined
    if (login !== undefined) own.login = undefined
    if (withUserInfo !== undefined) own.withUserInfo = undefined
    const flags = (login || withUserInfo ? Flag.Login : 0) | (withUserInfo ? Flag.WithUserInfo : 0)
    begin(call, flags, timeoutMs, userData)
  } catch (error) {
    refuse(call, asInvalid(api, error))
  }
  return call
}

/** A call that answers by callbacks, or without them by a promise. */
function converse(goal: Goal, api: string, own: Loose): Promise<any> | undefined {
  checkCallbacks(api, own)
  const call = new newCall(goal, own, own)
  const promise = own.success || own.fail || own.complete ? undefined : promiseOf(call)
  begin(call, Flag.Login, TIMEOUT_MS)
  return promise
}

export function login(options: unknown): Promise<any> | undefined {
  const own = isMissing(options) ? {} : copyOf('login', options)
  return converse(own.force ? Goal.Relogin : Goal.Login, 'login', own)
}

export function getUserInfo(options: unknown): Promise<any> | undefined {
  const own = isMissing(options) ? {} : copyOf('getUserInfo', options)
  return converse(Goal.UserInfo, 'getUserInfo', own)
}

export function getUserProfile(options: unknown): Promise<any> | undefined {
  const own = copyOf('getUserProfile', options)
  if (!isString(own.desc) || !own.desc) {
    throw invalid('getUserProfile：desc 应为非空字符串，说明获取用户信息的用途')
  }
  return converse(Goal.UserProfile, 'getUserProfile', own)
}
