//! What the developer chose.

use super::texts::texts;
use super::{Address, Protocol};

texts! {
    /// When `wx.checkSession` is asked whether WeChat's session_key is still good.
    CheckMode {
        /// Once a launch, for the session that was stored.
        Launch = "launch",
        /// Before every call that needs the session.
        Always = "always",
        /// Never: the server's word alone counts.
        Never = "never",
    }
}

texts! {
    /// What the server wants to see at login.
    LoginMode {
        /// The code of `wx.login` alone.
        Code = "code",
        /// The code, then the encrypted user data under the session_key of that code.
        CodeAndUserInfo = "code+userInfo",
    }
}

/// The configuration as far as the lifecycle needs it. The host has validated it.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where to log in; without it no call can get a session.
    pub login_url: Option<Address>,
    /// Origins beside the login URL's that may see the session.
    pub trusted_origins: Vec<Address>,
    /// How the server speaks.
    pub protocol: Protocol,
    /// When WeChat is asked.
    pub check: CheckMode,
    /// What is sent at login.
    pub login_mode: LoginMode,
    /// Deadline of `wx.login` and of user data, in ms.
    pub login_ms: f64,
    /// Deadline of `wx.checkSession` in ms, after which the session counts as invalid at WeChat.
    pub check_session_ms: f64,
    /// Deadline of the login request in ms.
    pub login_request_ms: f64,
    /// Logins that no user asked for, a minute.
    pub max_logins_per_minute: u32,
}

impl Settings {
    /// What holds until something is configured.
    pub const fn new() -> Self {
        Settings {
            login_url: None,
            trusted_origins: Vec::new(),
            protocol: Protocol::Wafer,
            check: CheckMode::Launch,
            login_mode: LoginMode::Code,
            login_ms: 10_000.0,
            check_session_ms: 3_000.0,
            login_request_ms: 15_000.0,
            max_logins_per_minute: 5,
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Settings::new()
    }
}
