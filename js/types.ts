import type { ErrorCode } from './error-codes'

export type { ErrorCode } from './error-codes'

/**
 * What WeChat and the server know of the user. Which fields are there is up to the server; their names are those of
 * WeChat's page UserInfo.
 */
export interface UserInfo {
  /** The name that the user goes by. */
  nickName?: string
  /** Where the user's picture is. */
  avatarUrl?: string
  /** 0 unknown, 1 male, 2 female. WeChat has answered 0 since 2021. */
  gender?: number
  /** Empty since 2021. */
  country?: string
  /** Empty since 2021. */
  province?: string
  /** Empty since 2021. */
  city?: string
  /** The language of the three fields above. */
  language?: string
  [field: string]: any
}

/** A session, in wafer's stored shape. */
export interface Session {
  /** The session's id (`X-WX-Id`). wafer2 has none. */
  id?: string
  /**
   * The session's key (`X-WX-Skey`). A secret: keep it out of logs. The session of a `CustomProtocol` is what its
   * `parseLogin` answered, with or without this.
   */
  skey: string
  /** The user, if the server answered it at login. */
  userInfo?: UserInfo
  [field: string]: any
}

/** Names and values of HTTP headers. */
export interface Header {
  [name: string]: string
}

/** Callbacks in the manner of wx: `success` or `fail`, then `complete`, each once. */
export interface Callbacks<Result, Failure> {
  /** Called with the result. */
  success?: (result: Result) => void
  /** Called with the error. */
  fail?: (error: Failure) => void
  /** Called last, whatever happened, with what `success` or `fail` got. */
  complete?: (outcome: Result | Failure) => void
}

/** The same options with at least one callback: the call answers by callbacks alone. */
export type WithCallback<Options extends Callbacks<any, any>> = Options &
  (Required<Pick<Options, 'success'>> | Required<Pick<Options, 'fail'>> | Required<Pick<Options, 'complete'>>)

/** The same options without callbacks: the call answers by a promise. */
export type WithoutCallback<Options> = Omit<Options, keyof Callbacks<any, any>> & {
  /** Given, the call answers by callbacks. */
  success?: undefined
  /** Given, the call answers by callbacks. */
  fail?: undefined
  /** Given, the call answers by callbacks. */
  complete?: undefined
}

/** A login failed. `instanceof LoginError` and `type` tell how. */
export interface LoginErrorLike extends Error {
  /** One of the `ERR_` codes. */
  type: ErrorCode
  /** What the host or the server said: wx's own error, or `{ statusCode, error, message, retryAfter }`. */
  detail?: unknown
  /**
   * How long calls that need a login will fail at once by the same error, in ms, because the last login failed at the
   * server. `login()` ends it, and so does the network or the app coming back if the server was not reached. Missing if
   * the next call logs in.
   */
  retryAfterMs?: number
}

/** A request failed. */
export interface RequestErrorLike extends LoginErrorLike {
  /** HTTP status, if the server answered. */
  statusCode?: number
  /** wx's own words, if wx failed. */
  errMsg?: string
}

/** What `fail` gets: a request fails by its login, too. */
export type CallError = LoginErrorLike | RequestErrorLike

/** Options of `login`. */
export interface LoginOptions extends Callbacks<UserInfo | undefined, LoginErrorLike> {
  /** Log in even if the session is good. If that login fails, the session stays. Default false. */
  force?: boolean
}

/** The session part of a call's options. */
export interface SessionOptions {
  /** Log in first if there is no session. Default false: the session is attached if there is one. */
  login?: boolean
}

// No union of the pair and `withUserInfo`: an app's own interface could not extend it, and Omit would spoil it.
/**
 * The user data that goes along: with `withUserInfo` the SDK's, otherwise the caller's pair, or none. A pair of which half is
 * missing fails with ERR_INVALID_PARAMS.
 */
