//! How often the core may log in.

const SECOND_MS: f64 = 1_000.0;
const MINUTE_MS: f64 = 60_000.0;
/// WeChat refuses more `wx.login` calls than this a second for one user.
const LOGINS_PER_SECOND: usize = 4;

/// The times of recent logins. Every login counts against WeChat's limit a second; automatic ones, which no
/// user asked for, also against a limit a minute, so that a server that refuses every session gets no storm.
#[derive(Debug, Default)]
pub struct LoginBudget {
    latest: [Option<f64>; LOGINS_PER_SECOND],
    oldest: usize,
    automatic: Vec<f64>,
}

impl LoginBudget {
    /// No login yet.
    pub const fn new() -> Self {
        LoginBudget { latest: [None; LOGINS_PER_SECOND], oldest: 0, automatic: Vec::new() }
    }

    /// Whether a login may start at `now_ms`; if so, it is counted.
    pub fn admit(&mut self, now_ms: f64, automatic: bool, max_per_minute: u32) -> bool {
        if self.latest[self.oldest].is_some_and(|at| now_ms - at < SECOND_MS) {
            return false;
        }
        if automatic {
            self.automatic.retain(|at| now_ms - at < MINUTE_MS);
            if self.automatic.len() >= max_per_minute as usize {
                return false;
            }
            self.automatic.push(now_ms);
        }
        self.latest[self.oldest] = Some(now_ms);
        self.oldest = (self.oldest + 1) % LOGINS_PER_SECOND;
        true
    }
}
