//! The session server as a program: see `--help`.

use clap::Parser;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use wafer_session_server::args::Args;
use wafer_session_server::server::RunningServer;

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    // Only this crate's own events: those of libraries may show what they transport.
    let log = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false);
    tracing_subscriber::registry()
        .with(log)
        .with(Targets::new().with_target("wafer_session_server", LevelFilter::INFO))
        .init();

    // Listened to before anybody can know where the server is, and thus ask it to stop.
    let stop_asked = stop_signal();
    let server = match RunningServer::start(args.into_options()).await {
        Ok(server) => server,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    // Programs that start this one wait for the line, so it must not linger in a buffer. Should nobody
    // read it any more, the server goes on all the same.
    let mut stdout = std::io::stdout();
    let _ = writeln!(stdout, "listening on http://{}", server.address()).and_then(|()| stdout.flush());

    stop_asked.await;
    server.stop().await;
    ExitCode::SUCCESS
}

#[cfg(unix)]
fn stop_signal() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt()).expect("SIGINT can be listened to");
    let mut terminate = signal(SignalKind::terminate()).expect("SIGTERM can be listened to");
    async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
async fn stop_signal() {
    tokio::signal::ctrl_c().await.expect("Ctrl-C can be listened to");
}
