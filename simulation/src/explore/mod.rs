//! Explores every order of events: the core is led through all of them, up to a bound, and each guarantee is checked
//! after each step.

mod calm;
mod fingerprint;
mod moves;
pub mod phases;
mod rules;
pub mod scenes;
mod search;
pub mod shortest;
mod story;
mod strays;
pub mod tunnel;
mod value;
pub mod walk;
mod world;
pub mod written;

pub use calm::Weather;
pub use moves::{Answer, Change, Kind, Left, Move, Reply};
pub use search::{Bounds, Found, Seen, Step};
pub use value::Token;
pub use walk::play;
pub use world::{Fault, World};
