//! `/dev/…`: WeChat's part for clients without WeChat, and controls for tests. Only beside the simulator.

use crate::app::App;
use crate::avatar::SIMULATED_AVATAR;
use crate::development::Development;
use crate::faults::Fault;
use crate::protocol::{Answer, Refusal};
use crate::request::{BaseUrl, json as read_json};
use crate::sessions;
use crate::tunnel::Control;
use crate::users;
use crate::wechat::DEFAULT_USER;
use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRef, Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::sync::Arc;

const MAX_USER_BYTES: usize = 64;

/// What the controls work on.
#[derive(Clone)]
struct Controls {
    app: Arc<App>,
    development: Arc<Development>,
}

impl FromRef<Controls> for Arc<App> {
    fn from_ref(controls: &Controls) -> Self {
        Arc::clone(&controls.app)
    }
}

/// The routes under `/dev`.
pub fn routes(app: Arc<App>, development: Arc<Development>) -> Router {
    Router::new()
        .route("/dev/code", post(code))
        .route("/dev/encrypted-data", post(encrypted_data))
        .route("/dev/phone-code", post(phone_code))
        .route("/dev/check-session", post(check_session))
        .route("/dev/expire", post(expire))
        .route("/dev/expire-session-key", post(expire_session_key))
        .route("/dev/advance-clock", post(advance_clock))
        .route("/dev/fault", post(fault))
        .route("/dev/clear-faults", post(clear_faults))
        .route("/dev/invalid-always", post(invalid_always))
        .route("/dev/tunnel", post(tunnel))
        .route("/dev/records", get(records))
        .route("/dev/reset-records", post(reset_records))
        .route("/dev/users", get(all_users))
        .with_state(Controls { app, development })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UserChoice {
    #[serde(default = "default_user")]
    user: String,
}

fn default_user() -> String {
    DEFAULT_USER.to_owned()
}

fn check_user(user: &str) -> Result<(), Refusal> {
    if user.is_empty() || user.len() > MAX_USER_BYTES {
        return Err(Refusal::bad_request(format!("user 须为 1 到 {MAX_USER_BYTES} 字节")));
    }
    Ok(())
}

fn read_user(body: &Bytes) -> Result<String, Refusal> {
    let UserChoice { user } = read_json(body)?;
    check_user(&user)?;
    Ok(user)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CodeRequest {
    #[serde(default = "default_user")]
    user: String,
    appid: Option<String>,
}

async fn code(State(controls): State<Controls>, body: Bytes) -> Result<Answer, Refusal> {
    let CodeRequest { user, appid } = read_json(&body)?;
    check_user(&user)?;
    let code = controls.development.simulator.login_code(&user, appid.as_deref()).await?;
    Ok(Answer::Plain(json!({ "code": code })))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct UserDataRequest {
    #[serde(default = "default_user")]
    user: String,
    #[serde(default)]
    user_info: Map<String, Value>,
    appid: Option<String>,
}

async fn encrypted_data(
    State(controls): State<Controls>,
    BaseUrl(base_url): BaseUrl,
    body: Bytes,
) -> Result<Answer, Refusal> {
    let UserDataRequest { user, user_info: mut changes, appid } = read_json(&body)?;
    check_user(&user)?;
    changes.entry("avatarUrl").or_insert_with(|| json!(format!("{base_url}{SIMULATED_AVATAR}")));
    let data = controls.development.simulator.user_info(&user, changes, appid.as_deref()).await?.ok_or_else(
        || Refusal::Request {
            status: StatusCode::CONFLICT,
            code: "ERR_NO_SESSION_KEY",
            message: "此用户还没有 session_key，请先取得登录 code".to_owned(),
        },
    )?;
    Ok(Answer::Plain(json!({
        "userInfo": data.user_info,
        "rawData": data.raw_data,
        "signature": data.signature,
        "encryptedData": data.encrypted_data,
        "iv": data.iv,
    })))
}

async fn phone_code(State(controls): State<Controls>, body: Bytes) -> Result<Answer, Refusal> {
    let user = read_user(&body)?;
    Ok(Answer::Plain(json!({ "code": controls.development.simulator.phone_code(&user).await? })))
}

async fn check_session(State(controls): State<Controls>, body: Bytes) -> Result<Answer, Refusal> {
    let user = read_user(&body)?;
    Ok(Answer::Plain(json!({ "valid": controls.development.simulator.session_key_is_valid(&user).await? })))
}

async fn expire_session_key(State(controls): State<Controls>, body: Bytes) -> Result<Answer, Refusal> {
    let user = read_user(&body)?;
    controls.development.simulator.expire_session_key(&user).await?;
    Ok(Answer::Plain(json!({})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpireRequest {
    #[serde(default = "default_user")]
    user: String,
    #[serde(default)]
    all: bool,
}

async fn expire(State(controls): State<Controls>, body: Bytes) -> Result<Answer, Refusal> {
    let ExpireRequest { user, all } = read_json(&body)?;
    check_user(&user)?;
    let openid = (!all).then(|| controls.development.simulator.openid(&user));
    let now_ms = controls.app.clock.now_ms();
    let expired = controls
        .app
        .database
        .transaction(move |connection| sessions::expire(connection, openid.as_deref(), now_ms))
        .await?;
    Ok(Answer::Plain(json!({ "expired": expired })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockAdvance {
    ms: u32,
}

async fn advance_clock(State(controls): State<Controls>, body: Bytes) -> Result<Answer, Refusal> {
    let ClockAdvance { ms } = read_json(&body)?;
    controls.app.clock.advance(ms);
    Ok(Answer::Plain(json!({ "now": controls.app.clock.now_ms() })))
}

async fn fault(State(controls): State<Controls>, body: Bytes) -> Result<Answer, Refusal> {
    let fault: Fault = read_json(&body)?;
    controls.development.faults.add(fault);
    Ok(Answer::Plain(json!({})))
}

async fn clear_faults(State(controls): State<Controls>) -> Result<Answer, Refusal> {
    controls.development.faults.clear();
    Ok(Answer::Plain(json!({})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Switch {
    on: bool,
}

async fn invalid_always(State(controls): State<Controls>, body: Bytes) -> Result<Answer, Refusal> {
    let Switch { on } = read_json(&body)?;
    controls.development.set_refuse_sessions(on);
    Ok(Answer::Plain(json!({})))
}

async fn tunnel(State(controls): State<Controls>, body: Bytes) -> Result<Answer, Refusal> {
    let control: Control = read_json(&body)?;
    Ok(Answer::Plain(json!({ "open": controls.app.tunnels.control(control) })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RecordsChoice {
    run: Option<String>,
}

async fn records(
    State(controls): State<Controls>,
    choice: Result<Query<RecordsChoice>, QueryRejection>,
) -> Result<Answer, Refusal> {
    let Query(RecordsChoice { run }) =
        choice.map_err(|error| Refusal::bad_request(format!("查询参数有误：{}", error.body_text())))?;
    Ok(Answer::Plain(controls.development.records.to_json(run.as_deref())))
}

async fn reset_records(State(controls): State<Controls>) -> Result<Answer, Refusal> {
    controls.development.records.reset();
    Ok(Answer::Plain(json!({})))
}

async fn all_users(State(app): State<Arc<App>>) -> Result<Answer, Refusal> {
    let now_ms = app.clock.now_ms();
    let rows = app.database.transaction(move |connection| users::all(connection, now_ms)).await?;
    let described: Vec<Value> = rows
        .into_iter()
        .map(|(user, sessions)| {
            json!({
                "id": user.id,
                "openid": masked(&user.openid),
                "nickName": user.info.nick_name,
                "avatarUrl": user.info.avatar_url,
                "phoneNumber": user.phone_number,
                "sessions": sessions,
            })
        })
        .collect();
    Ok(Answer::Plain(json!({ "users": described })))
}

/// Enough of an openid to tell users apart.
fn masked(openid: &str) -> String {
    let letters: Vec<char> = openid.chars().collect();
    let (head, tail) = (&letters[..letters.len().min(4)], &letters[letters.len().saturating_sub(3)..]);
    format!("{}…{}", head.iter().collect::<String>(), tail.iter().collect::<String>())
}
