//! The session server as a program: see `--help`.

use clap::Parser;
use std::fmt::Display;
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;
use wafer_session_server::clock::Clock;
use wafer_session_server::commands::{self, Command};
use wafer_session_server::config::{Flags, Settings};
use wafer_session_server::program::{fail, serve};
use wafer_session_server::server::{Server, StartError};

/// A request makes many small allocations. They took a sixth of its time with glibc's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Session server for WeChat mini-programs with Wafer and Wafer2 clients.
#[derive(Parser)]
#[command(name = "wafer-session-server", version)]
struct Arguments {
    #[command(flatten)]
    flags: Flags,
    /// Check the settings and print them without secrets, and do nothing else
    #[arg(long)]
    check: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let settings = match Settings::load(&arguments.flags) {
        Ok(settings) => settings,
        Err(error) => return fail(&error),
    };
    if let Some(command) = arguments.command {
        return match commands::run(command, &settings).await {
            Ok(text) => {
                say(&text);
                ExitCode::SUCCESS
            }
            Err(error) => fail(&error),
        };
    }
    let options = match settings.for_production(Arc::new(Clock::system())) {
        Ok(options) => options,
        Err(error) => return fail(&error),
    };
    if arguments.check {
        say(&settings);
        return ExitCode::SUCCESS;
    }
    serve(&settings, async {
        let server = Server::prepare(options).await?;
        let router = server.router();
        Ok::<_, StartError>(server.start(router))
    })
    .await
}

/// Prints. A reader that closes the pipe early, such as `head`, is not an error.
fn say(text: &impl Display) {
    let _ = write!(std::io::stdout(), "{text}");
}
