//! The session server with a simulated WeChat behind it and development endpoints around it. The demo and the tests
//! start it. The server itself is the one of production; everything here is added from outside.
//!
//! A request passes these layers, from the outside in: the records ([`records`]), the faults that a test asked for
//! ([`faults`]), the refusals on request ([`development`]), and then the server. `/dev/…` ([`dev`]) lies beside them.

pub mod dev;
pub mod development;
pub mod families;
pub mod faults;
pub mod memory;
pub mod records;
pub mod wechat;

use crate::development::Development;
use crate::memory::{Memory, MemoryError};
use crate::wechat::SimulatedWeChat;
use axum::extract::Request;
use axum::middleware::{from_fn, from_fn_with_state};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use tower::ServiceExt;
use wafer_session_server::clock::Clock;
use wafer_session_server::config::{ConfigError, LogLevel, Settings};
use wafer_session_server::http::linger::linger;
use wafer_session_server::http::log::observe;
use wafer_session_server::protocol::spell;
use wafer_session_server::server::{RunningServer, Server, StartError};
use wafer_session_server::store::{Location, Mode};

/// The default AppID of the simulator.
pub const SIMULATED_APPID: &str = "wx0000000000000000";

const PICTURES: &[(&str, &str)] = &[("simulated.svg", include_str!("../assets/simulated-avatar.svg"))];

/// Why the simulator does not start.
#[derive(Debug, thiserror::Error)]
pub enum SimulatorError {
    /// The settings.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The server.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The file of the simulated WeChat cannot be used.
    #[error("无法使用 {0}：{1}。请检查 --database 的路径和权限")]
    Memory(PathBuf, #[source] MemoryError),
    /// The address could be reached from other machines.
    #[error("模拟的微信只能在本机使用，不能监听 {0}。请用 127.0.0.1 或 [::1]")]
    NotLoopback(SocketAddr),
    /// There is an AppSecret, which a simulator does not need.
    #[error("wafer-simulator 模拟微信，不需要 AppSecret；要连接真实的微信，请用 wafer-session-server")]
    Secret,
}

/// Starts a server around which WeChat is simulated.
pub async fn start(settings: &Settings, clock: Arc<Clock>) -> Result<RunningServer, SimulatorError> {
    if !settings.listen.ip().is_loopback() {
        return Err(SimulatorError::NotLoopback(settings.listen));
    }
    if settings.secret.is_some() {
        return Err(SimulatorError::Secret);
    }
    let mut file = match settings.location() {
        Location::Sqlite(file) => file.into_os_string(),
        Location::Postgres(_) => settings.avatars_folder()?.into_os_string(),
    };
    file.push(".wechat");
    let file = PathBuf::from(file);
    let memory = Memory::open(&file).map_err(|error| SimulatorError::Memory(file, error))?;
    let appid = settings.appid.as_deref().unwrap_or(SIMULATED_APPID);
    let wechat = Arc::new(SimulatedWeChat::new(appid, memory, Arc::clone(&clock)));

    let mut options = settings.options(Mode::Simulator, vec![Arc::clone(&wechat) as _], clock)?;
    options.own_pictures = PICTURES;
    let server = Server::prepare(options).await?;
    let development = Arc::new(Development::new(Arc::clone(server.app()), wechat));
    let controls = dev::routes(Arc::clone(&development))
        .layer(from_fn_with_state(settings.protocol, spell))
        .layer(from_fn(observe));
    let state = || Arc::clone(&development);
    let recording = (Arc::clone(&development.records), Arc::clone(&development.app.clock));
    let families = families::BY_PREFIX;
    let routes = families
        .into_iter()
        .fold(server.router(), |routes, (prefix, protocol)| routes.nest(prefix, server.api(protocol)));
    let router = controls
        .merge(routes)
        .layer(from_fn_with_state(state(), development::refuse_sessions))
        .layer(from_fn_with_state(state(), development::welcome_tourists))
        .layer(from_fn_with_state(Arc::clone(&development.faults), faults::inject))
        .layer(from_fn_with_state(recording, records::record))
        .layer(from_fn(linger));
    Ok(server.start(ServiceExt::<Request>::map_result(router, faults::cut)))
}

/// Settings for a simulator: its users' data is made up and need not be encrypted, tests may log in as often as they
/// like, and every request is logged.
pub fn simulated(settings: Settings) -> Settings {
    Settings { unencrypted: true, login_rate: 0, log_level: LogLevel::Debug, ..settings }
}
