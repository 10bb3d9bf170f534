//! Launches: when they happen, on which phones, and what differs from launch to launch.

use std::collections::VecDeque;

use fastrand::Rng;

use super::super::client::Client;
use super::super::network::Network;
use super::super::visit::{self, Page};
use super::super::{DAY, HOUR, MINUTE, Ms, PhoneId, SECOND, exponential, fixed};
use super::{Act, Event, Open, Place, World};

/// The number of launches of a phone on an average day.
const LAUNCHES: f64 = 3.0;
/// How many launches there are at the beginning of each hour, relative to the other hours.
const HOURS: [f64; 24] = [
    0.25, 0.15, 0.1, 0.08, 0.08, 0.15, 0.4, 0.8, 1.0, 1.1, 1.2, 1.5, 1.8, 1.5, 1.2, 1.2, 1.25, 1.35, 1.5,
    1.7, 1.8, 1.7, 1.3, 0.7,
];
/// Share of phones with two copies of the SDK, and share of phones with a wrong clock.
const SHARE_TWO_COPIES: f64 = 0.03;
const SHARE_WRONG_CLOCK: f64 = 0.02;
/// Share of launches during which somebody sets the clock.
const SHARE_CLOCK_SET: f64 = 0.001;
/// Half a day, in ms.
const CLOCK_WRONG_BY: f64 = 43_200_000.0;
/// An hour, in ms.
const CLOCK_SET_BY: f64 = 3_600_000.0;

impl<C: Client> World<C> {
    pub(super) fn next_launch(&mut self) {
        let hour = self.now / HOUR % 24;
        let within = f64::from(self.now % HOUR) / f64::from(HOUR);
        let (one, other) = (HOURS[hour as usize], HOURS[(hour as usize + 1) % 24]);
        let busy = (one + (other - one) * within) * 24.0 / HOURS.iter().sum::<f64>();
        let mean = f64::from(DAY) / (LAUNCHES * f64::from(self.plan.phones) * busy);
        // Events have whole milliseconds. The random part rounds up or down, so that the mean stays right.
        let wait = exponential(&mut self.launches, mean) + self.launches.f64();
        self.wheel.at(self.now + wait as Ms, Event::Launch);
    }

    pub(super) fn launch(&mut self) {
        let phone = self.launches.u32(0..self.plan.phones);
        let seed = self.launches.u64(..);
        self.last_launch += 1;
        if std::mem::replace(&mut self.is_open[phone as usize], true) {
            return;
        }
        self.report.launches += 1;
        let chance = |what| fixed(self.plan.seed, phone.into(), what);
        let mut luck = Rng::with_seed(seed ^ 1);
        let network = Network::of_launch(&mut luck);
        let is_set = luck.f64() < SHARE_CLOCK_SET;
        let set = (self.now + luck.u32(0..MINUTE), if luck.bool() { CLOCK_SET_BY } else { -CLOCK_SET_BY });
        let clock_off =
            if chance(4) < SHARE_WRONG_CLOCK { (chance(5) - 0.5) * 2.0 * CLOCK_WRONG_BY } else { 0.0 };
        let copies = if chance(6) < SHARE_TWO_COPIES { 2 } else { 1 };
        let mut open = self.open_app(phone, network, luck, Rng::with_seed(seed));
        open.clock_off = clock_off;
        open.clock_set = is_set.then_some(set);
        self.start(&mut open, copies);
        if open.luck.f64() < open.network.goes_offline {
            let lasts = open.luck.u32(3 * SECOND..30 * SECOND);
            let after = open.luck.u32(0..MINUTE);
            self.act_in(&open, after, Act::GoOffline(lasts));
        }
        self.show_page(&mut open);
        let open_now = self.open.len() - self.free.len();
        self.report.most_open = self.report.most_open.max(open_now);
        let index = open.place.index as usize;
        self.open[index] = Some(open);
    }

    /// An open app without any copy of the SDK in it yet.
    pub(super) fn open_app(
        &mut self,
        phone: PhoneId,
        network: Network,
        luck: Rng,
        mut plan: Rng,
    ) -> Box<Open<C>> {
        let index = self.free.pop().unwrap_or_else(|| {
            self.open.push(None);
            self.open.len() as u32 - 1
        });
        let place = Place { index, launch: self.last_launch };
        let pages_left = visit::pages(&mut plan);
        Box::new(Open {
            phone,
            place,
            copies: Vec::new(),
            timers: [0; 2],
            page: Page::next(&mut plan, true, self.plan.most_calls),
            plan,
            luck,
            network,
            offline_until: 0,
            suspended_until: 0,
            clock_off: 0.0,
            clock_set: None,
            is_over: false,
            pages_left,
            page_number: 0,
            page_from: self.now,
            attempt: 0,
            taps: 0,
            waiting: 0,
            calls: Vec::new(),
            last_call: 0,
            in_flight: Vec::new(),
            queued: VecDeque::new(),
            last_flight: 0,
            logins: VecDeque::new(),
        })
    }

    /// Loads this many copies of the SDK.
    pub(super) fn start(&mut self, open: &mut Open<C>, copies: u8) {
        for copy in 0..copies {
            let client = C::open(&mut self.wx(open));
            open.copies.push(client);
            self.carry_out(open, copy);
        }
    }

    pub(super) fn close(&mut self, open: &Open<C>) {
        self.report.hung += open.calls.len() as u64;
        self.is_open[open.phone as usize] = false;
        self.free.push(open.place.index);
    }
}
