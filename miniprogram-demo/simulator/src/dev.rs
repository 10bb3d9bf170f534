//! `/dev/…`: stands in for WeChat where clients have none, and controls the server for tests.
//!
//! These routes hand out codes and data of any user. They are therefore for programs of this machine only, and not for
//! a page that somebody opened in a browser here, whatever name the page used to reach the server.

use crate::development::Development;
use crate::faults::Fault;
use crate::memory::MemoryError;
use crate::wechat::DEFAULT_USER;
use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRef, Query, Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::net::IpAddr;
use std::sync::Arc;
use wafer_session_server::http::request::{BaseUrl, json as read_json};
use wafer_session_server::http::state::App;
use wafer_session_server::http::tunnels::Control;
use wafer_session_server::protocol::{Answer, Refusal};
use wafer_session_server::store::User;

/// Path of the picture that the simulated WeChat names as its users' avatar.
const SIMULATED_AVATAR: &str = "/avatars/simulated.svg";
const MAX_USERS: i64 = 1000;
const MAX_USER_BYTES: usize = 64;

/// The state of the controls.
#[derive(Clone)]
struct Controls(Arc<Development>);

impl FromRef<Controls> for Arc<App> {
    fn from_ref(controls: &Controls) -> Self {
        Arc::clone(&controls.0.app)
    }
}

/// The routes under `/dev`.
pub fn routes(development: Arc<Development>) -> Router {
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
        .method_not_allowed_fallback(wrong_method)
        .route_layer(from_fn(guard))
        .with_state(Controls(development))
}

async fn wrong_method() -> Refusal {
    Refusal::Request {
        status: StatusCode::METHOD_NOT_ALLOWED,
        code: "ERR_METHOD_NOT_ALLOWED",
        message: "此接口不支持这种请求方法".to_owned(),
    }
}

/// Lets only programs of this machine in. A page from elsewhere cannot send JSON without a preflight, which nothing
/// here answers; it cannot hide its `Origin`; and it cannot reach this server under the page's own host name.
async fn guard(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let refused = if !headers.get(header::HOST).is_some_and(|host| is_loopback(host.as_bytes())) {
        Some((StatusCode::FORBIDDEN, "Host 不是本机地址"))
    } else if headers.contains_key(header::ORIGIN) && !origin_is_local(headers) {
        Some((StatusCode::FORBIDDEN, "Origin 不是本机地址"))
    } else if request.method() == Method::POST && !is_json(headers) {
        Some((StatusCode::UNSUPPORTED_MEDIA_TYPE, "请求体须是 application/json"))
    } else {
        None
    };
    match refused {
        Some((status, message)) => {
            Refusal::Request { status, code: "ERR_DEV_REFUSED", message: message.to_owned() }.into_response()
        }
        None => next.run(request).await,
    }
}

