//! The routes.

use super::frame::Frame;
use super::routes::{auth_check, avatar, echo, health, login, phone, tunnel, user};
use super::session_layer::{SessionLayer, Sessions};
use super::state::App;
use crate::protocol::{Protocol, Refusal};
use axum::extract::{DefaultBodyLimit, Request};
use axum::handler::Handler;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state, map_response};
use axum::response::Response;
use axum::routing::{MethodRouter, any, get, post};
use axum::{Extension, Router};
use std::path::Path;
use std::sync::Arc;
use tower_http::services::ServeDir;

/// Files below this path never change under their names: a browser need not ask for them again.
const IMMUTABLE: &str = "/immutable/";

type Routes = Vec<(&'static str, MethodRouter<Arc<App>>)>;

/// What is laid around the handlers for clients of one family.
struct Layers {
    protocol: Protocol,
    frame: Frame,
    session: SessionLayer,
}

impl Layers {
    fn new(app: &Arc<App>, protocol: Protocol) -> Self {
        let (store, clock) = (Arc::clone(&app.store), Arc::clone(&app.clock));
        let sessions = Sessions::new(store, clock, app.behaviour.session_life);
        let session = SessionLayer::new(Arc::new(sessions), protocol);
        Self { protocol, frame: Frame::new(app, protocol), session }
    }

    /// A handler for everybody.
    fn open<T: 'static>(&self, handler: impl Handler<T, Arc<App>>) -> impl Handler<T, Arc<App>> {
        handler.layer(self.frame)
    }

    /// A handler that needs a session.
    fn signed<T: 'static>(&self, handler: impl Handler<T, Arc<App>>) -> impl Handler<T, Arc<App>> {
        handler.layer(self.session.clone()).layer(self.frame)
    }

    /// A handler for gateways, which needs a session and refuses by status.
    fn for_gateways<T: 'static>(&self, handler: impl Handler<T, Arc<App>>) -> impl Handler<T, Arc<App>> {
        let by_status = map_response(auth_check::refuse_by_status);
        handler.layer(self.session.clone()).layer(by_status).layer(self.frame)
    }

    /// Routes for everybody.
    fn open_routes(&self, app: &Arc<App>) -> Routes {
        let limited = from_fn_with_state(Arc::clone(app), login::limit);
        let login = self.open(login::login.layer(limited).layer(Extension(self.protocol)));
        vec![
            ("/login", get(login.clone()).post(login)),
            ("/avatars/{name}", get(self.open(avatar::download))),
            ("/tunnel/{id}", get(self.open(tunnel::open))),
            ("/health", get(self.open(health::live))),
            ("/health/live", get(self.open(health::live))),
            ("/health/ready", get(self.open(health::ready))),
        ]
    }

    /// Routes that need a session.
    fn session_routes(&self) -> Routes {
        let user = self.signed(user::user);
        let upload = avatar::upload.layer(DefaultBodyLimit::max(avatar::MAX_UPLOAD_BYTES));
        let echo = self.signed(echo::echo);
        let offer = self.signed(tunnel::offer);
        let logout = self.signed(login::logout);
        vec![
            ("/user", get(user.clone()).post(user)),
            ("/profile", post(self.signed(user::profile))),
            ("/phone", post(self.signed(phone::phone))),
            ("/avatar", post(self.signed(upload))),
            ("/echo", get(echo.clone()).post(echo.clone()).put(echo.clone()).delete(echo)),
            ("/download/report", get(self.signed(echo::report))),
            ("/tunnel", get(offer.clone()).post(offer)),
            ("/logout", get(logout.clone()).post(logout)),
        ]
    }

    /// The routes for gateways: they want the refusal as a status, where clients want HTTP 200. Envoy asks with the
    /// method of the client's request, and puts its path behind that of the check.
    fn gateway_routes(&self) -> Routes {
        let check = |path| (path, any(self.for_gateways(auth_check::check)));
        ["/auth/check", "/auth/check/", "/auth/check/{*path}"].map(check).into()
    }

    fn routes(&self, app: &Arc<App>) -> Routes {
        [self.open_routes(app), self.session_routes(), self.gateway_routes()].into_iter().flatten().collect()
    }
}

/// The routes for clients of one family.
pub fn api(app: &Arc<App>, protocol: Protocol) -> Router {
    let layers = Layers::new(app, protocol);
    let routes = layers.routes(app).into_iter();
    routes
        .fold(Router::new(), |router, (path, methods)| router.route(path, methods))
        .method_not_allowed_fallback(layers.open(wrong_method))
        .with_state(Arc::clone(app))
}

/// All routes, with `static_files` behind those of the API.
pub fn router(app: &Arc<App>, static_files: Option<&Path>) -> Router {
    let protocol = app.behaviour.protocol;
    let frame = Frame::new(app, protocol);
    let rest = match static_files {
        Some(folder) => Router::new()
            .fallback_service(
                ServeDir::new(folder)
                    .precompressed_br()
                    .precompressed_gzip()
                    .call_fallback_on_method_not_allowed(true)
                    .fallback(Router::new().fallback(unknown_path)),
            )
            .layer(from_fn(cache_files))
            .layer(frame),
        None => Router::new().fallback(unknown_path.layer(frame)),
    };
    api(app, protocol).merge(rest)
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

/// The path of each route.
pub fn paths(app: &Arc<App>) -> Vec<&'static str> {
    Layers::new(app, app.behaviour.protocol).routes(app).into_iter().map(|(path, _)| path).collect()
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
