//! Copies SQLite's log into the database file.
//!
//! SQLite itself would copy the log at a commit. With many readers, one of them always holds an older snapshot at that
//! moment, and the log would never begin anew. The thread of the logins cannot do it either: in a file of a million
//! sessions each login changes pages of its own, all over the file. To write the pages of some hundred logins takes as
//! long as a hundred commits, and nobody could log in meanwhile. Therefore a thread of its own copies while others
//! write, and stops the writers only for the last pages, which came in meanwhile.

use super::{PRAGMAS, Readers};
use crate::store::StoreError;
use rusqlite::Connection;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

/// The log is copied after this many logins and other changes, of some ten pages each.
const MERGE_EVERY: usize = 512;
/// So few pages are copied while the writers wait: that takes about as long as a commit.
const SMALL_REST: i64 = 64;
/// The most passes while others write; each copies what was written during the one before.
const PASSES: usize = 4;

/// The thread that copies. It ends when this is dropped or closed.
pub struct Log {
    changes: AtomicUsize,
    wake: Mutex<Option<SyncSender<()>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Log {
    /// Starts the thread. It holds `turn` at the end of each copy, and ends the snapshots of `readers`.
    pub fn start(
        file: &Path,
        turn: Arc<tokio::sync::Mutex<()>>,
        readers: Arc<Readers>,
    ) -> Result<Self, StoreError> {
        let connection = Connection::open(file)?;
        connection.execute_batch(&PRAGMAS.join(";"))?;
        let (wake, wakes) = sync_channel(1);
        let work = move || {
            while wakes.recv().is_ok() {
                if let Err(error) = merge(&connection, &turn, &readers) {
                    tracing::warn!(%error, "log not copied into the file");
                }
            }
        };
        let thread = std::thread::Builder::new().name("log".to_owned()).spawn(work)?;
        Ok(Self {
            changes: AtomicUsize::new(0),
            wake: Mutex::new(Some(wake)),
            thread: Mutex::new(Some(thread)),
        })
    }

    /// Notes changes that are in the log and not in the file; when there are enough of them, the log is copied.
    pub fn grew(&self, changes: usize) {
        if self.changes.fetch_add(changes, Ordering::Relaxed) + changes >= MERGE_EVERY {
            self.changes.store(0, Ordering::Relaxed);
            if let Some(wake) = &*self.wake.lock().unwrap_or_else(PoisonError::into_inner) {
                // If the thread was woken already, it will find these changes as well.
                let _ = wake.try_send(());
            }
        }
    }

    /// Ends the thread and its connection.
    pub async fn close(&self) {
        self.wake.lock().unwrap_or_else(PoisonError::into_inner).take();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            let _ = tokio::task::spawn_blocking(|| thread.join()).await;
        }
    }
}

/// Copies the log into the file, so that the next change begins the log anew. A page can be copied only if no snapshot
/// is older than it, and the log can begin anew only if no snapshot is in it. The snapshots are therefore ended before
/// and after the copy; they begin again at once, and nobody waits. A backup in another process, while it goes on,
/// delays all this.
fn merge(connection: &Connection, turn: &tokio::sync::Mutex<()>, readers: &Readers) -> rusqlite::Result<()> {
    for _ in 0..PASSES {
        if copy(connection, readers)? <= SMALL_REST {
            break;
        }
    }
    let _turn = turn.blocking_lock();
    copy(connection, readers)?;
    readers.end_snapshots();
    Ok(())
}

/// Copies what can be copied; answers how many pages are left, those that came in meanwhile included.
fn copy(connection: &Connection, readers: &Readers) -> rusqlite::Result<i64> {
    readers.end_snapshots();
    connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| {
        let (pages, copied): (i64, i64) = (row.get(1)?, row.get(2)?);
        Ok(pages - copied)
    })
}
