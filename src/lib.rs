//! Session client for WeChat mini-programs.
