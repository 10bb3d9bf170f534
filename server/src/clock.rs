//! The clock that measures every lifetime.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970. They come from the system, or from a fixed start; tests move the clock forward by hand.
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

    /// Moves the clock `ms` milliseconds forward; it keeps running as it did before.
    pub fn advance(&self, ms: u32) {
        self.advanced_ms.fetch_add(i64::from(ms), Ordering::SeqCst);
    }
}
