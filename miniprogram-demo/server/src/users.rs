//! Users: registered at their first login, updated when they hand over their profile.

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

/// What WeChat itself calls a user whose profile it does not tell, and the name of a new user here.
pub const ANONYMOUS_NICK_NAME: &str = "微信用户";
/// Avatar of a new user; a path of this server.
pub const DEFAULT_AVATAR: &str = "/avatars/default.svg";

/// WeChat's userInfo. Fields that a client leaves out keep WeChat's own "unknown" values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UserInfo {
    /// Nickname.
    pub nick_name: String,
    /// Avatar: an http(s) address, or within the database a path of this server.
    pub avatar_url: String,
    /// 0 unknown, 1 male, 2 female.
    pub gender: u8,
    /// Language of the names below, such as `zh_CN`.
    pub language: String,
    /// City.
    pub city: String,
    /// Province.
    pub province: String,
    /// Country.
    pub country: String,
}

impl Default for UserInfo {
    fn default() -> Self {
        Self {
            nick_name: ANONYMOUS_NICK_NAME.to_owned(),
            avatar_url: String::new(),
            gender: 0,
            language: String::new(),
            city: String::new(),
            province: String::new(),
            country: String::new(),
        }
    }
}

impl UserInfo {
    /// The same with an avatar that can be fetched from anywhere: own paths get `base_url` in front.
    #[must_use]
    pub fn with_base_url(mut self, base_url: &str) -> Self {
        if self.avatar_url.starts_with('/') {
            self.avatar_url.insert_str(0, base_url);
        }
        self
    }

    /// The reverse: an avatar of this server is stored as a path, so that it outlives a change of address.
    #[must_use]
    pub fn without_base_url(mut self, base_url: &str) -> Self {
        if let Some(path) = self.avatar_url.strip_prefix(base_url).filter(|path| path.starts_with('/')) {
            self.avatar_url = path.to_owned();
        }
        self
    }
}

/// A row of the users table.
#[derive(Debug, Clone)]
pub struct User {
    /// Row id.
    pub id: i64,
    /// WeChat's id of this user in this app.
    pub openid: String,
    /// What WeChat encrypts this user's data with. Never leaves the server.
    pub session_key: String,
    /// Profile.
    pub info: UserInfo,
    /// Phone number, once the user gave it.
    pub phone_number: Option<String>,
}

const COLUMNS: &str =
    "id, openid, session_key, nick_name, avatar_url, gender, language, city, province, country, phone_number";

fn from_row(row: &Row<'_>) -> rusqlite::Result<User> {
    Ok(User {
        id: row.get(0)?,
        openid: row.get(1)?,
        session_key: row.get(2)?,
        info: UserInfo {
            nick_name: row.get(3)?,
            avatar_url: row.get(4)?,
            gender: row.get(5)?,
            language: row.get(6)?,
            city: row.get(7)?,
            province: row.get(8)?,
            country: row.get(9)?,
        },
        phone_number: row.get(10)?,
    })
}

/// The user with this openid, registered with a default name and avatar if new, holding WeChat's newest key.
pub fn register(
    connection: &Connection,
    openid: &str,
    session_key: &str,
    now_ms: i64,
) -> rusqlite::Result<User> {
    connection.query_row(
        &format!(
            "INSERT INTO users (openid, session_key, nick_name, avatar_url, created_at, updated_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?5)
             ON CONFLICT (openid) DO UPDATE SET session_key = ?2 RETURNING {COLUMNS}"
        ),
        params![openid, session_key, ANONYMOUS_NICK_NAME, DEFAULT_AVATAR, now_ms],
        from_row,
    )
}

/// The user with this row id.
pub fn find(connection: &Connection, id: i64) -> rusqlite::Result<User> {
    connection.query_row(&format!("SELECT {COLUMNS} FROM users WHERE id = ?1"), [id], from_row)
}

/// The user with this openid.
pub fn find_by_openid(connection: &Connection, openid: &str) -> rusqlite::Result<Option<User>> {
    connection
        .query_row(&format!("SELECT {COLUMNS} FROM users WHERE openid = ?1"), [openid], from_row)
        .optional()
}

/// All users with the number of their live sessions, oldest first.
pub fn all(connection: &Connection, now_ms: i64) -> rusqlite::Result<Vec<(User, i64)>> {
    connection
        .prepare(&format!(
            "SELECT {COLUMNS},
             (SELECT COUNT(*) FROM sessions WHERE user_id = users.id AND expires_at > ?1)
             FROM users ORDER BY id"
        ))?
        .query_map([now_ms], |row| Ok((from_row(row)?, row.get(11)?)))?
        .collect()
}

/// Stores a profile that WeChat vouched for, and answers the user as stored.
///
/// An anonymous profile ("微信用户", what WeChat has answered to most versions since 2021) changes nothing:
/// it would wipe out the name and avatar that the user chose here.
pub fn update_info(connection: &Connection, id: i64, info: &UserInfo, now_ms: i64) -> rusqlite::Result<User> {
    if info.nick_name != ANONYMOUS_NICK_NAME {
        connection.execute(
            "UPDATE users SET nick_name = ?2, avatar_url = ?3, gender = ?4, language = ?5, city = ?6,
             province = ?7, country = ?8, updated_at = ?9 WHERE id = ?1",
            params![
                id,
                info.nick_name,
                info.avatar_url,
                info.gender,
                info.language,
                info.city,
                info.province,
                info.country,
                now_ms
            ],
        )?;
    }
    find(connection, id)
}

/// Changes the parts of the profile that the user typed or chose; `None` leaves a part as it is.
pub fn update_profile(
    connection: &Connection,
    id: i64,
    nick_name: Option<&str>,
    avatar_url: Option<&str>,
    now_ms: i64,
) -> rusqlite::Result<User> {
    connection.execute(
        "UPDATE users SET nick_name = COALESCE(?2, nick_name), avatar_url = COALESCE(?3, avatar_url),
         updated_at = ?4 WHERE id = ?1",
        params![id, nick_name, avatar_url, now_ms],
    )?;
    find(connection, id)
}

/// Stores the phone number that WeChat confirmed.
pub fn update_phone_number(
    connection: &Connection,
    id: i64,
    phone_number: &str,
    now_ms: i64,
) -> rusqlite::Result<()> {
    connection
        .execute(
            "UPDATE users SET phone_number = ?2, updated_at = ?3 WHERE id = ?1",
            params![id, phone_number, now_ms],
        )
        .map(drop)
}
