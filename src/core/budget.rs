//! How often the core may log in.

const SECOND_MS: f64 = 1_000.0;
const MINUTE_MS: f64 = 60_000.0;
/// WeChat refuses more `wx.login` calls than this a second for one user.
const LOGINS_PER_SECOND: u32 = 4;

/// The times of recent logins. Every login counts against WeChat's limit a second; automatic ones, which no
/// user asked for, also against a limit a minute, so that a server that refuses every session gets no storm.
#[derive(Debug, Default)]
pub struct LoginBudget {
    logins: Vec<Login>,
}

#[derive(Debug)]
struct Login {
    at_ms: f64,
    automatic: bool,
}

impl LoginBudget {
    /// No login yet.
    pub const fn new() -> Self {
        LoginBudget { logins: Vec::new() }
    }

    /// Whether a login may start at `now_ms`; if so, it is counted.
    pub fn admit(&mut self, now_ms: f64, automatic: bool, max_per_minute: u32) -> bool {
        self.logins.retain(|login| now_ms - login.at_ms < MINUTE_MS);
        let (mut in_a_second, mut automatic_ones) = (0, 0);
        for login in &self.logins {
            in_a_second += u32::from(now_ms - login.at_ms < SECOND_MS);
            automatic_ones += u32::from(login.automatic);
        }
        let admitted = in_a_second < LOGINS_PER_SECOND && !(automatic && automatic_ones >= max_per_minute);
        if admitted {
            self.logins.push(Login { at_ms: now_ms, automatic });
        }
        admitted
    }
}
