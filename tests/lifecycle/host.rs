//! The mini-program around the core: it plays js/ on virtual time, as far as js/ matters to the lifecycle, keeps the log
//! of host calls, and ends the story at once where the core breaks a rule that always holds.
//!
//! Like js/ it sends under the pass and settles plain answers by itself while there is one, hands everything else to the
//! core, lets no answer through that comes late or twice, and tells the core of calls that are on their way for long.

mod answers;
pub mod by_hand;
mod commands;
mod patrol;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

use serde_json::{Value as Tree, json};
use wafer_client_wasm::core::{
    Address, CallId, CheckMode, EventKind, Failure, FlightId, Goal, Input, Lifecycle, LoginMode, Pass, Place,
    Protocol, Random, Retry, SentCall, Settings, Word,
};

use answers::Happening;

use crate::json::Json;
use crate::script::{Api, Ask, Reply};
use crate::server::{Dialect, Server};

/// No story needs so many steps.
const ENDLESS_STEPS: u32 = 100_000;
/// Some moment in Unix time.
const START_MS: f64 = 1_700_000_000_000.0;
/// The number of the developer's own protocol in the stories of a server that needs one.
pub const BEARER: Protocol = Protocol::Custom(2);

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

/// Whether these stories are played with somebody who listens to events from the beginning, so that no pass is ever
/// granted: tests/watched plays them so.
pub fn is_watched() -> bool {
    env!("CARGO_CRATE_NAME") == "watched"
}

/// The login step or check that is on its way, as far as the host can tell.
#[derive(Clone, Copy, Debug)]
struct Flight {
    id: FlightId,
    until_ms: f64,
    /// When the server refuses the session, storage is read, and a check that is on its way no longer counts.
    is_check: bool,
}

