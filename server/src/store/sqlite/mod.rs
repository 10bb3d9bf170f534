//! SQLite without sqlx, for the reads of signed requests and the writes of logins.
//!
//! sqlx hands each statement to the thread of its connection and the result back, which costs more than the statement
//! itself. Reads therefore run on the thread that serves the request ([`readers`]), and logins on a thread that commits
//! all waiting logins together ([`writer`]). A further thread copies SQLite's log into the file ([`log`]).

mod log;
mod readers;
mod writer;

pub use log::Log;
pub use readers::{Readers, SNAPSHOT_LIFE};
pub use writer::Writer;

use super::StoreError;
use super::codes::CodesInUse;
use super::rows::{UserRow, read_user};
use rusqlite::Row;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::{Mutex, MutexGuard};

/// Settings of connections that write. With FULL, a login is on the disk before the client is told of it, whatever
/// happens to the machine then.
pub const PRAGMAS: [&str; 6] = [
    "PRAGMA journal_mode = WAL",
    "PRAGMA wal_autocheckpoint = 0",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 3000",
    "PRAGMA mmap_size = 1073741824",
];

/// The parts of a store on an SQLite file, apart from the pool.
pub struct Sqlite {
    /// For signed requests.
    pub readers: Arc<Readers>,
    /// For logins.
    pub writer: Writer,
    /// Copies the log that both write.
    pub log: Arc<Log>,
    /// Kept in memory, not in the file: only one process serves a file.
    pub codes: CodesInUse,
    turn: Arc<Mutex<()>>,
    file: PathBuf,
    identity: Option<Identity>,
}

/// What tells a file from all others, whatever its name: device and number.
type Identity = (u64, u64);

impl Sqlite {
    /// Opens further connections to a file that has its tables.
    pub fn open(file: &Path) -> Result<Self, StoreError> {
        let readers = Arc::new(Readers::open(file)?);
        let turn = Arc::new(Mutex::new(()));
        let log = Arc::new(Log::start(file, Arc::clone(&turn), Arc::clone(&readers))?);
        let writer = Writer::start(file, Arc::clone(&turn), Arc::clone(&readers), Arc::clone(&log))?;
        let (codes, identity) = (CodesInUse::default(), identity_of(file));
        Ok(Self { readers, writer, log, codes, turn, file: file.to_owned(), identity })
    }

    /// Whether the name of the file still stands for the file that was opened.
    pub fn is_in_place(&self) -> bool {
        identity_of(&self.file) == self.identity
    }

    /// Waits until nobody else in this process writes; SQLite itself would let writers ask again and again. Every read
    /// that begins after the end of the turn sees what was committed in it.
    pub async fn turn(&self) -> Turn<'_> {
        Turn { sqlite: self, _guard: self.turn.lock().await }
    }
}

/// The right to write, until it is dropped.
pub struct Turn<'a> {
    sqlite: &'a Sqlite,
    _guard: MutexGuard<'a, ()>,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.sqlite.readers.end_snapshots();
        self.sqlite.log.grew(1);
    }
}

#[cfg(unix)]
fn identity_of(file: &Path) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(file).ok().map(|file| (file.dev(), file.ino()))
}

#[cfg(not(unix))]
fn identity_of(_file: &Path) -> Option<Identity> {
    None
}

/// Creates `file`, if it does not exist, so that only its owner can read it. SQLite gives its log the same rights. A file
/// that is something else is refused, and left as it is.
pub fn create_private(file: &Path) -> Result<(), StoreError> {
    let mut options = File::options();
    options.create(true).read(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut opened = options.open(file)?;
    if !opened.metadata()?.is_file() || !may_be_database(&mut opened)? {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "not an SQLite database").into());
    }
    #[cfg(unix)]
    opened.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    drop(opened);
    Ok(())
}

/// Whether the file is empty or begins as each SQLite database does.
fn may_be_database(file: &mut File) -> io::Result<bool> {
    const MAGIC: &[u8] = b"SQLite format 3\0";
    let mut head = Vec::new();
    file.take(MAGIC.len() as u64).read_to_end(&mut head)?;
    Ok(head.is_empty() || head == MAGIC)
}

/// Reads a user from one of SQLite's own rows.
fn user_of(row: &Row<'_>, first: usize) -> rusqlite::Result<UserRow> {
    Ok(read_user!(row.get, first))
}
