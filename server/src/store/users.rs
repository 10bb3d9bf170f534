//! Users: registered at their first login, updated when they hand over their profile.

use super::profile::UserInfo;
use super::rows::{UserRow, read_user};
use super::{Sealed, Store, StoreError, VaultError, statements};
use sqlx::any::AnyRow;
use sqlx::{Any, Row, Transaction};

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

/// Reads a user from a row of sqlx.
pub(super) fn read(row: &AnyRow, first: usize) -> Result<UserRow, sqlx::Error> {
    Ok(read_user!(row.try_get, first))
}

/// The name of a user's row for the vault: a value that is encrypted for one row cannot be used in another.
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

    /// Encrypts the session_key of a login for the database.
    pub(super) fn seal_session_key(&self, appid: &str, openid: &str, session_key: &str) -> Sealed {
        self.vault.seal(session_key, &owner(appid, openid))
    }

    /// Stores a profile that WeChat vouched for, and answers the user as they are now stored.
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

    /// Makes the uploaded picture `name`, whose path is `path`, the user's avatar. Answers the user and the names of
    /// their earlier pictures, which can be deleted.
    pub async fn replace_avatar(
        &self,
        id: i64,
        name: &str,
        path: &str,
        now_ms: i64,
    ) -> Result<(User, Vec<String>), StoreError> {
        let _turn = self.turn().await;
        let mut transaction = self.begin().await?;
        // This comes first. If a user uploads two pictures at the same time, perhaps to two instances, the second
        // transaction waits here, and then sees the picture of the first.
        sqlx::query(statements::UPDATE_PROFILE)
            .bind(id)
            .bind(None::<&str>)
            .bind(Some(path))
            .bind(now_ms)
            .execute(&mut *transaction)
            .await?;
        let earlier = avatars(&mut transaction, id).await?;
        sqlx::query(statements::FORGET_OTHER_AVATARS).bind(id).bind(name).execute(&mut *transaction).await?;
        sqlx::query(statements::ADD_AVATAR)
            .bind(name)
            .bind(id)
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

    /// Whether the picture `name` belongs to anybody.
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

    /// Deletes users with all that belongs to them. Answers how many users, and the names of their pictures.
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

    /// Encrypts anew every value that is not under the first key. Servers may go on meanwhile. Answers how many rows.
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
        // If the user logged in meanwhile, the new session_key is stored already, under the first key.
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

pub(super) async fn ids(
    transaction: &mut Transaction<'static, Any>,
    name: &UserName,
) -> Result<Vec<i64>, StoreError> {
    let rows =
        sqlx::query(statements::USERS_BY_NAME).bind(name.0.as_str()).fetch_all(&mut **transaction).await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

async fn find(transaction: &mut Transaction<'static, Any>, id: i64) -> Result<User, StoreError> {
    let row = sqlx::query(statements::USER).bind(id).fetch_one(&mut **transaction).await?;
    Ok(read(&row, 0)?.into())
}

async fn avatars(transaction: &mut Transaction<'static, Any>, id: i64) -> Result<Vec<String>, StoreError> {
    let rows = sqlx::query(statements::AVATARS_OF_USER).bind(id).fetch_all(&mut **transaction).await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}
