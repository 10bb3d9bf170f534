//! The threads that serve connections, one for each processor.
//!
//! A connection stays with one thread from its first byte to its last. What a signed request needs is a few
//! microseconds of work; handing it from thread to thread, as a work-stealing scheduler does, would cost more than that.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
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

/// Counts a connection of a worker's for as long as it is there.
struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
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

    /// Has the thread with the fewest connections serve this one.
    pub fn serve<F>(
        &self,
        stream: TcpStream,
        tasks: &TaskTracker,
        serve: impl FnOnce(TcpStream) -> F + Send + 'static,
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
        worker.connections.fetch_add(1, Ordering::Relaxed);
        let counted = Counted(Arc::clone(&worker.connections));
        let connection = async move {
            let _counted = counted;
            match TcpStream::from_std(stream) {
                Ok(stream) => serve(stream).await,
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
