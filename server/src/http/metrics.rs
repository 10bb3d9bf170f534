//! The metrics for Prometheus, on an address of its own that only the operator should reach.

use super::state::App;
use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use metrics::{Counter, Histogram, counter, gauge, histogram};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::cell::RefCell;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Bounds of the buckets of everything that takes time, in seconds.
const SECONDS: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0];

/// How often the recorded values are summed up.
const KEEP_UP_EVERY: Duration = Duration::from_secs(5);

/// What is measured of a route.
struct Meter {
    seconds: Histogram,
    outcomes: Vec<(&'static str, Counter)>,
}

impl Meter {
    fn new(route: &str) -> Self {
        let seconds = histogram!("wafer_request_seconds", "route" => route.to_owned());
        Self { seconds, outcomes: Vec::new() }
    }

    fn count(&mut self, route: &str, outcome: &'static str, elapsed: Duration) {
        self.seconds.record(elapsed);
        if let Some((_, counter)) = self.outcomes.iter().find(|(name, _)| *name == outcome) {
            counter.increment(1);
            return;
        }
        let counter = counter!("wafer_requests_total", "route" => route.to_owned(), "outcome" => outcome);
        counter.increment(1);
        self.outcomes.push((outcome, counter));
    }
}

thread_local! {
    /// Each thread keeps its meters: to find a meter by its labels costs more than all the rest of a count. There are
    /// few routes, which are compared faster than hashed.
    static METERS: RefCell<Vec<(Box<str>, Meter)>> = RefCell::default();
}

/// Counts a request.
pub fn request(route: &str, outcome: &'static str, elapsed: Duration) {
    METERS.with_borrow_mut(|meters| {
        if let Some((_, meter)) = meters.iter_mut().find(|(known, _)| **known == *route) {
            return meter.count(route, outcome, elapsed);
        }
        let mut meter = Meter::new(route);
        meter.count(route, outcome, elapsed);
        meters.push((route.into(), meter));
    });
}

/// The recorder of this process; servers in one process share it.
fn recorder() -> Option<&'static PrometheusHandle> {
    static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    HANDLE
        .get_or_init(|| {
            PrometheusBuilder::new()
                .set_buckets(&SECONDS)
                .ok()?
                .install_recorder()
                .inspect_err(|error| tracing::error!(%error, "no metrics"))
                .ok()
        })
        .as_ref()
}

/// Sums up the recorded values every few seconds. Each request takes a few bytes until then, and perhaps nobody ever
/// fetches `/metrics`, which would sum them up.
pub async fn keep_up(stop: CancellationToken) {
    let Some(handle) = recorder() else { return };
    while tokio::time::timeout(KEEP_UP_EVERY, stop.cancelled()).await.is_err() {
        handle.run_upkeep();
    }
}

/// `/metrics`, for an internal address.
pub fn router(app: Arc<App>) -> Router {
    let handle = recorder();
    Router::new().route("/metrics", get(move |state| render(state, handle))).with_state(app)
}

async fn render(State(app): State<Arc<App>>, handle: Option<&'static PrometheusHandle>) -> impl IntoResponse {
    let (open, idle) = app.store.connections();
    gauge!("wafer_database_connections").set(open);
    gauge!("wafer_database_connections_idle").set(u32::try_from(idle).unwrap_or(u32::MAX));
    gauge!("wafer_tunnels").set(u32::try_from(app.tunnels.open()).unwrap_or(u32::MAX));
    let text = handle.map(|handle| {
        handle.run_upkeep();
        handle.render()
    });
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text.unwrap_or_default())
}
