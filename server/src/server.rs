//! Starts and stops a server.

use crate::clock::Clock;
use crate::http::avatars::Avatars;
use crate::http::limits::{LoginLimits, Peer};
use crate::http::metrics;
use crate::http::router::{api, router};
use crate::http::state::{App, Behaviour};
use crate::http::tunnels::{TunnelLimits, Tunnels};
use crate::protocol::Protocol;
use crate::store::{BindingError, Location, Mode, Store, StoreError, Vault};
use crate::wechat::WeChat;
use crate::workers::{Presence, Threads, Workers};
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use ipnet::IpNet;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_io_timeout::TimeoutStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::{Service, ServiceExt};

type AnyError = Box<dyn std::error::Error + Send + Sync>;

/// The most bytes of a request's head that a connection may hold.
const MAX_HEAD_BYTES: usize = 64 * 1024;
const MAX_HEADERS: usize = 64;
/// The most connections for metrics: only the operator's programs ask for them.
const METRICS_CONNECTIONS: usize = 16;
/// The pause after an accept that failed (no file descriptors left), before the next one.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// The time between two lines of the log about accepts that fail, for as long as they do.
const ACCEPT_COMPLAINT_EVERY: Duration = Duration::from_secs(10);
/// A connection that has asked for nothing by then no longer counts when threads share the work.
const FIRST_REQUEST: Duration = Duration::from_secs(1);
/// How often expired rows and counts are deleted.
const SWEEP_EVERY: Duration = Duration::from_secs(60);
/// The number of sweeps between two searches for pictures without an owner.
const SWEEPS_A_PICTURE_SWEEP: u32 = 60;