export interface UserData {
  /** Fetch user data under the live session_key and send it along; fetched anew if a login comes in between. */
  withUserInfo?: boolean
  /** Sent as X-WX-Encrypted-Data, with `iv`. Never sent again after a login. */
  encryptedData?: string
  /** The initial vector that came with `encryptedData`, sent as X-WX-IV. */
  iv?: string
}

// What wx takes and answers is described here, not taken from miniprogram-api-typings: of that, projects have any
// version from 2 to 5, or none, and its globals do not belong into those of Taro and uni-app. tests/types holds the
// two to each other.

/** An object whose members WeChat does not type. */
export interface AnyObject {
  [name: string]: any
}

/** What wx answers of every request, upload and download. */
export interface HostResponse {
  /** HTTP status. */
  statusCode: number
  /** Times (ms) and sizes (bytes) of the call, as WeChat's page wx.request lists them; not on every host. */
  profile: any
  /** wx's own words, such as `request:ok`. */
  errMsg: string
}

/** What a successful request answers: wx's own result, as on WeChat's page wx.request. */
export interface Response<Data = any> extends HostResponse {
  /** The body, parsed unless `dataType` says otherwise. */
  data: Data
  /** Headers of the answer. */
  header: AnyObject
  /** Cookies of the answer. Base library 2.10.0. */
  cookies: string[]
  /** What went wrong on the way without harm, such as HttpDNS. Base library 3.0.0. */
  exception: any
  /** Whether HttpDNS found the server, with `enableHttpDNS`. Base library 3.4.10. */
  useHttpDNS: boolean
}

/** What a successful upload answers: wx's own result, as on WeChat's page wx.uploadFile. */
export interface UploadResponse extends HostResponse {
  /** The body, as the server sent it. */
  data: string
}

/** What a successful download answers: wx's own result, as on WeChat's page wx.downloadFile. */
export interface DownloadResponse extends HostResponse {
  /** Where the file is, if `filePath` was given. */
  filePath: string
  /** Where the file is for the time being, without `filePath`. */
  tempFilePath: string
}

/** What `onHeadersReceived` tells. */
export interface HeadersReceived {
  /** Headers of the answer. */
  header: AnyObject
  /** HTTP status. Base library 3.0.0. */
  statusCode: number
  /** Cookies of the answer. Base library 3.0.0. */
  cookies: string[]
}

/** What `onChunkReceived` tells. */
export interface ChunkReceived {
  /** The chunk. */
  data: ArrayBuffer
}

/** What `onProgressUpdate` tells of an upload. */
export interface UploadProgress {
  /** Percent. */
  progress: number
  /** Bytes to send in all. */
  totalBytesExpectedToSend: number
  /** Bytes sent. */
  totalBytesSent: number
}

/** What `onProgressUpdate` tells of a download. */
export interface DownloadProgress {
  /** Percent. */
  progress: number
  /** Bytes to come in all. */
  totalBytesExpectedToWrite: number
  /** Bytes that came. */
  totalBytesWritten: number
}

/** Headers as callers give them; undefined and null ones are left out. */
export interface CallerHeader {
  [name: string]: string | number | boolean | null | undefined
}

/** What requests, uploads and downloads alike hand on to wx. */
export interface HostOptions {
  /** Where to: absolute, or a path behind `baseUrl`. */
  url: string
  /** Deadline in ms. Default 60000, or what `configure` says. */
  timeout?: number
  /** HTTP/2. Base library 2.10.4. */
  enableHttp2?: boolean
  /** QUIC, HTTP/3. Base library 2.10.4. */
  enableQuic?: boolean
  /** Whether the answer has a `profile`. */
  enableProfile?: boolean
}

