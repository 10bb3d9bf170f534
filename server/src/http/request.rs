//! Reading what clients send, without trusting any of it.

use super::limits::MAX_BODY_BYTES;
use super::state::App;
use crate::protocol::Refusal;
use crate::wechat::EncryptedUserData;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRef, FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::IntoResponse;
use serde::de::DeserializeOwned;
use std::sync::Arc;

static HEADER_DATA: HeaderName = HeaderName::from_static("x-wx-encrypted-data");
static HEADER_IV: HeaderName = HeaderName::from_static("x-wx-iv");

const MAX_DATA_BYTES: usize = 16 * 1024;
const MAX_IV_BYTES: usize = 64;

/// Why a header that is present cannot be used.
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

/// The value of header `name`; an empty one counts as missing.
pub fn header_text<'a>(
    headers: &'a HeaderMap,
    name: &HeaderName,
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

/// The user data in the headers; `None` if the request brings none. The error says what is wrong.
pub fn user_data(headers: &HeaderMap) -> Result<Option<EncryptedUserData>, String> {
    let read = |name: &HeaderName, shown: &str, max_bytes| {
        header_text(headers, name, max_bytes).map_err(|fault: HeaderFault| fault.message(shown))
    };
    let data = read(&HEADER_DATA, "X-WX-Encrypted-Data", MAX_DATA_BYTES)?;
    match (data, read(&HEADER_IV, "X-WX-IV", MAX_IV_BYTES)?) {
        (Some(data), Some(iv)) => Ok(Some(EncryptedUserData { data: data.to_owned(), iv: iv.to_owned() })),
        (None, None) => Ok(None),
        (Some(_), None) => Err("请求头中有 X-WX-Encrypted-Data 却缺少 X-WX-IV，两者须同时提供".to_owned()),
        (None, Some(_)) => Err("请求头中有 X-WX-IV 却缺少 X-WX-Encrypted-Data，两者须同时提供".to_owned()),
    }
}

/// A whole body within the limit of its route.
pub struct WholeBody(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for WholeBody {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        match Bytes::from_request(request, state).await {
            Ok(bytes) => Ok(Self(bytes)),
            Err(rejection) => Err(refusal_of(rejection)),
        }
    }
}

fn refusal_of(rejection: BytesRejection) -> Refusal {
    if rejection.into_response().status() == StatusCode::PAYLOAD_TOO_LARGE {
        too_large(MAX_BODY_BYTES)
    } else {
        Refusal::bad_request("请求体没有完整到达，请重试")
    }
}

/// A body beyond `limit` bytes.
pub fn too_large(limit: usize) -> Refusal {
    Refusal::Request {
        status: StatusCode::PAYLOAD_TOO_LARGE,
        code: "ERR_TOO_LARGE",
        message: format!("请求体超过 {} KB 的上限", limit / 1024),
    }
}

/// Reads a JSON object; an empty body is read as `{}`.
pub fn json<T: DeserializeOwned>(body: &Bytes) -> Result<T, Refusal> {
    let text: &[u8] = if body.is_empty() { b"{}" } else { body };
    // serde would take a list for the values of the fields in their order.
    if text.trim_ascii_start().starts_with(b"[") {
        return Err(Refusal::bad_request("请求体须为 JSON 对象"));
    }
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
        if let Some(public_url) = &app.behaviour.public_url {
            return Ok(Self(public_url.clone()));
        }
        let host = parts.headers.get(header::HOST);
        let host = host.and_then(|host| Authority::try_from(host.as_bytes()).ok());
        Ok(Self(match host {
            Some(host) => ["http://", host.as_str()].concat(),
            None => format!("http://{}", app.address),
        }))
    }
}
