/**
 * `wafer-client-wasm/testing`: a fake `wx` with a session server behind it, for the tests of apps. For Node (node:test,
 * Jest, Vitest); mini-programs never load it.
 *
 * ```js
 * const fake = createWx().install()
 * const { data } = await qcloud.request({ login: true, url: 'https://api.example.com/user' })
 * assert.equal(fake.count('login'), 1)
 * fake.uninstall()
 * ```
 */
import type { AsHostApi, FurtherApis, HostApi } from './wx.js'

export * from './wx.js'

/** The storage key under which the session lies. */
export declare const SESSION_KEY: string

/** An object whose members are whatever the app makes of them. */
export interface AnyObject {
  [name: string]: any
}

/** Time for tests: nothing waits for real. */
export interface Clock {
  /** Wall-clock time, epoch ms. */
  now(): number
  /** Ms since the clock was made; never goes back. */
  elapsed(): number
  /** How many timers wait. */
  readonly pending: number
  /** Lets `ms` pass; fires what is due in order. */
  advance(ms: number): Promise<void>
  /** Fires timers until none is left; throws where that takes longer than `limitMs` (default a day): something repeats. */
  runUntilIdle(options?: { limitMs?: number }): Promise<void>
  /** Fires timers until the promise settles, and answers as it does; throws where nothing is left that could settle it. */
  until<Result>(promise: PromiseLike<Result>): Promise<Result>
  /** Moves the wall clock alone, forwards or backwards, as a user does. */
  jump(ms: number): void
  /** Lets time pass while the app is frozen: timers that are overdue fire later. */
  sleep(ms: number): void
  /** Forgets all timers. */
  clear(): void
  /** Starts a timer of this clock. */
  setTimeout(callback: (...values: any[]) => void, delay?: number, ...values: any[]): number
  /** Ends it. */
  clearTimeout(id?: number): void
  /** Starts a timer that repeats itself. */
  setInterval(callback: (...values: any[]) => void, delay?: number, ...values: any[]): number
  /** Ends it. */
  clearInterval(id?: number): void
  /** `Date` in this clock's time. */
  readonly Date: DateConstructor
}

/** Options of `createClock`. */
export interface ClockOptions {
  /** When time begins, epoch ms. */
  start?: number
  /**
   * Default true: the clock jumps to the next timer as soon as the code under test has nothing else to do, so that tests
   * only await. With false, time moves by `advance`, `runUntilIdle` and `until` alone.
   */
  autoAdvance?: boolean
  /** Gets what a timer throws. Without it, that rejects the call that moved the clock, or is an unhandled rejection. */
  onUncaught?: (error: unknown) => void
}

/** A clock of its own for a test. */
export declare function createClock(options?: ClockOptions): Clock

/** Real time, for tests against a real server. */
export declare const systemClock: Omit<
  Clock,
  'advance' | 'runUntilIdle' | 'jump' | 'sleep' | 'clear' | 'pending'
>

/** A request as a server sees it. */
export interface ServerRequest {
  /** What sent it. */
  kind: 'request' | 'uploadFile' | 'downloadFile'
  /** In capitals. */
  method: string
  /** The whole address, with the query that wx made of `data`. */
  url: string
  /** Protocol, host and port. */
  origin: string
  /** The path alone. */
  path: string
  /** The query, with its question mark. */
  query: string
  /** As the app wrote the names. */
  header: { [name: string]: string }
  /** The body as it goes over the wire: JSON is text here. */
  data?: string | ArrayBuffer
  /** Further fields of an upload. */
  formData?: AnyObject
  /** The file of an upload. */
  file?: { name: string; path: string; bytes: Uint8Array }
}

/** What a server answers. */
export interface ServerResponse {
  /** Default 200. */
  statusCode?: number
  /** Names and values. */
  header?: { [name: string]: string }
  /** The body: text, bytes, or a value that stands for its JSON. */
  data?: unknown
  /** The body in pieces, for `enableChunked`. */
  chunks?: Array<string | Uint8Array>
  /** How long the server takes, in ms. */
  delayMs?: number
}

/** A session that the server gave out. */
export interface ServerSession {
  /** Its id. */
  id: string
  /** Its key. */
  skey: string
  /** Whose it is: `person.id` of the fake. */
  user: string
  /** The session_key of the code that it was made from. */
  sessionKey: string
  /** When, epoch ms. */
  issued: number
}

