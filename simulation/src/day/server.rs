//! The model of a session server: which sessions are good, and how long answers take.
//!
//! [`Sessions`] decides about the answers; `tests/server.rs` compares it with the real server. [`Queue`] decides about
//! their times: one queue of bounded length before one pool of workers, for logins and calls alike.

use std::collections::VecDeque;

use super::scenario::Scenario;
use super::wechat::{Code, WeChat};
use super::{Ms, PhoneId, SECOND};

/// The skey of a session: it holds the time of its issue and its number among the user's sessions. 0 means none.
pub type Skey = u32;

/// How long a session lives, in seconds: what servers of the wafer family do.
pub const SESSION_LIFE_S: i32 = 30 * 24 * 3600;

/// How many sessions a user may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionsPerUser {
    /// A login ends the session before it.
    One,
    /// Any number.
    Many,
}

/// The answer to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// HTTP 200, what was asked for.
    Fine,
    /// A login that succeeded.
    Session(Skey),
    /// HTTP 200: the login is refused.
    LoginRefused,
    /// HTTP 200: the session is over, or was never there.
    SessionOver,
    /// HTTP 200: the session could not be checked, for example because the request has none.
    SessionUnchecked,
    /// An HTTP status that says nothing about the session, with a page for a body.
    Status(u16),
}

#[derive(Clone, Copy, Debug)]
struct Account {
    /// The number of the user's last session; numbers begin at 1.
    last: u16,
    /// Sessions up to this number have ended.
    over: u16,
    /// When the first session was issued, on a day before; in s from midnight. The skeys of later sessions hold their
    /// own times.
    first_issued_s: i32,
}

/// Sessions of users. A phone is a user.
#[derive(Debug)]
pub struct Sessions {
    accounts: Vec<Account>,
    per_user: SessionsPerUser,
}

const NUMBER_BITS: u32 = 14;

impl Sessions {
    /// The memory that a user takes, in bytes.
    pub const BYTES_A_USER: usize = size_of::<Account>();

    /// Users who have never logged in.
    pub fn new(users: u32, per_user: SessionsPerUser) -> Self {
        let account = Account { last: 0, over: 0, first_issued_s: 0 };
        Sessions { accounts: vec![account; users as usize], per_user }
    }

    /// Logs a user in on an earlier day; answers the skey.
    pub fn logged_in_before(&mut self, user: PhoneId, issued_s: i32) -> Skey {
        let account = &mut self.accounts[user as usize];
        account.last = 1;
        account.first_issued_s = issued_s;
        1
    }

    /// The answer to a login request.
    pub fn login(&mut self, code: Code, wechat: &mut WeChat, now: Ms) -> Reply {
        let Some(user) = wechat.exchange(code, now) else { return Reply::LoginRefused };
        let account = &mut self.accounts[user as usize];
        if self.per_user == SessionsPerUser::One {
            account.over = account.last;
        }
        // The number 1 belongs to an earlier day.
        account.last = account.last.max(1) + 1;
        assert!(account.last < 1 << NUMBER_BITS, "a user logged in more often than numbers allow");
        Reply::Session((now / SECOND) << NUMBER_BITS | Skey::from(account.last))
    }

    /// Ends all sessions of the user.
    pub fn end(&mut self, user: PhoneId) {
        let account = &mut self.accounts[user as usize];
        account.over = account.last;
    }

    /// The answer to a call with this skey.
    pub fn call(&self, user: PhoneId, skey: Skey, scenario: &Scenario, now: Ms) -> Reply {
        if skey == 0 {
            return Reply::SessionUnchecked;
        }
        let account = self.accounts[user as usize];
        let number = (skey & ((1 << NUMBER_BITS) - 1)) as u16;
        let issued_s = if number == 1 { account.first_issued_s } else { (skey >> NUMBER_BITS) as i32 };
        let is_live = (account.over + 1..=account.last).contains(&number)
            && ((now / SECOND) as i32) < issued_s + SESSION_LIFE_S
            && !scenario.ends(user, issued_s, now);
        if is_live { Reply::Fine } else { Reply::SessionOver }
    }
}

/// Workers that take requests in the order in which they came, and a queue of bounded length before them. Requests that
/// their client has given up are worked on as well, since the server cannot know.
#[derive(Debug)]
pub struct Queue {
    /// The time of a unit of work, in µs.
    unit_us: f64,
    /// The most requests inside, waiting or worked on.
    longest: usize,
    free_at_us: f64,
    /// When each request inside will be done, in order.
    done_at: VecDeque<Ms>,
}

impl Queue {
    /// A server that does this many units of work a second.
    pub fn new(units_a_second: f64, longest: usize) -> Self {
        Queue { unit_us: 1e6 / units_a_second, longest, free_at_us: 0.0, done_at: VecDeque::new() }
    }

    /// Takes in a request of so many units; answers when it will be done, or `None` if the queue is full.
    pub fn take(&mut self, units: f64, now: Ms) -> Option<Ms> {
        if self.length(now) >= self.longest {
            return None;
        }
        let now_us = f64::from(now) * 1000.0;
        self.free_at_us = self.free_at_us.max(now_us) + units * self.unit_us;
        let done_at = (self.free_at_us / 1000.0).ceil() as Ms;
        self.done_at.push_back(done_at);
        Some(done_at)
    }

    /// How many requests are inside.
    pub fn length(&mut self, now: Ms) -> usize {
        while self.done_at.front().is_some_and(|done| *done <= now) {
            self.done_at.pop_front();
        }
        self.done_at.len()
    }
}
