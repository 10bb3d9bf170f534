//! How long the core leaves a server alone that did not log a user in.
//!
//! After an outage all phones are back at once, and a failed login is the reason for the next one. So the next login
//! waits for a time between nothing and a bound, evenly spread ("full jitter"); the bound doubles with each failure in
//! a row. To this comes what the server asks for by `Retry-After`.

use super::{Failure, Random};

/// The bound after the first failure, in ms.
const FIRST_MS: f64 = 1_000.0;
/// The highest bound, in ms.
const LONGEST_MS: f64 = 60_000.0;
/// The longest `Retry-After` that is obeyed, in s: where a server asks for more, it is asked in vain now and then.
const LONGEST_RETRY_AFTER_S: f64 = 300.0;
const SECOND_MS: f64 = 1_000.0;

/// The failed logins in a row.
#[derive(Clone, Debug)]
pub struct Backoff<V> {
    bound_ms: f64,
    last: Option<FailedLogin<V>>,
}

/// How the last one failed, and until when calls that need a login meet the same failure.
#[derive(Clone, Debug)]
struct FailedLogin<V> {
    failure: Failure,
    detail: Option<V>,
    is_unanswered: bool,
    until_ms: f64,
}

impl<V: Clone> Backoff<V> {
    /// No login has failed.
    pub const fn new() -> Self {
        Backoff { bound_ms: FIRST_MS, last: None }
    }

    /// A login failed at `now_ms`, in ms of the core's clock. `retry_after_s` is what the server asks for, in s;
    /// `None` if nobody answered, which may be the network's fault.
    pub fn failed(
        &mut self,
        now_ms: f64,
        random: Random,
        retry_after_s: Option<f64>,
        failure: Failure,
        detail: Option<V>,
    ) {
        let asked_s = retry_after_s.unwrap_or(0.0).clamp(0.0, LONGEST_RETRY_AFTER_S);
        let until_ms = now_ms + asked_s * SECOND_MS + random * self.bound_ms;
        self.bound_ms = LONGEST_MS.min(self.bound_ms * 2.0);
        self.last = Some(FailedLogin { failure, detail, is_unanswered: retry_after_s.is_none(), until_ms });
    }

    /// A login succeeded, or the app asks for one expressly.
    pub fn end(&mut self) {
        *self = Backoff::new();
    }

    /// The network or the app is back: this ends what may have been the network's fault.
    pub fn returned(&mut self) {
        if self.last.as_ref().is_some_and(|last| last.is_unanswered) {
            self.end();
        }
    }

    /// How long no login may begin by itself, in whole ms; 0 if one may.
    pub fn remaining_ms(&self, now_ms: f64) -> f64 {
        self.last.as_ref().map_or(0.0, |last| (last.until_ms - now_ms).max(0.0).ceil())
    }

    /// The failure that calls meet meanwhile, and its detail.
    pub fn failure(&self) -> Option<(Failure, Option<V>)> {
        self.last.as_ref().map(|last| (last.failure, last.detail.clone()))
    }

    /// What the host or the server said of the last failure.
    pub fn detail_mut(&mut self) -> Option<&mut V> {
        self.last.as_mut()?.detail.as_mut()
    }
}

impl<V: Clone> Default for Backoff<V> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(feature = "explore")]
impl<V: Clone> Backoff<V> {
    /// The bound in ms, how long no login may begin by itself, in ms, and of which failure, and whether the way back of
    /// the network ends it.
    pub(super) fn canonical(&self, now_ms: f64) -> (f64, Option<(f64, Failure, bool)>) {
        let Backoff { bound_ms, last } = self;
        let last = last.as_ref().map(|FailedLogin { failure, detail: _, is_unanswered, until_ms }| {
            ((until_ms - now_ms).max(0.0), *failure, *is_unanswered)
        });
        (*bound_ms, last)
    }
}
