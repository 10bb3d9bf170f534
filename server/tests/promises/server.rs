//! A server on a free port with its own database and clock, and a client for it.

use crate::wechat_api::Api;
use serde_json::Value;
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;
use tempfile::TempDir;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use wafer_session_server::clock::Clock;
use wafer_session_server::config::Settings;
use wafer_session_server::server::{RunningServer, Server};

pub const MAGIC: &str = "F2C224D4-2BCE-4C64-AF9F-A6D872000D1A";
pub const APPID: &str = "wx1234567890abcdef";
pub const MINUTE_MS: u32 = 60_000;
pub const DAY_MS: u32 = 24 * 60 * MINUTE_MS;

pub struct TestServer {
    runtime: tokio::runtime::Runtime,
    running: Option<RunningServer>,
    settings: Settings,
    folder: TempDir,
    agent: ureq::Agent,
    pub clock: Arc<Clock>,
}

/// What the server answered.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub content_type: String,
    pub headers: ureq::http::HeaderMap,
    pub bytes: Vec<u8>,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("not JSON: {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("text"))
    }

    /// The body of a refusal by the session layer: HTTP 200, with the magic key.
    #[track_caller]
    pub fn assert_session_refusal(&self, code: &str) -> String {
        let body = self.json();
        assert_eq!(self.status, 200);
        assert_eq!(body[MAGIC], 1, "{body}");
        assert_eq!(body["error"], code, "{body}");
        body["message"].as_str().expect("a message").to_owned()
    }
}

/// A session as a client keeps it.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    pub id: String,
    pub skey: String,
}

impl Session {
    pub fn headers(&self) -> Vec<(&str, &str)> {
        vec![("X-WX-Id", &self.id), ("X-WX-Skey", &self.skey)]
    }
}

/// A client that takes any answer as one.
pub fn agent() -> ureq::Agent {
    ureq::Agent::new_with_config(
        ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(60)))
            .http_status_as_error(false)
            .max_redirects(0)
            .build(),
    )
}

pub fn send(
    agent: &ureq::Agent,
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Result<Reply, ureq::Error> {
    let mut request = ureq::http::Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut response = agent.run(request.body(body).expect("a request"))?;
    let content_type = response.headers().get("content-type").map(|value| value.to_str().expect("text"));
    Ok(Reply {
        status: response.status().as_u16(),
        content_type: content_type.unwrap_or_default().to_owned(),
        headers: response.headers().clone(),
        bytes: response.body_mut().read_to_vec()?,
    })
}

impl TestServer {
    /// A server whose WeChat is at `wechat_api`.
    pub fn start(wechat_api: &str) -> Self {
        Self::start_as(wechat_api, Settings::default())
    }

    /// The same with settings of the test's own.
    pub fn start_as(wechat_api: &str, settings: Settings) -> Self {
        capture_log();
        let folder = tempfile::tempdir().expect("a folder");
        let database = folder.path().join("sessions.sqlite");
        let defaults = Settings::default();
        let database = if settings.database == defaults.database {
            database.to_str().expect("text").to_owned()
        } else {
            settings.database.clone()
        };
        let settings = Settings {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            avatars: Some(folder.path().join("avatars")),
            database,
            unencrypted: settings.data_keys.is_none(),
            appid: settings.apps.is_empty().then(|| APPID.to_owned()),
            secret: settings.apps.is_empty().then(|| "the app secret".to_owned()),
            wechat_api: wechat_api.to_owned(),
            ..settings
        };
        let mut server = Self {
            runtime: tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build()
                .expect("a runtime"),
            running: None,
            settings,
            folder,
            agent: agent(),
            clock: Arc::new(Clock::fixed(1_700_000_000_000)),
        };
        server.run();
        server
    }

    /// Stops the server and starts another one with other settings on the same database, on another port.
    pub fn restart_as(&mut self, change: impl FnOnce(&mut Settings)) {
        self.stop();
        change(&mut self.settings);
        self.run();
    }

    pub fn stop(&mut self) {
        let running = self.running.take().expect("it runs");
        self.runtime.block_on(running.stop());
    }

    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    fn run(&mut self) {
        self.running = Some(self.try_run().unwrap_or_else(|error| panic!("{error}")));
    }

    fn try_run(&self) -> Result<RunningServer, String> {
        let options =
            self.settings.for_production(Arc::clone(&self.clock)).map_err(|error| error.to_string())?;
        self.runtime.block_on(async {
            let server = Server::prepare(options).await.map_err(|error| error.to_string())?;
            let router = server.router();
            Ok(server.start(router))
        })
    }

    /// Starts a server that was stopped.
    pub fn start_again(&mut self) {
        self.run();
    }

    /// Tries to start a server that was stopped.
    pub fn try_again(&mut self) -> Result<(), String> {
        self.running = Some(self.try_run()?);
        Ok(())
    }

    /// Why the server does not start again with other settings.
    pub fn refusal_to_start_as(&mut self, change: impl FnOnce(&mut Settings)) -> String {
        self.stop();
        let before = self.settings.clone();
        change(&mut self.settings);
        let refusal = match self.try_run() {
            Ok(_) => panic!("it started"),
            Err(refusal) => refusal,
        };
        self.settings = before;
        self.run();
        refusal
    }

    pub fn running(&self) -> &RunningServer {
        self.running.as_ref().expect("it runs")
    }

    pub fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    pub fn address(&self) -> SocketAddr {
        self.running().address()
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address())
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn database(&self) -> PathBuf {
        self.settings.database.clone().into()
    }

    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        send(&self.agent, method, &self.url(path), headers, body).expect("an answer")
    }

    pub fn get(&self, path: &str, headers: &[(&str, &str)]) -> Reply {
        self.send("GET", path, headers, b"")
    }

    pub fn post(&self, path: &str, headers: &[(&str, &str)], body: Value) -> Reply {
        self.send("POST", path, headers, body.to_string().as_bytes())
    }

    pub fn login_with(&self, code: &str) -> Reply {
        self.get("/login", &[("X-WX-Code", code)])
    }

    /// Logs in with a code that nobody had before; see [`Api`].
    #[track_caller]
    pub fn log_in(&self, user: &str) -> Session {
        session_of(&self.login_with(&fresh_code(user)))
    }

    pub fn is_live(&self, session: &Session) -> bool {
        self.get("/user", &session.headers()).json()["data"].is_object()
    }
}

