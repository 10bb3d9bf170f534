//! The clock that every lifetime is measured by.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970, from the system or from a fixed start, moved forward by hand in tests.
#[derive(Debug)]
pub struct Clock {
    start: Start,
    advanced_ms: AtomicI64,
}

#[derive(Debug)]
enum Start {
    System,
    Fixed(i64),
}

impl Clock {
    /// The time of the machine.
    pub fn system() -> Self {
        Self { start: Start::System, advanced_ms: AtomicI64::new(0) }
    }

    /// A clock that stands still at `now_ms` until it is advanced.
    pub fn fixed(now_ms: i64) -> Self {
        Self { start: Start::Fixed(now_ms), advanced_ms: AtomicI64::new(0) }
    }

    /// Now, in milliseconds.
    pub fn now_ms(&self) -> i64 {
        let start_ms = match self.start {
            Start::System => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX)),
            Start::Fixed(now_ms) => now_ms,
        };
        start_ms.saturating_add(self.advanced_ms.load(Ordering::SeqCst))
    }

    /// Moves the clock `ms` milliseconds forward, on top of its own course.
    pub fn advance(&self, ms: u32) {
        self.advanced_ms.fetch_add(i64::from(ms), Ordering::SeqCst);
    }
}
