//! Sessions: issued at login, looked up by the hash of their skey, ended by expiry, log-out or a newer login.

use crate::crypto;
use rusqlite::{Connection, OptionalExtension, params};

/// How many sessions a user may have at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum SessionsPerUser {
    /// A login ends the user's older sessions, as wafer-session-server and the PHP SDKs do.
    One,
    /// Each login adds a session, as wafer-node-session does.
    Many,
}

/// A session as the client gets it, once: the skey is not stored and cannot be shown again.
#[derive(Clone)]
pub struct IssuedSession {
    /// Value of `X-WX-Id`.
    pub id: String,
    /// Value of `X-WX-Skey`.
    pub skey: String,
}

/// A session that a request proved to hold.
#[derive(Clone)]
pub struct LiveSession {
    /// Its id.
    pub id: String,
    /// Whose it is.
    pub user_id: i64,
}

/// Issues a session to `user_id` that lives for `ttl_ms`.
pub fn issue(
    connection: &Connection,
    user_id: i64,
    limit: SessionsPerUser,
    now_ms: i64,
    ttl_ms: i64,
) -> rusqlite::Result<IssuedSession> {
    if limit == SessionsPerUser::One {
        connection.execute("DELETE FROM sessions WHERE user_id = ?1", [user_id])?;
    }
    connection.execute("DELETE FROM sessions WHERE expires_at <= ?1", [now_ms])?;
    let issued = IssuedSession { id: crypto::random_hex::<16>(), skey: crypto::random_hex::<32>() };
    connection.execute(
        "INSERT INTO sessions (id, skey_hash, user_id, created_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![issued.id, crypto::skey_hash(&issued.skey), user_id, now_ms, now_ms.saturating_add(ttl_ms)],
    )?;
    Ok(issued)
}

/// The live session with this skey. With `id` given (wafer sends it, wafer2 does not) it must fit too.
pub fn find(
    connection: &Connection,
    skey: &str,
    id: Option<&str>,
    now_ms: i64,
) -> rusqlite::Result<Option<LiveSession>> {
    connection
        .query_row(
            "SELECT id, user_id FROM sessions
             WHERE skey_hash = ?1 AND expires_at > ?2 AND (?3 IS NULL OR id = ?3)",
            params![crypto::skey_hash(skey), now_ms, id],
            |row| Ok(LiveSession { id: row.get(0)?, user_id: row.get(1)? }),
        )
        .optional()
}

/// Ends one session: log-out.
pub fn end(connection: &Connection, id: &str) -> rusqlite::Result<()> {
    connection.execute("DELETE FROM sessions WHERE id = ?1", [id]).map(drop)
}

/// Lets sessions expire now: those of the user with `openid`, or everybody's. Answers how many.
pub fn expire(connection: &Connection, openid: Option<&str>, now_ms: i64) -> rusqlite::Result<usize> {
    connection.execute(
        "UPDATE sessions SET expires_at = ?1 WHERE expires_at > ?1
         AND (?2 IS NULL OR user_id = (SELECT id FROM users WHERE openid = ?2))",
        params![now_ms, openid],
    )
}
