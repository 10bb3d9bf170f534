//! The simulated WeChat keeps the rules of the real one.

use crate::server::{APPID, TestServer, session_of};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use wafer_session_server::crypto;

#[test]
fn nobody_has_user_data_before_their_first_code() {
    let server = TestServer::start();
    assert_eq!(server.dev("check-session", json!({})), json!({ "valid": false }));
    let reply = server.post("/dev/encrypted-data", &[], json!({}));
    assert_eq!(reply.status, 409);
    assert_eq!(reply.json()["error"], "ERR_NO_SESSION_KEY");
}

#[test]
fn a_code_makes_the_session_key_valid_until_wechat_drops_it() {
    let server = TestServer::start();
    server.code("demo");
    assert_eq!(server.dev("check-session", json!({})), json!({ "valid": true }));
    server.dev("expire-session-key", json!({}));
    assert_eq!(server.dev("check-session", json!({})), json!({ "valid": false }));
    assert_eq!(server.dev("check-session", json!({ "user": "another" })), json!({ "valid": false }));
    server.code("demo");
    assert_eq!(server.dev("check-session", json!({})), json!({ "valid": true }));
}

#[test]
fn a_dropped_session_key_leaves_the_servers_session_alone_and_makes_data_unreadable() {
    let server = TestServer::start();
    let session = server.log_in("demo");
    server.dev("expire-session-key", json!({}));
    assert!(server.get("/user", &session.headers()).json()["data"].is_object());
    let data = server.user_data(json!({}));
    server
        .get("/user", &crate::server::both(&session.headers(), &data.headers()))
        .assert_session_refusal("ERR_IN_DECRYPT_DATA");
}

#[test]
fn user_data_is_signed_and_encrypted_under_the_key_of_the_last_code() {
    let server = TestServer::start();
    server.log_in("demo");
    let session_key: String = rusqlite::Connection::open(server.database())
        .expect("the database")
        .query_row("SELECT session_key FROM users", [], |row| row.get(0))
        .expect("a user");
    assert_eq!(STANDARD.decode(&session_key).expect("base64").len(), 16);

    let answer = server.dev("encrypted-data", json!({ "userInfo": { "nickName": "小明" } }));
    let text = |name: &str| answer[name].as_str().expect("text").to_owned();
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&text("rawData")).expect("JSON"),
        answer["userInfo"]
    );
    assert_eq!(text("signature"), crypto::signature(&text("rawData"), &session_key));

    let plain = crypto::decrypt(&session_key, &text("iv"), &text("encryptedData")).expect("it decrypts");
    let plain: serde_json::Value = serde_json::from_slice(&plain).expect("JSON");
    assert_eq!(plain["nickName"], "小明");
    assert_eq!(plain["watermark"], json!({ "appid": APPID, "timestamp": server.clock.now_ms() / 1000 }));
    let openid = plain["openId"].as_str().expect("an openid");
    assert!(openid.starts_with('o') && openid.len() == 28, "{openid}");
}

#[test]
fn each_code_rotates_the_session_key() {
    let server = TestServer::start();
    let key = || -> String {
        session_of(&server.login_with(&server.code("demo")));
        rusqlite::Connection::open(server.database())
            .expect("the database")
            .query_row("SELECT session_key FROM users", [], |row| row.get(0))
            .expect("a user")
    };
    assert_ne!(key(), key());
}

#[test]
fn a_tourist_in_devtools_is_the_demo_user_as_often_as_they_like() {
    let server = TestServer::start();
    for _ in 0..2 {
        let session = session_of(&server.login_with("the code is a mock one"));
        assert!(server.get("/user", &session.headers()).json()["data"].is_object());
        assert_eq!(server.dev("check-session", json!({})), json!({ "valid": true }));
    }
    server.log_in("demo");
    assert_eq!(server.users().len(), 1, "the tourist is nobody else");
}

#[test]
fn controls_refuse_what_they_do_not_understand() {
    let server = TestServer::start();
    for (path, body) in [
        ("/dev/code", json!({ "user": "" })),
        ("/dev/code", json!({ "user": "u".repeat(65) })),
        ("/dev/code", json!({ "usr": "demo" })),
        ("/dev/fault", json!({ "path": "/user", "kind": "explode" })),
        ("/dev/fault", json!({ "kind": "delay" })),
        ("/dev/invalid-always", json!({})),
        ("/dev/advance-clock", json!({ "ms": -1 })),
        ("/dev/tunnel", json!({ "action": "dance" })),
    ] {
        let reply = server.post(path, &[], body.clone());
        assert_eq!(reply.status, 400, "{path} {body}");
        assert_eq!(reply.json()["error"], "ERR_INVALID_REQUEST");
    }
}

#[test]
fn a_test_can_move_the_clock_over_http() {
    let server = TestServer::start();
    let before = server.clock.now_ms();
    assert_eq!(server.dev("advance-clock", json!({ "ms": 5000 })), json!({ "now": before + 5000 }));
}

#[test]
fn no_page_from_elsewhere_gets_at_the_controls() {
    let server = TestServer::start();
    let own = server.address().to_string();
    let json = ("Content-Type", "application/json");
    let own_origin = format!("http://{own}");
    for (headers, status) in [
        (vec![json], 200),
        (vec![json, ("Origin", own_origin.as_str())], 200),
        (vec![json, ("Origin", "http://localhost:3000")], 200),
        (vec![json, ("Origin", "https://evil.example")], 403),
        (vec![json, ("Origin", "null")], 403),
        (vec![json, ("Host", "evil.example")], 403),
        (vec![json, ("Host", "127.0.0.1.evil.example")], 403),
        (vec![], 415),
        (vec![("Content-Type", "text/plain")], 415),
        (vec![("Content-Type", "application/x-www-form-urlencoded")], 415),
    ] {
        let reply = server.send("POST", "/dev/code", &headers, b"{}");
        assert_eq!(reply.status, status, "{headers:?}: {}", reply.text());
    }
    for headers in [("Host", "evil.example"), ("Origin", "https://evil.example")] {
        let reply = server.get("/dev/users", &[headers]);
        assert_eq!((reply.status, &reply.json()["error"]), (403, &json!("ERR_DEV_REFUSED")));
    }
}
