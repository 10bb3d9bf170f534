/**
 * wafer-client-wasm: the session client for WeChat mini-programs.
 *
 * Requiring the package does nothing but define these functions; the module is loaded at the first call.
 */
import { noteContentType } from './steps/answer'
import { clearSession as clear } from './steps/commands'
import { merge } from './app/configuration'
import type * as names from './app/constants'
import { load } from './core/loader'
import { configureCore, observe, ready as whenReady } from './core/queue'
import * as errors from './app/errors'
import { Goal } from './codes'
import { listeners } from './app/events'
import { isFunction } from './host/wx'
import * as calls from './steps/request'
import * as session from './app/session'
import { Tunnel as TunnelFunction } from './steps/tunnel'
import type { ErrorCode } from './error-codes'
import type {
  Configuration,
  DownloadOptions,
  DownloadTask,
  Header,
  LifecycleEvent,
  LoginErrorLike,
  LoginOptions,
  RequestErrorLike,
  RequestOptions,
  Session,
  Task,
  TunnelConstructor,
  TunnelInstance,
  UploadOptions,
  UploadTask,
  UserInfo,
  UserInfoOptions,
  UserInfoResult,
  UserProfileOptions,
  WithCallback,
  WithoutCallback
} from './types'

export type * from './types'
export {
  WX_HEADER_CODE,
  WX_HEADER_ENCRYPTED_DATA,
  WX_HEADER_ID,
  WX_HEADER_IV,
  WX_HEADER_SKEY,
  WX_SESSION_MAGIC_ID
} from './app/constants'

// js/package.ts adds the constants to what the package exports: as constants here, each name would be shipped three times.
export * from './error-codes'

/** A login failed. */
export const LoginError = errors.LoginError as unknown as {
  /** An error with this code, what it says, and what is known of the cause. */
  new (type: ErrorCode, message: string, detail?: unknown): LoginErrorLike
  /** What `instanceof` looks for. */
  prototype: LoginErrorLike
}
/** A login failed. */
export type LoginError = LoginErrorLike

/** A request failed. */
export const RequestError = errors.RequestError as unknown as {
  /** An error with this code, what it says, and what is known of the cause. */
  new (type: ErrorCode, message: string, detail?: unknown): RequestErrorLike
  /** What `instanceof` looks for. */
  prototype: RequestErrorLike
}
/** A request failed. */
export type RequestError = RequestErrorLike

/** The names of headers and error codes, for `const { constants } = require('wafer-client-wasm')`. */
export declare const constants: Names & Codes

type Codes = { [name in Exclude<ErrorCode, 'ERR_LOGIN_MISSING_SESSION'>]: name } & {
  /** The login answer holds no session. The value is the one of wafer-client-sdk. */
  ERR_LOGIN_SESSION_NOT_RECEIVED: 'ERR_LOGIN_MISSING_SESSION'
}
type Names = {
  /** The header that carries the code of `wx.login` at login. */
  WX_HEADER_CODE: typeof names.WX_HEADER_CODE
  /** The header that carries `encryptedData` of `wx.getUserInfo`. */
  WX_HEADER_ENCRYPTED_DATA: typeof names.WX_HEADER_ENCRYPTED_DATA
  /** The header that carries the session's id. */
  WX_HEADER_ID: typeof names.WX_HEADER_ID
  /** The header that carries the `iv` that belongs to `encryptedData`. */
  WX_HEADER_IV: typeof names.WX_HEADER_IV
  /** The header that carries the session's key. */
  WX_HEADER_SKEY: typeof names.WX_HEADER_SKEY
  /** Marks a body as written by a wafer server SDK. */
  WX_SESSION_MAGIC_ID: typeof names.WX_SESSION_MAGIC_ID
}

/**
 * Sets options; later calls change only what they name. May be called at any time, also while calls are on their
 * way. If the login URL moves to another origin, or the protocol changes, the session ends.
 *
 * @throws RequestError ERR_INVALID_PARAMS naming the key that is unknown or wrong; then nothing has changed
 */
