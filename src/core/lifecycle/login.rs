//! How the session moves from phase to phase: restore, check, login.

use super::super::{
    Cause, CheckMode, Command, EventKind, Failure, FlightId, Goal, LoginMode, Phase, Previous, Session, Step,
    Value, Word,
};
use super::{Lifecycle, login_failure};

impl<V: Value> Lifecycle<V> {
    /// Reads the stored session: at the first call, and when the server refused the session, because another
    /// copy of the SDK in the same app may have logged in meanwhile.
    pub(super) fn read(&mut self, refused: Option<V>) {
        self.event(EventKind::Restore, None);
        self.phase = Phase::Reading { refused };
        self.commands.push(Command::ReadSession);
    }

    pub(super) fn stored(&mut self, session: Option<Session<V>>) {
        let refused = match std::mem::replace(&mut self.phase, Phase::Absent) {
            Phase::Reading { refused } => refused,
            other => {
                self.phase = other;
                return;
            }
        };
        match (session, refused) {
            (None, None) => {}
            (Some(session), None) => self.found(session, self.settings.check != CheckMode::Never),
            (Some(session), Some(refused)) if !session.key().same(&refused) => {
                self.taken_over();
                self.found(session, false);
            }
            (stored, Some(_)) => {
                if stored.is_some() {
                    self.commands.push(Command::RemoveSession);
                }
                self.announce(None);
                return self.log_in(Previous::Refused);
            }
        }
        self.release();
    }

    fn found(&mut self, session: Session<V>, to_be_checked: bool) {
        self.generation = self.generation.next();
        self.announce(Some(session.clone()));
        self.phase = if to_be_checked { Phase::Unchecked(session) } else { Phase::Live(session) };
    }

    /// The session comes from another copy of the SDK, which logged in after ours was refused. If a login of our own had
    /// got its code and failed, nobody knows which of the two session_keys is the later one.
    fn taken_over(&mut self) {
        let is_known = self.server_epoch == self.key_epoch;
        self.key_epoch = self.key_epoch.next();
        if is_known {
            self.server_epoch = self.key_epoch;
        }
        for id in &self.waiters {
            if let Some(call) = self.calls.get(*id) {
                call.retry = call.retry.taken_over();
            }
        }
    }

    /// The server refused the current session. Storage is read before a login begins: another copy of the SDK may have put
    /// a session there that is good. If a login is on its way already, what is stored stays until that succeeds.
    pub(super) fn refused(&mut self) {
        if let Phase::LoggingIn { previous, .. } = &mut self.phase {
            *previous = Previous::Refused;
            self.announce(None);
        } else if let Some(session) = self.phase.session() {
            let key = session.key();
            self.read(Some(key));
        }
    }

    fn announce(&mut self, session: Option<Session<V>>) {
        if session.is_some() {
            self.event(EventKind::Session, None);
        }
        self.commands.push(Command::Session(session));
    }

    pub(super) fn check(&mut self, session: Session<V>) {
        self.event(EventKind::Check, None);
        self.flight = self.flight.next();
        let deadline_ms = self.deadline(self.settings.check_session_ms);
        self.phase = Phase::Checking { session, flight: self.flight, deadline_ms };
        self.commands.push(Command::CheckSession(self.flight));
    }

    pub(super) fn checked(&mut self, answered: FlightId, valid: bool) {
        let Phase::Checking { session, flight, .. } = &self.phase else { return };
        if *flight != answered {
            return;
        }
        let session = session.clone();
        if valid {
            self.event(EventKind::CheckPassed, None);
            self.phase = Phase::Live(session);
            self.release();
        } else {
            self.event(EventKind::CheckFailed, None);
            self.log_in(Previous::Good(session));
        }
    }

