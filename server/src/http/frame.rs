//! What stands around every handler: a tower layer.
//!
//! It is a single layer, and it is laid around handlers and not around routes, because axum boxes and copies a route
//! again for each of its layers and for each request.

use super::limits::{bound_body, names_its_host, too_late};
use super::linger::Rest;
use super::log::Observed;
use super::state::App;
use crate::protocol::{Protocol, Refusal};
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tower::{Layer, Service};

/// From the outside in: reads the rest of the body, logs and counts, writes the body of the protocol, and sets the
/// bounds.
#[derive(Clone, Copy)]
pub struct Frame {
    protocol: Protocol,
    /// The longest time that a request may take.
    time: Duration,
    /// The longest silence within a body.
    silence: Duration,
}

impl Frame {
    /// The frame of the handlers for clients of one family.
    pub fn new(app: &App, protocol: Protocol) -> Self {
        Self { protocol, time: app.behaviour.request_timeout, silence: app.behaviour.body_silence }
    }
}

impl<S> Layer<S> for Frame {
    type Service = Framed<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Framed { frame: *self, inner }
    }
}

/// The service that [`Frame`] makes of another one.
#[derive(Clone)]
pub struct Framed<S> {
    frame: Frame,
    inner: S,
}

impl<S> Service<Request> for Framed<S>
where
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let Frame { protocol, time, silence } = self.frame;
        // Only the service that was asked with `poll_ready` may be called; the clone stays here for the next request.
        let next = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, next);
        Box::pin(async move {
            let rest = Rest::of(&mut request);
            let observed = Observed::begin(&request);
            let response = if names_its_host(&request) {
                bound_body(&mut request, silence);
                match tokio::time::timeout(time, inner.call(request)).await {
                    Ok(Ok(response)) => response,
                    Err(_) => too_late().into_response(),
                }
            } else {
                Refusal::bad_request("请求须带且只带一个 Host 请求头").into_response()
            };
            let mut response = protocol.spell(response);
            observed.end(&mut response);
            if let Some(rest) = rest {
                rest.discard().await;
            }
            Ok(response)
        })
    }
}
