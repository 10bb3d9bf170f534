//! A client for the server under test, and the log of all servers of this test run. The simulator's tests use it as well.

use serde_json::Value;
use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

pub const MAGIC: &str = "F2C224D4-2BCE-4C64-AF9F-A6D872000D1A";
pub const APPID: &str = "wx1234567890abcdef";
pub const MINUTE_MS: u32 = 60_000;
pub const DAY_MS: u32 = 24 * 60 * MINUTE_MS;

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

/// An HTTP client that treats no status as an error.
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

/// The session in the answer of a wafer login, which must have succeeded.
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

/// Keeps what servers log from now on, for [`log`].
pub fn capture_log() {
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
