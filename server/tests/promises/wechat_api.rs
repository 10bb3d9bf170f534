//! A server that plays WeChat and records what it is asked.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::routing::any;
use serde_json::{Value, json};
use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex};
use tokio::sync::Barrier;

pub const SESSION_KEY: &str = "AAECAwQFBgcICQoLDA0ODw==";

/// A request to WeChat: path, query, body.
pub type Question = (String, String, String);

#[derive(Default)]
struct Play {
    asked: Mutex<Vec<Question>>,
    prepared: Mutex<VecDeque<(u16, String)>>,
    used: Mutex<HashSet<String>>,
    hangs: Mutex<bool>,
    tokens: Mutex<Option<Tokens>>,
}

/// Which access token is valid, and how many calls must have come with the one before until all of them are told.
struct Tokens {
    current: usize,
    told: Arc<Barrier>,
}

/// Gives prepared answers in their order. Once there are none left, each code works once, for the user that it names up
/// to a `-`: `anna-1` and `anna-2` are codes of anna's.
pub struct Api {
    pub url: String,
    play: Arc<Play>,
    _runtime: tokio::runtime::Runtime,
}

async fn respond(State(play): State<Arc<Play>>, request: Request) -> (StatusCode, String) {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 10_000).await.expect("a body");
    let query = parts.uri.query().unwrap_or_default().to_owned();
    let path = parts.uri.path().to_owned();
    let body = String::from_utf8(body.to_vec()).expect("text");
    play.asked.lock().expect("the questions").push((path.clone(), query.clone(), body));
    if *play.hangs.lock().expect("the switch") {
        std::future::pending::<()>().await;
    }
    if let Some(answer) = play.answer_about_tokens(&path, &query).await {
        return (StatusCode::OK, answer.to_string());
    }
    let prepared = play.prepared.lock().expect("the answers").pop_front();
    let (status, text) = prepared.unwrap_or_else(|| (200, play.answer(&path, &query).to_string()));
    (status.try_into().expect("a status"), text)
}

impl Play {
    async fn answer_about_tokens(&self, path: &str, query: &str) -> Option<Value> {
        let (current, told) = {
            let tokens = self.tokens.lock().expect("the tokens");
            let Tokens { current, told } = tokens.as_ref()?;
            (format!("token-{current}"), Arc::clone(told))
        };
        match path {
            "/cgi-bin/stable_token" => Some(json!({ "access_token": current, "expires_in": 7200 })),
            "/wxa/business/getuserphonenumber" if query == format!("access_token={current}") => {
                Some(json!({ "errcode": 0, "phone_info": { "phoneNumber": "13800000000" } }))
            }
            "/wxa/business/getuserphonenumber" => {
                told.wait().await;
                Some(json!({ "errcode": 40001 }))
            }
            _ => None,
        }
    }

    fn answer(&self, path: &str, query: &str) -> Value {
        if path != "/sns/jscode2session" {
            return json!({ "errcode": 40013 });
        }
        let parameter = |name: &str| {
            let pair = query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}=")));
            pair.unwrap_or_default().to_owned()
        };
        let code = parameter("js_code");
        if !self.used.lock().expect("the codes").insert(format!("{}/{code}", parameter("appid"))) {
            return json!({ "errcode": 40163 });
        }
        let user = code.split('-').next().unwrap_or_default();
        json!({ "openid": format!("o-{user}"), "session_key": SESSION_KEY, "unionid": format!("u-{user}") })
    }
}

impl Api {
    pub fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let play = Arc::new(Play::default());
        let router = Router::new().fallback(any(respond)).with_state(Arc::clone(&play));
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        runtime.spawn(async { axum::serve(listener, router).await });
        Self { url, play, _runtime: runtime }
    }

    pub fn will_answer(&self, answer: Value) {
        self.will_answer_with(200, &answer.to_string());
    }

    pub fn will_answer_with(&self, status: u16, text: &str) {
        self.play.prepared.lock().expect("the answers").push_back((status, text.to_owned()));
    }

    /// Leaves all requests unanswered from now on, or answers them again.
    pub fn hang(&self, on: bool) {
        *self.play.hangs.lock().expect("the switch") = on;
    }

    /// Gives out access tokens from now on, and phone numbers to those who have one.
    pub fn issue_tokens(&self) {
        self.end_tokens_for(1);
    }

    /// Ends the access token. Those who come with it are told once there are `calls` of them.
    pub fn end_tokens_for(&self, calls: usize) {
        let mut tokens = self.play.tokens.lock().expect("the tokens");
        let current = tokens.as_ref().map_or(1, |tokens| tokens.current + 1);
        *tokens = Some(Tokens { current, told: Arc::new(Barrier::new(calls)) });
    }

    pub fn asked(&self) -> Vec<Question> {
        std::mem::take(&mut *self.play.asked.lock().expect("the questions"))
    }
}
