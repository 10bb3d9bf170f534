//! Encrypted user data: what `wx.getUserInfo({ withCredentials: true })` gives a client to pass on.

use crate::clock::Clock;
use crate::crypto::{self, DecryptError};
use crate::store::UserInfo;
use serde::Deserialize;

const MAX_TEXT_CHARS: usize = 128;
/// Longest avatar address that is stored.
pub const MAX_URL_CHARS: usize = 1024;

/// User data as the client got it.
pub struct EncryptedUserData {
    /// `encryptedData`.
    pub data: String,
    /// `iv`.
    pub iv: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Decrypted {
    #[serde(flatten)]
    info: UserInfo,
    open_id: Option<String>,
    watermark: Watermark,
}

#[derive(Deserialize)]
struct Watermark {
    appid: String,
    /// Seconds since 1970.
    timestamp: i64,
}

impl EncryptedUserData {
    /// Decrypts the data. Checks that it was made for this app and this user, and at most `max_age_ms` ago, so that
    /// nobody can bring data again that they kept. The error says what is wrong.
    pub fn open(
        &self,
        session_key: &str,
        appid: &str,
        openid: &str,
        clock: &Clock,
        max_age_ms: i64,
    ) -> Result<UserInfo, String> {
        let plain = crypto::decrypt(session_key, &self.iv, &self.data).map_err(|error| match error {
            DecryptError::NotBase64 => "用户数据解密失败：encryptedData 或 iv 不是 base64",
            DecryptError::WrongLength => "用户数据解密失败：iv 的长度不对",
            DecryptError::WrongKey => STALE,
        })?;
        // One wrong key in 256 gives a valid padding by chance, and noise instead of JSON.
        let value: serde_json::Value = serde_json::from_slice(&plain).map_err(|_| STALE)?;
        let decrypted: Decrypted = serde_json::from_value(value)
            .map_err(|_| "用户数据缺少 watermark，或有类型不对的字段".to_owned())?;
        if decrypted.watermark.appid != appid {
            return Err("用户数据的水印不属于本小程序（watermark.appid 不符）".to_owned());
        }
        let age_ms = clock.now_ms().saturating_sub(decrypted.watermark.timestamp.saturating_mul(1000));
        // Clocks differ: data from the near future is as good as data from the near past.
        if age_ms.saturating_abs() > max_age_ms {
            return Err(
                "用户数据已过时（watermark.timestamp 太早或太晚），请重新获取 encryptedData".to_owned()
            );
        }
        if decrypted.open_id.is_some_and(|open_id| open_id != openid) {
            return Err("用户数据不属于当前登录的用户".to_owned());
        }
        let info = decrypted.info;
        let texts = [&info.nick_name, &info.language, &info.city, &info.province, &info.country];
        if texts.iter().any(|text| text.chars().count() > MAX_TEXT_CHARS)
            || info.avatar_url.chars().count() > MAX_URL_CHARS
        {
            return Err("用户数据中有过长的字段".to_owned());
        }
        Ok(info)
    }
}

const STALE: &str = "用户数据解密失败：数据不是用当前的 session_key 加密的，请重新登录后再获取 encryptedData";
