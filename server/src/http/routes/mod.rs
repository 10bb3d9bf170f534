//! The handlers, one file for each thing that clients come for.

pub mod auth_check;
pub mod avatar;
pub mod echo;
pub mod health;
pub mod login;
pub mod phone;
pub mod tunnel;
pub mod user;
