//! What all requests share.

use crate::clock::Clock;
use crate::database::Database;
use crate::development::Development;
use crate::protocol::Protocol;
use crate::sessions::SessionsPerUser;
use crate::tunnel::Tunnels;
use crate::wechat::WeChat;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

/// Which login headers a login must carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LoginMode {
    /// The code is enough.
    Code,
    /// Code, encrypted data and iv, as the classic SDKs insist.
    #[value(name = "code+userInfo")]
    CodeAndUserInfo,
}

/// State of a running server.
pub struct App {
    /// Whose bodies are spoken.
    pub protocol: Protocol,
    /// What a login must carry.
    pub login_mode: LoginMode,
    /// One session a user or many.
    pub sessions_per_user: SessionsPerUser,
    /// Life of a session from its login on.
    pub session_ttl_ms: i64,
    /// Address that clients reach the server under, when it is not the one they name in `Host`.
    pub public_url: Option<String>,
    /// Where the server listens.
    pub address: SocketAddr,
    /// Folder of the uploaded avatars.
    pub avatars: PathBuf,
    /// Time.
    pub clock: Arc<Clock>,
    /// Users and sessions.
    pub database: Database,
    /// Who answers for WeChat.
    pub wechat: WeChat,
    /// Tunnels.
    pub tunnels: Tunnels,
    /// Records and faults; only beside the simulator.
    pub development: Option<Arc<Development>>,
}
