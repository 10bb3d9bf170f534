/** Error classes, as callers see them, and errors that need no core. */
import type { ErrorCode } from '../error-codes'
import { redacted } from './secrets'

export const ERR_INVALID_PARAMS = 'ERR_INVALID_PARAMS'
export const ERR_WASM_LOAD = 'ERR_WASM_LOAD'
export const ERR_STORAGE = 'ERR_STORAGE'
export const ERR_ABORTED = 'ERR_ABORTED'
export const ERR_UNTRUSTED_ORIGIN = 'ERR_UNTRUSTED_ORIGIN'

/** What was thrown, said or answered, in words. */
export interface Failure {
  type: ErrorCode
  message: string
  detail?: unknown
  statusCode?: number
  errMsg?: string
  retryAfterMs?: number
}

export interface SessionError extends Error, Failure {}

type ErrorClass = new (type: ErrorCode, message: string, detail?: unknown) => SessionError

/** A subclass of Error without `class`, which "ES6 to ES5" would turn into kilobytes of Babel's own. */
function errorClass(name: string): ErrorClass {
  function SessionError(this: SessionError, type: ErrorCode, message: string, detail?: unknown) {
    this.type = type
    this.message = message
    this.detail = detail
    this.stack = Error(message).stack
  }
  const prototype = (SessionError.prototype = Error())
  prototype.constructor = SessionError
  prototype.name = name
  return SessionError as unknown as ErrorClass
}

/** A login failed. */
export const LoginError = errorClass('LoginError')

/** A request failed. */
export const RequestError = errorClass('RequestError')

export const invalid = (message: string, detail?: unknown) =>
  new RequestError(ERR_INVALID_PARAMS, message, redacted(detail))

/** `name`, a parameter of `api`, is not what it should be. */
export const wrong = (api: string, name: string, expected: string) =>
  invalid(api + '：' + name + ' 应为' + expected)

/** Our own error as it is; what reading the app's objects threw, as ERR_INVALID_PARAMS. */
export const asInvalid = (api: string, error: unknown) =>
  error instanceof RequestError ? error : invalid(api + '：读取参数时发生异常，请检查其中的 getter', error)

export const aborted = (): SessionError => new RequestError(ERR_ABORTED, '请求已被取消')
