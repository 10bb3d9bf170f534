//! Sessions: issued at login, looked up by the hash of their skey, ended by expiry, log-out or a newer login.

use super::profile::{ANONYMOUS_NICK_NAME, DEFAULT_AVATAR};
use super::rows::{Found, LoginRows, UserRow};
use super::users::{self, ids};
use super::{Engine, Store, StoreError, User, UserInfo, UserName, statements};
use crate::crypto;
use serde::{Deserialize, Serialize};
use sqlx::Row;
use sqlx::any::AnyRow;
use std::ops::Deref;
use std::sync::Arc;

/// How many sessions a user may have at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum SessionsPerUser {
    /// A login ends the user's older sessions, as wafer-session-server and the PHP SDKs do.
    One,
    /// Each login adds a session, as wafer-node-session does.
    Many,
}

/// How long sessions live.
#[derive(Debug, Clone, Copy)]
pub struct SessionLife {
    /// From the login on, whatever happens.
    pub total_ms: i64,
    /// From the last use on; `None`: use does not matter.
    pub idle_ms: Option<i64>,
}

impl SessionLife {
    /// A use of a session is written down once a tenth of its idle time is gone, and not at each request.
    const NOTED_PART: i64 = 10;

    fn expires_at_ms(self, now_ms: i64, ends_at_ms: i64) -> i64 {
        self.idle_ms.map_or(ends_at_ms, |idle_ms| ends_at_ms.min(now_ms.saturating_add(idle_ms)))
    }

    /// The new time of expiry of `session`, which is used now; `None` if the use need not be written down.
    pub fn extension_of(self, session: &LiveSession, now_ms: i64) -> Option<i64> {
        let expires_at_ms = self.expires_at_ms(now_ms, session.ends_at_ms);
        let gained_ms = expires_at_ms - session.expires_at_ms;
        (gained_ms > 0 && gained_ms >= self.idle_ms? / Self::NOTED_PART).then_some(expires_at_ms)
    }
}

/// A session as the client gets it, once: the skey is not stored and cannot be shown again.
#[derive(Clone)]
pub struct IssuedSession {
    /// Value of `X-WX-Id`.
    pub id: String,
    /// Value of `X-WX-Skey`.
    pub skey: String,
}

/// A session whose skey a request proved to know. Copies share it.
#[derive(Clone)]
pub struct LiveSession(Arc<Session>);

impl Deref for LiveSession {
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.0
    }
}

/// A session and its user.
pub struct Session {
    /// Its id.
    pub id: String,
    /// Whose it is.
    pub user: User,
    /// When it ends unless it is used.
    pub expires_at_ms: i64,
    /// When it ends in any case.
    pub ends_at_ms: i64,
}

/// Which sessions are to end.
pub enum EndedSession<'a> {
    /// One session, by its id.
    Id(&'a str),
    /// All of a user.
    User(&'a UserName),
}

/// The values of a login.
pub struct Login<'a> {
    /// The app.
    pub appid: &'a str,
    /// WeChat's id of the user in it.
    pub openid: &'a str,
    /// WeChat's id of the user in all apps of their owner, where WeChat gives it.
    pub unionid: Option<&'a str>,
    /// What WeChat encrypts the user's data with from now on.
    pub session_key: &'a str,
    /// The user's profile, if it came along.
    pub info: Option<&'a UserInfo>,
}

