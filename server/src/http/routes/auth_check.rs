//! `/auth/check`: tells a gateway whose request it has in front of it, in the way in which nginx's `auth_request`,
//! Traefik's ForwardAuth and Envoy's `ext_authz` ask.

use crate::http::session_layer::SessionCheck;
use crate::http::state::{App, AuthUser};
use crate::protocol::{Answer, Refusal};
use crate::store::LiveSession;
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::sync::Arc;

const USER: HeaderName = HeaderName::from_static("x-wafer-user");
const APPID: HeaderName = HeaderName::from_static("x-wafer-appid");
const SESSION: HeaderName = HeaderName::from_static("x-wafer-session");

/// Answers 200 and whose request it is.
pub async fn check(
    State(app): State<Arc<App>>,
    Extension(session): Extension<LiveSession>,
) -> Result<Response, Refusal> {
    let user = match app.behaviour.auth_user {
        AuthUser::Openid => session.user.openid.clone(),
        AuthUser::Id => session.user.id.to_string(),
    };
    let mut response = Answer::Plain(json!({})).into_response();
    let values = [(USER, user), (APPID, session.user.appid.clone()), (SESSION, session.id.clone())];
    for (name, value) in values {
        response.headers_mut().insert(name, HeaderValue::try_from(value).map_err(Refusal::internal)?);
    }
    Ok(response)
}

/// Gateways look at the status alone: a refusal that clients get with HTTP 200 becomes 401 here, or 503 if the session
/// could not be checked because of a fault of this server.
pub async fn refuse_by_status(mut response: Response) -> Response {
    match response.extensions().get::<SessionCheck>() {
        Some(SessionCheck::Refused) => *response.status_mut() = StatusCode::UNAUTHORIZED,
        Some(SessionCheck::Failed) => *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE,
        Some(SessionCheck::Accepted) | None => {}
    }
    response
}
