//! What all requests share.

use super::avatars::Avatars;
use super::limits::LoginLimits;
use super::tunnels::Tunnels;
use crate::clock::Clock;
use crate::protocol::{Protocol, Refusal};
use crate::store::{SessionLife, SessionsPerUser, Store};
use crate::wechat::WeChat;
use axum::http::{HeaderMap, header};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// The header that names the app of a login if the client is not WeChat. WeChat's own requests name it in `Referer`.
const HEADER_APPID: &str = "x-wx-appid";
/// The beginning of the `Referer` of a mini-program's requests; the AppID follows.
const REFERER: &str = "https://servicewechat.com/";

/// Which login headers a login must carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
pub enum LoginMode {
    /// The code is enough.
    #[serde(rename = "code")]
    Code,
    /// Code, encrypted data and iv, as the classic SDKs insist.
    #[value(name = "code+userInfo")]
    #[serde(rename = "code+userInfo")]
    CodeAndUserInfo,
}

/// What `X-Wafer-User` tells a backend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum AuthUser {
    /// WeChat's id of the user in the app.
    Openid,
    /// The id of the user's row.
    Id,
}

/// How the server is to behave.
#[derive(Debug, Clone)]
pub struct Behaviour {
    /// The family of clients, which decides the bodies.
    pub protocol: Protocol,
    /// What a login must carry.
    pub login_mode: LoginMode,
    /// One session a user or many.
    pub sessions_per_user: SessionsPerUser,
    /// How long sessions live.
    pub session_life: SessionLife,
    /// Encrypted user data older than this is refused.
    pub user_data_max_age_ms: i64,
    /// The address that clients use, where it differs from the one in `Host`.
    pub public_url: Option<String>,
    /// What `X-Wafer-User` tells a backend.
    pub auth_user: AuthUser,
    /// A request that takes longer is given up, its body included.
    pub request_timeout: Duration,
    /// The longest silence within a body.
    pub body_silence: Duration,
    /// Disk space below which the server says that it is not ready.
    pub min_free_bytes: u64,
}

/// State of a running server.
pub struct App {
    /// How it behaves.
    pub behaviour: Behaviour,
    /// Where it listens.
    pub address: SocketAddr,
    /// Time.
    pub clock: Arc<Clock>,
    /// Users and sessions.
    pub store: Arc<Store>,
    /// WeChat, for each app.
    pub apps: HashMap<String, Arc<dyn WeChat>>,
    /// Pictures.
    pub avatars: Avatars,
    /// Tunnels.
    pub tunnels: Tunnels,
    /// Bounds on logins.
    pub login_limits: LoginLimits,
}

impl App {
    /// WeChat for the app that a login belongs to: the only one, or the one that the request names.
    pub fn wechat_of_login(&self, headers: &HeaderMap) -> Result<&Arc<dyn WeChat>, Refusal> {
        if let (1, Some(only)) = (self.apps.len(), self.apps.values().next()) {
            return Ok(only);
        }
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let named = text(HEADER_APPID).or_else(|| {
            let rest = text(header::REFERER.as_str())?.strip_prefix(REFERER)?;
            rest.split('/').next()
        });
        named.and_then(|appid| self.apps.get(appid)).ok_or_else(|| {
            Refusal::Login("请求没有说明是哪个小程序（Referer 或 X-WX-AppId），或服务器没有配置它".to_owned())
        })
    }
}
