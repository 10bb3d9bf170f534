/** Errors out of the core's failures and what the host knows of them. */
import type { Call } from './calls'
import { Table } from './codes'
import { textOf } from './core'
import { LoginError, RequestError, type SessionError } from './errors'
import { type Loose, isObject, isString } from './host'
import { redact } from './session'
import type { ErrorCode } from './types'

/** What a server said, without secrets. */
export function explain(answer: any, code?: unknown): Loose {
  const { statusCode, data } = answer
  const detail: Loose = { statusCode }
  const body = isObject(data) ? data : {}
  for (const key of ['error', 'message']) if (body[key]) detail[key] = redact(body[key], code)
  return detail
}

/** The error of a failure; what is known of it goes into `detail`, and a server's words into the message. */
export function errorOf(failure: number, call?: Call, detail?: any): SessionError {
  const text = textOf(Table.Failure, failure)
  const end = text.indexOf(' ')
  if (call && !detail) detail = call.cause_ || (call.answer_ && explain(call.answer_))
  const said = isObject(detail) && (detail.message || detail.error)
  const message = text.slice(end + 1) + (said && !detail.errMsg ? '：' + said : '')
  const error = new (text[0] === 'L' ? LoginError : RequestError)(
    text.slice(1, end) as ErrorCode,
    message,
    detail
  )
  if (isObject(detail)) {
    if (detail.statusCode) error.statusCode = detail.statusCode
    if (isString(detail.errMsg)) error.errMsg = detail.errMsg
  }
  return error
}
