//! The calls that have not settled.

use super::{Generation, KeyEpoch, Place};

/// Number of a call, given by the host; no two calls that have not settled have the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CallId(pub u32);

/// Number of a call's attempt, modulo 8: an answer to an older attempt is late and changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Attempt(pub u8);

impl Attempt {
    /// Bits that an attempt takes.
    pub const BITS: u32 = 3;

    #[must_use]
    pub(super) fn next(self) -> Self {
        Attempt((self.0 + 1) & ((1 << Self::BITS) - 1))
    }
}

/// What a call is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
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

/// What the caller asked for.
#[derive(Clone, Debug)]
pub struct CallOptions<V> {
    /// What the call is for.
    pub goal: Goal,
    /// Whether the call needs a session (`login: true`).
    pub login: bool,
    /// Where the request goes.
    pub place: Place,
    /// Whether fresh user data goes with the request (`withUserInfo: true`).
    pub with_user_info: bool,
    /// Headers with user data that the caller fetched.
    pub user_data: Option<V>,
    /// The request's own timeout in ms.
    pub timeout_ms: f64,
}

/// Where a call stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Stage {
    /// In the queue for the session.
    Waiting,
    /// User data was asked for, under the session_key of this epoch.
    Fetching { key_epoch: KeyEpoch, deadline_ms: f64 },
    /// On its way, signed by the session of this number, or bare.
    Sent { signed_by: Option<Generation>, deadline_ms: f64 },
}

impl Stage {
    /// When the stage counts as failed, in ms of the core's clock; infinite for never.
    pub fn deadline_ms(self) -> f64 {
        match self {
            Stage::Waiting => f64::INFINITY,
            Stage::Fetching { deadline_ms, .. } | Stage::Sent { deadline_ms, .. } => deadline_ms,
        }
    }
}

/// The one retry of a call whose session the server refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Retry {
    /// It has its retry.
    Left,
    /// It is being made again.
    Used,
    /// It is being made again under a session that another copy of the SDK brought. That may be stale too, so the
    /// call gets its retry back, once.
    Returned,
    /// It had both.
    Spent,
}

impl Retry {
    /// What is left when the server refuses the session; `None` if the call has to fail.
    pub fn refused(self) -> Option<Retry> {
        match self {
            Retry::Left => Some(Retry::Used),
            Retry::Returned => Some(Retry::Spent),
            Retry::Used | Retry::Spent => None,
        }
    }

    /// What is left when another copy of the SDK brings the session for the retry.
    pub fn taken_over(self) -> Retry {
        match self {
            Retry::Used => Retry::Returned,
            Retry::Left | Retry::Returned | Retry::Spent => self,
        }
    }
}

/// A call that has not settled.
#[derive(Debug)]
pub(super) struct Call<V> {
    pub id: CallId,
    pub options: CallOptions<V>,
    pub stage: Stage,
    pub attempt: Attempt,
    pub retry: Retry,
    /// WeChat was asked on behalf of this call (`checkSession: 'always'`).
    pub checked: bool,
    /// The epoch of the session_key under which the lifecycle fetched user data for this call.
    pub fetched_under: Option<KeyEpoch>,
}

/// Calls in any order; one that has just been made is found first. The memory is kept, so that a warm call allocates nothing.
#[derive(Debug)]
pub(super) struct Calls<V> {
    calls: Vec<Call<V>>,
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

    /// Answers whether the call was there.
    pub fn remove(&mut self, id: CallId) -> bool {
        let index = self.calls.iter().rposition(|call| call.id == id);
        if let Some(index) = index {
            // The usual call is alone or the last one: nothing has to be moved.
            if index + 1 == self.calls.len() {
                self.calls.truncate(index);
            } else {
                self.calls.swap_remove(index);
            }
        }
        index.is_some()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Call<V>> {
        self.calls.iter()
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Call<V>> {
        self.calls.iter_mut()
    }
}
