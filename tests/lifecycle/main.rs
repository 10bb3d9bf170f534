//! The promises of the session lifecycle, as stories: a mini-program, its server and the network on virtual
//! time. Everything that is asserted is a host call, something the server saw, or how a call ended.
//!
//! The same stories run natively and, with `wasm-pack test`, in a browser.

pub(crate) mod host;
pub(crate) mod json;
pub(crate) mod script;
pub(crate) mod server;

mod backoff;
mod bounded_logins;

mod checks;
mod clock;
mod events;
mod half_dressed;
mod late_expiry;
mod log_out;
mod login_modes;
mod one_login;
mod only_expiry;
mod pass;
mod places;
#[cfg(not(target_arch = "wasm32"))]
mod properties;
mod protocols;
mod reconfiguration;
mod settles;
mod shortest;
mod traps;
mod two_copies;
mod upgrade;
mod user_data;
mod warm;

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
