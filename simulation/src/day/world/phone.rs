//! The phone: the `wx` under each copy of the SDK.

use super::super::client::{Answer, Client, Effect, Token, WX_TIMEOUT, Wx};
use super::super::network::AT_ONCE;
use super::super::{Ms, SECOND};
use super::{Event, Open, Sent, World};

/// Midnight, as Unix time in ms.
const MIDNIGHT: f64 = 1_700_006_400_000.0;
/// The time that `wx.login` takes, and that of `wx.checkSession` and `wx.getUserInfo`, without the way to WeChat.
const LOGIN_TAKES: Ms = 100;
const CHECK_TAKES: Ms = 20;
/// The time after which `wx.login` fails if the network loses it.
const LOGIN_FAILS_AFTER: Ms = 5 * SECOND;

impl<C: Client> World<C> {
    /// The `wx` of an app at this moment.
    pub(super) fn wx(&mut self, open: &mut Open<C>) -> Wx<'_> {
        if let Some((at, by)) = open.clock_set
            && at <= self.now
        {
            open.clock_off += by;
            open.clock_set = None;
        }
        Wx {
            clock_ms: MIDNIGHT + f64::from(self.now) + open.clock_off,
            storage: &mut self.storages[open.phone as usize],
            random: open.luck.f64(),
            effects: &mut self.effects,
        }
    }

    /// Lets a copy of the SDK act, and carries out its effects.
    pub(super) fn ask(&mut self, open: &mut Open<C>, copy: u8, asks: impl FnOnce(&mut C, &mut Wx<'_>)) {
        let mut wx = self.wx(open);
        asks(&mut open.copies[copy as usize], &mut wx);
        self.carry_out(open, copy);
    }

    pub(super) fn tell(&mut self, open: &mut Open<C>, copy: u8, answer: Answer) {
        self.ask(open, copy, |client, wx| client.answer(answer, wx));
    }

    pub(super) fn carry_out(&mut self, open: &mut Open<C>, copy: u8) {
        // The consequences of an effect are events for later: a client is never called while effects are carried out.
        let mut effects = std::mem::take(&mut self.effects);
        for effect in effects.drain(..) {
            match effect {
                Effect::Login(token) => self.wx_login(open, copy, token),
                Effect::CheckSession(token) => {
                    self.report.checks += 1;
                    let wait = CHECK_TAKES + open.network.way(&mut open.luck);
                    if self.now < open.offline_until {
                        self.tell_in(open, AT_ONCE, copy, Answer::Checked(token, false));
                    } else {
                        let event = Event::KeyChecked { at: open.place, copy, token };
                        self.wheel.at(self.now + wait, event);
                    }
                }
                Effect::UserInfo(token) => {
                    self.report.user_infos += 1;
                    let wait = CHECK_TAKES + open.network.way(&mut open.luck);
                    let is_there = self.now >= open.offline_until;
                    self.tell_in(open, wait, copy, Answer::UserInfo(token, is_there));
                }
                Effect::LoginRequest { token, code, timeout } => {
                    self.send(open, copy, Sent::Login(token, code), timeout);
                }
                Effect::Request(token, skey) => self.send(open, copy, Sent::Call(token, skey), WX_TIMEOUT),
                Effect::Wake(in_ms) => {
                    let timer = &mut open.timers[copy as usize];
                    *timer += 1;
                    let number = *timer;
                    let at = self.now.saturating_add(in_ms.max(0.0).ceil() as Ms);
                    self.wheel.at(at, Event::Timer { at: open.place, copy, number });
                }
                Effect::Settle(call, outcome) => self.settled(open, call, outcome),
            }
        }
        self.effects = effects;
    }

    fn tell_in(&mut self, open: &Open<C>, wait: Ms, copy: u8, answer: Answer) {
        self.wheel.at(self.now + wait, Event::Told { at: open.place, copy, answer });
    }

    fn wx_login(&mut self, open: &mut Open<C>, copy: u8, token: Token) {
        self.report.at(self.now).wx_logins += 1;
        while open.logins.front().is_some_and(|at| *at + SECOND <= self.now) {
            open.logins.pop_front();
        }
        if open.logins.len() >= self.logins_a_second || self.now < open.offline_until {
            self.tell_in(open, AT_ONCE, copy, Answer::Code(token, None));
            return;
        }
        open.logins.push_back(self.now);
        let way = 2 * open.network.way(&mut open.luck);
        if open.network.loses(&mut open.luck) {
            self.tell_in(open, LOGIN_FAILS_AFTER, copy, Answer::Code(token, None));
            return;
        }
        let takes = self.plan.scenario.slow_login(self.now).unwrap_or(LOGIN_TAKES + way);
        self.wheel.at(self.now + takes, Event::CodeIssued { at: open.place, copy, token });
    }
}
