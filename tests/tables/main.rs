//! The tables that Rust and JS share: numbers of enums, error codes, events, names on the wire. Each is compared
//! both ways, so that nothing can be added, dropped or moved on one side alone.

#[cfg(target_arch = "wasm32")]
mod bindings;
mod codes;
mod core;
mod failures;
mod source;

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
