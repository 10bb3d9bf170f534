//! `/login` and `/logout`.

use crate::http::limits::Peer;
use crate::http::request::{BaseUrl, header_text, user_data};
use crate::http::state::{App, LoginMode};
use crate::protocol::{Answer, Protocol, Refusal};
use crate::store::{EndedSession, LiveSession, Login, SessionsPerUser};
use crate::wechat::{CodeSession, WeChat, WeChatError};
use axum::Extension;
use axum::extract::{Request, State};
use axum::http::HeaderName;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::sync::Arc;

static HEADER_CODE: HeaderName = HeaderName::from_static("x-wx-code");

const MAX_CODE_BYTES: usize = 512;

/// Middleware of logins: refuses what [`crate::http::limits::LoginLimits`] does not admit, before WeChat or the
/// database is asked.
pub async fn limit(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<Peer>().copied();
    match app.login_limits.admit(peer, request.headers(), &app.store, app.clock.now_ms()).await {
        Ok(_place) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    }
}

/// Exchanges a code for a session; registers the user, and stores their profile if it came along.
///
/// Session headers of the request are ignored.
pub async fn login(
    State(app): State<Arc<App>>,
    Extension(protocol): Extension<Protocol>,
    BaseUrl(base_url): BaseUrl,
    request: Request,
) -> Result<Answer, Refusal> {
    let (behaviour, headers) = (&app.behaviour, request.headers());
    let code = header_text(headers, &HEADER_CODE, MAX_CODE_BYTES)
        .map_err(|fault| Refusal::Login(fault.message("X-WX-Code")))?
        .ok_or_else(|| Refusal::Login("请求头中缺少 X-WX-Code，请先调用 wx.login 取得 code".to_owned()))?;
    let user_data = user_data(headers).map_err(Refusal::Login)?;
    if behaviour.login_mode == LoginMode::CodeAndUserInfo && user_data.is_none() {
        return Err(Refusal::Login(
            "请求头中缺少 X-WX-Encrypted-Data 和 X-WX-IV，本服务器要求登录时提供用户数据".to_owned(),
        ));
    }
    let wechat = app.wechat_of_login(headers)?;
    let appid = wechat.appid();
    let code_session = exchange(&app, wechat.as_ref(), code).await?;
    let info = match user_data {
        Some(data) => {
            let info = data
                .open(
                    &code_session.session_key,
                    appid,
                    &code_session.openid,
                    &app.clock,
                    behaviour.user_data_max_age_ms,
                )
                .map_err(Refusal::Login)?
                .without_base_url(&base_url);
            app.avatars.check_vouched(&info.avatar_url).map_err(Refusal::Login)?;
            Some(info)
        }
        None => None,
    };

    let now_ms = app.clock.now_ms();
    let login = Login {
        appid,
        openid: &code_session.openid,
        unionid: code_session.unionid.as_deref(),
        session_key: &code_session.session_key,
        info: info.as_ref(),
    };
    let (user, session) =
        app.store.log_in(&login, behaviour.sessions_per_user, behaviour.session_life, now_ms).await.map_err(
            |error| {
                tracing::error!(%error, "login not stored");
                Refusal::Login("服务器内部错误，请稍后再试".to_owned())
            },
        )?;
    if behaviour.sessions_per_user == SessionsPerUser::One {
        app.tunnels.recheck(user.id);
    }
    // The classic wafer servers leave userInfo out: their clients have it from wx.getUserInfo.
    let classic = protocol == Protocol::Wafer && behaviour.login_mode == LoginMode::CodeAndUserInfo;
    let user_info = (!classic).then(|| user.info.with_base_url(&base_url).into_owned());
    Ok(Answer::Login { session, user_info, time_s: now_ms / 1000 })
}

/// Asks WeChat about a code, at most once for each code among all instances.
async fn exchange(app: &App, wechat: &dyn WeChat, code: &str) -> Result<CodeSession, Refusal> {
    let not_stored = |error| {
        tracing::error!(%error, "login code not claimed");
        Refusal::Login("服务器内部错误，请稍后再试".to_owned())
    };
    if !app.store.claim_code(wechat.appid(), code, app.clock.now_ms()).await.map_err(not_stored)? {
        return Err(Refusal::Login(WeChatError::CODE_USED.message()));
    }
    match wechat.exchange_code(code).await {
        Ok(code_session) => Ok(code_session),
        Err(error) => {
            match &error {
                WeChatError::Refused { errcode } => tracing::warn!(errcode, "login code refused"),
                WeChatError::Unreachable(cause) => {
                    tracing::error!(cause, "jscode2session failed");
                    app.store.release_code(wechat.appid(), code).await.map_err(not_stored)?;
                }
            }
            Err(Refusal::Login(error.message()))
        }
    }
}

/// Ends the session that the request came with, and its tunnels.
pub async fn logout(
    State(app): State<Arc<App>>,
    Extension(session): Extension<LiveSession>,
) -> Result<Answer, Refusal> {
    app.store.end(EndedSession::Id(&session.id)).await?;
    app.tunnels.recheck(session.user.id);
    Answer::data(&json!({}))
}