impl Store {
    /// Registers the user if they are new, stores what the login brought, and issues a session, all or nothing.
    pub async fn log_in(
        &self,
        login: &Login<'_>,
        limit: SessionsPerUser,
        life: SessionLife,
        now_ms: i64,
    ) -> Result<(User, IssuedSession), StoreError> {
        let issued = IssuedSession { id: crypto::random_hex::<16>(), skey: crypto::random_hex::<32>() };
        let ends_at_ms = now_ms.saturating_add(life.total_ms);
        let expires_at_ms = life.expires_at_ms(now_ms, ends_at_ms);
        let rows = LoginRows {
            appid: login.appid.to_owned(),
            openid: login.openid.to_owned(),
            unionid: login.unionid.map(str::to_owned),
            session_key: self.seal_session_key(login.appid, login.openid, login.session_key).0,
            info: login.info.filter(|info| !info.is_anonymous()).cloned(),
            ends_older: limit == SessionsPerUser::One,
            skey_hash: crypto::skey_hash(&issued.skey),
            session_id: issued.id.clone(),
            now_ms,
            expires_at_ms,
            ends_at_ms,
        };
        let user = match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.writer.log_in(rows).await?,
            Engine::Postgres(_) => self.log_in_at_postgres(&rows).await?,
        };
        Ok((user.into(), issued))
    }

    async fn log_in_at_postgres(&self, login: &LoginRows) -> Result<UserRow, StoreError> {
        let info = login.info.as_ref();
        let row = sqlx::query(statements::LOG_IN)
            .bind(login.appid.as_str())
            .bind(login.openid.as_str())
            .bind(login.unionid.as_deref())
            .bind(login.session_key.as_str())
            .bind(ANONYMOUS_NICK_NAME)
            .bind(DEFAULT_AVATAR)
            .bind(login.now_ms)
            .bind(info.map(|info| info.nick_name.as_str()))
            .bind(info.map(|info| info.avatar_url.as_str()))
            .bind(info.map(|info| i64::from(info.gender)))
            .bind(info.map(|info| info.language.as_str()))
            .bind(info.map(|info| info.city.as_str()))
            .bind(info.map(|info| info.province.as_str()))
            .bind(info.map(|info| info.country.as_str()))
            .bind(login.ends_older)
            .bind(&login.skey_hash[..])
            .bind(login.session_id.as_str())
            .bind(login.expires_at_ms)
            .bind(login.ends_at_ms)
            .fetch_one(&self.pool)
            .await?;
        Ok(users::read(&row, 0)?)
    }

    /// The live session with this skey. With `id` given (wafer sends it, wafer2 does not) it must fit too.
    pub async fn find_session(
        &self,
        skey: &str,
        id: Option<&str>,
        now_ms: i64,
    ) -> Result<Option<LiveSession>, StoreError> {
        let hash = crypto::skey_hash(skey);
        let found = match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.readers.find(&hash, now_ms)?,
            Engine::Postgres(lookups) => match lookups.find(hash, now_ms).await {
                Some(found) => found,
                None => self.find_alone(&hash, now_ms).await?,
            },
        };
        Ok(found.filter(|found| id.is_none_or(|id| id == found.id)).map(|found| {
            LiveSession(Arc::new(Session {
                id: found.id,
                user: found.user.into(),
                expires_at_ms: found.expires_at_ms,
                ends_at_ms: found.ends_at_ms,
            }))
        }))
    }

    async fn find_alone(&self, skey_hash: &[u8], now_ms: i64) -> Result<Option<Found>, StoreError> {
        let row = sqlx::query(statements::FIND_SESSION)
            .bind(skey_hash)
            .bind(now_ms)
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.as_ref().map(|row| read(row, 0)).transpose()?)
    }

    /// Whether the session with this id is live.
    pub async fn session_is_live(&self, id: &str, now_ms: i64) -> Result<bool, StoreError> {
        let row =
            sqlx::query(statements::SESSION_IS_LIVE).bind(id).bind(now_ms).fetch_one(&self.pool).await?;
        Ok(row.try_get::<i64, _>(0)? > 0)
    }

    /// Sets the time until which a session in use is live.
    pub async fn extend_session(&self, id: &str, expires_at_ms: i64) -> Result<(), StoreError> {
        let _turn = self.turn().await;
        sqlx::query(statements::TOUCH_SESSION).bind(id).bind(expires_at_ms).execute(&self.pool).await?;
        Ok(())
    }

    /// Ends sessions: by log-out, or by order of the operator. Answers how many; `None` if there is no such user.
    pub async fn end(&self, ended: EndedSession<'_>) -> Result<Option<u64>, StoreError> {
        let _turn = self.turn().await;
        let mut transaction = self.begin().await?;
        let mut count = 0;
        match ended {
            EndedSession::Id(id) => {
                let query = sqlx::query(statements::END_SESSION).bind(id);
                count += query.execute(&mut *transaction).await?.rows_affected();
            }
            EndedSession::User(name) => {
                let ids = ids(&mut transaction, name).await?;
                if ids.is_empty() {
                    return Ok(None);
                }
                for user_id in ids {
                    let query = sqlx::query(statements::END_SESSIONS_OF_USER).bind(user_id);
                    count += query.execute(&mut *transaction).await?.rows_affected();
                }
            }
        }
        transaction.commit().await?;
        Ok(Some(count))
    }

    /// Lets sessions expire now: those of the user with `openid`, or all sessions. Answers how many.
    pub async fn expire(&self, openid: Option<&str>, now_ms: i64) -> Result<u64, StoreError> {
        let query = match openid {
            Some(openid) => sqlx::query(statements::EXPIRE_SESSIONS_OF_USER).bind(now_ms).bind(openid),
            None => sqlx::query(statements::EXPIRE_ALL_SESSIONS).bind(now_ms),
        };
        let _turn = self.turn().await;
        Ok(query.execute(&self.pool).await?.rows_affected())
    }
}

/// Reads a session and its user from a row; their columns begin at `first`.
pub(super) fn read(row: &AnyRow, first: usize) -> Result<Found, sqlx::Error> {
    Ok(Found {
        id: row.try_get(first)?,
        expires_at_ms: row.try_get(first + 1)?,
        ends_at_ms: row.try_get(first + 2)?,
        user: users::read(row, first + 3)?,
    })
}
