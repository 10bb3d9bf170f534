//! The figures of a day, second by second.

use hdrhistogram::Histogram;

use super::scenario::{Scenario, Trouble};
use super::{DAY, Ms, SECOND};

/// The figures of one second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Second {
    /// `wx.login` calls.
    pub wx_logins: u32,
    /// Login requests that reached the server or the gateway before it.
    pub logins: u32,
    /// The login requests that are the first of their phone since the trouble began: a phone that logs in needs at
    /// least one.
    pub first_logins: u32,
    /// The login requests that gave a session.
    pub logged_in: u32,
    /// Calls that reached the server or the gateway.
    pub calls: u32,
    /// Calls whose session was refused.
    pub refused: u32,
    /// Requests that were refused because the queue was full.
    pub turned_away: u32,
    /// Calls of the app that ended well.
    pub served: u32,
    /// Calls of the app that failed, or got a status that is none of success.
    pub failed: u32,
    /// The longest that the server's queue was, in requests.
    pub queue: u32,
}

/// The result of a day.
#[derive(Clone, Debug)]
pub struct Report {
    /// The name of the client.
    pub client: &'static str,
    /// The scenario.
    pub scenario: Scenario,
    /// The first second that was counted.
    pub from: Ms,
    /// The figures of its seconds.
    pub seconds: Vec<Second>,
    /// How long it took until people saw the whole page, in ms.
    pub waits: Histogram<u64>,
    /// Pages that people gave up on.
    pub given_up: u64,
    /// Calls that had neither succeeded nor failed when the app was closed.
    pub hung: u64,
    /// `wx.checkSession` calls.
    pub checks: u64,
    /// `wx.getUserInfo` calls.
    pub user_infos: u64,
    /// Launches.
    pub launches: u64,
    /// The most apps that were open at once.
    pub most_open: usize,
    /// Events that were simulated.
    pub events: u64,
}

/// The precision of waits, in significant digits.
const DIGITS: u8 = 3;
/// In ms; longer waits count as this one.
const LONGEST_WAIT: u64 = DAY as u64;
/// A window has this many seconds. It is calm if less than [`TROUBLE`] of its calls fail.
const WINDOW: usize = 10;
/// The number of calm windows in a row that count as a recovery.
const WINDOWS: usize = 6;
const TROUBLE: f64 = 0.05;

impl Report {
    /// A report without any events.
    pub fn new(client: &'static str, scenario: Scenario, from: Ms, until: Ms) -> Self {
        let seconds = ((until - from) / SECOND) as usize + 1;
        Report {
            client,
            scenario,
            from,
            seconds: vec![Second::default(); seconds],
            waits: Histogram::new_with_max(LONGEST_WAIT, DIGITS).expect("so many digits are allowed"),
            given_up: 0,
            hung: 0,
            checks: 0,
            user_infos: 0,
            launches: 0,
            most_open: 0,
            events: 0,
        }
    }

    /// The figures of the second that contains `now`.
    pub fn at(&mut self, now: Ms) -> &mut Second {
        &mut self.seconds[((now - self.from) / SECOND) as usize]
    }

    /// The seconds since the beginning of the trouble, or of the whole day if there is no trouble.
    fn since_trouble(&self) -> &[Second] {
        let from = if self.scenario.trouble == Trouble::None { self.from } else { self.scenario.from };
        &self.seconds[((from.max(self.from) - self.from) / SECOND) as usize..]
    }

    /// The sum of a figure from the beginning of the trouble on.
    pub fn total(&self, figure: impl Fn(&Second) -> u32) -> u64 {
        self.since_trouble().iter().map(|second| u64::from(figure(second))).sum()
    }

    /// The highest that a figure is from the beginning of the trouble on.
    pub fn peak(&self, figure: impl Fn(&Second) -> u32) -> u32 {
        self.since_trouble().iter().map(figure).max().unwrap_or_default()
    }

    /// How many of the logins of the busiest second are the first of a phone since the trouble began.
    pub fn firsts_of_peak(&self) -> u32 {
        self.since_trouble().iter().max_by_key(|second| second.logins).map_or(0, |second| second.first_logins)
    }

    /// How many seconds after the end of the trouble the app works again: from there on, less than a twentieth of the
    /// calls fail in each ten seconds of a whole minute. `None` if that never happens before the end of the day.
    pub fn recovers_in_s(&self) -> Option<u32> {
        let from = ((self.scenario.until.max(self.from) - self.from) / SECOND) as usize;
        let windows: Vec<bool> = self.seconds[from..]
            .chunks_exact(WINDOW)
            .map(|seconds| {
                let failed: u32 = seconds.iter().map(|second| second.failed).sum();
                let served: u32 = seconds.iter().map(|second| second.served).sum();
                f64::from(failed) < TROUBLE * f64::from(failed + served)
            })
            .collect();
        let first = windows.windows(WINDOWS).position(|windows| windows.iter().all(|is_calm| *is_calm))?;
        Some((first * WINDOW) as u32)
    }
}
