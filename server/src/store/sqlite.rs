//! SQLite beside its one writer: the file, and the connections that signed requests read through.
//!
//! sqlx gives every statement to the thread of its connection and back, which costs more than the read itself. The
//! one read that every signed request makes therefore goes straight to SQLite, on the thread that serves the request:
//! an index of a file that is mapped into memory, a few microseconds, and in WAL mode never behind a writer.

use super::StoreError;
use super::sessions::{Found, SKEY_HASH_BYTES};
use super::statements::FIND_SESSION;
use super::users::UserRow;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, params};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

/// Of the writer. In WAL mode NORMAL survives a crash of the process; only a power cut may take the last logins.
pub const PRAGMAS: [&str; 5] = [
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 3000",
    "PRAGMA mmap_size = 1073741824",
];
const READER_PRAGMAS: &str =
    "PRAGMA query_only = ON; PRAGMA busy_timeout = 1000; PRAGMA mmap_size = 1073741824;";

/// Makes `file`, if it is not there, and lets nobody but its owner read it; SQLite gives its log the same rights.
pub fn create_private(file: &Path) -> Result<(), StoreError> {
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let opened = options.open(file)?;
    #[cfg(unix)]
    opened.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    drop(opened);
    Ok(())
}

/// Connections that only read, one for each thread that serves requests.
pub struct Readers {
    connections: Vec<Mutex<Option<Connection>>>,
    next: AtomicUsize,
}

impl Readers {
    /// Opens them.
    pub fn open(file: &Path) -> Result<Self, StoreError> {
        let threads = std::thread::available_parallelism().map_or(4, usize::from);
        let connections = (0..threads)
            .map(|_| {
                let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
                let connection = Connection::open_with_flags(file, flags)?;
                connection.execute_batch(READER_PRAGMAS)?;
                connection.prepare_cached(FIND_SESSION)?;
                Ok(Mutex::new(Some(connection)))
            })
            .collect::<Result<_, rusqlite::Error>>()?;
        Ok(Self { connections, next: AtomicUsize::new(0) })
    }

    /// The session with this hash, if it is live, and its user.
    pub fn find(&self, skey_hash: &[u8; SKEY_HASH_BYTES], now_ms: i64) -> Result<Option<Found>, StoreError> {
        let guard = self.any();
        let connection = guard.as_ref().ok_or(sqlx::Error::PoolClosed)?;
        let found = connection
            .prepare_cached(FIND_SESSION)?
            .query_row(params![skey_hash, now_ms], read)
            .optional()?;
        Ok(found)
    }

    /// Closes them: the last connection to go merges the log into the file.
    pub fn close(&self) {
        for connection in &self.connections {
            drop(connection.lock().unwrap_or_else(PoisonError::into_inner).take());
        }
    }

    fn any(&self) -> MutexGuard<'_, Option<Connection>> {
        for connection in &self.connections {
            match connection.try_lock() {
                Ok(guard) => return guard,
                Err(TryLockError::Poisoned(poisoned)) => return poisoned.into_inner(),
                Err(TryLockError::WouldBlock) => {}
            }
        }
        let turn = self.next.fetch_add(1, Ordering::Relaxed) % self.connections.len();
        self.connections[turn].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Found> {
    Ok(Found {
        id: row.get(0)?,
        expires_at_ms: row.get(1)?,
        ends_at_ms: row.get(2)?,
        user: UserRow {
            id: row.get(3)?,
            appid: row.get(4)?,
            openid: row.get(5)?,
            unionid: row.get(6)?,
            session_key: row.get(7)?,
            nick_name: row.get(8)?,
            avatar_url: row.get(9)?,
            gender: row.get(10)?,
            language: row.get(11)?,
            city: row.get(12)?,
            province: row.get(13)?,
            country: row.get(14)?,
            phone_number: row.get(15)?,
        },
    })
}
