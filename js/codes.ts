/* Written by `make codes` of what src/ declares. */

/** What a command asks for. */
export const enum Op {
  Nothing,
  ReadSession,
  WriteSession,
  RemoveSession,
  Session,
  CheckSession,
  WxLogin,
  LoginUserInfo,
  LoginRequest,
  UserInfo,
  Send,
  AbortRequest,
  Succeed,
  Fail,
  Wake,
  Event
}

/**
 * Kinds of input for `input`: what they mean, and what `number`, `code`, `value` and
 * `detail` are.
 */
export const enum InputKind {
  Tick,
  Restore,
  Observe,
  Configure,
  Clear,
  Abort,
  AbortSent,
  Stored,
  Checked,
  Code,
  LoginUnavailable,
  LoginUserInfo,
  LoginAnswered,
  LoginUnsent,
  LoginFailed,
  UserInfo,
  UserInfoFailed,
  Failed,
  Pending,
  Returned
}

/** Tables of text for `text`. */
export const enum Table {
  Failure,
  Event,
  Word,
  Tunnel
}

/** What a host value is, as far as the protocols care. */
export const enum Kind {
  Nothing,
  Scalar,
  Empty,
  Record,
  Other
}

/** What a call is for. */
export const enum Goal {
  Request,
  Login,
  Relogin,
  UserInfo,
  UserProfile
}

/**
 * Kinds of input for `tunnel`, each for the
 * `TunnelInput` of the same name.
 */
export const enum TunnelInputKind {
  Open,
  Offered,
  NotConnected,
  Opened,
  Lost,
  Tick,
  Close,
  Returned,
  Packet
}

/** What the host does about an input. */
export const enum TunnelCommand {
  Nothing,
  Connected,
  Reconnected,
  Closed,
  Reconnecting,
  ServiceFailed,
  ConnectFailed,
  SocketFailed,
  GaveUp,
  Retry,
  Ask,
  Connect,
  Wait,
  Ping,
  Pong
}

/** Bits of a command: its `Op` is below `MORE`. */
export const enum Bits {
  More = 32,
  Id = 6
}

/**
 * Bits of the facts of a call that go with its request and come back with what becomes of it. Those of a call
 * that begins are its goal, `LOGIN` and `WITH_USER_INFO`. The number of the session that signed the request
 * stands above them, in units of `GENERATION`: 0 for a bare one.
 */
export const enum Fact {
  Login = 8,
  WithUserInfo = 16,
  RetryShift = 5,
  Checked = 128,
  Generation = 256
}

/** `checkSession`, by number. */
export const CHECK_MODES = ['launch', 'always', 'never'] as const

/** `loginMode`, by number. */
export const LOGIN_MODES = ['code', 'code+userInfo'] as const

/** `protocol`, by number. */
export const PROTOCOLS = ['wafer', 'wafer2'] as const

/** The `status` of a tunnel, by number. */
export const TUNNEL_STATUSES = ['CLOSED', 'CONNECTING', 'ACTIVE', 'RECONNECTING'] as const

/** The error codes whose constant has their name, without `ERR_`. */
export const ERROR_NAMES =
  'INVALID_PARAMS WX_LOGIN_FAILED WX_GET_USER_INFO LOGIN_TIMEOUT LOGIN_FAILED INVALID_SESSION CHECK_LOGIN_FAILED WASM_LOAD ABORTED TIMEOUT NETWORK UNTRUSTED_ORIGIN LOGIN_DISCARDED LOGIN_LIMIT LOGIN_UNAVAILABLE USER_DENIED STORAGE'

/** From this status on, an answer says nothing about the session. */
export const SERVER_ERROR = 500
