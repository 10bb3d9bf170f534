/** A check and a login, step by step, as the core asks for each. */
import { customProtocol, settings } from '../app/configuration'
import { invalid } from '../app/errors'
import { headersOf, mergeHeaders } from '../app/headers'
import { keepSecret, redacted, wordsOf } from '../app/secrets'
import { askProtocol, customParts } from '../app/session'
import { InputKind } from '../codes'
import { explain } from '../core/failures'
import { input, liveCore, whileAlive } from '../core/queue'
import { awaitReturn } from '../host/returns'
import { type AnyObject, assign, callWx, canCallWx, isObject, isSinglePage, statusOf } from '../host/wx'
import { bodyOf } from './answer'
import { askUserInfo } from './user-info'

export function checkSession(flight: number): void {
  const checked = stepOf(flight, InputKind.Checked)
  // Plugins have no wx.checkSession: there the server's word alone counts.
  if (!canCallWx('checkSession')) return checked(0, 0, 1)
  callWx('checkSession', {}, (error) => checked(0, 0, +!error))
}

/** Random numbers for the core are from 0 to below this. */
const CHANCES = 0x1_0000_0000

/** Tells the core how a login step ended: with a failure, or with an input of this kind. */
function stepOf(flight: number, kind: InputKind) {
  return whileAlive((error: unknown, told?: unknown, code?: number, detail?: unknown) =>
    error ? input(InputKind.LoginFailed, flight, error) : input(kind, flight, told, code, detail)
  )
}

export function wxLogin(flight: number): void {
  if (isSinglePage()) return input(InputKind.LoginUnavailable, flight)
  const done = stepOf(flight, InputKind.Code)
  callWx('login', { timeout: settings.deadlines.loginMs }, (error, answer) => {
    const { code } = answer || 0
    keepSecret(code)
    done(error, code, Math.random() * CHANCES)
  })
}

export function wxLoginUserInfo(flight: number): void {
  askUserInfo(stepOf(flight, InputKind.LoginUserInfo))
}

/** The wait that a server asks for by Retry-After, in s: a number, or a date by its own clock. */
function retryAfterOf(answer: AnyObject): number | undefined {
  const { date, 'retry-after': given } = headersOf(answer)
  return Math.ceil(Math.min(+given || (Date.parse(given) - Date.parse(date)) / 1000, 1e9)) || undefined
}

/** The network or the app is back, which may be a reason to make the login that failed before. */
function returned(): void {
  awaitReturn(returned, false)
  if (liveCore) input(InputKind.Returned)
}

/** Whether the core is to be told when the network or the app is back: a login that failed may then be made. */
export const awaitLogin = (isWanted: boolean) => awaitReturn(returned, isWanted)

/** Sends the login request; see `Command::LoginRequest` for what `given` holds. */
export function requestSession(flight: number, { code, data: header, userInfo }: AnyObject): void {
  const done = stepOf(flight, InputKind.LoginAnswered)
  const protocol = customProtocol
  const options: AnyObject = {
    url: settings.loginUrl,
    method: settings.loginMethod,
    data: settings.loginData
  }
  try {
    const own: AnyObject = protocol ? askProtocol(protocol, 'loginRequest', code, userInfo) || {} : { header }
    assign(options, own)
    options.header = mergeHeaders(settings.header, own.header)
    options.timeout = settings.deadlines.loginRequestMs
  } catch (error) {
    return input(InputKind.LoginUnsent, flight, error || invalid('protocol.loginRequest 抛出了异常'))
  }
  // What the app's own protocol sends to log in is as secret as a code.
  keepSecret([options.data, options.header])
  callWx('request', options, (error, answer) => {
    if (!isObject(answer)) return done(error || {})
    const detail = explain(answer)
    detail.retryAfter = retryAfterOf(answer)
    let status = statusOf(answer)
    let body = bodyOf(answer.data)
    if (protocol) {
      body = undefined
      try {
        body = customParts(askProtocol(protocol, 'parseLogin', answer))
        status = 200
      } catch (error) {
        detail.message = wordsOf(redacted(isObject(error) ? error : { message: error }).message)
      }
    }
    done(0, body, status, detail)
  })
}
