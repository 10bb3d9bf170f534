//! The database: users, sessions and what instances share, in SQLite or PostgreSQL.
//!
//! sqlx speaks to both, through one pool and with one text of each statement. SQLite has one writer at a time, so its
//! pool has one connection. The reads of signed requests and the writes of logins do not use the pool ([`sqlite`]). All
//! statements are prepared when the server starts: a statement that does not fit the tables ends the start.

mod binding;
mod codes;
mod lookups;
mod offers;
mod profile;
mod rows;
mod sessions;
mod sqlite;
mod statements;
mod users;
mod vault;

pub use binding::{BindingError, Mode};
pub use offers::TunnelOffer;
pub use profile::{ANONYMOUS_NICK_NAME, DEFAULT_AVATAR, UserInfo};
pub use sessions::{EndedSession, IssuedSession, LiveSession, Login, SessionLife, SessionsPerUser};
pub use users::{User, UserName};
pub use vault::{KeyError, Sealed, Vault, VaultError};

use lookups::Lookups;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sqlite::{Sqlite, Turn};
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::{Any, AnyConnection, AnyPool, Connection, Executor, SqlSafeStr, SqlStr, Transaction};
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

/// The longest wait for a connection, and in SQLite for another process that writes.
const PATIENCE: Duration = Duration::from_secs(3);
/// A connection that was idle for longer is tested before it is used.
const UNDOUBTED: Duration = Duration::from_secs(1);
/// The most rows that one step of a sweep deletes, so that nobody waits long for it.
const SWEEP_ROWS: i64 = 1000;

/// Held by the process that brings the tables of PostgreSQL up to date. The number is any that others hardly choose.
const MIGRATION_LOCK: &str = "SELECT pg_advisory_xact_lock(8245921304118)";

const SQLITE_MIGRATIONS: [(i64, &str, &str); 2] = [
    (1, "users and sessions", include_str!("migrations/sqlite/0001_users_and_sessions.sql")),
    (2, "several apps", include_str!("migrations/sqlite/0002_several_apps.sql")),
];
const POSTGRES_MIGRATIONS: [(i64, &str, &str); 2] = [
    (1, "users and sessions", include_str!("migrations/postgres/0001_users_and_sessions.sql")),
    (2, "log in", include_str!("migrations/postgres/0002_log_in.sql")),
];

/// A database that failed. Its text goes to the log, never to a client.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused, or could not be reached.
    #[error("database: {0}")]
    Database(#[source] sqlx::Error),
    /// The pool does not tell which of these it is.
    #[error(
        "database: no connection within {} s: it does not answer, has no room for database_connections, or all of them \
         are in use",
        PATIENCE.as_secs()
    )]
    NoConnection,
    /// A pooler stands in between that does not do what the server needs of it.
    #[error("database: {0}; what a PgBouncer must be told is in server/README.md")]
    Pooler(#[source] sqlx::Error),
    /// SQLite failed.
    #[error("SQLite: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// Another process writes to the database and does not finish.
    #[error("SQLite: another process holds the database")]
    Busy,
    /// The file has no name any more, or another one has its name: what is written to it would be lost at the end.
    #[error("SQLite: the file was moved, deleted or replaced while it was in use; stop the server first")]
    Misplaced,
    /// The tables could not be brought up to date.
    #[error("migrations: {0}")]
    Migrations(#[from] MigrateError),
    /// The file could not be created.
    #[error("file: {0}")]
    File(#[from] std::io::Error),
    /// A value cannot be decrypted.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// A statement does not fit the tables.
    #[error("statement does not fit the tables: {statement}: {cause}")]
    Statement {
        /// Its text.
        statement: &'static str,
        /// What the database says.
        cause: sqlx::Error,
    },
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::PoolTimedOut => Self::NoConnection,
            error if is_of_a_pooler(&error) => Self::Pooler(error),
            error => Self::Database(error),
        }
    }
}

/// Whether PostgreSQL itself would not have said this: a prepared statement of another client is in the way, or the
/// server's own is at another connection; a parameter of the start is unknown.
fn is_of_a_pooler(error: &sqlx::Error) -> bool {
    let error = error.as_database_error();
    let code = error.and_then(|error| error.code());
    match code.as_deref() {
        Some("42P05" | "26000") => true,
        Some("08P01") => error.is_some_and(|error| error.message().contains("unsupported startup parameter")),
        _ => false,
    }
}

/// Where the database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// A file of SQLite's.
    Sqlite(PathBuf),
    /// A `postgres://` address.
    Postgres(String),
}

impl FromStr for Location {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_postgres = text.starts_with("postgres://") || text.starts_with("postgresql://");
        Ok(if is_postgres { Self::Postgres(text.to_owned()) } else { Self::Sqlite(text.into()) })
    }
}

