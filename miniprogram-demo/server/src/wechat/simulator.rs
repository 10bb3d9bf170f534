//! A WeChat of our own for development and tests: users who need no phone, with the rules of the real one.
//!
//! Codes live five minutes and work once, in the app they were made for; a new login code rotates the
//! user's session_key; user data is AES-128-CBC under the current key. Its memory is in the database, so
//! that a restart of the server changes nothing for WeChat, as in life.

use super::{CodeSession, WeChatError};
use crate::clock::Clock;
use crate::crypto;
use crate::database::{Database, DatabaseError};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rusqlite::{OptionalExtension, params};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// The user whom development endpoints mean unless they name another.
pub const DEFAULT_USER: &str = "demo";

/// What `wx.login` of WeChat DevTools answers each time where a project has no appid of its own (`touristappid`).
const TOURIST_CODE: &str = "the code is a mock one";

const CODE_LIFE_MS: i64 = 5 * 60 * 1000;
const ERRCODE_INVALID_CODE: i64 = 40029;
const ERRCODE_CODE_USED: i64 = 40163;

/// What `wx.getUserInfo({ withCredentials: true })` answers.
pub struct SimulatedUserInfo {
    /// The profile.
    pub user_info: Value,
    /// The profile as the text that was signed.
    pub raw_data: String,
    /// sha1(rawData + session_key).
    pub signature: String,
    /// Profile, openId and watermark, encrypted.
    pub encrypted_data: String,
    /// Initialisation vector of the encryption.
    pub iv: String,
}

/// The simulated WeChat.
#[derive(Clone)]
pub struct Simulator {
    appid: String,
    database: Database,
    clock: Arc<Clock>,
}

impl Simulator {
    /// A WeChat that knows the app `appid`.
    pub fn new(appid: &str, database: Database, clock: Arc<Clock>) -> Self {
        Self { appid: appid.to_owned(), database, clock }
    }

    pub(super) fn appid(&self) -> &str {
        &self.appid
    }

    /// openid of `user` in the server's own app: stable, different in each app.
    pub fn openid(&self, user: &str) -> String {
        openid(&self.appid, user)
    }

    /// `wx.login`: a fresh code, and with it a fresh session_key for the user.
    pub async fn login_code(&self, user: &str, appid: Option<&str>) -> Result<String, DatabaseError> {
        let (user, appid) = (user.to_owned(), appid.unwrap_or(&self.appid).to_owned());
        let now_ms = self.clock.now_ms();
        self.database
            .transaction(move |connection| {
                connection.execute(
                    "INSERT OR REPLACE INTO simulator_users (appid, name, session_key, valid) VALUES (?1, ?2, ?3, 1)",
                    params![appid, user, crypto::random_key()],
                )?;
                issue_code(connection, Kind::Login, &appid, &user, now_ms)
            })
            .await
    }

    /// The code that the phone number button gives.
    pub async fn phone_code(&self, user: &str) -> Result<String, DatabaseError> {
        let (user, appid, now_ms) = (user.to_owned(), self.appid.clone(), self.clock.now_ms());
        self.database
            .transaction(move |connection| issue_code(connection, Kind::Phone, &appid, &user, now_ms))
            .await
    }

    /// `wx.checkSession`: whether the session_key of the user's last code still holds.
    pub async fn session_key_is_valid(&self, user: &str) -> Result<bool, DatabaseError> {
        let (user, appid) = (user.to_owned(), self.appid.clone());
        self.database
            .transaction(move |connection| {
                connection.query_row(
                    "SELECT EXISTS (SELECT 1 FROM simulator_users WHERE appid = ?1 AND name = ?2 AND valid)",
                    params![appid, user],
                    |row| row.get(0),
                )
            })
            .await
    }

    /// WeChat drops the user's session_key. What it encrypts from now on, no server can read until the next login.
    pub async fn expire_session_key(&self, user: &str) -> Result<(), DatabaseError> {
        let (user, appid) = (user.to_owned(), self.appid.clone());
        self.database
            .transaction(move |connection| {
                connection.execute(
                    "UPDATE simulator_users SET session_key = ?3, valid = 0 WHERE appid = ?1 AND name = ?2",
                    params![appid, user, crypto::random_key()],
                )
            })
            .await
            .map(drop)
    }

