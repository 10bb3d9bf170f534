//! A wafer session server for one user: WeChat's codes and session_keys, one valid skey at a time.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Tree, json};
use wafer_client_wasm::core::{Value, Word};

use crate::json::Json;

/// How the server speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// wafer v1: the login answer has no user info.
    Wafer,
    /// The code-only fork's servers: the session carries the user info.
    Fork,
    /// wafer2.
    Wafer2,
    /// A Bearer-token backend of the developer's own; the host's custom protocol has read the answers.
    Bearer,
}

/// A request as the server saw it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Its whole URL.
    pub url: String,
    /// Its headers.
    pub header: Json,
}

impl Seen {
    /// The skey that came with it, or an empty text.
    pub fn skey(&self) -> String {
        self.header.text(Word::HeaderSkey)
    }
}

/// The server, and WeChat behind it.
#[derive(Debug)]
pub struct Server {
    /// How it speaks.
    pub dialect: Dialect,
    /// Whether it insists on user data at login.
    pub wants_user_info: bool,
    /// Whether it refuses every session, however fresh.
    pub always_expired: bool,
    /// Whether its backend for authentication is down.
    pub cannot_check: bool,
    /// Every request that arrived.
    pub seen: Vec<Seen>,
    /// Every skey that it refused as expired.
    pub refused: BTreeSet<String>,
    /// Requests with encrypted data that the session's session_key did not open.
    pub undecryptable: usize,
    codes_issued: u32,
    codes_used: BTreeSet<u32>,
    /// The valid skey, and the number of its session_key.
    sessions: BTreeMap<String, u32>,
}

impl Server {
    pub fn new(dialect: Dialect) -> Self {
        Server {
            dialect,
            wants_user_info: false,
            always_expired: false,
            cannot_check: false,
            seen: Vec::new(),
            refused: BTreeSet::new(),
            undecryptable: 0,
            codes_issued: 0,
            codes_used: BTreeSet::new(),
            sessions: BTreeMap::new(),
        }
    }

    /// WeChat's `wx.login`: a new code, and with it a new session_key of the same number.
    pub fn issue_code(&mut self) -> String {
        self.codes_issued += 1;
        format!("code-{}", self.codes_issued)
    }

    /// WeChat's `wx.getUserInfo`: data encrypted under the session_key of now.
    pub fn user_data(&self) -> Tree {
        json!({
            "userInfo": { "nickName": "微信用户" },
            "encryptedData": format!("under-key-{}", self.codes_issued),
            "iv": "iv"
        })
    }

    /// Makes a session that the server accepts, as an earlier launch of the app left it.
    pub fn accept(&mut self, skey: &str) {
        self.sessions.insert(skey.to_owned(), self.codes_issued);
    }

    /// Forgets one session.
    pub fn expire(&mut self, skey: &str) {
        self.sessions.remove(skey);
    }

    /// Forgets every session.
    pub fn expire_all(&mut self) {
        self.sessions.clear();
    }

    /// Answers a request: HTTP status and body.
    pub fn answer(&mut self, url: &str, header: &Json) -> (u32, Tree) {
        self.seen.push(Seen { url: url.to_owned(), header: header.clone() });
        if url.ends_with("/login") {
            return self.login(header);
        }
        let protected = ["https://api.example.com/user", "https://cdn.example.com/user"];
        if !protected.iter().any(|beginning| url.starts_with(beginning)) {
            return (200, json!({ "public": true }));
        }
        let skey = header.text(Word::HeaderSkey);
        if skey.is_empty() || self.cannot_check {
            return self.refusal("ERR_CHECK_LOGIN_FAILED");
        }
        let session_key = self.sessions.get(&skey).copied();
        match session_key {
            Some(number) if !self.always_expired => self.user(number, header),
            _ => {
                self.refused.insert(skey);
                self.refusal(match self.dialect {
                    Dialect::Wafer | Dialect::Fork | Dialect::Bearer => "ERR_INVALID_SESSION",
                    Dialect::Wafer2 => "ERR_SKEY_INVALID",
                })
            }
        }
    }

    fn user(&mut self, session_key: u32, header: &Json) -> (u32, Tree) {
        let data = header.text(Word::HeaderEncryptedData);
        if !data.is_empty() && data != format!("under-key-{session_key}") {
            self.undecryptable += 1;
            return (200, json!({ "error": "undecryptable" }));
        }
        (200, json!({ "user": 1 }))
    }

    fn login(&mut self, header: &Json) -> (u32, Tree) {
        let code = header.text(Word::HeaderCode);
        let number = code.strip_prefix("code-").and_then(|number| number.parse().ok()).unwrap_or_default();
        let data = header.text(Word::HeaderEncryptedData);
        let good_code = (1..=self.codes_issued).contains(&number) && self.codes_used.insert(number);
        let good_data = !self.wants_user_info || data == format!("under-key-{number}");
        if !good_code || !good_data {
            return self.refusal("ERR_LOGIN_FAILED");
        }
        let skey = format!("skey-{number}");
        self.sessions.clear();
        self.sessions.insert(skey.clone(), number);
        let body = match self.dialect {
            Dialect::Wafer => json!({ Word::Magic.text(): 1, "session": { "id": "id", "skey": skey } }),
            Dialect::Fork => json!({
                Word::Magic.text(): 1,
                "session": { "id": "id", "skey": skey, "userInfo": { "nickName": "新用户" } }
            }),
            Dialect::Wafer2 => json!({
                "code": 0,
                "data": { "skey": skey, "userinfo": { "nickName": "新用户" }, "time": 1 }
            }),
            Dialect::Bearer => json!({
                "skey": skey, "session": { "token": skey },
                "data": { "X-WX-Skey": skey, "Authorization": "Bearer" }, "userInfo": { "name": "user" }
            }),
        };
        (200, body)
    }

    fn refusal(&self, error: &str) -> (u32, Tree) {
        let body = match self.dialect {
            Dialect::Wafer | Dialect::Fork => {
                json!({ Word::Magic.text(): 1, "error": error, "message": "refused" })
            }
            Dialect::Wafer2 => json!({ "code": -1, "error": error }),
            Dialect::Bearer if error == "ERR_INVALID_SESSION" => json!(-1),
            Dialect::Bearer => json!({ "problem": error }),
        };
        (200, body)
    }
}

impl Json {
    /// The text of a field, or an empty text.
    pub fn text(&self, name: Word) -> String {
        self.field(name).0.as_str().unwrap_or_default().to_owned()
    }
}
