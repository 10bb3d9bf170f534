//! The program that libFuzzer drives: `TARGET=bodies fuzz [libFuzzer's options] FOLDER…`; scripts/fuzz.mjs starts it.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use wafer_simulation::fuzz::{Target, target};

static TARGET: LazyLock<Target> = LazyLock::new(|| {
    let name = std::env::var("TARGET").unwrap_or_default();
    target(&name).unwrap_or_else(|| panic!("TARGET={name} is none"))
});

fuzz_target!(|bytes: &[u8]| (TARGET.check)(bytes));
