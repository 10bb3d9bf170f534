//! The state machine: one input in, commands out.

#[cfg(feature = "explore")]
mod canonical;
mod login;
mod requests;

use super::calls::{Call, Calls, Retry, Stage};
use super::queue::Queue;
use super::{
    Backoff, CallId, Cause, CheckMode, Clock, Command, EventKind, Failure, FlightId, Generation, Goal, Input,
    KeyEpoch, LoginBudget, Phase, Place, Previous, Random, Settings, Step, Value, Word,
};

/// The longest that `setTimeout` can wait.
const LONGEST_MS: f64 = 2_147_483_647.0;

/// What the core grants while the session is live and nothing is to be decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pass {
    /// The session that signs what goes out.
    pub generation: Generation,
    /// Whether calls that need the session (`login: true`) may go out; the others may.
    pub login: bool,
    /// The field that tells a plain answer; see [`Protocol::plain`](super::Protocol::plain).
    pub field: Word,
    /// The number that this field of the body must have, or `None` if it must be missing.
    pub value: Option<u32>,
}

#[cfg(feature = "explore")]
pub use canonical::{Age, Canon};

/// The session of one app and the calls that need it.
#[derive(Clone, Debug)]
pub struct Lifecycle<V> {
    settings: Settings,
    phase: Phase<V>,
    /// Number of the session in `phase`, or of the last one there was.
    generation: Generation,
    /// Sessions up to this number were ended by the app: their calls do not log in again.
    logged_out: Generation,
    calls: Calls<V>,
    waiters: Vec<CallId>,
    budget: LoginBudget,
    backoff: Backoff<V>,
    /// The random number that came with the last code: how long to wait if its login fails.
    random: Random,
    flight: FlightId,
    key_epoch: KeyEpoch,
    /// The epoch of the session_key that the server has. It lags behind after a login that got its code and then
    /// failed: the session goes on, but user data is under a session_key that the server has never seen.
    server_epoch: KeyEpoch,
    clock: Clock,
    now_ms: f64,
    /// When the host's timer goes off, in ms of `clock`.
    wake_ms: f64,
    observed: bool,
    /// The URL that was judged last and its place, under the settings in force: apps ask for the same ones again.
    judged: Option<(V, Place)>,
    commands: Queue<Command<V>>,
}

impl<V: Value> Lifecycle<V> {
    /// A lifecycle that has not read its storage yet.
    pub const fn new() -> Self {
        Lifecycle {
            settings: Settings::new(),
            phase: Phase::Unread,
            generation: Generation(0),
            logged_out: Generation(0),
            calls: Calls::new(),
            waiters: Vec::new(),
            budget: LoginBudget::new(),
            backoff: Backoff::new(),
            random: 0.0,
            flight: FlightId(0),
            key_epoch: KeyEpoch(0),
            server_epoch: KeyEpoch(0),
            clock: Clock::new(),
            now_ms: 0.0,
            wake_ms: f64::INFINITY,
            observed: false,
            judged: None,
            commands: Queue::new(),
        }
    }
}

impl<V: Value> Lifecycle<V> {
    /// Takes an input at the host's time `host_ms` (Unix time in ms). Drain [`Lifecycle::poll`] afterwards.
    pub fn handle(&mut self, input: Input<V>, host_ms: f64) {
        self.now_ms = self.clock.observe(host_ms, self.wake_ms);
        match input {
            Input::Restore(logins) => {
                self.budget.restore(logins);
                if logins > 0 {
                    // The last of them may have got its code and nothing more.
                    self.key_epoch = self.key_epoch.next();
                }
                self.wake_for_budget();
            }
            Input::Configure(settings) => self.configure(settings),
            Input::Observe(observed) => self.observed = observed,
            Input::Start(id, options) => {
                self.event(EventKind::Call, Some(id));
                self.begin(Call::new(id, options, Retry::Left, false));
            }
            Input::Abort(id) => {
                if self.calls.take(id).is_some() {
                    self.fail(id, Failure::Aborted, None);
                }
            }
            Input::AbortSent(id) => {
                self.commands.push(Command::AbortRequest(id));
                self.fail(id, Failure::Aborted, None);
            }
            Input::Clear => self.clear(),
            Input::Stored(stored) => self.stored(self.settings.protocol.read_stored(&stored)),
            Input::Checked { flight, valid } => self.checked(flight, valid),
            Input::Code { flight, code, random } => {
                self.random = random;
                self.code(flight, code);
            }
            Input::LoginUnavailable { flight } => self.login_failed(flight, Cause::Unavailable, None),
            Input::LoginUnsent { flight, error } => self.login_failed(flight, Cause::Unsent, Some(error)),
            Input::LoginUserInfo { flight, data } => self.login_user_info(flight, data),
            Input::LoginAnswered { flight, status, body, detail } => {
                self.login_answered(flight, self.settings.protocol.read_login(status, &body), detail);
            }
            Input::LoginFailed { flight, error } => {
                self.login_failed(flight, Cause::of(&error), Some(error));
            }
            Input::UserInfo { call, data } => self.user_info(call, data),
            Input::UserInfoFailed { call, error } => self.user_info_failed(call, Cause::of(&error)),
            Input::Answered { call, status, body } => {
                let verdict = self.settings.protocol.judge(status, &body, call.signed_by.is_some());
                self.answered(call, verdict);
            }
            Input::Failed { call, error } => self.fail(call, request_failure(Cause::of(&error)), None),
            Input::Pending { call, waited_ms, timeout_ms } => self.pending(call, waited_ms, timeout_ms),
            Input::Returned => self.backoff.returned(),
            Input::Tick => self.tick(),
        }
    }

