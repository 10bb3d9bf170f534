/** Errors out of the core's failures and what wx, the server or the app's own functions said of them. */
import type { Call } from '../app/calls'
import { settings } from '../app/configuration'
import { ERR_UNTRUSTED_ORIGIN, LoginError, RequestError, type SessionError } from '../app/errors'
import { redacted, wordsOf } from '../app/secrets'
import { Table } from '../codes'
import type { ErrorCode } from '../error-codes'
import { type AnyObject, isObject, lower } from '../host/wx'
import { textOf } from './queue'

/** The words of a server's answer. */
export function explain(answer: AnyObject): AnyObject {
  const detail: AnyObject = {}
  try {
    const { statusCode, data } = answer
    detail.statusCode = statusCode
    if (isObject(data)) {
      for (const key of ['error', 'message']) {
        const words = wordsOf(data[key])
        if (words) detail[key] = words
      }
    }
  } catch (error) {
    // A getter threw: the server said nothing that could be told.
  }
  return detail
}

/**
 * An origin and its scheme, host and port; the port that the scheme has anyway is left out. Nothing for an address that
 * may be read in two ways, or that holds a password.
 */
const originOf = (url: unknown) =>
  /^(https?:)\/\/([\w.-]+|\[[\da-f:]+])(:\d{1,5})?(?![^/?#])/.exec(
    lower('' + url).replace(/(s:\/\/[^/?#]+):0*443\b|(p:\/\/[^/?#]+):0*80\b/, '$1$2')
  )

/** Which origins differ, and in what. */
function difference(url: unknown): string {
  const asked = originOf(url)
  const login = originOf(settings.loginUrl)
  if (!asked || !login) return ''
  const names = ['协议', '域名', '端口'].filter((_, index) => asked[index + 1] !== login[index + 1])
  return '：' + asked[0] + ' 与登录地址 ' + login[0] + ' 的' + names.join('、') + '不同'
}

/** The error of a failure; what is known of it goes into `detail`, and a server's words into the message. */
export function errorOf(failure: number, call?: Call, given?: unknown, retryAfterMs?: number): SessionError {
  const text = textOf(Table.Failure, failure)
  const end = text.indexOf(' ')
  const detail = redacted(given || (call && (call.cause_ || (call.answer_ && explain(call.answer_)))))
  const { error: problem, errMsg, message, statusCode }: AnyObject = detail || {}
  const said = wordsOf(message) || wordsOf(problem)
  const type = text.slice(1, end) as ErrorCode
  const where = type === ERR_UNTRUSTED_ORIGIN && call ? difference(call.options_.url) : ''
  const error = new (text[0] === 'L' ? LoginError : RequestError)(
    type,
    text.slice(end + 1) + where + (said && !errMsg ? '：' + said : ''),
    detail
  )
  if (statusCode) error.statusCode = statusCode
  if (wordsOf(errMsg)) error.errMsg = errMsg
  if (retryAfterMs) error.retryAfterMs = retryAfterMs
  return error
}
