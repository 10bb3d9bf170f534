//! What the lifecycle did, for timelines and metrics.

macro_rules! events {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)+) => {
        /// One transition. An event never carries a secret.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum EventKind { $($(#[$doc])* $name,)+ }

        impl EventKind {
            /// Every kind, in the order of its number.
            pub const ALL: &[EventKind] = &[$(EventKind::$name,)+];

            /// The values of `event.type` in the order of their numbers, a line each; NUL ends them.
            pub const TEXTS: &str = concat!($($text, "\n",)+ "\0");

            /// The value of `event.type`.
            pub fn text(self) -> &'static str {
                match self { $(EventKind::$name => $text,)+ }
            }
        }
    };
}

events! {
    /// A call was made.
    Call = "call",
    /// The call waits for the session.
    Wait = "wait",
    /// The stored session is read.
    Restore = "restore",
    /// `wx.checkSession` is asked.
    Check = "check",
    /// WeChat's session_key is still good.
    CheckPassed = "check-passed",
    /// WeChat's session_key is gone, or the check hung.
    CheckFailed = "check-failed",
    /// A login begins: `wx.login` is asked.
    Login = "login",
    /// User data is fetched.
    UserInfo = "user-info",
    /// The code goes to the login URL.
    LoginRequest = "login-request",
    /// A session is there.
    Session = "session",
    /// The login failed; the call's error says why.
    LoginFailed = "login-failed",
    /// A request goes out without the session.
    SendBare = "send-bare",
    /// A request goes out, signed.
    Send = "send",
    /// The server refused the current session.
    Expired = "expired",
    /// The server refused a session that has been replaced meanwhile.
    LateExpiry = "late-expiry",
    /// The call is made again.
    Retry = "retry",
    /// The call succeeded.
    Success = "success",
    /// The call failed.
    Fail = "fail",
    /// The session was cleared by the app.
    Logout = "logout",
}
