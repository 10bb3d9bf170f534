//! The state machine: one input in, commands out.

mod login;
mod requests;

use super::calls::{Call, Calls, Retry, Stage};
use super::queue::Queue;
use super::{
    CallId, Cause, Clock, Command, EventKind, Failure, FlightId, Generation, Input, KeyEpoch, LoginBudget,
    Phase, Place, Settings, Step, Value,
};

/// The longest that `setTimeout` can wait; a longer one, or a timeout that is no number, ends then.
const LONGEST_MS: f64 = 2_147_483_647.0;

/// The session of one app and the calls that need it.
#[derive(Debug)]
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
    commands: Queue<Command<V>>,
}

impl<V> Lifecycle<V> {
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
            flight: FlightId(0),
            key_epoch: KeyEpoch(0),
            server_epoch: KeyEpoch(0),
            clock: Clock::new(),
            now_ms: 0.0,
            wake_ms: f64::INFINITY,
            observed: false,
            commands: Queue::new(),
        }
    }
}

impl<V: Value> Lifecycle<V> {
    /// Takes an input at the host's time `host_ms` (Unix time in ms). Drain [`Lifecycle::poll`] afterwards.
    ///
    /// When the clock was set back, the timer is set anew: deadlines may come later by the time that went unseen,
    /// but none comes early.
    pub fn handle(&mut self, input: Input<V>, host_ms: f64) {
        let set_back = self.clock.is_set_back(host_ms);
        self.now_ms = self.clock.observe(host_ms, self.wake_ms);
        match input {
            Input::Configure(settings) => self.configure(settings),
            Input::Observe(observed) => self.observed = observed,
            Input::Start(id, options) => self.start(id, options),
            Input::Abort(id) => self.abort(id),
            Input::Clear => self.clear(),
            Input::Stored(session) => self.stored(session),
            Input::Checked { flight, valid } => self.checked(flight, valid),
            Input::Code { flight, code } => self.code(flight, code),
            Input::LoginUserInfo { flight, data } => self.login_user_info(flight, data),
            Input::LoginAnswered { flight, answer, detail } => self.login_answered(flight, answer, detail),
            Input::LoginFailed { flight, cause, detail } => self.login_failed(flight, cause, detail),
            Input::UserInfo { call, attempt, data } => self.user_info(call, attempt, data),
            Input::Answered { call, attempt, verdict } => self.answered(call, attempt, verdict),
            Input::Failed { call, attempt, cause } => self.failed(call, attempt, cause),
            Input::Tick => self.tick(),
        }
        if set_back && self.wake_ms.is_finite() {
            self.commands.push(Command::Wake(self.wake_ms - self.now_ms));
        }
    }

    /// The next command. Call it until it answers `None` after each [`Lifecycle::handle`].
    #[must_use]
    pub fn poll(&mut self) -> Option<Command<V>> {
        self.commands.pop()
    }

