//! Looks sessions up in PostgreSQL, those that are asked for at the same time together.
//!
//! The cost of a query is mostly the way to PostgreSQL and back: system calls, and processes that wake each other.
//! Sessions that are asked for while a query is on its way wait for the next query, which takes all of them. Each
//! session is part of a query that was sent after the request came. A session that ended before the request is
//! therefore not found, whichever instance ended it.

use super::rows::{Found, SKEY_HASH_BYTES};
use super::statements::{FIND_SESSIONS, FIND_SESSIONS_AT_MOST};
use super::{StoreError, sessions};
use sqlx::{AnyPool, Row};
use std::sync::Arc;
use tokio::sync::{Mutex, mpsc, oneshot};

/// The most queries on their way at a time.
const LANES: usize = 2;
/// The most sessions that wait for a query; others wait for a place.
const QUEUE: usize = 1024;

struct Lookup {
    skey_hash: [u8; SKEY_HASH_BYTES],
    now_ms: i64,
    reply: oneshot::Sender<Option<Found>>,
}

/// Where sessions wait to be looked up.
pub struct Lookups(mpsc::Sender<Lookup>);

impl Lookups {
    /// Starts the tasks that send the queries, on the runtime of the caller; they end when this is dropped.
    pub fn start(pool: &AnyPool) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..LANES {
            tokio::spawn(work(pool.clone(), Arc::clone(&waiting)));
        }
        Self(queue)
    }

    /// The session with this hash, if it is live, and its user. `None` if the query failed: another session in it may
    /// be the reason, so the caller should ask once more for this one alone.
    pub async fn find(&self, skey_hash: [u8; SKEY_HASH_BYTES], now_ms: i64) -> Option<Option<Found>> {
        let (reply, found) = oneshot::channel();
        self.0.send(Lookup { skey_hash, now_ms, reply }).await.ok()?;
        found.await.ok()
    }
}

async fn work(pool: AnyPool, waiting: Arc<Mutex<mpsc::Receiver<Lookup>>>) {
    let mut lookups = Vec::with_capacity(FIND_SESSIONS_AT_MOST);
    loop {
        let count = waiting.lock().await.recv_many(&mut lookups, FIND_SESSIONS_AT_MOST).await;
        if count == 0 {
            return;
        }
        match find(&pool, &lookups).await {
            Ok(found) => {
                for (lookup, found) in lookups.drain(..).zip(found) {
                    // A receiver that is gone no longer needs the answer.
                    let _ = lookup.reply.send(found);
                }
            }
            Err(error) => {
                tracing::warn!(%error, "sessions not looked up together");
                lookups.clear();
            }
        }
    }
}

async fn find(pool: &AnyPool, lookups: &[Lookup]) -> Result<Vec<Option<Found>>, StoreError> {
    let now_ms = lookups.iter().map(|lookup| lookup.now_ms).max().unwrap_or_default();
    let mut query = sqlx::query(FIND_SESSIONS).bind(now_ms);
    for place in 0..FIND_SESSIONS_AT_MOST {
        query = query.bind(lookups.get(place).map(|lookup| &lookup.skey_hash[..]));
    }
    let rows = query.fetch_all(pool).await?;
    let mut found: Vec<Option<Found>> = lookups.iter().map(|_| None).collect();
    for row in &rows {
        let number: i64 = row.try_get(0)?;
        if let Some(place) = usize::try_from(number).ok().and_then(|number| found.get_mut(number)) {
            *place = Some(sessions::read(row, 1)?);
        }
    }
    Ok(found)
}