/// A code of `user`'s that nobody had before.
pub fn fresh_code(user: &str) -> String {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    format!("{user}-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// A WeChat and a server that asks it.
pub fn both_started() -> (Api, TestServer) {
    let api = Api::start();
    let server = TestServer::start(&api.url);
    (api, server)
}

/// The same with settings of the test's own.
pub fn both_started_as(settings: Settings) -> (Api, TestServer) {
    let api = Api::start();
    let server = TestServer::start_as(&api.url, settings);
    (api, server)
}

impl Drop for TestServer {
    fn drop(&mut self) {
        if self.running.is_some() {
            self.stop();
        }
    }
}

/// The session of a wafer login that must have succeeded.
#[track_caller]
pub fn session_of(reply: &Reply) -> Session {
    let body = reply.json();
    assert_eq!(body[MAGIC], 1, "{body}");
    let field = |name: &str| body["session"][name].as_str().unwrap_or_else(|| panic!("no {name}: {body}"));
    Session { id: field("id").to_owned(), skey: field("skey").to_owned() }
}

pub fn both<'a>(one: &[(&'a str, &'a str)], other: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [one, other].concat()
}

static LOG: OnceLock<Arc<Mutex<Vec<u8>>>> = OnceLock::new();

/// Everything that servers of this test run logged, at every level.
pub fn log() -> String {
    let log = LOG.get().expect("a server was started");
    String::from_utf8_lossy(&log.lock().expect("the log")).into_owned()
}

fn capture_log() {
    LOG.get_or_init(|| {
        let log = Arc::new(Mutex::new(Vec::new()));
        let writer = Arc::clone(&log);
        tracing_subscriber::registry()
            .with(
                tracing_subscriber::fmt::layer()
                    .with_ansi(false)
                    .with_writer(move || LogWriter(Arc::clone(&writer))),
            )
            .with(Targets::new().with_target("wafer_session_server", LevelFilter::TRACE))
            .init();
        log
    });
}

struct LogWriter(Arc<Mutex<Vec<u8>>>);

impl Write for LogWriter {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("the log").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
