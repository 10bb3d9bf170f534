/** A check and a login, step by step, as the core asks for each. */
import { customProtocol, settings } from '../app/configuration'
import { invalid } from '../app/errors'
import { mergeHeaders } from '../app/headers'
import { keepSecret, redacted, wordsOf } from '../app/secrets'
import { customParts, plainAnswer } from '../app/session'
import { InputKind } from '../codes'
import { explain } from '../core/failures'
import { input, liveCore, whileAlive } from '../core/queue'
import { awaitReturn } from '../host/returns'
import { type AnyObject, assign, callWx, canCallWx, isObject, isSinglePage, statusOf } from '../host/wx'
import { askUserInfo } from './user-info'

export function checkSession(flight: number): void {
  const checked = whileAlive((isValid: boolean) => input(InputKind.Checked, flight, +isValid))
  // Plugins have no wx.checkSession: there the server's word alone counts.
  if (!canCallWx('checkSession')) return checked(true)
  callWx('checkSession', {}, (error) => checked(!error))
}

/** A random number for the core is one of this many. */
const CHANCES = 2 ** 32

/** Tells the core how a login step ended: with a failure, or with an input of this kind. */
function stepOf(flight: number, kind: InputKind) {
  return whileAlive((error: unknown, told?: unknown) =>
    error
      ? input(InputKind.LoginFailed, flight, 0, error)
      : input(kind, flight, Math.random() * CHANCES, told)
  )
}

export function wxLogin(flight: number): void {
  if (isSinglePage()) return input(InputKind.LoginUnavailable, flight)
  const done = stepOf(flight, InputKind.Code)
  callWx('login', { timeout: settings.deadlines.loginMs }, (error, answer) => {
    const { code } = answer || 0
    keepSecret(code)
    done(error, code)
  })
}

export function wxLoginUserInfo(flight: number): void {
  askUserInfo(stepOf(flight, InputKind.LoginUserInfo))
}

/** The wait that a server asks for by Retry-After, in s: a number, or a date by its own clock. */
function retryAfterOf({ header }: AnyObject): number | undefined {
  const named: AnyObject = {}
  try {
    for (const name of Object.keys(header)) named[name.toLowerCase()] = header[name]
  } catch (error) {
    // No header, or a getter threw: the server asks for nothing.
  }
  const { date, 'retry-after': given } = named
  return Math.ceil(Math.min(+given || (Date.parse(given) - Date.parse(date)) / 1000, 1e9)) || undefined
}

/** A login waits to be made: the network or the app that comes back may be the reason to make it. */
function returned(): void {
  awaitReturn(returned, false)
  if (liveCore()) input(InputKind.Returned)
}

/** Whether a login that failed is to be made once the network or the app is back. */
export const awaitLogin = (isWanted: boolean) => awaitReturn(returned, isWanted)

/** Sends the login request; see `Command::LoginRequest` for what `given` holds. */
export function requestSession(flight: number, { code, data: header, userInfo }: AnyObject): void {
  const failed = whileAlive((error: unknown) => input(InputKind.LoginFailed, flight, 0, error))
  const protocol = customProtocol
  const { loginUrl, loginMethod, loginData, deadlines } = settings
  const options: AnyObject = { url: loginUrl, method: loginMethod, data: loginData }
  try {
    const own: AnyObject = protocol
      ? plainAnswer('loginRequest', protocol.loginRequest(code, userInfo)) || {}
      : { header }
    assign(options, own)
    options.header = mergeHeaders(settings.header, own.header)
    options.timeout = deadlines.loginRequestMs
  } catch (error) {
    return input(InputKind.LoginUnsent, flight, 0, error || invalid('protocol.loginRequest 抛出了异常'))
  }
  // What the app's own protocol sends to log in is as secret as a code.
  keepSecret([options.data, options.header])
  const answered = whileAlive((answer: any) => {
    const detail = explain(answer)
    detail.retryAfter = retryAfterOf(answer)
    let status = statusOf(answer)
    let body = answer.data
    if (protocol) {
      body = undefined
      try {
        body = customParts(plainAnswer('parseLogin', protocol.parseLogin(answer)))
        status = 200
      } catch (error) {
        detail.message = wordsOf(redacted(isObject(error) ? error : { message: error }).message)
      }
    }
    input(InputKind.LoginAnswered, flight, status, body, detail)
  })
  callWx('request', options, (error, answer) => (isObject(answer) ? answered(answer) : failed(error || {})))
}
