//! Guarantee 8, below the lifecycle: what the core takes for an address, the WHATWG URL parser (the `url` crate) reads
//! the same way, and the login URL is known in whatever spelling. Thousands of generated URLs, the same in every run.
#![cfg(not(target_arch = "wasm32"))]

mod generated;
mod reference;

mod lengths;
mod login;
mod origins;
mod properties;