/// What the host knows of a call.
#[derive(Debug)]
pub struct AppCall {
    pub ask: Ask,
    pub outcome: Outcome,
    /// Counts what was asked of wx for this call and what came of it: an answer to an earlier turn is late, also one
    /// that comes twice.
    turn: u32,
    /// The facts of the request that is on its way.
    sent: Option<SentCall<Json>>,
    /// The skey that signed the request that went out last.
    skey: String,
    /// For how long the request has certainly been on its way.
    waited_ms: f64,
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
    is_observed: bool,
    /// The session as the core announced it last.
    pub session: Option<Tree>,
    header: Option<Json>,
    /// Details that came with failures.
    pub details: BTreeMap<CallId, Json>,
    /// For how long calls will fail likewise, as each that failed was told; in ms.
    pub waits: BTreeMap<CallId, f64>,
    /// Until when no login may begin by itself, as a failed call was told last.
    backs_off_until_ms: f64,
    /// What chance gives each login; see [`wafer_client_wasm::core::Backoff`]. With 0, nobody waits.
    pub chance: Random,
    /// What the story has not answered yet; see [`Reply::Held`].
    held: Vec<(Api, by_hand::Question)>,
    scripted: BTreeMap<Api, (VecDeque<Reply>, Option<Reply>)>,
    agenda: Vec<(f64, u64, Happening)>,
    happenings: u64,
    steps: u32,
    timer_ms: Option<f64>,
    /// How often the core set its timer.
    pub timers_set: usize,
    /// When calls that are on their way for long are looked for.
    patrol_ms: Option<f64>,
    /// What the core granted, until the next input.
    pass: Option<Pass>,
    /// How many calls were sent under a pass.
    pub passed: usize,
    /// How often the core was asked.
    pub entries: usize,
    is_draining: bool,
    inputs: VecDeque<Input<Json>>,
    /// What [`Input::Restore`] tells the next instance.
    recent_logins: u32,
    flight: Option<Flight>,
    /// Whether the app just ended the session, so that the storage may be cleared.
    clearing: bool,
    /// `wx.login` calls there had been at the last log-out.
    logins_at_clear: usize,
    /// Keys of sessions that the app or the server ended: nothing may go out that they sign.
    ended: BTreeSet<String>,
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
            is_observed: false,
            session: None,
            header: None,
            details: BTreeMap::new(),
            waits: BTreeMap::new(),
            backs_off_until_ms: 0.0,
            chance: 0.0,
            held: Vec::new(),
            scripted: BTreeMap::new(),
            agenda: Vec::new(),
            happenings: 0,
            steps: 0,
            timer_ms: None,
            timers_set: 0,
            patrol_ms: None,
            pass: None,
            passed: 0,
            entries: 0,
            is_draining: false,
            inputs: VecDeque::new(),
            recent_logins: 0,
            flight: None,
            clearing: false,
            logins_at_clear: 0,
            ended: BTreeSet::new(),
        };
        if is_watched() {
            host.observe(true);
        }
        host.configure(|settings| {
            settings.login_url = Address::of("https://api.example.com/login");
            settings.protocol = match dialect {
                Dialect::Wafer | Dialect::Fork => Protocol::Wafer,
                Dialect::Wafer2 => Protocol::Wafer2,
                Dialect::Bearer => BEARER,
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

    /// [`Host::logged_in`], after the first call: the session is live.
    pub fn live() -> Self {
        let mut host = Self::logged_in();
        host.login();
        host.run();
        host.take_log();
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

    /// `trustedOrigins: []`.
    pub fn trust_nobody(&mut self) {
        self.configure(|settings| settings.trusted_origins.clear());
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

    /// A call of the app: it is sent under the pass, or the core is asked.
    pub fn call(&mut self, ask: Ask) -> CallId {
        let id = CallId(self.calls.len() as u32 + 1);
        let options = ask.options();
        let pass = self
            .pass
            .filter(|pass| ask.goal == Goal::Request && !ask.with_user_info && (pass.login || !ask.login));
        let call =
            AppCall { ask, outcome: PENDING, turn: 0, sent: None, skey: String::new(), waited_ms: 0.0 };
        self.calls.insert(id, call);
        match pass {
            Some(pass) if Place::of_url(&options.url, &self.settings) == Place::Trusted => {
                let user_data = options.user_data.clone();
                let signed_by = Some(pass.generation);
                self.passed += 1;
                let call = SentCall { id, options, signed_by, retry: Retry::Left, checked: false };
                self.send(call, user_data);
            }
            _ => self.handle(Input::Start(id, options)),
        }
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
        let app_call = &self.calls[&call];
        if app_call.outcome == PENDING {
            let is_sent = app_call.sent.is_some();
            self.handle(if is_sent { Input::AbortSent(call) } else { Input::Abort(call) });
        }
    }

    pub fn clear_session(&mut self) {
        self.clearing = true;
        self.handle(Input::Clear);
        self.clearing = false;
        assert!(self.session.is_none(), "log-out left a session");
    }

    /// Whether somebody listens to events from now on.
    pub fn observe(&mut self, is_observed: bool) {
        self.is_observed = is_observed;
        self.handle(Input::Observe(is_observed));
    }

    /// The core is lost while it has nothing to do, and a fresh one takes its place.
    pub fn lose_instance(&mut self) {
        assert!(self.calls.values().all(|call| call.outcome != PENDING), "the calls of a lost core fail");
        self.lifecycle = Lifecycle::new();
        self.timer_ms = None;
        self.flight = None;
        self.observe(self.is_observed);
        self.configure(|_| {});
        if self.recent_logins > 0 {
            self.handle(Input::Restore(self.recent_logins));
        }
    }

    /// The check or login step that is on its way.
    pub fn flight_in_air(&self) -> FlightId {
        self.flight.expect("a flight").id
    }

    /// Hands an input to the core and carries out what follows. Inputs that come of that follow it.
    pub fn handle(&mut self, input: Input<Json>) {
        self.inputs.push_back(input);
        if self.is_draining {
            return;
        }
        self.is_draining = true;
        self.pass = None;
        while let Some(input) = self.inputs.pop_front() {
            self.landed(&input);
            if matches!(input, Input::Returned | Input::Configure(_)) {
                self.backs_off_until_ms = 0.0;
            }
            self.note_end(&input);
            self.entries += 1;
            self.lifecycle.handle(input, self.clock_ms());
            while let Some(command) = self.lifecycle.poll() {
                self.carry_out(command);
                assert!(
                    self.lifecycle.is_idle() || self.lifecycle.pass().is_none(),
                    "a pass was granted before everything was carried out"
                );
            }
        }
        self.is_draining = false;
        self.pass = self.lifecycle.pass();
        let is_busy = self.flight.is_some_and(|flight| self.now_ms + 1.0 < flight.until_ms);
        assert!(
            self.pass.is_none() || (self.header.is_some() && !self.is_observed && !is_busy),
            "a pass was granted while there is something to decide or to tell"
        );
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
        let patrol_ms = self.patrol_ms.unwrap_or(f64::INFINITY);
        let next_ms = at_ms.min(timer_ms).min(patrol_ms);
        if next_ms > until_ms || next_ms == f64::INFINITY {
            return false;
        }
        self.now_ms = self.now_ms.max(next_ms);
        if timer_ms < at_ms.min(patrol_ms) {
            self.timer_ms = None;
            self.handle(Input::Tick);
        } else if patrol_ms < at_ms {
            self.patrol();
        } else {
            let (_, _, happening) = self.agenda.remove(index);
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