export function configure(options: Configuration): void {
  merge(options)
  configureCore()
  observe()
  load()
}

/**
 * The same as `configure({ loginUrl })`.
 *
 * @throws RequestError ERR_INVALID_PARAMS if it is not an http(s) URL
 */
export function setLoginUrl(loginUrl: string): void {
  // As an option, undefined would name nothing.
  configure({ loginUrl: loginUrl || '' })
}

/**
 * Loads the module, unless that is under way or done, and tells when it is there. Nobody needs to wait for it: calls
 * made before are kept in order.
 *
 * Rejects with ERR_WASM_LOAD if it could not be loaded, at the latest after 10 seconds; the next call tries again.
 */
export function ready(): Promise<void> {
  return whenReady()
}

/**
 * Makes sure that there is a session: the stored one if WeChat still knows it, otherwise a new one. Calls at the
 * same time share one login. Without callbacks it returns a promise of what the server knows of the user, undefined if
 * it did not say.
 *
 * Fails with a `LoginError`: ERR_INVALID_PARAMS without a login URL, ERR_WX_LOGIN_FAILED, ERR_LOGIN_TIMEOUT,
 * ERR_LOGIN_FAILED, ERR_LOGIN_MISSING_SESSION, ERR_LOGIN_DISCARDED, ERR_LOGIN_LIMIT, ERR_LOGIN_UNAVAILABLE, with
 * `loginMode: 'code+userInfo'` ERR_WX_GET_USER_INFO and ERR_USER_DENIED; or with a `RequestError` ERR_WASM_LOAD.
 *
 * @throws RequestError ERR_INVALID_PARAMS if `options` is not an object, or a callback not a function
 */
export function login(options: WithCallback<LoginOptions>): void
export function login(options?: WithoutCallback<LoginOptions> | null): Promise<UserInfo | undefined>
export function login(options?: LoginOptions | null): Promise<UserInfo | undefined> | void
export function login(options?: LoginOptions | null): Promise<UserInfo | undefined> | void {
  return calls.startGoal(Goal.Login, 'login', options)
}

/**
 * `wx.request` with the session: attached, renewed when the server refuses it, and with `login: true` made if there
 * is none. The task is there at once and is a promise of the response, too.
 *
 * Succeeds with whatever the server answers, HTTP 4xx and 5xx included, as wx does. Fails with a `RequestError`:
 * ERR_NETWORK, ERR_TIMEOUT, ERR_ABORTED, ERR_UNTRUSTED_ORIGIN (`login: true` to a host that the session is not for),
 * ERR_INVALID_SESSION (refused again after a login), ERR_CHECK_LOGIN_FAILED (the server could not check the session),
 * ERR_INVALID_PARAMS, ERR_WASM_LOAD; or with the `LoginError` of the login that it needed.
 *
 * @throws RequestError ERR_INVALID_PARAMS if `options` is not an object; whatever else is wrong comes by `fail`
 */
export function request<Data = any>(options: RequestOptions<Data>): Task<Data> {
  // Without JIT, a call with fewer arguments than the function has parameters takes half as long again.
  return calls.startTransfer('request', options, undefined)
}

/**
 * `wx.uploadFile` with the session; sent again only if the server refused the session. Fails as `request` does.
 *
 * @throws RequestError ERR_INVALID_PARAMS if `options` is not an object; whatever else is wrong comes by `fail`
 */
export function uploadFile(options: UploadOptions): UploadTask {
  return calls.startTransfer('uploadFile', options, undefined)
}

/**
 * `wx.downloadFile` with the session. Fails as `request` does. A file of at most 1 MiB that begins as a JSON object is
 * looked into, since servers refuse a session in JSON.
 *
 * @throws RequestError ERR_INVALID_PARAMS if `options` is not an object; whatever else is wrong comes by `fail`
 */
export function downloadFile(options: DownloadOptions): DownloadTask {
  return calls.startTransfer('downloadFile', options, noteContentType)
}

