//! Paths.

use crate::app::App;
use crate::authentication::require_session;
use crate::protocol::{Answer, Refusal, spell};
use crate::request::{MAX_UPLOAD_BYTES, buffer_body};
use crate::{avatar, dev, echo, faults, login, records, tunnel, user};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{StatusCode, Uri};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{any, get, post};
use serde_json::json;
use std::path::Path;
use std::sync::Arc;
use tower_http::services::ServeDir;

/// All routes, with `static_files` behind those of the API.
pub fn router(app: &Arc<App>, static_files: Option<&Path>) -> Router {
    let session_routes = Router::new()
        .route("/user", get(user::user).post(user::user))
        .route("/profile", post(user::profile))
        .route("/phone", post(user::phone))
        .route("/avatar", post(avatar::upload))
        .route("/echo", any(echo::echo))
        .route("/download/report", get(echo::report))
        .route("/tunnel", get(tunnel::offer).post(tunnel::offer))
        .route("/logout", get(login::logout).post(login::logout))
        .route_layer(from_fn_with_state(Arc::clone(app), require_session));
    let mut routes = Router::new()
        .route("/login", get(login::login).post(login::login))
        .route("/avatars/{name}", get(avatar::download))
        .route("/tunnel/{id}", get(tunnel::open))
        .route("/health", get(health))
        .merge(session_routes)
        .method_not_allowed_fallback(wrong_method)
        .with_state(Arc::clone(app));
    if let Some(development) = &app.development {
        routes = routes.merge(
            dev::routes(Arc::clone(app), Arc::clone(development)).method_not_allowed_fallback(wrong_method),
        );
    }
    // From the inside out: what is added last sees a request first.
    match static_files {
        Some(folder) => routes.fallback_service(
            ServeDir::new(folder)
                .call_fallback_on_method_not_allowed(true)
                .fallback(Router::new().fallback(unknown_path)),
        ),
        None => routes.fallback(unknown_path),
    }
    .layer(from_fn_with_state(Arc::clone(app), faults::inject))
    .layer(from_fn(buffer_body))
    // The middleware above has its own limits; this one would cut off what they let through.
    .layer(DefaultBodyLimit::max(MAX_UPLOAD_BYTES))
    .layer(from_fn_with_state(app.protocol, spell))
    .layer(from_fn_with_state(Arc::clone(app), records::observe))
}

async fn health() -> Answer {
    Answer::Plain(json!({ "status": "ok" }))
}

async fn unknown_path(uri: Uri) -> Refusal {
    Refusal::Request {
        status: StatusCode::NOT_FOUND,
        code: "ERR_NOT_FOUND",
        message: format!("没有这个接口：{}", uri.path()),
    }
}

async fn wrong_method() -> Refusal {
    Refusal::Request {
        status: StatusCode::METHOD_NOT_ALLOWED,
        code: "ERR_METHOD_NOT_ALLOWED",
        message: "此接口不支持这种请求方法".to_owned(),
    }
}
