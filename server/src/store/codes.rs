//! Login codes in use, and counts of logins: what instances must agree on before they ask WeChat.

use super::{Store, StoreError, statements};
use sha2::{Digest, Sha256};
use sqlx::Row;
use std::collections::{HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// WeChat's codes die after five minutes; by then it knows itself which were used.
const CODE_LIFE_MS: i64 = 10 * 60 * 1000;
const MINUTE_MS: i64 = 60 * 1000;

impl Store {
    /// Takes `code` for this login. `false` if another login has it: no two instances ask WeChat for the same.
    pub async fn claim_code(&self, appid: &str, code: &str, now_ms: i64) -> Result<bool, StoreError> {
        let code_hash = hash(appid, code);
        let until_ms = now_ms.saturating_add(CODE_LIFE_MS);
        if let Some(sqlite) = &self.sqlite {
            return Ok(sqlite.codes.claim(code_hash, until_ms, now_ms));
        }
        let claimed = sqlx::query(statements::CLAIM_CODE)
            .bind(code_hash.to_vec())
            .bind(until_ms)
            .execute(&self.pool)
            .await?
            .rows_affected();
        Ok(claimed == 1)
    }

    /// Gives a code back that WeChat was not reached with: the client may try it again.
    pub async fn release_code(&self, appid: &str, code: &str) -> Result<(), StoreError> {
        let code_hash = hash(appid, code);
        match &self.sqlite {
            Some(sqlite) => sqlite.codes.release(&code_hash),
            None => {
                sqlx::query(statements::RELEASE_CODE).bind(code_hash.to_vec()).execute(&self.pool).await?;
            }
        }
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

fn hash(appid: &str, code: &str) -> CodeHash {
    Sha256::new().chain_update(appid).chain_update([0]).chain_update(code).finalize().into()
}

type CodeHash = [u8; 32];

/// Codes in use in one process.
#[derive(Default)]
pub struct CodesInUse(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    codes: HashSet<CodeHash>,
    /// The same in the order in which they end, and those that were released.
    ends: VecDeque<(i64, CodeHash)>,
}

impl CodesInUse {
    /// The oldest are forgotten beyond this many: WeChat knows itself which were used.
    const MAX: usize = 1 << 18;

    fn claim(&self, code: CodeHash, until_ms: i64, now_ms: i64) -> bool {
        let mut kept = self.lock();
        kept.forget(now_ms);
        while kept.ends.len() >= Self::MAX {
            kept.forget_first();
        }
        let claimed = kept.codes.insert(code);
        if claimed {
            kept.ends.push_back((until_ms, code));
        }
        claimed
    }

    fn release(&self, code: &CodeHash) {
        self.lock().codes.remove(code);
    }

    /// Forgets codes that are over; answers how many there were.
    pub fn sweep(&self, now_ms: i64) -> u64 {
        self.lock().forget(now_ms)
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn forget(&mut self, now_ms: i64) -> u64 {
        let mut forgotten = 0;
        while self.ends.front().is_some_and(|(until_ms, _)| *until_ms <= now_ms) {
            forgotten += u64::from(self.forget_first());
        }
        forgotten
    }

    fn forget_first(&mut self) -> bool {
        self.ends.pop_front().is_some_and(|(_, code)| self.codes.remove(&code))
    }
}
