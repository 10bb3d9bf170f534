//! HTTP: the layers that a request passes, from the outside in.
//!
//! [`linger`] lets a client that is still sending read its answer; [`log`] counts and logs the request; the protocol
//! writes the body of the answer; [`limits`] ends what takes too long; [`session_layer`] finds the session before the
//! body is read; the handler in [`routes`] comes last. All but the session are one layer, [`frame`].

pub mod avatars;
pub mod frame;
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
