//! Paths.

use crate::app::App;
use crate::authentication::require_session;
use crate::protocol::{Answer, Protocol, Refusal, spell};
use crate::request::{MAX_UPLOAD_BYTES, buffer_body};
use crate::{avatar, dev, echo, faults, login, records, tunnel, user};
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{any, get, post};
use axum::{Extension, Router};
use serde_json::json;
use std::path::Path;
use std::sync::Arc;
use tower_http::services::ServeDir;

/// What never changes under its name: a browser need not ask again.
const IMMUTABLE: &str = "/immutable/";

/// What clients of either family ask for.
fn api(app: &Arc<App>) -> Router {
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
    Router::new()
        .route("/login", get(login::login).post(login::login))
        .route("/avatars/{name}", get(avatar::download))
        .route("/tunnel/{id}", get(tunnel::open))
        .route("/health", get(health))
        .merge(session_routes)
        .method_not_allowed_fallback(wrong_method)
        .with_state(Arc::clone(app))
}

/// All routes, with `static_files` behind those of the API.
pub fn router(app: &Arc<App>, static_files: Option<&Path>) -> Router {
    let mut routes = api(app);
    if let Some(development) = &app.development {
        for (prefix, protocol) in Protocol::BY_PREFIX {
            let family = api(app).layer(from_fn_with_state(protocol, spell)).layer(Extension(protocol));
            routes = routes.nest(prefix, family);
        }
        routes = routes.merge(
            dev::routes(Arc::clone(app), Arc::clone(development)).method_not_allowed_fallback(wrong_method),
        );
    }
    // From the inside out: what is added last sees a request first.
    match static_files {
        Some(folder) => routes
            .fallback_service(
                ServeDir::new(folder)
                    .precompressed_br()
                    .precompressed_gzip()
                    .call_fallback_on_method_not_allowed(true)
                    .fallback(Router::new().fallback(unknown_path)),
            )
            .layer(from_fn(cache_files)),
        None => routes.fallback(unknown_path),
    }
    .layer(from_fn_with_state(Arc::clone(app), faults::inject))
    .layer(from_fn(buffer_body))
    // The middleware above has its own limits; this one would cut off what they let through.
    .layer(DefaultBodyLimit::max(MAX_UPLOAD_BYTES))
    .layer(from_fn_with_state(app.protocol, spell))
    .layer(from_fn_with_state(Arc::clone(app), records::observe))
}

/// Middleware: a browser keeps files of [`IMMUTABLE`] for good, and asks whether the others are still current.
async fn cache_files(request: Request, next: Next) -> Response {
    let for_good = request.uri().path().starts_with(IMMUTABLE);
    let mut response = next.run(request).await;
    // Only files carry the time of their last change.
    if response.headers().contains_key(header::LAST_MODIFIED) {
        let value = if for_good { "public, max-age=31536000, immutable" } else { "no-cache" };
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(value));
    }
    response
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
