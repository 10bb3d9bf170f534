//! The server's own account of what reached it, for tests that trust no client's word.

use crate::app::App;
use crate::authentication::{HEADER_ID, HEADER_SKEY, SessionCheck};
use crate::faults::InjectedFault;
use crate::protocol::Outcome;
use crate::request::route_of;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use serde::Serialize;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// Older entries are dropped beyond this many; the counts go on.
const MAX_ENTRIES: usize = 20_000;
const MAX_PATH_CHARS: usize = 200;

/// Counts and entries since the last reset.
#[derive(Default)]
pub struct Records(Mutex<Kept>);

#[derive(Default, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Kept {
    logins: Logins,
    session_requests: SessionRequests,
    jscode2session: u64,
    entries: std::collections::VecDeque<Entry>,
}

#[derive(Default, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Logins {
    attempted: u64,
    succeeded: u64,
    with_session_headers: u64,
}

#[derive(Default, Clone, Serialize)]
struct SessionRequests {
    ok: u64,
    refused: u64,
}

#[derive(Clone, Serialize)]
struct Entry {
    time: i64,
    path: String,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<&'static str>,
}

impl Records {
    /// Forgets everything.
    pub fn reset(&self) {
        *self.lock() = Kept::default();
    }

    /// Counts a call of WeChat's jscode2session.
    pub fn count_code_exchange(&self) {
        self.lock().jscode2session += 1;
    }

    /// Counts and entries as JSON.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::json!(*self.lock())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Middleware that logs each request and, on a development server, records it.
///
/// Neither holds a query, a header or a body: those carry codes, skeys and encrypted data.
pub async fn observe(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let path: String = route_of(&request).chars().take(MAX_PATH_CHARS).collect();
    let is_login = path == "/login";
    let has_session_headers =
        request.headers().contains_key(HEADER_ID) || request.headers().contains_key(HEADER_SKEY);

    let response = next.run(request).await;

    let outcome = response.extensions().get::<Outcome>().copied();
    let check = response.extensions().get::<SessionCheck>().copied();
    let fault = response.extensions().get::<InjectedFault>().map(|fault| fault.0);
    let shown = outcome.map_or("-", |outcome| outcome.0);
    let elapsed_ms = started.elapsed().as_millis();
    // The path of a request that no route knows is the client's own text: not for the log.
    let known = if outcome == Some(Outcome("ERR_NOT_FOUND")) { "(unknown path)" } else { path.as_str() };
    tracing::info!(%method, path = known, status = response.status().as_u16(), outcome = shown, elapsed_ms, "request");

    let concerns_clients = outcome.is_some() || fault.is_some();
    if let Some(development) = &app.development
        && concerns_clients
        && !path.starts_with("/dev/")
        && path != "/health"
    {
        let mut kept = development.records.lock();
        if is_login {
            kept.logins.attempted += 1;
            kept.logins.succeeded += u64::from(outcome == Some(Outcome::OK));
            kept.logins.with_session_headers += u64::from(has_session_headers);
        }
        match check {
            Some(SessionCheck::Accepted) => kept.session_requests.ok += 1,
            Some(SessionCheck::Refused) => kept.session_requests.refused += 1,
            None => {}
        }
        if kept.entries.len() == MAX_ENTRIES {
            kept.entries.pop_front();
        }
        let outcome = outcome.map_or("fault", |outcome| outcome.0);
        kept.entries.push_back(Entry { time: app.clock.now_ms(), path, outcome, fault });
    }
    response
}
