//! Which session a request belongs to: a tower layer, for the routes here and for backends in Rust.
//!
//! The backend opens the database of the session server, on the same machine if it is an SQLite file. It needs no key: the
//! layer reads nothing that is encrypted.
//!
//! ```no_run
//! use axum::{Extension, Router, routing::get};
//! use std::sync::Arc;
//! use wafer_session_server::clock::Clock;
//! use wafer_session_server::http::session_layer::{SessionLayer, Sessions};
//! use wafer_session_server::protocol::Protocol;
//! use wafer_session_server::store::{LiveSession, Location, SessionLife, Store, Vault};
//!
//! # async fn backend() -> Result<Router, Box<dyn std::error::Error>> {
//! let database = Location::Sqlite("/var/lib/wafer/sessions.sqlite".into());
//! let store = Arc::new(Store::open(&database, Vault::from_keys("")?, 4).await?);
//! // As the server is set up: session_ttl and session_idle.
//! let life = SessionLife { total_ms: 30 * 24 * 3600 * 1000, idle_ms: None };
//! let sessions = Arc::new(Sessions::new(store, Arc::new(Clock::system()), life));
//! let router = Router::new()
//!     .route("/orders", get(|Extension(session): Extension<LiveSession>| async move { session.user.openid.clone() }))
//!     .layer(SessionLayer::new(sessions, Protocol::Wafer));
//! # Ok(router)
//! # }
//! ```

use super::request::header_text;
use crate::clock::Clock;
use crate::protocol::{Protocol, Refusal};
use crate::store::{LiveSession, SessionLife, Store, StoreError};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName};
use axum::response::{IntoResponse, Response};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower::{Layer, Service};

/// The header that holds the id of the session.
pub static HEADER_ID: HeaderName = HeaderName::from_static("x-wx-id");
/// The header that holds the skey, which proves the session.
pub static HEADER_SKEY: HeaderName = HeaderName::from_static("x-wx-skey");

const MAX_ID_BYTES: usize = 128;
const MAX_SKEY_BYTES: usize = 256;

/// What the session layer decided about a request. It stays on the response for the layers outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionCheck {
    /// The session is live.
    Accepted,
    /// It is not live, or the headers name none.
    Refused,
    /// It could not be looked up.
    Failed,
}

/// The answer of a [`SessionStore`], later: the session, or `None` if there is none.
pub type Found<'a> = Pin<Box<dyn Future<Output = Result<Option<LiveSession>, StoreError>> + Send + 'a>>;

/// Where sessions are looked up.
pub trait SessionStore: Send + Sync {
    /// The live session with this skey; with `id` given it must fit too.
    fn find<'a>(&'a self, skey: &'a str, id: Option<&'a str>) -> Found<'a>;
}

/// The sessions of a database.
pub struct Sessions {
    store: Arc<Store>,
    clock: Arc<Clock>,
    life: SessionLife,
}

impl Sessions {
    /// Sessions of `store`, which live as `life` says.
    pub fn new(store: Arc<Store>, clock: Arc<Clock>, life: SessionLife) -> Self {
        Self { store, clock, life }
    }
}

impl SessionStore for Sessions {
    fn find<'a>(&'a self, skey: &'a str, id: Option<&'a str>) -> Found<'a> {
        Box::pin(async move {
            let now_ms = self.clock.now_ms();
            let found = self.store.find_session(skey, id, now_ms).await?;
            if let Some(session) = &found
                && let Some(expires_at_ms) = self.life.extension_of(session, now_ms)
            {
                // In a task of its own: the request must not wait for the writer of the database.
                let (store, id) = (Arc::clone(&self.store), session.id.clone());
                tokio::spawn(async move {
                    if let Err(error) = store.extend_session(&id, expires_at_ms).await {
                        tracing::warn!(%error, "session not extended");
                    }
                });
            }
            Ok(found)
        })
    }
}

/// Adds the [`LiveSession`] of a request as an extension, or refuses the request with the body of the protocol. The
/// body of the request is not read first: without a session it is of no use.
#[derive(Clone)]
pub struct SessionLayer {
    sessions: Arc<dyn SessionStore>,
    protocol: Protocol,
}

impl SessionLayer {
    /// A layer over `sessions`.
    pub fn new(sessions: Arc<dyn SessionStore>, protocol: Protocol) -> Self {
        Self { sessions, protocol }
    }

    async fn check(&self, headers: &HeaderMap) -> Result<LiveSession, Refusal> {
        let credentials = credentials(self.protocol, headers)?;
        let found = self.sessions.find(credentials.skey, credentials.id).await.map_err(|error| {
            tracing::error!(%error, "session not checked");
            Refusal::SessionUncheckable
        })?;
        found.ok_or_else(over)
    }
}

impl<S> Layer<S> for SessionLayer {
    type Service = SessionService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        SessionService { layer: self.clone(), inner }
    }
}

/// The service that [`SessionLayer`] wraps around another one.
#[derive(Clone)]
pub struct SessionService<S> {
    layer: SessionLayer,
    inner: S,
}

impl<S> Service<Request> for SessionService<S>
where
    S: Service<Request, Response = Response> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let layer = self.layer.clone();
        // Only the service that was asked with `poll_ready` may be called; the clone stays here for the next request.
        let next = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, next);
        Box::pin(async move {
            match layer.check(request.headers()).await {
                Ok(session) => {
                    request.extensions_mut().insert(session);
                    let mut response = inner.call(request).await?;
                    response.extensions_mut().insert(SessionCheck::Accepted);
                    Ok(response)
                }
                Err(refusal) => {
                    let failed = matches!(refusal, Refusal::SessionUncheckable);
                    let check = if failed { SessionCheck::Failed } else { SessionCheck::Refused };
                    let mut response = layer.protocol.spell(refusal.into_response());
                    response.extensions_mut().insert(check);
                    Ok(response)
                }
            }
        })
    }
}

struct Credentials<'a> {
    id: Option<&'a str>,
    skey: &'a str,
}

fn over() -> Refusal {
    Refusal::SessionOver("登录态不存在或已过期，请重新登录".to_owned())
}

fn credentials(protocol: Protocol, headers: &HeaderMap) -> Result<Credentials<'_>, Refusal> {
    let read = |name: &HeaderName, shown: &str, max_bytes: usize| {
        header_text(headers, name, max_bytes)
            .map_err(|fault| Refusal::SessionUnchecked(fault.message(shown)))?
            .ok_or_else(|| Refusal::SessionUnchecked(format!("请求头中缺少 {shown}，请先登录")))
    };
    match protocol {
        Protocol::Wafer => Ok(Credentials {
            id: Some(read(&HEADER_ID, "X-WX-Id", MAX_ID_BYTES)?),
            skey: read(&HEADER_SKEY, "X-WX-Skey", MAX_SKEY_BYTES)?,
        }),
        // Wafer2 has no error for a missing skey. Its clients log in again in either case.
        Protocol::Wafer2 => read(&HEADER_SKEY, "X-WX-Skey", MAX_SKEY_BYTES)
            .map(|skey| Credentials { id: None, skey })
            .map_err(|_| over()),
    }
}
