/** The calls of the API: what the caller gave is checked, copied and handed to the core. */
import { type Call, type SendApi, State, isSettled, newCall, promiseOf } from './calls'
import { Flag, Goal, Place } from './codes'
import { settings } from './configuration'
import { WX_HEADER_ENCRYPTED_DATA, WX_HEADER_IV } from './constants'
import { change, isReady } from './core'
import { conclude } from './deliveries'
import { asInvalid, wrong } from './errors'
import { mergeHeaders, sortHeaders } from './headers'
import { assign, isMissing, isRecord, isString } from './host'
import { checkCallbacks, checkText, copyOf } from './options'
import { placeOf } from './places'
import { hold } from './values'

/** wx's own timeout of a request in ms, where nobody names one. */
const TIMEOUT_MS = 60000
/** Longest URL that the core gets to see whole; what decides where a longer one leads lies before its query. */
const LONGEST_URL = 2000

/** Hands a call to the core, now or once that is loaded. */
function begin(call: Call, flags: number, timeoutMs: number): void {
  if (isReady()) call.state_ = State.Starting
  change((core) => {
    if (isSettled(call)) return 0
    if (call.state_ === State.Queued) call.state_ = State.Pending
    let place = Place.Trusted
    if (call.goal_ === Goal.Request) {
      const { url } = call.options_
      place = placeOf(core, url.length > LONGEST_URL ? url.split(/[?#]/)[0].slice(0, LONGEST_URL) : url)
    }
    flags |= call.goal_ | (place << Flag.PlaceShift)
    return core.start_(call.id_, flags, timeoutMs, hold(call.userData_), Date.now())
  })
  if (call.state_ === State.Starting) call.state_ = State.Pending
}

/** The URL with `baseUrl` before it, unless it has a scheme. */
const absolute = (url: string, baseUrl: string) =>
  /^[a-z][a-z\d+.-]*:/i.test(url) ? url : baseUrl.replace(/\/$/, '') + url.replace(/^\/?/, '/')

/** The headers of a call: the caller's own, user data that the caller fetched, what is configured. */
function prepareHeaders(call: Call): void {
  const { api_, options_ } = call
  let { header } = options_
  const { encryptedData, iv } = options_
  if (header && !isRecord(header)) throw wrong(api_, 'header', '对象')
  if (encryptedData || iv) {
    if (!isString(encryptedData) || !isString(iv)) throw wrong(api_, 'encryptedData 与 iv', '字符串')
    header = assign({}, header, { [WX_HEADER_ENCRYPTED_DATA]: encryptedData, [WX_HEADER_IV]: iv })
    options_.encryptedData = options_.iv = undefined
  }
  if (header) sortHeaders(header, call)
  if (settings.header) call.header_ = mergeHeaders(settings.header, call.header_)
}

/** `request`, `uploadFile` and `downloadFile`. */
export function transfer(api: SendApi, options: unknown): any {
  const own = copyOf(api, options)
  const call = new newCall(Goal.Request, api, own)
  try {
    checkCallbacks(api, own)
    checkText(api, 'url', own.url)
    if (settings.baseUrl) own.url = absolute(own.url, settings.baseUrl)
    prepareHeaders(call)
    if (settings.timeout && isMissing(own.timeout)) own.timeout = settings.timeout
    const { login, timeout, withUserInfo } = own
    // These are for the SDK, not for wx.
    if (login) own.login = undefined
    if (withUserInfo) own.withUserInfo = undefined
    begin(
      call,
      withUserInfo ? Flag.Login | Flag.WithUserInfo : login ? Flag.Login : 0,
      typeof timeout === 'number' && timeout > 0 ? timeout : TIMEOUT_MS
    )
  } catch (error) {
    conclude(call, State.Failed, asInvalid(api, error))
  }
  return call
}

/** `login`, `getUserInfo` and `getUserProfile`: what is answered is told by callbacks or, without them, a promise. */
export function converse(goal: Goal, api: string, options: unknown): any {
  const isProfile = goal === Goal.UserProfile
  const own = isMissing(options) && !isProfile ? {} : copyOf(api, options)
  if (isProfile) checkText(api, 'desc', own.desc)
  checkCallbacks(api, own)
  const call = new newCall(goal === Goal.Login && own.force ? Goal.Relogin : goal, api, own)
  const promise = own.success || own.fail || own.complete ? undefined : promiseOf(call)
  begin(call, Flag.Login, TIMEOUT_MS)
  return promise
}