fn is_loopback(authority: &[u8]) -> bool {
    let Ok(authority) = Authority::try_from(authority) else { return false };
    let host = authority.host().trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn origin_is_local(headers: &HeaderMap) -> bool {
    headers.get_all(header::ORIGIN).iter().all(|origin| {
        let origin = Uri::try_from(origin.as_bytes()).ok();
        let authority = origin.as_ref().and_then(Uri::authority);
        authority.is_some_and(|authority| is_loopback(authority.as_str().as_bytes()))
    })
}

fn is_json(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = content_type.and_then(|value| value.split(';').next());
    media_type.is_some_and(|media_type| media_type.trim().eq_ignore_ascii_case("application/json"))
}

fn forgotten(error: MemoryError) -> Refusal {
    Refusal::internal(error)
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

async fn code(State(Controls(development)): State<Controls>, body: Bytes) -> Result<Answer, Refusal> {
    let CodeRequest { user, appid } = read_json(&body)?;
    check_user(&user)?;
    let code = development.wechat.login_code(&user, appid.as_deref()).map_err(forgotten)?;
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
    State(Controls(development)): State<Controls>,
    BaseUrl(base_url): BaseUrl,
    body: Bytes,
) -> Result<Answer, Refusal> {
    let UserDataRequest { user, user_info: mut changes, appid } = read_json(&body)?;
    check_user(&user)?;
    changes.entry("avatarUrl").or_insert_with(|| json!(format!("{base_url}{SIMULATED_AVATAR}")));
    let data = development.wechat.user_info(&user, changes, appid.as_deref()).map_err(forgotten)?;
    let data = data.ok_or_else(|| Refusal::Request {
        status: StatusCode::CONFLICT,
        code: "ERR_NO_SESSION_KEY",
        message: "此用户还没有 session_key，请先取得登录 code".to_owned(),
    })?;
    Ok(Answer::Plain(json!({
        "userInfo": data.user_info,
        "rawData": data.raw_data,
        "signature": data.signature,
        "encryptedData": data.encrypted_data,
        "iv": data.iv,
    })))
}

async fn phone_code(State(Controls(development)): State<Controls>, body: Bytes) -> Result<Answer, Refusal> {
    let user = read_user(&body)?;
    Ok(Answer::Plain(json!({ "code": development.wechat.phone_code(&user).map_err(forgotten)? })))
}

async fn check_session(
    State(Controls(development)): State<Controls>,
    body: Bytes,
) -> Result<Answer, Refusal> {
    let user = read_user(&body)?;
    Ok(Answer::Plain(json!({ "valid": development.wechat.session_key_is_valid(&user).map_err(forgotten)? })))
}

async fn expire_session_key(
    State(Controls(development)): State<Controls>,
    body: Bytes,
) -> Result<Answer, Refusal> {
    let user = read_user(&body)?;
    development.wechat.expire_session_key(&user).map_err(forgotten)?;
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

async fn expire(State(Controls(development)): State<Controls>, body: Bytes) -> Result<Answer, Refusal> {
    let ExpireRequest { user, all } = read_json(&body)?;
    check_user(&user)?;
    let openid = (!all).then(|| development.wechat.openid(&user));
    let app = &development.app;
    let expired = app.store.expire(openid.as_deref(), app.clock.now_ms()).await?;
    Ok(Answer::Plain(json!({ "expired": expired })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockAdvance {
    ms: u32,
}

async fn advance_clock(
    State(Controls(development)): State<Controls>,
    body: Bytes,
) -> Result<Answer, Refusal> {
    let ClockAdvance { ms } = read_json(&body)?;
    development.app.clock.advance(ms);
    Ok(Answer::Plain(json!({ "now": development.app.clock.now_ms() })))
}

async fn fault(State(Controls(development)): State<Controls>, body: Bytes) -> Result<Answer, Refusal> {
    let fault: Fault = read_json(&body)?;
    development.faults.add(fault);
    Ok(Answer::Plain(json!({})))
}

async fn clear_faults(State(Controls(development)): State<Controls>) -> Result<Answer, Refusal> {
    development.faults.clear();
    Ok(Answer::Plain(json!({})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Switch {
    on: bool,
}

async fn invalid_always(
    State(Controls(development)): State<Controls>,
    body: Bytes,
) -> Result<Answer, Refusal> {
    let Switch { on } = read_json(&body)?;
    development.set_refuse_sessions(on);
    Ok(Answer::Plain(json!({})))
}

async fn tunnel(State(Controls(development)): State<Controls>, body: Bytes) -> Result<Answer, Refusal> {
    let control: Control = read_json(&body)?;
    Ok(Answer::Plain(json!({ "open": development.app.tunnels.control(control) })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RecordsChoice {
    run: Option<String>,
}

async fn records(
    State(Controls(development)): State<Controls>,
    choice: Result<Query<RecordsChoice>, QueryRejection>,
) -> Result<Answer, Refusal> {
    let Query(RecordsChoice { run }) =
        choice.map_err(|error| Refusal::bad_request(format!("查询参数有误：{}", error.body_text())))?;
    Ok(Answer::Plain(development.records.to_json(run.as_deref(), development.wechat.exchanges())))
}

async fn reset_records(State(Controls(development)): State<Controls>) -> Result<Answer, Refusal> {
    development.records.reset();
    development.wechat.reset_exchanges();
    Ok(Answer::Plain(json!({})))
}

async fn all_users(State(app): State<Arc<App>>) -> Result<Answer, Refusal> {
    let rows = app.store.users(0, MAX_USERS, app.clock.now_ms()).await?;
    let described = rows.iter().map(|(user, sessions)| describe(&app, user, *sessions));
    Ok(Answer::Plain(json!({ "users": described.collect::<Result<Vec<Value>, Refusal>>()? })))
}

fn describe(app: &App, user: &User, sessions: i64) -> Result<Value, Refusal> {
    Ok(json!({
        "id": user.id,
        "openid": masked(&user.openid),
        "nickName": user.info.nick_name,
        "avatarUrl": user.info.avatar_url,
        "phoneNumber": app.store.phone_number(user).map_err(Refusal::internal)?,
        "sessions": sessions,
    }))
}

/// The part of an openid that is enough to tell users apart.
fn masked(openid: &str) -> String {
    let letters: Vec<char> = openid.chars().collect();
    let (head, tail) = (&letters[..letters.len().min(4)], &letters[letters.len().saturating_sub(3)..]);
    format!("{}…{}", head.iter().collect::<String>(), tail.iter().collect::<String>())
}
