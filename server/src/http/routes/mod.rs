//! The handlers, one file for each kind of request.

pub mod auth_check;
pub mod avatar;
pub mod echo;
pub mod health;
pub mod login;
pub mod phone;
pub mod tunnel;
pub mod user;
