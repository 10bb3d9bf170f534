//! Starting and stopping.

use crate::app::{App, LoginMode};
use crate::clock::Clock;
use crate::connection::{CutSwitch, CuttableListener};
use crate::database::{Database, DatabaseError};
use crate::development::Development;
use crate::protocol::Protocol;
use crate::router::router;
use crate::sessions::SessionsPerUser;
use crate::tunnel::{Control, Tunnels};
use crate::wechat::{RealWeChat, Simulator, WeChat};
use std::future::IntoFuture;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// Requests in flight get this long to end when the server stops.
const STOP_GRACE: Duration = Duration::from_secs(3);

/// Who is to answer for WeChat.
pub enum WeChatChoice {
    /// WeChat itself.
    Real {
        /// `https://api.weixin.qq.com`, or a proxy of it.
        base_url: String,
        /// AppID of the mini-program.
        appid: String,
        /// Its AppSecret.
        secret: String,
    },
    /// The embedded simulator, and with it the development endpoints.
    Simulator {
        /// AppID that the simulator knows.
        appid: String,
    },
}

/// How a server is to run.
pub struct ServerOptions {
    /// Address to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// SQLite file; avatars lie in a folder beside it.
    pub database: PathBuf,
    /// Who answers for WeChat.
    pub wechat: WeChatChoice,
    /// Whose bodies are spoken.
    pub protocol: Protocol,
    /// What a login must carry.
    pub login_mode: LoginMode,
    /// One session a user or many.
    pub sessions_per_user: SessionsPerUser,
    /// Life of a session in seconds; `None` is what the protocol's servers do.
    pub session_ttl_s: Option<u32>,
    /// Address that clients reach the server under, such as `https://example.com`.
    pub public_url: Option<String>,
    /// Folder of a page to serve at `/`.
    pub static_files: Option<PathBuf>,
    /// Time.
    pub clock: Arc<Clock>,
}

/// Why a server did not start.
#[derive(Debug)]
pub enum StartError {
    /// The address cannot be listened on.
    Listen(SocketAddr, io::Error),
    /// The database cannot be used.
    Database(PathBuf, DatabaseError),
    /// The folder of static files is not there.
    StaticFiles(PathBuf),
}

impl std::fmt::Display for StartError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Listen(address, error) => {
                write!(formatter, "无法监听 {address}：{error}。请换一个端口，或用端口 0 自动选择")
            }
            Self::Database(file, error) => {
                write!(
                    formatter,
                    "无法使用数据库 {}：{error}。请检查 --database 的路径和权限",
                    file.display()
                )
            }
            Self::StaticFiles(folder) => {
                write!(formatter, "没有目录 {}，请检查 --static", folder.display())
            }
        }
    }
}

impl std::error::Error for StartError {}

/// A server at work.
pub struct RunningServer {
    app: Arc<App>,
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<io::Result<()>>,
}

impl RunningServer {
    /// Starts a server; when this returns, connections are accepted.
    pub async fn start(options: ServerOptions) -> Result<Self, StartError> {
        if let Some(folder) = options.static_files.as_ref().filter(|folder| !folder.is_dir()) {
            return Err(StartError::StaticFiles(folder.clone()));
        }
        let database = Database::open(&options.database)
            .map_err(|error| StartError::Database(options.database.clone(), error))?;
        let listener = TcpListener::bind(options.listen)
            .await
            .map_err(|error| StartError::Listen(options.listen, error))?;
        let address = listener.local_addr().map_err(|error| StartError::Listen(options.listen, error))?;

        let (wechat, development) = match options.wechat {
            WeChatChoice::Real { base_url, appid, secret } => {
                let real = RealWeChat::new(&base_url, &appid, &secret, Arc::clone(&options.clock));
                (WeChat::Real(real), None)
            }
            WeChatChoice::Simulator { appid } => {
                let simulator = Simulator::new(&appid, database.clone(), Arc::clone(&options.clock));
                (WeChat::Simulator(simulator.clone()), Some(Arc::new(Development::new(simulator))))
            }
        };
        let ttl_s = options.session_ttl_s.unwrap_or(options.protocol.default_session_ttl_s());
        let mut avatars = options.database.into_os_string();
        avatars.push(".avatars");
        let app = Arc::new(App {
            protocol: options.protocol,
            login_mode: options.login_mode,
            sessions_per_user: options.sessions_per_user,
            session_ttl_ms: i64::from(ttl_s) * 1000,
            public_url: options.public_url.map(|url| url.trim_end_matches('/').to_owned()),
            address,
            avatars: avatars.into(),
            clock: options.clock,
            database,
            wechat,
            tunnels: Tunnels::default(),
            development,
        });

        let (stop, stopped) = oneshot::channel::<()>();
        let service =
            router(&app, options.static_files.as_deref()).into_make_service_with_connect_info::<CutSwitch>();
        let serving = axum::serve(CuttableListener(listener), service).with_graceful_shutdown(async {
            // A dropped handle stops the server as well.
            let _ = stopped.await;
        });
        Ok(Self { app, address, stop, task: tokio::spawn(serving.into_future()) })
    }

    /// Where the server listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops accepting, lets requests in flight end (for three seconds at most), and returns.
    pub async fn stop(self) {
        let Self { app, stop, mut task, .. } = self;
        drop(stop);
        app.tunnels.control(Control::GoAway);
        if tokio::time::timeout(STOP_GRACE, &mut task).await.is_err() {
            task.abort();
        }
    }
}
