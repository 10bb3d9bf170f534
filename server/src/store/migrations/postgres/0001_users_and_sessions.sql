-- What the database belongs to; see store/binding.rs.
CREATE TABLE bindings (
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (name, value)
);

CREATE TABLE users (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    appid TEXT NOT NULL,
    openid TEXT NOT NULL,
    unionid TEXT,
    session_key TEXT NOT NULL,
    nick_name TEXT NOT NULL,
    avatar_url TEXT NOT NULL,
    gender BIGINT NOT NULL DEFAULT 0,
    language TEXT NOT NULL DEFAULT '',
    city TEXT NOT NULL DEFAULT '',
    province TEXT NOT NULL DEFAULT '',
    country TEXT NOT NULL DEFAULT '',
    phone_number TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (appid, openid)
);

-- expires_at moves with use where sessions expire by rest; ends_at does not.
CREATE TABLE sessions (
    skey_hash BYTEA PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_end ON sessions (expires_at);

-- Whose picture a file is; files are named by their path below the folder of avatars.
CREATE TABLE avatars (
    name TEXT PRIMARY KEY,
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL
);
CREATE INDEX avatars_by_user ON avatars (user_id);

-- What lives for minutes needs no log of its changes: after a crash of the database it is empty, and clients ask anew.
CREATE UNLOGGED TABLE tunnel_offers (
    id_hash BYTEA PRIMARY KEY,
    session_id TEXT NOT NULL,
    user_id BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX tunnel_offers_by_end ON tunnel_offers (expires_at);

CREATE UNLOGGED TABLE codes_in_use (
    code_hash BYTEA PRIMARY KEY,
    expires_at BIGINT NOT NULL
);
CREATE INDEX codes_in_use_by_end ON codes_in_use (expires_at);

CREATE UNLOGGED TABLE login_rates (
    client TEXT NOT NULL,
    minute BIGINT NOT NULL,
    logins BIGINT NOT NULL,
    PRIMARY KEY (client, minute)
);
