/** The calls of the API: what the caller gave is checked, copied, and sent under the pass or handed to the core. */
import { type Call, type SendApi, State, isSettled, newCall, promiseOf } from '../app/calls'
import { settings } from '../app/configuration'
import { WX_HEADER_ENCRYPTED_DATA, WX_HEADER_IV } from '../app/constants'
import { settleAndTell } from '../app/deliveries'
import { asInvalid, wrong } from '../app/errors'
import { mergeHeaders, sortHeaders } from '../app/headers'
import { checkText, copyOf, notCallback, wrongCallback } from '../app/options'
import { keepSecret } from '../app/secrets'
import { Fact, Goal } from '../codes'
import { isTrusted } from '../core/places'
import { change, enter, liveCore, pass } from '../core/queue'
import { hold } from '../core/values'
import { type AnyObject, assign, isFunction, isMissing, isRecord, isString } from '../host/wx'
import { send } from './send'

/** Hands a call to the core, now or once that is loaded. */
function handOver(call: Call, facts: number): void {
  if (liveCore) call.state_ = State.Starting
  change((core) => {
    if (isSettled(call)) return 0
    if (call.state_ === State.Queued) call.state_ = State.Pending
    return core.start_(call.id_, facts, hold(call.options_.url), hold(call.userData_))
  })
  if (call.state_ === State.Starting) call.state_ = State.Pending
}

/** The URL with `baseUrl` before it, unless it has a scheme. */
const absolute = (url: string, baseUrl: string) =>
  /^[a-z][a-z\d+.-]*:/i.test(url) ? url : baseUrl.replace(/\/$/, '') + url.replace(/^\/?/, '/')

/** The headers of user data that the caller fetched, before the caller's own. */
function withUserData(api: SendApi, own: AnyObject): AnyObject {
  const { encryptedData, iv } = own
  if (!isString(encryptedData) || !isString(iv)) throw wrong(api, 'encryptedData 与 iv', '字符串')
  own.encryptedData = own.iv = undefined
  return assign({}, own.header, { [WX_HEADER_ENCRYPTED_DATA]: encryptedData, [WX_HEADER_IV]: iv })
}

/**
 * `request`, `uploadFile` and `downloadFile`: sent under the pass, or handed to the core.
 *
 * @param prepare is given the call before anything becomes of it
 */
export function startTransfer(api: SendApi, options: unknown, prepare?: (call: Call) => void): any {
  let own: AnyObject
  try {
    // Written out for what options usually are: without JIT, a call of a function takes 250 instructions.
    own = options != null && options.constructor === Object ? assign({}, options) : copyOf(api, options)
  } catch (error) {
    throw asInvalid(api, error)
  }
  const call = new newCall(Goal.Request, api, own)
  if (prepare) prepare(call)
  try {
    const { success_, fail_, complete_ } = call
    const misfit = /*@__INLINE__*/ wrongCallback(success_, fail_, complete_)
    if (misfit) {
      // The callbacks that are functions are told of the mistake.
      if (!isFunction(fail_)) call.fail_ = undefined
      if (!isFunction(complete_)) call.complete_ = undefined
      throw notCallback(api, misfit)
    }
    const { baseUrl, timeout, header: common } = settings
    // An empty text is refused below, where the URL is not known to be trusted: without JIT, asking leaves the
    // interpreter.
    if (typeof own.url !== 'string' || baseUrl) checkText(api, 'url', own.url)
    if (baseUrl) own.url = absolute(own.url, baseUrl)
    if (timeout && isMissing(own.timeout)) own.timeout = timeout
    let { header } = own
    if (header && header.constructor !== Object && !isRecord(header)) throw wrong(api, 'header', '对象')
    if (own.encryptedData || own.iv) header = withUserData(api, own)
    if (header) sortHeaders(header, call)
    if (call.userData_) keepSecret(call.userData_)
    if (common) call.header_ = mergeHeaders(common, call.header_)
    const { login, withUserInfo } = own
    // These are for the SDK, not for wx.
    if (login) own.login = undefined
    if (withUserInfo) own.withUserInfo = undefined
    if (complete_) own.complete = undefined
    const facts = withUserInfo ? Fact.Login | Fact.WithUserInfo : login ? Fact.Login : 0
    const granted = pass
    if (granted && facts < granted.below_ && isTrusted(enter, own.url)) {
      call.state_ = State.Starting
      send(call, granted.facts_ + facts, granted.header_, call.userData_)
      if (call.state_ < State.Pending) call.state_ = State.Pending
    } else {
      checkText(api, 'url', own.url)
      handOver(call, facts)
    }
  } catch (error) {
    settleAndTell(call, State.Failed, asInvalid(api, error))
  }
  return call
}

/** `login`, `getUserInfo` and `getUserProfile`: what is answered is told by callbacks or, without them, a promise. */
export function startGoal(goal: Goal, api: string, options: unknown): any {
  const isProfile = goal === Goal.UserProfile
  const own = isMissing(options) && !isProfile ? {} : copyOf(api, options)
  if (isProfile) checkText(api, 'desc', own.desc)
  for (const name of ['success', 'fail', 'complete']) {
    if (own[name] && !isFunction(own[name])) throw notCallback(api, name)
  }
  const call = new newCall(goal === Goal.Login && own.force ? Goal.Relogin : goal, api, own)
  const promise = own.success || own.fail || own.complete ? undefined : promiseOf(call)
  handOver(call, call.goal_ | Fact.Login)
  return promise
}
