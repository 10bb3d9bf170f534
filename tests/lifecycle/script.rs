//! How WeChat and the network behave in a story.

use serde_json::{Value as Tree, json};
use wafer_client_wasm::core::{CallOptions, Cause, Goal};

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
    /// When the story says so; see `Host::by_hand`.
    Held,
    /// By a failure, in wx's words.
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
    /// `timeout`; 0 if it is not given.
    pub timeout_ms: f64,
}

impl Ask {
    /// `request({ login: true })` for a path of the API, or for a whole URL.
    pub fn to(path: &str) -> Self {
        let is_path = path.starts_with('/') && !path.starts_with("//");
        let url = if is_path { format!("https://api.example.com{path}") } else { path.to_owned() };
        Ask { url, goal: Goal::Request, login: true, with_user_info: false, user_data: None, timeout_ms: 0.0 }
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

    pub fn options(&self) -> CallOptions<Json> {
        CallOptions {
            goal: self.goal,
            login: self.login,
            with_user_info: self.with_user_info,
            url: Json(json!(self.url)),
            user_data: self.user_data.clone(),
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

/// What wx says of a failure.
pub fn words_of(cause: Cause) -> Json {
    Json(match cause {
        Cause::Other => json!({ "errMsg": "request:fail net::ERR_CONNECTION_REFUSED" }),
        Cause::Timeout => json!({ "errMsg": "request:fail timeout" }),
        Cause::Aborted => json!({ "errMsg": "request:fail abort" }),
        Cause::Denied => json!({ "errMsg": "getUserInfo:fail auth deny" }),
        Cause::Privacy => {
            json!({ "errno": 104, "errMsg": "getUserInfo:fail privacy permission is not authorized" })
        }
        Cause::Unsent => json!({ "errMsg": "request:fail -106:net::ERR_INTERNET_DISCONNECTED" }),
        Cause::Unavailable => panic!("that a login API is missing is not told by an error"),
    })
}
