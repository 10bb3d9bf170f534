//! The core in worlds of virtual time. Nothing here is shipped.
//!
//! [`explore`] leads the core through every order of events of a few calls.

pub mod explore;
