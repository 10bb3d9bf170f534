/** Errors out of the core's failures and what wx, the server or the app's own functions said of them. */
import type { Call } from '../app/calls'
import { LoginError, RequestError, type SessionError } from '../app/errors'
import { redacted, wordsOf } from '../app/secrets'
import { Table } from '../codes'
import type { ErrorCode } from '../error-codes'
import { type AnyObject, isObject } from '../host/wx'
import { textOf } from './queue'

/** What a server said, in words. */
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

/** The error of a failure; what is known of it goes into `detail`, and a server's words into the message. */
export function errorOf(failure: number, call?: Call, given?: unknown): SessionError {
  const text = textOf(Table.Failure, failure)
  const end = text.indexOf(' ')
  const detail = redacted(given || (call && (call.cause_ || (call.answer_ && explain(call.answer_)))))
  const { error: problem, errMsg, message, statusCode }: AnyObject = isObject(detail) ? detail : {}
  const said = wordsOf(message) || wordsOf(problem)
  const error = new (text[0] === 'L' ? LoginError : RequestError)(
    text.slice(1, end) as ErrorCode,
    text.slice(end + 1) + (said && !errMsg ? '：' + said : ''),
    detail
  )
  if (statusCode) error.statusCode = statusCode
  if (wordsOf(errMsg)) error.errMsg = errMsg
  return error
}
