//! The model of the session server answers like the real one: both get the same random requests.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;
use serde_json::{Value, json};
use wafer_session_server::clock::Clock;
use wafer_session_server::config::Settings;
use wafer_session_server::server::RunningServer;
use wafer_session_server::store;
use wafer_simulation::day::scenario::{Scenario, Trouble};
use wafer_simulation::day::server::{Reply, SESSION_LIFE_S, Sessions, SessionsPerUser, Skey};
use wafer_simulation::day::wechat::{Code, WeChat};
use wafer_simulation::day::{MINUTE, Ms, PhoneId};

const MAGIC: &str = "F2C224D4-2BCE-4C64-AF9F-A6D872000D1A";
const USERS: u32 = 3;
const STEPS: u32 = 250;
/// The end of a trouble that lasts for the whole test.
const NO_TIME: Ms = Ms::MAX;

/// The real server, whose clock the test moves by hand.
struct Real {
    runtime: tokio::runtime::Runtime,
    running: Option<RunningServer>,
    agent: ureq::Agent,
    clock: Arc<Clock>,
    _folder: tempfile::TempDir,
}

impl Real {
    fn start(per_user: SessionsPerUser) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a runtime");
        let clock = Arc::new(Clock::fixed(1_700_000_000_000));
        let settings = wafer_simulator::simulated(Settings {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            database: folder.path().join("sessions.sqlite").to_str().expect("text").to_owned(),
            sessions_per_user: match per_user {
                SessionsPerUser::One => store::SessionsPerUser::One,
                SessionsPerUser::Many => store::SessionsPerUser::Many,
            },
            ..Settings::default()
        });
        let starting = wafer_simulator::start(&settings, Arc::clone(&clock));
        let running = Some(runtime.block_on(starting).expect("it starts"));
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(60)))
            .http_status_as_error(false);
        let agent = ureq::Agent::new_with_config(config.build());
        Real { runtime, running, agent, clock, _folder: folder }
    }

    /// Status and body; `None` if the connection was cut.
    fn get(&self, path: &str, headers: &[(&str, &str)]) -> Option<(u16, Value)> {
        let mut request = ureq::http::Request::builder().uri(self.url(path));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response = self.agent.run(request.body(()).expect("a request")).ok()?;
        let body = response.body_mut().read_to_vec().ok()?;
        Some((response.status().as_u16(), serde_json::from_slice(&body).unwrap_or(Value::Null)))
    }

    fn dev(&self, name: &str, body: Value) -> Value {
        let request = ureq::http::Request::builder()
            .method("POST")
            .uri(self.url(&format!("/dev/{name}")))
            .header("Content-Type", "application/json")
            .body(body.to_string());
        let mut response = self.agent.run(request.expect("a request")).expect("an answer");
        assert_eq!(response.status(), 200, "{name}");
        serde_json::from_slice(&response.body_mut().read_to_vec().expect("a body")).expect("JSON")
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.running.as_ref().expect("it runs").address())
    }
}

impl Drop for Real {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            self.runtime.block_on(running.stop());
        }
    }
}

/// A session: its names at the real server and at the model.
struct Session {
    id: String,
    skey: String,
    user: PhoneId,
    modelled: Skey,
}

/// Both servers, and what their clients know.
struct Pair {
    real: Real,
    sessions: Sessions,
    wechat: WeChat,
    now: Ms,
    refuses_all: bool,
    codes: Vec<(String, PhoneId, Code)>,
    issued: Vec<Session>,
    /// How often each kind of answer has come.
    seen: Vec<(Reply, u32)>,
}

impl Pair {
    fn new(per_user: SessionsPerUser) -> Self {
        Pair {
            real: Real::start(per_user),
            sessions: Sessions::new(USERS, per_user),
            wechat: WeChat::new(USERS, 1, 0),
            now: 0,
            refuses_all: false,
            codes: Vec::new(),
            issued: Vec::new(),
            seen: Vec::new(),
        }
    }

    fn pass(&mut self, ms: Ms) {
        self.now += ms;
        self.real.clock.advance(ms);
    }

    fn issue_code(&mut self, user: PhoneId) {
        let code = self.real.dev("code", json!({ "user": name_of(user) }));
        let code = code["code"].as_str().expect("a code").to_owned();
        self.codes.push((code, user, self.wechat.issue(user, self.now)));
    }

    /// Logs in with the code of this place in `codes`, or with a code that nobody issued.
    fn log_in(&mut self, code: Option<usize>) {
        let (code, user, modelled) = match code {
            Some(index) => self.codes[index].clone(),
            None => ("invented".to_owned(), 0, Code::MAX),
        };
        let (status, body) = self.real.get("/login", &[("X-WX-Code", &code)]).expect("an answer");
        let told = self.sessions.login(modelled, &mut self.wechat, self.now);
        let session = &body["session"];
        let answered = match session["skey"].as_str() {
            Some(skey) => {
                let Reply::Session(modelled) = told else {
                    panic!("a session, where the model says {told:?}")
                };
                let id = session["id"].as_str().expect("an id").to_owned();
                self.issued.push(Session { id, skey: skey.to_owned(), user, modelled });
                told
            }
            None => verdict(status, &body),
        };
        self.same(answered, told);
    }