    /// The next command, in the order in which they are to be carried out. Call it until it answers `None` after each
    /// [`Lifecycle::handle`], and before the app's code runs: a command that is left out leaves a phase that nobody
    /// ends. Carrying out a command may lead to inputs at once; hand them in after the last command.
    #[must_use]
    pub fn poll(&mut self) -> Option<Command<V>> {
        self.commands.pop()
    }

    /// Whether no command is left.
    pub fn is_idle(&self) -> bool {
        self.commands.is_empty()
    }

    /// The pass, under which the host may send requests to trusted places and let plain answers settle their calls,
    /// without an input. `None` while there is anything to decide or to tell.
    ///
    /// Ask anew after each drain: every input withdraws the pass.
    pub fn pass(&self) -> Option<Pass> {
        let login = match &self.phase {
            Phase::Live(_) => self.settings.check != CheckMode::Always,
            // WeChat is asked for calls that need the session, and only for those.
            Phase::Unchecked(_) => false,
            Phase::Unread
            | Phase::Reading { .. }
            | Phase::Absent
            | Phase::Checking { .. }
            | Phase::LoggingIn { .. } => return None,
        };
        let unwatched = !self.observed && self.is_idle();
        let (field, value) = self.settings.protocol.plain().filter(|_| unwatched)?;
        Some(Pass { generation: self.generation, login, field, value })
    }

    /// Visits every value that the lifecycle holds while it is idle, for hosts whose values are places in a table
    /// of their own: what is not visited will never be asked for again.
    pub fn for_each_value(&mut self, visit: &mut impl FnMut(&mut V)) {
        match &mut self.phase {
            Phase::Unread | Phase::Absent => {}
            Phase::Reading { refused } => refused.iter_mut().for_each(&mut *visit),
            Phase::Unchecked(session) | Phase::Live(session) | Phase::Checking { session, .. } => {
                visit(session.record_mut());
            }
            Phase::LoggingIn { previous, step, .. } => {
                match previous {
                    Previous::Nobody | Previous::Refused => {}
                    Previous::Good(session) => visit(session.record_mut()),
                }
                match step {
                    Step::Code => {}
                    Step::UserInfo { code } => visit(code),
                    Step::Request { user_info } => user_info.iter_mut().for_each(&mut *visit),
                }
            }
        }
        self.backoff.detail_mut().into_iter().for_each(&mut *visit);
        if let Some((url, _)) = &mut self.judged {
            visit(url);
        }
        for call in self.calls.iter_mut() {
            visit(&mut call.options.url);
            call.options.user_data.iter_mut().for_each(&mut *visit);
        }
    }

    /// The settings in force.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Takes over new settings. A session belongs to the server that gave it: when the login URL moves to
    /// another origin or the protocol changes, the session ends and a login on its way is discarded.
    fn configure(&mut self, settings: Settings) {
        let old = std::mem::replace(&mut self.settings, settings);
        self.judged = None;
        let elsewhere = match (&old.login_url, &self.settings.login_url) {
            (Some(from), Some(to)) => !from.has_origin_of(to),
            (None, _) | (_, None) => false,
        };
        let known = !matches!(self.phase, Phase::Unread);
        if elsewhere || old.protocol != self.settings.protocol {
            self.backoff.end();
            if known {
                self.clear();
            }
        }
    }

    /// Log-out: wins over whatever is on its way.
    fn clear(&mut self) {
        self.event(EventKind::Logout, None);
        self.logged_out = self.generation;
        self.phase = Phase::Absent;
        self.commands.push(Command::RemoveSession);
        self.commands.push(Command::Session(None));
        self.release_without_session(Failure::LoginDiscarded, None, 0.0);
        while let Some(id) = self.fetching(f64::INFINITY) {
            self.fail_kept(id, Failure::LoginDiscarded, None);
        }
    }

    fn succeed(&mut self, id: CallId) {
        self.event(EventKind::Success, Some(id));
        self.commands.push(Command::Succeed(id));
    }

    fn fail(&mut self, id: CallId, failure: Failure, detail: Option<V>) {
        self.fail_for(id, failure, detail, 0.0);
    }

