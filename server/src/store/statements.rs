//! All SQL, in the words that SQLite and PostgreSQL share.

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
        /// Each of them, to be checked against the tables at the start.
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
        "UPDATE users SET nick_name = $2, avatar_url = $3, gender = $4, language = $5, city = $6, province = $7, \
         country = $8, updated_at = $9 WHERE id = $1";
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

/// What deletes rows that are over: `$1` is now, `$2` how many at most.
pub const SWEEPS: [&str; 4] = [SWEEP_SESSIONS, SWEEP_OFFERS, SWEEP_CODES, SWEEP_LOGIN_RATES];
