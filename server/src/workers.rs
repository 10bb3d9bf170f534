//! The threads that serve connections, one for each processor.
//!
//! A connection stays with one thread from its first byte to its last. A signed request needs a few microseconds of
//! work; a work-stealing scheduler would hand it from thread to thread, which costs more than that.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Handle};
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

/// Hands connections over to the threads that serve them.
#[derive(Clone)]
pub struct Workers(Arc<[Worker]>);

/// The threads. When this is dropped they end, and their connections with them.
pub struct Threads {
    threads: Vec<JoinHandle<()>>,
    end: DropGuard,
}

struct Worker {
    runtime: Handle,
    connections: Arc<AtomicUsize>,
}

/// Counts a connection among those of its thread, for the choice of the thread that gets the next one. It counts from
/// the beginning. A connection that asks for nothing is left out: otherwise a thread with many silent connections would
/// seem to have as much to do as the others.
pub struct Presence {
    connections: Arc<AtomicUsize>,
    counts: AtomicBool,
}

impl Presence {
    fn new(connections: &Arc<AtomicUsize>) -> Self {
        connections.fetch_add(1, Ordering::Relaxed);
        Self { connections: Arc::clone(connections), counts: AtomicBool::new(true) }
    }

    /// Counts the connection, which has asked for something.
    pub fn count(&self) {
        if !self.counts.load(Ordering::Relaxed) && !self.counts.swap(true, Ordering::Relaxed) {
            self.connections.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Leaves the connection out until it asks for something.
    pub fn pass_over(&self) {
        if self.counts.swap(false, Ordering::Relaxed) {
            self.connections.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        self.pass_over();
    }
}

impl Workers {
    /// Starts the threads.
    pub fn start() -> io::Result<(Self, Threads)> {
        let end = CancellationToken::new();
        let (mut workers, mut threads) = (Vec::new(), Vec::new());
        for number in 0..std::thread::available_parallelism().map_or(4, usize::from) {
            let runtime = Builder::new_current_thread().enable_all().build()?;
            workers.push(Worker {
                runtime: runtime.handle().clone(),
                connections: Arc::new(AtomicUsize::new(0)),
            });
            let end = end.clone();
            let thread = std::thread::Builder::new().name(format!("connections-{number}"));
            threads.push(thread.spawn(move || runtime.block_on(end.cancelled()))?);
        }
        Ok((Self(workers.into()), Threads { threads, end: end.drop_guard() }))
    }

    /// Gives the connection to the thread that has the fewest counted ones.
    pub fn serve<F>(
        &self,
        stream: TcpStream,
        tasks: &TaskTracker,
        serve: impl FnOnce(TcpStream, Presence) -> F + Send + 'static,
    ) -> io::Result<()>
    where
        F: Future<Output = ()> + Send,
    {
        // The stream is registered with the runtime that accepted it, and has to be registered with the other one.
        let stream = stream.into_std()?;
        let Some(worker) = self.0.iter().min_by_key(|worker| worker.connections.load(Ordering::Relaxed))
        else {
            return Ok(());
        };
        let presence = Presence::new(&worker.connections);
        let connection = async move {
            match TcpStream::from_std(stream) {
                Ok(stream) => serve(stream, presence).await,
                Err(error) => tracing::warn!(%error, "connection not served"),
            }
        };
        worker.runtime.spawn(tasks.track_future(connection));
        Ok(())
    }
}

impl Threads {
    /// Ends the threads and waits for their end.
    pub fn end(self) {
        drop(self.end);
        for thread in self.threads {
            // A thread that panicked has ended as well.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;
    use tokio::sync::mpsc;

    /// Connections of slow clients and idle browsers must not influence which thread serves those that ask.
    #[tokio::test]
    async fn connections_that_ask_are_spread_evenly_however_silent_ones_are() {
        let (workers, threads) = Workers::start().expect("threads");
        let (tasks, listener) = (TaskTracker::new(), TcpListener::bind("127.0.0.1:0").await.expect("a port"));
        let count = threads.threads.len();
        let (report, mut reports) = mpsc::unbounded_channel();
        let address = listener.local_addr().expect("an address");
        let (mut open, mut asked) = (Vec::new(), vec![0; count]);
        let go = CancellationToken::new();
        // First come silent connections, of which only those of one thread stay; then come as many that ask.
        for number in 0..8 * count {
            if number == 4 * count {
                go.cancel();
                while workers.0[1..].iter().any(|worker| worker.connections.load(Ordering::Relaxed) > 0) {
                    tokio::task::yield_now().await;
                }
            }
            let (client, accepted) = tokio::join!(tokio::net::TcpStream::connect(address), listener.accept());
            open.push(client.expect("a connection"));
            let (is_silent, report, go) = (number < 4 * count, report.clone(), go.clone());
            let serve = move |_stream: TcpStream, presence: Presence| async move {
                let name = std::thread::current().name().unwrap_or_default().to_owned();
                let thread = name.rsplit('-').next().and_then(|number| number.parse::<usize>().ok());
                if is_silent {
                    presence.pass_over();
                } else {
                    presence.count();
                }
                let _ = report.send(thread.expect("a number"));
                if is_silent && thread != Some(0) {
                    go.cancelled().await;
                } else {
                    std::future::pending::<()>().await;
                }
            };
            workers.serve(accepted.expect("a connection").0, &tasks, serve).expect("it is served");
            let thread = reports.recv().await.expect("a thread");
            asked[thread] += usize::from(!is_silent);
        }
        assert_eq!(asked, vec![4; count]);
        tokio::task::spawn_blocking(|| threads.end()).await.expect("they end");
    }
}
