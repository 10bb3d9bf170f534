//! Records what reached the server, so that tests need not trust what a client says.

use crate::families::route_of;
use crate::faults::InjectedFault;
use axum::extract::{Request, State};
use axum::http::HeaderName;
use axum::middleware::Next;
use axum::response::Response;
use serde::Serialize;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use wafer_session_server::clock::Clock;
use wafer_session_server::http::request::header_text;
use wafer_session_server::http::session_layer::{HEADER_ID, HEADER_SKEY, SessionCheck};
use wafer_session_server::protocol::Outcome;

/// The most entries; older ones are dropped, and the counts go on.
const MAX_ENTRIES: usize = 20_000;
const MAX_PATH_CHARS: usize = 200;

/// A client may name its run in this header; the records of that run can then be asked for alone.
static HEADER_RUN: HeaderName = HeaderName::from_static("x-demo-run");
/// The most runs; the oldest ones are forgotten.
const MAX_RUNS: usize = 64;
const MAX_RUN_BYTES: usize = 64;

/// Counts and entries since the last reset.
#[derive(Default)]
pub struct Records(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    all: Account,
    runs: VecDeque<(String, Account)>,
}

#[derive(Default, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Account {
    logins: Logins,
    session_requests: SessionRequests,
    entries: VecDeque<Entry>,
}

impl Account {
    fn add(&mut self, seen: &Seen) {
        if let Some(login) = seen.login {
            self.logins.attempted += 1;
            self.logins.succeeded += u64::from(login.succeeded);
            self.logins.with_session_headers += u64::from(login.with_session_headers);
        }
        match seen.check {
            Some(SessionCheck::Accepted) => self.session_requests.ok += 1,
            Some(SessionCheck::Refused | SessionCheck::Failed) => self.session_requests.refused += 1,
            None => {}
        }
        if self.entries.len() == MAX_ENTRIES {
            self.entries.pop_front();
        }
        self.entries.push_back(seen.entry.clone());
    }
}

impl Kept {
    fn account_of(&mut self, run: String) -> &mut Account {
        let index = self.runs.iter().position(|(name, _)| *name == run).unwrap_or_else(|| {
            if self.runs.len() == MAX_RUNS {
                self.runs.pop_front();
            }
            self.runs.push_back((run, Account::default()));
            self.runs.len() - 1
        });
        &mut self.runs[index].1
    }
}

/// What is recorded of one request.
struct Seen {
    login: Option<SeenLogin>,
    check: Option<SessionCheck>,
    entry: Entry,
}

#[derive(Clone, Copy)]
struct SeenLogin {
    succeeded: bool,
    with_session_headers: bool,
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

    /// Counts and entries as JSON: those of one run, or those of all requests together with the number of
    /// jscode2session calls. An unknown run has no entries.
    pub fn to_json(&self, run: Option<&str>, exchanges: u64) -> serde_json::Value {
        let kept = self.lock();
        let Some(run) = run else {
            let mut all = serde_json::json!(kept.all);
            all["jscode2session"] = exchanges.into();
            return all;
        };
        match kept.runs.iter().find(|(name, _)| name == run) {
            Some((_, account)) => serde_json::json!(account),
            None => serde_json::json!(Account::default()),
        }
    }

    fn add(&self, run: Option<String>, seen: &Seen) {
        let mut kept = self.lock();
        kept.all.add(seen);
        if let Some(run) = run {
            kept.account_of(run).add(seen);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Middleware that records the requests of clients to the API. The page, the controls and health are left out.
///
/// No query, header or body is kept: those carry codes, skeys and encrypted data.
pub async fn record(
    State((records, clock)): State<(Arc<Records>, Arc<Clock>)>,
    request: Request,
    next: Next,
) -> Response {
    let path: String = route_of(&request).chars().take(MAX_PATH_CHARS).collect();
    let has_session_headers =
        request.headers().contains_key(&HEADER_ID) || request.headers().contains_key(&HEADER_SKEY);
    let run = header_text(request.headers(), &HEADER_RUN, MAX_RUN_BYTES).ok().flatten().map(str::to_owned);

    let response = next.run(request).await;

    let outcome = Outcome::of(&response);
    let check = response.extensions().get::<SessionCheck>().copied();
    let fault = response.extensions().get::<InjectedFault>().map(|fault| fault.0);
    let concerns_clients = outcome.is_some() || fault.is_some();
    if !concerns_clients || path.starts_with("/dev/") || path.starts_with("/health") {
        return response;
    }
    let login = (path == "/login").then_some(SeenLogin {
        succeeded: outcome == Some(Outcome::OK),
        with_session_headers: has_session_headers,
    });
    let outcome = outcome.map_or("fault", |outcome| outcome.0);
    let entry = Entry { time: clock.now_ms(), path, outcome, fault };
    records.add(run, &Seen { login, check, entry });
    response
}
