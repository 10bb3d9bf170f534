//! What the server says, apart from how a protocol spells it.
//!
//! Handlers answer [`Answer`] or [`Refusal`]; one middleware, [`spell`], turns both into the body of the
//! protocol that the server was started with. The outcome stays on the response for log and records.

mod wafer;
mod wafer2;

use crate::sessions::IssuedSession;
use crate::users::UserInfo;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Extensions, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use std::fmt::Display;

/// Which family of clients the server speaks to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Protocol {
    /// wafer-client-sdk and the code-only fork.
    Wafer,
    /// wafer2-client-sdk.
    Wafer2,
}

impl Protocol {
    /// Both families, each under the path at which a development server speaks to it whatever its own is.
    pub const BY_PREFIX: [(&'static str, Self); 2] = [("/wafer", Self::Wafer), ("/wafer2", Self::Wafer2)];

    /// The family that a request speaks: that of the prefix under which it came, or the server's own.
    pub fn of(extensions: &Extensions, own: Self) -> Self {
        extensions.get().copied().unwrap_or(own)
    }

    /// Seconds a session lives unless told otherwise: what servers of the family do.
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
    /// A login: the session, and the user unless the client has that from WeChat itself.
    Login {
        /// The new session.
        session: IssuedSession,
        /// The user as the database now holds them.
        user_info: Option<UserInfo>,
        /// When the session was issued, seconds since 1970.
        time_s: i64,
    },
    /// Data of a business endpoint.
    Data(Value),
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

/// A request that was not served, and why. Messages are for the person in front of the client.
#[derive(Clone, Debug)]
pub enum Refusal {
    /// The login did not succeed.
    Login(String),
    /// The session could not be checked: headers missing or unusable, or the database is down.
    SessionUnchecked(String),
    /// The session is unknown or over. The only refusal that ends a session in a client.
    SessionOver(String),
    /// Encrypted user data could not be used; the session goes on.
    UserData(String),
    /// Anything else, with a status of HTTP to fit.
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
    /// A request that the endpoint cannot make sense of.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::Request {
            status: StatusCode::BAD_REQUEST,
            code: "ERR_INVALID_REQUEST",
            message: message.into(),
        }
    }

    /// A fault of this server: the cause goes to the log, the client learns only that it was not its fault.
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
            Self::SessionUnchecked(_) => "ERR_CHECK_LOGIN_FAILED",
            Self::SessionOver(_) => "ERR_INVALID_SESSION",
            Self::UserData(_) => "ERR_IN_DECRYPT_DATA",
            Self::Request { code, .. } => code,
        }
    }

    fn message(&self) -> &str {
        match self {
            Self::Login(message)
            | Self::SessionUnchecked(message)
            | Self::SessionOver(message)
            | Self::UserData(message)
            | Self::Request { message, .. } => message,
        }
    }

    /// Refusals of the session layer travel with HTTP 200, as in all servers of both families.
    fn status(&self) -> StatusCode {
        match self {
            Self::Login(_) | Self::SessionUnchecked(_) | Self::SessionOver(_) | Self::UserData(_) => {
                StatusCode::OK
            }
            Self::Request { status, .. } => *status,
        }
    }
}

impl From<crate::database::DatabaseError> for Refusal {
    fn from(error: crate::database::DatabaseError) -> Self {
        Self::internal(error)
    }
}

/// What became of a request, for log and records: `ok`, or the code of the refusal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Outcome(pub &'static str);

impl Outcome {
    /// A request that was served.
    pub const OK: Self = Self("ok");
}

#[derive(Clone)]
enum Unspelled {
    Answer(Answer),
    Refusal(Refusal),
}

fn unspelled(status: StatusCode, outcome: Outcome, content: Unspelled) -> Response {
    let mut response = status.into_response();
    response.extensions_mut().insert(outcome);
    response.extensions_mut().insert(content);
    response
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        unspelled(StatusCode::OK, Outcome::OK, Unspelled::Answer(self))
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        unspelled(self.status(), Outcome(self.code()), Unspelled::Refusal(self))
    }
}

/// Middleware that writes the body of answers and refusals; other responses (files) pass unchanged.
pub async fn spell(State(protocol): State<Protocol>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let Some(content) = response.extensions_mut().remove::<Unspelled>() else { return response };
    let body = match (&content, protocol) {
        (Unspelled::Answer(Answer::Plain(value)), _) => value.clone(),
        (Unspelled::Answer(answer), Protocol::Wafer) => wafer::answer(answer),
        (Unspelled::Answer(answer), Protocol::Wafer2) => wafer2::answer(answer),
        (Unspelled::Refusal(refusal), Protocol::Wafer) => wafer::refusal(refusal),
        (Unspelled::Refusal(refusal), Protocol::Wafer2) => wafer2::refusal(refusal),
    };
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_LENGTH);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    *response.body_mut() = Body::from(body.to_string());
    response
}
