//! How WeChat and the network behave in a story.

use serde_json::Value as Tree;
use wafer_client_wasm::core::{Address, CallOptions, Cause, Goal, Place, Settings};

use crate::json::Json;

/// What a host call waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Api {
    /// `wx.checkSession`.
    CheckSession,
    /// `wx.login`.
    Login,
    /// `wx.getUserInfo` and `wx.getUserProfile`.
    UserInfo,
    /// The login request.
    LoginRequest,
    /// Any other request.
    Request,
    /// `wx.setStorageSync`, which fails for every reply but the usual one.
    Store,
}

/// How it answers.
#[derive(Clone, Debug)]
pub enum Reply {
    /// As it should.
    Usual,
    /// As it should, but so many ms after it was asked.
    After(f64),
    /// As it should, then once more, then by a failure.
    Thrice,
    /// Never.
    Hang,
    /// By a failure.
    Fail(Cause),
    /// By this value, with this HTTP status where there is one; the server is not asked.
    Answer(u32, Tree),
}

/// What the app asks for: a URL and the options of the call.
#[derive(Clone, Debug)]
pub struct Ask {
    pub url: String,
    pub goal: Goal,
    pub login: bool,
    pub with_user_info: bool,
    user_data: Option<Json>,
    timeout_ms: f64,
}

impl Ask {
    /// `request({ login: true })` for a path of the API, or for a whole URL.
    pub fn to(path: &str) -> Self {
        let is_path = path.starts_with('/') && !path.starts_with("//");
        let url = if is_path { format!("https://api.example.com{path}") } else { path.to_owned() };
        Ask {
            url,
            goal: Goal::Request,
            login: true,
            with_user_info: false,
            user_data: None,
            timeout_ms: 60_000.0,
        }
    }

    /// A call without a request: `login`, `getUserInfo`, `getUserProfile`.
    pub fn goal(goal: Goal) -> Self {
        Ask { goal, ..Ask::to("/") }
    }

    /// `request({ login: false })`.
    pub fn bare(path: &str) -> Self {
        Ask { login: false, ..Ask::to(path) }
    }

    /// `withUserInfo: true`.
    pub fn with_user_info(self) -> Self {
        Ask { with_user_info: true, ..self }
    }

    /// `encryptedData` and `iv` that the caller brings, as the headers that carry them.
    pub fn with_user_data(self, header: Tree) -> Self {
        Ask { user_data: Some(Json(header)), ..self }
    }

    /// `timeout`.
    pub fn within_ms(self, timeout_ms: f64) -> Self {
        Ask { timeout_ms, ..self }
    }

    pub fn options(&self, settings: &Settings) -> CallOptions<Json> {
        CallOptions {
            goal: self.goal,
            login: self.login,
            place: if self.goal == Goal::Request {
                Place::of(Address::of(&self.url), settings)
            } else {
                Place::Trusted
            },
            with_user_info: self.with_user_info,
            user_data: self.user_data.clone(),
            timeout_ms: self.timeout_ms,
        }
    }

    /// The name under which a request stands in the log.
    pub fn name(&self) -> &str {
        self.url.strip_prefix("https://api.example.com").unwrap_or(&self.url)
    }

    pub fn asks_for_profile(&self) -> bool {
        self.goal == Goal::UserProfile
    }
}
