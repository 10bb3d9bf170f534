/** Errors out of the core's failures and what the host knows of them. */
import type { Call } from './calls'
import { Table } from './codes'
import { textOf } from './core'
import { LoginError, RequestError, type SessionError } from './errors'
import { type Loose, isObject, isString } from './host'
import { redact } from './session'
import type { ErrorCode } from './types'

/** What a server said, without secrets. */
export function explain({ statusCode, data }: Loose, code?: unknown): Loose {
  const detail: Loose = { statusCode }
  if (isObject(data)) {
    for (const key of ['error', 'message']) if (data[key]) detail[key] = redact(data[key], code)
  }
  return detail
}

/** The error of a failure; what is known of it goes into `detail`, and a server's words into the message. */
export function errorOf(failure: number, call?: Call, detail?: any): SessionError {
  const text = textOf(Table.Failure, failure)
  const end = text.indexOf(' ')
  if (call && !detail) detail = call.cause_ || (call.answer_ && explain(call.answer_))
  const { error: problem, errMsg, message, statusCode }: Loose = isObject(detail) ? detail : {}
  const said = message || problem
  const error = new (text[0] === 'L' ? LoginError : RequestError)(
    text.slice(1, end) as ErrorCode,
    text.slice(end + 1) + (said && !errMsg ? '：' + said : ''),
    detail
  )
  if (statusCode) error.statusCode = statusCode
  if (isString(errMsg)) error.errMsg = errMsg
  return error
}
