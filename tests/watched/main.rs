//! The stories of tests/lifecycle once more, with somebody who listens to events from the beginning: the core grants no
//! pass, so that every call and every answer goes through it. Each promise has to hold on both ways.

#[path = "../lifecycle/main.rs"]
mod lifecycle;

use lifecycle::{host, json, script, server};