/// How a server is to run.
pub struct ServerOptions {
    /// Address to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Address for `/metrics`; nobody but the operator should reach it.
    pub metrics_listen: Option<SocketAddr>,
    /// Users and sessions.
    pub database: Location,
    /// Connections to PostgreSQL.
    pub database_connections: u32,
    /// Keys of what is encrypted in the database.
    pub vault: Vault,
    /// Folder of the uploaded pictures.
    pub avatars: PathBuf,
    /// Pictures that are built into the server beside the default one: names and SVG texts.
    pub own_pictures: &'static [(&'static str, &'static str)],
    /// Whether the users are WeChat's or a simulator's.
    pub mode: Mode,
    /// WeChat, for each app; at least one.
    pub apps: Vec<Arc<dyn WeChat>>,
    /// How requests are answered.
    pub behaviour: Behaviour,
    /// Bounds on tunnels.
    pub tunnel_limits: TunnelLimits,
    /// Logins a minute of one client; 0: any number.
    pub logins_per_minute: u32,
    /// Logins under way at a time; more are refused.
    pub max_logins: usize,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Connections at a time; more wait to be accepted.
    pub max_connections: usize,
    /// A connection is ended if its head is not whole, or if it takes no answer, for this long.
    pub connection_silence: Duration,
    /// Requests in flight get this long to end when the server stops.
    pub stop_grace: Duration,
    /// Folder of a page to serve at `/`.
    pub static_files: Option<PathBuf>,
    /// Time.
    pub clock: Arc<Clock>,
}

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address cannot be listened on.
    #[error("无法监听 {0}：{1}。请换一个端口，或用端口 0 自动选择")]
    Listen(SocketAddr, #[source] io::Error),
    /// The database cannot be used.
    #[error("无法使用数据库 {0}：{1}。请检查 --database 的地址和权限")]
    Database(Location, #[source] StoreError),
    /// The database belongs to another app, or to another WeChat.
    #[error("数据库 {0}：{1}")]
    Binding(Location, #[source] BindingError),
    /// The folder of pictures cannot be made.
    #[error("无法使用头像目录 {0}：{1}。请检查 --avatars 的路径和权限")]
    Avatars(PathBuf, #[source] io::Error),
    /// The folder of static files does not exist.
    #[error("没有目录 {0}，请检查 --static")]
    StaticFiles(PathBuf),
    /// The system gives no threads.
    #[error("无法启动线程：{0}。请检查系统对进程和线程数的限制")]
    Threads(#[source] io::Error),
}

/// A server whose database and address are open, but which serves nobody yet.
pub struct Server {
    app: Arc<App>,
    workers: Workers,
    threads: Threads,
    listener: TcpListener,
    metrics: Option<TcpListener>,
    static_files: Option<PathBuf>,
    connections: usize,
    silence: Duration,
    stop_grace: Duration,
}

impl Server {
    /// Opens the database and the addresses.
    pub async fn prepare(options: ServerOptions) -> Result<Self, StartError> {
        if let Some(folder) = options.static_files.as_ref().filter(|folder| !folder.is_dir()) {
            return Err(StartError::StaticFiles(folder.clone()));
        }
        let database = options.database;
        let store = Store::open(&database, options.vault, options.database_connections)
            .await
            .map_err(|error| StartError::Database(database.clone(), error))?;
        let appids: Vec<&str> = options.apps.iter().map(|app| app.appid()).collect();
        store.bind(options.mode, &appids).await.map_err(|error| StartError::Binding(database, error))?;
        let avatars = Avatars::new(options.avatars.clone(), options.own_pictures)
            .map_err(|error| StartError::Avatars(options.avatars, error))?;

        let (listener, address) = bind(options.listen).await?;
        let metrics = match options.metrics_listen {
            Some(address) => Some(bind(address).await?.0),
            None => None,
        };
        let (workers, threads) = Workers::start().map_err(StartError::Threads)?;
        let app = Arc::new(App {
            behaviour: options.behaviour,
            address,
            clock: options.clock,
            store: Arc::new(store),
            apps: options.apps.into_iter().map(|app| (app.appid().to_owned(), app)).collect(),
            avatars,
            tunnels: Tunnels::new(options.tunnel_limits),
            login_limits: LoginLimits::new(
                options.logins_per_minute,
                options.max_logins,
                options.trusted_proxies,
            ),
        });
        Ok(Self {
            app,
            workers,
            threads,
            listener,
            metrics,
            static_files: options.static_files,
            connections: options.max_connections,
            silence: options.connection_silence,
            stop_grace: options.stop_grace,
        })
    }

    /// What all requests share.
    pub fn app(&self) -> &Arc<App> {
        &self.app
    }

    /// All routes. They can be started as they are, or with more layers around them.
    pub fn router(&self) -> Router {
        router(&self.app, self.static_files.as_deref())
    }

    /// The routes for the clients of one family alone, for serving both families side by side.
    pub fn api(&self, protocol: Protocol) -> Router {
        api(&self.app, protocol)
    }

    /// Serves `service`. If the service fails, the connection ends without an answer.
    pub fn start<S>(self, service: S) -> RunningServer
    where
        S: Service<Request, Response = Response> + Clone + Send + 'static,
        S::Error: Into<AnyError>,
        S::Future: Send,
    {
        let stop = CancellationToken::new();
        let tasks = TaskTracker::new();
        if let Some(listener) = self.metrics {
            let service = metrics::router(Arc::clone(&self.app));
            let accepting =
                Accepting { connections: METRICS_CONNECTIONS, silence: self.silence, stop: stop.clone() };
            tasks.spawn(accept(listener, service, self.workers.clone(), accepting, tasks.clone()));
            tasks.spawn(metrics::keep_up(stop.clone()));
        }
        let accepting =
            Accepting { connections: self.connections, silence: self.silence, stop: stop.clone() };
        tasks.spawn(accept(self.listener, service, self.workers, accepting, tasks.clone()));
        tasks.spawn(sweep(Arc::clone(&self.app), stop.clone()));
        tasks.close();
        RunningServer { app: self.app, stop, tasks, threads: self.threads, stop_grace: self.stop_grace }
    }
}

async fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let failed = |error| StartError::Listen(address, error);
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

/// A running server.
pub struct RunningServer {
    app: Arc<App>,
    stop: CancellationToken,
    tasks: TaskTracker,
    threads: Threads,
    stop_grace: Duration,
}

impl RunningServer {
    /// Where the server listens.
    pub fn address(&self) -> SocketAddr {
        self.app.address
    }

    /// What all requests share.
    pub fn app(&self) -> &Arc<App> {
        &self.app
    }

    /// Stops accepting, tells the tunnels, and returns when the requests in flight have ended or the grace is over.
    pub async fn stop(self) {
        self.stop.cancel();
        let over = async {
            self.app.tunnels.stop().await;
            self.tasks.wait().await;
        };
        if tokio::time::timeout(self.stop_grace, over).await.is_err() {
            tracing::warn!("requests did not end in time and are given up");
        }
        let threads = tokio::task::spawn_blocking(|| self.threads.end());
        let _ = tokio::time::timeout(self.stop_grace, threads).await;
        let _ = tokio::time::timeout(self.stop_grace, self.app.store.close()).await;
    }
}

/// The bounds on connections that are accepted.
struct Accepting {
    /// The most connections at a time; more wait.
    connections: usize,
    silence: Duration,
    stop: CancellationToken,
}

async fn accept<S>(
    listener: TcpListener,
    service: S,
    workers: Workers,
    accepting: Accepting,
    tasks: TaskTracker,
) where
    S: Service<Request, Response = Response> + Clone + Send + 'static,
    S::Error: Into<AnyError>,
    S::Future: Send,
{
    let Accepting { connections, silence, stop } = accepting;
    let places = Arc::new(Semaphore::new(connections));
    let mut complained: Option<Instant> = None;
    loop {
        let accepted = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (listener.accept().await, place)
        };
        let (accepted, place) = tokio::select! {
            () = stop.cancelled() => return,
            accepted = accepted => accepted,
        };
        let served = accepted.and_then(|(stream, peer)| {
            let (service, stop) = (service.clone(), stop.clone());
            workers.serve(stream, &tasks, move |stream, presence| async move {
                serve(stream, Peer(peer), presence, service, silence, stop).await;
                drop(place);
            })
        });
        if let Err(error) = served {
            if complained.is_none_or(|complained| complained.elapsed() >= ACCEPT_COMPLAINT_EVERY) {
                tracing::warn!(%error, "connection not accepted");
                complained = Some(Instant::now());
            }
            tokio::time::sleep(ACCEPT_PAUSE).await;
        }
    }
}

async fn serve<S>(
    stream: TcpStream,
    peer: Peer,
    presence: Presence,
    service: S,
    silence: Duration,
    stop: CancellationToken,
) where
    S: Service<Request, Response = Response> + Clone + Send + 'static,
    S::Error: Into<AnyError>,
    S::Future: Send,
{
    // Answers are small and written at once: to wait for more of them would only delay them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY not set");
    }
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(silence));
    let (presence, has_asked) = (Arc::new(presence), Arc::new(AtomicBool::new(false)));
    let (asking, asks) = (Arc::clone(&presence), Arc::clone(&has_asked));
    let service = service.map_request(move |request: hyper::Request<Incoming>| {
        asks.store(true, Ordering::Relaxed);
        asking.count();
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(peer);
        request
    });
    let mut http = http1::Builder::new();
    // Answers are small: copied into one piece, they take a plain `send`.
    http.writev(false)
        .timer(TokioTimer::new())
        .header_read_timeout(silence)
        .max_buf_size(MAX_HEAD_BYTES)
        .max_headers(MAX_HEADERS);
    let connection = http
        .serve_connection(TokioIo::new(Box::pin(stream)), TowerToHyperService::new(service))
        .with_upgrades();
    let mut connection = std::pin::pin!(connection);
    // The timer is a task of its own, because the connection is polled often and would look at the time each time.
    let silent = Arc::downgrade(&presence);
    tokio::spawn(async move {
        tokio::time::sleep(FIRST_REQUEST).await;
        if let Some(presence) = silent.upgrade().filter(|_| !has_asked.load(Ordering::Relaxed)) {
            presence.pass_over();
        }
    });
    // Errors of a connection come from the network or the client, and nobody could be told of them.
    tokio::select! {
        _ = connection.as_mut() => {}
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}

async fn sweep(app: Arc<App>, stop: CancellationToken) {
    let mut turns = tokio::time::interval(SWEEP_EVERY);
    let mut turn = 0_u32;
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = turns.tick() => {}
        }
        app.login_limits.sweep();
        let swept = async {
            app.store.sweep(app.clock.now_ms()).await?;
            if turn.is_multiple_of(SWEEPS_A_PICTURE_SWEEP) {
                app.avatars.sweep(&app.store, SystemTime::now()).await?;
            }
            Ok::<_, StoreError>(())
        };
        let result = tokio::select! {
            () = stop.cancelled() => return,
            result = swept => result,
        };
        if let Err(error) = result {
            tracing::warn!(%error, "not swept");
        }
        turn = turn.wrapping_add(1);
    }
}
