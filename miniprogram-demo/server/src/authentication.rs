//! Which session a request belongs to.

use crate::app::App;
use crate::protocol::{Protocol, Refusal};
use crate::request::header_text;
use crate::sessions::{self, LiveSession};
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// Names the session.
pub const HEADER_ID: &str = "x-wx-id";
/// Proves it.
pub const HEADER_SKEY: &str = "x-wx-skey";

const MAX_ID_BYTES: usize = 128;
const MAX_SKEY_BYTES: usize = 256;

/// What the session layer decided about a request; stays on the response for the records.
#[derive(Clone, Copy)]
pub enum SessionCheck {
    /// The session is live.
    Accepted,
    /// It is not, or could not be checked.
    Refused,
}

struct Credentials {
    id: Option<String>,
    skey: String,
}

/// Middleware of session requests: hands the [`LiveSession`] on as an extension, or refuses.
pub async fn require_session(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let protocol = Protocol::of(request.extensions(), app.protocol);
    match check(&app, protocol, request.headers()).await {
        Ok(session) => {
            request.extensions_mut().insert(session);
            let mut response = next.run(request).await;
            response.extensions_mut().insert(SessionCheck::Accepted);
            response
        }
        Err(refusal) => {
            let mut response = refusal.into_response();
            response.extensions_mut().insert(SessionCheck::Refused);
            response
        }
    }
}

async fn check(app: &App, protocol: Protocol, headers: &HeaderMap) -> Result<LiveSession, Refusal> {
    let credentials = credentials(protocol, headers)?;
    if app.development.as_ref().is_some_and(|development| development.refuses_sessions()) {
        return Err(over());
    }
    let now_ms = app.clock.now_ms();
    let found = app
        .database
        .transaction(move |connection| {
            sessions::find(connection, &credentials.skey, credentials.id.as_deref(), now_ms)
        })
        .await
        .map_err(|error| {
            tracing::error!(%error, "session not checked");
            Refusal::SessionUnchecked("暂时无法校验登录态，请稍后再试".to_owned())
        })?;
    found.ok_or_else(over)
}

fn over() -> Refusal {
    Refusal::SessionOver("登录态不存在或已过期，请重新登录".to_owned())
}

fn credentials(protocol: Protocol, headers: &HeaderMap) -> Result<Credentials, Refusal> {
    let read = |name: &str, shown: &str, max_bytes: usize| {
        header_text(headers, name, max_bytes)
            .map_err(|fault| Refusal::SessionUnchecked(fault.message(shown)))?
            .map(str::to_owned)
            .ok_or_else(|| Refusal::SessionUnchecked(format!("请求头中缺少 {shown}，请先登录")))
    };
    match protocol {
        Protocol::Wafer => Ok(Credentials {
            id: Some(read(HEADER_ID, "X-WX-Id", MAX_ID_BYTES)?),
            skey: read(HEADER_SKEY, "X-WX-Skey", MAX_SKEY_BYTES)?,
        }),
        // Wafer2 has no word for a missing skey: its clients log in again in either case.
        Protocol::Wafer2 => read(HEADER_SKEY, "X-WX-Skey", MAX_SKEY_BYTES)
            .map(|skey| Credentials { id: None, skey })
            .map_err(|_| over()),
    }
}
