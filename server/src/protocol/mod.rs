//! The answers of the server, apart from how a protocol writes them.
//!
//! Handlers answer [`Answer`] or [`Refusal`]; [`Protocol::spell`] turns both into the body of the protocol. The outcome
//! stays on the response for the log and the records.

mod wafer;
mod wafer2;

use crate::store::{IssuedSession, UserInfo};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};
use std::fmt::Display;

/// Which family of clients the server speaks to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    /// wafer-client-sdk and the code-only fork.
    Wafer,
    /// wafer2-client-sdk.
    Wafer2,
}

impl Protocol {
    /// The default life of a session in seconds, as the servers of the family have it.
    pub fn default_session_ttl_s(self) -> u32 {
        match self {
            Self::Wafer => 30 * 24 * 3600,
            Self::Wafer2 => 7200,
        }
    }
}

/// A request that was served.
#[derive(Clone)]
pub enum Answer {
    /// A login: the session, and the user unless the client has the profile from WeChat itself.
    Login {
        /// The new session.
        session: IssuedSession,
        /// The user as the database now holds them.
        user_info: Option<UserInfo>,
        /// When the session was issued, seconds since 1970.
        time_s: i64,
    },
    /// Data of a business endpoint, as JSON.
    Data(Box<RawValue>),
    /// Where to open the WebSocket of a tunnel.
    Tunnel {
        /// Id of the tunnel.
        id: String,
        /// `ws:` or `wss:` address.
        url: String,
    },
    /// An answer outside the protocol: development controls and health.
    Plain(Value),
}

impl Answer {
    /// Data of a business endpoint.
    pub fn data(data: &impl Serialize) -> Result<Self, Refusal> {
        to_raw_value(data).map(Self::Data).map_err(Refusal::internal)
    }
}

/// A request that was not served, and why. Messages are written for the person who uses the client.
#[derive(Clone, Debug)]
pub enum Refusal {
    /// The login did not succeed.
    Login(String),
    /// The session could not be checked: headers missing or unusable.
    SessionUnchecked(String),
    /// The session could not be checked: the database is down.
    SessionUncheckable,
    /// The session is unknown or over. No other refusal ends a session in a client.
    SessionOver(String),
    /// Encrypted user data cannot be used; the session goes on.
    UserData(String),
    /// Too many requests of one client.
    TooMany {
        /// When it may come again.
        retry_after_s: u64,
    },
    /// The server has no room for more requests of this kind.
    Busy {
        /// When it is worth another try.
        retry_after_s: u64,
    },
    /// Anything else, with a fitting HTTP status.
    Request {
        /// HTTP status.
        status: StatusCode,
        /// One of the `ERR_*` names.
        code: &'static str,
        /// What happened and what to do.
        message: String,
    },
}

impl Refusal {
    /// A request that the endpoint does not understand.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::Request {
            status: StatusCode::BAD_REQUEST,
            code: "ERR_INVALID_REQUEST",
            message: message.into(),
        }
    }

    /// A fault of this server. The cause goes to the log; the client learns only that the fault is not its own.
    pub fn internal(cause: impl Display) -> Self {
        tracing::error!(%cause, "request failed");
        Self::Request {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            code: "ERR_INTERNAL",
            message: "服务器内部错误，请稍后再试".to_owned(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Login(_) => "ERR_LOGIN_FAILED",
            Self::SessionUnchecked(_) | Self::SessionUncheckable => "ERR_CHECK_LOGIN_FAILED",
            Self::SessionOver(_) => "ERR_INVALID_SESSION",
            Self::UserData(_) => "ERR_IN_DECRYPT_DATA",
            Self::TooMany { .. } => "ERR_TOO_MANY_REQUESTS",
            Self::Busy { .. } => "ERR_BUSY",
            Self::Request { code, .. } => code,
        }
    }

    fn message(&self) -> &str {
        match self {
            Self::SessionUncheckable => "暂时无法校验登录态，请稍后再试",
            Self::TooMany { .. } => "请求过于频繁，请稍后再试",
            Self::Busy { .. } => "服务器正忙，请稍后再试",
            Self::Login(message)
            | Self::SessionUnchecked(message)
            | Self::SessionOver(message)
            | Self::UserData(message)
            | Self::Request { message, .. } => message,
        }
    }

    /// Refusals of the session layer have HTTP 200, as in all servers of both families.
    fn status(&self) -> StatusCode {
        match self {
            Self::Login(_)
            | Self::SessionUnchecked(_)
            | Self::SessionUncheckable
            | Self::SessionOver(_)
            | Self::UserData(_) => StatusCode::OK,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::Request { status, .. } => *status,
        }
    }
}

impl From<crate::store::StoreError> for Refusal {
    fn from(error: crate::store::StoreError) -> Self {
        Self::internal(error)
    }
}

/// The outcome of a request, for the log and the records: `ok`, or the code of the refusal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Outcome(pub &'static str);

impl Outcome {
    /// A request that was served.
    pub const OK: Self = Self("ok");

    /// The outcome of the request that this is the response to, if a handler of this server made it.
    pub fn of(response: &Response) -> Option<Self> {
        response.extensions().get().map(|Told { outcome, .. }| *outcome)
    }

    /// Notes the outcome on a response that needs no spelling.
    pub fn note(self, response: &mut Response) {
        response.extensions_mut().insert(Told { outcome: self, content: None });
    }
}

/// What a handler answered. It stays on the response; the content only until it is spelled.
#[derive(Clone)]
struct Told {
    outcome: Outcome,
    content: Option<Content>,
}

#[derive(Clone)]
enum Content {
    Answer(Answer),
    Refusal(Refusal),
}

fn unspelled(status: StatusCode, outcome: Outcome, content: Content) -> Response {
    let mut response = status.into_response();
    response.extensions_mut().insert(Told { outcome, content: Some(content) });
    response
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        unspelled(StatusCode::OK, Outcome::OK, Content::Answer(self))
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let retry_after_s = match &self {
            Self::TooMany { retry_after_s } | Self::Busy { retry_after_s } => Some(*retry_after_s),
            _ => None,
        };
        let mut response = unspelled(self.status(), Outcome(self.code()), Content::Refusal(self));
        if let Some(seconds) = retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

impl Protocol {
    /// Writes the body of answers and refusals; other responses (files) pass unchanged.
    pub fn spell(self, mut response: Response) -> Response {
        let told = response.extensions_mut().get_mut::<Told>();
        let Some(content) = told.and_then(|told| told.content.take()) else { return response };
        let body = match (&content, self) {
            (Content::Answer(Answer::Plain(value)), _) => value.to_string(),
            (Content::Answer(answer), Self::Wafer) => wafer::answer(answer),
            (Content::Answer(answer), Self::Wafer2) => wafer2::answer(answer),
            (Content::Refusal(refusal), Self::Wafer) => wafer::refusal(refusal).to_string(),
            (Content::Refusal(refusal), Self::Wafer2) => wafer2::refusal(refusal).to_string(),
        };
        let headers = response.headers_mut();
        headers.remove(header::CONTENT_LENGTH);
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        *response.body_mut() = Body::from(body);
        response
    }
}

/// Middleware that spells.
pub async fn spell(State(protocol): State<Protocol>, request: Request, next: Next) -> Response {
    protocol.spell(next.run(request).await)
}
