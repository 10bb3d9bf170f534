//! How a call goes on: wait, fetch user data, send, retry, settle.

use super::super::calls::Stage;
use super::super::{
    Attempt, CallId, Cause, CheckMode, Command, EventKind, Failure, Generation, Goal, Phase, Place, Session,
    Value, Verdict, Word,
};
use super::{Lifecycle, user_info_failure};

/// How long past its own timeout a request may take before the lifecycle gives it up.
const GUARD_MS: f64 = 5_000.0;
/// How long a user may look at WeChat's dialog.
const DIALOG_MS: f64 = 300_000.0;

/// What a call needs next.
enum Next<V> {
    Wait,
    Read,
    Check(Session<V>),
    LogIn(Option<Session<V>>),
    GoSigned,
    GoBare,
}

impl<V: Value> Lifecycle<V> {
    /// Moves a call on that is neither on its way nor settled.
    pub(super) fn proceed(&mut self, id: CallId) {
        let Some(call) = self.calls.get(id) else { return };
        if call.options.goal == Goal::UserProfile && call.attempt == Attempt::default() {
            self.fetch(id);
            return;
        }
        let (login, goal, checked) = (call.options.login, call.options.goal, call.checked);
        let wants_data = matches!(goal, Goal::UserInfo | Goal::UserProfile) || call.options.with_user_info;
        let anew = goal == Goal::Relogin || (login && wants_data && self.server_epoch != self.key_epoch);
        let next = match call.options.place {
            Place::Trusted => self.next(login, anew, checked),
            Place::Foreign | Place::LoginUrl | Place::Invalid => Next::GoBare,
        };
        match next {
            Next::GoSigned => self.ready(id),
            Next::GoBare => self.send(id, false),
            Next::Wait => self.wait(id),
            Next::Read => {
                self.wait(id);
                self.read(None);
            }
            Next::Check(session) => {
                self.wait(id);
                self.check(session);
            }
            Next::LogIn(previous) => {
                self.wait(id);
                self.log_in(previous, !matches!(goal, Goal::Login | Goal::Relogin));
            }
        }
    }

    /// What a call needs next; `anew` if the session that is there will not do.
    fn next(&self, login: bool, anew: bool, checked: bool) -> Next<V> {
        match &self.phase {
            Phase::Unread => Next::Read,
            Phase::Reading { .. } => Next::Wait,
            Phase::Absent if login => Next::LogIn(None),
            Phase::Absent => Next::GoBare,
            Phase::Unchecked(session) | Phase::Live(session) if anew => Next::LogIn(Some(session.clone())),
            Phase::Unchecked(session) if login && self.settings.check != CheckMode::Never => {
                Next::Check(session.clone())
            }
            Phase::Live(session) if login && !checked && self.settings.check == CheckMode::Always => {
                Next::Check(session.clone())
            }
            Phase::Checking { .. } if login => Next::Wait,
            Phase::Unchecked(_) | Phase::Live(_) | Phase::Checking { .. } => Next::GoSigned,
            Phase::LoggingIn { previous: None, .. } if !login => Next::GoBare,
            Phase::LoggingIn { .. } => Next::Wait,
        }
    }

    /// Queues a call for the session.
    fn wait(&mut self, id: CallId) {
        self.event(EventKind::Wait, Some(id));
        self.waiters.push(id);
        if let Some(call) = self.calls.get(id) {
            call.stage = Stage::Waiting;
        }
    }

    /// The session is good: the call does what it is for.
    fn ready(&mut self, id: CallId) {
        let key_epoch = self.key_epoch;
        let Some(call) = self.calls.get(id) else { return };
        let fresh = call.fetched_under == Some(key_epoch);
        match call.options.goal {
            Goal::Login | Goal::Relogin => self.succeed(id),
            Goal::UserInfo | Goal::UserProfile if fresh => self.succeed(id),
            Goal::UserProfile => self.fail(id, Failure::UserInfoOutdated, None),
            Goal::UserInfo => self.fetch(id),
            Goal::Request if call.options.with_user_info && !fresh => self.fetch(id),
            Goal::Request => self.send(id, true),
        }
    }

    fn fetch(&mut self, id: CallId) {
        self.event(EventKind::UserInfo, Some(id));
        let key_epoch = self.key_epoch;
        let dialog = self.calls.get(id).is_some_and(|call| call.options.goal == Goal::UserProfile);
        let deadline_ms = self.deadline(if dialog { DIALOG_MS } else { self.settings.login_ms });
        let Some(call) = self.calls.get(id) else { return };
        call.attempt = call.attempt.next();
        call.stage = Stage::Fetching { key_epoch, deadline_ms };
        let command = Command::UserInfo(id, call.attempt);
        self.commands.push(command);
    }