/** What a server counted since the test began, or since `resetRecords`. */
export interface ServerRecords {
  /** Requests to /login. */
  loginAttempts: number
  /** Logins that succeeded. */
  logins: number
  /** Logins that were refused. */
  loginsRefused: number
  /** Login requests that carried a session, which never happens. */
  loginsWithSession: number
  /** Requests with a live session. */
  ok: number
  /** Requests whose session was missing or refused. */
  refused: number
  /** Requests to routes that need no session. */
  anonymous: number
  /** Requests whose encrypted data was under another session_key. */
  undecryptable: number
  /** One for each request, in order. */
  list: Array<{ time: number; path: string; outcome: string; user?: string }>
}

/** Options of `createServer`. */
export interface ServerOptions {
  /** Which protocol it speaks; `bearer`: POST /login with the code in JSON, `Authorization: Bearer`, 401. Default `wafer`. */
  protocol?: 'wafer' | 'wafer2' | 'bearer'
  /** Default: a new one. */
  clock?: Clock | typeof systemClock
  /** Decides what is random: ids, keys, latencies. Default 1. */
  seed?: number
  /** The simulated WeChat: give the same to several servers that share users. */
  wechat?: WeChat
  /** Which app the encrypted data names. */
  appid?: string
  /** Whether a login ends the user's earlier session. Default `one`. */
  sessionsPerUser?: 'one' | 'many'
  /** What a login needs. Default `code`. */
  loginMode?: 'code' | 'code+userInfo'
  /** How long a session lives, in ms. Default 30 days, with wafer2 two hours. */
  ttlMs?: number
  /** How long the server takes, in ms, from and to. Default `[0, 0]`. */
  latency?: [number, number]
}

/** The server's end of one WebSocket of a tunnel. */
export interface TunnelConnection {
  /** Its address. */
  readonly url: string
  /** The headers that opened it. */
  readonly header: { [name: string]: string }
  /** The packets that came, as they came. */
  readonly received: string[]
  /** How it was closed; undefined: it was not. */
  readonly closed?: { code: number; reason: string }
  /** Sends a message. */
  send(type: string, content?: unknown): void
  /** Sends a packet as it is. */
  raw(packet: string): void
  /** Sends a ping. */
  ping(): void
  /** Tells the client how often to ping, in seconds. */
  setTimeout(seconds: number): void
  /** Ends the tunnel, by the protocol. */
  end(): void
  /** Closes the WebSocket. */
  cut(code?: number, reason?: string): void
}

/** The server's side of tunnels. */
export interface TunnelSide {
  /** One for each WebSocket that was opened. */
  readonly connections: TunnelConnection[]
  /** Neither answers pings nor echoes messages. Default false. */
  silent: boolean
  /** Refuses every WebSocket. Default false. */
  refusing: boolean
}

/**
 * A session server in memory. It answers /login; with a session /user, /echo, /upload, /logout, /tunnel; without
 * /public; and what `route` adds.
 */
export interface SessionServer {
  /**
   * Answers `path`, or with a method in front (`'POST /orders'`) that method there. With `session: true` requests without
   * a live session are refused as the protocol says, and the handler gets the session.
   */
  route(
    path: string,
    handler: (request: ServerRequest, session: ServerSession) => ServerResponse | Promise<ServerResponse>,
    options?: { session?: boolean }
  ): void
  /** The next `times` (default 1) requests there get this response, whatever the server would say. */
  respond(path: string, response: ServerResponse, options?: { times?: number }): void
  /** Ends this user's sessions, or all: the next request is refused as expired. */
  expire(user?: string): void
  /** Every session is refused as expired, also a fresh one. */
  alwaysInvalid: boolean
  /** Why every login is refused; empty (default): none is. */
  refusesLogins: string
  /** The clock. */
  readonly clock: Clock
  /** The simulated WeChat. */
  readonly wechat: WeChat
  /** Sessions by their keys. */
  readonly sessions: Map<string, ServerSession>
  /** What the server knows of its users, by `person.id`. */
  readonly users: Map<string, AnyObject>
  /** What it counted. */
  readonly records: ServerRecords
  /** Begins to count anew. */
  resetRecords(): void
  /** Its side of tunnels. */
  readonly tunnel: TunnelSide
  /** Answers a request; the fake calls it. */
  handle(request: AnyObject): ServerResponse | Promise<ServerResponse>
}

/** A session server in memory. */
export declare function createServer(options?: ServerOptions): SessionServer

/** The simulated WeChat: codes that work once and for five minutes, session_keys, user data under AES-128-CBC. */
export interface WeChat {
  /** A code, as wx.login gives it; it rotates the session_key. */
  code(user: string): string
  /** Whether the session_key of the last code lives. */
  checkSession(user: string): boolean
  /** Ends it: wx.checkSession fails. */
  expireSessionKey(user: string): void
  /** What jscode2session answers. */
  exchange(code: string): { openid?: string; session_key?: string; errcode?: number; errmsg?: string }
  /** What wx.getUserInfo answers beside `userInfo`; undefined where no session_key lives. */
  userData(
    user: string,
    userInfo: AnyObject
  ): { rawData: string; signature: string; encryptedData: string; iv: string } | undefined
  /** The user data, or undefined where it was encrypted under another session_key. */
  decrypt(encryptedData: string, iv: string, sessionKey: string): AnyObject | undefined
}

