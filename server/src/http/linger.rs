//! An answer is of no use to a client that is still sending: it would see its connection reset. Whatever a handler
//! left unread of a body is therefore taken and thrown away, within bounds, before the answer goes out.
//!
//! hyper takes only what has arrived by the time of the answer, and closes the connection on the rest; neither tower-http's
//! limits nor axum's do more: they stop reading, and what is unread stays so.

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http_body_util::BodyExt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

/// How much is taken of a body that nobody wants.
const MAX_DISCARDED_BYTES: usize = 16 * 1024 * 1024;
/// For how long.
const MAX_LINGER: Duration = Duration::from_secs(10);

/// A body that is still there when its reader is done.
#[derive(Clone)]
struct Shared(Arc<Mutex<Body>>);

impl HttpBody for Shared {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<hyper::body::Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_end_stream()
    }
}

/// Middleware that lingers.
pub async fn linger(request: Request, next: Next) -> Response {
    lingering(request, |request| next.run(request)).await
}

/// Has `inner` answer, and lingers.
pub async fn lingering<F: Future<Output = Response>>(
    request: Request,
    inner: impl FnOnce(Request) -> F,
) -> Response {
    if request.body().is_end_stream() {
        return inner(request).await;
    }
    let (parts, body) = request.into_parts();
    let mut rest = Shared(Arc::new(Mutex::new(body)));
    let response = inner(Request::from_parts(parts, Body::new(rest.clone()))).await;
    let discard = async {
        let mut discarded = 0;
        while discarded < MAX_DISCARDED_BYTES {
            match rest.frame().await {
                Some(Ok(frame)) => discarded += frame.data_ref().map_or(0, Bytes::len),
                Some(Err(_)) | None => return,
            }
        }
    };
    // A client that goes beyond the bounds gets no answer.
    let _ = tokio::time::timeout(MAX_LINGER, discard).await;
    response
}
