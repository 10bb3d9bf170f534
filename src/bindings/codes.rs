//! The numbers that cross between JS (js/codes.ts) and the core. tests/tables holds them to each other.

/// What a command asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Op {
    /// Read the stored session; answer `Stored`.
    ReadSession = 1,
    /// Store `value()`.
    WriteSession,
    /// Delete the stored session.
    RemoveSession,
    /// The session is now the record `value()`; see `Session::into_record`.
    Session,
    /// There is no session any more.
    NoSession,
    /// Ask `wx.checkSession` as flight `number(0)`.
    CheckSession,
    /// Ask `wx.login` as flight `number(0)`.
    WxLogin,
    /// Ask `wx.getUserInfo` as flight `number(0)`.
    LoginUserInfo,
    /// Send the login request with headers `value()` as flight `number(0)`.
    LoginRequest,
    /// Ask for user data for the call.
    UserInfo,
    /// Send the call's request without the session.
    SendBare,
    /// Send the call's request with the session's header.
    Send,
    /// Send it with the session's header and the further headers `value()`.
    SendUserData,
    /// Abort the call's request.
    AbortRequest,
    /// The call succeeded.
    Succeed,
    /// The call failed by failure `number(0)`; `value()` is the detail, if any.
    Fail,
    /// Answer `Tick` in `number(0)` ms.
    Wake,
    /// Tell the listeners of event kind `number(0)`, of failure `number(1)` unless that is -1; it belongs to the
    /// call, unless that is 0.
    Event,
}

/// Kinds of input for [`input`](super::input): what they mean, and what `number`, `code`, `value` and `detail` are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum InputKind {
    /// The timer went off.
    Tick,
    /// Call `number` was aborted.
    Abort,
    /// The app logged out.
    Clear,
    /// `number` tells whether anybody listens to events.
    Observe,
    /// The settings have changed.
    Configure,
    /// The storage holds `value`.
    Stored,
    /// Flight `number` found that WeChat's session_key is good if `code` is 1, and that it is not if `code` is 0.
    Checked,
    /// `wx.login` gave the code `value` to flight `number`.
    Code,
    /// `wx.getUserInfo` gave `value` to flight `number`.
    LoginUserInfo,
    /// The login request of flight `number` was answered with status `code` and body `value`; `detail` is what the
    /// server said.
    LoginAnswered,
    /// The login step of flight `number` failed by cause `code` and the host's error `detail`.
    LoginFailed,
    /// User data `value` came for ticket `number`.
    UserInfo,
    /// The request or the user data of ticket `number` failed by cause `code`.
    Failed,
}

/// Settings that are numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum NumberSetting {
    /// Number of the [`Protocol`](crate::core::Protocol).
    Protocol,
    /// Number of the [`CheckMode`](crate::core::CheckMode).
    Check,
    /// Number of the [`LoginMode`](crate::core::LoginMode).
    LoginMode,
    /// `deadlines.loginMs`.
    LoginMs,
    /// `deadlines.checkSessionMs`.
    CheckSessionMs,
    /// `deadlines.loginRequestMs`.
    LoginRequestMs,
    /// `maxLoginsPerMinute`.
    MaxLoginsPerMinute,
    /// How many origins are trusted.
    TrustedOrigins,
}

/// Tables of text for [`text`](super::text).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Table {
    /// [`Failure::TEXTS`](crate::core::Failure::TEXTS).
    Failure,
    /// [`EventKind::TEXTS`](crate::core::EventKind::TEXTS).
    Event,
    /// [`Word::TEXTS`](crate::core::Word::TEXTS).
    Word,
    /// [`TUNNEL_ERRORS`](crate::core::TUNNEL_ERRORS).
    Tunnel,
}

/// Kinds of input for [`tunnel`](super::tunnel), each for the
/// [`TunnelInput`](crate::core::TunnelInput) of the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum TunnelInputKind {
    /// With `max_tries` and `increase_ms`.
    Open,
    /// Nothing with it.
    Offered,
    /// With a random number.
    NotConnected,
    /// Nothing with it.
    Opened,
    /// With a random number.
    Lost,
    /// With a random number.
    Tick,
    /// Nothing with it.
    Close,
    /// Nothing with it.
    Returned,
    /// A packet: with the number that it says, if any, and the place of its type. That decides which input this is.
    Packet,
}
