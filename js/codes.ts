/**
 * The numbers that cross between JS and the core (src/bindings/codes.rs). tests/tables holds each of them to the
 * Rust enum of the same name.
 */

/** What a command asks for. */
export const enum Op {
  ReadSession = 1,
  WriteSession,
  RemoveSession,
  Session,
  NoSession,
  CheckSession,
  WxLogin,
  LoginUserInfo,
  LoginRequest,
  UserInfo,
  SendBare,
  Send,
  SendUserData,
  AbortRequest,
  Succeed,
  Fail,
  Wake,
  Event
}

/** Kinds of input. */
export const enum InputKind {
  Tick,
  Abort,
  Clear,
  Observe,
  Configure,
  Stored,
  Checked,
  Code,
  LoginUserInfo,
  LoginAnswered,
  LoginFailed,
  UserInfo,
  Failed
}

/** Settings that are numbers. */
export const enum NumberSetting {
  Protocol,
  Check,
  LoginMode,
  LoginMs,
  CheckSessionMs,
  LoginRequestMs,
  MaxLoginsPerMinute,
  TrustedOrigins
}

/** Tables of text. */
export const enum Table {
  Failure,
  Event,
  Word,
  Tunnel
}

/** What a value is, as far as the protocols care. */
export const enum Kind {
  Nothing,
  Scalar,
  Empty,
  Record,
  Other
}

/** Why a host call failed. */
export const enum Cause {
  Other,
  Timeout,
  Aborted,
  Denied,
  Privacy,
  Unavailable
}

/** Where a request goes. */
export const enum Place {
  Foreign,
  Trusted,
  LoginUrl,
  Invalid
}

/** What a call is for. */
export const enum Goal {
  Request,
  Login,
  Relogin,
  UserInfo,
  UserProfile
}

/** Bits of a call's flags, above its goal. */
export const enum Flag {
  Login = 8,
  PlaceShift = 4,
  WithUserInfo = 64
}

/** Bits of a command. */
export const enum Bits {
  Op = 5,
  More = 32,
  Ticket = 6,
  Id = 9
}

/** Kinds of input of the tunnel. */
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

/** What the tunnel is to do. */
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
