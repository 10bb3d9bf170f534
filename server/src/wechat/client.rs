//! The client of `api.weixin.qq.com`. It blocks no thread, and bounds its own requests: if WeChat hangs, only logins
//! wait.

use super::{Answer, CodeSession, WeChat, WeChatError};
use crate::clock::Clock;
use axum::body::Bytes;
use axum::http::{Method, Request, Uri, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, Semaphore};

/// A new access token is asked for this long before the old one ends.
const TOKEN_MARGIN_MS: i64 = 5 * 60 * 1000;
/// Error codes for an access token that is unknown or over, although its time has not come.
const TOKEN_ERRCODES: [i64; 3] = [40001, 40014, 42001];
const MAX_ANSWER_BYTES: usize = 64 * 1024;
/// WeChat's openids have 28 characters.
const MAX_OPENID_BYTES: usize = 128;
/// The characters that are not escaped in a query.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Client of WeChat's server API for one app.
pub struct WeChatClient {
    http: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    options: ClientOptions,
    clock: Arc<Clock>,
    turns: Semaphore,
    token: Mutex<Option<Token>>,
}

/// The address and the app of a [`WeChatClient`], and its bounds.
#[derive(Clone)]
pub struct ClientOptions {
    /// `https://api.weixin.qq.com`, or a proxy of it.
    pub base_url: String,
    /// AppID of the mini-program.
    pub appid: String,
    /// Its AppSecret.
    pub secret: String,
    /// The longest wait for an answer, the wait for a turn included.
    pub timeout: Duration,
    /// The most requests at a time.
    pub concurrency: usize,
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
    #[serde(deserialize_with = "openid")]
    openid: String,
    session_key: String,
    #[serde(default)]
    unionid: Option<String>,
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

/// An openid is the name of a user, and a header for backends. All users of an answer without one would be the same.
fn openid<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    let is_name =
        (1..=MAX_OPENID_BYTES).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    if is_name { Ok(text) } else { Err(D::Error::custom("no openid")) }
}

fn unreachable(what: impl Into<String>) -> WeChatError {
    WeChatError::Unreachable(what.into())
}

