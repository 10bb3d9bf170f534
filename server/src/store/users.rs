//! Users: registered at their first login, updated when they hand over their profile.

use super::sessions::{Login, ids};
use super::{Sealed, Store, StoreError, VaultError, statements};
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use sqlx::{Any, Row, Transaction};
use std::borrow::Cow;

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
    pub fn with_base_url(&self, base_url: &str) -> Cow<'_, Self> {
        if !self.avatar_url.starts_with('/') {
            return Cow::Borrowed(self);
        }
        let avatar_url = [base_url, &self.avatar_url].concat();
        Cow::Owned(Self { avatar_url, ..self.clone() })
    }

    /// Whether this is what WeChat has answered to most versions since 2021. Such a profile is not stored: it would
    /// wipe out the name and avatar that the user chose here.
    pub fn is_anonymous(&self) -> bool {
        self.nick_name == ANONYMOUS_NICK_NAME
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

/// A user.
#[derive(Debug, Clone)]
pub struct User {
    /// Row id.
    pub id: i64,
    /// The app they use.
    pub appid: String,
    /// WeChat's id of this user in this app.
    pub openid: String,
    /// WeChat's id of this user in all apps of their owner.
    pub unionid: Option<String>,
    /// Profile.
    pub info: UserInfo,
    session_key: Sealed,
    phone_number: Option<Sealed>,
}

/// How an operator names a user: their openid, or the id of their row.
#[derive(Debug, Clone)]
pub struct UserName(pub String);

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

impl From<UserRow> for User {
    fn from(row: UserRow) -> Self {
        Self {
            id: row.id,
            appid: row.appid,
            openid: row.openid,
            unionid: row.unionid,
            info: UserInfo {
                nick_name: row.nick_name,
                avatar_url: row.avatar_url,
                gender: u8::try_from(row.gender).unwrap_or_default(),
                language: row.language,
                city: row.city,
                province: row.province,
                country: row.country,
            },
            session_key: Sealed(row.session_key),
            phone_number: row.phone_number.map(Sealed),
        }
    }
}

/// Reads the columns of a user, of which the first is `$first`; sqlx and rusqlite have different names for the same
/// method.
macro_rules! read_user {
    ($row:ident.$get:ident, $first:expr) => {
        $crate::store::users::UserRow {
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

/// A user of sqlx.
pub(super) fn read(row: &AnyRow, first: usize) -> Result<UserRow, sqlx::Error> {
    Ok(read_user!(row.try_get, first))
}

/// Names a row for the vault: what is encrypted for it cannot be moved to another.
fn owner(appid: &str, openid: &str) -> String {
    format!("{appid}/{openid}")
}

impl Store {
    /// What WeChat encrypts this user's data with. Never leaves the server.
    pub fn session_key(&self, user: &User) -> Result<String, VaultError> {
        self.vault.open(&user.session_key, &owner(&user.appid, &user.openid))
    }

    /// The user's phone number, once they gave it.
    pub fn phone_number(&self, user: &User) -> Result<Option<String>, VaultError> {
        let open = |sealed| self.vault.open(sealed, &owner(&user.appid, &user.openid));
        user.phone_number.as_ref().map(open).transpose()
    }

    /// The session_key of a login as the database is to hold it.
    pub(super) fn seal_session_key(&self, login: &Login<'_>) -> Sealed {
        self.vault.seal(login.session_key, &owner(login.appid, login.openid))
    }

    /// Stores a profile that WeChat vouched for, and answers the user as stored.
    pub async fn update_info(&self, id: i64, info: &UserInfo, now_ms: i64) -> Result<User, StoreError> {
        let _turn = self.turn().await;
        let mut transaction = self.begin().await?;
        if !info.is_anonymous() {
            sqlx::query(statements::UPDATE_INFO)
                .bind(info.nick_name.as_str())
                .bind(info.avatar_url.as_str())
                .bind(i64::from(info.gender))
                .bind(info.language.as_str())
                .bind(info.city.as_str())
                .bind(info.province.as_str())
                .bind(info.country.as_str())
                .bind(now_ms)
                .bind(id)
                .execute(&mut *transaction)
                .await?;
        }
        let user = find(&mut transaction, id).await?;
        transaction.commit().await?;
        Ok(user)
    }

    /// Changes the parts of the profile that the user typed or chose; `None` leaves a part as it is.
    pub async fn update_profile(
        &self,
        id: i64,
        nick_name: Option<&str>,
        avatar_url: Option<&str>,
        now_ms: i64,
    ) -> Result<User, StoreError> {
        let _turn = self.turn().await;
        let mut transaction = self.begin().await?;
        sqlx::query(statements::UPDATE_PROFILE)
            .bind(id)
            .bind(nick_name)
            .bind(avatar_url)
            .bind(now_ms)
            .execute(&mut *transaction)
            .await?;
        let user = find(&mut transaction, id).await?;
        transaction.commit().await?;
        Ok(user)
    }

    /// Makes the uploaded picture `name`, whose path is `path`, the user's avatar; answers the user and the names of
    /// their earlier pictures, which nobody needs any more.
    pub async fn replace_avatar(
        &self,
        id: i64,
        name: &str,
        path: &str,
        now_ms: i64,
    ) -> Result<(User, Vec<String>), StoreError> {
        let _turn = self.turn().await;
        let mut transaction = self.begin().await?;
        let earlier = avatars(&mut transaction, id).await?;
        sqlx::query(statements::FORGET_OTHER_AVATARS).bind(id).bind(name).execute(&mut *transaction).await?;
        sqlx::query(statements::ADD_AVATAR)
            .bind(name)
            .bind(id)
            .bind(now_ms)
            .execute(&mut *transaction)
            .await?;
        sqlx::query(statements::UPDATE_PROFILE)
            .bind(id)
            .bind(None::<&str>)
            .bind(Some(path))
            .bind(now_ms)
            .execute(&mut *transaction)
            .await?;
        let user = find(&mut transaction, id).await?;
        transaction.commit().await?;
        Ok((user, earlier))
    }

    /// Whether the user uploaded the picture `name`.
    pub async fn owns_avatar(&self, id: i64, name: &str) -> Result<bool, StoreError> {
        let row = sqlx::query(statements::OWN_AVATAR).bind(id).bind(name).fetch_one(&self.pool).await?;
        Ok(row.try_get::<i64, _>(0)? > 0)
    }

    /// Whether the picture `name` is anybody's.
    pub async fn knows_avatar(&self, name: &str) -> Result<bool, StoreError> {
        let row = sqlx::query(statements::KNOWN_AVATAR).bind(name).fetch_one(&self.pool).await?;
        Ok(row.try_get::<i64, _>(0)? > 0)
    }

    /// Stores the phone number that WeChat confirmed.
    pub async fn update_phone_number(
        &self,
        user: &User,
        phone_number: &str,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        let _turn = self.turn().await;
        sqlx::query(statements::UPDATE_PHONE_NUMBER)
            .bind(user.id)
            .bind(self.vault.seal(phone_number, &owner(&user.appid, &user.openid)).0)
            .bind(now_ms)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Up to `limit` users whose row ids are greater than `after`, each with the number of their live sessions.
    pub async fn users(&self, after: i64, limit: i64, now_ms: i64) -> Result<Vec<(User, i64)>, StoreError> {
        let rows =
            sqlx::query(statements::USERS).bind(now_ms).bind(after).bind(limit).fetch_all(&self.pool).await?;
        rows.iter().map(|row| Ok((read(row, 0)?.into(), row.try_get(13)?))).collect()
    }

    /// Deletes users with all that belongs to them, and answers how many there were and the names of their pictures.
    pub async fn delete_users(&self, name: &UserName) -> Result<(usize, Vec<String>), StoreError> {
        let _turn = self.turn().await;
        let mut transaction = self.begin().await?;
        let ids = ids(&mut transaction, name).await?;
        let mut pictures = Vec::new();
        for id in &ids {
            pictures.extend(avatars(&mut transaction, *id).await?);
            sqlx::query(statements::DELETE_USER).bind(*id).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok((ids.len(), pictures))
    }

    /// Encrypts every value anew that is not under the first key. Servers may go on meanwhile; answers how many rows.
    pub async fn reseal(&self, now_ms: i64) -> Result<u64, StoreError> {
        const PAGE: i64 = 500;
        let (mut resealed, mut after) = (0, 0);
        loop {
            let users = self.users(after, PAGE, now_ms).await?;
            let Some((last, _)) = users.last() else { return Ok(resealed) };
            after = last.id;
            for (user, _) in &users {
                let current = self.vault.is_current(&user.session_key)
                    && user.phone_number.as_ref().is_none_or(|sealed| self.vault.is_current(sealed));
                if !current {
                    resealed += self.reseal_user(user).await?;
                }
            }
        }
    }

    async fn reseal_user(&self, user: &User) -> Result<u64, StoreError> {
        let owner = owner(&user.appid, &user.openid);
        let session_key = self.vault.seal(&self.session_key(user)?, &owner);
        let phone_number = self.phone_number(user)?.map(|number| self.vault.seal(&number, &owner).0);
        // A login in between has stored a newer key: that one is sealed already.
        let _turn = self.turn().await;
        let rows = sqlx::query(statements::RESEAL_USER)
            .bind(user.id)
            .bind(session_key.0)
            .bind(phone_number)
            .bind(user.session_key.0.as_str())
            .bind(user.phone_number.as_ref().map(|sealed| sealed.0.as_str()))
            .execute(&self.pool)
            .await?
            .rows_affected();
        Ok(rows)
    }
}

async fn find(transaction: &mut Transaction<'static, Any>, id: i64) -> Result<User, StoreError> {
    let row = sqlx::query(statements::USER).bind(id).fetch_one(&mut **transaction).await?;
    Ok(read(&row, 0)?.into())
}

async fn avatars(transaction: &mut Transaction<'static, Any>, id: i64) -> Result<Vec<String>, StoreError> {
    let rows = sqlx::query(statements::AVATARS_OF_USER).bind(id).fetch_all(&mut **transaction).await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}
