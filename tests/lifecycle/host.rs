//! The mini-program around the core: carries out its commands on virtual time, keeps the log of host calls, and
//! ends the story at once where the core breaks a rule that always holds.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use serde_json::{Value as Tree, json};
use wafer_client_wasm::core::{
    Attempt, CallId, Cause, CheckMode, Command, EventKind, Failure, FlightId, Goal, Input, Lifecycle,
    LoginMode, Origin, Protocol, Settings, Value, Word,
};

use crate::json::Json;
use crate::script::{Api, Ask, Reply};
use crate::server::{Dialect, Server};

/// How long a request takes to its server, and the answer back; half of what WeChat takes.
const TRIP_MS: f64 = 10.0;
/// Some moment in Unix time.
const START_MS: f64 = 1_700_000_000_000.0;

/// How a call ended.
pub type Outcome = Option<Result<(), Failure>>;
/// It succeeded.
pub const SUCCEEDED: Outcome = Some(Ok(()));
/// It has not ended.
pub const PENDING: Outcome = None;
/// It failed.
pub fn failed(failure: Failure) -> Outcome {
    Some(Err(failure))
}

/// What is to happen at some time.
#[derive(Clone, Debug)]
enum Happening {
    Input(Input<Json>),
    Arrival { to: Asker, url: String, header: Json, replies: Vec<f64>, instead: Option<(u32, Tree)> },
    Answer { to: Asker, status: u32, body: Json },
}

/// Who waits for an answer.
#[derive(Clone, Copy, Debug)]
enum Asker {
    Login(FlightId),
    Call(CallId, Attempt),
}

/// The login step or check that is on its way, as far as the host can tell.
#[derive(Clone, Copy, Debug)]
struct Flight {
    id: FlightId,
    until_ms: f64,
}

/// What the app knows of a call.
#[derive(Debug)]
pub struct AppCall {
    pub ask: Ask,
    pub outcome: Outcome,
    pub sends: usize,
}

/// One copy of the SDK in a mini-program.
pub struct Host {
    lifecycle: Lifecycle<Json>,
    settings: Settings,
    pub now_ms: f64,
    /// How far the user has moved the clock, in ms.
    pub clock_set_by_ms: f64,
    pub server: Rc<RefCell<Server>>,
    pub storage: Rc<RefCell<Option<Tree>>>,
    /// Host calls with their times.
    pub log: Vec<(f64, String)>,
    pub calls: BTreeMap<CallId, AppCall>,
    pub events: Vec<EventKind>,
    /// The session as the core announced it last.
    pub session: Option<Tree>,
    header: Option<Json>,
    /// Details that came with failures.
    pub details: BTreeMap<CallId, Json>,
    scripted: BTreeMap<Api, (VecDeque<Reply>, Option<Reply>)>,
    agenda: Vec<(f64, u64, Happening)>,
    happenings: u64,
    timer_ms: Option<f64>,
    /// How often the core set its timer.
    pub timers_set: usize,
    flight: Option<Flight>,
    /// Whether the app just ended the session, so that the storage may be cleared.
    clearing: bool,
    /// `wx.login` calls there had been at the last log-out.
    logins_at_clear: usize,
}

impl Host {
    /// A first launch: nothing stored, a wafer server of the code-only kind, the login URL set.
    pub fn new() -> Self {
        Self::with_server(Dialect::Fork)
    }

    pub fn with_server(dialect: Dialect) -> Self {
        Self::on(Rc::new(RefCell::new(Server::new(dialect))), Rc::default())
    }

    /// A second copy of the SDK in the same app: it shares server and storage.
    pub fn copy(&self) -> Self {
        Self::on(Rc::clone(&self.server), Rc::clone(&self.storage))
    }

    /// Opens the app anew; whatever was on its way is gone.
    pub fn relaunch(&self) -> Self {
        let mut host = self.copy();
        host.now_ms = self.now_ms;
        host.configure(|settings| *settings = self.settings.clone());
        host
    }