/** How a fault is limited. */
export interface FaultLimits {
  /** How often it strikes. Default: always. */
  times?: number
  /** How many calls pass before. Default 0. */
  skip?: number
  /** Which calls, by their options. Default: all. */
  when?: (options: any) => boolean
}

/** Something that goes wrong with a function of wx. Synchronous functions know `throw` and `rubbish`. */
export type Fault = FaultLimits &
  (
    | { /** Never answers. */ kind: 'hang'; delivered?: boolean }
    | { /** Answers by `fail`. */ kind: 'fail'; errMsg?: string; errno?: number; delivered?: boolean }
    | { /** Throws at once. */ kind: 'throw'; error?: unknown }
    | { /** Answers once more after `gapMs`. */ kind: 'twice'; then?: 'fail'; gapMs?: number }
    | { /** Answers `ms` later than it would have. */ kind: 'late'; ms: number }
    | { /** Answers with `value`. */ kind: 'rubbish'; value?: unknown; as?: 'fail'; delivered?: boolean }
  )

/** A fault that was set. */
export interface ArmedFault {
  /** How often it struck. */
  readonly hits: number
  /** Ends it. */
  remove(): void
}

/** One call of a function of wx. */
export interface HostCall {
  /** Its place in the log. */
  seq: number
  /** When, epoch ms. */
  time: number
  /** The function's name. */
  api: string
  /** A copy of its options, functions left out. */
  options: any
  /** What came of it. */
  outcome: 'pending' | 'success' | 'fail' | 'hang' | 'throw' | 'rubbish'
  /** When it was answered, epoch ms. */
  answeredAt?: number
  /** A copy of the answer. */
  answer?: any
}

/** Who holds the phone, and what they answer when they are asked. */
export interface Person {
  /** Default `demo`. */
  id: string
  /** What WeChat knows. */
  userInfo: AnyObject
  /** Whether WeChat gives "微信用户" instead, as it does since 2022. Default true. */
  anonymous: boolean
  /** What they refuse: names of functions. */
  denies: string[]
  /** How WeChat words a refusal: `auth deny` or `auth denied`. */
  denial: string
  /** Whether they agree to the privacy terms. Default true. */
  agreesPrivacy: boolean
}

/** Options of `createWx`. */
export interface WxOptions<Apis = FurtherApis> {
  /** Default: the server's. */
  clock?: Clock | typeof systemClock
  /** What answers, whatever the address. Default: `createServer()`. */
  server?: SessionServer
  /** What answers by origin, such as `https://api.example.com`; others fail as not in the domain list. */
  servers?: { [origin: string]: SessionServer }
  /** The simulated WeChat. Default: the server's. */
  wechat?: WeChat
  /** Decides what is random. Default 1. */
  seed?: number
  /** How long functions take, in ms, from and to: `{ request: [30, 150], default: [1, 5] }`, or one number for all. */
  latency?: number | { [api: string]: [number, number] }
  /** What is in the storage; a Map is shared: another fake with the same Map is a restart of the app. */
  storage?: AnyObject | Map<string, string>
  /** Who holds the phone. */
  user?: Partial<Person>
  /** Further functions of wx, by name: what they return is the answer. A name that ends in Sync answers at once. */
  apis?: Apis & FurtherApis
  /** Whether login and its like fail above four calls a second, as WeChat's do. Default false. */
  rateLimit?: boolean
  /** The scene; 1154 is single-page mode. Default 1001. */
  scene?: number
  /** The privacy terms. */
  privacy?: { needed?: boolean; agreed?: boolean; declared?: boolean }
  /** The base library; functions that are younger are missing. Default 3.17.3. */
  libVersion?: string
  /** The mini-program's id. */
  appid?: string
  /** Files, by path, for uploads. */
  files?: { [path: string]: string | Uint8Array | ArrayBuffer }
  /** Answers of wx.canIUse that differ. */
  canIUse?: { [schema: string]: boolean }
  /** Gets what callbacks and timers throw; a clock of your own tells its `onUncaught`. Without it, the clock throws it. */
  onUncaught?: (error: unknown) => void
}

