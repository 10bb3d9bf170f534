//! The mini-program around the core: carries out its commands on virtual time, keeps the log of host calls, and
//! ends the story at once where the core breaks a rule that always holds.

mod answers;
mod commands;

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use serde_json::{Value as Tree, json};
use wafer_client_wasm::core::{
    Address, CallId, CheckMode, EventKind, Failure, FlightId, Goal, Input, Lifecycle, LoginMode, Protocol,
    Settings, Word,
};

use answers::Happening;

use crate::json::Json;
use crate::script::{Api, Ask, Reply};
use crate::server::{Dialect, Server};

/// No story needs so many steps.
const ENDLESS_STEPS: u32 = 100_000;
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

/// The login step or check that is on its way, as far as the host can tell.
#[derive(Clone, Copy, Debug)]
struct Flight {
    id: FlightId,
    until_ms: f64,
    /// A check is of no interest any more when the server refuses the session, whereupon storage is read.
    is_check: bool,
}

/// What the app knows of a call.
#[derive(Debug)]
pub struct AppCall {
    pub ask: Ask,
    pub outcome: Outcome,
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
    steps: u32,
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
            steps: 0,
            timer_ms: None,
            timers_set: 0,
            flight: None,
            clearing: false,
            logins_at_clear: 0,
        };
        host.configure(|settings| {
            settings.login_url = Address::of("https://api.example.com/login");
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

    /// The skey in the storage, which may be all there is in it.
    pub fn stored_skey(&self) -> Option<String> {
        let stored = Json(self.storage.borrow().clone()?);
        Some(stored.0.as_str().map_or_else(|| stored.text(Word::Skey), str::to_owned))
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
        self.configure(|settings| settings.trusted_origins.extend(Address::of(url)));
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
        self.calls.insert(id, AppCall { ask, outcome: PENDING });
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
        self.steps += 1;
        assert!(self.steps < ENDLESS_STEPS, "the story goes on for ever");
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