    /// `wx.getUserInfo` under the user's current session_key; `None` if the user never logged in.
    /// `changes` replaces fields of the profile; `appid` makes data of another app.
    pub async fn user_info(
        &self,
        user: &str,
        changes: Map<String, Value>,
        appid: Option<&str>,
    ) -> Result<Option<SimulatedUserInfo>, DatabaseError> {
        let (name, app) = (user.to_owned(), self.appid.clone());
        let session_key: Option<String> = self
            .database
            .transaction(move |connection| {
                connection
                    .query_row(
                        "SELECT session_key FROM simulator_users WHERE appid = ?1 AND name = ?2",
                        params![app, name],
                        |row| row.get(0),
                    )
                    .optional()
            })
            .await?;
        let Some(session_key) = session_key else { return Ok(None) };
        let mut profile = profile(user);
        profile.extend(changes);
        let user_info = Value::Object(profile.clone());
        let raw_data = user_info.to_string();
        profile.insert("openId".to_owned(), json!(self.openid(user)));
        profile.insert(
            "watermark".to_owned(),
            json!({ "appid": appid.unwrap_or(&self.appid), "timestamp": self.clock.now_ms() / 1000 }),
        );
        let iv = crypto::random_key();
        let encrypted_data =
            crypto::encrypt(&session_key, &iv, Value::Object(profile).to_string().as_bytes())
                .expect("key and iv of the simulator are 16 bytes in base64");
        let signature = crypto::signature(&raw_data, &session_key);
        Ok(Some(SimulatedUserInfo { user_info, raw_data, signature, encrypted_data, iv }))
    }

    /// The code of a tourist in DevTools, who has no other, is one of the default user's, as good as new each time.
    pub(super) async fn exchange_code(&self, code: &str) -> Result<CodeSession, WeChatError> {
        let tourists =
            if code == TOURIST_CODE { Some(self.login_code(DEFAULT_USER, None).await?) } else { None };
        let name = self.redeem(Kind::Login, tourists.as_deref().unwrap_or(code)).await?;
        let (appid, user) = (self.appid.clone(), name.clone());
        let session_key = self
            .database
            .transaction(move |connection| {
                connection.query_row(
                    "SELECT session_key FROM simulator_users WHERE appid = ?1 AND name = ?2",
                    params![appid, user],
                    |row| row.get(0),
                )
            })
            .await?;
        Ok(CodeSession { openid: self.openid(&name), session_key })
    }

    pub(super) async fn phone_number(&self, code: &str) -> Result<String, WeChatError> {
        let name = self.redeem(Kind::Phone, code).await?;
        Ok(phone_number(&name))
    }

    /// Uses a code up and answers whose it was.
    async fn redeem(&self, kind: Kind, code: &str) -> Result<String, WeChatError> {
        let (code, appid) = (code.to_owned(), self.appid.clone());
        let oldest_ms = self.clock.now_ms().saturating_sub(CODE_LIFE_MS);
        let found: Option<(String, bool)> = self
            .database
            .transaction(move |connection| {
                let found = connection
                    .query_row(
                        "SELECT name, used FROM simulator_codes
                         WHERE code = ?1 AND kind = ?2 AND appid = ?3 AND issued_at > ?4",
                        params![code, kind.name(), appid, oldest_ms],
                        |row| Ok((row.get(0)?, row.get(1)?)),
                    )
                    .optional()?;
                connection.execute(
                    "UPDATE simulator_codes SET used = 1 WHERE code = ?1 AND kind = ?2",
                    params![code, kind.name()],
                )?;
                Ok(found)
            })
            .await?;
        match found {
            Some((name, false)) => Ok(name),
            Some((_, true)) => Err(WeChatError::Refused { errcode: ERRCODE_CODE_USED }),
            None => Err(WeChatError::Refused { errcode: ERRCODE_INVALID_CODE }),
        }
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Login,
    Phone,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Phone => "phone",
        }
    }
}

fn issue_code(
    connection: &rusqlite::Connection,
    kind: Kind,
    appid: &str,
    user: &str,
    now_ms: i64,
) -> rusqlite::Result<String> {
    connection.execute(
        "DELETE FROM simulator_codes WHERE issued_at <= ?1",
        [now_ms.saturating_sub(CODE_LIFE_MS)],
    )?;
    let code = crypto::random_hex::<16>();
    connection.execute(
        "INSERT INTO simulator_codes (code, kind, appid, name, issued_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![code, kind.name(), appid, user, now_ms],
    )?;
    Ok(code)
}

/// 28 characters that begin with an `o`, as WeChat's do.
fn openid(appid: &str, user: &str) -> String {
    let digest = Sha256::new().chain_update(appid).chain_update([0]).chain_update(user).finalize();
    let mut openid = format!("o{}", URL_SAFE_NO_PAD.encode(digest));
    openid.truncate(28);
    openid
}

/// What WeChat knows of the user, apart from the avatar, which the caller of `user_info` names.
fn profile(user: &str) -> Map<String, Value> {
    let nick_name =
        if user == DEFAULT_USER { "演示用户".to_owned() } else { format!("演示用户 {user}") };
    let mut profile = Map::new();
    profile.insert("nickName".to_owned(), json!(nick_name));
    profile.insert("avatarUrl".to_owned(), json!(""));
    profile.insert("gender".to_owned(), json!(0));
    profile.insert("language".to_owned(), json!("zh_CN"));
    for unknown in ["city", "province", "country"] {
        profile.insert(unknown.to_owned(), json!(""));
    }
    profile
}

/// A made-up number, stable for each user.
fn phone_number(user: &str) -> String {
    let digest = Sha256::digest(user);
    let number = u32::from_be_bytes([0, digest[0], digest[1], digest[2]]) % 10_000;
    format!("1700000{number:04}")
}