/** The session, or null. Synchronous, also before the module is loaded. A copy: changing it changes nothing. */
export function getSession(): Session | null {
  return session.getSession()
}

/** The headers that sign a request, or none without a session. For requests that the SDK does not make. */
export function buildSessionHeader(): Header {
  return session.buildSessionHeader()
}

/**
 * Logs out: the stored session is deleted. A login on its way is discarded; calls that wait for it fail with
 * ERR_LOGIN_DISCARDED.
 */
export function clearSession(): void {
  clear()
}

/**
 * Calls the listener with each new session, and with null when there is none any more.
 *
 * @returns a function that removes the listener
 * @throws RequestError ERR_INVALID_PARAMS if the listener is no function
 */
export function onSessionChange(listener: (session: Session | null) => void): () => void {
  return listen('onSessionChange', listener)
}

/**
 * Calls the listener with what the SDK does, for timelines and metrics. Warm calls cost more while somebody listens.
 *
 * @returns a function that removes the listener
 * @throws RequestError ERR_INVALID_PARAMS if the listener is no function
 */
export function onEvent(listener: (event: LifecycleEvent) => void): () => void {
  return listen('onEvent', listener)
}

function listen(api: keyof typeof listeners, listener: (told: any) => void): () => void {
  if (!isFunction(listener)) throw errors.wrong(api, 'listener', '函数')
  listeners[api] = listeners[api].concat(listener)
  observe()
  return () => {
    listeners[api] = listeners[api].filter((other) => other !== listener)
    observe()
  }
}

/**
 * `wx.getUserInfo({ withCredentials: true })` once the session is live: the data is under the session_key that the
 * server has, and fetched anew if a login comes in between.
 *
 * Fails with a `LoginError`: ERR_WX_GET_USER_INFO, ERR_USER_DENIED, or as `login` does.
 *
 * @throws RequestError ERR_INVALID_PARAMS if `options` is not an object, or a callback not a function
 */
export function getUserInfo(options: WithCallback<UserInfoOptions>): void
export function getUserInfo(options?: WithoutCallback<UserInfoOptions> | null): Promise<UserInfoResult>
export function getUserInfo(options?: UserInfoOptions | null): Promise<UserInfoResult> | void
export function getUserInfo(options?: UserInfoOptions | null): Promise<UserInfoResult> | void {
  return calls.startGoal(Goal.UserInfo, 'getUserInfo', options)
}

/**
 * `wx.getUserProfile` in a tap, or `wx.getUserInfo` where WeChat has no profile. If a login comes in between, the
 * data could be under an old session_key: then it fails with ERR_WX_GET_USER_INFO, and the next tap succeeds. If the
 * user refuses, it fails with ERR_USER_DENIED; otherwise as `login` does.
 *
 * @throws RequestError ERR_INVALID_PARAMS if `desc` is missing
 */
export function getUserProfile(options: WithCallback<UserProfileOptions>): void
export function getUserProfile(options: WithoutCallback<UserProfileOptions>): Promise<UserInfoResult>
export function getUserProfile(options: UserProfileOptions): Promise<UserInfoResult> | void
export function getUserProfile(options: UserProfileOptions): Promise<UserInfoResult> | void {
  return calls.startGoal(Goal.UserProfile, 'getUserProfile', options)
}

/**
 * wafer's tunnel: messages both ways over a WebSocket that pings and comes back by itself. Several may be open
 * at once. Services want a session: log in before `open`.
 *
 * ```js
 * const tunnel = new qcloud.Tunnel('https://example.com/tunnel')
 * tunnel.on('speak', (content) => console.log(content))
 * qcloud.login({ success: () => tunnel.open() })
 * tunnel.emit('speak', { word: 'hello' })
 * ```
 */
export const Tunnel = TunnelFunction as unknown as TunnelConstructor
/** An instance of `Tunnel`. */
export type Tunnel = TunnelInstance
