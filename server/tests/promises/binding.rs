//! A database is bound to its apps, and to WeChat or a simulator.

use crate::server::{APPID, both_started};
use wafer_session_server::config::{AppCredentials, Settings};

#[test]
fn a_database_of_one_app_is_refused_to_another_and_survives_the_attempt() {
    let (_api, mut server) = both_started();
    let session = server.log_in("anna");
    let refusal = server.refusal_to_start_as(|settings| settings.appid = Some("wxanother".to_owned()));
    assert!(refusal.contains(APPID) && refusal.contains("换一个数据库"), "{refusal}");
    assert!(server.is_live(&session));
}

#[test]
fn further_apps_may_join() {
    let (_api, mut server) = both_started();
    let session = server.log_in("anna");
    server.restart_as(|settings| {
        settings.apps.push(AppCredentials { appid: "wx2".to_owned(), secret: "s".to_owned() });
    });
    assert!(server.is_live(&session));
    let refusal = server.refusal_to_start_as(|settings: &mut Settings| settings.apps.clear());
    assert!(refusal.contains("wx2"), "{refusal}");
}

#[test]
fn a_database_of_simulated_users_is_refused() {
    let (_api, mut server) = both_started();
    server.log_in("anna");
    server.stop();
    let connection = rusqlite::Connection::open(server.database()).expect("the database");
    let changed = connection.execute("UPDATE bindings SET value = 'simulator' WHERE name = 'mode'", []);
    assert_eq!(changed.expect("it is changed"), 1);
    drop(connection);
    let refusal = server.try_again().expect_err("it must not start");
    assert!(refusal.contains("模拟的微信"), "{refusal}");
}

#[test]
fn a_file_of_the_server_before_is_taken_over_with_its_users_and_sessions() {
    let (_api, mut server) = both_started();
    server.stop();
    for name in ["", "-wal", "-shm"] {
        let file = format!("{}{name}", server.database().display());
        let _ = std::fs::remove_file(file);
    }
    let connection = rusqlite::Connection::open(server.database()).expect("a file");
    connection
        .execute_batch(&format!(
            "CREATE TABLE users (id INTEGER PRIMARY KEY, openid TEXT NOT NULL UNIQUE, session_key TEXT NOT NULL,
                 nick_name TEXT NOT NULL, avatar_url TEXT NOT NULL, gender INTEGER NOT NULL DEFAULT 0,
                 language TEXT NOT NULL DEFAULT '', city TEXT NOT NULL DEFAULT '', province TEXT NOT NULL DEFAULT '',
                 country TEXT NOT NULL DEFAULT '', phone_number TEXT, created_at INTEGER NOT NULL,
                 updated_at INTEGER NOT NULL);
             CREATE TABLE sessions (id TEXT PRIMARY KEY, skey_hash BLOB NOT NULL UNIQUE,
                 user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE, created_at INTEGER NOT NULL,
                 expires_at INTEGER NOT NULL);
             INSERT INTO users (id, openid, session_key, nick_name, avatar_url, created_at, updated_at)
                 VALUES (7, 'o-anna', 'AAECAwQFBgcICQoLDA0ODw==', '安娜', '', 1, 1);
             INSERT INTO sessions VALUES ('the id', x'{}', 7, 1, {});",
            hex(&wafer_session_server::crypto::skey_hash("the skey")),
            server.clock.now_ms() + 1000
        ))
        .expect("the tables");
    drop(connection);
    server.start_again();
    let reply = server.get("/user", &[("X-WX-Id", "the id"), ("X-WX-Skey", "the skey")]);
    assert_eq!(reply.json()["data"]["userInfo"]["nickName"], "安娜");
    server.log_in("anna");
    let users: i64 = rusqlite::Connection::open(server.database())
        .expect("the database")
        .query_row("SELECT COUNT(*) FROM users", [], |row| row.get(0))
        .expect("a number");
    assert_eq!(users, 1, "who logs in again is the same user");
}

fn hex(bytes: &[u8]) -> String {
    wafer_session_server::crypto::hex(bytes)
}

#[test]
fn a_database_whose_tables_do_not_fit_is_noticed_at_the_start() {
    let (_api, mut server) = both_started();
    server.stop();
    let connection = rusqlite::Connection::open(server.database()).expect("the database");
    connection.execute_batch("ALTER TABLE users RENAME COLUMN unionid TO another").expect("it is changed");
    let refusal = server.try_again().expect_err("it does not start");
    assert!(refusal.contains("unionid"), "{refusal}");
}
