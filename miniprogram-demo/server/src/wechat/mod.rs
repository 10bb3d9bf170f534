//! WeChat's side of a login: the real service, or a simulator that behaves like it.

mod real;
mod simulator;

pub use real::RealWeChat;
pub use simulator::{DEFAULT_USER, SimulatedUserInfo, Simulator};

use crate::database::DatabaseError;

/// What a login code is exchanged for.
pub struct CodeSession {
    /// WeChat's id of the user in this app.
    pub openid: String,
    /// What WeChat encrypts the user's data with from now on.
    pub session_key: String,
}

/// Why WeChat gave nothing.
#[derive(Debug)]
pub enum WeChatError {
    /// WeChat answered with an error code, such as 40029 for an invalid code.
    Refused {
        /// WeChat's `errcode`.
        errcode: i64,
    },
    /// WeChat could not be asked, or its answer made no sense. The text names no secret.
    Unreachable(String),
    /// The simulator's memory failed.
    Database(DatabaseError),
}

impl From<DatabaseError> for WeChatError {
    fn from(error: DatabaseError) -> Self {
        Self::Database(error)
    }
}

impl WeChatError {
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
            Self::Database(_) => "服务器内部错误，请稍后再试".to_owned(),
        }
    }
}

/// Whoever answers for WeChat.
pub enum WeChat {
    /// `api.weixin.qq.com`.
    Real(RealWeChat),
    /// The embedded simulator.
    Simulator(Simulator),
}

impl WeChat {
    /// The app that user data must be made for.
    pub fn appid(&self) -> &str {
        match self {
            Self::Real(real) => real.appid(),
            Self::Simulator(simulator) => simulator.appid(),
        }
    }

    /// `jscode2session`: exchanges a login code.
    pub async fn exchange_code(&self, code: &str) -> Result<CodeSession, WeChatError> {
        match self {
            Self::Real(real) => real.exchange_code(code).await,
            Self::Simulator(simulator) => simulator.exchange_code(code).await,
        }
    }

    /// `getuserphonenumber`: exchanges the code of the phone number button.
    pub async fn phone_number(&self, code: &str) -> Result<String, WeChatError> {
        match self {
            Self::Real(real) => real.phone_number(code).await,
            Self::Simulator(simulator) => simulator.phone_number(code).await,
        }
    }
}
