//! The command line.

use crate::app::LoginMode;
use crate::clock::Clock;
use crate::protocol::Protocol;
use crate::server::{ServerOptions, WeChatChoice};
use crate::sessions::SessionsPerUser;
use clap::Parser;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

/// AppID that the simulator knows unless told another.
const SIMULATED_APPID: &str = "wx0000000000000000";

/// Session server for Wafer and Wafer2 clients. Without --appid and --secret it simulates WeChat.
#[derive(Parser)]
#[command(name = "wafer-session-server", version)]
pub struct Args {
    /// Address to listen on; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// SQLite file, created when missing; avatars are kept in FILE.avatars
    #[arg(long, value_name = "FILE", default_value = "wafer-session-server.sqlite")]
    database: PathBuf,
    /// AppID of the mini-program; with --secret, logins go to WeChat itself
    #[arg(long, env = "WX_APPID")]
    appid: Option<String>,
    /// AppSecret of the mini-program; better given by the environment, where other users do not see it
    #[arg(long, env = "WX_SECRET", hide_env_values = true, requires = "appid")]
    secret: Option<String>,
    /// WeChat's server API, or a proxy of it
    #[arg(long, value_name = "URL", default_value = "https://api.weixin.qq.com")]
    wechat_api: String,
    /// Family of clients to speak to
    #[arg(long, value_enum, default_value = "wafer")]
    protocol: Protocol,
    /// Whether a login ends the user's older sessions
    #[arg(long, value_enum, default_value = "one")]
    sessions_per_user: SessionsPerUser,
    /// Life of a session from its login on [default: 30 days, wafer2: 7200]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..))]
    session_ttl: Option<u32>,
    /// What a login must carry
    #[arg(long, value_enum, default_value = "code")]
    login_mode: LoginMode,
    /// Address that clients reach this server under, scheme included [default: what they ask for]
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// Folder of a page to serve at /
    #[arg(long = "static", value_name = "DIR")]
    static_files: Option<PathBuf>,
}

impl Args {
    /// What the server is to do.
    pub fn into_options(self) -> ServerOptions {
        let wechat = match (self.appid, self.secret) {
            (Some(appid), Some(secret)) => WeChatChoice::Real { base_url: self.wechat_api, appid, secret },
            (appid, _) => {
                WeChatChoice::Simulator { appid: appid.unwrap_or_else(|| SIMULATED_APPID.to_owned()) }
            }
        };
        ServerOptions {
            listen: self.listen,
            database: self.database,
            wechat,
            protocol: self.protocol,
            login_mode: self.login_mode,
            sessions_per_user: self.sessions_per_user,
            session_ttl_s: self.session_ttl,
            public_url: self.public_url,
            static_files: self.static_files,
            clock: Arc::new(Clock::system()),
        }
    }
}
