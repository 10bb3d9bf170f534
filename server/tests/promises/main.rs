//! The promises of the session server, checked over real HTTP. WeChat is played by a server that records what it is
//! asked.

mod apps;
mod avatars;
mod binding;
mod client;
mod crypto;
mod encryption;
mod gateways;
mod load;
mod openapi;
mod operators;
#[cfg(unix)]
mod postgres;
mod program;
mod real_wechat;
mod server;
mod shape;
mod storage;
mod tunnels;
mod wechat_api;
