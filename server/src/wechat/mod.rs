//! WeChat's side of a login.

#[cfg(feature = "production")]
mod client;
mod user_data;

#[cfg(feature = "production")]
pub use client::{ClientOptions, WeChatClient};
pub use user_data::{EncryptedUserData, MAX_URL_CHARS};

use std::pin::Pin;

/// An answer that WeChat will give.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, WeChatError>> + Send + 'a>>;

/// WeChat itself or a simulator of it, for one app.
pub trait WeChat: Send + Sync {
    /// The AppID; the watermark of user data must have the same.
    fn appid(&self) -> &str;

    /// `jscode2session`: exchanges a login code.
    fn exchange_code<'a>(&'a self, code: &'a str) -> Answer<'a, CodeSession>;

    /// `getuserphonenumber`: exchanges the code of the phone number button.
    fn phone_number<'a>(&'a self, code: &'a str) -> Answer<'a, String>;
}

/// What a login code is exchanged for.
pub struct CodeSession {
    /// WeChat's id of the user in this app.
    pub openid: String,
    /// What WeChat encrypts the user's data with from now on.
    pub session_key: String,
    /// WeChat's id of the user in all apps of their owner, where the app is tied to an open platform account.
    pub unionid: Option<String>,
}

/// Why WeChat gave no result.
#[derive(Debug, thiserror::Error)]
pub enum WeChatError {
    /// WeChat answered with an error code, such as 40029 for an invalid code.
    #[error("errcode {errcode}")]
    Refused {
        /// WeChat's `errcode`.
        errcode: i64,
    },
    /// WeChat could not be asked, or its answer made no sense. The text names no secret.
    #[error("{0}")]
    Unreachable(String),
}

impl WeChatError {
    /// The code that WeChat gives for a code that was used before.
    pub const CODE_USED: Self = Self::Refused { errcode: 40163 };

    /// What happened and what to do, for the person in front of the client.
    pub fn message(&self) -> String {
        match self {
            Self::Refused { errcode } => {
                let reason = match errcode {
                    40029 => "code 无效或已过期，请重新登录",
                    40163 => "code 已被使用过，每个 code 只能用一次，请重新登录",
                    40013 => "AppID 不正确，请检查服务器配置",
                    40125 => "AppSecret 不正确，请检查服务器配置",
                    45011 => "登录过于频繁，请稍后再试",
                    -1 => "微信服务器繁忙，请稍后再试",
                    _ => "微信拒绝了请求",
                };
                format!("{reason}（errcode {errcode}）")
            }
            Self::Unreachable(_) => "无法连接微信服务器，请稍后再试".to_owned(),
        }
    }
}
