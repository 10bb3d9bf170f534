//! `api.weixin.qq.com`.

use super::{CodeSession, WeChatError};
use crate::clock::Clock;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// A new access token is asked for this long before the old one ends.
const TOKEN_MARGIN_MS: i64 = 5 * 60 * 1000;
/// The access token is unknown or over, although its time has not come.
const TOKEN_ERRCODES: [i64; 3] = [40001, 40014, 42001];

/// Client of WeChat's server API for one app.
#[derive(Clone)]
pub struct RealWeChat(Arc<Inner>);

struct Inner {
    agent: ureq::Agent,
    base_url: String,
    appid: String,
    secret: String,
    clock: Arc<Clock>,
    token: Mutex<Option<Token>>,
}

#[derive(Clone)]
struct Token {
    value: String,
    expires_at_ms: i64,
}

#[derive(Deserialize)]
struct TokenAnswer {
    access_token: String,
    expires_in: i64,
}

#[derive(Deserialize)]
struct CodeAnswer {
    openid: String,
    session_key: String,
}

#[derive(Deserialize)]
struct PhoneAnswer {
    phone_info: PhoneInfo,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PhoneInfo {
    phone_number: String,
}

impl RealWeChat {
    /// A client of `base_url` (`https://api.weixin.qq.com`) for the app `appid`.
    pub fn new(base_url: &str, appid: &str, secret: &str, clock: Arc<Clock>) -> Self {
        let agent = ureq::Agent::new_with_config(
            ureq::Agent::config_builder()
                .timeout_global(Some(Duration::from_secs(10)))
                .http_status_as_error(false)
                .max_redirects(0)
                .build(),
        );
        Self(Arc::new(Inner {
            agent,
            base_url: base_url.trim_end_matches('/').to_owned(),
            appid: appid.to_owned(),
            secret: secret.to_owned(),
            clock,
            token: Mutex::new(None),
        }))
    }

    pub(super) fn appid(&self) -> &str {
        &self.0.appid
    }

    pub(super) async fn exchange_code(&self, code: &str) -> Result<CodeSession, WeChatError> {
        let code = code.to_owned();
        self.ask(move |inner| {
            let answer: CodeAnswer = inner.read(
                inner
                    .agent
                    .get(format!("{}/sns/jscode2session", inner.base_url))
                    .query("appid", &inner.appid)
                    .query("secret", &inner.secret)
                    .query("js_code", &code)
                    .query("grant_type", "authorization_code")
                    .call(),
            )?;
            Ok(CodeSession { openid: answer.openid, session_key: answer.session_key })
        })
        .await
    }

    pub(super) async fn phone_number(&self, code: &str) -> Result<String, WeChatError> {
        let code = code.to_owned();
        self.ask(move |inner| match inner.phone_number(&code) {
            // Somebody else asked for a token of the same app, which ended ours early.
            Err(WeChatError::Refused { errcode }) if TOKEN_ERRCODES.contains(&errcode) => {
                *inner.token.lock().unwrap_or_else(PoisonError::into_inner) = None;
                inner.phone_number(&code)
            }
            other => other,
        })
        .await
    }

    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Inner) -> Result<T, WeChatError> + Send + 'static,
    ) -> Result<T, WeChatError> {
        let inner = Arc::clone(&self.0);
        tokio::task::spawn_blocking(move || question(&inner))
            .await
            .map_err(|_| WeChatError::Unreachable("the request was stopped".to_owned()))?
    }
}

impl Inner {
    fn phone_number(&self, code: &str) -> Result<String, WeChatError> {
        let answer: PhoneAnswer = self.read(
            self.agent
                .post(format!("{}/wxa/business/getuserphonenumber", self.base_url))
                .query("access_token", self.access_token()?)
                .send_json(json!({ "code": code })),
        )?;
        Ok(answer.phone_info.phone_number)
    }

    fn access_token(&self) -> Result<String, WeChatError> {
        // Held while asking, so that calls at the same time ask once.
        let mut token = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(token) = token.as_ref().filter(|token| self.clock.now_ms() < token.expires_at_ms) {
            return Ok(token.value.clone());
        }
        let answer: TokenAnswer =
            self.read(self.agent.post(format!("{}/cgi-bin/stable_token", self.base_url)).send_json(json!({
                "grant_type": "client_credential",
                "appid": self.appid,
                "secret": self.secret,
            })))?;
        let lives_ms = answer.expires_in.saturating_mul(1000) - TOKEN_MARGIN_MS;
        *token = Some(Token {
            value: answer.access_token.clone(),
            expires_at_ms: self.clock.now_ms().saturating_add(lives_ms),
        });
        Ok(answer.access_token)
    }

    fn read<T: for<'de> Deserialize<'de>>(
        &self,
        answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
    ) -> Result<T, WeChatError> {
        // The error's own text may hold the address, and the address holds the secret.
        let unreachable = |what: &str| WeChatError::Unreachable(what.to_owned());
        let mut response = answer.map_err(|error| match error {
            ureq::Error::Timeout(_) => unreachable("no answer in time"),
            ureq::Error::Io(error) => {
                WeChatError::Unreachable(format!("connection failed: {}", error.kind()))
            }
            ureq::Error::HostNotFound => unreachable("host not found"),
            _ => unreachable("request failed"),
        })?;
        let status = response.status();
        if !status.is_success() {
            return Err(WeChatError::Unreachable(format!("HTTP {}", status.as_u16())));
        }
        let text = response.body_mut().read_to_string().map_err(|_| unreachable("unreadable answer"))?;
        let value: Value = serde_json::from_str(&text).map_err(|_| unreachable("answer is not JSON"))?;
        if let Some(errcode) = value["errcode"].as_i64().filter(|errcode| *errcode != 0) {
            return Err(WeChatError::Refused { errcode });
        }
        serde_json::from_value(value).map_err(|_| unreachable("answer lacks a field"))
    }
}
