//! Encrypted user data: what `wx.getUserInfo({ withCredentials: true })` gives a client to pass on.

use crate::crypto::{self, DecryptError};
use crate::request::{HeaderFault, header_text};
use crate::users::UserInfo;
use axum::http::HeaderMap;
use serde::Deserialize;

const MAX_DATA_BYTES: usize = 16 * 1024;
const MAX_IV_BYTES: usize = 64;
const MAX_TEXT_CHARS: usize = 128;
/// Longest avatar address that is stored.
pub const MAX_URL_CHARS: usize = 1024;

/// The two headers that carry user data.
pub struct EncryptedUserData {
    data: String,
    iv: String,
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
}

impl EncryptedUserData {
    /// Reads the headers; `None` if the request brings no user data. The error says what is wrong.
    pub fn from_headers(headers: &HeaderMap) -> Result<Option<Self>, String> {
        let read = |name: &str, max_bytes| {
            header_text(headers, name, max_bytes).map_err(|fault: HeaderFault| fault.message(name))
        };
        match (read("X-WX-Encrypted-Data", MAX_DATA_BYTES)?, read("X-WX-IV", MAX_IV_BYTES)?) {
            (Some(data), Some(iv)) => Ok(Some(Self { data: data.to_owned(), iv: iv.to_owned() })),
            (None, None) => Ok(None),
            (Some(_), None) => {
                Err("请求头中有 X-WX-Encrypted-Data 却缺少 X-WX-IV，两者须同时提供".to_owned())
            }
            (None, Some(_)) => {
                Err("请求头中有 X-WX-IV 却缺少 X-WX-Encrypted-Data，两者须同时提供".to_owned())
            }
        }
    }

    /// Decrypts, and checks that the data was made for this app and this user. The error says what is wrong.
    pub fn open(&self, session_key: &str, appid: &str, openid: &str) -> Result<UserInfo, String> {
        let plain = crypto::decrypt(session_key, &self.iv, &self.data).map_err(|error| match error {
            DecryptError::NotBase64 => "用户数据解密失败：encryptedData 或 iv 不是 base64",
            DecryptError::WrongLength => "用户数据解密失败：iv 的长度不对",
            DecryptError::WrongKey => STALE,
        })?;
        // One wrong key in 256 yields a valid padding, and then noise instead of JSON.
        let value: serde_json::Value = serde_json::from_slice(&plain).map_err(|_| STALE)?;
        let decrypted: Decrypted = serde_json::from_value(value)
            .map_err(|_| "用户数据缺少 watermark，或有类型不对的字段".to_owned())?;
        if decrypted.watermark.appid != appid {
            return Err("用户数据的水印不属于本小程序（watermark.appid 不符）".to_owned());
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
