//! A code becomes a session.

use crate::server::{MAGIC, MINUTE_MS, Setup, TestServer, both, session_of};
use serde_json::json;
use std::collections::HashSet;
use wafer_session_server::http::state::LoginMode;
use wafer_session_server::store::SessionsPerUser;

#[test]
fn a_code_becomes_a_session_of_a_user_with_default_name_and_avatar() {
    let server = TestServer::start();
    let reply = server.login_with(&server.code("demo"));
    let body = reply.json();
    assert_eq!(reply.status, 200);
    assert_eq!(reply.content_type, "application/json; charset=utf-8");
    assert_eq!(body[MAGIC], 1);
    assert_eq!(body["session"]["userInfo"]["nickName"], "微信用户");

    let avatar = body["session"]["userInfo"]["avatarUrl"].as_str().expect("an avatar");
    let path = avatar.strip_prefix(&server.url("")).expect("the avatar is on this server");
    let picture = server.get(path, &[]);
    assert_eq!((picture.status, picture.content_type.as_str()), (200, "image/svg+xml"));
}

#[test]
fn an_skey_has_256_random_bits() {
    let server = TestServer::start();
    let skeys: HashSet<String> = (0..20).map(|_| server.log_in("demo").skey).collect();
    assert_eq!(skeys.len(), 20);
    for skey in skeys {
        assert_eq!(skey.len(), 64);
        assert!(skey.bytes().all(|byte| byte.is_ascii_hexdigit()), "{skey}");
    }
}

#[test]
fn a_user_is_registered_once_however_often_they_log_in() {
    let server = TestServer::start();
    for _ in 0..3 {
        server.log_in("demo");
    }
    server.log_in("another");
    let users = server.users();
    assert_eq!(users.len(), 2);
    assert_ne!(users[0]["openid"], users[1]["openid"]);
}

#[test]
fn login_works_by_get_and_by_post() {
    let server = TestServer::start();
    for method in ["GET", "POST"] {
        let reply = server.send(method, "/login", &[("X-WX-Code", &server.code("demo"))], b"");
        session_of(&reply);
    }
}

#[test]
fn a_code_works_once() {
    let server = TestServer::start();
    let code = server.code("demo");
    session_of(&server.login_with(&code));
    let message = server.login_with(&code).assert_session_refusal("ERR_LOGIN_FAILED");
    assert!(message.contains("40163"), "{message}");
}

#[test]
fn an_invented_code_is_refused() {
    let server = TestServer::start();
    let message = server.login_with("invented").assert_session_refusal("ERR_LOGIN_FAILED");
    assert!(message.contains("40029"), "{message}");
    assert!(server.users().is_empty());
}

#[test]
fn a_code_dies_after_five_minutes() {
    let server = TestServer::start();
    let (young, old) = (server.code("young"), server.code("old"));
    server.clock.advance(5 * MINUTE_MS - 1);
    session_of(&server.login_with(&young));
    server.clock.advance(1);
    let message = server.login_with(&old).assert_session_refusal("ERR_LOGIN_FAILED");
    assert!(message.contains("40029"), "{message}");
}

#[test]
fn a_code_of_another_app_is_refused() {
    let server = TestServer::start();
    let answer = server.dev("code", json!({ "appid": "wxffffffffffffffff" }));
    let message = server
        .login_with(answer["code"].as_str().expect("a code"))
        .assert_session_refusal("ERR_LOGIN_FAILED");
    assert!(message.contains("40029"), "{message}");
}

#[test]
fn a_phone_code_is_no_login_code() {
    let server = TestServer::start();
    server.log_in("demo");
    let code = server.dev("phone-code", json!({}))["code"].as_str().expect("a code").to_owned();
    server.login_with(&code).assert_session_refusal("ERR_LOGIN_FAILED");
}

#[test]
fn a_login_without_a_code_says_what_is_missing() {
    let server = TestServer::start();
    for headers in [vec![], vec![("X-WX-Code", "")]] {
        let message = server.get("/login", &headers).assert_session_refusal("ERR_LOGIN_FAILED");
        assert!(message.contains("X-WX-Code"), "{message}");
    }
    assert_eq!(server.records()["jscode2session"], 0);
}

