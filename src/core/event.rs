//! What the lifecycle did, for timelines and metrics.

use super::texts::texts;

texts! {
    /// One transition, by the value of `event.type`. An event never carries a secret.
    EventKind {
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
}