/** Something that goes wrong while the module is loaded. */
export type LoadFault = { /** How often. Default: always. */ times?: number } & (
  | { /** Is rejected. */ kind: 'reject'; error?: unknown }
  | { /** Throws at once. */ kind: 'throw'; error?: unknown }
  | { /** Never answers. */ kind: 'hang' }
  | { /** Answers `ms` later. */ kind: 'late'; ms: number }
)

/** WeChat's loader of WebAssembly. */
export interface WasmLoader {
  /** Loads a file of the code package. */
  instantiate(path: string, imports: object): Promise<any>
}

/** What the loader was asked for, and what can go wrong with it. */
export interface FakeWasm {
  /** The loader itself. */
  readonly WXWebAssembly: WasmLoader
  /** Every call of it. */
  readonly calls: Array<{ path: string; outcome: 'pending' | 'success' | 'reject' | 'throw' | 'hang' }>
  /** What it handed out. */
  readonly instances: object[]
  /** Lets something go wrong with it. */
  fault(fault: LoadFault): void
  /** Ends that. */
  clearFaults(): void
  /** The next `times` (default 1) calls into the module fail as a trap of WebAssembly does. */
  trap(options?: { on?: string; times?: number }): void
}

/** A fake `wx`, what it kept of its calls, and what can be done to it. */
export interface FakeWx<Api = HostApi> {
  /** The object that the app calls. */
  readonly wx: Api
  /** The fake of WeChat's loader; it loads this package's module. */
  readonly WXWebAssembly: WasmLoader
  /** Its log, and its faults. */
  readonly wasm: FakeWasm
  /** The clock. */
  readonly clock: Clock
  /** The server; undefined with `servers`. */
  readonly server: SessionServer
  /** The simulated WeChat. */
  readonly wechat: WeChat

  /**
   * Makes the fake the global `wx`, with `WXWebAssembly`, and (unless `timers: false`) its clock the global timers and
   * `Date`. A fake that was installed before is uninstalled.
   */
  install(options?: { timers?: boolean; global?: object }): this
  /** Puts back what was there before, and ends all timers. */
  uninstall(): void

  /** Every call of a function of wx, in order. */
  readonly log: HostCall[]
  /** How often each function was called. */
  readonly counts: { [api: string]: number }
  /** The calls of one function, those whose options match. */
  calls(api: string, matches?: (options: any, call: HostCall) => boolean): HostCall[]
  /** How often this function was called, or all. A name that the fake does not have throws. */
  count(api?: string): number
  /** The log as short lines, such as `request GET /user`: of these functions, or of all. */
  trace(...apis: string[]): string[]
  /** Empties the log. */
  resetLog(): void

  /** Lets something go wrong with a function of wx. */
  fault(api: keyof Api & string, fault: Fault): ArmedFault
  /** Ends all faults. */
  clearFaults(): void

  /** Who holds the phone; may be changed. */
  readonly person: Person
  /** Switches the network off and on; what is in flight fails, listeners hear of it. */
  setOffline(offline: boolean): void
  /** Nothing more can be stored; what is there stays. */
  setStorageFull(full: boolean): void
  /** The user leaves the app: after five seconds what is in flight fails as interrupted. */
  background(): void
  /** The user comes back. */
  foreground(): void
  /** What is in flight fails as interrupted. */
  interrupt(): void
  /** Runs `action` as in a tap of the user, which wx.getUserProfile needs. */
  tap<Result>(action: () => Result): Result
  /** Cuts all WebSockets. */
  dropSockets(options?: { error?: boolean }): void
  /** How many WebSockets have not closed. */
  openSockets(): number
  /** How many listeners wait for the network or the app. */
  listening(): number

  /** Situations that have no function of their own. */
  readonly state: {
    offline: boolean
    suspended: boolean
    inTap: boolean
    storageFull: boolean
    singlePage: boolean
    privacy: { needed: boolean; agreed: boolean; declared: boolean }
  }
  /** Files by path: for uploads, and from downloads. */
  readonly files: Map<string, Uint8Array>
  /** The storage: JSON by key. */
  readonly storage: Map<string, string>
  /** A copy of what the storage has under this key. */
  stored(key: string): any
  /** Puts a value into the storage. */
  store(key: string, value: unknown): void
}

/** A fake `wx`. Without options it has a clock and a session server of its own. */
export declare function createWx<Apis extends FurtherApis = {}>(
  options?: WxOptions<Apis>
): FakeWx<HostApi & AsHostApi<Apis>>

/**
 * Forgets all CommonJS modules that were loaded, so that the next `require` of the app, and of `wafer-client-wasm`,
 * begins anew: a launch of the app. For node:test; Jest and Vitest have their own `resetModules`.
 */
export declare function resetModules(): void
