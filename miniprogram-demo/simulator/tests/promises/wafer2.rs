//! The bodies of wafer2, where the skey alone is the session.

use crate::server::{MINUTE_MS, Setup, TestServer, both};
use serde_json::json;
use wafer_session_server::http::state::LoginMode;
use wafer_session_server::protocol::Protocol;

fn wafer2() -> TestServer {
    TestServer::start_as(Setup { protocol: Protocol::Wafer2, ..Setup::default() })
}

fn log_in(server: &TestServer) -> String {
    let body = server.login_with(&server.code("demo")).json();
    body["data"]["skey"].as_str().unwrap_or_else(|| panic!("no skey: {body}")).to_owned()
}

#[test]
fn a_login_answers_user_skey_and_time() {
    let server = wafer2();
    let body = server.login_with(&server.code("demo")).json();
    assert_eq!(body["code"], 0);
    assert_eq!(body["data"]["userinfo"]["nickName"], "微信用户");
    assert_eq!(body["data"]["time"], server.clock.now_ms() / 1000);
    assert_eq!(body["data"]["skey"].as_str().expect("an skey").len(), 64);
}

#[test]
fn a_failed_login_says_so_without_touching_sessions() {
    let server = wafer2();
    let skey = log_in(&server);
    let reply = server.login_with("invented");
    assert_eq!((reply.status, &reply.json()["code"]), (200, &json!(-1)));
    assert_eq!(reply.json()["error"], "ERR_LOGIN_FAILED");
    assert!(reply.json()["message"].as_str().expect("a message").contains("40029"));
    assert_eq!(server.get("/user", &[("X-WX-Skey", &skey)]).json()["code"], 0);
}

#[test]
fn the_skey_alone_is_the_session_and_lives_two_hours() {
    let server = wafer2();
    let skey = log_in(&server);
    server.clock.advance(120 * MINUTE_MS - 1);
    let body = server.get("/user", &[("X-WX-Skey", &skey)]).json();
    assert_eq!(body["code"], 0);
    assert_eq!(body["data"]["userInfo"]["nickName"], "微信用户");
    server.clock.advance(1);
    let reply = server.get("/user", &[("X-WX-Skey", &skey)]);
    assert_eq!(reply.status, 200);
    assert_eq!(reply.json(), json!({ "code": -1, "error": "ERR_SKEY_INVALID" }));
}

#[test]
fn a_missing_or_unusable_skey_is_an_invalid_one() {
    let server = wafer2();
    for headers in [vec![], vec![("X-WX-Skey", "")], vec![("X-WX-Skey", "wrong"), ("X-WX-Id", "1")]] {
        let body = server.get("/user", &headers).json();
        assert_eq!(body, json!({ "code": -1, "error": "ERR_SKEY_INVALID" }));
    }
}

#[test]
fn other_failures_are_minus_one_with_another_name() {
    let server = wafer2();
    let skey = log_in(&server);
    let session = [("X-WX-Skey", skey.as_str())];
    for (reply, error) in [
        (server.get("/user", &both(&session, &[("X-WX-IV", "AAAA")])), "ERR_IN_DECRYPT_DATA"),
        (server.post("/profile", &session, json!({ "nickName": "" })), "ERR_INVALID_REQUEST"),
        (server.get("/nowhere", &[]), "ERR_NOT_FOUND"),
    ] {
        assert_eq!((&reply.json()["code"], &reply.json()["error"]), (&json!(-1), &json!(error)));
    }
}

#[test]
fn user_data_and_tunnel_answer_in_wafer2s_shape() {
    let server = wafer2();
    let skey = log_in(&server);
    let data = server.user_data(json!({ "userInfo": { "nickName": "小明" } }));
    let body = server.get("/user", &both(&[("X-WX-Skey", &skey)], &data.headers())).json();
    assert_eq!((&body["code"], &body["data"]["userInfo"]["nickName"]), (&json!(0), &json!("小明")));
    let tunnel = server.get("/tunnel", &[("X-WX-Skey", &skey)]).json();
    let id = tunnel["data"]["tunnelId"].as_str().expect("an id");
    assert_eq!(tunnel["data"]["connectUrl"], format!("ws://{}/tunnel/{id}", server.address()));
}

#[test]
fn a_classic_server_answers_the_user_too() {
    let server = TestServer::start_as(Setup {
        protocol: Protocol::Wafer2,
        login_mode: LoginMode::CodeAndUserInfo,
        ..Setup::default()
    });
    let code = server.code("demo");
    let data = server.user_data(json!({ "userInfo": { "nickName": "小明" } }));
    let body = server.get("/login", &both(&[("X-WX-Code", &code)], &data.headers())).json();
    assert_eq!(body["data"]["userinfo"]["nickName"], "小明");
    assert_eq!(server.login_with(&server.code("demo")).json()["code"], -1);
}

#[test]
fn a_development_server_speaks_to_either_family_under_its_prefix() {
    let server = TestServer::start();
    let code = server.code("demo");
    let body = server.get("/wafer2/login", &[("X-WX-Code", &code)]).json();
    let skey = body["data"]["skey"].as_str().unwrap_or_else(|| panic!("no skey: {body}")).to_owned();
    assert_eq!(server.get("/wafer2/user", &[("X-WX-Skey", &skey)]).json()["code"], 0);
    let later = server.log_in("demo");
    let refused = server.get("/wafer2/user", &[("X-WX-Skey", &skey)]).json();
    assert_eq!(refused["error"], "ERR_SKEY_INVALID", "a login through the other family ends the session");
    assert!(server.get("/wafer/user", &later.headers()).json()["data"]["userInfo"].is_object());
    server.get("/wafer/user", &[]).assert_session_refusal("ERR_CHECK_LOGIN_FAILED");
    let paths: Vec<_> = server.records()["entries"]
        .as_array()
        .expect("entries")
        .iter()
        .map(|entry| entry["path"].as_str().expect("a path").to_owned())
        .collect();
    assert_eq!(paths, ["/login", "/user", "/login", "/user", "/user", "/user"]);
}
