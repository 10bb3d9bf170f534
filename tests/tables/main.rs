//! The tables that Rust and JS share: numbers, error codes, events, names on the wire. Most are written by `make codes` of
//! what Rust declares; what is written by hand is compared both ways, so that nothing can be added, dropped or moved on
//! one side alone.

mod codes;
mod core;
mod failures;
mod source;

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
