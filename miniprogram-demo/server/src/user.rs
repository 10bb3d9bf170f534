//! `/user`, `/profile` and `/phone`: the user of the session.

use crate::app::App;
use crate::protocol::{Answer, Refusal};
use crate::request::{BaseUrl, json as read_json};
use crate::sessions::LiveSession;
use crate::user_data::{EncryptedUserData, MAX_URL_CHARS};
use crate::users::{self, User, UserInfo};
use crate::wechat::WeChatError;
use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;

const MAX_NICK_NAME_CHARS: usize = 32;
const MAX_PHONE_CODE_BYTES: usize = 512;

/// What session requests tell of the user.
pub fn describe(user: User, base_url: &str) -> Answer {
    let mut data = json!({ "userInfo": user.info.with_base_url(base_url) });
    if let Some(phone_number) = user.phone_number {
        data["phoneNumber"] = json!(phone_number);
    }
    Answer::Data(data)
}

/// Answers the user; user data that comes along is decrypted, checked and stored first.
pub async fn user(
    State(app): State<Arc<App>>,
    Extension(session): Extension<LiveSession>,
    BaseUrl(base_url): BaseUrl,
    headers: HeaderMap,
) -> Result<Answer, Refusal> {
    let user_data = EncryptedUserData::from_headers(&headers).map_err(Refusal::UserData)?;
    let mut user =
        app.database.transaction(move |connection| users::find(connection, session.user_id)).await?;
    if let Some(user_data) = user_data {
        let info = user_data
            .open(&user.session_key, app.wechat.appid(), &user.openid)
            .map_err(Refusal::UserData)?
            .without_base_url(&base_url);
        let now_ms = app.clock.now_ms();
        user = app
            .database
            .transaction(move |connection| users::update_info(connection, session.user_id, &info, now_ms))
            .await?;
    }
    Ok(describe(user, &base_url))
}

/// What the user typed or chose.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ProfileChange {
    nick_name: Option<String>,
    avatar_url: Option<String>,
}

/// Changes the nickname, the address of the avatar, or both.
pub async fn profile(
    State(app): State<Arc<App>>,
    Extension(session): Extension<LiveSession>,
    BaseUrl(base_url): BaseUrl,
    body: Bytes,
) -> Result<Answer, Refusal> {
    let change: ProfileChange = read_json(&body)?;
    let nick_name = change.nick_name.map(|name| name.trim().to_owned());
    if nick_name.as_ref().is_some_and(|name| {
        name.is_empty() || name.chars().count() > MAX_NICK_NAME_CHARS || name.chars().any(char::is_control)
    }) {
        return Err(Refusal::bad_request(format!("昵称须为 1 到 {MAX_NICK_NAME_CHARS} 个字符")));
    }
    // Other schemes (`javascript:`, `wxfile:`) would be of no use, or of harm, to those who see the avatar.
    if change.avatar_url.as_ref().is_some_and(|url| {
        !(url.starts_with("https://") || url.starts_with("http://") || url.starts_with("/avatars/"))
            || url.chars().count() > MAX_URL_CHARS
            || url.chars().any(|letter| letter.is_control() || letter.is_whitespace())
    }) {
        return Err(Refusal::bad_request("头像须是 http 或 https 地址；临时文件请先上传到 /avatar"));
    }
    let avatar_url = change.avatar_url.map(|url| {
        UserInfo { avatar_url: url, ..UserInfo::default() }.without_base_url(&base_url).avatar_url
    });
    let now_ms = app.clock.now_ms();
    let user = app
        .database
        .transaction(move |connection| {
            users::update_profile(
                connection,
                session.user_id,
                nick_name.as_deref(),
                avatar_url.as_deref(),
                now_ms,
            )
        })
        .await?;
    Ok(describe(user, &base_url))
}

#[derive(Deserialize)]
struct PhoneCode {
    code: String,
}

/// Stores the phone number behind the code of a getPhoneNumber button.
pub async fn phone(
    State(app): State<Arc<App>>,
    Extension(session): Extension<LiveSession>,
    body: Bytes,
) -> Result<Answer, Refusal> {
    let PhoneCode { code } = read_json(&body)?;
    if code.is_empty() || code.len() > MAX_PHONE_CODE_BYTES {
        return Err(Refusal::bad_request("code 为空或过长，请使用手机号按钮返回的 code"));
    }
    let phone_number = app.wechat.phone_number(&code).await.map_err(|error| match &error {
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
        WeChatError::Database(cause) => Refusal::internal(cause),
    })?;
    let (stored, now_ms) = (phone_number.clone(), app.clock.now_ms());
    app.database
        .transaction(move |connection| {
            users::update_phone_number(connection, session.user_id, &stored, now_ms)
        })
        .await?;
    Ok(Answer::Data(json!({ "phoneNumber": phone_number })))
}
