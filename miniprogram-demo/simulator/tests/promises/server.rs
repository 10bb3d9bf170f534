//! A server on a free port with its own database and clock, and a client for it.

pub use crate::client::*;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;
use wafer_session_server::clock::Clock;
use wafer_session_server::config::Settings;
use wafer_session_server::http::state::LoginMode;
use wafer_session_server::protocol::Protocol;
use wafer_session_server::server::RunningServer;
use wafer_session_server::store::SessionsPerUser;

/// The settings of a test's server; everything else has the defaults of the program.
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

/// The parts of `wx.getUserInfo` apart from the profile.
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
            agent: agent(),
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
        send(&self.agent, method, &self.url(path), headers, body)
    }

    pub fn get(&self, path: &str, headers: &[(&str, &str)]) -> Reply {
        self.send("GET", path, headers, b"")
    }

    pub fn post(&self, path: &str, headers: &[(&str, &str)], body: Value) -> Reply {
        let headers = both(headers, &[("Content-Type", "application/json")]);
        self.send("POST", path, &headers, body.to_string().as_bytes())
    }

    /// Calls a development control, which must succeed.
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
