//! The world: decides who opens the app and when, and plays what follows, event by event.

mod launch;
mod person;
mod phone;
mod script;
mod transfers;

use std::collections::VecDeque;

use fastrand::Rng;

use super::client::{Answer, CallId, Client, Cut, Effect, Storage, Token};
use super::measure::Report;
use super::network::{AT_ONCE, Network};
use super::scenario::Scenario;
use super::server::{Queue, Reply, SESSION_LIFE_S, Sessions, SessionsPerUser, Skey};
use super::visit::Page;
use super::wechat::{Code, LOGINS_A_SECOND, WeChat};
use super::wheel::Wheel;
use super::{Ms, PhoneId, SECOND, fixed};

pub use script::{Before, Counts, Script, play};

/// The plan of a day. The same plan always gives the same day.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// How many phones have the app.
    pub phones: u32,
    /// The seed of all random numbers.
    pub seed: u64,
    /// When the day begins. Nobody has the app open then.
    pub from: Ms,
    /// When it ends.
    pub until: Ms,
    /// What goes wrong.
    pub scenario: Scenario,
    /// Units of work that the server does a second, for each million of phones. A call is one unit.
    pub capacity: f64,
    /// How many sessions a user may have.
    pub sessions_per_user: SessionsPerUser,
    /// The most calls that a page makes at once.
    pub most_calls: u8,
}

/// The length of the queue before the server, in seconds of work.
const QUEUE_S: f64 = 5.0;
/// Share of phones that have never logged in.
const SHARE_NEW: f64 = 0.03;
/// Share of phones whose storage is full.
const SHARE_FULL: f64 = 0.005;

/// The name that events use for an open app. A later launch in the same slot has another number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    index: u32,
    launch: u32,
}

#[derive(Clone, Copy, Debug)]
enum Sent {
    Login(Token, Code),
    Call(Token, Skey),
}

#[derive(Clone, Copy, Debug)]
enum Act {
    Tap { attempt: u32 },
    Patience { attempt: u32 },
    Next { page: u32 },
    Poll { page: u32 },
    Hide { page: u32, hidden: Ms },
    Suspend(Ms),
    GoOffline(Ms),
}

#[derive(Clone, Copy, Debug)]
enum Event {
    Launch,
    /// A request reaches the server.
    Arrival {
        at: Place,
        flight: u32,
        user: PhoneId,
        sent: Sent,
        back: Option<u16>,
        deadline: Ms,
    },
    /// The answer to a request, or its failure, reaches the phone.
    Landing {
        at: Place,
        flight: u32,
        reply: Result<Reply, Cut>,
    },
    /// Another answer of wx reaches a copy of the SDK.
    Told {
        at: Place,
        copy: u8,
        answer: Answer,
    },
    /// `wx.login` answers with a code.
    CodeIssued {
        at: Place,
        copy: u8,
        token: Token,
    },
    /// `wx.checkSession` answers.
    KeyChecked {
        at: Place,
        copy: u8,
        token: Token,
    },
    Timer {
        at: Place,
        copy: u8,
        number: u32,
    },
    Act(Place, Act),
    /// A call that belongs to no page.
    Call(Place),
}

#[derive(Clone, Copy, Debug)]
struct Flight {
    number: u32,
    copy: u8,
    sent: Sent,
    timeout: Ms,
}

#[derive(Clone, Copy, Debug)]
struct Pending {
    call: CallId,
    /// 0 for a call of a page that polls.
    attempt: u32,
}

/// An app that is open.
#[derive(Debug)]
struct Open<C> {
    phone: PhoneId,
    place: Place,
    copies: Vec<C>,
    /// The number of the newest timer of each copy; older ones no longer count.
    timers: [u32; 2],
    /// Draws the visit as it would be if all went well.
    plan: Rng,
    /// Draws everything else.
    luck: Rng,
    network: Network,
    offline_until: Ms,
    suspended_until: Ms,
    clock_off: f64,
    clock_set: Option<(Ms, f64)>,
    /// Whether the person has left.
    is_over: bool,
    pages_left: u8,
    page: Page,
    page_number: u32,
    page_from: Ms,
    attempt: u32,
    taps: u8,
    /// The calls of this attempt that have not settled; 0 if the attempt is over.
    waiting: u8,
    calls: Vec<Pending>,
    last_call: CallId,
    in_flight: Vec<Flight>,
    queued: VecDeque<Flight>,
    last_flight: u32,
    /// The times of the last `wx.login` calls.
    logins: VecDeque<Ms>,
}

/// The memory that a phone takes, in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    /// While its app is closed, with its share of the server's and of WeChat's memory.
    pub closed: usize,
    /// While its app is open, without the memory of its calls.
    pub open: usize,
}

/// The world of a day with one client.
#[derive(Debug)]
pub struct World<C> {
    plan: Plan,
    now: Ms,
    wheel: Wheel<Event>,
    launches: Rng,
    server_luck: Rng,
    storages: Vec<Storage>,
    is_open: Vec<bool>,
    open: Vec<Option<Box<Open<C>>>>,
    free: Vec<u32>,
    last_launch: u32,
    wechat: WeChat,
    sessions: Sessions,
    queue: Queue,
    effects: Vec<Effect>,
    report: Report,
    logins_a_second: usize,
    /// Whether a login of each phone has reached the server since the trouble began.
    has_logged_in: Vec<bool>,
}

