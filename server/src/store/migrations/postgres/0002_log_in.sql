-- A login in one round trip, all or nothing: the user is registered or brought up to date, older sessions end if there is
-- to be one, and the new one is issued. Each statement sees what was committed before it: of two logins of a user at the
-- same time, the second waits at the first statement, and ends the session of the first at the second.
CREATE FUNCTION log_in(
    of_appid TEXT, of_openid TEXT, of_unionid TEXT, new_session_key TEXT,
    default_nick_name TEXT, default_avatar_url TEXT, now_ms BIGINT,
    -- NULL: no profile came along.
    new_nick_name TEXT, new_avatar_url TEXT, new_gender BIGINT,
    new_language TEXT, new_city TEXT, new_province TEXT, new_country TEXT,
    ends_older BOOLEAN, new_skey_hash BYTEA, new_session_id TEXT, new_expires_at BIGINT, new_ends_at BIGINT
) RETURNS SETOF users LANGUAGE plpgsql AS $$
DECLARE
    registered users;
BEGIN
    INSERT INTO users AS known (
        appid, openid, unionid, session_key, nick_name, avatar_url, gender, language, city, province, country,
        created_at, updated_at
    ) VALUES (
        of_appid, of_openid, of_unionid, new_session_key,
        COALESCE(new_nick_name, default_nick_name), COALESCE(new_avatar_url, default_avatar_url),
        COALESCE(new_gender, 0), COALESCE(new_language, ''), COALESCE(new_city, ''), COALESCE(new_province, ''),
        COALESCE(new_country, ''), now_ms, now_ms
    )
    ON CONFLICT (appid, openid) DO UPDATE SET
        session_key = excluded.session_key,
        unionid = COALESCE(excluded.unionid, known.unionid),
        nick_name = COALESCE(new_nick_name, known.nick_name),
        avatar_url = COALESCE(new_avatar_url, known.avatar_url),
        gender = COALESCE(new_gender, known.gender),
        language = COALESCE(new_language, known.language),
        city = COALESCE(new_city, known.city),
        province = COALESCE(new_province, known.province),
        country = COALESCE(new_country, known.country),
        updated_at = CASE WHEN new_nick_name IS NULL THEN known.updated_at ELSE now_ms END
    RETURNING known.* INTO registered;
    IF ends_older THEN
        DELETE FROM sessions WHERE user_id = registered.id;
    END IF;
    INSERT INTO sessions (skey_hash, id, user_id, created_at, expires_at, ends_at)
    VALUES (new_skey_hash, new_session_id, registered.id, now_ms, new_expires_at, new_ends_at);
    RETURN NEXT registered;
END
$$;
