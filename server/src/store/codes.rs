//! Login codes in use, and counts of logins: what instances must agree on before they ask WeChat.

use super::{Store, StoreError, statements};
use sha2::{Digest, Sha256};
use sqlx::Row;

/// WeChat's codes die after five minutes; by then it knows itself which were used.
const CODE_LIFE_MS: i64 = 10 * 60 * 1000;
const MINUTE_MS: i64 = 60 * 1000;

impl Store {
    /// Takes `code` for this login. `false` if another login has it: no two instances ask WeChat for the same.
    pub async fn claim_code(&self, appid: &str, code: &str, now_ms: i64) -> Result<bool, StoreError> {
        let claimed = sqlx::query(statements::CLAIM_CODE)
            .bind(hash(appid, code))
            .bind(now_ms.saturating_add(CODE_LIFE_MS))
            .execute(&self.pool)
            .await?
            .rows_affected();
        Ok(claimed == 1)
    }

    /// Gives a code back that WeChat was not reached with: the client may try it again.
    pub async fn release_code(&self, appid: &str, code: &str) -> Result<(), StoreError> {
        sqlx::query(statements::RELEASE_CODE).bind(hash(appid, code)).execute(&self.pool).await?;
        Ok(())
    }

    /// Counts a login of `client`, and answers how many all instances have seen in this minute.
    pub async fn count_login(&self, client: &str, now_ms: i64) -> Result<i64, StoreError> {
        let row = sqlx::query(statements::COUNT_LOGIN)
            .bind(client)
            .bind(now_ms / MINUTE_MS)
            .fetch_one(&self.pool)
            .await?;
        Ok(row.try_get(0)?)
    }
}

fn hash(appid: &str, code: &str) -> Vec<u8> {
    Sha256::new().chain_update(appid).chain_update([0]).chain_update(code).finalize().to_vec()
}
