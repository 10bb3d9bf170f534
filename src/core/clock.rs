//! A clock that never runs backwards and never outruns the host's timer.

/// Milliseconds since the first observation. The host's clock may be set back or forth by the user at any
/// time, and stands still for nobody while the app is suspended.
#[derive(Debug)]
pub struct Clock {
    last_host_ms: f64,
    elapsed_ms: f64,
    timed_ms: f64,
}

impl Clock {
    /// A clock that starts at the first [`Clock::observe`].
    pub const fn new() -> Self {
        Clock { last_host_ms: f64::NAN, elapsed_ms: 0.0, timed_ms: 0.0 }
    }

    /// Whether the host's clock was set back since it was observed last: how much time has passed, nobody knows.
    pub fn is_set_back(&self, host_ms: f64) -> bool {
        host_ms < self.last_host_ms
    }

    /// Takes note of the host's clock (Unix time in ms) and answers the time that deadlines go by, in ms since
    /// the start. Steps back are ignored, so that no deadline moves away; the time of a timer that has not gone
    /// off yet (`wake_ms`) is not passed, so that a step forth ends nobody's patience early.
    pub fn observe(&mut self, host_ms: f64, wake_ms: f64) -> f64 {
        let step = host_ms - self.last_host_ms;
        if step > 0.0 {
            self.elapsed_ms += step;
            self.timed_ms = (self.timed_ms + step).min(wake_ms);
        }
        self.last_host_ms = host_ms;
        self.timed_ms
    }

    /// The timer that was set for `at_ms` went off: that time has come, whatever the host's clock says.
    pub fn reach(&mut self, at_ms: f64) -> f64 {
        let step = at_ms - self.timed_ms;
        if step > 0.0 {
            self.elapsed_ms += step;
            self.timed_ms = at_ms;
        }
        self.timed_ms
    }

    /// All the time since the start in ms, also what the app slept.
    pub fn elapsed_ms(&self) -> f64 {
        self.elapsed_ms
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::new()
    }
}
