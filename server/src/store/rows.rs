//! Rows as both databases hold them.

use super::profile::UserInfo;

pub(super) const SKEY_HASH_BYTES: usize = 32;

/// A user as the database holds them.
pub(super) struct UserRow {
    pub id: i64,
    pub appid: String,
    pub openid: String,
    pub unionid: Option<String>,
    pub session_key: String,
    pub nick_name: String,
    pub avatar_url: String,
    pub gender: i64,
    pub language: String,
    pub city: String,
    pub province: String,
    pub country: String,
    pub phone_number: Option<String>,
}

/// A session and its user as rows.
pub(super) struct Found {
    pub id: String,
    pub expires_at_ms: i64,
    pub ends_at_ms: i64,
    pub user: UserRow,
}

/// The values that a login writes.
pub struct LoginRows {
    /// AppID.
    pub appid: String,
    /// WeChat's id of the user in the app.
    pub openid: String,
    /// WeChat's id of the user in all apps of their owner.
    pub unionid: Option<String>,
    /// The session_key as the database is to hold it.
    pub session_key: String,
    /// Profile to store. An anonymous profile of WeChat's counts as `None`.
    pub info: Option<UserInfo>,
    /// Whether the user's older sessions end.
    pub ends_older: bool,
    /// Hash of the skey of the new session.
    pub skey_hash: [u8; SKEY_HASH_BYTES],
    /// Id of the new session.
    pub session_id: String,
    /// Now.
    pub now_ms: i64,
    /// When the session ends unless it is used.
    pub expires_at_ms: i64,
    /// When it ends in any case.
    pub ends_at_ms: i64,
}

/// Reads the columns of a user, of which the first is `$first`; sqlx and rusqlite have different names for the same
/// method.
macro_rules! read_user {
    ($row:ident.$get:ident, $first:expr) => {
        $crate::store::rows::UserRow {
            id: $row.$get($first)?,
            appid: $row.$get($first + 1)?,
            openid: $row.$get($first + 2)?,
            unionid: $row.$get($first + 3)?,
            session_key: $row.$get($first + 4)?,
            nick_name: $row.$get($first + 5)?,
            avatar_url: $row.$get($first + 6)?,
            gender: $row.$get($first + 7)?,
            language: $row.$get($first + 8)?,
            city: $row.$get($first + 9)?,
            province: $row.$get($first + 10)?,
            country: $row.$get($first + 11)?,
            phone_number: $row.$get($first + 12)?,
        }
    };
}
pub(super) use read_user;
