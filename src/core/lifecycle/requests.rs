//! How a call goes on: wait, fetch user data, send, retry, settle.

use super::super::calls::{Call, Stage};
use super::super::{
    CallId, Cause, CheckMode, Command, EventKind, Failure, Generation, Goal, Phase, Place, Previous,
    SentCall, Session, Value, Verdict, Word,
};
use super::{Lifecycle, user_info_failure};

/// How long past its own timeout a request may take before the lifecycle gives it up, in ms. wx counts the timeout
/// itself; this is for a wx that never answers, and leaves room for requests of the app's own that are before it in
/// wx's queue.
const GRACE_MS: f64 = 60_000.0;
/// How long a request may take, in ms, where nobody names a timeout. app.json may allow any time, and the package
/// cannot read it; WeChat destroys an app that was in the background for as long as this.
const LONGEST_PENDING_MS: f64 = 1_800_000.0;
/// How long a user may look at WeChat's dialog.
const DIALOG_MS: f64 = 300_000.0;

/// What a call needs next.
enum Next<V> {
    Wait,
    Read,
    Check(Session<V>),
    LogIn(Previous<V>),
    GoSigned,
    GoBare,
    Fail(Failure),
}

impl<V: Value> Lifecycle<V> {
    /// Takes a call in, and moves it on.
    pub(super) fn begin(&mut self, call: Call<V>) {
        let id = call.id;
        self.calls.push(call);
        self.proceed(id);
    }

