//! All SQL, in the dialect that SQLite and PostgreSQL share.

/// Columns of a user, in the order in which [`super::users`] reads them.
macro_rules! user_columns {
    () => {
        "users.id, users.appid, users.openid, users.unionid, users.session_key, users.nick_name, users.avatar_url, \
         users.gender, users.language, users.city, users.province, users.country, users.phone_number"
    };
}

macro_rules! statements {
    ($($name:ident = $sql:expr;)*) => {
        $(pub const $name: &str = $sql;)*
        /// All statements. They are checked against the tables when the server starts.
        pub const ALL: &[&str] = &[$($name),*];
    };
}

statements! {
    PING = "SELECT 1";

    BINDINGS = "SELECT name, value FROM bindings";
    BIND = "INSERT INTO bindings (name, value) VALUES ($1, $2) ON CONFLICT (name, value) DO NOTHING";
    ADOPT_USERS = "UPDATE users SET appid = $1 WHERE appid = ''";

    REGISTER_USER = concat!(
        "INSERT INTO users (appid, openid, unionid, session_key, nick_name, avatar_url, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7) \
         ON CONFLICT (appid, openid) DO UPDATE SET session_key = excluded.session_key, \
         unionid = COALESCE(excluded.unionid, users.unionid) \
         RETURNING ", user_columns!()
    );
    USER = concat!("SELECT ", user_columns!(), " FROM users WHERE id = $1");
    USERS_BY_NAME = "SELECT id FROM users WHERE openid = $1 OR CAST(id AS TEXT) = $1 ORDER BY id";
    USERS = concat!(
        "SELECT ", user_columns!(), ", \
         (SELECT COUNT(*) FROM sessions WHERE sessions.user_id = users.id AND sessions.expires_at > $1) \
         FROM users WHERE users.id > $2 ORDER BY users.id LIMIT $3"
    );
    UPDATE_INFO =
        "UPDATE users SET nick_name = $1, avatar_url = $2, gender = $3, language = $4, city = $5, province = $6, \
         country = $7, updated_at = $8 WHERE id = $9";
    UPDATE_PROFILE =
        "UPDATE users SET nick_name = COALESCE($2, nick_name), avatar_url = COALESCE($3, avatar_url), \
         updated_at = $4 WHERE id = $1";
    UPDATE_PHONE_NUMBER = "UPDATE users SET phone_number = $2, updated_at = $3 WHERE id = $1";
    RESEAL_USER =
        "UPDATE users SET session_key = $2, phone_number = $3 \
         WHERE id = $1 AND session_key = $4 AND COALESCE(phone_number, '') = COALESCE($5, '')";
    DELETE_USER = "DELETE FROM users WHERE id = $1";

    ADD_AVATAR = "INSERT INTO avatars (name, user_id, created_at) VALUES ($1, $2, $3)";
    AVATARS_OF_USER = "SELECT name FROM avatars WHERE user_id = $1";
    OWN_AVATAR = "SELECT COUNT(*) FROM avatars WHERE user_id = $1 AND name = $2";
    KNOWN_AVATAR = "SELECT COUNT(*) FROM avatars WHERE name = $1";
    FORGET_OTHER_AVATARS = "DELETE FROM avatars WHERE user_id = $1 AND name <> $2";

    ISSUE_SESSION =
        "INSERT INTO sessions (skey_hash, id, user_id, created_at, expires_at, ends_at) \
         VALUES ($1, $2, $3, $4, $5, $6)";
    FIND_SESSION = concat!(
        "SELECT sessions.id, sessions.expires_at, sessions.ends_at, ", user_columns!(),
        " FROM sessions JOIN users ON users.id = sessions.user_id \
         WHERE sessions.skey_hash = $1 AND sessions.expires_at > $2"
    );
    SESSION_IS_LIVE = "SELECT COUNT(*) FROM sessions WHERE id = $1 AND expires_at > $2";
    TOUCH_SESSION = "UPDATE sessions SET expires_at = $2 WHERE id = $1 AND expires_at < $2";
    END_SESSION = "DELETE FROM sessions WHERE id = $1";
    END_SESSIONS_OF_USER = "DELETE FROM sessions WHERE user_id = $1";
    EXPIRE_ALL_SESSIONS = "UPDATE sessions SET expires_at = $1 WHERE expires_at > $1";
    EXPIRE_SESSIONS_OF_USER =
        "UPDATE sessions SET expires_at = $1 WHERE expires_at > $1 \
         AND user_id IN (SELECT id FROM users WHERE openid = $2)";

    ADD_OFFER = "INSERT INTO tunnel_offers (id_hash, session_id, user_id, expires_at) VALUES ($1, $2, $3, $4)";
    TAKE_OFFER = "DELETE FROM tunnel_offers WHERE id_hash = $1 RETURNING session_id, user_id, expires_at";

    CLAIM_CODE =
        "INSERT INTO codes_in_use (code_hash, expires_at) VALUES ($1, $2) ON CONFLICT (code_hash) DO NOTHING";
    RELEASE_CODE = "DELETE FROM codes_in_use WHERE code_hash = $1";
    COUNT_LOGIN =
        "INSERT INTO login_rates (client, minute, logins) VALUES ($1, $2, 1) \
         ON CONFLICT (client, minute) DO UPDATE SET logins = login_rates.logins + 1 RETURNING logins";

    SWEEP_SESSIONS =
        "DELETE FROM sessions WHERE skey_hash IN (SELECT skey_hash FROM sessions WHERE expires_at <= $1 LIMIT $2)";
    SWEEP_OFFERS =
        "DELETE FROM tunnel_offers WHERE id_hash IN (SELECT id_hash FROM tunnel_offers WHERE expires_at <= $1 LIMIT $2)";
    SWEEP_CODES =
        "DELETE FROM codes_in_use WHERE code_hash IN (SELECT code_hash FROM codes_in_use WHERE expires_at <= $1 LIMIT $2)";
    SWEEP_LOGIN_RATES =
        "DELETE FROM login_rates WHERE (client, minute) IN \
         (SELECT client, minute FROM login_rates WHERE minute < CAST($1 AS BIGINT) / 60000 - 1 LIMIT $2)";
}

