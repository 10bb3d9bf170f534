//! A simulated WeChat for development and tests: its users need no phone, and its rules are those of the real one.
//!
//! Codes live five minutes and work once, in the app they were made for; a new login code rotates the user's
//! session_key; user data is AES-128-CBC under the current key. The memory is a file: the real WeChat forgets nothing
//! when a server restarts.

use crate::memory::{Kind, Memory, MemoryError};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use wafer_session_server::clock::Clock;
use wafer_session_server::crypto;
use wafer_session_server::wechat::{Answer, CodeSession, WeChat, WeChatError};

/// The default user of the development endpoints.
pub const DEFAULT_USER: &str = "demo";

/// The code that `wx.login` of WeChat DevTools always gives if the project has no appid of its own (`touristappid`).
pub const TOURIST_CODE: &str = "the code is a mock one";

const CODE_LIFE_MS: i64 = 5 * 60 * 1000;
const ERRCODE_INVALID_CODE: i64 = 40029;
const ERRCODE_CODE_USED: i64 = 40163;

/// What `wx.getUserInfo({ withCredentials: true })` answers.
pub struct SimulatedUserInfo {
    /// The profile.
    pub user_info: Value,
    /// The profile as the text under the signature.
    pub raw_data: String,
    /// sha1(rawData + session_key).
    pub signature: String,
    /// Profile, openId and watermark, encrypted.
    pub encrypted_data: String,
    /// Initialisation vector of the encryption.
    pub iv: String,
}

/// The simulated WeChat.
pub struct SimulatedWeChat {
    appid: String,
    memory: Memory,
    clock: Arc<Clock>,
    exchanges: AtomicU64,
}

impl SimulatedWeChat {
    /// A WeChat that knows the app `appid`.
    pub fn new(appid: &str, memory: Memory, clock: Arc<Clock>) -> Self {
        Self { appid: appid.to_owned(), memory, clock, exchanges: AtomicU64::new(0) }
    }

    /// How often jscode2session was asked since the last reset.
    pub fn exchanges(&self) -> u64 {
        self.exchanges.load(Ordering::SeqCst)
    }

    /// Sets the count back to zero.
    pub fn reset_exchanges(&self) {
        self.exchanges.store(0, Ordering::SeqCst);
    }

    /// openid of `user` in the server's own app: always the same, and another one in each app.
    pub fn openid(&self, user: &str) -> String {
        openid(&self.appid, user)
    }

    /// `wx.login`: a fresh code, and with it a fresh session_key for the user.
    pub fn login_code(&self, user: &str, appid: Option<&str>) -> Result<String, MemoryError> {
        let appid = appid.unwrap_or(&self.appid);
        self.memory.set_session_key(appid, user, &crypto::random_key(), true)?;
        self.issue_code(Kind::Login, appid, user)
    }

    /// The code that the phone number button gives.
    pub fn phone_code(&self, user: &str) -> Result<String, MemoryError> {
        self.issue_code(Kind::Phone, &self.appid, user)
    }

    /// `wx.checkSession`: whether the session_key of the user's last code still holds.
    pub fn session_key_is_valid(&self, user: &str) -> Result<bool, MemoryError> {
        Ok(self.memory.session_key(&self.appid, user)?.is_some_and(|(_, valid)| valid))
    }

    /// Drops the user's session_key. No server can read what WeChat encrypts from now on, until the next login.
    pub fn expire_session_key(&self, user: &str) -> Result<(), MemoryError> {
        if self.memory.session_key(&self.appid, user)?.is_some() {
            self.memory.set_session_key(&self.appid, user, &crypto::random_key(), false)?;
        }
        Ok(())
    }

    /// `wx.getUserInfo` under the user's current session_key; `None` if the user never logged in. `changes` replaces
    /// fields of the profile; `appid` makes the data look like that of another app.
    pub fn user_info(
        &self,
        user: &str,
        changes: Map<String, Value>,
        appid: Option<&str>,
    ) -> Result<Option<SimulatedUserInfo>, MemoryError> {
        let Some((session_key, _)) = self.memory.session_key(&self.appid, user)? else { return Ok(None) };
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

    fn issue_code(&self, kind: Kind, appid: &str, user: &str) -> Result<String, MemoryError> {
        let (code, now_ms) = (crypto::random_hex::<16>(), self.clock.now_ms());
        self.memory.add_code(&code, kind, appid, user, now_ms, now_ms.saturating_sub(CODE_LIFE_MS))?;
        Ok(code)
    }

    fn code_session(&self, code: &str) -> Result<CodeSession, WeChatError> {
        self.exchanges.fetch_add(1, Ordering::SeqCst);
        let name = self.redeem(Kind::Login, code)?;
        let (session_key, _) = self
            .memory
            .session_key(&self.appid, &name)?
            .ok_or(WeChatError::Refused { errcode: ERRCODE_INVALID_CODE })?;
        Ok(CodeSession { openid: self.openid(&name), session_key, unionid: None })
    }

    /// Uses a code up and answers its user.
    fn redeem(&self, kind: Kind, code: &str) -> Result<String, WeChatError> {
        let oldest_ms = self.clock.now_ms().saturating_sub(CODE_LIFE_MS);
        match self.memory.use_code(code, kind, &self.appid, oldest_ms)? {
            Some((name, false)) => Ok(name),
            Some((_, true)) => Err(WeChatError::Refused { errcode: ERRCODE_CODE_USED }),
            None => Err(WeChatError::Refused { errcode: ERRCODE_INVALID_CODE }),
        }
    }
}

impl WeChat for SimulatedWeChat {
    fn appid(&self) -> &str {
        &self.appid
    }

    fn exchange_code<'a>(&'a self, code: &'a str) -> Answer<'a, CodeSession> {
        Box::pin(async { self.code_session(code) })
    }

    fn phone_number<'a>(&'a self, code: &'a str) -> Answer<'a, String> {
        Box::pin(async { self.redeem(Kind::Phone, code).map(|name| phone_number(&name)) })
    }
}

/// 28 characters that begin with an `o`, as WeChat's do.
fn openid(appid: &str, user: &str) -> String {
    let digest = Sha256::new().chain_update(appid).chain_update([0]).chain_update(user).finalize();
    let mut openid = format!("o{}", URL_SAFE_NO_PAD.encode(digest));
    openid.truncate(28);
    openid
}

/// The profile of the user, apart from the avatar, which the caller of `user_info` names.
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
