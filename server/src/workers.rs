//! The threads that serve connections, one for each processor.
//!
//! A connection stays with one thread from its first byte to its last. What a signed request needs is a few
//! microseconds of work; handing it from thread to thread, as a work-stealing scheduler does, would cost more than that.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Handle};
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

/// Where connections are handed over to be served.
#[derive(Clone)]
pub struct Workers(Arc<[Worker]>);

/// The threads. They end when this is dropped, and with them whatever they still serve.
pub struct Threads {
    threads: Vec<JoinHandle<()>>,
    end: DropGuard,
}

struct Worker {
    runtime: Handle,
    connections: Arc<AtomicUsize>,
}

/// A connection in the eyes of whoever hands out the next ones. It counts from the beginning; one that asks for nothing is to
/// be passed over, or threads whose connections are silent would seem to have as much to do as others.
pub struct Presence {
    connections: Arc<AtomicUsize>,
    counts: AtomicBool,
}

impl Presence {
    fn new(connections: &Arc<AtomicUsize>) -> Self {
        connections.fetch_add(1, Ordering::Relaxed);
        Self { connections: Arc::clone(connections), counts: AtomicBool::new(true) }
    }

    /// It asks for something: it counts, if it did not.
    pub fn count(&self) {
        if !self.counts.load(Ordering::Relaxed) && !self.counts.swap(true, Ordering::Relaxed) {
            self.connections.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// It does not count until it asks for something.
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
    /// Starts them.
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

    /// Has the thread with the fewest connections that count serve this one.
    pub fn serve<F>(
        &self,
        stream: TcpStream,
        tasks: &TaskTracker,
        serve: impl FnOnce(TcpStream, Presence) -> F + Send + 'static,
    ) -> io::Result<()>
    where
        F: Future<Output = ()> + Send,
    {
        // It is known to the runtime that accepted it, and has to become known to the other one.
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
    /// Ends the threads, and returns when they have ended.
    pub fn end(self) {
        drop(self.end);
        for thread in self.threads {
            // A thread that panicked has ended, too.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;
    use tokio::sync::mpsc;

    /// What slow clients and idle browsers leave behind is not to decide where those go that ask.
    #[tokio::test]
    async fn connections_that_ask_are_spread_evenly_however_silent_ones_are() {
        let (workers, threads) = Workers::start().expect("threads");
        let (tasks, listener) = (TaskTracker::new(), TcpListener::bind("127.0.0.1:0").await.expect("a port"));
        let count = threads.threads.len();
        let (report, mut reports) = mpsc::unbounded_channel();
        let address = listener.local_addr().expect("an address");
        let (mut open, mut asked) = (Vec::new(), vec![0; count]);
        let go = CancellationToken::new();
        // First those that are silent, of which those of one thread stay, and then as many that ask.
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
