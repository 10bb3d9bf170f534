//! `/phone`: the user's phone number.

use crate::http::request::{WholeBody, json as read_json};
use crate::http::state::App;
use crate::protocol::{Answer, Refusal};
use crate::store::LiveSession;
use crate::wechat::WeChatError;
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;

const MAX_PHONE_CODE_BYTES: usize = 512;

#[derive(Deserialize)]
struct PhoneCode {
    code: String,
}

/// Stores the phone number that belongs to the code of a getPhoneNumber button.
pub async fn phone(
    State(app): State<Arc<App>>,
    Extension(session): Extension<LiveSession>,
    WholeBody(body): WholeBody,
) -> Result<Answer, Refusal> {
    let PhoneCode { code } = read_json(&body)?;
    if code.is_empty() || code.len() > MAX_PHONE_CODE_BYTES {
        return Err(Refusal::bad_request("code 为空或过长，请使用手机号按钮返回的 code"));
    }
    let wechat =
        app.apps.get(&session.user.appid).ok_or_else(|| Refusal::internal("app of a session is gone"))?;
    let phone_number = wechat.phone_number(&code).await.map_err(|error| match &error {
        WeChatError::Refused { errcode } => {
            tracing::warn!(errcode, "phone code refused");
            Refusal::bad_request(error.message())
        }
        WeChatError::Unreachable(cause) => {
            tracing::error!(cause, "getuserphonenumber failed");
            Refusal::Request {
                status: StatusCode::BAD_GATEWAY,
                code: "ERR_WECHAT_UNREACHABLE",
                message: error.message(),
            }
        }
    })?;
    app.store.update_phone_number(&session.user, &phone_number, app.clock.now_ms()).await?;
    Answer::data(&json!({ "phoneNumber": phone_number }))
}
