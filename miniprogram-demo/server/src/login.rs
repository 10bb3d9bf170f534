//! `/login` and `/logout`.

use crate::app::{App, LoginMode};
use crate::database::DatabaseError;
use crate::protocol::{Answer, Protocol, Refusal};
use crate::request::{BaseUrl, header_text};
use crate::sessions::{self, LiveSession};
use crate::user_data::EncryptedUserData;
use crate::users;
use crate::wechat::WeChatError;
use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use serde_json::json;
use std::sync::Arc;

const MAX_CODE_BYTES: usize = 512;

/// Exchanges a code for a session; registers the user, and stores their profile if it came along.
///
/// Session headers have no business here. They are counted in the records and otherwise ignored.
pub async fn login(
    State(app): State<Arc<App>>,
    BaseUrl(base_url): BaseUrl,
    family: Option<Extension<Protocol>>,
    headers: HeaderMap,
) -> Result<Answer, Refusal> {
    let code = header_text(&headers, "X-WX-Code", MAX_CODE_BYTES)
        .map_err(|fault| Refusal::Login(fault.message("X-WX-Code")))?
        .ok_or_else(|| Refusal::Login("请求头中缺少 X-WX-Code，请先调用 wx.login 取得 code".to_owned()))?;
    let user_data = EncryptedUserData::from_headers(&headers).map_err(Refusal::Login)?;
    if app.login_mode == LoginMode::CodeAndUserInfo && user_data.is_none() {
        return Err(Refusal::Login(
            "请求头中缺少 X-WX-Encrypted-Data 和 X-WX-IV，本服务器要求登录时提供用户数据".to_owned(),
        ));
    }

    if let Some(development) = &app.development {
        development.records.count_code_exchange();
    }
    let code_session = app.wechat.exchange_code(code).await.map_err(|error| {
        match &error {
            WeChatError::Refused { errcode } => tracing::warn!(errcode, "login code refused"),
            WeChatError::Unreachable(cause) => tracing::error!(cause, "jscode2session failed"),
            WeChatError::Database(error) => tracing::error!(%error, "jscode2session failed"),
        }
        Refusal::Login(error.message())
    })?;
    let info = user_data
        .map(|data| data.open(&code_session.session_key, app.wechat.appid(), &code_session.openid))
        .transpose()
        .map_err(Refusal::Login)?
        .map(|info| info.without_base_url(&base_url));

    let now_ms = app.clock.now_ms();
    let (limit, ttl_ms) = (app.sessions_per_user, app.session_ttl_ms);
    let (user, session) = app
        .database
        .transaction(move |connection| {
            let mut user =
                users::register(connection, &code_session.openid, &code_session.session_key, now_ms)?;
            if let Some(info) = info {
                user = users::update_info(connection, user.id, &info, now_ms)?;
            }
            let session = sessions::issue(connection, user.id, limit, now_ms, ttl_ms)?;
            Ok((user, session))
        })
        .await
        .map_err(|error: DatabaseError| {
            tracing::error!(%error, "login not stored");
            Refusal::Login("服务器内部错误，请稍后再试".to_owned())
        })?;
    // The classic wafer servers leave userInfo out: their clients got it from wx.getUserInfo.
    let protocol = family.map_or(app.protocol, |Extension(protocol)| protocol);
    let classic = protocol == Protocol::Wafer && app.login_mode == LoginMode::CodeAndUserInfo;
    let user_info = (!classic).then(|| user.info.with_base_url(&base_url));
    Ok(Answer::Login { session, user_info, time_s: now_ms / 1000 })
}

/// Ends the session that the request came with.
pub async fn logout(
    State(app): State<Arc<App>>,
    Extension(session): Extension<LiveSession>,
) -> Result<Answer, Refusal> {
    app.database.transaction(move |connection| sessions::end(connection, &session.id)).await?;
    Ok(Answer::Data(json!({})))
}
