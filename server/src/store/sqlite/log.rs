//! SQLite's log, copied into the file.
//!
//! SQLite itself would copy it at a commit, at which some reader always holds an older snapshot where there are many, and the
//! log would never begin anew. Nor may the thread of the logins do it: in a file of a million sessions each login changes
//! pages of its own, all over the file, and to bring those of some hundred logins to the disk takes as long as a hundred
//! commits, for which nobody could log in. A thread of its own therefore copies while others write, and takes its turn only
//! for the rest, which came in meanwhile.

use super::{PRAGMAS, Readers};
use crate::store::StoreError;
use rusqlite::Connection;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

/// The log is copied after so many logins and other changes, of some ten pages each.
const MERGE_EVERY: usize = 512;
/// A rest of so many pages is copied in turn: that takes about as long as a commit.
const SMALL_REST: i64 = 64;
/// What is written while the log is copied is copied next, so often at most.
const PASSES: usize = 4;

/// The thread that copies. It ends when this is dropped or closed.
pub struct Log {
    changes: AtomicUsize,
    wake: Mutex<Option<SyncSender<()>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Log {
    /// Starts it. `turn` is held for the end of each copy; `readers` hold snapshots, which end for it.
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
                // It may have been woken already, and will find these changes as well.
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

/// Copies the log into the file, so that the next change begins it anew. Only what no snapshot is older than can be copied,
/// and only a log that no snapshot is in can begin anew: snapshots end before and after. They begin again at once, and
/// nobody waits. A backup that goes on, in another process, puts this off.
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

/// Copies what there is; answers how many pages are left or came in meanwhile.
fn copy(connection: &Connection, readers: &Readers) -> rusqlite::Result<i64> {
    readers.end_snapshots();
    connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| {
        let (pages, copied): (i64, i64) = (row.get(1)?, row.get(2)?);
        Ok(pages - copied)
    })
}
