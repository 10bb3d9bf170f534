//! Reading what clients send, with limits, and without trusting any of it.

use crate::protocol::{Protocol, Refusal};
use axum::body::{Body, Bytes};
use axum::extract::{FromRef, FromRequestParts, MatchedPath, Request};
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use serde::de::DeserializeOwned;
use std::sync::Arc;

use crate::app::App;

const MAX_BODY_BYTES: usize = 64 * 1024;
/// Largest upload: a file of the greatest size and the parts of the form around it.
pub const MAX_UPLOAD_BYTES: usize = crate::avatar::MAX_AVATAR_BYTES + 16 * 1024;
/// How much of a body that is too large is still read, so that the client gets to read the refusal.
const MAX_DISCARDED_BYTES: usize = 16 * 1024 * 1024;

/// A header that is there and yet of no use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeaderFault {
    /// Two values for one name.
    Repeated,
    /// Longer than any honest value.
    TooLong,
    /// Not text.
    NotText,
}

impl HeaderFault {
    /// What is wrong with header `name`.
    pub fn message(self, name: &str) -> String {
        let fault = match self {
            Self::Repeated => "出现了多次",
            Self::TooLong => "过长",
            Self::NotText => "含有非法字符",
        };
        format!("请求头 {name} {fault}，请检查客户端代码")
    }
}

/// The route that a request takes, such as `/tunnel/{id}`, or its path if no route knows it. Under the prefix of a
/// family it is the same route.
pub fn route_of(request: &Request) -> &str {
    let Some(route) = request.extensions().get::<MatchedPath>() else { return request.uri().path() };
    let route = route.as_str();
    Protocol::BY_PREFIX
        .iter()
        .find_map(|(prefix, _)| route.strip_prefix(prefix).filter(|rest| rest.starts_with('/')))
        .unwrap_or(route)
}

/// The value of header `name`; an empty one counts as missing.
pub fn header_text<'a>(
    headers: &'a HeaderMap,
    name: &str,
    max_bytes: usize,
) -> Result<Option<&'a str>, HeaderFault> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(HeaderFault::Repeated);
    }
    if value.len() > max_bytes {
        return Err(HeaderFault::TooLong);
    }
    match value.to_str() {
        Ok("") => Ok(None),
        Ok(text) => Ok(Some(text)),
        Err(_) => Err(HeaderFault::NotText),
    }
}

/// Middleware that reads the whole body before anything is decided, so that a refusal never cuts off a
/// client that is still sending.
pub async fn buffer_body(request: Request, next: Next) -> Response {
    let limit = if request.uri().path() == "/avatar" { MAX_UPLOAD_BYTES } else { MAX_BODY_BYTES };
    let (parts, mut body) = request.into_parts();
    let mut kept = Vec::new();
    let mut received = 0;
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else {
            return Refusal::bad_request("请求体没有完整到达，请重试").into_response();
        };
        let Ok(data) = frame.into_data() else { continue };
        received += data.len();
        if received <= limit {
            kept.extend_from_slice(&data);
        } else if received > MAX_DISCARDED_BYTES {
            break;
        }
    }
    if received > limit {
        return Refusal::Request {
            status: StatusCode::PAYLOAD_TOO_LARGE,
            code: "ERR_TOO_LARGE",
            message: format!("请求体超过 {} KB 的上限", limit / 1024),
        }
        .into_response();
    }
    next.run(Request::from_parts(parts, Body::from(kept))).await
}

/// Reads a JSON body; an empty one is read as `{}`.
pub fn json<T: DeserializeOwned>(body: &Bytes) -> Result<T, Refusal> {
    let text: &[u8] = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(text)
        .map_err(|error| Refusal::bad_request(format!("请求体不是所要求的 JSON：{error}")))
}

/// `http://host` of this server as the client reaches it, or what `--public-url` says.
pub struct BaseUrl(pub String);

impl<S> FromRequestParts<S> for BaseUrl
where
    S: Send + Sync,
    Arc<App>: FromRef<S>,
{
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let app = Arc::<App>::from_ref(state);
        if let Some(public_url) = &app.public_url {
            return Ok(Self(public_url.clone()));
        }
        let host = parts
            .headers
            .get(header::HOST)
            .and_then(|host| Authority::try_from(host.as_bytes()).ok())
            .map_or_else(|| app.address.to_string(), |host| host.to_string());
        Ok(Self(format!("http://{host}")))
    }
}