    /// Makes a call with the session of this place in `issued`, or with one that nobody issued.
    fn call(&mut self, session: Option<usize>) {
        let (id, skey, user, modelled) = match session.map(|index| &self.issued[index]) {
            Some(Session { id, skey, user, modelled }) => (id.as_str(), skey.as_str(), *user, *modelled),
            None => ("invented", "invented", 0, Skey::MAX),
        };
        let headers = [("X-WX-Id", id), ("X-WX-Skey", skey)];
        let (status, body) = self.real.get("/user", &headers).expect("an answer");
        let told = self.sessions.call(user, modelled, &self.scenario(), self.now);
        self.same(verdict(status, &body), told);
    }

    fn call_bare(&mut self) {
        let (status, body) = self.real.get("/user", &[]).expect("an answer");
        let told = self.sessions.call(0, 0, &self.scenario(), self.now);
        self.same(verdict(status, &body), told);
    }

    fn scenario(&self) -> Scenario {
        let trouble = if self.refuses_all { Trouble::GoodRefused } else { Trouble::None };
        Scenario { trouble, from: 0, until: NO_TIME }
    }

    fn same(&mut self, answered: Reply, told: Reply) {
        assert_eq!(answered, told, "at {} ms; the model is on the right", self.now);
        let kind = if let Reply::Session(_) = told { Reply::Session(0) } else { told };
        match self.seen.iter_mut().find(|(seen, _)| *seen == kind) {
            Some((_, count)) => *count += 1,
            None => self.seen.push((kind, 1)),
        }
    }
}

fn name_of(user: PhoneId) -> String {
    format!("user-{user}")
}

fn verdict(status: u16, body: &Value) -> Reply {
    match (status, body[MAGIC].as_i64(), body["error"].as_str()) {
        (200, None, _) => Reply::Fine,
        (200, Some(_), Some("ERR_INVALID_SESSION")) => Reply::SessionOver,
        (200, Some(_), Some("ERR_CHECK_LOGIN_FAILED")) => Reply::SessionUnchecked,
        (200, Some(_), Some("ERR_LOGIN_FAILED")) => Reply::LoginRefused,
        (200, ..) => panic!("no answer of a session server: {body}"),
        _ => Reply::Status(status),
    }
}

fn plays_alike(per_user: SessionsPerUser, seed: u64) {
    let mut pair = Pair::new(per_user);
    let mut random = Rng::with_seed(seed);
    for _ in 0..STEPS {
        let pick = |length: usize, random: &mut Rng| (length > 0).then(|| random.usize(0..length));
        match random.u32(0..100) {
            0..20 => pair.issue_code(random.u32(0..USERS)),
            20..40 => {
                let code = pick(pair.codes.len(), &mut random);
                pair.log_in(code);
            }
            40..42 => pair.log_in(None),
            42..75 => {
                // Mostly one of the newest sessions, because older ones have ended.
                let young = pair.issued.len().saturating_sub(6);
                let session = pick(pair.issued.len() - young, &mut random).map(|index| young + index);
                pair.call(session);
            }
            75..77 => pair.call_bare(),
            77..88 => pair.pass(random.u32(1..2 * MINUTE)),
            // A code is good for exactly five minutes.
            88..90 => pair.pass(5 * MINUTE),
            90..93 => {
                let user = random.u32(0..USERS);
                pair.real.dev("expire", json!({ "user": name_of(user) }));
                pair.sessions.end(user);
            }
            93..95 => {
                pair.refuses_all = !pair.refuses_all;
                pair.real.dev("invalid-always", json!({ "on": pair.refuses_all }));
            }
            95..97 => {
                let path = if random.bool() { "/login" } else { "/user" };
                pair.real.dev("fault", json!({ "path": path, "kind": "status500" }));
                let (status, body) = pair.real.get(path, &[("X-WX-Code", "any")]).expect("an answer");
                pair.same(verdict(status, &body), Reply::Status(500));
            }
            _ => {
                // The answer of a login is lost, but its code is used up.
                let Some(index) = pick(pair.codes.len(), &mut random) else { continue };
                let (code, _, modelled) = pair.codes[index].clone();
                pair.real.dev("fault", json!({ "path": "/login", "kind": "cut-answer" }));
                assert_eq!(pair.real.get("/login", &[("X-WX-Code", &code)]), None);
                let _ = pair.sessions.login(modelled, &mut pair.wechat, pair.now);
                pair.log_in(Some(index));
            }
        }
    }
    if pair.refuses_all {
        pair.refuses_all = false;
        pair.real.dev("invalid-always", json!({ "on": false }));
    }
    pair.issue_code(0);
    pair.log_in(Some(pair.codes.len() - 1));
    let last = pair.issued.len() - 1;
    // The model counts the life of a session in whole seconds.
    let (life, rest) = (SESSION_LIFE_S as Ms * 1000, pair.now % 1000);
    pair.pass(life - rest - 1000);
    pair.call(Some(last));
    pair.pass(rest + 1000);
    pair.call(Some(last));
    for kind in [
        Reply::Fine,
        Reply::Session(0),
        Reply::LoginRefused,
        Reply::SessionOver,
        Reply::SessionUnchecked,
        Reply::Status(500),
    ] {
        assert!(
            pair.seen.iter().any(|(seen, _)| *seen == kind),
            "{kind:?} was never answered: {:?}",
            pair.seen
        );
    }
}

#[test]
fn with_one_session_a_user_the_model_answers_what_the_server_answers() {
    plays_alike(SessionsPerUser::One, 1);
}

#[test]
fn with_many_sessions_a_user_the_model_answers_what_the_server_answers() {
    plays_alike(SessionsPerUser::Many, 2);
}
