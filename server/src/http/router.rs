//! The routes, and the middleware around them.

use super::limits::{bounded, names_its_host};
use super::linger::lingering;
use super::log::observed;
use super::routes::{auth_check, avatar, echo, health, login, phone, tunnel, user};
use super::session_layer::{SessionLayer, Sessions};
use super::state::App;
use crate::protocol::{Protocol, Refusal};
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state, map_response};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, any, get, post};
use axum::{Extension, Router};
use std::path::Path;
use std::sync::Arc;
use tower_http::services::ServeDir;

/// Files below this path never change under their names: a browser need not ask for them again.
const IMMUTABLE: &str = "/immutable/";

type Routes = Vec<(&'static str, MethodRouter<Arc<App>>)>;

/// Routes for everybody.
fn open_routes(app: &Arc<App>, protocol: Protocol) -> Routes {
    let limited = from_fn_with_state(Arc::clone(app), login::limit);
    let login: MethodRouter<_> = get(login::login).post(login::login).layer(limited);
    vec![
        ("/login", login.layer(Extension(protocol))),
        ("/avatars/{name}", get(avatar::download)),
        ("/tunnel/{id}", get(tunnel::open)),
        ("/health", get(health::live)),
        ("/health/live", get(health::live)),
        ("/health/ready", get(health::ready)),
    ]
}

/// Routes that need a session.
fn session_routes() -> Routes {
    let upload = DefaultBodyLimit::max(avatar::MAX_UPLOAD_BYTES);
    vec![
        ("/user", get(user::user).post(user::user)),
        ("/profile", post(user::profile)),
        ("/phone", post(phone::phone)),
        ("/avatar", post(avatar::upload).layer(upload)),
        ("/echo", get(echo::echo).post(echo::echo).put(echo::echo).delete(echo::echo)),
        ("/download/report", get(echo::report)),
        ("/tunnel", get(tunnel::offer).post(tunnel::offer)),
        ("/logout", get(login::logout).post(login::logout)),
    ]
}

/// The routes for gateways: they want the refusal as a status, where clients want HTTP 200. Envoy asks with the method of
/// the client's request, and puts its path behind that of the check.
fn gateway_routes() -> Routes {
    ["/auth/check", "/auth/check/", "/auth/check/{*path}"].map(|path| (path, any(auth_check::check))).into()
}

/// The routes for clients of one family.
pub fn api(app: &Arc<App>, protocol: Protocol) -> Router {
    let behaviour = &app.behaviour;
    let sessions = Sessions::new(Arc::clone(&app.store), Arc::clone(&app.clock), behaviour.session_life);
    let session_layer = SessionLayer::new(Arc::new(sessions), protocol);
    let routes = collect(open_routes(app, protocol))
        .merge(collect(session_routes()).route_layer(session_layer.clone()))
        .merge(
            collect(gateway_routes())
                .route_layer(session_layer)
                .route_layer(map_response(auth_check::refuse_by_status)),
        )
        .method_not_allowed_fallback(wrong_method)
        .with_state(Arc::clone(app));
    around(app, protocol, routes)
}

/// All routes, with `static_files` behind those of the API.
pub fn router(app: &Arc<App>, static_files: Option<&Path>) -> Router {
    let protocol = app.behaviour.protocol;
    let rest = match static_files {
        Some(folder) => Router::new()
            .fallback_service(
                ServeDir::new(folder)
                    .precompressed_br()
                    .precompressed_gzip()
                    .call_fallback_on_method_not_allowed(true)
                    .fallback(Router::new().fallback(unknown_path)),
            )
            .layer(from_fn(cache_files)),
        None => Router::new().fallback(unknown_path),
    };
    api(app, protocol).merge(around(app, protocol, rest))
}

/// The middleware that every request passes. It is a single one, because each further one costs some allocations a
/// request.
fn around(app: &Arc<App>, protocol: Protocol, routes: Router) -> Router {
    routes.layer(from_fn_with_state((Arc::clone(app), protocol), pass))
}

/// From the outside in: reads the rest of the body, logs and counts, writes the body of the protocol, and sets the
/// bounds.
async fn pass(State((app, protocol)): State<(Arc<App>, Protocol)>, request: Request, next: Next) -> Response {
    let (time, silence) = (app.behaviour.request_timeout, app.behaviour.body_silence);
    let spelled = |request: Request| async move {
        if !names_its_host(&request) {
            let refusal = Refusal::bad_request("请求须带且只带一个 Host 请求头");
            return protocol.spell(refusal.into_response());
        }
        protocol.spell(bounded(time, silence, request, |request| next.run(request)).await)
    };
    lingering(request, |request| observed(request, spelled)).await
}

/// Middleware: a browser keeps files of [`IMMUTABLE`] for good, and asks whether the others are still current.
async fn cache_files(request: Request, next: Next) -> Response {
    let for_good = request.uri().path().starts_with(IMMUTABLE);
    let mut response = next.run(request).await;
    // Only files have a Last-Modified.
    if response.headers().contains_key(header::LAST_MODIFIED) {
        let value = if for_good { "public, max-age=31536000, immutable" } else { "no-cache" };
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(value));
    }
    response
}

fn collect(routes: Routes) -> Router<Arc<App>> {
    routes.into_iter().fold(Router::new(), |router, (path, methods)| router.route(path, methods))
}

/// The path of each route.
pub fn paths(app: &Arc<App>) -> Vec<&'static str> {
    [open_routes(app, app.behaviour.protocol), session_routes(), gateway_routes()]
        .into_iter()
        .flatten()
        .map(|(path, _)| path)
        .collect()
}

async fn unknown_path() -> Refusal {
    Refusal::Request {
        status: StatusCode::NOT_FOUND,
        code: "ERR_NOT_FOUND",
        message: "没有这个接口，请检查地址".to_owned(),
    }
}

async fn wrong_method() -> Refusal {
    Refusal::Request {
        status: StatusCode::METHOD_NOT_ALLOWED,
        code: "ERR_METHOD_NOT_ALLOWED",
        message: "此接口不支持这种请求方法".to_owned(),
    }
}
