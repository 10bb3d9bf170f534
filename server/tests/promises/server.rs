//! A server on a free port with its own database and clock, and a client for it.

pub use crate::client::*;
use crate::wechat_api::Api;
use serde_json::Value;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;
use wafer_session_server::clock::Clock;
use wafer_session_server::config::Settings;
use wafer_session_server::server::{RunningServer, Server};

pub struct TestServer {
    runtime: tokio::runtime::Runtime,
    running: Option<RunningServer>,
    settings: Settings,
    folder: TempDir,
    agent: ureq::Agent,
    pub clock: Arc<Clock>,
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

/// A fresh code of `user`'s.
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