/** What `request` hands on to `wx.request`; WeChat's page of that name says more, and since which base library. */
export interface HostRequestOptions extends HostOptions {
  /** HTTP method. Default GET. WeChat documents no PATCH; other hosts have it. */
  method?: 'OPTIONS' | 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'TRACE' | 'CONNECT'
  /** The body, or with GET the query. */
  data?: string | AnyObject | ArrayBuffer
  /** `json` (default) parses the body; with anything else it stays text. */
  dataType?: string
  /** What the body is: `text` (default) or `arraybuffer`; other hosts have more. */
  responseType?: string
  /** HTTP cache. Base library 2.10.4. */
  enableCache?: boolean
  /** `Transfer-Encoding: chunked`, with `onChunkReceived`. Base library 2.20.2. */
  enableChunked?: boolean
  /** Finds the server by HttpDNS, with `httpDNSServiceId`. Base library 2.19.1. */
  enableHttpDNS?: boolean
  /** Whether a failure of HttpDNS is followed by ordinary DNS. Default true. Base library 3.16.2. */
  enableHttpDNSFallback?: boolean
  /** The HttpDNS service. Base library 2.19.1. */
  httpDNSServiceId?: string
  /** How long HttpDNS may take, in ms. Base library 3.8.9. */
  httpDNSTimeout?: number | string
  /** Sends over the mobile network even where there is Wi-Fi. Base library 2.21.0. */
  forceCellularNetwork?: boolean
  /** `manual` ends the request at a redirection, whose headers `onHeadersReceived` tells. Base library 3.2.2. */
  redirect?: 'follow' | 'manual'
  /** Faster, on Android. Base library 3.3.3. */
  useHighPerformanceMode?: boolean
}

/** What `uploadFile` hands on to `wx.uploadFile`; see WeChat's page of that name. */
export interface HostUploadOptions extends HostOptions {
  /** The file's path on the device. */
  filePath: string
  /** The field under which the server finds the file. */
  name: string
  /** Further fields. */
  formData?: AnyObject
}

/** What `downloadFile` hands on to `wx.downloadFile`; see WeChat's page of that name. */
export interface HostDownloadOptions extends HostOptions {
  /** Where to put the file. Base library 1.8.0. */
  filePath?: string
}

/** Options of `request`: the session's, and everything that `wx.request` takes. */
export interface RequestOptions<Data = any>
  extends HostRequestOptions, SessionOptions, UserData, Callbacks<Response<Data>, CallError> {
  /** Headers of the request; the session's win over them. Names are compared without regard to case. */
  header?: CallerHeader
}

/** Options of `uploadFile`: the session's, and everything that `wx.uploadFile` takes. */
export interface UploadOptions
  extends HostUploadOptions, SessionOptions, UserData, Callbacks<UploadResponse, CallError> {
  /** Headers of the request; the session's win over them. Names are compared without regard to case. */
  header?: CallerHeader
}

/** Options of `downloadFile`: the session's, and everything that `wx.downloadFile` takes. */
export interface DownloadOptions
  extends HostDownloadOptions, SessionOptions, UserData, Callbacks<DownloadResponse, CallError> {
  /** Headers of the request; the session's win over them. Names are compared without regard to case. */
  header?: CallerHeader
}

/**
 * What all tasks have: a promise of the result, `abort`, and headers. It is typed as a promise, so that functions that answer
 * or take one can be given a task; `instanceof Promise` says no.
 */
export interface SessionTask<Result> extends Promise<Result> {
  /** Ends the call at whatever stage it is; it fails with ERR_ABORTED unless it has settled. */
  abort(): void
  /** Like `Promise.prototype.then`: who calls it handles the rejection. Without, no rejection goes unhandled. */
  then<Fulfilled = Result, Rejected = never>(
    onfulfilled?: ((value: Result) => Fulfilled | PromiseLike<Fulfilled>) | null,
    onrejected?: ((reason: any) => Rejected | PromiseLike<Rejected>) | null
  ): Promise<Fulfilled | Rejected>
  /** Like `Promise.prototype.catch`. */
  catch<Rejected = never>(
    onrejected?: ((reason: any) => Rejected | PromiseLike<Rejected>) | null
  ): Promise<Result | Rejected>
  /** Like `Promise.prototype.finally`. */
  finally(onfinally?: (() => void) | null): Promise<Result>
  /** Listens for response headers, at any stage, also of the retry. */
  onHeadersReceived(listener: (told: HeadersReceived) => void): void
  /** Removes that listener, or all. */
  offHeadersReceived(listener?: (told: any) => void): void
}

