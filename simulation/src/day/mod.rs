//! A day of many phones in virtual time: the real core on each phone whose app is open, WeChat, the network, people, and a
//! session server of bounded capacity; the same day with the clients that others offer.
//!
//! [`run`] plays one day; the same [`Plan`] always gives the same day. `docs/simulation.md` says what is modelled, what
//! is not, and with which figures.

pub mod client;
pub mod document;
mod fact;
pub mod measure;
mod network;
pub mod plot;
pub mod scenario;
pub mod server;
pub mod visit;
pub mod wechat;
mod wheel;
mod world;

use fastrand::Rng;

pub use measure::Report;
pub use world::{Before, Counts, Memory, Plan, Script, World, play, run};

/// Virtual time in ms from midnight.
pub type Ms = u32;
/// Number of a phone, which is a user as well.
pub type PhoneId = u32;

/// In ms.
pub const SECOND: Ms = 1_000;
/// In ms.
pub const MINUTE: Ms = 60 * SECOND;
/// In ms.
pub const HOUR: Ms = 60 * MINUTE;
/// In ms.
pub const DAY: Ms = 24 * HOUR;

/// A random waiting time that does not depend on the time waited so far.
fn exponential(random: &mut Rng, mean: f64) -> f64 {
    -mean * (1.0 - random.f64()).ln()
}

/// Random times as people and networks take them: half are below the median, and a few are very long.
fn log_normal(random: &mut Rng, median: f64, sigma: f64) -> f64 {
    let (one, other) = (1.0 - random.f64(), random.f64());
    let normal = (-2.0 * one.ln()).sqrt() * (std::f64::consts::TAU * other).cos();
    median * (sigma * normal).exp()
}

/// A random number in [0, 1) that is always the same for the same phone or launch.
fn fixed(seed: u64, number: u64, what: u64) -> f64 {
    Rng::with_seed(seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ what.rotate_left(40)).f64()
}
