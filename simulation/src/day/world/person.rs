//! The actions of people, and what they see.

use super::super::client::{Answer, CallId, Client, Cut, Outcome};
use super::super::visit::{self, PATIENCE, POLL_EVERY, Page};
use super::super::{Ms, SECOND};
use super::{Act, Event, Open, Pending, World};

/// An app in the background is suspended after this long.
const SUSPENDED_AFTER: Ms = 5 * SECOND;

impl<C: Client> World<C> {
    pub(super) fn show_page(&mut self, open: &mut Open<C>) {
        open.page_number += 1;
        open.page_from = self.now;
        open.taps = 0;
        self.load(open);
        if open.page.polls {
            let page = open.page_number;
            self.act_in(open, POLL_EVERY, Act::Poll { page });
        }
    }

    /// Makes all calls of the page at once.
    fn load(&mut self, open: &mut Open<C>) {
        open.attempt += 1;
        open.waiting = open.page.calls;
        let attempt = open.attempt;
        self.act_in(open, PATIENCE, Act::Patience { attempt });
        for _ in 0..open.page.calls {
            self.call(open, attempt);
        }
    }

    pub(super) fn call(&mut self, open: &mut Open<C>, attempt: u32) {
        open.last_call += 1;
        let call = open.last_call;
        open.calls.push(Pending { call, attempt });
        // With two copies, some parts of the app use one and some the other.
        let copy = call as usize % open.copies.len();
        self.ask(open, copy as u8, |client, wx| client.call(call, wx));
    }

    pub(super) fn settled(&mut self, open: &mut Open<C>, call: CallId, outcome: Outcome) {
        let Some(index) = open.calls.iter().position(|pending| pending.call == call) else {
            panic!("{} settled a call twice", C::NAME);
        };
        let Pending { attempt, .. } = open.calls.swap_remove(index);
        let second = self.report.at(self.now);
        let is_served = outcome == Outcome::Served;
        if is_served {
            second.served += 1;
        } else {
            second.failed += 1;
        }
        if attempt != open.attempt || open.waiting == 0 {
            return;
        }
        if !is_served {
            self.page_broke(open);
            return;
        }
        open.waiting -= 1;
        if open.waiting == 0 {
            let waited = self.now - open.page_from;
            self.report.waits.saturating_record(waited.into());
            let Page { look, hidden, .. } = open.page;
            let page = open.page_number;
            self.act_in(open, look, Act::Next { page });
            if let Some(hidden) = hidden {
                self.act_in(open, look / 2, Act::Hide { page, hidden });
            }
        }
    }

    /// The page shows an error.
    fn page_broke(&mut self, open: &mut Open<C>) {
        open.waiting = 0;
        if let Some(wait) = visit::tap(&mut open.luck, open.taps) {
            let attempt = open.attempt;
            self.act_in(open, wait, Act::Tap { attempt });
            return;
        }
        self.report.given_up += 1;
        if visit::goes_on(&mut open.luck) {
            let page = open.page_number;
            self.act_in(open, SECOND, Act::Next { page });
        } else {
            open.is_over = true;
        }
    }

    fn next_page(&mut self, open: &mut Open<C>) {
        if open.pages_left == 0 {
            open.is_over = true;
        } else {
            open.pages_left -= 1;
            open.page = Page::next(&mut open.plan, false, self.plan.most_calls);
            self.show_page(open);
        }
    }

    pub(super) fn act(&mut self, open: &mut Open<C>, act: Act) {
        match act {
            Act::Tap { attempt } => {
                if attempt == open.attempt {
                    open.taps += 1;
                    self.load(open);
                }
            }
            Act::Patience { attempt } => {
                if attempt == open.attempt && open.waiting > 0 {
                    self.page_broke(open);
                }
            }
            Act::Next { page } => {
                if page == open.page_number {
                    self.next_page(open);
                }
            }
            Act::Poll { page } => {
                if page == open.page_number {
                    self.call(open, 0);
                    self.act_in(open, POLL_EVERY, Act::Poll { page });
                }
            }
            Act::Hide { page, hidden } => {
                if page == open.page_number && hidden > SUSPENDED_AFTER {
                    self.act_in(open, SUSPENDED_AFTER, Act::Suspend(hidden - SUSPENDED_AFTER));
                }
            }
            Act::Suspend(lasts) => {
                self.cut_all(open, Cut::Interrupted);
                open.suspended_until = self.now + lasts;
                self.returned_at(open, open.suspended_until);
            }
            Act::GoOffline(lasts) => {
                open.offline_until = self.now + lasts;
                self.cut_all(open, Cut::Offline);
                self.returned_at(open, open.offline_until);
            }
        }
    }

    fn returned_at(&mut self, open: &Open<C>, at: Ms) {
        for copy in 0..open.copies.len() as u8 {
            self.wheel.at(at, Event::Told { at: open.place, copy, answer: Answer::Returned });
        }
    }
}
