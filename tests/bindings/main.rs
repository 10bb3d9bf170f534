//! The bindings in a real browser: numbers in, numbers out, JS values by handle.

#![cfg(target_arch = "wasm32")]

mod page;

mod calls;
mod logins;
mod settings;
mod texts;
mod tunnel;
mod values;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
