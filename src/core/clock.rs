//! A clock that never runs backwards and never outruns the host's timer.

/// Milliseconds since the first observation. The host's clock cannot give these: the user may set it back or forth at
/// any time, and it goes on while the app is suspended.
#[derive(Clone, Debug)]
pub struct Clock {
    last_host_ms: f64,
    now_ms: f64,
}

impl Clock {
    /// A clock that starts at the first [`Clock::observe`].
    pub const fn new() -> Self {
        Clock { last_host_ms: f64::NAN, now_ms: 0.0 }
    }

    /// Takes note of the host's clock (Unix time in ms) and answers the time that deadlines go by, in ms since
    /// the start.
    ///
    /// A step forward leads to `wake_ms` at most: a timer is set for that time and has not gone off yet, so that no
    /// deadline comes early. With a step back, nobody knows how much time passed before it. It counts as the most that
    /// can have passed, up to `wake_ms`, so that no deadline that is set from now on comes early.
    pub fn observe(&mut self, host_ms: f64, wake_ms: f64) -> f64 {
        let step = host_ms - self.last_host_ms;
        if step > 0.0 {
            self.now_ms = (self.now_ms + step).min(wake_ms);
        } else if step < 0.0 && wake_ms.is_finite() {
            self.now_ms = wake_ms;
        }
        self.last_host_ms = host_ms;
        self.now_ms
    }

    /// What the host's clock said last, Unix time in ms.
    pub fn host_ms(&self) -> f64 {
        self.last_host_ms
    }

    /// The timer that was set for `at_ms` went off: that time has come, whatever the host's clock says.
    pub fn reach(&mut self, at_ms: f64) -> f64 {
        self.now_ms = self.now_ms.max(at_ms);
        self.now_ms
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::new()
    }
}
