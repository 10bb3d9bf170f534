//! What a program around a server does: it sets up the log, prints the address, and stops the server.

use crate::config::{LogFormat, LogLevel, Settings};
use crate::server::RunningServer;
use std::fmt::Display;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::time::Duration;
use tracing_appender::non_blocking::WorkerGuard;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// The time that remains for closing the database once the grace for requests in flight is over.
const STOP_MARGIN: Duration = Duration::from_secs(2);

/// Prints the error and answers the exit code of a failure.
pub fn fail(error: &impl Display) -> ExitCode {
    // `eprintln!` would panic if nobody reads it any more.
    let _ = writeln!(std::io::stderr(), "{error}");
    ExitCode::FAILURE
}

/// Starts a server, prints the line with its address, and stops it when the process is asked to end.
pub async fn serve<E: Display>(
    settings: &Settings,
    start: impl Future<Output = Result<RunningServer, E>>,
) -> ExitCode {
    let _log = log(settings);
    #[cfg(unix)]
    open_as_many_files_as_allowed();
    let mut stops = StopSignals::new();
    let server = tokio::select! {
        started = start => match started {
            Ok(server) => server,
            Err(error) => return fail(&error),
        },
        // The start may wait for a database that does not answer.
        () = stops.next() => {
            end_after(STOP_MARGIN);
            return ExitCode::SUCCESS;
        }
    };
    // Programs that start this one wait for the line, so it must not linger in a buffer. If nobody reads the line any
    // more, the server goes on all the same.
    let mut stdout = std::io::stdout();
    let _ = writeln!(stdout, "listening on http://{}", server.address()).and_then(|()| stdout.flush());

    stops.next().await;
    end_after(Duration::from_secs(settings.stop_grace.into()) + STOP_MARGIN);
    tokio::select! {
        () = server.stop() => ExitCode::SUCCESS,
        // A second signal ends the process at once.
        () = stops.next() => ExitCode::FAILURE,
    }
}

/// A thread of its own ends the process even if all others hang.
fn end_after(time: Duration) {
    std::thread::spawn(move || {
        std::thread::sleep(time);
        std::process::exit(1);
    });
}

/// Raises the limit of open files as far as it goes: shells and service managers set it to some thousand, and allow
/// more. Each connection takes one; without a free one, WeChat cannot be asked and no picture can be opened.
#[cfg(unix)]
fn open_as_many_files_as_allowed() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if let Err(error) = setrlimit(Resource::Nofile, limit) {
        tracing::warn!(%error, "limit of open files not raised");
    }
}

/// Logs only the events of these crates: those of libraries may show the data that they transport. A thread of its own
/// writes the lines; if their reader stands still, lines are lost, and requests go on.
fn log(settings: &Settings) -> WorkerGuard {
    let (writer, guard) = tracing_appender::non_blocking(std::io::stderr());
    let level = match settings.log_level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
    };
    let layer = tracing_subscriber::fmt::layer().with_writer(writer).with_target(false);
    let layer = match settings.log_format {
        LogFormat::Text => layer.with_ansi(std::io::stderr().is_terminal()).boxed(),
        LogFormat::Json => layer.json().flatten_event(true).boxed(),
    };
    let targets =
        Targets::new().with_target("wafer_session_server", level).with_target("wafer_simulator", level);
    tracing_subscriber::registry().with(layer).with(targets).init();
    guard
}

#[cfg(unix)]
struct StopSignals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl StopSignals {
    fn new() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        Self {
            interrupt: signal(SignalKind::interrupt()).expect("SIGINT can be listened to"),
            terminate: signal(SignalKind::terminate()).expect("SIGTERM can be listened to"),
        }
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct StopSignals;

#[cfg(not(unix))]
impl StopSignals {
    fn new() -> Self {
        Self
    }

    async fn next(&mut self) {
        tokio::signal::ctrl_c().await.expect("Ctrl-C can be listened to");
    }
}