    /// Begins a login for those who wait, if one of them needs a session. Those who need one fail if there is no login
    /// URL, if the last login failed a short while ago, or if the budget is used up. If the old session was refused,
    /// calls that would go without one get the new one, too: their user was logged in.
    pub(super) fn log_in(&mut self, previous: Previous<V>) {
        let (mut needed, mut automatic) = (false, true);
        for id in &self.waiters {
            if let Some(call) = self.calls.get(*id) {
                needed |= call.needs_session();
                automatic &= !matches!(call.options.goal, Goal::Login | Goal::Relogin);
            }
        }
        if !needed || self.settings.login_url.is_none() {
            self.without_login(previous, Failure::NoLoginUrl, None, 0.0);
            return;
        }
        if !automatic {
            self.backoff.end();
        }
        if let Some((failure, detail, wait_ms)) = self.backoff.met(self.clock.host_ms()) {
            self.without_login(previous, failure, detail, wait_ms);
            return;
        }
        if !self.budget.admit(automatic, self.settings.max_logins_per_minute) {
            self.without_login(previous, Failure::LoginLimit, None, 0.0);
            return;
        }
        self.wake_for_budget();
        self.event(EventKind::Login, None);
        self.key_epoch = self.key_epoch.next();
        self.next_step(previous, Step::Code, self.settings.login_ms);
        let counted = self.budget.counted();
        self.commands.push(Command::WxLogin { flight: self.flight, counted });
    }

    fn next_step(&mut self, previous: Previous<V>, step: Step<V>, within_ms: f64) {
        self.flight = self.flight.next();
        let deadline_ms = self.deadline(within_ms);
        self.phase = Phase::LoggingIn { previous, step, flight: self.flight, deadline_ms };
    }

    /// Takes the login out of the phase if the answer belongs to the step that is on its way; the caller puts
    /// the next phase in.
    fn take_step(&mut self, answered: FlightId) -> Option<(Previous<V>, Step<V>)> {
        match std::mem::replace(&mut self.phase, Phase::Absent) {
            Phase::LoggingIn { previous, step, flight, .. } if flight == answered => Some((previous, step)),
            other => {
                self.phase = other;
                None
            }
        }
    }

    pub(super) fn code(&mut self, flight: FlightId, code: V) {
        let Some((previous, step)) = self.take_step(flight) else { return };
        if !code.is_scalar() || !matches!(step, Step::Code) {
            self.end_login(previous, login_failure(&step, Cause::Other), None);
            return;
        }
        match self.settings.login_mode {
            LoginMode::Code => self.request_session(previous, code, None),
            LoginMode::CodeAndUserInfo => {
                self.event(EventKind::UserInfo, None);
                self.next_step(previous, Step::UserInfo { code }, self.settings.login_ms);
                self.commands.push(Command::LoginUserInfo(self.flight));
            }
        }
    }

    pub(super) fn login_user_info(&mut self, flight: FlightId, data: V) {
        match self.take_step(flight) {
            Some((previous, Step::UserInfo { code })) => {
                if data.field(Word::EncryptedData).is_scalar() && data.field(Word::Iv).is_scalar() {
                    self.request_session(previous, code, Some(data));
                } else {
                    self.end_login(previous, Failure::UserInfo, None);
                }
            }
            Some((previous, step)) => self.end_login(previous, login_failure(&step, Cause::Other), None),
            None => {}
        }
    }

    fn request_session(&mut self, previous: Previous<V>, code: V, data: Option<V>) {
        self.event(EventKind::LoginRequest, None);
        let mut header = V::record().with(Word::HeaderCode, &code);
        let mut request = V::record().with(Word::Code, &code);
        if let Some(data) = &data {
            header = header
                .with(Word::HeaderEncryptedData, &data.field(Word::EncryptedData))
                .with(Word::HeaderIv, &data.field(Word::Iv));
            request = request.with(Word::UserInfo, data);
        }
        let request = request.with(Word::Data, &header);
        let user_info = data.as_ref().map(|data| data.field(Word::UserInfo));
        self.next_step(previous, Step::Request { user_info }, self.settings.login_request_ms);
        self.commands.push(Command::LoginRequest { flight: self.flight, request });
    }

