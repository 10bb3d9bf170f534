//! What the session server promises, checked over real HTTP.

mod avatars;
mod crypto;
mod faults;
mod hostile_input;
mod login;
mod program;
mod real_wechat;
mod records;
mod secrets;
mod server;
mod sessions;
mod simulator;
mod static_files;
mod tunnel;
mod user;
mod wafer2;
