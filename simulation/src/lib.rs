//! The core in worlds of virtual time. Nothing here is shipped.
//!
//! [`explore`] leads the core through every order of events of a few calls. [`fuzz`] hands it what nobody would think of.

pub mod explore;
pub mod fuzz;
