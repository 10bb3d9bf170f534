//! The memory of the simulated WeChat, an SQLite file of its own.

use rusqlite::{Connection, OptionalExtension, params};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use wafer_session_server::wechat::WeChatError;

// The file holds nobody's real data, so no write waits for the disk.
const SET_UP: &str = "
PRAGMA journal_mode = WAL;
PRAGMA synchronous = OFF;
CREATE TABLE IF NOT EXISTS users (
    appid TEXT NOT NULL,
    name TEXT NOT NULL,
    session_key TEXT NOT NULL,
    valid INTEGER NOT NULL,
    PRIMARY KEY (appid, name)
);
CREATE TABLE IF NOT EXISTS codes (
    code TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    appid TEXT NOT NULL,
    name TEXT NOT NULL,
    issued_at INTEGER NOT NULL,
    used INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS codes_by_age ON codes (issued_at);";

/// The memory cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("memory of the simulated WeChat: {0}")]
pub struct MemoryError(#[from] rusqlite::Error);

impl From<MemoryError> for WeChatError {
    fn from(error: MemoryError) -> Self {
        Self::Unreachable(error.to_string())
    }
}

/// What a code is for.
#[derive(Clone, Copy)]
pub enum Kind {
    /// `wx.login`.
    Login,
    /// The phone number button.
    Phone,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Phone => "phone",
        }
    }
}

/// Codes, and the session_keys of users. An access takes microseconds, so it is made on the thread that needs it.
pub struct Memory(Mutex<Connection>);

impl Memory {
    /// Opens `file`, creating it when it is missing.
    pub fn open(file: &Path) -> Result<Self, MemoryError> {
        let connection = Connection::open(file)?;
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.execute_batch(SET_UP)?;
        Ok(Self(Mutex::new(connection)))
    }

    /// The user's session_key, and whether WeChat still takes it for valid.
    pub fn session_key(&self, appid: &str, name: &str) -> Result<Option<(String, bool)>, MemoryError> {
        Ok(self
            .lock()
            .prepare_cached("SELECT session_key, valid FROM users WHERE appid = ?1 AND name = ?2")?
            .query_row(params![appid, name], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?)
    }

    /// Replaces the user's session_key.
    pub fn set_session_key(
        &self,
        appid: &str,
        name: &str,
        key: &str,
        valid: bool,
    ) -> Result<(), MemoryError> {
        self.lock()
            .prepare_cached(
                "INSERT OR REPLACE INTO users (appid, name, session_key, valid) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![appid, name, key, valid])?;
        Ok(())
    }

    /// Remembers a code, and forgets the codes from before `oldest_ms`.
    pub fn add_code(
        &self,
        code: &str,
        kind: Kind,
        appid: &str,
        name: &str,
        now_ms: i64,
        oldest_ms: i64,
    ) -> Result<(), MemoryError> {
        let connection = self.lock();
        connection.prepare_cached("DELETE FROM codes WHERE issued_at <= ?1")?.execute([oldest_ms])?;
        connection
            .prepare_cached(
                "INSERT INTO codes (code, kind, appid, name, issued_at) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![code, kind.name(), appid, name, now_ms])?;
        Ok(())
    }

    /// Uses a code up. Answers whose it is and whether it was used before; `None` if there is no such code, or it is
    /// too old.
    pub fn use_code(
        &self,
        code: &str,
        kind: Kind,
        appid: &str,
        oldest_ms: i64,
    ) -> Result<Option<(String, bool)>, MemoryError> {
        let mut connection = self.lock();
        let transaction = connection.transaction()?;
        let found = transaction
            .prepare_cached(
                "SELECT name, used FROM codes WHERE code = ?1 AND kind = ?2 AND appid = ?3 AND issued_at > ?4",
            )?
            .query_row(params![code, kind.name(), appid, oldest_ms], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        transaction
            .prepare_cached("UPDATE codes SET used = 1 WHERE code = ?1 AND kind = ?2")?
            .execute(params![code, kind.name()])?;
        transaction.commit()?;
        Ok(found)
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