    /// User data came. It is good only under the session_key it was asked for; where a login came in between,
    /// it is dropped, and [`Lifecycle::ready`] fetches it anew.
    pub(super) fn user_info(&mut self, id: CallId, attempt: Attempt, data: V) {
        let Some(call) = self.calls.get(id) else { return };
        let Stage::Fetching { key_epoch, .. } = call.stage else { return };
        if call.attempt != attempt {
            return;
        }
        call.fetched_under = Some(key_epoch);
        let (encrypted_data, iv) = (data.field(Word::EncryptedData), data.field(Word::Iv));
        if call.options.goal == Goal::Request {
            if !encrypted_data.is_scalar() || !iv.is_scalar() {
                self.fail(id, Failure::UserInfo, None);
                return;
            }
            let header = V::record().with(Word::HeaderEncryptedData, &encrypted_data);
            call.options.user_data = Some(header.with(Word::HeaderIv, &iv));
        }
        self.proceed(id);
    }

    fn send(&mut self, id: CallId, signed: bool) {
        let signed_by = signed.then_some(self.generation);
        self.event(if signed { EventKind::Send } else { EventKind::SendBare }, Some(id));
        let Some(call) = self.calls.get(id) else { return };
        let timeout_ms = call.options.timeout_ms + GUARD_MS;
        let deadline_ms = self.deadline(timeout_ms);
        let Some(call) = self.calls.get(id) else { return };
        call.attempt = call.attempt.next();
        call.stage = Stage::Sent { signed_by, deadline_ms };
        let user_data = if signed { call.options.user_data.clone() } else { None };
        let command = Command::Send { call: id, attempt: call.attempt, signed, user_data };
        self.commands.push(command);
    }

    pub(super) fn answered(&mut self, id: CallId, attempt: Attempt, verdict: Verdict) {
        let Some(call) = self.calls.get(id) else { return };
        let Stage::Sent { signed_by, .. } = call.stage else { return };
        if call.attempt != attempt {
            return;
        }
        match (verdict, signed_by) {
            (Verdict::Fine, _) => self.succeed(id),
            (Verdict::Refused(_) | Verdict::Expired, None) if call.options.place != Place::Trusted => {
                self.succeed(id)
            }
            (Verdict::Refused(failure), _) => self.fail(id, failure, None),
            (Verdict::Expired, None) => self.fail(id, Failure::SessionRefused, None),
            (Verdict::Expired, Some(generation)) => self.expired(id, generation),
        }
    }

    /// The server refused the session that signed this call.
    fn expired(&mut self, id: CallId, signed_by: Generation) {
        if signed_by == self.generation && self.phase.session().is_some() {
            self.event(EventKind::Expired, Some(id));
            self.refused();
        } else {
            self.event(EventKind::LateExpiry, Some(id));
        }
        let logged_out = signed_by <= self.logged_out;
        let Some(call) = self.calls.get(id) else { return };
        let outdated = call.options.user_data.is_some() && !call.options.with_user_info;
        let failure = match call.retry.refused() {
            None => Failure::SessionRefused,
            Some(_) if logged_out => Failure::LoginDiscarded,
            Some(_) if outdated => Failure::UserDataOutdated,
            Some(retry) => {
                call.retry = retry;
                call.options.login = true;
                self.event(EventKind::Retry, Some(id));
                self.proceed(id);
                return;
            }
        };
        self.fail(id, failure, None);
    }

    pub(super) fn failed(&mut self, id: CallId, attempt: Attempt, cause: Cause) {
        let Some(call) = self.calls.get(id) else { return };
        if call.attempt != attempt {
            return;
        }
        let failure = match (call.stage, cause) {
            (Stage::Waiting, _) => return,
            (Stage::Fetching { .. }, cause) => user_info_failure(cause),
            (Stage::Sent { .. }, Cause::Timeout) => Failure::Timeout,
            (Stage::Sent { .. }, Cause::Aborted) => Failure::Aborted,
            (Stage::Sent { .. }, Cause::Other | Cause::Denied | Cause::Privacy | Cause::Unavailable) => {
                Failure::Network
            }
        };
        self.fail(id, failure, None);
    }
}