    pub(super) fn login_answered(
        &mut self,
        flight: FlightId,
        answer: Result<Session<V>, Failure>,
        detail: V,
    ) {
        let Some((previous, step)) = self.take_step(flight) else { return };
        match (answer, step) {
            (Ok(session), Step::Request { user_info }) => {
                let session = match &user_info {
                    Some(user_info) => session.or_user_info(user_info),
                    None => session,
                };
                self.backoff.end();
                self.generation = self.generation.next();
                self.server_epoch = self.key_epoch;
                self.phase = Phase::Live(session.clone());
                self.commands.push(Command::WriteSession(session.stored()));
                self.announce(Some(session));
                self.fulfil();
                self.release();
            }
            (Err(failure), _) => {
                let retry_after_s = detail.field(Word::RetryAfter).integer().into();
                self.back_off(Some(retry_after_s), failure, Some(detail.clone()));
                self.end_login(previous, failure, Some(detail));
            }
            (Ok(_), step) => self.end_login(previous, login_failure(&step, Cause::Other), None),
        }
    }

    /// A new session is there: a call that wanted its session replaced has what it waited for, whichever call began the
    /// login.
    fn fulfil(&mut self) {
        for id in &self.waiters {
            if let Some(call) = self.calls.get(*id)
                && call.options.goal == Goal::Relogin
            {
                call.options.goal = Goal::Login;
            }
        }
    }

    pub(super) fn login_failed(&mut self, flight: FlightId, cause: Cause, detail: Option<V>) {
        let Some((previous, step)) = self.take_step(flight) else { return };
        let failure = login_failure(&step, cause);
        if matches!(step, Step::Request { .. }) && cause != Cause::Unsent {
            self.back_off(None, failure, detail.clone());
        }
        self.end_login(previous, failure, detail);
    }

    /// The login request led to no session: the server is left alone for a while.
    fn back_off(&mut self, retry_after_s: Option<f64>, failure: Failure, detail: Option<V>) {
        self.backoff.failed(self.clock.host_ms(), self.random, retry_after_s, failure, detail);
    }

    /// A check or a login step hung.
    pub(super) fn phase_overdue(&mut self) {
        match &self.phase {
            Phase::Checking { flight, .. } => self.checked(*flight, false),
            Phase::LoggingIn { flight, .. } => self.login_failed(*flight, Cause::Timeout, None),
            Phase::Unread | Phase::Reading { .. } | Phase::Absent | Phase::Unchecked(_) | Phase::Live(_) => {}
        }
    }

    fn end_login(&mut self, previous: Previous<V>, failure: Failure, detail: Option<V>) {
        self.event_of(EventKind::LoginFailed, None, Some(failure));
        let wait_ms = self.backoff.met(self.clock.host_ms()).map_or(0.0, |(_, _, wait_ms)| wait_ms);
        self.without_login(previous, failure, detail, wait_ms);
    }

    /// The login gave no session, or could not begin: what was before it stays. The next login may begin in
    /// `retry_after_ms`.
    fn without_login(
        &mut self,
        previous: Previous<V>,
        failure: Failure,
        detail: Option<V>,
        retry_after_ms: f64,
    ) {
        self.phase = match previous {
            Previous::Nobody | Previous::Refused => Phase::Absent,
            Previous::Good(session) => Phase::Unchecked(session),
        };
        self.release_without_session(failure, detail, retry_after_ms);
    }

    /// Nobody gets a new session now: calls that need one fail, the others go on.
    pub(super) fn release_without_session(
        &mut self,
        failure: Failure,
        detail: Option<V>,
        retry_after_ms: f64,
    ) {
        for id in std::mem::take(&mut self.waiters) {
            if self.calls.get(id).is_some_and(|call| call.needs_session()) {
                self.calls.take(id);
                self.fail_for(id, failure, detail.clone(), retry_after_ms);
            } else {
                self.proceed(id);
            }
        }
    }

    /// The phase has changed: everyone who waits goes on, in order. WeChat is not asked twice for one call.
    fn release(&mut self) {
        for id in std::mem::take(&mut self.waiters) {
            if let Some(call) = self.calls.get(id) {
                call.checked = true;
            }
            self.proceed(id);
        }
    }
}
