//! A clock that never runs backwards.

/// Milliseconds since the first observation. The host's clock may be set back or forth by the user at any
/// time; steps back are ignored, so that no deadline moves away.
#[derive(Debug)]
pub struct Clock {
    last_host_ms: f64,
    elapsed_ms: f64,
}

impl Clock {
    /// A clock that starts at the first [`Clock::observe`].
    pub const fn new() -> Self {
        Clock { last_host_ms: f64::NAN, elapsed_ms: 0.0 }
    }

    /// Takes note of the host's clock (Unix time in ms) and answers the time since the start in ms.
    pub fn observe(&mut self, host_ms: f64) -> f64 {
        let step = host_ms - self.last_host_ms;
        if step > 0.0 {
            self.elapsed_ms += step;
        }
        self.last_host_ms = host_ms;
        self.elapsed_ms
    }

    /// A timer that was set for `at_ms` went off: that time has come, whatever the host's clock says.
    pub fn reach(&mut self, at_ms: f64) -> f64 {
        if at_ms > self.elapsed_ms {
            self.elapsed_ms = at_ms;
        }
        self.elapsed_ms
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::new()
    }
}
