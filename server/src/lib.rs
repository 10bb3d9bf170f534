//! A session server for Wafer and Wafer2 clients: login by code, sessions in SQLite or PostgreSQL, user data
//! decrypted, WeChat behind it. Any backend can stand behind it: through `/auth/check`, or as a tower layer
//! ([`http::session_layer`]).
//!
//! Dependencies point one way: [`http`] → [`protocol`] and [`wechat`] → [`store`] → [`crypto`] and [`clock`];
//! [`server`] puts them together, [`config`] says how. Secrets (codes, skeys, session_keys, encrypted data) travel in
//! headers, bodies and the database only: nothing here logs any of these.

pub mod clock;
pub mod commands;
pub mod config;
pub mod crypto;
pub mod http;
pub mod program;
pub mod protocol;
pub mod server;
pub mod store;
pub mod wechat;
pub mod workers;