/// A login in PostgreSQL: see migrations/postgres/0002_log_in.sql.
pub const LOG_IN: &str = concat!(
    "SELECT ",
    user_columns!(),
    " FROM log_in($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19) AS users"
);

/// Rows of a number and a parameter each.
macro_rules! numbered {
    ($number:literal $parameter:literal $(, $next:literal $its:literal)*) => {
        concat!("(", $number, ", CAST($", $parameter, " AS BYTEA))" $(, ", (", $next, ", CAST($", $its, " AS BYTEA))")*)
    };
}

/// The most sessions that [`FIND_SESSIONS`] looks up.
pub const FIND_SESSIONS_AT_MOST: usize = 16;

/// The live sessions with the hashes `$2` to `$17`, of which any may be NULL; `$1` is now. The first column is the place
/// of the hash, from 0 on. The form with LATERAL makes PostgreSQL look each hash up by the index, whatever number of rows
/// it expects. A list of fixed length has the same plan each time, so that PostgreSQL keeps it: to plan the statement
/// anew takes four times as long as to carry it out.
pub const FIND_SESSIONS: &str = concat!(
    "SELECT CAST(asked.number AS BIGINT), found.* FROM (VALUES ",
    numbered!(0 2, 1 3, 2 4, 3 5, 4 6, 5 7, 6 8, 7 9, 8 10, 9 11, 10 12, 11 13, 12 14, 13 15, 14 16, 15 17),
    ") AS asked(number, skey_hash) CROSS JOIN LATERAL ( \
     SELECT sessions.id AS session_id, sessions.expires_at, sessions.ends_at, ",
    user_columns!(),
    " FROM sessions JOIN users ON users.id = sessions.user_id \
     WHERE sessions.skey_hash = asked.skey_hash AND sessions.expires_at > $1 LIMIT 1) AS found"
);

/// Statements that only PostgreSQL knows.
pub const OF_POSTGRES: [&str; 2] = [LOG_IN, FIND_SESSIONS];

/// Statements that delete expired rows: `$1` is now, `$2` the most rows to delete.
pub const SWEEPS: [&str; 4] = [SWEEP_SESSIONS, SWEEP_OFFERS, SWEEP_CODES, SWEEP_LOGIN_RATES];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Location, Store, Vault};

    /// Statements that SQLite is asked directly, without sqlx.
    const BY_SQLITE: [&str; 6] =
        [FIND_SESSION, REGISTER_USER, UPDATE_INFO, USER, END_SESSIONS_OF_USER, ISSUE_SESSION];

    /// SQLite numbers parameters by where they first appear, whatever their names are.
    #[test]
    fn parameters_stand_in_their_order_where_sqlite_is_asked_directly() {
        let connection = rusqlite::Connection::open_in_memory().expect("a database");
        connection
            .execute_batch(include_str!("migrations/sqlite/0001_users_and_sessions.sql"))
            .expect("tables");
        connection.execute_batch(include_str!("migrations/sqlite/0002_several_apps.sql")).expect("tables");
        for statement in BY_SQLITE {
            let prepared = connection.prepare(statement).expect("a statement");
            for number in 1..=prepared.parameter_count() {
                assert_eq!(
                    prepared.parameter_name(number),
                    Some(format!("${number}").as_str()),
                    "{statement}"
                );
            }
        }
    }

    /// Statements that no client waits for: operators' commands, the start, and counts of the last minutes.
    const MAY_SCAN: [&str; 6] = [
        BINDINGS,
        ADOPT_USERS,
        USERS_BY_NAME,
        EXPIRE_ALL_SESSIONS,
        EXPIRE_SESSIONS_OF_USER,
        SWEEP_LOGIN_RATES,
    ];

    #[test]
    fn whatever_is_asked_while_clients_wait_is_found_by_an_index_however_many_sessions_there_are() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("s.sqlite");
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let store = runtime.block_on(Store::open(&Location::Sqlite(file.clone()), Vault::default(), 1));
        let store = store.expect("it opens");
        let connection = rusqlite::Connection::open(&file).expect("the database");
        for statement in ALL.iter().filter(|statement| !MAY_SCAN.contains(statement)) {
            let mut explain = connection.prepare(&format!("EXPLAIN QUERY PLAN {statement}")).expect("a plan");
            for number in 1..=explain.parameter_count() {
                explain.raw_bind_parameter(number, 1).expect("a value");
            }
            let mut rows = explain.raw_query();
            while let Some(row) = rows.next().expect("a row") {
                let step: String = row.get(3).expect("a step");
                assert!(!step.starts_with("SCAN") || step == "SCAN CONSTANT ROW", "{statement}: {step}");
            }
        }
        runtime.block_on(store.close());
    }
}
