//! A session server for Wafer and Wafer2 clients: login by code, sessions in SQLite, user data decrypted,
//! WeChat itself or an embedded simulator behind it.
//!
//! A request passes, from the outside in, the account of what happens ([`records`]), the spelling of answers
//! ([`protocol`]), the reading of its body ([`request`]), faults asked for by a test ([`faults`]) and, for
//! session requests, the check of its session ([`authentication`]), before its handler sees it.
//! Secrets (codes, skeys, session_keys, encrypted data) travel in headers, bodies and the database only:
//! nothing here logs any of these.

pub mod app;
pub mod args;
pub mod authentication;
pub mod avatar;
pub mod clock;
pub mod connection;
pub mod crypto;
pub mod database;
pub mod dev;
pub mod development;
pub mod echo;
pub mod faults;
pub mod login;
pub mod protocol;
pub mod records;
pub mod request;
pub mod router;
pub mod server;
pub mod sessions;
pub mod tunnel;
pub mod user;
pub mod user_data;
pub mod users;
pub mod wechat;
