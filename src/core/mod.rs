//! The session lifecycle as a state machine without I/O, clock or randomness of its own.
//!
//! [`Lifecycle::handle`] takes one [`Input`] and the host's clock; [`Lifecycle::poll`] hands out what the
//! host has to do about it, one [`Command`] at a time, in the order in which the commands must be carried
//! out. Nothing else goes in or comes out.
//!
//! Invariants that hold between two calls of `handle`:
//!
//! * the host drains `poll` until it answers `None` after every `handle`, before it runs user code;
//! * a call that was started settles exactly once, by one [`Command::Succeed`] or [`Command::Fail`];
//! * at most one session check or login is on its way ([`Phase`] has room for one only);
//! * a call waits only while the phase is one that ends by itself or by a deadline;
//! * whatever was sent carries the number of the session that signed it, and an answer that belongs to
//!   an older session never changes the phase.

#[macro_use]
mod numbers;

mod address;
mod backoff;
mod budget;
mod calls;
mod cause;
mod clock;
mod command;
mod config;
mod error;
mod event;
mod lifecycle;
mod phase;
mod place;
mod protocol;
mod queue;
mod session;
mod texts;
mod tunnel;
mod value;
mod word;

pub use address::{Address, OriginPart};
pub use backoff::Backoff;
pub use budget::LoginBudget;
pub use calls::{CallId, CallOptions, Goal, Retry, SentCall};
pub use cause::Cause;
pub use clock::Clock;
pub use command::{Command, FlightId, Input};
pub use config::{CheckMode, LoginMode, Settings};
pub use error::{ErrorCode, Failure};
pub use event::EventKind;
#[cfg(feature = "explore")]
pub use lifecycle::{Age, Canon};
pub use lifecycle::{Lifecycle, Pass};
pub use phase::{Phase, Previous, Step};
pub use place::Place;
pub use protocol::{Protocol, SERVER_ERROR, Verdict};
pub use session::{Generation, KeyEpoch, Session};
pub use tunnel::{Random, TUNNEL_ERRORS, Tunnel, TunnelCommand, TunnelInput, TunnelStatus};
pub use value::{Kind, Value};
pub use word::Word;
