//! Session client for WeChat mini-programs: a state machine ([`core`]) that owns the session lifecycle, and the
//! bindings through which the JS layer drives it.

pub mod core;

#[cfg(target_arch = "wasm32")]
pub mod bindings;