    fn on(server: Rc<RefCell<Server>>, storage: Rc<RefCell<Option<Tree>>>) -> Self {
        let dialect = server.borrow().dialect;
        let mut host = Host {
            lifecycle: Lifecycle::new(),
            settings: Settings::default(),
            now_ms: 0.0,
            clock_set_by_ms: 0.0,
            server,
            storage,
            log: Vec::new(),
            calls: BTreeMap::new(),
            events: Vec::new(),
            session: None,
            header: None,
            details: BTreeMap::new(),
            scripted: BTreeMap::new(),
            agenda: Vec::new(),
            happenings: 0,
            timer_ms: None,
            timers_set: 0,
            flight: None,
            clearing: false,
            logins_at_clear: 0,
        };
        host.configure(|settings| {
            settings.login_url = Some("https://api.example.com/login".to_owned());
            settings.protocol = match dialect {
                Dialect::Wafer | Dialect::Fork => Protocol::Wafer,
                Dialect::Wafer2 => Protocol::Wafer2,
                Dialect::Bearer => Protocol::Custom,
            };
        });
        host
    }

    /// A later launch: a session is stored that the server accepts.
    pub fn logged_in() -> Self {
        let host = Self::new();
        host.server.borrow_mut().accept("stored");
        host.store(json!({ "id": "id", "skey": "stored", "userInfo": { "nickName": "新用户" } }));
        host
    }

    /// What an earlier launch, or another copy of the SDK, left in the storage.
    pub fn store(&self, value: Tree) {
        *self.storage.borrow_mut() = Some(value);
    }

    pub fn stored_skey(&self) -> Option<String> {
        self.storage.borrow().as_ref().map(|stored| Json(stored.clone()).text(Word::Skey))
    }

    pub fn configure(&mut self, change: impl FnOnce(&mut Settings)) {
        change(&mut self.settings);
        self.clearing = true;
        self.handle(Input::Configure(self.settings.clone()));
        self.clearing = false;
    }

    pub fn check_mode(&mut self, mode: CheckMode) {
        self.configure(|settings| settings.check = mode);
    }

    pub fn login_mode(&mut self, mode: LoginMode) {
        self.server.borrow_mut().wants_user_info = mode == LoginMode::CodeAndUserInfo;
        self.configure(|settings| settings.login_mode = mode);
    }

    pub fn trust(&mut self, url: &str) {
        self.configure(|settings| settings.trusted_origins.extend(Origin::of(url)));
    }

    /// The next answer of an API.
    pub fn next(&mut self, api: Api, reply: Reply) {
        self.scripted.entry(api).or_default().0.push_back(reply);
    }

    /// Every answer of an API from now on, unless [`Host::next`] has one.
    pub fn always(&mut self, api: Api, reply: Reply) {
        self.scripted.entry(api).or_default().1 = Some(reply);
    }

    /// From now on everything answers as it should.
    pub fn all_usual(&mut self) {
        self.scripted.clear();
    }

    pub fn call(&mut self, ask: Ask) -> CallId {
        let id = CallId(self.calls.len() as u32 + 1);
        let options = ask.options(self.lifecycle.settings());
        self.calls.insert(id, AppCall { ask, outcome: PENDING, sends: 0 });
        self.handle(Input::Start(id, options));
        id
    }

    /// `request({ login: true })`.
    pub fn request(&mut self, path: &str) -> CallId {
        self.call(Ask::to(path))
    }

    pub fn requests(&mut self, count: usize) -> Vec<CallId> {
        (0..count).map(|_| self.request("/user")).collect()
    }

    pub fn login(&mut self) -> CallId {
        self.call(Ask::goal(Goal::Login))
    }

    pub fn abort(&mut self, call: CallId) {
        self.handle(Input::Abort(call));
    }

    pub fn clear_session(&mut self) {
        self.clearing = true;
        self.handle(Input::Clear);
        self.clearing = false;
        assert!(self.session.is_none(), "log-out left a session");
    }

    pub fn observe(&mut self) {
        self.handle(Input::Observe(true));
    }

    /// Hands an input to the core as the JS layer would.
    pub fn handle(&mut self, input: Input<Json>) {
        if matches!(input, Input::Clear) {
            self.flight = None;
            self.logins_at_clear = self.count("login");
        }
        self.landed(&input);
        self.lifecycle.handle(input, self.clock_ms());
        while let Some(command) = self.lifecycle.poll() {
            self.carry_out(command);
        }
    }

    fn clock_ms(&self) -> f64 {
        START_MS + self.now_ms + self.clock_set_by_ms
    }

