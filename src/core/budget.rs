//! How often the core may log in.

const SECOND_MS: f64 = 1_000.0;
const MINUTE_MS: f64 = 60_000.0;
/// The longest timer while a login counts against the limit a minute. A login's age is counted in whole timers, without
/// the one that was running when the login began. So the longer timers are, the later its minute is over.
const LONGEST_TIMER_MS: f64 = 5_000.0;
/// The same while one counts against the limit a second.
const LONGEST_RECENT_TIMER_MS: f64 = 250.0;
/// WeChat refuses more `wx.login` calls than this a second for one user.
const LOGINS_PER_SECOND: u32 = 4;

/// Recent logins. Every login counts against WeChat's limit a second; automatic ones, which no user asked for, also
/// against a limit a minute, so that a server that refuses every session gets no storm.
///
/// The budget knows no clock: it counts timers that went off, from beginning to end, since a clock that jumps back and
/// forth would make room.
#[derive(Clone, Debug, Default)]
pub struct LoginBudget {
    logins: Vec<Login>,
    /// How long the timer is that runs; 0 if none does.
    timer_ms: f64,
}

#[derive(Clone, Debug)]
struct Login {
    automatic: bool,
    /// How long ago it was at least.
    age_ms: f64,
    /// Whether the timer that runs was set after it.
    is_timed: bool,
}

impl LoginBudget {
    /// No login yet.
    pub const fn new() -> Self {
        LoginBudget { logins: Vec::new(), timer_ms: 0.0 }
    }

    /// Whether a login may start; if so, it is counted.
    #[must_use]
    pub fn admit(&mut self, automatic: bool, max_per_minute: u32) -> bool {
        let admitted =
            self.recent() < LOGINS_PER_SECOND && !(automatic && self.automatic() >= max_per_minute);
        if admitted {
            self.logins.push(Login { automatic, age_ms: 0.0, is_timed: false });
        }
        admitted
    }

    /// The automatic logins of the last minute.
    fn automatic(&self) -> u32 {
        self.logins.iter().filter(|login| login.automatic).count() as u32
    }

    fn recent(&self) -> u32 {
        self.logins.iter().filter(|login| login.age_ms < SECOND_MS).count() as u32
    }

    /// How many logins the next instance has to count, should this one be lost: the automatic ones of the last minute
    /// or, where these are more, all of the last second.
    pub fn counted(&self) -> u32 {
        self.automatic().max(self.recent())
    }

    /// Counts the logins of an instance that was lost, as if they had been made now.
    pub fn restore(&mut self, automatic: u32) {
        for _ in 0..automatic {
            self.logins.push(Login { automatic: true, age_ms: 0.0, is_timed: false });
        }
    }

    /// The host's timer was set, or set anew.
    pub fn timer_set(&mut self, in_ms: f64) {
        self.timer_ms = in_ms;
        for login in &mut self.logins {
            login.is_timed = true;
        }
    }

    /// The host's timer went off.
    pub fn timer_went_off(&mut self) {
        for login in &mut self.logins {
            if login.is_timed {
                login.age_ms += self.timer_ms;
            }
        }
        self.logins.retain(|login| login.age_ms < MINUTE_MS);
        self.timer_ms = 0.0;
    }

    /// How long the next timer may be, in ms; infinite if nothing counts.
    pub fn wake_in_ms(&self) -> f64 {
        let mut wake_in_ms = f64::INFINITY;
        for Login { age_ms, .. } in &self.logins {
            wake_in_ms = wake_in_ms.min(if *age_ms < SECOND_MS {
                LONGEST_RECENT_TIMER_MS.min(SECOND_MS - age_ms)
            } else {
                LONGEST_TIMER_MS.min(MINUTE_MS - age_ms)
            });
        }
        wake_in_ms
    }
}

#[cfg(feature = "explore")]
impl LoginBudget {
    /// What the budget goes by: the timer that runs, in ms, then of each login whether it was automatic, its age in ms and
    /// whether the timer counts for it.
    pub(super) fn canonical(&self) -> (f64, impl Iterator<Item = (bool, f64, bool)>) {
        let LoginBudget { logins, timer_ms } = self;
        (
            *timer_ms,
            logins.iter().map(|Login { automatic, age_ms, is_timed }| (*automatic, *age_ms, *is_timed)),
        )
    }
}
