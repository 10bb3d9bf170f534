/* Written by `make codes` of what src/ declares. */

/** A parameter or the configuration is missing or wrong. */
export declare const ERR_INVALID_PARAMS: 'ERR_INVALID_PARAMS'

/** `wx.login` failed. */
export declare const ERR_WX_LOGIN_FAILED: 'ERR_WX_LOGIN_FAILED'

/** User data could not be had from WeChat. */
export declare const ERR_WX_GET_USER_INFO: 'ERR_WX_GET_USER_INFO'

/** A step of the login did not answer before its deadline. */
export declare const ERR_LOGIN_TIMEOUT: 'ERR_LOGIN_TIMEOUT'

/** The login request failed, or the server refused it. */
export declare const ERR_LOGIN_FAILED: 'ERR_LOGIN_FAILED'

/** The login answer holds no session. The value is the one of wafer-client-sdk. */
export declare const ERR_LOGIN_SESSION_NOT_RECEIVED: 'ERR_LOGIN_MISSING_SESSION'

/** The server refused the session, also after a new login. */
export declare const ERR_INVALID_SESSION: 'ERR_INVALID_SESSION'

/** The server could not check the session; the session stays. */
export declare const ERR_CHECK_LOGIN_FAILED: 'ERR_CHECK_LOGIN_FAILED'

/** The WebAssembly module could not be loaded, or failed while it ran. The next call starts it anew. */
export declare const ERR_WASM_LOAD: 'ERR_WASM_LOAD'

/** The caller aborted the call. */
export declare const ERR_ABORTED: 'ERR_ABORTED'

/** The request did not settle in time. */
export declare const ERR_TIMEOUT: 'ERR_TIMEOUT'

/** The request failed before an answer came. */
export declare const ERR_NETWORK: 'ERR_NETWORK'

/** A call with `login: true` goes where the session does not belong; see `trustedOrigins`. */
export declare const ERR_UNTRUSTED_ORIGIN: 'ERR_UNTRUSTED_ORIGIN'

/** `clearSession()` ended the login that the call waited for. */
export declare const ERR_LOGIN_DISCARDED: 'ERR_LOGIN_DISCARDED'

/** Too many logins; see `maxLoginsPerMinute`. */
export declare const ERR_LOGIN_LIMIT: 'ERR_LOGIN_LIMIT'

/** Login does not exist here: single-page mode. */
export declare const ERR_LOGIN_UNAVAILABLE: 'ERR_LOGIN_UNAVAILABLE'

/** The user, or the privacy agreement that the user has not accepted, forbids it. */
export declare const ERR_USER_DENIED: 'ERR_USER_DENIED'

/** The session could not be stored. Reported by `onEvent`, never by a call. */
export declare const ERR_STORAGE: 'ERR_STORAGE'

/** The `type` of an error: the values of the exported `ERR_` constants, which say what each of them means. */
export type ErrorCode =
  | 'ERR_INVALID_PARAMS'
  | 'ERR_WX_LOGIN_FAILED'
  | 'ERR_WX_GET_USER_INFO'
  | 'ERR_LOGIN_TIMEOUT'
  | 'ERR_LOGIN_FAILED'
  | 'ERR_LOGIN_MISSING_SESSION'
  | 'ERR_INVALID_SESSION'
  | 'ERR_CHECK_LOGIN_FAILED'
  | 'ERR_WASM_LOAD'
  | 'ERR_ABORTED'
  | 'ERR_TIMEOUT'
  | 'ERR_NETWORK'
  | 'ERR_UNTRUSTED_ORIGIN'
  | 'ERR_LOGIN_DISCARDED'
  | 'ERR_LOGIN_LIMIT'
  | 'ERR_LOGIN_UNAVAILABLE'
  | 'ERR_USER_DENIED'
  | 'ERR_STORAGE'
