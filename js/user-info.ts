/** User data from WeChat. */
import type { Call } from './calls'
import { Goal, InputKind } from './codes'
import { input } from './core'
import { type Done, ask, assign, canIUse, isObject } from './host'
import { failed } from './send'

/** What WeChat calls everybody who has not told this app who they are. */
const ANONYMOUS = '微信用户'

function askFor(api: string, options: any, done: Done): void {
  ask(api, options, (error, answer) => {
    if (!isObject(answer)) return done(error || { errMsg: api + ':fail' })
    const anonymous = (answer.userInfo || 0).nickName === ANONYMOUS
    done(undefined, assign({}, answer, { anonymous }))
  })
}

/** Asks `wx.getUserInfo`, which shows no dialog. */
export function askUserInfo(done: Done, lang?: unknown): void {
  askFor('getUserInfo', { withCredentials: true, lang }, done)
}

/** Fetches what a call wants: the profile where wx has it and the call is for it, otherwise the user info. */
export function fetchUserInfo(call: Call, ticket: number): void {
  call.ticket_ = ticket
  const done: Done = (error, answer) => {
    if (error) return failed(call, ticket, error)
    if (call.ticket_ !== ticket) return
    call.ticket_ = 0
    call.answer_ = answer
    input(InputKind.UserInfo, ticket, 0, answer)
  }
  const { desc, lang } = call.options_
  if (call.goal_ === Goal.UserProfile && canIUse('getUserProfile')) {
    askFor('getUserProfile', { desc, lang }, done)
  } else askUserInfo(done, lang)
}
