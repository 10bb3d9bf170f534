-- The tables as servers before versioned migrations made them: a file of theirs is taken over as it is.
CREATE TABLE IF NOT EXISTS users (
    id INTEGER PRIMARY KEY,
    openid TEXT NOT NULL UNIQUE,
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
    updated_at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS sessions (
    id TEXT PRIMARY KEY,
    skey_hash BLOB NOT NULL UNIQUE,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
);
-- Those servers kept what their simulated WeChat knew beside the users.
CREATE TABLE IF NOT EXISTS simulator_users (
    appid TEXT NOT NULL,
    name TEXT NOT NULL,
    session_key TEXT NOT NULL,
    valid INTEGER NOT NULL,
    PRIMARY KEY (appid, name)
);
CREATE TABLE IF NOT EXISTS simulator_codes (
    code TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    appid TEXT NOT NULL,
    name TEXT NOT NULL,
    issued_at INTEGER NOT NULL,
    used INTEGER NOT NULL DEFAULT 0
);
