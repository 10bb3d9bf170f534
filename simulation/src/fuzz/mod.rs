//! Values from outside, made of any bytes: stored values, login answers, bodies, errors, addresses, packets of the
//! tunnel, and whole stories. A target panics if the core breaks a promise about its value.
//!
//! `make fuzz` lets libFuzzer look for bytes that reach new branches; simulation/corpus keeps those that reach most. A
//! test tries all of them, and some variations, in every run and without libFuzzer.

mod addresses;
mod answers;
mod stories;
mod trees;

#[path = "../../../tests/lifecycle/json.rs"]
mod json;
#[path = "../../../tests/addresses/reference.rs"]
mod reference;

/// A target of fuzzing.
#[derive(Clone, Copy)]
pub struct Target {
    /// Its name, which is also the name of its folder in simulation/corpus.
    pub name: &'static str,
    /// Panics where the core breaks a promise about these bytes.
    pub check: fn(&[u8]),
}

/// All targets.
pub const TARGETS: &[Target] = &[
    Target { name: "stored", check: answers::stored },
    Target { name: "logins", check: answers::logins },
    Target { name: "bodies", check: answers::bodies },
    Target { name: "errors", check: answers::errors },
    Target { name: "addresses", check: addresses::one },
    Target { name: "places", check: addresses::two },
    Target { name: "tunnel", check: stories::tunnel },
    Target { name: "stories", check: stories::lifecycle },
];

/// The target of this name.
pub fn target(name: &str) -> Option<Target> {
    TARGETS.iter().find(|target| target.name == name).copied()
}
