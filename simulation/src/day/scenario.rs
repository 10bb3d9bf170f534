//! The scenarios: what goes wrong on a day.

use super::{HOUR, MINUTE, Ms, PhoneId, SECOND};

/// The trouble of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// An ordinary day.
    None,
    /// The server loses all sessions.
    SessionsLost,
    /// The gateway answers every request at once with HTTP 502; the server gets none.
    Down,
    /// Half of all requests, logins included, are answered with HTTP 500.
    HalfFail,
    /// `wx.login` takes eight seconds.
    SlowWeChat,
    /// Good sessions, even fresh ones, are refused as expired.
    GoodRefused,
    /// All sessions expire, spread over the minute.
    ExpireTogether,
    /// As [`Trouble::Down`]; when the server is back, it has lost all sessions.
    DownAndLost,
    /// The server loses all sessions, and answers every login with HTTP 500, like a server that cannot reach WeChat.
    LoginsFail,
}

/// The trouble of a day, from noon on.
#[derive(Clone, Copy, Debug)]
pub struct Scenario {
    /// What goes wrong.
    pub trouble: Trouble,
    /// When it begins.
    pub from: Ms,
    /// When it is over. A loss of sessions ends in the moment in which it begins.
    pub until: Ms,
}

/// When trouble begins: the busiest time of the day.
pub const NOON: Ms = 12 * HOUR;
/// The time that `wx.login` takes while it is slow.
pub const SLOW_LOGIN: Ms = 8 * SECOND;

impl Scenario {
    /// All of them, in the order of the documents.
    pub const ALL: [Scenario; 9] = [
        Scenario::of(Trouble::None, 0),
        Scenario::of(Trouble::SessionsLost, 0),
        Scenario::of(Trouble::Down, 10 * MINUTE),
        Scenario::of(Trouble::HalfFail, HOUR),
        Scenario::of(Trouble::SlowWeChat, 10 * MINUTE),
        Scenario::of(Trouble::GoodRefused, MINUTE),
        Scenario::of(Trouble::ExpireTogether, MINUTE),
        Scenario::of(Trouble::DownAndLost, 10 * MINUTE),
        Scenario::of(Trouble::LoginsFail, 10 * MINUTE),
    ];

    /// A scenario with a trouble that lasts this long.
    const fn of(trouble: Trouble, lasts: Ms) -> Self {
        Scenario { trouble, from: NOON, until: NOON + lasts }
    }

    /// The scenario of this trouble.
    pub fn with(trouble: Trouble) -> Self {
        Self::ALL[trouble as usize]
    }

    /// The name of its files.
    pub fn name(&self) -> &'static str {
        match self.trouble {
            Trouble::None => "ordinary-day",
            Trouble::SessionsLost => "sessions-lost",
            Trouble::Down => "server-down",
            Trouble::HalfFail => "half-of-the-calls-fail",
            Trouble::SlowWeChat => "slow-wechat",
            Trouble::GoodRefused => "good-sessions-refused",
            Trouble::ExpireTogether => "expire-together",
            Trouble::DownAndLost => "down-and-lost",
            Trouble::LoginsFail => "logins-fail",
        }
    }

    fn is_on(&self, trouble: Trouble, now: Ms) -> bool {
        self.trouble == trouble && (self.from..self.until).contains(&now)
    }

    /// The status that a gateway answers in place of the server, if it does.
    pub fn gateway(&self, now: Ms, is_login: bool, coin: bool) -> Option<u16> {
        if self.is_on(Trouble::Down, now) || self.is_on(Trouble::DownAndLost, now) {
            Some(502)
        } else if self.is_on(Trouble::HalfFail, now) && coin
            || self.is_on(Trouble::LoginsFail, now) && is_login
        {
            Some(500)
        } else {
            None
        }
    }

    /// The time that `wx.login` takes, if it is not the usual one.
    pub fn slow_login(&self, now: Ms) -> Option<Ms> {
        self.is_on(Trouble::SlowWeChat, now).then_some(SLOW_LOGIN)
    }

    /// Whether the trouble has ended this session.
    pub fn ends(&self, user: PhoneId, issued_s: i32, now: Ms) -> bool {
        let is_older = i64::from(issued_s) * 1000 < i64::from(self.from);
        match self.trouble {
            Trouble::SessionsLost | Trouble::DownAndLost | Trouble::LoginsFail => {
                is_older && now >= self.from
            }
            Trouble::ExpireTogether => {
                // The second of the minute in which the user's sessions expire. It must not follow from the time when
                // the user comes.
                let second = user.wrapping_mul(0x9e37_79b1) >> 16;
                is_older && now >= self.from + second % (self.until - self.from)
            }
            Trouble::GoodRefused => self.is_on(Trouble::GoodRefused, now),
            Trouble::None | Trouble::Down | Trouble::HalfFail | Trouble::SlowWeChat => false,
        }
    }
}