impl WeChatClient {
    /// A client for one app.
    pub fn new(mut options: ClientOptions, clock: Arc<Clock>) -> Self {
        while options.base_url.ends_with('/') {
            options.base_url.pop();
        }
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(options.timeout));
        let https = HttpsConnectorBuilder::new()
            .with_webpki_roots()
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        let http = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(Duration::from_secs(30))
            .build(https);
        Self { http, turns: Semaphore::new(options.concurrency), options, clock, token: Mutex::new(None) }
    }

    async fn code_session(&self, code: &str) -> Result<CodeSession, WeChatError> {
        let query = [
            ("appid", self.options.appid.as_str()),
            ("secret", &self.options.secret),
            ("js_code", code),
            ("grant_type", "authorization_code"),
        ];
        let answer: CodeAnswer = self.ask("jscode2session", "/sns/jscode2session", &query, None).await?;
        Ok(CodeSession { openid: answer.openid, session_key: answer.session_key, unionid: answer.unionid })
    }

    async fn number(&self, code: &str) -> Result<String, WeChatError> {
        let token = self.access_token().await?;
        match self.number_under(&token, code).await {
            // Somebody else asked for a token of the same app, which makes WeChat drop ours early.
            Err(WeChatError::Refused { errcode }) if TOKEN_ERRCODES.contains(&errcode) => {
                self.forget(&token).await;
                self.number_under(&self.access_token().await?, code).await
            }
            other => other,
        }
    }

    /// Forgets `ended`, unless another call has done so and there is a newer token.
    async fn forget(&self, ended: &str) {
        self.token.lock().await.take_if(|token| token.value == ended);
    }

    async fn number_under(&self, token: &str, code: &str) -> Result<String, WeChatError> {
        let query = [("access_token", token)];
        let body = json!({ "code": code });
        let path = "/wxa/business/getuserphonenumber";
        let answer: PhoneAnswer = self.ask("getuserphonenumber", path, &query, Some(body)).await?;
        Ok(answer.phone_info.phone_number)
    }

    async fn access_token(&self) -> Result<String, WeChatError> {
        // The lock is held during the request, so that calls at the same time ask for one token.
        let mut token = self.token.lock().await;
        if let Some(token) = token.as_ref().filter(|token| self.clock.now_ms() < token.expires_at_ms) {
            return Ok(token.value.clone());
        }
        let body = json!({
            "grant_type": "client_credential",
            "appid": self.options.appid,
            "secret": self.options.secret,
        });
        let answer: TokenAnswer = self.ask("stable_token", "/cgi-bin/stable_token", &[], Some(body)).await?;
        let lives_ms = answer.expires_in.saturating_mul(1000) - TOKEN_MARGIN_MS;
        *token = Some(Token {
            value: answer.access_token.clone(),
            expires_at_ms: self.clock.now_ms().saturating_add(lives_ms),
        });
        Ok(answer.access_token)
    }

    async fn ask<T: for<'de> Deserialize<'de>>(
        &self,
        question: &'static str,
        path: &str,
        query: &[(&str, &str)],
        body: Option<Value>,
    ) -> Result<T, WeChatError> {
        let started = Instant::now();
        let exchange = async {
            let _turn = self.turns.acquire().await.map_err(|_| unreachable("closed"))?;
            self.exchange(path, query, body).await
        };
        let answered = tokio::time::timeout(self.options.timeout, exchange)
            .await
            .unwrap_or_else(|_| Err(unreachable("no answer in time")))
            .and_then(|value| {
                if let Some(errcode) = value["errcode"].as_i64().filter(|errcode| *errcode != 0) {
                    return Err(WeChatError::Refused { errcode });
                }
                serde_json::from_value(value).map_err(|_| unreachable("answer lacks a field"))
            });
        let outcome = match &answered {
            Ok(_) => "ok",
            Err(WeChatError::Refused { .. }) => "refused",
            Err(WeChatError::Unreachable(_)) => "unreachable",
        };
        metrics::histogram!("wafer_wechat_seconds", "question" => question).record(started.elapsed());
        metrics::counter!("wafer_wechat_total", "question" => question, "outcome" => outcome).increment(1);
        answered
    }

    /// Errors get a text of our own: that of a library may hold the address, and the address holds the secret.
    async fn exchange(
        &self,
        path: &str,
        query: &[(&str, &str)],
        body: Option<Value>,
    ) -> Result<Value, WeChatError> {
        let query: Vec<String> = query
            .iter()
            .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, QUERY)))
            .collect();
        let uri = Uri::try_from(format!("{}{path}?{}", self.options.base_url, query.join("&")))
            .map_err(|_| unreachable("the address of WeChat is not one"))?;
        let method = if body.is_some() { Method::POST } else { Method::GET };
        let request = Request::builder()
            .method(method)
            .uri(uri)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Full::from(body.map(|body| body.to_string()).unwrap_or_default()))
            .map_err(|_| unreachable("the request could not be made"))?;
        let response = self.http.request(request).await.map_err(|error| {
            unreachable(if error.is_connect() { "connection failed" } else { "request failed" })
        })?;
        let status = response.status();
        if !status.is_success() {
            return Err(unreachable(format!("HTTP {}", status.as_u16())));
        }
        let body = Limited::new(response.into_body(), MAX_ANSWER_BYTES)
            .collect()
            .await
            .map_err(|_| unreachable("unreadable answer"))?;
        serde_json::from_slice(&body.to_bytes()).map_err(|_| unreachable("answer is not JSON"))
    }
}

impl WeChat for WeChatClient {
    fn appid(&self) -> &str {
        &self.options.appid
    }

    fn exchange_code<'a>(&'a self, code: &'a str) -> Answer<'a, CodeSession> {
        Box::pin(self.code_session(code))
    }

    fn phone_number<'a>(&'a self, code: &'a str) -> Answer<'a, String> {
        Box::pin(self.number(code))
    }
}
