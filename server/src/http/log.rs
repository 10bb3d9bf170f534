//! One line for each request, and its counts.
//!
//! Neither holds a path, a query, a header or a body of a client: those carry codes, skeys and encrypted data.

use super::metrics;
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
    let started = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let id = next_id();

    let mut response = next.run(request).await;

    let outcome = response.extensions().get::<Outcome>().map_or("-", |outcome| outcome.0);
    let route = route.as_ref().map_or(NO_ROUTE, MatchedPath::as_str);
    let elapsed = started.elapsed();
    metrics::request(route, outcome, elapsed);
    let (status, elapsed_us) = (response.status().as_u16(), elapsed.as_micros());
    let shown = format_args!("{id:016x}");
    if status >= 500 {
        tracing::error!(id = %shown, %method, route, status, outcome, elapsed_us, "request failed");
    } else if outcome == Outcome::OK.0 || outcome == "-" {
        tracing::debug!(id = %shown, %method, route, status, outcome, elapsed_us, "request");
    } else {
        tracing::info!(id = %shown, %method, route, status, outcome, elapsed_us, "request refused");
    }
    if let Ok(value) = HeaderValue::try_from(shown.to_string()) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// Distinct within a process, and from those of others.
fn next_id() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    static START: std::sync::LazyLock<u64> =
        std::sync::LazyLock::new(|| u64::from_le_bytes(crate::crypto::random_bytes()));
    START.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed))
}