/// The file, or the address without its password.
impl fmt::Display for Location {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(file) => file.display().fmt(formatter),
            Self::Postgres(url) => {
                let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", url));
                // A password may stand before the host, or among the parameters.
                let address = rest.split('?').next().unwrap_or(rest);
                let host = address.rsplit_once('@').map_or(address, |(_, host)| host);
                write!(formatter, "{scheme}://{host}")
            }
        }
    }
}

/// How sessions are found: SQLite is read without the pool, PostgreSQL is asked for several at once.
enum Engine {
    Sqlite(Box<Sqlite>),
    Postgres(Lookups),
}

/// The database.
pub struct Store {
    pool: AnyPool,
    /// The statement that begins a transaction which will write.
    begin: &'static str,
    engine: Engine,
    vault: Vault,
}

impl Store {
    /// Opens the database. Creates the file and the tables if they are missing, and brings older tables up to date.
    /// `connections` bounds the connections to PostgreSQL.
    pub async fn open(location: &Location, vault: Vault, connections: u32) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let (url, migrations, begin, connections) = match location {
            Location::Sqlite(file) => {
                sqlite::create_private(file)?;
                (sqlite_url(file), &SQLITE_MIGRATIONS[..], "BEGIN IMMEDIATE", 1)
            }
            Location::Postgres(url) => (url.clone(), &POSTGRES_MIGRATIONS[..], "BEGIN", connections),
        };
        let is_sqlite = matches!(location, Location::Sqlite(_));
        let options = AnyConnectOptions::from_str(&url)?;
        let pool_options = AnyPoolOptions::new()
            .min_connections(1)
            .acquire_timeout(PATIENCE)
            .test_before_acquire(false)
            .before_acquire(move |connection, before| {
                Box::pin(async move {
                    // A connection that died a moment after its last use is noticed at the statement, which fails one
                    // request. A test before each use would cost every request a round trip.
                    let in_doubt = !is_sqlite && before.idle_for >= UNDOUBTED;
                    if in_doubt && connection.ping().await.is_err() {
                        return Ok(false);
                    }
                    Ok(true)
                })
            })
            .max_lifetime(None)
            .idle_timeout(None)
            .after_connect(move |connection, _| {
                Box::pin(async move {
                    for pragma in if is_sqlite { &sqlite::PRAGMAS[..] } else { &[] } {
                        connection.execute(*pragma).await?;
                    }
                    Ok(())
                })
            });
        let mut pool = connect(&pool_options, &options, connections).await?;
        let open = open_all(&pool, connections).await;
        if open < connections {
            tracing::warn!(
                open,
                database_connections = connections,
                "the database gives fewer connections than configured; the server goes on with these"
            );
            pool.close().await;
            pool = connect(&pool_options, &options, open).await?;
            open_all(&pool, open).await;
        }
        migrate(&pool, is_sqlite, &migrator(migrations)).await?;
        let of_postgres = if is_sqlite { &[][..] } else { &statements::OF_POSTGRES[..] };
        for statement in statements::ALL.iter().chain(of_postgres) {
            pool.prepare(SqlStr::from_static(statement)).await.map_err(|cause| match cause.into() {
                StoreError::Database(cause) => StoreError::Statement { statement, cause },
                error => error,
            })?;
        }
        let engine = match location {
            Location::Sqlite(file) => Engine::Sqlite(Box::new(Sqlite::open(file)?)),
            Location::Postgres(_) => Engine::Postgres(Lookups::start(&pool)),
        };
        Ok(Self { pool, begin, engine, vault })
    }

    /// Closes all connections. SQLite then merges its log into its file.
    pub async fn close(&self) {
        if let Engine::Sqlite(sqlite) = &self.engine {
            sqlite.writer.close().await;
            sqlite.log.close().await;
            sqlite.readers.close();
        }
        self.pool.close().await;
    }

    /// Whether the database answers, and is where the next start of the server will look for it.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.check_place()?;
        sqlx::query(statements::PING).execute(&self.pool).await?;
        Ok(())
    }

    fn check_place(&self) -> Result<(), StoreError> {
        match &self.engine {
            Engine::Sqlite(sqlite) if !sqlite.is_in_place() => Err(StoreError::Misplaced),
            Engine::Sqlite(_) | Engine::Postgres(_) => Ok(()),
        }
    }

    /// Connections of the pool: open, and of these not in use.
    pub fn connections(&self) -> (u32, usize) {
        (self.pool.size(), self.pool.num_idle())
    }

    /// Whether several instances may share this database.
    pub fn is_shared(&self) -> bool {
        matches!(self.engine, Engine::Postgres(_))
    }

    /// Deletes what has expired: sessions, offers, codes, counts. Answers how many rows.
    pub async fn sweep(&self, now_ms: i64) -> Result<u64, StoreError> {
        self.check_place()?;
        let mut swept = match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.codes.sweep(now_ms),
            Engine::Postgres(_) => 0,
        };
        for statement in statements::SWEEPS {
            loop {
                let turn = self.turn().await;
                let rows = sqlx::query(statement)
                    .bind(now_ms)
                    .bind(SWEEP_ROWS)
                    .execute(&self.pool)
                    .await?
                    .rows_affected();
                drop(turn);
                swept += rows;
                if rows < SWEEP_ROWS.unsigned_abs() {
                    break;
                }
            }
        }
        Ok(swept)
    }

    /// Writes a copy of an SQLite database as it is at one moment, while servers go on. `false` for PostgreSQL, which
    /// has its own tools.
    pub async fn back_up(&self, file: &Path) -> Result<bool, StoreError> {
        if self.is_shared() {
            return Ok(false);
        }
        // Created beforehand, so that only its owner can read the copy, too.
        sqlite::create_private(file)?;
        let name = file.to_string_lossy().into_owned();
        let copied = sqlx::query("VACUUM INTO $1").bind(name).execute(&self.pool).await;
        if copied.is_err() {
            // Half a copy would pass for a backup.
            std::fs::remove_file(file)?;
        }
        copied?;
        Ok(true)
    }

    /// Returns when no server reads from a snapshot that is older than the last change of this process.
    pub async fn settle(&self) {
        if !self.is_shared() {
            tokio::time::sleep(sqlite::SNAPSHOT_LIFE).await;
        }
    }

    /// A writer to SQLite holds this until it has committed. Instances write to PostgreSQL side by side, without a
    /// turn.
    async fn turn(&self) -> Option<Turn<'_>> {
        match &self.engine {
            Engine::Sqlite(sqlite) => Some(sqlite.turn().await),
            Engine::Postgres(_) => None,
        }
    }

    async fn begin(&self) -> Result<Transaction<'static, Any>, StoreError> {
        Ok(self.pool.begin_with(self.begin).await?)
    }
}

