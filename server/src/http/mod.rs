//! HTTP: what a request passes, from the outside in.
//!
//! [`linger`] lets a client that still sends read its answer; [`log`] counts and names what happened; the protocol
//! spells; [`limits`] ends what takes too long; [`session_layer`] knows whose request it is before its body is read;
//! then comes the handler, in [`routes`].

pub mod avatars;
pub mod limits;
pub mod linger;
pub mod log;
pub mod metrics;
pub mod request;
pub mod router;
pub mod routes;
pub mod session_layer;
pub mod state;
pub mod tunnels;
