//! How failures of the host are told apart: a table of what hosts say, each with where it was seen, and one promise
//! about what they quote.
//!
//! The same table runs natively and in a browser.

#[path = "../lifecycle/json.rs"]
mod json;

mod messages;
#[cfg(not(target_arch = "wasm32"))]
mod properties;

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
