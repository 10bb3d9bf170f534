/** Error codes and classes, as callers see them. */
import type { ErrorCode } from './types'

/** A parameter or the configuration is missing or wrong. */
export const ERR_INVALID_PARAMS = 'ERR_INVALID_PARAMS'
/** `wx.login` failed. */
export const ERR_WX_LOGIN_FAILED = 'ERR_WX_LOGIN_FAILED'
/** User data could not be had from WeChat. */
export const ERR_WX_GET_USER_INFO = 'ERR_WX_GET_USER_INFO'
/** A step of the login did not answer before its deadline. */
export const ERR_LOGIN_TIMEOUT = 'ERR_LOGIN_TIMEOUT'
/** The login request failed, or the server refused it. */
export const ERR_LOGIN_FAILED = 'ERR_LOGIN_FAILED'
/** The login answer holds no session. The value is the one of wafer-client-sdk. */
export const ERR_LOGIN_SESSION_NOT_RECEIVED = 'ERR_LOGIN_MISSING_SESSION'
/** The server refused the session, also after a new login. */
export const ERR_INVALID_SESSION = 'ERR_INVALID_SESSION'
/** The server could not check the session; the session stays. */
export const ERR_CHECK_LOGIN_FAILED = 'ERR_CHECK_LOGIN_FAILED'
/** The WebAssembly module could not be loaded, or failed while it ran. The next call starts it anew. */
export const ERR_WASM_LOAD = 'ERR_WASM_LOAD'
/** The caller aborted the call. */
export const ERR_ABORTED = 'ERR_ABORTED'
/** The request did not settle in time. */
export const ERR_TIMEOUT = 'ERR_TIMEOUT'
/** The request failed before an answer came. */
export const ERR_NETWORK = 'ERR_NETWORK'
/** A call with `login: true` goes where the session does not belong; see `trustedOrigins`. */
export const ERR_UNTRUSTED_ORIGIN = 'ERR_UNTRUSTED_ORIGIN'
/** `clearSession()` ended the login that the call waited for. */
export const ERR_LOGIN_DISCARDED = 'ERR_LOGIN_DISCARDED'
/** Too many logins; see `maxLoginsPerMinute`. */
export const ERR_LOGIN_LIMIT = 'ERR_LOGIN_LIMIT'
/** Login does not exist here: single-page mode. */
export const ERR_LOGIN_UNAVAILABLE = 'ERR_LOGIN_UNAVAILABLE'
/** The user, or the privacy agreement that the user has not accepted, forbids it. */
export const ERR_USER_DENIED = 'ERR_USER_DENIED'
/** The session could not be stored. Reported by `onEvent`, never by a call. */
export const ERR_STORAGE = 'ERR_STORAGE'

/** What was thrown, said or answered, in words. */
export interface Failure {
  type: ErrorCode
  message: string
  detail?: unknown
  statusCode?: number
  errMsg?: string
}

export interface SessionError extends Error, Failure {}

type ErrorClass = new (type: ErrorCode, message: string, detail?: unknown) => SessionError

/** A subclass of Error without `class`, which "ES6 to ES5" would turn into kilobytes of Babel's own. */
function errorClass(name: string): ErrorClass {
  function SessionError(this: SessionError, type: ErrorCode, message: string, detail?: unknown) {
    this.type = type
    this.message = message
    this.detail = detail
    this.stack = new Error(message).stack
  }
  SessionError.prototype = Object.create(Error.prototype, {
    constructor: { value: SessionError, configurable: true, writable: true },
    name: { value: name, configurable: true, writable: true }
  })
  return SessionError as unknown as ErrorClass
}

/** A login failed. */
export const LoginError = errorClass('LoginError')

/** A request failed. */
export const RequestError = errorClass('RequestError')

export const invalid = (message: string, detail?: unknown) =>
  new RequestError(ERR_INVALID_PARAMS, message, detail)

/** Our own error as it is; what reading the app's objects threw, as ERR_INVALID_PARAMS. */
export const asInvalid = (api: string, error: unknown) =>
  error instanceof RequestError
    ? error
    : invalid(api + '：读取参数时发生异常，请检查参数的类型和 getter', error)
