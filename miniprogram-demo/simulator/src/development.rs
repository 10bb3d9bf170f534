//! The parts around the server: the simulated WeChat, records, faults, and refusals on request.

use crate::faults::Faults;
use crate::records::Records;
use crate::wechat::{DEFAULT_USER, SimulatedWeChat, TOURIST_CODE};
use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use wafer_session_server::http::session_layer::HEADER_SKEY;
use wafer_session_server::http::state::App;
use wafer_session_server::protocol::Refusal;

const HEADER_CODE: &str = "x-wx-code";

/// Controls and records of a development server.
pub struct Development {
    /// The server's own state.
    pub app: Arc<App>,
    /// WeChat, as clients without WeChat reach it.
    pub wechat: Arc<SimulatedWeChat>,
    /// What was asked of the server.
    pub records: Arc<Records>,
    /// What is to go wrong.
    pub faults: Arc<Faults>,
    refuse_sessions: AtomicBool,
}

impl Development {
    /// Starts with no records and no faults.
    pub fn new(app: Arc<App>, wechat: Arc<SimulatedWeChat>) -> Self {
        Self {
            app,
            wechat,
            records: Arc::default(),
            faults: Arc::default(),
            refuse_sessions: AtomicBool::new(false),
        }
    }

    /// From now on every session request is refused as expired, or served as usual again.
    pub fn set_refuse_sessions(&self, on: bool) {
        self.refuse_sessions.store(on, Ordering::SeqCst);
    }
}

/// Middleware that lets sessions be refused: it replaces the client's skey by one that the server never issued.
pub async fn refuse_sessions(
    State(development): State<Arc<Development>>,
    mut request: Request,
    next: Next,
) -> Response {
    if development.refuse_sessions.load(Ordering::SeqCst)
        && let Some(skey) = request.headers_mut().get_mut(&HEADER_SKEY)
    {
        *skey = HeaderValue::from_static("refused");
    }
    next.run(request).await
}

/// Middleware for a tourist in DevTools, who has the same code each time: it replaces the code by a fresh one of the
/// default user.
pub async fn welcome_tourists(
    State(development): State<Arc<Development>>,
    mut request: Request,
    next: Next,
) -> Response {
    if let Some(code) = request.headers_mut().get_mut(HEADER_CODE)
        && code == TOURIST_CODE
    {
        let fresh = development.wechat.login_code(DEFAULT_USER, None).map_err(Refusal::internal);
        match fresh.and_then(|fresh| HeaderValue::try_from(fresh).map_err(Refusal::internal)) {
            Ok(fresh) => *code = fresh,
            Err(refusal) => return refusal.into_response(),
        }
    }
    next.run(request).await
}
