//! Requests: on the way to the server, at the server, and on the way back.

use super::super::client::{Answer, Client, Cut};
use super::super::network::{AT_ONCE, Way};
use super::super::scenario::Trouble;
use super::super::server::Reply;
use super::super::{Ms, PhoneId};
use super::{Event, Flight, Open, Sent, World};

/// The work of a login, in units. It is somewhat more than what `benches/server` measures: 7 to 11 times the processor
/// time of `/user`.
const LOGIN_UNITS: f64 = 12.0;
const CALL_UNITS: f64 = 1.0;
/// The time that WeChat takes for jscode2session, in addition to the work.
const EXCHANGE: Ms = 100;
/// The most requests that wx has under way at once.
const REQUESTS_AT_ONCE: usize = 10;

impl<C: Client> World<C> {
    pub(super) fn send(&mut self, open: &mut Open<C>, copy: u8, sent: Sent, timeout: Ms) {
        open.last_flight += 1;
        let flight = Flight { number: open.last_flight, copy, sent, timeout };
        if open.in_flight.len() < REQUESTS_AT_ONCE {
            self.take_off(open, flight);
        } else {
            open.queued.push_back(flight);
        }
    }

    fn take_off(&mut self, open: &mut Open<C>, flight: Flight) {
        open.in_flight.push(flight);
        let Flight { number, sent, timeout, .. } = flight;
        let (at, deadline) = (open.place, self.now + timeout);
        let cut = |reply| Event::Landing { at, flight: number, reply: Err(reply) };
        if self.now < open.offline_until {
            self.wheel.at(self.now + AT_ONCE, cut(Cut::Offline));
            return;
        }
        match open.network.send(&mut open.luck) {
            Way::Lost => self.wheel.at(deadline, cut(Cut::Timeout)),
            Way::Refused(after) => self.wheel.at(self.now + after, cut(Cut::Network)),
            Way::Arrives { there, back } => {
                let user = open.phone;
                let arrival = Event::Arrival { at, flight: number, user, sent, back, deadline };
                self.wheel.at(self.now + there, arrival);
            }
        }
    }

    /// Lets every request that is on its way fail.
    pub(super) fn cut_all(&mut self, open: &mut Open<C>, cut: Cut) {
        // A new number makes the answer that may still come a late one, which is ignored.
        for flight in &mut open.in_flight {
            open.last_flight += 1;
            flight.number = open.last_flight;
            let landing = Event::Landing { at: open.place, flight: flight.number, reply: Err(cut) };
            self.wheel.at(self.now, landing);
        }
    }

    pub(super) fn landed(&mut self, open: &mut Open<C>, number: u32, reply: Result<Reply, Cut>) {
        let Some(index) = open.in_flight.iter().position(|flight| flight.number == number) else { return };
        let Flight { copy, sent, .. } = open.in_flight.swap_remove(index);
        let answer = match (sent, reply) {
            (Sent::Login(token, _), Ok(reply)) => Answer::Login(token, reply),
            (Sent::Login(token, _), Err(cut)) => Answer::LoginFailed(token, cut),
            (Sent::Call(token, _), Ok(reply)) => Answer::Call(token, reply),
            (Sent::Call(token, _), Err(cut)) => Answer::CallFailed(token, cut),
        };
        self.tell(open, copy, answer);
        if let Some(flight) = open.queued.pop_front() {
            self.take_off(open, flight);
        }
    }

    /// The answer to a request, and its time.
    pub(super) fn serve(&mut self, user: PhoneId, sent: Sent) -> (Reply, Ms) {
        let now = self.now;
        let scenario = self.plan.scenario;
        let coin = self.server_luck.bool();
        let queue = self.queue.length(now);
        let second = self.report.at(now);
        second.queue = second.queue.max(queue as u32);
        let units = match sent {
            Sent::Login(..) => {
                second.logins += 1;
                let is_since = scenario.trouble == Trouble::None || now >= scenario.from;
                if is_since && !std::mem::replace(&mut self.has_logged_in[user as usize], true) {
                    second.first_logins += 1;
                }
                LOGIN_UNITS
            }
            Sent::Call(..) => {
                second.calls += 1;
                CALL_UNITS
            }
        };
        if let Some(status) = scenario.gateway(now, matches!(sent, Sent::Login(..)), coin) {
            return (Reply::Status(status), now);
        }
        let Some(done) = self.queue.take(units, now) else {
            self.report.at(now).turned_away += 1;
            return (Reply::Status(503), now);
        };
        match sent {
            Sent::Login(_, code) => {
                let reply = self.sessions.login(code, &mut self.wechat, now);
                self.report.at(now).logged_in += u32::from(reply != Reply::LoginRefused);
                (reply, done + EXCHANGE)
            }
            Sent::Call(_, skey) => {
                let reply = self.sessions.call(user, skey, &scenario, now);
                self.report.at(now).refused += u32::from(reply == Reply::SessionOver);
                (reply, done)
            }
        }
    }
}
