/** The host's side of a check and of a login, step by step. */
import { Cause, InputKind } from './codes'
import { customProtocol, settings } from './configuration'
import { WX_HEADER_CODE } from './constants'
import { input, whileAlive } from './core'
import { explain } from './failures'
import { mergeHeaders } from './headers'
import { type Loose, ask, assign, canIUse, causeOf, isObject, isSinglePage } from './host'
import { customParts } from './session'
import { askUserInfo } from './user-info'

export function checkSession(flight: number): void {
  const checked = whileAlive((isValid: boolean) => input(InputKind.Checked, flight, +isValid))
  // Plugins have no wx.checkSession: there the server's word alone counts.
  if (!canIUse('checkSession')) return checked(true)
  ask('checkSession', {}, (error) => checked(!error))
}

/** A way to report the failure of a login step. */
function failing(flight: number) {
  return whileAlive((cause: Cause, detail?: unknown) =>
    input(InputKind.LoginFailed, flight, cause, undefined, detail)
  )
}

/** What `wx.getUserInfo` gave for the login that is on its way. */
let userInfo: any

export function wxLogin(flight: number): void {
  const fail = failing(flight)
  userInfo = undefined
  if (isSinglePage()) return fail(Cause.Unavailable)
  const succeed = whileAlive((code: unknown) => input(InputKind.Code, flight, 0, code))
  ask('login', { timeout: settings.deadlines.loginMs }, (error, answer) =>
    error ? fail(causeOf(error), error) : succeed((answer || 0).code)
  )
}

export function wxLoginUserInfo(flight: number): void {
  const fail = failing(flight)
  const succeed = whileAlive((data: unknown) => input(InputKind.LoginUserInfo, flight, 0, data))
  askUserInfo((error, answer) => {
    userInfo = answer
    if (error) fail(causeOf(error), error)
    else succeed(answer)
  })
}

export function requestSession(flight: number, header: any): void {
  const code = header[WX_HEADER_CODE]
  const fail = failing(flight)
  const protocol = customProtocol
  const { loginUrl, loginMethod, loginData, deadlines } = settings
  const options: any = { url: loginUrl, method: loginMethod, data: loginData }
  try {
    const own: Loose = (protocol ? protocol.loginRequest(code, userInfo) : { header }) || {}
    assign(options, own)
    options.header = mergeHeaders(settings.header, own.header)
    options.timeout = deadlines.loginRequestMs
  } catch (error) {
    return fail(Cause.Other, error)
  }
  const answered = whileAlive((answer: any) => {
    const detail = explain(answer, code)
    let status = answer.statusCode
    let body = answer.data
    if (protocol) {
      try {
        body = customParts(protocol.parseLogin(answer))
        status = 200
      } catch (error: any) {
        body = undefined
        detail.message = error && error.message
      }
    }
    input(InputKind.LoginAnswered, flight, status, body, detail)
  })
  ask('request', options, (error, answer) =>
    isObject(answer) ? answered(answer) : fail(causeOf(error), error)
  )
}
