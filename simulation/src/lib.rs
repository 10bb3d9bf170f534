//! The core in simulated worlds with virtual time. Nothing here is shipped.
//!
//! [`explore`] leads the core through every order of events of a few calls. [`day`] plays a day of a million phones.
//! [`fuzz`] gives it values made of any bytes.

pub mod day;
pub mod explore;
pub mod fuzz;
