//! Calls that the core keeps: those that wait, or fetch user data. It keeps nothing of a call that is on its way, and
//! gets the facts of the call back with the outcome.

use super::{Generation, KeyEpoch};

/// Number of a call, given by the host; no two calls that have not settled have the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CallId(pub u32);

numbers! {
    /// What a call is for.
    Goal {
        /// Send the caller's request, upload or download.
        Request,
        /// Have a session.
        Login,
        /// Replace the session by a new one, even if nothing speaks against it.
        Relogin,
        /// Fetch user data once the session is live.
        UserInfo,
        /// Fetch user data at once, because WeChat shows its dialog in a tap only; it must still belong to the
        /// live session when it arrives.
        UserProfile,
    }
}

/// What the caller asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct CallOptions<V> {
    /// What the call is for.
    pub goal: Goal,
    /// Whether the call needs a session (`login: true`).
    pub login: bool,
    /// Whether fresh user data goes with the request (`withUserInfo: true`).
    pub with_user_info: bool,
    /// Where the request goes, as the caller wrote it. It is judged at each send, whole and under the settings of
    /// that moment, so that the core keeps no verdict about it.
    pub url: V,
    /// Headers with user data that the caller fetched; they are good for one session only.
    pub user_data: Option<V>,
}

numbers! {
    /// The one retry of a call whose session the server refused.
    Retry {
        /// It has its retry.
        Left,
        /// It is being made again.
        Used,
        /// It is being made again under a session that another copy of the SDK brought. That may be stale too, so
        /// the call gets its retry back, once.
        Returned,
        /// It had both.
        Spent,
    }
}

impl Retry {
    /// The retry that is left when the server refuses the session; `None` if the call has to fail.
    pub(super) fn refused(self) -> Option<Retry> {
        match self {
            Retry::Left => Some(Retry::Used),
            Retry::Returned => Some(Retry::Spent),
            Retry::Used | Retry::Spent => None,
        }
    }

    /// The retry that is left when another copy of the SDK brings the session for it.
    pub(super) fn taken_over(self) -> Retry {
        match self {
            Retry::Used => Retry::Returned,
            Retry::Left | Retry::Returned | Retry::Spent => self,
        }
    }
}

/// A call that is on its way. The core keeps nothing of it: the host hands these facts back with whatever becomes of
/// the call, unless that is plain while a pass is in force. A call that was sent under a pass has the facts that the
/// pass names.
#[derive(Clone, Debug, PartialEq)]
pub struct SentCall<V> {
    /// The call.
    pub id: CallId,
    /// What the caller asked for.
    pub options: CallOptions<V>,
    /// The session that signed it; `None` if it went out bare.
    pub signed_by: Option<Generation>,
    /// What became of its retry.
    pub retry: Retry,
    /// Whether WeChat was asked on behalf of this call (`checkSession: 'always'`).
    pub checked: bool,
}

/// The stage of a call that the core keeps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Stage {
    /// In the queue for the session.
    Waiting,
    /// User data was asked for, under the session_key of this epoch.
    Fetching { key_epoch: KeyEpoch, deadline_ms: f64 },
}

impl Stage {
    /// When the stage counts as failed, in ms of the core's clock; infinite for never.
    pub fn deadline_ms(self) -> f64 {
        match self {
            Stage::Waiting => f64::INFINITY,
            Stage::Fetching { deadline_ms, .. } => deadline_ms,
        }
    }
}

/// A call that has neither been sent nor settled.
#[derive(Clone, Debug)]
pub(super) struct Call<V> {
    pub id: CallId,
    pub options: CallOptions<V>,
    pub stage: Stage,
    pub retry: Retry,
    /// WeChat was asked on behalf of this call (`checkSession: 'always'`).
    pub checked: bool,
    /// The epoch of the session_key under which the lifecycle fetched user data for this call.
    pub fetched_under: Option<KeyEpoch>,
}

impl<V> Call<V> {
    /// A call that begins, or begins again.
    pub fn new(id: CallId, options: CallOptions<V>, retry: Retry, checked: bool) -> Self {
        Call { id, options, stage: Stage::Waiting, retry, checked, fetched_under: None }
    }

    /// Whether it has to have a session: the caller says so, or it had one that the server refused.
    pub fn needs_session(&self) -> bool {
        self.options.login || self.retry != Retry::Left
    }
}

/// Calls, in no order. A search begins at the end, where the latest call is.
#[derive(Clone, Debug)]
pub(super) struct Calls<V> {
    pub(super) calls: Vec<Call<V>>,
}

impl<V> Calls<V> {
    pub const fn new() -> Self {
        Calls { calls: Vec::new() }
    }

    pub fn push(&mut self, call: Call<V>) {
        self.calls.push(call);
    }

    pub fn get(&mut self, id: CallId) -> Option<&mut Call<V>> {
        self.calls.iter_mut().rfind(|call| call.id == id)
    }

    pub fn take(&mut self, id: CallId) -> Option<Call<V>> {
        let index = self.calls.iter().rposition(|call| call.id == id)?;
        Some(self.calls.swap_remove(index))
    }

    pub fn iter(&self) -> impl Iterator<Item = &Call<V>> {
        self.calls.iter()
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Call<V>> {
        self.calls.iter_mut()
    }
}
