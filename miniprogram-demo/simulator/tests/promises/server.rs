//! A server on a free port with its own database and clock, and a client for it.

use serde_json::{Value, json};
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
use wafer_session_server::http::state::LoginMode;
use wafer_session_server::protocol::Protocol;
use wafer_session_server::server::RunningServer;
use wafer_session_server::store::SessionsPerUser;

pub const MAGIC: &str = "F2C224D4-2BCE-4C64-AF9F-A6D872000D1A";
pub const APPID: &str = "wx1234567890abcdef";
pub const MINUTE_MS: u32 = 60_000;
pub const DAY_MS: u32 = 24 * 60 * MINUTE_MS;

/// How a test wants its server; all else is as the program's defaults.
#[derive(Clone)]
pub struct Setup {
    pub protocol: Protocol,
    pub login_mode: LoginMode,
    pub sessions_per_user: SessionsPerUser,
    pub session_ttl_s: Option<u32>,
    pub session_idle_s: Option<u32>,
    pub static_files: Option<PathBuf>,
    pub public_url: Option<String>,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            protocol: Protocol::Wafer,
            login_mode: LoginMode::Code,
            sessions_per_user: SessionsPerUser::One,
            session_ttl_s: None,
            session_idle_s: None,
            static_files: None,
            public_url: None,
        }
    }
}

pub struct TestServer {
    runtime: tokio::runtime::Runtime,
    running: Option<RunningServer>,
    setup: Setup,
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

/// What `wx.getUserInfo` gives beside the profile.
pub struct UserData {
    pub encrypted_data: String,
    pub iv: String,
}

impl UserData {
    pub fn headers(&self) -> Vec<(&str, &str)> {
        vec![("X-WX-Encrypted-Data", &self.encrypted_data), ("X-WX-IV", &self.iv)]
    }
}

impl TestServer {
    pub fn start() -> Self {
        Self::start_as(Setup::default())
    }

    pub fn start_as(setup: Setup) -> Self {
        capture_log();
        let mut server = Self {
            runtime: tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build()
                .expect("a runtime"),
            running: None,
            setup,
            folder: tempfile::tempdir().expect("a folder"),
            agent: ureq::Agent::new_with_config(
                ureq::Agent::config_builder()
                    .timeout_global(Some(Duration::from_secs(60)))
                    .http_status_as_error(false)
                    .max_redirects(0)
                    .build(),
            ),
            clock: Arc::new(Clock::fixed(1_700_000_000_000)),
        };
        server.run();
        server
    }

    /// Stops the server and starts another one on the same database, on another port.
    pub fn restart(&mut self) {
        let running = self.running.take().expect("it runs");
        self.runtime.block_on(running.stop());
        self.run();
    }

    fn run(&mut self) {
        let setup = self.setup.clone();
        let settings = wafer_simulator::simulated(Settings {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            database: self.database().to_str().expect("text").to_owned(),
            appid: Some(APPID.to_owned()),
            protocol: setup.protocol,
            login_mode: setup.login_mode,
            sessions_per_user: setup.sessions_per_user,
            session_ttl: setup.session_ttl_s,
            session_idle: setup.session_idle_s,
            public_url: setup.public_url,
            r#static: setup.static_files,
            tunnel_check_ms: 50,
            ..Settings::default()
        });
        let starting = wafer_simulator::start(&settings, Arc::clone(&self.clock));
        self.running = Some(self.runtime.block_on(starting).expect("it starts"));
    }

    pub fn address(&self) -> SocketAddr {
        self.running.as_ref().expect("it runs").address()
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address())
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn database(&self) -> PathBuf {
        self.folder().join("sessions.sqlite")
    }

    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        self.try_send(method, path, headers, body).expect("an answer")
    }

    pub fn try_send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<Reply, ureq::Error> {
        let mut request = ureq::http::Request::builder().method(method).uri(self.url(path));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response = self.agent.run(request.body(body).expect("a request"))?;
        let content_type = response.headers().get("content-type").map(|value| value.to_str().expect("text"));
        Ok(Reply {
            status: response.status().as_u16(),
            content_type: content_type.unwrap_or_default().to_owned(),
            headers: response.headers().clone(),
            bytes: response.body_mut().read_to_vec()?,
        })
    }

    pub fn get(&self, path: &str, headers: &[(&str, &str)]) -> Reply {
        self.send("GET", path, headers, b"")
    }

    pub fn post(&self, path: &str, headers: &[(&str, &str)], body: Value) -> Reply {
        let headers = both(headers, &[("Content-Type", "application/json")]);
        self.send("POST", path, &headers, body.to_string().as_bytes())
    }

    /// A development control that must work.
    #[track_caller]
    pub fn dev(&self, name: &str, body: Value) -> Value {
        let reply = self.post(&format!("/dev/{name}"), &[], body);
        assert_eq!(reply.status, 200, "{}", reply.text());
        reply.json()
    }

    pub fn code(&self, user: &str) -> String {
        self.dev("code", json!({ "user": user }))["code"].as_str().expect("a code").to_owned()
    }

    pub fn user_data(&self, request: Value) -> UserData {
        let answer = self.dev("encrypted-data", request);
        UserData {
            encrypted_data: answer["encryptedData"].as_str().expect("data").to_owned(),
            iv: answer["iv"].as_str().expect("an iv").to_owned(),
        }
    }

    pub fn login_with(&self, code: &str) -> Reply {
        self.get("/login", &[("X-WX-Code", code)])
    }

    #[track_caller]
    pub fn log_in(&self, user: &str) -> Session {
        session_of(&self.login_with(&self.code(user)))
    }

    pub fn records(&self) -> Value {
        self.get("/dev/records", &[]).json()
    }

    pub fn users(&self) -> Vec<Value> {
        self.get("/dev/users", &[]).json()["users"].as_array().expect("users").clone()
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            self.runtime.block_on(running.stop());
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
            .with(
                Targets::new()
                    .with_target("wafer_session_server", LevelFilter::TRACE)
                    .with_target("wafer_simulator", LevelFilter::TRACE),
            )
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