/** What `request` returns: at once, and for every stage. */
export interface Task<Data = any> extends SessionTask<Response<Data>> {
  /**
   * Listens for chunks of a response with `enableChunked`. If the server refuses the session in the first one, listeners hear that
   * chunk, and then those of the answer after the login.
   */
  onChunkReceived(listener: (told: ChunkReceived) => void): void
  /** Removes that listener, or all. */
  offChunkReceived(listener?: (told: any) => void): void
}

/** What `uploadFile` returns. */
export interface UploadTask extends SessionTask<UploadResponse> {
  /** Listens for progress, across a retry. */
  onProgressUpdate(listener: (told: UploadProgress) => void): void
  /** Removes that listener, or all. */
  offProgressUpdate(listener?: (told: any) => void): void
}

/** What `downloadFile` returns. */
export interface DownloadTask extends SessionTask<DownloadResponse> {
  /** Listens for progress, across a retry. */
  onProgressUpdate(listener: (told: DownloadProgress) => void): void
  /** Removes that listener, or all. */
  offProgressUpdate(listener?: (told: any) => void): void
}

/** What `getUserInfo` and `getUserProfile` answer: wx's own result, and whether WeChat kept the user anonymous. */
export interface UserInfoResult {
  /** What WeChat tells of the user. */
  userInfo: UserInfo
  /** The same as text, for the signature. */
  rawData?: string
  /** sha1(rawData + session_key). */
  signature?: string
  /** The user's data under the session_key that the server has now. */
  encryptedData: string
  /** The initial vector of `encryptedData`. */
  iv: string
  /** WeChat gave "微信用户" and a grey avatar: the app has to ask the user for nickname and avatar itself. */
  anonymous: boolean
  [field: string]: any
}

/** Options of `getUserInfo`. */
export interface UserInfoOptions extends Callbacks<UserInfoResult, CallError> {
  /** Language of the user's places. Default `en`. */
  lang?: 'en' | 'zh_CN' | 'zh_TW'
}

/** Options of `getUserProfile`. */
export interface UserProfileOptions extends UserInfoOptions {
  /** What the data is for; WeChat shows it to the user. At most 30 characters (WeChat's page wx.getUserProfile). */
  desc: string
}

/** A JSON object. A promise is none, since the lifecycle cannot wait for it. */
export interface PlainObject {
  /** What a promise has. */
  then?: undefined
  [field: string]: any
}

/**
 * How to speak with a server that is not a wafer one. Each function is called with plain values, answers at once, not
 * by a promise, and may throw. `Stored` is the session as this server has it: any JSON object, which `header` gets as JSON
 * keeps it: a date as text, an instance without its class. A session belongs to the protocol that read it: with another one it
 * ends. Another one has another `name`, or functions with another source text.
 */
export interface CustomProtocol<Stored extends PlainObject = PlainObject> {
  /** Stored beside the session: at the next launch, it is read by a protocol of the same name alone. Default `custom`. */
  name?: string
  /** Options for `wx.request` that log in with this code: `url` defaults to `loginUrl`, `method` to `loginMethod`. */
  loginRequest(code: string, userInfo?: UserInfoResult): LoginRequest
  /** The session in the answer; its `userInfo` is what `login` answers. Never changed. Throws if there is none. */
  parseLogin(response: Response): Stored
  /** Headers that sign a request. A session that leaves one of them empty or undefined is none. */
  header(session: Stored): Header
  /**
   * Whether the server refused the session. Asked about answers to signed requests below HTTP 500, uploads and downloads
   * too: an upload's `data` is text; a download's is what its file holds if that is JSON, otherwise an empty text; that of a
   * stream whose chunks the app hears is its first chunk, parsed if that is JSON.
   */
  isExpired(response: Response): boolean
}

/** What `loginRequest` answers: options of `wx.request`. The deadline `loginRequestMs` is its timeout. */
export interface LoginRequest extends Partial<Omit<HostRequestOptions, 'timeout'>> {
  /** Headers of the login request. */
  header?: CallerHeader
  /** A promise is no answer: the code is spent by the time it settles. */
  then?: undefined
}

