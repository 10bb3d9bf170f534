//! The connections through which signed requests read.
//!
//! A read looks into an index of a file that is mapped into memory; in WAL mode it never waits for a writer. Its cost
//! is mostly the locks of its transaction: system calls under one mutex of SQLite's. A connection therefore stays in
//! its transaction, its *snapshot*, for further reads. No read is answered from a snapshot that is older than the last
//! commit of this process: a writer ends all snapshots before it tells anybody. A commit of another process, such as
//! that of `sessions revoke`, is seen at most [`SNAPSHOT_LIFE`] later; that process waits for as long.

use super::user_of;
use crate::store::StoreError;
use crate::store::rows::{Found, SKEY_HASH_BYTES};
use crate::store::statements::FIND_SESSION;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, params};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::{Duration, Instant};

/// An older snapshot is not read any more.
pub const SNAPSHOT_LIFE: Duration = Duration::from_millis(5);

const PRAGMAS: &str = "PRAGMA query_only = ON; PRAGMA busy_timeout = 1000; PRAGMA mmap_size = 1073741824;";

/// Connections that only read, one for each thread that serves requests.
pub struct Readers {
    readers: Vec<Mutex<Option<Reader>>>,
    next: AtomicUsize,
}

struct Reader {
    connection: Connection,
    /// When the connection began its transaction; `None` if it is in none.
    snapshot: Option<Instant>,
}

impl Readers {
    /// Opens the connections.
    pub fn open(file: &Path) -> Result<Self, StoreError> {
        let threads = std::thread::available_parallelism().map_or(4, usize::from);
        let readers = (0..threads)
            .map(|_| {
                let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
                let connection = Connection::open_with_flags(file, flags)?;
                connection.execute_batch(PRAGMAS)?;
                connection.prepare_cached(FIND_SESSION)?;
                Ok(Mutex::new(Some(Reader { connection, snapshot: None })))
            })
            .collect::<Result<_, rusqlite::Error>>()?;
        Ok(Self { readers, next: AtomicUsize::new(0) })
    }

    /// The session with this hash, if it is live, and its user.
    pub fn find(&self, skey_hash: &[u8; SKEY_HASH_BYTES], now_ms: i64) -> Result<Option<Found>, StoreError> {
        let mut guard = self.any();
        let reader = guard.as_mut().ok_or(sqlx::Error::PoolClosed)?;
        reader.renew_snapshot()?;
        let found = reader
            .connection
            .prepare_cached(FIND_SESSION)?
            .query_row(params![skey_hash, now_ms], read)
            .optional();
        if found.is_err() {
            reader.end_snapshot();
        }
        Ok(found?)
    }

    /// Makes all reads that begin from now on see everything that is committed by now.
    pub fn end_snapshots(&self) {
        for reader in &self.readers {
            if let Some(reader) = lock(reader).as_mut() {
                reader.end_snapshot();
            }
        }
    }

    /// Closes the connections. The last connection of a file merges the log into it.
    pub fn close(&self) {
        for reader in &self.readers {
            drop(lock(reader).take());
        }
    }

    fn any(&self) -> MutexGuard<'_, Option<Reader>> {
        for reader in &self.readers {
            match reader.try_lock() {
                Ok(guard) => return guard,
                Err(TryLockError::Poisoned(poisoned)) => return poisoned.into_inner(),
                Err(TryLockError::WouldBlock) => {}
            }
        }
        let turn = self.next.fetch_add(1, Ordering::Relaxed) % self.readers.len();
        lock(&self.readers[turn])
    }
}

impl Reader {
    fn renew_snapshot(&mut self) -> rusqlite::Result<()> {
        let now = Instant::now();
        if self.snapshot.is_some_and(|began| now.duration_since(began) < SNAPSHOT_LIFE) {
            return Ok(());
        }
        self.end_snapshot();
        self.connection.prepare_cached("BEGIN")?.execute([])?;
        // SQLite takes the snapshot a little later, at the first read: it is younger than this.
        self.snapshot = Some(now);
        Ok(())
    }

    fn end_snapshot(&mut self) {
        if self.snapshot.take().is_none() {
            return;
        }
        let ended = self.connection.prepare_cached("COMMIT").and_then(|mut commit| commit.execute([]));
        if let Err(error) = ended {
            tracing::warn!(%error, "read transaction not ended");
        }
    }
}

fn lock(reader: &Mutex<Option<Reader>>) -> MutexGuard<'_, Option<Reader>> {
    reader.lock().unwrap_or_else(PoisonError::into_inner)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Found> {
    Ok(Found { id: row.get(0)?, expires_at_ms: row.get(1)?, ends_at_ms: row.get(2)?, user: user_of(row, 3)? })
}
