//! `/health/live` and `/health/ready`: for the programs that start, stop and balance servers.

use crate::http::state::App;
use crate::protocol::{Answer, Refusal};
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::json;
use std::sync::Arc;

/// The process is running and answers.
pub async fn live() -> Answer {
    Answer::Plain(json!({ "status": "ok" }))
}

/// Requests can be served: the database answers, and the disk has space for pictures. The tables need no check: they
/// were brought up to date before the server listened.
pub async fn ready(State(app): State<Arc<App>>) -> Result<Answer, Refusal> {
    let not_ready = |what: &str| {
        tracing::error!(what, "not ready");
        Refusal::Request {
            status: StatusCode::SERVICE_UNAVAILABLE,
            code: "ERR_NOT_READY",
            message: format!("服务器尚不能服务：{what}"),
        }
    };
    if let Err(error) = app.store.ping().await {
        tracing::error!(%error, "database does not answer");
        return Err(not_ready("database"));
    }
    let free = rustix::fs::statvfs(app.avatars.folder())
        .map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize))
        .map_err(|_| not_ready("disk"))?;
    if free < app.behaviour.min_free_bytes {
        return Err(not_ready("disk"));
    }
    Ok(Answer::Plain(json!({ "status": "ok", "database": "ok", "migrations": "ok", "disk": "ok" })))
}
