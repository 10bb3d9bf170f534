//! `/echo` and `/download/report`: requests of every kind that need a session, for trying clients out.

use crate::http::request::WholeBody;
use crate::http::state::App;
use crate::protocol::{Answer, Refusal};
use crate::store::LiveSession;
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, Method, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::sync::Arc;

/// Tells what arrived: the method, the content type and the body as text.
pub async fn echo(method: Method, headers: HeaderMap, WholeBody(body): WholeBody) -> Result<Answer, Refusal> {
    let text = std::str::from_utf8(&body).map_err(|_| Refusal::bad_request("请求体不是 UTF-8 文本"))?;
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    Answer::data(&json!({ "method": method.as_str(), "contentType": content_type, "body": text }))
}

/// A text file about the user, to be downloaded.
pub async fn report(
    State(app): State<Arc<App>>,
    Extension(session): Extension<LiveSession>,
) -> Result<Response, Refusal> {
    let user = &session.user;
    let phone_number = app.store.phone_number(user).map_err(Refusal::internal)?;
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"report.txt\""),
        (header::CACHE_CONTROL, "no-store"),
    ];
    let text = format!(
        "用户报告\n编号：{}\n昵称：{}\n手机号：{}\n",
        user.id,
        user.info.nick_name,
        phone_number.as_deref().unwrap_or("未提供")
    );
    Ok((headers, text).into_response())
}
