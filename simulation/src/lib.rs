//! The core in worlds of virtual time. Nothing here is shipped.
//!
//! [`explore`] leads the core through every order of events of a few calls. [`day`] plays a day of a million phones. [`fuzz`]
//! hands it what nobody would think of.

pub mod day;
pub mod explore;
pub mod fuzz;
