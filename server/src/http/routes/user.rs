//! `/user` and `/profile`: the user of the session.

use crate::http::request::{BaseUrl, WholeBody, json as read_json, user_data};
use crate::http::state::App;
use crate::protocol::{Answer, Refusal};
use crate::store::{LiveSession, User, UserInfo};
use axum::Extension;
use axum::extract::{Request, State};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::sync::Arc;

const MAX_NICK_NAME_CHARS: usize = 32;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Described<'a> {
    user_info: Cow<'a, UserInfo>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_number: Option<String>,
}

/// The answer about the user.
pub fn describe(app: &App, user: &User, base_url: &str) -> Result<Answer, Refusal> {
    let phone_number = app.store.phone_number(user).map_err(Refusal::internal)?;
    Answer::data(&Described { user_info: user.info.with_base_url(base_url), phone_number })
}

/// Answers the user. User data in the request is decrypted, checked and stored first.
pub async fn user(
    State(app): State<Arc<App>>,
    Extension(session): Extension<LiveSession>,
    BaseUrl(base_url): BaseUrl,
    request: Request,
) -> Result<Answer, Refusal> {
    let (user, headers) = (&session.user, request.headers());
    let Some(data) = user_data(headers).map_err(Refusal::UserData)? else {
        return describe(&app, user, &base_url);
    };
    let session_key = app.store.session_key(user).map_err(Refusal::internal)?;
    let info = data
        .open(&session_key, &user.appid, &user.openid, &app.clock, app.behaviour.user_data_max_age_ms)
        .map_err(Refusal::UserData)?
        .without_base_url(&base_url);
    app.avatars.check_vouched(&info.avatar_url).map_err(Refusal::UserData)?;
    let user = app.store.update_info(user.id, &info, app.clock.now_ms()).await?;
    describe(&app, &user, &base_url)
}

/// The parts of the profile that the user typed or chose.
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
    WholeBody(body): WholeBody,
) -> Result<Answer, Refusal> {
    let change: ProfileChange = read_json(&body)?;
    let nick_name = change.nick_name.map(|name| name.trim().to_owned());
    if nick_name.as_ref().is_some_and(|name| {
        name.is_empty() || name.chars().count() > MAX_NICK_NAME_CHARS || name.chars().any(char::is_control)
    }) {
        return Err(Refusal::bad_request(format!("昵称须为 1 到 {MAX_NICK_NAME_CHARS} 个字符")));
    }
    let avatar_url = change.avatar_url.map(|url| {
        UserInfo { avatar_url: url, ..UserInfo::default() }.without_base_url(&base_url).avatar_url
    });
    if let Some(url) = &avatar_url {
        app.avatars.check_chosen(&app.store, session.user.id, url).await?;
    }
    let user = app
        .store
        .update_profile(session.user.id, nick_name.as_deref(), avatar_url.as_deref(), app.clock.now_ms())
        .await?;
    describe(&app, &user, &base_url)
}