    /// Whether no command is left.
    pub fn is_idle(&self) -> bool {
        self.commands.is_empty()
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
                previous.iter_mut().for_each(|session| visit(session.record_mut()));
                match step {
                    Step::Code => {}
                    Step::UserInfo { code } => visit(code),
                    Step::Request { user_info } => user_info.iter_mut().for_each(&mut *visit),
                }
            }
        }
        for call in self.calls.iter_mut() {
            call.options.user_data.iter_mut().for_each(&mut *visit);
        }
    }

    /// The settings in force.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Where the session stands.
    pub fn phase(&self) -> &Phase<V> {
        &self.phase
    }

    /// Takes over new settings. A session belongs to the server that gave it: when the login URL moves to
    /// another origin or the protocol changes, the session ends and a login on its way is discarded.
    fn configure(&mut self, settings: Settings) {
        let old = std::mem::replace(&mut self.settings, settings);
        let elsewhere = match (&old.login_url, &self.settings.login_url) {
            (Some(from), Some(to)) => !from.has_origin_of(to),
            (None, _) | (_, None) => false,
        };
        let known = !matches!(self.phase, Phase::Unread);
        if known && (elsewhere || old.protocol != self.settings.protocol) {
            self.clear();
        }
    }

    /// Log-out: wins over whatever is on its way.
    fn clear(&mut self) {
        self.event(EventKind::Logout, None);
        self.logged_out = self.generation;
        self.phase = Phase::Absent;
        self.commands.push(Command::RemoveSession);
        self.commands.push(Command::Session(None));
        for id in std::mem::take(&mut self.waiters) {
            let optional = self.calls.get(id).is_some_and(|call| !call.options.login);
            if optional {
                self.proceed(id);
            } else {
                self.fail(id, Failure::LoginDiscarded, None);
            }
        }
        while let Some((id, _)) = self.find_call(|stage| matches!(stage, Stage::Fetching { .. })) {
            self.fail(id, Failure::LoginDiscarded, None);
        }
    }

    fn start(&mut self, id: CallId, options: super::CallOptions<V>) {
        self.event(EventKind::Call, Some(id));
        let refused = match options.place {
            Place::Invalid => Some(Failure::InvalidUrl),
            Place::Foreign if options.login => Some(match self.settings.login_url {
                Some(_) => Failure::Untrusted,
                None => Failure::NoLoginUrl,
            }),
            Place::Foreign | Place::Trusted | Place::LoginUrl => None,
        };
        self.calls.push(Call {
            id,
            options,
            stage: Stage::Waiting,
            attempt: super::Attempt::default(),
            retry: Retry::Left,
            checked: false,
            fetched_under: None,
        });
        match refused {
            Some(failure) => self.fail(id, failure, None),
            None => self.proceed(id),
        }
    }

    fn abort(&mut self, id: CallId) {
        let Some(call) = self.calls.get(id) else { return };
        match call.stage {
            // In the queue, a call that is no more is skipped.
            Stage::Waiting | Stage::Fetching { .. } => {}
            Stage::Sent { .. } => self.commands.push(Command::AbortRequest(id)),
        }
        self.fail(id, Failure::Aborted, None);
    }

    fn succeed(&mut self, id: CallId) {
        if self.calls.remove(id) {
            self.event(EventKind::Success, Some(id));
            self.commands.push(Command::Succeed(id));
        }
    }

    fn fail(&mut self, id: CallId, failure: Failure, detail: Option<V>) {
        if self.calls.remove(id) {
            self.event_of(EventKind::Fail, Some(id), Some(failure));
            self.commands.push(Command::Fail { call: id, failure, detail });
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

    /// The time of a deadline, with the host's timer set so that it is kept. The timer is left alone where it
    /// goes off earlier anyway, so that a warm call sets none.
    fn deadline(&mut self, in_ms: f64) -> f64 {
        let in_ms = in_ms.min(LONGEST_MS);
        let deadline_ms = self.now_ms + in_ms;
        if deadline_ms < self.wake_ms {
            self.wake_ms = deadline_ms;
            self.commands.push(Command::Wake(in_ms));
        }
        deadline_ms
    }

    /// The host's timer went off: whatever is due fails, and the timer is set for the next deadline.
    fn tick(&mut self) {
        if self.wake_ms.is_finite() {
            self.now_ms = self.clock.reach(self.wake_ms);
        }
        self.wake_ms = f64::INFINITY;
        if self.phase.deadline_ms() <= self.now_ms {
            self.phase_overdue();
        }
        let now_ms = self.now_ms;
        while let Some((id, stage)) = self.find_call(|stage| stage.deadline_ms() <= now_ms) {
            let is_sent = matches!(stage, Stage::Sent { .. });
            if is_sent {
                self.commands.push(Command::AbortRequest(id));
            }
            self.fail(id, if is_sent { Failure::Timeout } else { Failure::UserInfo }, None);
        }
        let mut next_ms = self.phase.deadline_ms();
        for call in self.calls.iter() {
            next_ms = next_ms.min(call.stage.deadline_ms());
        }
        if next_ms < self.wake_ms {
            self.wake_ms = next_ms;
            self.commands.push(Command::Wake(next_ms - self.now_ms));
        }
    }

    fn find_call(&self, is_wanted: impl Fn(Stage) -> bool) -> Option<(CallId, Stage)> {
        self.calls.iter().map(|call| (call.id, call.stage)).find(|(_, stage)| is_wanted(*stage))
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
        (Step::UserInfo { .. }, Cause::Aborted | Cause::Other) => Failure::UserInfo,
        (Step::Request { .. }, _) => Failure::LoginNetwork,
    }
}

/// How failed fetching of user data appears to callers.
fn user_info_failure(cause: Cause) -> Failure {
    match cause {
        Cause::Denied => Failure::UserDenied,
        Cause::Privacy => Failure::PrivacyRefused,
        Cause::Unavailable => Failure::LoginUnavailable,
        Cause::Aborted | Cause::Timeout | Cause::Other => Failure::UserInfo,
    }
}
