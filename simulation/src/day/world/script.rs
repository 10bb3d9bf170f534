//! Scripts of one phone, with a few calls at exact times. They are small enough to be played on the packages themselves
//! as well; `tests/day` compares both with one table.

use fastrand::Rng;

use super::super::client::Client;
use super::super::network::Network;
use super::super::scenario::{Scenario, Trouble};
use super::super::server::SessionsPerUser;
use super::super::visit::MOST_CALLS;
use super::super::{MINUTE, Ms};
use super::{Event, Plan, World};

/// The state before the first call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Before {
    /// No session.
    Nothing,
    /// A good session.
    Good,
    /// A session that the server has ended.
    Ended,
    /// A session whose session_key WeChat no longer has.
    KeyDropped,
}

/// What one phone does.
#[derive(Clone, Copy, Debug)]
pub struct Script {
    /// The state that earlier launches left.
    pub before: Before,
    /// Calls.
    pub calls: u32,
    /// The time between two calls.
    pub apart: Ms,
    /// What the server does wrong.
    pub trouble: Trouble,
    /// Whether the storage is full.
    pub is_full: bool,
    /// How many sessions the user may have.
    pub sessions_per_user: SessionsPerUser,
}

/// The result of a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// `wx.login` calls.
    pub wx_logins: u64,
    /// `wx.checkSession` calls.
    pub checks: u64,
    /// `wx.getUserInfo` calls.
    pub user_infos: u64,
    /// Login requests that reached the server.
    pub logins: u64,
    /// Other requests that did.
    pub requests: u64,
    /// Calls that got what they asked for.
    pub served: u64,
    /// Calls that did not.
    pub failed: u64,
    /// Calls that neither succeeded nor failed.
    pub hung: u64,
}

/// The time of one way over the network in a script.
const WAY: Ms = 30;
/// The end of a script; everything is over by then.
const ENDS: Ms = 10 * MINUTE;

/// Plays a script. WeChat's limit on logins does not apply in it.
pub fn play<C: Client>(script: Script) -> Counts {
    let mut world = World::<C>::new(Plan {
        phones: 1,
        seed: 0,
        from: 0,
        until: ENDS,
        scenario: Scenario { trouble: script.trouble, from: 0, until: ENDS },
        capacity: 1e12,
        sessions_per_user: script.sessions_per_user,
        most_calls: MOST_CALLS,
    });
    world.play(script)
}

impl<C: Client> World<C> {
    fn play(&mut self, script: Script) -> Counts {
        self.logins_a_second = usize::MAX;
        self.storages[0].is_full = script.is_full;
        self.storages[0].skey = match script.before {
            Before::Nothing => 0,
            Before::Good | Before::Ended | Before::KeyDropped => self.sessions.logged_in_before(0, 0),
        };
        if script.before == Before::Ended {
            self.sessions.end(0);
        }
        self.wechat.set_key(0, if script.before == Before::KeyDropped { 0 } else { ENDS });
        let luck = Rng::with_seed(0);
        let mut open = self.open_app(0, Network::ideal(WAY), luck.clone(), luck);
        self.start(&mut open, 1);
        let (place, index) = (open.place, open.place.index as usize);
        self.open[index] = Some(open);
        for call in 0..script.calls {
            self.wheel.at(call * script.apart, Event::Call(place));
        }
        while self.step() {}
        let hung = self.open[index].as_ref().map_or(0, |open| open.calls.len() as u64);
        let report = &self.report;
        Counts {
            wx_logins: report.total(|second| second.wx_logins),
            checks: report.checks,
            user_infos: report.user_infos,
            logins: report.total(|second| second.logins),
            requests: report.total(|second| second.calls),
            served: report.total(|second| second.served),
            failed: report.total(|second| second.failed),
            hung,
        }
    }
}
