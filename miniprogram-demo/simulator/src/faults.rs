//! Faults on request, so that tests can see how clients survive them.

use crate::families::route_of;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The kinds of faults.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// The request is served, after a while.
    Delay,
    /// HTTP 500 with a JSON body that no protocol knows.
    Status500,
    /// HTTP 200 with a page, as a captive portal or a proxy answers.
    Html,
    /// The connection ends without an answer; the request is not served.
    Cut,
    /// The request is served, and then the connection ends without an answer.
    CutAnswer,
}

impl FaultKind {
    fn name(self) -> &'static str {
        match self {
            Self::Delay => "delay",
            Self::Status500 => "status500",
            Self::Html => "html",
            Self::Cut => "cut",
            Self::CutAnswer => "cut-answer",
        }
    }
}

/// A fault that waits for the requests that it strikes.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The route that it strikes, such as `/user` or `/tunnel/{id}`; `*` strikes every path except those under `/dev`.
    path: String,
    kind: FaultKind,
    /// How many requests it strikes.
    #[serde(default = "once")]
    count: u32,
    /// The wait before the fault happens, in milliseconds; any kind may wait.
    #[serde(default)]
    delay_ms: u64,
}

fn once() -> u32 {
    1
}

/// The fault that struck a request.
#[derive(Clone, Copy)]
pub struct InjectedFault(pub &'static str);

/// Faults in the order in which they were asked for.
#[derive(Default)]
pub struct Faults(Mutex<Vec<Fault>>);

impl Faults {
    /// Adds a fault; those that wait already come first.
    pub fn add(&self, fault: Fault) {
        self.lock().push(fault);
    }

    /// Drops all that still wait.
    pub fn clear(&self) {
        self.lock().clear();
    }

    fn strike(&self, path: &str) -> Option<Fault> {
        let mut faults = self.lock();
        faults.retain(|fault| fault.count > 0);
        let fault = faults.iter_mut().find(|fault| fault.path == path || fault.path == "*")?;
        fault.count -= 1;
        Some(fault.clone())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Fault>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A mark on a response: the connection is to end in its place.
#[derive(Clone, Copy)]
struct Cut;

/// Why a connection ends without an answer.
#[derive(Debug, thiserror::Error)]
#[error("cut by a fault")]
pub struct CutByFault;

impl From<Infallible> for CutByFault {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

/// Ends the connection in the place of a response that a fault cut off.
pub fn cut(served: Result<Response, Infallible>) -> Result<Response, CutByFault> {
    let Ok(response) = served;
    if response.extensions().get::<Cut>().is_some() { Err(CutByFault) } else { Ok(response) }
}

/// Middleware that applies the waiting faults.
pub async fn inject(State(faults): State<Arc<Faults>>, request: Request, next: Next) -> Response {
    let path = route_of(&request);
    let fault = if path.starts_with("/dev/") { None } else { faults.strike(path) };
    let Some(fault) = fault else { return next.run(request).await };
    tokio::time::sleep(Duration::from_millis(fault.delay_ms)).await;
    let mut response = match fault.kind {
        FaultKind::Delay => next.run(request).await,
        FaultKind::Status500 => (
            StatusCode::INTERNAL_SERVER_ERROR,
            [(header::CONTENT_TYPE, "application/json; charset=utf-8")],
            r#"{"fault":"status500"}"#,
        )
            .into_response(),
        FaultKind::Html => {
            Html("<!doctype html><title>网络登录</title><p>请先登录无线网络。</p>").into_response()
        }
        FaultKind::Cut => StatusCode::NO_CONTENT.into_response(),
        FaultKind::CutAnswer => next.run(request).await,
    };
    if matches!(fault.kind, FaultKind::Cut | FaultKind::CutAnswer) {
        response.extensions_mut().insert(Cut);
    }
    response.extensions_mut().insert(InjectedFault(fault.kind.name()));
    response
}