async fn connect(
    pool: &AnyPoolOptions,
    options: &AnyConnectOptions,
    connections: u32,
) -> Result<AnyPool, StoreError> {
    match pool.clone().max_connections(connections).connect_with(options.clone()).await {
        // A pool tries again and again, and does not tell why in vain.
        Err(sqlx::Error::PoolTimedOut) => {
            let cause = tokio::time::timeout(PATIENCE, AnyConnection::connect_with(options)).await;
            let cause = cause.ok().and_then(Result::err);
            Err(cause.unwrap_or(sqlx::Error::PoolTimedOut).into())
        }
        connected => Ok(connected?),
    }
}

/// Opens `wanted` connections, and answers how many of them the database really serves, at least one. A pool that
/// believes in more lets requests wait for connections that never open, while others are idle.
async fn open_all(pool: &AnyPool, wanted: u32) -> u32 {
    let mut open = Vec::new();
    while open.len() < wanted as usize {
        let Ok(mut connection) = pool.acquire().await else { break };
        // A pooler in between takes any connection, and serves it when another one ends.
        let served = tokio::time::timeout(PATIENCE, connection.execute(statements::PING)).await;
        if !matches!(served, Ok(Ok(_))) {
            // It must not come back: an answer may still be on its way.
            drop(connection.detach());
            break;
        }
        open.push(connection);
    }
    u32::try_from(open.len()).unwrap_or(wanted).max(1)
}

/// Brings the tables up to date, while other processes that do the same wait.
async fn migrate(pool: &AnyPool, is_sqlite: bool, migrator: &Migrator) -> Result<(), StoreError> {
    if is_sqlite {
        // Processes that open a new file at the same time get into each other's way. Each further run finds what the
        // others have done meanwhile.
        let mut runs_left = migrator.iter().count();
        while let Err(error) = migrator.run(pool).await {
            if runs_left == 0 {
                return Err(error.into());
            }
            runs_left -= 1;
        }
        return Ok(());
    }
    // The lock ends with the transaction, whatever comes of it. sqlx's own lock belongs to a connection: it stays when a
    // migration fails, and behind a pooler that lends connections for a transaction it is taken on one connection and
    // given back on another. All later starts would wait for ever.
    let mut transaction = pool.begin().await?;
    transaction.execute(MIGRATION_LOCK).await?;
    migrator.run(&mut *transaction).await.map_err(|error| match error {
        MigrateError::Execute(cause) if is_of_a_pooler(&cause) => StoreError::Pooler(cause),
        error => error.into(),
    })?;
    transaction.commit().await?;
    Ok(())
}

fn migrator(migrations: &[(i64, &'static str, &'static str)]) -> Migrator {
    let migrations = migrations.iter().map(|(version, description, sql)| {
        Migration::new(*version, (*description).into(), MigrationType::Simple, sql.into_sql_str(), false)
    });
    let mut migrator = Migrator::with_migrations(migrations.collect());
    migrator.set_locking(false);
    migrator
}

fn sqlite_url(file: &Path) -> String {
    const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-').remove(b'_');
    format!("sqlite://{}?mode=rwc", utf8_percent_encode(&file.to_string_lossy(), PATH))
}