    /// Moves on a call that the core keeps.
    pub(super) fn proceed(&mut self, id: CallId) {
        let Some(call) = self.calls.get(id) else { return };
        let goal = call.options.goal;
        if goal == Goal::UserProfile && call.fetched_under.is_none() {
            self.fetch(id);
            return;
        }
        let (needs_session, login, checked) = (call.needs_session(), call.options.login, call.checked);
        let wants_data = matches!(goal, Goal::UserInfo | Goal::UserProfile) || call.options.with_user_info;
        let url = call.options.url.clone();
        let anew = goal == Goal::Relogin || (login && wants_data && self.server_epoch != self.key_epoch);
        let next = match self.place_of(&url, goal) {
            Place::Invalid => Next::Fail(Failure::InvalidUrl),
            Place::Foreign if login && self.settings.login_url.is_none() => Next::Fail(Failure::NoLoginUrl),
            Place::Foreign if login => Next::Fail(Failure::Untrusted),
            Place::Foreign | Place::LoginUrl => Next::GoBare,
            Place::Trusted => self.next(needs_session, anew, checked),
        };
        match next {
            Next::GoSigned => self.ready(id),
            Next::GoBare => self.send(id, None),
            Next::Fail(failure) => self.fail_kept(id, failure, None),
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
                self.log_in(previous);
            }
        }
    }

    /// What a call needs next; `anew` if the session that is there will not do.
    fn next(&self, login: bool, anew: bool, checked: bool) -> Next<V> {
        match &self.phase {
            Phase::Unread => Next::Read,
            Phase::Reading { .. } => Next::Wait,
            Phase::Absent if login => Next::LogIn(Previous::Nobody),
            Phase::Absent => Next::GoBare,
            Phase::Unchecked(session) | Phase::Live(session) if anew => {
                Next::LogIn(Previous::Good(session.clone()))
            }
            Phase::Unchecked(session) if login && self.settings.check != CheckMode::Never => {
                Next::Check(session.clone())
            }
            Phase::Live(session) if login && !checked && self.settings.check == CheckMode::Always => {
                Next::Check(session.clone())
            }
            Phase::Checking { .. } if login => Next::Wait,
            Phase::Unchecked(_) | Phase::Live(_) | Phase::Checking { .. } => Next::GoSigned,
            Phase::LoggingIn { previous: Previous::Nobody, .. } if !login => Next::GoBare,
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
            Goal::Login | Goal::Relogin => self.succeed_kept(id),
            Goal::UserInfo | Goal::UserProfile if fresh => self.succeed_kept(id),
            Goal::UserProfile => self.fail_kept(id, Failure::UserInfoOutdated, None),
            Goal::UserInfo => self.fetch(id),
            Goal::Request if call.options.with_user_info && !fresh => self.fetch(id),
            Goal::Request => self.send(id, Some(self.generation)),
        }
    }

    fn succeed_kept(&mut self, id: CallId) {
        if self.calls.take(id).is_some() {
            self.succeed(id);
        }
    }

    fn fetch(&mut self, id: CallId) {
        self.event(EventKind::UserInfo, Some(id));
        let key_epoch = self.key_epoch;
        let dialog = self.calls.get(id).is_some_and(|call| call.options.goal == Goal::UserProfile);
        let deadline_ms = self.deadline(if dialog { DIALOG_MS } else { self.settings.login_ms });
        if let Some(call) = self.calls.get(id) {
            call.stage = Stage::Fetching { key_epoch, deadline_ms };
            self.commands.push(Command::UserInfo(id));
        }
    }

    /// User data came. It is good only under the session_key it was asked for; where a login came in between,
    /// it is dropped, and [`Lifecycle::ready`] fetches it anew.
    pub(super) fn user_info(&mut self, id: CallId, data: V) {
        let Some(call) = self.calls.get(id) else { return };
        let Stage::Fetching { key_epoch, .. } = call.stage else { return };
        call.fetched_under = Some(key_epoch);
        let (encrypted_data, iv) = (data.field(Word::EncryptedData), data.field(Word::Iv));
        if call.options.goal == Goal::Request {
            if !encrypted_data.is_scalar() || !iv.is_scalar() {
                self.fail_kept(id, Failure::UserInfo, None);
                return;
            }
            let header = V::record().with(Word::HeaderEncryptedData, &encrypted_data);
            call.options.user_data = Some(header.with(Word::HeaderIv, &iv));
        }
        self.proceed(id);
    }

    pub(super) fn user_info_failed(&mut self, id: CallId, cause: Cause) {
        if self.calls.get(id).is_some_and(|call| call.stage != Stage::Waiting) {
            self.fail_kept(id, user_info_failure(cause), None);
        }
    }

    /// Lets a call go. From here on the host keeps it, and hands it back with what becomes of it.
    fn send(&mut self, id: CallId, signed_by: Option<Generation>) {
        self.event(if signed_by.is_some() { EventKind::Send } else { EventKind::SendBare }, Some(id));
        let Some(Call { options, retry, checked, .. }) = self.calls.take(id) else { return };
        let user_data = if signed_by.is_some() { options.user_data.clone() } else { None };
        let call = SentCall { id, options, signed_by, retry, checked };
        self.commands.push(Command::Send { call, user_data });
    }

    pub(super) fn answered(&mut self, call: SentCall<V>, verdict: Verdict) {
        match (verdict, call.signed_by) {
            (Verdict::Fine, _) => self.succeed(call.id),
            (Verdict::Refused(_) | Verdict::Expired, None)
                if self.place_of(&call.options.url, call.options.goal) != Place::Trusted =>
            {
                self.succeed(call.id)
            }
            (Verdict::Refused(failure), _) => self.fail(call.id, failure, None),
            (Verdict::Expired, None) => self.fail(call.id, Failure::SessionRefused, None),
            (Verdict::Expired, Some(generation)) => self.expired(call, generation),
        }
    }

    /// The server refused the session that signed this call.
    fn expired(&mut self, call: SentCall<V>, signed_by: Generation) {
        let SentCall { id, options, retry, checked, .. } = call;
        if signed_by == self.generation && self.phase.session().is_some() {
            self.event(EventKind::Expired, Some(id));
            self.refused();
        } else {
            self.event(EventKind::LateExpiry, Some(id));
        }
        let outdated = options.user_data.is_some() && !options.with_user_info;
        let failure = match retry.refused() {
            None => Failure::SessionRefused,
            Some(_) if signed_by <= self.logged_out => Failure::LoginDiscarded,
            Some(_) if outdated => Failure::UserDataOutdated,
            Some(retry) => {
                self.event(EventKind::Retry, Some(id));
                self.begin(Call::new(id, options, retry, checked));
                return;
            }
        };
        self.fail(id, failure, None);
    }

    /// A request that wx seems to have forgotten is given up.
    pub(super) fn pending(&mut self, id: CallId, waited_ms: f64, timeout_ms: f64) {
        let longest_ms = if timeout_ms > 0.0 { timeout_ms + GRACE_MS } else { LONGEST_PENDING_MS };
        if waited_ms >= longest_ms {
            self.commands.push(Command::AbortRequest(id));
            self.fail(id, Failure::Timeout, None);
        }
    }
}
