//! Reads the rest of a request's body before the answer goes out. A client that is still sending would otherwise see
//! its connection reset, and never read the answer. The rest of the body is thrown away, within bounds.
//!
//! hyper reads only what has arrived by the time of the answer, and closes the connection on the rest. The limits of
//! tower-http and of axum do no more: they stop reading, and the rest stays unread.

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::header;
use axum::middleware::Next;
use axum::response::Response;
use http_body_util::BodyExt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

/// The most bytes that are read and thrown away.
const MAX_DISCARDED_BYTES: usize = 16 * 1024 * 1024;
/// The longest time that this may take.
const MAX_LINGER: Duration = Duration::from_secs(10);

/// A body that outlives its reader, so that the rest of it can be read later.
#[derive(Clone)]
struct Shared(Arc<Mutex<Begun>>);

/// A body, and whether anybody has begun to read it.
struct Begun {
    body: Body,
    is_begun: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Begun> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HttpBody for Shared {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<hyper::body::Frame<Bytes>, axum::Error>>> {
        let mut begun = self.lock();
        begun.is_begun = true;
        Pin::new(&mut begun.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.lock().body.is_end_stream()
    }
}

/// Middleware that reads the rest of the body.
pub async fn linger(mut request: Request, next: Next) -> Response {
    let rest = Rest::of(&mut request);
    let response = next.run(request).await;
    if let Some(rest) = rest {
        rest.discard().await;
    }
    response
}

/// What the handler of a request leaves of its body.
pub struct Rest {
    body: Shared,
    asks_first: bool,
}

impl Rest {
    /// Shares the body of a request with the request; `None` if it has none.
    pub fn of(request: &mut Request) -> Option<Self> {
        if request.body().is_end_stream() {
            return None;
        }
        let asks_first = request.headers().contains_key(header::EXPECT);
        let body = std::mem::take(request.body_mut());
        let body = Shared(Arc::new(Mutex::new(Begun { body, is_begun: false })));
        *request.body_mut() = Body::new(body.clone());
        Some(Self { body, asks_first })
    }

    /// Reads it, once the answer is there.
    pub async fn discard(mut self) {
        if self.asks_first && !self.body.lock().is_begun {
            // The client sends its body only when it is told to, and reading is what tells it.
            return;
        }
        let discard = async {
            let mut discarded = 0;
            while discarded < MAX_DISCARDED_BYTES {
                match self.body.frame().await {
                    Some(Ok(frame)) => discarded += frame.data_ref().map_or(0, Bytes::len),
                    Some(Err(_)) | None => return,
                }
            }
        };
        // A client that goes beyond the bounds gets no answer.
        let _ = tokio::time::timeout(MAX_LINGER, discard).await;
    }
}
