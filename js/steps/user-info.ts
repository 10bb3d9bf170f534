/** User data from WeChat. */
import type { Call } from '../app/calls'
import { keepSecret } from '../app/secrets'
import { Goal, InputKind } from '../codes'
import { input } from '../core/queue'
import { type AnyObject, type Done, assign, callWx, canCallWx, isObject } from '../host/wx'

/** The name that WeChat gives to users who have not told the app who they are. */
const ANONYMOUS = '微信用户'

function askFor(api: string, options: AnyObject, done: Done): void {
  callWx(api, options, (error, answer) => {
    if (!isObject(answer)) return done(error || { errMsg: api + ':fail' })
    const { encryptedData, iv, signature, userInfo } = answer
    keepSecret([encryptedData, iv, signature])
    done(undefined, assign({}, answer, { anonymous: (userInfo || 0).nickName === ANONYMOUS }))
  })
}

/** Asks `wx.getUserInfo`, which shows no dialog. */
export function askUserInfo(done: Done, lang?: unknown): void {
  askFor('getUserInfo', { withCredentials: true, lang }, done)
}

/** Fetches what a call wants: the profile where wx has it and the call is for it, otherwise the user info. */
export function fetchUserInfo(call: Call): void {
  const turn = ++call.turn_
  const done: Done = (error, answer) => {
    if (call.turn_ !== turn) return
    call.turn_++
    call.cause_ = error
    call.answer_ = answer
    if (error) input(InputKind.UserInfoFailed, call.id_, error)
    else input(InputKind.UserInfo, call.id_, answer)
  }
  const { desc, lang } = call.options_
  if (call.goal_ === Goal.UserProfile && canCallWx('getUserProfile')) {
    askFor('getUserProfile', { desc, lang }, done)
  } else askUserInfo(done, lang)
}
