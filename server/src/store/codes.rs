//! Login codes in use, and counts of logins: instances that share a database must agree on both before they ask WeChat.

use super::{Engine, Store, StoreError, statements};
use sha2::{Digest, Sha256};
use sqlx::Row;
use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// WeChat's codes are good for five minutes. After that WeChat itself knows which of them were used.
const TERM_MS: i64 = 5 * 60 * 1000;
/// Twice as long, because the clocks of instances differ.
const CODE_LIFE_MS: i64 = 2 * TERM_MS;
const MINUTE_MS: i64 = 60 * 1000;

impl Store {
    /// Takes `code` for this login. `false` if another login has taken it: no two instances ask WeChat about the same
    /// code.
    pub async fn claim_code(&self, appid: &str, code: &str, now_ms: i64) -> Result<bool, StoreError> {
        let code_hash = hash(appid, code);
        if let Engine::Sqlite(sqlite) = &self.engine {
            return Ok(sqlite.codes.claim(&code_hash, now_ms));
        }
        let until_ms = now_ms.saturating_add(CODE_LIFE_MS);
        let claimed = sqlx::query(statements::CLAIM_CODE)
            .bind(code_hash.to_vec())
            .bind(until_ms)
            .execute(&self.pool)
            .await?
            .rows_affected();
        Ok(claimed == 1)
    }

    /// Gives a code back if WeChat could not be asked: the client may try it again.
    pub async fn release_code(&self, appid: &str, code: &str) -> Result<(), StoreError> {
        let code_hash = hash(appid, code);
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.codes.release(&code_hash),
            Engine::Postgres(_) => {
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

/// The codes in use of one process.
///
/// They are kept in two sets, young and old. New codes go into the young set. When it is old enough, or full, it
/// becomes the old one, and all codes of the old one are forgotten together. A code is thus kept for one to two terms
/// of [`TERM_MS`] without a list of when each code ends. Codes are not taken out of a set one by one, because a set
/// that is used like that keeps growing.
#[derive(Default)]
pub struct CodesInUse(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    young: HashSet<KeptHash>,
    old: HashSet<KeptHash>,
    /// When the term of `young` began.
    since_ms: i64,
}

/// The part of a code's hash that is kept: long enough that nobody finds two codes with the same.
type KeptHash = [u8; 16];

impl CodesInUse {
    fn claim(&self, code: &CodeHash, now_ms: i64) -> bool {
        let mut kept = self.lock();
        kept.forget(now_ms);
        if kept.young.len() >= Kept::MAX_OF_A_TERM {
            kept.begin_term(now_ms);
        }
        let code = kept_of(code);
        !kept.old.contains(&code) && kept.young.insert(code)
    }

    fn release(&self, code: &CodeHash) {
        let (mut kept, code) = (self.lock(), kept_of(code));
        if !kept.young.remove(&code) {
            kept.old.remove(&code);
        }
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
    /// Some four megabytes a term, enough for 400 logins a second. With more logins, codes are forgotten earlier;
    /// WeChat itself knows which were used.
    const MAX_OF_A_TERM: usize = 1 << 17;

    fn forget(&mut self, now_ms: i64) -> u64 {
        match now_ms.saturating_sub(self.since_ms) {
            // The clock was set back.
            ..0 => {
                self.since_ms = now_ms;
                0
            }
            0..TERM_MS => 0,
            age_ms => {
                let of_young = if age_ms < 2 * TERM_MS { 0 } else { std::mem::take(&mut self.young).len() };
                self.begin_term(now_ms) + of_young as u64
            }
        }
    }

    /// Starts a new term. Answers how many codes are forgotten.
    fn begin_term(&mut self, now_ms: i64) -> u64 {
        self.since_ms = now_ms;
        std::mem::replace(&mut self.old, std::mem::take(&mut self.young)).len() as u64
    }
}

fn kept_of(code: &CodeHash) -> KeptHash {
    let (kept, _) = code.split_first_chunk().expect("a hash is longer");
    *kept
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_MS: i64 = 1_700_000_000_000;

    #[test]
    fn a_code_is_taken_once_until_wechat_itself_refuses_it() {
        let codes = CodesInUse::default();
        let code = hash("wx1", "a");
        assert!(codes.claim(&code, NOW_MS));
        for later_ms in [0, 1, TERM_MS - 1] {
            assert!(!codes.claim(&code, NOW_MS + later_ms), "{later_ms}");
        }
        assert!(codes.claim(&hash("wx2", "a"), NOW_MS), "another app's code is another one");
        assert!(codes.claim(&hash("wx1", "late"), NOW_MS + TERM_MS - 1));
        for later_ms in [TERM_MS, 2 * TERM_MS - 2] {
            assert!(!codes.claim(&hash("wx1", "late"), NOW_MS + later_ms), "{later_ms}");
        }
        assert_eq!(codes.sweep(NOW_MS + 9 * TERM_MS), 3, "nobody came for a long time");
        assert!(codes.claim(&code, NOW_MS + 9 * TERM_MS));
    }

    #[test]
    fn a_code_that_is_given_back_can_be_taken_again_in_either_term() {
        let codes = CodesInUse::default();
        let code = hash("wx1", "a");
        assert!(codes.claim(&code, NOW_MS));
        codes.release(&code);
        assert!(codes.claim(&code, NOW_MS));
        assert_eq!(codes.sweep(NOW_MS + TERM_MS), 0);
        codes.release(&code);
        assert!(codes.claim(&code, NOW_MS + TERM_MS));
    }

    #[test]
    fn a_clock_that_is_set_back_frees_no_code() {
        let codes = CodesInUse::default();
        let code = hash("wx1", "a");
        assert!(codes.claim(&code, NOW_MS));
        assert!(!codes.claim(&code, NOW_MS - 100 * TERM_MS));
        assert!(!codes.claim(&code, NOW_MS - 99 * TERM_MS - 1));
    }

    /// A set doubles when it is full of the traces of codes that were taken out one by one.
    #[test]
    fn however_many_logins_there_are_codes_in_use_take_no_more_memory() {
        let codes = CodesInUse::default();
        let mut most = 0;
        for number in 0..2_000_000_u64 {
            let mut code = CodeHash::default();
            code[..8].copy_from_slice(&number.to_le_bytes());
            assert!(codes.claim(&code, NOW_MS + number.cast_signed() / 4));
            let kept = codes.lock();
            most = most.max(kept.young.capacity() + kept.old.capacity());
        }
        // A set has room for up to twice as many codes as it holds.
        assert!(most <= 4 * Kept::MAX_OF_A_TERM, "room for {most} codes");
    }
}
