-- What the database belongs to; see store/binding.rs. A file whose users came from a simulated WeChat stays one.
CREATE TABLE bindings (
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (name, value)
) WITHOUT ROWID;
INSERT INTO bindings SELECT 'mode', 'simulator' WHERE EXISTS (SELECT 1 FROM simulator_users);
DROP TABLE simulator_users;
DROP TABLE simulator_codes;

-- An empty appid is that of the app which the server is first started for.
ALTER TABLE users RENAME TO users_before;
CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    appid TEXT NOT NULL,
    openid TEXT NOT NULL,
    unionid TEXT,
    session_key TEXT NOT NULL,
    nick_name TEXT NOT NULL,
    avatar_url TEXT NOT NULL,
    gender INTEGER NOT NULL DEFAULT 0,
    language TEXT NOT NULL DEFAULT '',
    city TEXT NOT NULL DEFAULT '',
    province TEXT NOT NULL DEFAULT '',
    country TEXT NOT NULL DEFAULT '',
    phone_number TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (appid, openid)
);
INSERT INTO users
    SELECT id, '', openid, NULL, session_key, nick_name, avatar_url, gender, language, city, province, country,
        phone_number, created_at, updated_at
    FROM users_before;

-- expires_at moves with use where sessions expire by rest; ends_at does not.
ALTER TABLE sessions RENAME TO sessions_before;
CREATE TABLE sessions (
    skey_hash BLOB NOT NULL PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO sessions SELECT skey_hash, id, user_id, created_at, expires_at, expires_at FROM sessions_before;
DROP TABLE sessions_before;
DROP TABLE users_before;
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_end ON sessions (expires_at);

-- Whose picture a file is; files are named by their path below the folder of avatars.
CREATE TABLE avatars (
    name TEXT NOT NULL PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO avatars
    SELECT substr(avatar_url, 10), min(id), 0 FROM users
    WHERE avatar_url LIKE '/avatars/________________________________.%' GROUP BY avatar_url;
CREATE INDEX avatars_by_user ON avatars (user_id);

CREATE TABLE tunnel_offers (
    id_hash BLOB NOT NULL PRIMARY KEY,
    session_id TEXT NOT NULL,
    user_id INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX tunnel_offers_by_end ON tunnel_offers (expires_at);

CREATE TABLE codes_in_use (
    code_hash BLOB NOT NULL PRIMARY KEY,
    expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX codes_in_use_by_end ON codes_in_use (expires_at);

CREATE TABLE login_rates (
    client TEXT NOT NULL,
    minute INTEGER NOT NULL,
    logins INTEGER NOT NULL,
    PRIMARY KEY (client, minute)
) WITHOUT ROWID;
