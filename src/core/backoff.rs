//! How long the core leaves a server alone after a login that failed.
//!
//! After an outage all phones are back at once, and a failed login is the reason for the next one. So the next login
//! waits for a time between nothing and a bound, evenly spread ("full jitter"); the bound doubles with each failure in
//! a row. What the server asks for by `Retry-After` is added to this wait.
//!
//! Waits go by the host's clock, not by [`Clock`](super::Clock), on which no time passes while an app is suspended: a
//! user who comes back after an hour is not told to wait on. A user who sets the clock may end a wait early. That is
//! one login of one phone, and the budget bounds it.

use super::{Failure, Random};

/// The bound after the first failure, in ms.
const FIRST_MS: f64 = 1_000.0;
/// The highest bound, in ms.
const LONGEST_MS: f64 = 60_000.0;
/// The longest `Retry-After` that is obeyed, in s. A server that asks for more gets a login now and then, in vain.
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
    /// When it failed, by the host's clock.
    at_ms: f64,
    wait_ms: f64,
}

impl<V> FailedLogin<V> {
    /// For how long no login may begin by itself, in whole ms.
    fn remaining_ms(&self, host_ms: f64) -> f64 {
        let passed_ms = host_ms - self.at_ms;
        if passed_ms < 0.0 { 0.0 } else { (self.wait_ms - passed_ms).max(0.0).ceil() }
    }
}

impl<V: Clone> Backoff<V> {
    /// No login has failed.
    pub const fn new() -> Self {
        Backoff { bound_ms: FIRST_MS, last: None }
    }

    /// A login failed at `host_ms`, by the host's clock. `retry_after_s` is what the server asks for, in s;
    /// `None` if nobody answered, which may be the network's fault.
    pub fn failed(
        &mut self,
        host_ms: f64,
        random: Random,
        retry_after_s: Option<f64>,
        failure: Failure,
        detail: Option<V>,
    ) {
        let asked_s = retry_after_s.unwrap_or(0.0).clamp(0.0, LONGEST_RETRY_AFTER_S);
        let wait_ms = asked_s * SECOND_MS + random * self.bound_ms;
        self.bound_ms = LONGEST_MS.min(self.bound_ms * 2.0);
        let is_unanswered = retry_after_s.is_none();
        self.last = Some(FailedLogin { failure, detail, is_unanswered, at_ms: host_ms, wait_ms });
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

    /// While no login may begin by itself: the failure that calls meet, its detail, and for how long, in whole ms.
    pub fn met(&self, host_ms: f64) -> Option<(Failure, Option<V>, f64)> {
        let last = self.last.as_ref()?;
        let remaining_ms = last.remaining_ms(host_ms);
        (remaining_ms > 0.0).then(|| (last.failure, last.detail.clone(), remaining_ms))
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
    /// The bound in ms; and, of the last failure, how long no login may begin by itself, in ms, which failure it was, and
    /// whether the network that comes back ends it.
    pub(super) fn canonical(&self, host_ms: f64) -> (f64, Option<(f64, Failure, bool)>) {
        let last = self.last.as_ref().map(|last| {
            let FailedLogin { failure, detail: _, is_unanswered, at_ms: _, wait_ms: _ } = last;
            (last.remaining_ms(host_ms), *failure, *is_unanswered)
        });
        (self.bound_ms, last)
    }
}