/** Options of `configure`. */
export interface Configuration {
  /** Where to log in. Its origin is the one that gets the session. */
  loginUrl?: string
  /** HTTP method of the login request. Default GET. */
  loginMethod?: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'OPTIONS' | 'HEAD' | 'TRACE' | 'CONNECT'
  /** Further data of the login request. */
  loginData?: string | AnyObject | ArrayBuffer
  /** What the server wants at login: the code alone (default), or encrypted user data as well. */
  loginMode?: 'code' | 'code+userInfo'
  /** Path of the module in the code package, from its root. Default `/miniprogram_npm/wafer-client-wasm/core.wasm.br`. */
  wasmPath?: string
  /** Loads the same core as plain JS where WXWebAssembly is missing or fails. */
  fallback?: () => unknown
  /**
   * The object with the host's functions, such as `Taro` or `uni`. Without it, the first of `wx`, `tt`, `qq`, `swan`,
   * `ks`, `jd` and `xhs` that exists.
   */
  host?: object
  /** Goes before relative URLs. */
  baseUrl?: string
  /** Headers for every request. */
  header?: CallerHeader
  /** Timeout of a request in ms, where the call names none. Default 60000. */
  timeout?: number
  /** Origins, such as `https://api.example.com`, that get the session beside the login URL's. */
  trustedOrigins?: string[]
  /** How the server speaks. Default `'wafer'`. */
  protocol?: 'wafer' | 'wafer2' | CustomProtocol
  /** When `wx.checkSession` is asked: once a launch (default), before each call with `login: true`, never. */
  checkSession?: 'launch' | 'always' | 'never'
  /** Deadlines in ms. */
  deadlines?: {
    /** Of `wx.login`. Default 10000. */
    loginMs?: number
    /** Of `wx.checkSession`, after which the session counts as invalid. Default 3000. */
    checkSessionMs?: number
    /** Of the login request. Default 15000. */
    loginRequestMs?: number
  }
  /**
   * How many logins a minute the SDK makes by itself; those of `login()` do not count. Beyond, calls fail with
   * ERR_LOGIN_LIMIT. Default 5.
   */
  maxLoginsPerMinute?: number
  /** What goes to the console: nothing, failures of the SDK itself (default), or every event. */
  logLevel?: 'silent' | 'error' | 'debug'
}

/** What happens to a call. */
export type CallEventType =
  | 'call'
  | 'wait'
  | 'user-info'
  | 'send'
  | 'send-bare'
  | 'expired'
  | 'late-expiry'
  | 'retry'
  | 'success'
  | 'fail'

/** What happens to the session. */
export type SessionEventType =
  | 'restore'
  | 'check'
  | 'check-passed'
  | 'check-failed'
  | 'login'
  | 'login-request'
  | 'session'
  | 'login-failed'
  | 'logout'
  | 'storage-failed'

/** What happens to the WebAssembly module. */
export type ModuleEventType = 'load' | 'ready' | 'load-failed' | 'crash'

/** What the SDK did. Never holds a skey, a code, encrypted data or a token. */
export interface LifecycleEvent {
  /** What happened. */
  type: CallEventType | SessionEventType | ModuleEventType
  /** Milliseconds since the first event; never smaller than that of the event before. */
  at: number
  /** Number of the call, if it is about one. */
  call?: number
  /** The error code, if something failed. */
  error?: ErrorCode
}

/** The `status` of a tunnel. */
export type TunnelStatus = 'CLOSED' | 'CONNECTING' | 'ACTIVE' | 'RECONNECTING'

/** What listeners of a tunnel's `error` get. */
export interface TunnelError {
  /**
   * 1001 `ERR_CONNECT_SERVICE`: the service gave no address, or the module could not be loaded.
   * 1002 `ERR_CONNECT_SOCKET`: wx made no socket. 2001 `ERR_RECONNECT`: the connection was lost and did not come
   * back. 3001 `ERR_SOCKET_ERROR`: the first connection failed, or the module did while the tunnel was open.
   */
  code: 1001 | 1002 | 2001 | 3001
  /** What happened and what to do, in Chinese. */
  message: string
  /** What the host or the server said: the service's response, or an error. null if nothing. */
  detail: any
}