/// Plays a day.
pub fn run<C: Client>(plan: Plan) -> Report {
    let mut world = World::<C>::new(plan);
    world.next_launch();
    while world.step() {}
    world.report
}

impl<C: Client> World<C> {
    /// A world in which nobody has the app open.
    pub fn new(plan: Plan) -> Self {
        let Plan { phones, seed, from, until, scenario, capacity, sessions_per_user, most_calls: _ } = plan;
        let mut sessions = Sessions::new(phones, sessions_per_user);
        let mut storages = Vec::with_capacity(phones as usize);
        for phone in 0..phones {
            let chance = |what| fixed(seed, phone.into(), what);
            let mut storage = Storage { skey: 0, is_full: chance(1) < SHARE_FULL };
            if chance(2) >= SHARE_NEW {
                let age_s = chance(3) * f64::from(SESSION_LIFE_S);
                let skey = sessions.logged_in_before(phone, (from / SECOND) as i32 - age_s as i32);
                if !storage.is_full {
                    storage.skey = skey;
                }
            }
            storages.push(storage);
        }
        let units_a_second = capacity * f64::from(phones) / 1e6;
        World {
            plan,
            now: from,
            wheel: Wheel::new(from),
            launches: Rng::with_seed(seed ^ 0x1a),
            server_luck: Rng::with_seed(seed ^ 0x5e),
            storages,
            is_open: vec![false; phones as usize],
            open: Vec::new(),
            free: Vec::new(),
            last_launch: 0,
            wechat: WeChat::new(phones, seed ^ 0xeb, from),
            sessions,
            queue: Queue::new(units_a_second, (QUEUE_S * units_a_second).max(1.0) as usize),
            effects: Vec::new(),
            report: Report::new(C::NAME, scenario, from, until),
            logins_a_second: LOGINS_A_SECOND,
            has_logged_in: vec![false; phones as usize],
        }
    }

    /// The memory that phones take.
    pub fn memory() -> Memory {
        Memory {
            closed: size_of::<Storage>() + size_of::<bool>() + Sessions::BYTES_A_USER + WeChat::BYTES_A_USER,
            open: size_of::<Option<Box<Open<C>>>>() + size_of::<Open<C>>() + size_of::<C>(),
        }
    }

    /// Plays the next event; answers whether the day goes on.
    fn step(&mut self) -> bool {
        let Some((now, event)) = self.wheel.pop() else { return false };
        if now >= self.plan.until {
            return false;
        }
        self.now = now;
        self.report.events += 1;
        match event {
            Event::Launch => {
                self.launch();
                self.next_launch();
            }
            Event::Arrival { at, flight, user, sent, back, deadline } => {
                let (reply, done) = self.serve(user, sent);
                let landing = match back {
                    _ if done + Ms::from(back.unwrap_or(0)) > deadline => (deadline, Err(Cut::Timeout)),
                    Some(back) => (done + Ms::from(back), Ok(reply)),
                    None => (done + AT_ONCE, Err(Cut::Network)),
                };
                self.wheel.at(landing.0, Event::Landing { at, flight, reply: landing.1 });
            }
            Event::Landing { at, flight, reply } => self.on(at, event, |world, open| {
                world.landed(open, flight, reply);
            }),
            Event::Told { at, copy, answer } => {
                self.on(at, event, |world, open| world.tell(open, copy, answer));
            }
            Event::CodeIssued { at, copy, token } => self.on(at, event, |world, open| {
                let code = world.wechat.issue(open.phone, world.now);
                world.tell(open, copy, Answer::Code(token, Some(code)));
            }),
            Event::KeyChecked { at, copy, token } => self.on(at, event, |world, open| {
                let is_good = world.wechat.key_holds(open.phone, world.now);
                world.tell(open, copy, Answer::Checked(token, is_good));
            }),
            Event::Timer { at, copy, number } => self.on(at, event, |world, open| {
                if open.timers[copy as usize] == number {
                    world.tell(open, copy, Answer::Tick);
                }
            }),
            Event::Act(at, act) => self.on(at, event, |world, open| world.act(open, act)),
            Event::Call(at) => self.on(at, event, |world, open| world.call(open, 0)),
        }
        true
    }

    /// Lets an open app act. If it is suspended, the event waits until it is not.
    fn on(&mut self, at: Place, event: Event, happens: impl FnOnce(&mut Self, &mut Open<C>)) {
        let index = at.index as usize;
        let Some(mut open) = self.open[index].take_if(|open| open.place == at) else { return };
        if open.suspended_until > self.now {
            self.wheel.at(open.suspended_until, event);
        } else {
            happens(self, &mut open);
        }
        if open.is_over {
            self.close(&open);
        } else {
            self.open[index] = Some(open);
        }
    }

    fn act_in(&mut self, open: &Open<C>, wait: Ms, act: Act) {
        self.wheel.at(self.now + wait, Event::Act(open.place, act));
    }
}
