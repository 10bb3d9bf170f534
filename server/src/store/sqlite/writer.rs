//! Writes logins, those that wait together.
//!
//! A commit waits for the disk. Logins that come meanwhile wait for the next commit, which takes all of them. The more
//! logins there are, the less each costs, and still none is answered before it is on the disk.

use super::{Log, PRAGMAS, Readers, user_of};
use crate::store::StoreError;
use crate::store::profile::{ANONYMOUS_NICK_NAME, DEFAULT_AVATAR};
use crate::store::rows::{LoginRows, UserRow};
use crate::store::statements::{END_SESSIONS_OF_USER, ISSUE_SESSION, REGISTER_USER, UPDATE_INFO, USER};
use rusqlite::{Connection, TransactionBehavior, params};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use tokio::sync::{mpsc, oneshot};

/// The most logins of one commit.
const BATCH: usize = 128;
/// The most logins that wait for a commit; others wait for a place.
const QUEUE: usize = 1024;
/// The size of the cache of prepared statements: all statements of a login stay in it.
const STATEMENTS: usize = 32;

type Task = (Box<LoginRows>, oneshot::Sender<Result<UserRow, StoreError>>);

/// The thread that writes logins. It ends when this is dropped or closed.
pub struct Writer {
    queue: Mutex<Option<mpsc::Sender<Task>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    /// Starts the thread. It holds `turn` while it writes, ends the snapshots of `readers`, and tells `log` how much it
    /// wrote.
    pub fn start(
        file: &Path,
        turn: Arc<tokio::sync::Mutex<()>>,
        readers: Arc<Readers>,
        log: Arc<Log>,
    ) -> Result<Self, StoreError> {
        let mut connection = Connection::open(file)?;
        connection.execute_batch(&PRAGMAS.join(";"))?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        let (queue, mut waiting) = mpsc::channel::<Task>(QUEUE);
        let work = move || {
            let (mut logins, mut replies) = (Vec::with_capacity(BATCH), Vec::with_capacity(BATCH));
            while let Some(task) = waiting.blocking_recv() {
                let _turn = turn.blocking_lock();
                let mut next = Some(task);
                while let Some((login, reply)) = next {
                    logins.push(*login);
                    replies.push(reply);
                    next = if logins.len() < BATCH { waiting.try_recv().ok() } else { None };
                }
                let written = write(&mut connection, &logins);
                readers.end_snapshots();
                log.grew(logins.len());
                logins.clear();
                for (reply, result) in replies.drain(..).zip(written) {
                    // A client that no longer waits has a session that it does not know of; that one expires.
                    let _ = reply.send(result);
                }
            }
        };
        let thread = std::thread::Builder::new().name("logins".to_owned()).spawn(work)?;
        Ok(Self { queue: Mutex::new(Some(queue)), thread: Mutex::new(Some(thread)) })
    }

    /// Writes a login, all or nothing; answers the user once the login is on the disk.
    pub async fn log_in(&self, login: LoginRows) -> Result<UserRow, StoreError> {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (reply, written) = oneshot::channel();
        let closed = |_| sqlx::Error::PoolClosed;
        queue
            .ok_or(sqlx::Error::PoolClosed)?
            .send((Box::new(login), reply))
            .await
            .map_err(|_| sqlx::Error::PoolClosed)?;
        written.await.map_err(closed)?
    }

    /// Ends the thread once it has written all waiting logins, and closes its connection.
    pub async fn close(&self) {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).take();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            let _ = tokio::task::spawn_blocking(|| thread.join()).await;
        }
    }
}

/// Writes all logins in one transaction. If that fails, each gets a transaction of its own, so that only the faulty one
/// fails.
fn write(connection: &mut Connection, logins: &[LoginRows]) -> Vec<Result<UserRow, StoreError>> {
    if logins.is_empty() {
        return Vec::new();
    }
    match write_together(connection, logins) {
        Ok(users) => users.into_iter().map(Ok).collect(),
        Err(error) if logins.len() == 1 => vec![Err(error.into())],
        // Another process holds the database, and would not let a single login through either.
        Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy) => {
            logins.iter().map(|_| Err(StoreError::Busy)).collect()
        }
        Err(_) => logins.iter().flat_map(|login| write(connection, std::slice::from_ref(login))).collect(),
    }
}

fn write_together(connection: &mut Connection, logins: &[LoginRows]) -> rusqlite::Result<Vec<UserRow>> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let users = logins.iter().map(|login| log_in(&transaction, login)).collect::<Result<_, _>>()?;
    transaction.commit()?;
    Ok(users)
}

fn log_in(connection: &Connection, login: &LoginRows) -> rusqlite::Result<UserRow> {
    let mut user = connection.prepare_cached(REGISTER_USER)?.query_row(
        params![
            login.appid,
            login.openid,
            login.unionid,
            login.session_key,
            ANONYMOUS_NICK_NAME,
            DEFAULT_AVATAR,
            login.now_ms
        ],
        |row| user_of(row, 0),
    )?;
    if let Some(info) = &login.info {
        connection.prepare_cached(UPDATE_INFO)?.execute(params![
            info.nick_name,
            info.avatar_url,
            info.gender,
            info.language,
            info.city,
            info.province,
            info.country,
            login.now_ms,
            user.id
        ])?;
        user = connection.prepare_cached(USER)?.query_row([user.id], |row| user_of(row, 0))?;
    }
    if login.ends_older {
        connection.prepare_cached(END_SESSIONS_OF_USER)?.execute([user.id])?;
    }
    connection.prepare_cached(ISSUE_SESSION)?.execute(params![
        login.skey_hash,
        login.session_id,
        user.id,
        login.now_ms,
        login.expires_at_ms,
        login.ends_at_ms
    ])?;
    Ok(user)
}
