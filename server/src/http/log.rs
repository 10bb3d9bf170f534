//! Logs one line for each request, and counts it.
//!
//! Neither the line nor the counts hold a path, a query, a header or a body of a client: those carry codes, skeys and
//! encrypted data.
//!
//! Why not tower-http's `TraceLayer`: its callback for responses gets nothing of the request, so that route, method and
//! id would have to go through a span. A span is made and its fields are written out for every request, even where no
//! line is logged in the end. The counts need the route as well, and would take a second middleware. Its
//! `SetRequestIdLayer` takes over an id that the client sent, and thus a client's header would stand in the log.

use super::metrics;
use crate::crypto;
use crate::protocol::Outcome;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The name of a route that does not exist.
const NO_ROUTE: &str = "(none)";

/// Middleware that logs and counts.
pub async fn observe(request: Request, next: Next) -> Response {
    let observed = Observed::begin(&request);
    let mut response = next.run(request).await;
    observed.end(&mut response);
    response
}

/// A request that is being answered.
pub struct Observed {
    started: Instant,
    method: &'static str,
    route: Option<MatchedPath>,
    id: u64,
}

impl Observed {
    /// Notes what there is to tell of a request.
    pub fn begin(request: &Request) -> Self {
        Self {
            started: Instant::now(),
            method: name_of(request.method()),
            route: request.extensions().get::<MatchedPath>().cloned(),
            id: next_id(),
        }
    }

    /// Logs and counts the request, and tells the client its id.
    pub fn end(self, response: &mut Response) {
        let Self { started, method, route, id } = self;
        let outcome = Outcome::of(response).map_or("-", |outcome| outcome.0);
        let route = route.as_ref().map_or(NO_ROUTE, MatchedPath::as_str);
        let elapsed = started.elapsed();
        metrics::request(route, outcome, elapsed);
        let (status, elapsed_us) = (response.status().as_u16(), elapsed.as_micros());
        let id = crypto::hex(&id.to_be_bytes());
        if status >= 500 {
            tracing::error!(id, method, route, status, outcome, elapsed_us, "request failed");
        } else if outcome == Outcome::OK.0 || outcome == "-" {
            tracing::debug!(id, method, route, status, outcome, elapsed_us, "request");
        } else {
            tracing::info!(id, method, route, status, outcome, elapsed_us, "request refused");
        }
        if let Ok(value) = HeaderValue::try_from(id) {
            response.headers_mut().insert(&REQUEST_ID, value);
        }
    }
}

/// The methods of HTTP. Any other method is a text that the client made up, and is not logged.
fn name_of(method: &Method) -> &'static str {
    const KNOWN: [&str; 9] = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "CONNECT", "TRACE"];
    KNOWN.into_iter().find(|known| *known == method.as_str()).unwrap_or("(other)")
}

/// An id that differs from all others of this process, and from those of other processes.
fn next_id() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    static START: std::sync::LazyLock<u64> =
        std::sync::LazyLock::new(|| u64::from_le_bytes(crypto::random_bytes()));
    START.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed))
}