    /// Lets time pass until every call has settled and nothing is on its way.
    pub fn run(&mut self) {
        while !self.agenda.is_empty() || self.calls.values().any(|call| call.outcome == PENDING) {
            assert!(self.step(f64::INFINITY), "a call hangs and no timer is set");
        }
    }

    /// Lets everything come to rest, timers too.
    pub fn rest(&mut self) {
        self.run();
        let ticks = (0..10_000).take_while(|_| self.step(f64::INFINITY)).count();
        assert!(ticks < 10_000, "the timer is set for ever");
    }

    pub fn run_for(&mut self, ms: f64) {
        let until_ms = self.now_ms + ms;
        while self.step(until_ms) {}
        self.now_ms = until_ms;
    }

    /// Does what comes next, if it comes by `until_ms`.
    fn step(&mut self, until_ms: f64) -> bool {
        let next = self.agenda.iter().enumerate();
        let next = next.min_by(|(_, a), (_, b)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let (index, at_ms) = next.map_or((0, f64::INFINITY), |(index, (at_ms, ..))| (index, *at_ms));
        let timer_ms = self.timer_ms.unwrap_or(f64::INFINITY);
        if at_ms.min(timer_ms) > until_ms || at_ms.min(timer_ms) == f64::INFINITY {
            return false;
        }
        if timer_ms < at_ms {
            self.now_ms = self.now_ms.max(timer_ms);
            self.timer_ms = None;
            self.handle(Input::Tick);
        } else {
            let (_, _, happening) = self.agenda.remove(index);
            self.now_ms = self.now_ms.max(at_ms);
            self.happen(happening);
        }
        true
    }

    fn later(&mut self, at_ms: f64, happening: Happening) {
        self.happenings += 1;
        self.agenda.push((at_ms, self.happenings, happening));
    }

    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Input(input) => self.handle(input),
            Happening::Arrival { to, url, header, replies, instead } => {
                let answer = instead.unwrap_or_else(|| self.server.borrow_mut().answer(&url, &header));
                for at_ms in replies {
                    let (status, body) = (answer.0, Json(answer.1.clone()));
                    self.later(at_ms, Happening::Answer { to, status, body });
                }
            }
            Happening::Answer { to, status, body } => {
                let protocol = self.lifecycle.settings().protocol;
                let input = match to {
                    Asker::Login(flight) => {
                        let answer = protocol.read_login(status, &body);
                        Input::LoginAnswered { flight, answer, detail: body }
                    }
                    Asker::Call(call, attempt) => {
                        Input::Answered { call, attempt, verdict: protocol.judge(status, &body) }
                    }
                };
                self.handle(input);
            }
        }
    }

    /// Takes note that a login step or check came to its end.
    fn landed(&mut self, input: &Input<Json>) {
        let (Input::Checked { flight, .. }
        | Input::Code { flight, .. }
        | Input::LoginUserInfo { flight, .. }
        | Input::LoginAnswered { flight, .. }
        | Input::LoginFailed { flight, .. }) = input
        else {
            return;
        };
        if self.flight.is_some_and(|own| own.id == *flight) {
            self.flight = None;
        }
    }

    fn take_off(&mut self, id: FlightId, within_ms: f64) {
        let busy = self.flight.is_some_and(|flight| self.now_ms < flight.until_ms);
        assert!(!busy, "a check or login began while another was on its way");
        self.flight = Some(Flight { id, until_ms: self.now_ms + within_ms });
    }

    fn reply(&mut self, api: Api) -> Reply {
        let scripted = self.scripted.get_mut(&api);
        scripted
            .and_then(|(next, always)| next.pop_front().or_else(|| always.clone()))
            .unwrap_or(Reply::Usual)
    }

    /// Asks WeChat: `usual` is the answer as it should be.
    fn ask(
        &mut self,
        api: Api,
        usual: Tree,
        answer: impl Fn(Json) -> Input<Json>,
        failure: impl Fn(Cause) -> Input<Json>,
    ) {
        let soon_ms = self.now_ms + TRIP_MS / 2.0;
        let inputs = match self.reply(api) {
            Reply::Usual => vec![(soon_ms, answer(Json(usual)))],
            Reply::After(ms) => vec![(self.now_ms + ms, answer(Json(usual)))],
            Reply::Thrice => vec![
                (soon_ms, answer(Json(usual.clone()))),
                (soon_ms, answer(Json(usual))),
                (soon_ms, failure(Cause::Other)),
            ],
            Reply::Hang => Vec::new(),
            Reply::Fail(cause) => vec![(soon_ms, failure(cause))],
            Reply::Answer(_, value) => vec![(soon_ms, answer(Json(value)))],
        };
        for (at_ms, input) in inputs {
            self.later(at_ms, Happening::Input(input));
        }
    }

    fn ask_server(&mut self, api: Api, to: Asker, url: String, header: Json) {
        let (there_ms, back_ms) = (self.now_ms + TRIP_MS, self.now_ms + 2.0 * TRIP_MS);
        let fails = |cause| match to {
            Asker::Login(flight) => Input::LoginFailed { flight, cause, detail: Json(json!("wx failed")) },
            Asker::Call(call, attempt) => Input::Failed { call, attempt, cause },
        };
        let (replies, instead) = match self.reply(api) {
            Reply::Usual => (vec![back_ms], None),
            Reply::After(ms) => (vec![self.now_ms + ms], None),
            Reply::Thrice => {
                self.later(back_ms + 1.0, Happening::Input(fails(Cause::Other)));
                (vec![back_ms, back_ms], None)
            }
            Reply::Hang => (Vec::new(), None),
            Reply::Fail(cause) => {
                self.later(back_ms, Happening::Input(fails(cause)));
                return;
            }
            Reply::Answer(status, body) => (vec![back_ms], Some((status, body))),
        };
        self.later(there_ms, Happening::Arrival { to, url, header, replies, instead });
    }

    /// A host call, into the log.
    fn note(&mut self, what: &str, detail: &str) {
        self.log.push((self.now_ms, format!("{what} {detail}").trim_end().to_owned()));
    }

    fn carry_out(&mut self, command: Command<Json>) {
        match command {
            Command::ReadSession => {
                self.note("getStorage", "");
                let stored = self.storage.borrow().clone().unwrap_or(Tree::Null);
                let session = self.lifecycle.settings().protocol.read_stored(&Json(stored));
                self.lifecycle.handle(Input::Stored(session), self.clock_ms());
            }
            Command::WriteSession(stored) => {
                self.note("setStorage", &stored.text(Word::Skey));
                if matches!(self.reply(Api::Store), Reply::Usual) {
                    *self.storage.borrow_mut() = Some(stored.0);
                } else {
                    self.lifecycle.handle(Input::StoreFailed, self.clock_ms());
                }
            }
            Command::RemoveSession => self.remove_session(),
            Command::Session(session) => {
                self.header = session.as_ref().map(|session| session.header());
                self.session = session.map(|session| session.stored().0);
                self.check_announced();
            }
            Command::CheckSession(flight) => {
                self.note("checkSession", "");
                self.take_off(flight, self.settings.check_session_ms);
                let valid = move |_| Input::Checked { flight, valid: true };
                self.ask(Api::CheckSession, Tree::Null, valid, move |_| Input::Checked {
                    flight,
                    valid: false,
                });
            }
            Command::WxLogin(flight) => {
                self.note("login", "");
                self.take_off(flight, self.settings.login_ms);
                let code = self.server.borrow_mut().issue_code();
                self.ask(
                    Api::Login,
                    json!(code),
                    move |code| Input::Code { flight, code },
                    login_fails(flight),
                );
            }
            Command::LoginUserInfo(flight) => {
                self.note("getUserInfo", "");
                self.take_off(flight, self.settings.login_ms);
                let data = self.server.borrow().user_data();
                let answer = move |data| Input::LoginUserInfo { flight, data };
                self.ask(Api::UserInfo, data, answer, login_fails(flight));
            }
            Command::LoginRequest { flight, header } => {
                self.note("request /login", &header.text(Word::HeaderCode));
                self.take_off(flight, self.settings.login_request_ms);
                let url = self.settings.login_url.clone().expect("no login without a login URL");
                self.ask_server(Api::LoginRequest, Asker::Login(flight), url, header);
            }
            Command::UserInfo(call, attempt) => {
                let profile = self.calls[&call].ask.asks_for_profile();
                self.note(if profile { "getUserProfile" } else { "getUserInfo" }, "");
                let data = self.server.borrow().user_data();
                let answer = move |data| Input::UserInfo { call, attempt, data };
                self.ask(Api::UserInfo, data, answer, move |cause| Input::Failed { call, attempt, cause });
            }
            Command::Send { call, attempt, signed, user_data } => self.send(call, attempt, signed, user_data),
            Command::AbortRequest(call) => {
                let name = self.calls[&call].ask.name().to_owned();
                self.note("abort", &name);
            }
            Command::Succeed(call) => self.settle(call, Ok(())),
            Command::Fail { call, failure, detail } => {
                self.settle(call, Err(failure));
                self.details.extend(detail.map(|detail| (call, detail)));
            }
            Command::Wake(in_ms) => {
                assert!(in_ms.is_finite() && in_ms <= 2_147_483_647.0, "setTimeout cannot wait {in_ms} ms");
                self.timers_set += 1;
                self.timer_ms = Some(self.now_ms + in_ms.max(0.0));
            }
            Command::Event { kind, .. } => self.events.push(kind),
        }
    }

    fn send(&mut self, call: CallId, attempt: Attempt, signed: bool, user_data: Option<Json>) {
        let mut header = user_data.unwrap_or_else(Json::record);
        if signed {
            let session = self.header.as_ref().expect("signed while there is no session");
            let (Tree::Object(all), Tree::Object(own)) = (&mut header.0, &session.0) else {
                panic!("headers are records")
            };
            all.extend(own.clone());
        }
        let app_call = self.calls.get_mut(&call).expect("only calls of the app are sent");
        assert_eq!(app_call.outcome, PENDING, "a settled call was sent");
        app_call.sends += 1;
        let (url, name) = (app_call.ask.url.clone(), app_call.ask.name().to_owned());
        let data = header.text(Word::HeaderEncryptedData);
        let skey = header.text(Word::HeaderSkey);
        self.note(&format!("request {name} {skey}"), &data);
        self.ask_server(Api::Request, Asker::Call(call, attempt), url, header);
    }

    fn settle(&mut self, call: CallId, outcome: Result<(), Failure>) {
        let app_call = self.calls.get_mut(&call).expect("only calls of the app settle");
        assert_eq!(app_call.outcome, PENDING, "a call settled twice");
        app_call.outcome = Some(outcome);
    }

    fn remove_session(&mut self) {
        self.note("removeStorage", "");
        let refused = self.stored_skey().is_none_or(|skey| self.server.borrow().refused.contains(&skey));
        assert!(self.clearing || refused, "a session was deleted that the server has not refused");
        *self.storage.borrow_mut() = None;
    }

    /// A session that comes from a login older than the last log-out must not appear again.
    fn check_announced(&self) {
        let skey = self.session.as_ref().map(|session| Json(session.clone()).text(Word::Skey));
        let number = skey.and_then(|skey| skey.strip_prefix("skey-")?.parse::<usize>().ok());
        if let (Some(number), 1) = (number, Rc::strong_count(&self.server)) {
            assert!(number > self.logins_at_clear, "log-out was undone by an older login");
        }
    }

    pub fn outcome(&self, call: CallId) -> Outcome {
        self.calls[&call].outcome
    }

    pub fn outcomes(&self, calls: &[CallId]) -> Vec<Outcome> {
        calls.iter().map(|call| self.outcome(*call)).collect()
    }

    /// The host calls so far, as texts: the API, then what matters of its arguments.
    pub fn log(&self) -> Vec<&str> {
        self.log.iter().map(|(_, entry)| entry.as_str()).collect()
    }

    /// The host calls since the last time that they were taken.
    pub fn take_log(&mut self) -> Vec<String> {
        std::mem::take(&mut self.log).into_iter().map(|(_, entry)| entry).collect()
    }

    /// How many host calls begin like this.
    pub fn count(&self, beginning: &str) -> usize {
        self.log.iter().filter(|(_, entry)| entry.starts_with(beginning)).count()
    }
}

fn login_fails(flight: FlightId) -> impl Fn(Cause) -> Input<Json> {
    move |cause| Input::LoginFailed { flight, cause, detail: Json(json!("wx failed")) }
}
