//! One line for each request, and its counts.
//!
//! Neither holds a path, a query, a header or a body of a client: those carry codes, skeys and encrypted data.

use super::metrics;
use crate::crypto;
use crate::protocol::Outcome;
use axum::extract::{MatchedPath, Request};
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::Response;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

const REQUEST_ID: &str = "x-request-id";
/// A request that no route knows.
const NO_ROUTE: &str = "(none)";

/// Middleware that logs and counts.
pub async fn observe(request: Request, next: Next) -> Response {
    observed(request, |request| next.run(request)).await
}

/// Has `inner` answer, logs and counts.
pub async fn observed<F: Future<Output = Response>>(
    request: Request,
    inner: impl FnOnce(Request) -> F,
) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let id = next_id();

    let mut response = inner(request).await;

    let outcome = response.extensions().get::<Outcome>().map_or("-", |outcome| outcome.0);
    let route = route.as_ref().map_or(NO_ROUTE, MatchedPath::as_str);
    let elapsed = started.elapsed();
    metrics::request(route, outcome, elapsed);
    let (status, elapsed_us) = (response.status().as_u16(), elapsed.as_micros());
    let id = crypto::hex(&id.to_be_bytes());
    if status >= 500 {
        tracing::error!(id, %method, route, status, outcome, elapsed_us, "request failed");
    } else if outcome == Outcome::OK.0 || outcome == "-" {
        tracing::debug!(id, %method, route, status, outcome, elapsed_us, "request");
    } else {
        tracing::info!(id, %method, route, status, outcome, elapsed_us, "request refused");
    }
    if let Ok(value) = HeaderValue::try_from(id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// Distinct within a process, and from those of others.
fn next_id() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    static START: std::sync::LazyLock<u64> =
        std::sync::LazyLock::new(|| u64::from_le_bytes(crypto::random_bytes()));
    START.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed))
}
