//! The behaviour of a person, from the launch of the app until it is closed.

use fastrand::Rng;

use super::{Ms, SECOND, log_normal};

/// The most calls that a page makes at once, unless a plan says otherwise. The first page always makes that many.
pub const MOST_CALLS: u8 = 4;
/// Pages after the first one, on average.
const MORE_PAGES: f64 = 4.0;
/// Share of pages that poll while they are open, and how often.
const SHARE_POLLING: f64 = 0.15;
/// How often a page polls.
pub const POLL_EVERY: Ms = 5 * SECOND;
/// The time that people look at a page: median in ms, and scatter.
const LOOK: (f64, f64) = (10_000.0, 0.8);
/// A page that has not loaded after this long counts as broken for the person who looks at it.
pub const PATIENCE: Ms = 20 * SECOND;
/// The time until a person taps again: median in ms, scatter, and the least time in ms.
const TAP: (f64, f64, f64) = (3_000.0, 0.6, 800.0);
/// Share of broken pages that are tapped again, and the most taps on one.
const SHARE_TAPPING: f64 = 0.8;
const MOST_TAPS: u8 = 10;
/// Share of people who open another page after one that stayed broken.
const SHARE_GOING_ON: f64 = 0.5;
/// Share of pages from which a person switches to another app for a while, and the mean length of that.
const SHARE_HIDING: f64 = 0.06;
const HIDDEN: f64 = 30_000.0;

/// A page as it is if all goes well. It is drawn completely when it opens, so that a visit is the same under each
/// client.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// Calls at once when it opens.
    pub calls: u8,
    /// Whether it polls.
    pub polls: bool,
    /// The time that it is looked at.
    pub look: Ms,
    /// The time in another app, halfway through, if any.
    pub hidden: Option<Ms>,
}

/// The mean number of calls of a page.
pub fn calls_of_a_page(most_calls: u8) -> f64 {
    let most = f64::from(most_calls);
    (most + MORE_PAGES * (1.0 + most) / 2.0) / (1.0 + MORE_PAGES)
}

/// The number of pages still to come, drawn at random.
pub fn pages(random: &mut Rng) -> u8 {
    let share = MORE_PAGES / (MORE_PAGES + 1.0);
    let mut pages = 0;
    while random.f64() < share && pages < 60 {
        pages += 1;
    }
    pages
}

impl Page {
    /// Draws the next page of a visit, with at most `most_calls` calls at once.
    pub fn next(random: &mut Rng, is_first: bool, most_calls: u8) -> Self {
        let calls = if is_first { most_calls } else { random.u8(1..=most_calls) };
        let polls = random.f64() < SHARE_POLLING;
        let look = log_normal(random, LOOK.0, LOOK.1) as Ms;
        let hides = random.f64() < SHARE_HIDING;
        let hidden = super::exponential(random, HIDDEN) as Ms;
        Page { calls, polls, look, hidden: hides.then_some(hidden) }
    }
}

/// The time until the person taps again; `None` if they give up.
pub fn tap(random: &mut Rng, taps: u8) -> Option<Ms> {
    let (taps_again, delay) = (random.f64() < SHARE_TAPPING, log_normal(random, TAP.0, TAP.1));
    (taps_again && taps < MOST_TAPS).then_some(delay.max(TAP.2) as Ms)
}

/// Whether a person whose page stayed broken opens another one.
pub fn goes_on(random: &mut Rng) -> bool {
    random.f64() < SHARE_GOING_ON
}