    /// Fails a call, and says that calls which need a login will fail likewise for `retry_after_ms`.
    fn fail_for(&mut self, id: CallId, failure: Failure, detail: Option<V>, retry_after_ms: f64) {
        self.event_of(EventKind::Fail, Some(id), Some(failure));
        self.commands.push(Command::Fail { call: id, failure, detail, retry_after_ms });
    }

    /// Fails a call that the core keeps.
    fn fail_kept(&mut self, id: CallId, failure: Failure, detail: Option<V>) {
        if self.calls.take(id).is_some() {
            self.fail(id, failure, detail);
        }
    }

    fn event(&mut self, kind: EventKind, call: Option<CallId>) {
        self.event_of(kind, call, None);
    }

    fn event_of(&mut self, kind: EventKind, call: Option<CallId>, failure: Option<Failure>) {
        if self.observed {
            self.commands.push(Command::Event { kind, call, failure });
        }
    }

    /// Answers the time of a deadline, and sets the host's timer for it unless the timer goes off earlier anyway.
    fn deadline(&mut self, in_ms: f64) -> f64 {
        let in_ms = in_ms.min(LONGEST_MS);
        let deadline_ms = self.now_ms + in_ms;
        if deadline_ms < self.wake_ms {
            self.wake_ms = deadline_ms;
            self.budget.timer_set(in_ms);
            self.commands.push(Command::Wake(in_ms));
        }
        deadline_ms
    }

    fn wake_for_budget(&mut self) {
        let in_ms = self.budget.wake_in_ms();
        if in_ms.is_finite() {
            self.deadline(in_ms);
        }
    }

    /// The host's timer went off: whatever is due fails, and the timer is set for the next deadline.
    fn tick(&mut self) {
        if self.wake_ms.is_finite() {
            self.now_ms = self.clock.reach(self.wake_ms);
        }
        self.wake_ms = f64::INFINITY;
        self.budget.timer_went_off();
        if self.phase.deadline_ms() <= self.now_ms {
            self.phase_overdue();
        }
        while let Some(id) = self.fetching(self.now_ms) {
            self.fail_kept(id, Failure::UserInfo, None);
        }
        let mut next_ms = self.phase.deadline_ms().min(self.now_ms + self.budget.wake_in_ms());
        for call in self.calls.iter() {
            next_ms = next_ms.min(call.stage.deadline_ms());
        }
        if next_ms < self.wake_ms {
            self.deadline(next_ms - self.now_ms);
        }
    }

    /// A call that fetches user data with a deadline up to `until_ms`.
    fn fetching(&self, until_ms: f64) -> Option<CallId> {
        let fetches = |call: &&Call<V>| call.stage != Stage::Waiting && call.stage.deadline_ms() <= until_ms;
        self.calls.iter().find(fetches).map(|call| call.id)
    }

    /// Where a call leads under the settings of now. A call that sends nothing is trusted.
    fn place_of(&mut self, url: &V, goal: Goal) -> Place {
        match goal {
            Goal::Request => {}
            Goal::Login | Goal::Relogin | Goal::UserInfo | Goal::UserProfile => return Place::Trusted,
        }
        if let Some((judged, place)) = &self.judged
            && judged.same(url)
        {
            return *place;
        }
        let place = Place::of_url(url, &self.settings);
        self.judged = Some((url.clone(), place));
        place
    }
}

impl<V: Value> Default for Lifecycle<V> {
    fn default() -> Self {
        Self::new()
    }
}

/// How a failed login step appears to callers.
fn login_failure<V>(step: &Step<V>, cause: Cause) -> Failure {
    match (step, cause) {
        (_, Cause::Unavailable) => Failure::LoginUnavailable,
        (_, Cause::Privacy) => Failure::PrivacyRefused,
        (_, Cause::Timeout) => Failure::LoginTimeout,
        (Step::Code, _) => Failure::WxLogin,
        (Step::UserInfo { .. }, Cause::Denied) => Failure::UserDenied,
        (Step::UserInfo { .. }, Cause::Aborted | Cause::Unsent | Cause::Other) => Failure::UserInfo,
        (Step::Request { .. }, _) => Failure::LoginNetwork,
    }
}

/// How failed fetching of user data appears to callers.
fn user_info_failure(cause: Cause) -> Failure {
    match cause {
        Cause::Denied => Failure::UserDenied,
        Cause::Privacy => Failure::PrivacyRefused,
        Cause::Unavailable => Failure::LoginUnavailable,
        Cause::Aborted | Cause::Timeout | Cause::Unsent | Cause::Other => Failure::UserInfo,
    }
}

/// How a failed request appears to callers. An abort that wx tells of is not the app's: a call that the app aborted
/// has settled by then.
fn request_failure(cause: Cause) -> Failure {
    match cause {
        Cause::Timeout => Failure::Timeout,
        Cause::Aborted
        | Cause::Denied
        | Cause::Privacy
        | Cause::Unavailable
        | Cause::Unsent
        | Cause::Other => Failure::Network,
    }
}