#[test]
fn user_data_that_comes_with_a_login_is_stored() {
    let server = TestServer::start();
    let code = server.code("demo");
    let data = server.user_data(json!({ "userInfo": { "nickName": "小明", "city": "广州" } }));
    let reply = server.get("/login", &both(&[("X-WX-Code", &code)], &data.headers()));
    session_of(&reply);
    assert_eq!(reply.json()["session"]["userInfo"]["nickName"], "小明");
    assert_eq!(reply.json()["session"]["userInfo"]["city"], "广州");
    assert_eq!(server.users()[0]["nickName"], "小明");
}

#[test]
fn user_data_from_before_the_code_fails_the_login_and_ends_no_session() {
    let server = TestServer::start();
    let session = server.log_in("demo");
    let data = server.user_data(json!({}));
    let code = server.code("demo");
    let message = server
        .get("/login", &both(&[("X-WX-Code", &code)], &data.headers()))
        .assert_session_refusal("ERR_LOGIN_FAILED");
    assert!(message.contains("session_key"), "{message}");
    assert_eq!(server.get("/user", &session.headers()).json()["data"]["userInfo"]["nickName"], "微信用户");
}

#[test]
fn user_data_of_another_app_fails_the_login() {
    let server = TestServer::start();
    let code = server.code("demo");
    let data = server.user_data(json!({ "appid": "wxffffffffffffffff" }));
    let message = server
        .get("/login", &both(&[("X-WX-Code", &code)], &data.headers()))
        .assert_session_refusal("ERR_LOGIN_FAILED");
    assert!(message.contains("watermark.appid"), "{message}");
}

#[test]
fn a_classic_server_insists_on_all_three_headers_and_leaves_the_user_to_the_client() {
    let server = TestServer::start_as(Setup { login_mode: LoginMode::CodeAndUserInfo, ..Setup::default() });
    let message = server.login_with(&server.code("demo")).assert_session_refusal("ERR_LOGIN_FAILED");
    assert!(message.contains("X-WX-Encrypted-Data"), "{message}");

    let code = server.code("demo");
    let data = server.user_data(json!({ "userInfo": { "nickName": "小明" } }));
    let reply = server.get("/login", &both(&[("X-WX-Code", &code)], &data.headers()));
    session_of(&reply);
    assert!(reply.json()["session"].get("userInfo").is_none());
    assert_eq!(server.users()[0]["nickName"], "小明");
}

#[test]
fn half_of_the_user_data_is_an_error_that_names_the_other_half() {
    let server = TestServer::start();
    for (given, missing) in [("X-WX-Encrypted-Data", "X-WX-IV"), ("X-WX-IV", "X-WX-Encrypted-Data")] {
        let code = server.code("demo");
        let message = server
            .get("/login", &[("X-WX-Code", &code), (given, "AAAA")])
            .assert_session_refusal("ERR_LOGIN_FAILED");
        assert!(message.contains(missing), "{message}");
    }
}

#[test]
fn session_headers_on_a_login_are_recorded_and_change_nothing() {
    let server = TestServer::start();
    let session = server.log_in("demo");
    let code = server.code("another");
    let reply = server.get("/login", &both(&[("X-WX-Code", &code)], &session.headers()));
    assert_ne!(session_of(&reply), session);
    let logins = &server.records()["logins"];
    assert_eq!(logins["withSessionHeaders"], 1);
    assert_eq!(logins["attempted"], 2);
    assert_eq!(logins["succeeded"], 2);
}

#[test]
fn a_hundred_logins_at_once_all_succeed() {
    let server = TestServer::start_as(Setup { sessions_per_user: SessionsPerUser::Many, ..Setup::default() });
    let codes: Vec<String> = (0..100).map(|number| server.code(&format!("user{}", number % 10))).collect();
    let sessions: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> =
            codes.iter().map(|code| scope.spawn(|| session_of(&server.login_with(code)))).collect();
        threads.into_iter().map(|thread| thread.join().expect("a login")).collect()
    });
    assert_eq!(server.users().len(), 10);
    for session in &sessions {
        assert!(server.get("/user", &session.headers()).json()["data"].is_object());
    }
}