/** A tunnel. After each of these errors it is closed, and may be opened again. */
export interface TunnelInstance {
  /** Where the address of the socket is asked for: with the session, and a path behind `baseUrl`, as with `request`. */
  readonly serviceUrl: string
  /** The address of the socket, once the service has given one. */
  readonly socketUrl: string | null
  /** CLOSED at first. */
  readonly status: TunnelStatus
  /** Opens the tunnel; one that is open or being opened stays as it is. Several tunnels may be open at once. */
  open(): void
  /** Listens for errors. */
  on(event: 'error', listener: (error: TunnelError) => void): void
  /**
   * Listens for `connect` (the first connection is there), `reconnecting` (the connection is lost, and the tunnel tries
   * to connect again), `reconnect` (it has succeeded) and `close` (the tunnel is closed, until somebody opens it).
   */
  on(event: 'connect' | 'close' | 'reconnecting' | 'reconnect', listener: () => void): void
  /** Listens for everything: first argument is the event or the type of the message. */
  on(event: '*', listener: (type: string, content?: any) => void): void
  /**
   * Listens for messages of this type. A type that is the name of an event gets an `@` in front.
   *
   * @throws RequestError ERR_INVALID_PARAMS if the type is no text or the listener no function
   */
  on(type: string, listener: (content?: any) => void): void
  /**
   * Sends a message; before the connection is there it waits for that, also before the first `open`. What ends the
   * tunnel discards what waits.
   *
   * @throws RequestError ERR_INVALID_PARAMS if the type is no text or the content cannot be made JSON; or, without
   *   sending anything, if the tunnel was closed or 1,000 messages wait
   */
  emit(type: string, content?: unknown): void
  /** Closes the tunnel, and discards what waits to be sent. */
  close(): void
  /** Whether the status is CLOSED. */
  isClosed(): boolean
  /** Whether the status is CONNECTING. */
  isConnecting(): boolean
  /** Whether the status is ACTIVE. */
  isActive(): boolean
  /** Whether the status is RECONNECTING. */
  isReconnecting(): boolean
}

/** The class `Tunnel`. */
export interface TunnelConstructor {
  /**
   * A closed tunnel to this service.
   *
   * @throws RequestError ERR_INVALID_PARAMS if the address is no text
   */
  new (serviceUrl: string): TunnelInstance
  /** What `instanceof` looks for. */
  prototype: TunnelInstance
  /** The tunnel is closed. */
  readonly STATUS_CLOSED: 'CLOSED'
  /** The tunnel connects for the first time. */
  readonly STATUS_CONNECTING: 'CONNECTING'
  /** Messages go both ways. */
  readonly STATUS_ACTIVE: 'ACTIVE'
  /** The connection is lost, and the tunnel tries to connect again. */
  readonly STATUS_RECONNECTING: 'RECONNECTING'
  /** The service gave no address, or the module could not be loaded. */
  readonly ERR_CONNECT_SERVICE: 1001
  /** wx made no socket. */
  readonly ERR_CONNECT_SOCKET: 1002
  /** The connection was lost and did not come back. */
  readonly ERR_RECONNECT: 2001
  /** The first connection failed, or the module did while the tunnel was open. */
  readonly ERR_SOCKET_ERROR: 3001
  /**
   * How many times in a row the tunnel tries to connect again after the connection is lost; 0: not once. Default 5.
   * A change counts from the next `open`. When the network or the app comes back, the tries begin anew.
   */
  MAX_RECONNECT_TRY_TIMES: number
  /**
   * How much longer each wait before such a try is than the one before, in ms from 1. Default 1000. Waits are half to
   * one and a half times that long, by chance.
   */
  RECONNECT_TIME_INCREASE: number
}
