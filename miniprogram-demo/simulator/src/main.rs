//! The session server with a simulated WeChat, as a program: see `--help`.

use clap::Parser;
use std::process::ExitCode;
use std::sync::Arc;
use wafer_session_server::clock::Clock;
use wafer_session_server::config::{Flags, Settings};
use wafer_session_server::program::{fail, serve};

/// Session server with a simulated WeChat and development endpoints, for this machine only.
#[derive(Parser)]
#[command(name = "wafer-simulator", version)]
struct Arguments {
    #[command(flatten)]
    flags: Flags,
}

#[tokio::main]
async fn main() -> ExitCode {
    match Settings::load(&Arguments::parse().flags) {
        Ok(settings) => {
            let settings = wafer_simulator::simulated(settings);
            serve(&settings, wafer_simulator::start(&settings, Arc::new(Clock::system()))).await
        }
        Err(error) => fail(&error),
    }
}
