//! What is encrypted at rest, and how its keys are replaced.

use crate::server::{TestServer, both_started_as};
use crate::wechat_api::{Api, SESSION_KEY};
use serde_json::json;
use wafer_session_server::commands::{self, Command, KeysCommand};
use wafer_session_server::config::Settings;

const NUMBER: &str = "13800000000";

fn key(digit: char) -> String {
    digit.to_string().repeat(64)
}

fn encrypted() -> (Api, TestServer) {
    both_started_as(Settings { data_keys: Some(key('a')), ..Settings::default() })
}

fn give_number(api: &Api, server: &TestServer, session: &crate::server::Session) {
    api.will_answer(json!({ "access_token": "token", "expires_in": 7200 }));
    api.will_answer(json!({ "errcode": 0, "phone_info": { "phoneNumber": NUMBER } }));
    let reply = server.post("/phone", &session.headers(), json!({ "code": "phone code" }));
    assert_eq!(reply.json()["data"]["phoneNumber"], NUMBER);
}

/// Whether a file of the stopped server's database holds `text`.
fn file_holds(server: &TestServer, text: &str) -> bool {
    let bytes = std::fs::read(server.database()).expect("the file");
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn the_file_holds_no_session_key_and_no_phone_number() {
    let (api, mut server) = encrypted();
    let session = server.log_in("anna");
    give_number(&api, &server, &session);
    assert_eq!(server.get("/user", &session.headers()).json()["data"]["phoneNumber"], NUMBER);
    server.stop();
    assert!(file_holds(&server, "o-anna"), "the user was searched for in the wrong place");
    assert!(!file_holds(&server, SESSION_KEY) && !file_holds(&server, NUMBER));
    server.start_again();
    assert_eq!(server.get("/user", &session.headers()).json()["data"]["phoneNumber"], NUMBER);
}

#[test]
fn a_key_is_replaced_without_anybody_noticing() {
    let (api, mut server) = encrypted();
    let session = server.log_in("anna");
    give_number(&api, &server, &session);

    server.restart_as(|settings| settings.data_keys = Some(format!("{},{}", key('b'), key('a'))));
    assert_eq!(server.get("/user", &session.headers()).json()["data"]["phoneNumber"], NUMBER);
    let rotated = server.block_on(commands::run(Command::Keys(KeysCommand::Rotate), server.settings()));
    assert_eq!(rotated.expect("it rotates"), "1\n");
    let again = server.block_on(commands::run(Command::Keys(KeysCommand::Rotate), server.settings()));
    assert_eq!(again.expect("it rotates"), "0\n");

    server.restart_as(|settings| settings.data_keys = Some(key('b')));
    assert_eq!(server.get("/user", &session.headers()).json()["data"]["phoneNumber"], NUMBER);
}

#[test]
fn without_the_key_a_session_lives_on_and_the_number_stays_secret() {
    let (api, mut server) = encrypted();
    let session = server.log_in("anna");
    give_number(&api, &server, &session);
    server.restart_as(|settings| settings.data_keys = Some(key('c')));
    let reply = server.get("/user", &session.headers());
    assert_eq!((reply.status, &reply.json()["error"]), (500, &json!("ERR_INTERNAL")));
    assert!(!reply.text().contains(NUMBER));
    assert_eq!(server.get("/auth/check", &session.headers()).status, 200);
}

#[test]
fn a_value_that_is_moved_to_another_user_cannot_be_read_there() {
    let (api, mut server) = encrypted();
    let (anna, bert) = (server.log_in("anna"), server.log_in("bert"));
    give_number(&api, &server, &anna);
    server.stop();
    let connection = rusqlite::Connection::open(server.database()).expect("the database");
    let moved = connection.execute(
        "UPDATE users SET phone_number = (SELECT phone_number FROM users WHERE openid = 'o-anna') WHERE openid = 'o-bert'",
        [],
    );
    assert_eq!(moved.expect("it is moved"), 1);
    drop(connection);
    server.start_again();
    assert_eq!(server.get("/user", &bert.headers()).status, 500);
}

#[cfg(unix)]
#[test]
fn nobody_but_the_owner_can_read_the_files() {
    use std::os::unix::fs::PermissionsExt;
    let (_api, server) = encrypted();
    server.log_in("anna");
    let mode = |path: &std::path::Path| std::fs::metadata(path).expect("a file").permissions().mode() & 0o777;
    for name in ["sessions.sqlite", "sessions.sqlite-wal", "sessions.sqlite-shm"] {
        assert_eq!(mode(&server.folder().join(name)), 0o600, "{name}");
    }
    assert_eq!(mode(&server.folder().join("avatars")), 0o700);
}
