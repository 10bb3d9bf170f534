//! The promises of the session server, checked over real HTTP with users of a simulated WeChat.

mod avatars;
#[path = "../../../../server/tests/promises/client.rs"]
mod client;
mod faults;
mod hostile_input;
mod login;
mod program;
mod records;
mod secrets;
mod server;
mod sessions;
mod simulator;
mod static_files;
mod tunnel;
mod user;
mod wafer2;
