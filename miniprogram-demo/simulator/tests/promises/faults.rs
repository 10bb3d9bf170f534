//! A fault strikes the requests that it was asked for, and no others.

use crate::server::{TestServer, session_of};
use serde_json::json;

#[test]
fn a_fault_strikes_its_path_as_often_as_asked() {
    let server = TestServer::start();
    let session = server.log_in("demo");
    server.dev("fault", json!({ "path": "/user", "kind": "status500", "count": 2 }));
    let health = server.get("/health", &[]);
    assert_eq!((health.status, health.json()), (200, json!({ "status": "ok" })));
    let statuses: Vec<u16> = (0..3).map(|_| server.get("/user", &session.headers()).status).collect();
    assert_eq!(statuses, [500, 500, 200]);
}

#[test]
fn a_page_comes_instead_of_an_answer() {
    let server = TestServer::start();
    server.dev("fault", json!({ "path": "/login", "kind": "html" }));
    let code = server.code("demo");
    let reply = server.login_with(&code);
    assert_eq!((reply.status, reply.content_type.as_str()), (200, "text/html; charset=utf-8"));
    assert!(reply.text().starts_with("<!doctype html>"));
    session_of(&server.login_with(&code));
}

#[test]
fn a_cut_connection_answers_nothing_and_serves_nothing() {
    let server = TestServer::start();
    let code = server.code("demo");
    server.dev("fault", json!({ "path": "/login", "kind": "cut" }));
    let failure = server.try_send("POST", "/login", &[("X-WX-Code", &code)], b"");
    assert!(failure.is_err(), "{failure:?}");
    assert_eq!(server.records()["logins"]["succeeded"], 0);
    session_of(&server.login_with(&code));
}

#[test]
fn a_cut_answer_was_served_and_is_lost() {
    let server = TestServer::start();
    let code = server.code("demo");
    server.dev("fault", json!({ "path": "/login", "kind": "cut-answer" }));
    let failure = server.try_send("POST", "/login", &[("X-WX-Code", &code)], b"");
    assert!(failure.is_err(), "{failure:?}");
    let records = server.records();
    assert_eq!(records["logins"]["succeeded"], 1);
    assert_eq!(records["entries"][0]["fault"], "cut-answer");
    server.login_with(&code).assert_session_refusal("ERR_LOGIN_FAILED");
}

#[test]
fn a_delayed_request_is_served_in_the_end() {
    let server = TestServer::start();
    server.dev("fault", json!({ "path": "/login", "kind": "delay", "delay_ms": 20 }));
    session_of(&server.login_with(&server.code("demo")));
    assert_eq!(server.records()["entries"][0]["fault"], "delay");
}

#[test]
fn faults_strike_in_the_order_in_which_they_were_asked_for() {
    let server = TestServer::start();
    server.dev("fault", json!({ "path": "/user", "kind": "html" }));
    server.dev("fault", json!({ "path": "*", "kind": "status500" }));
    assert_eq!(server.get("/user", &[]).status, 200);
    assert_eq!(server.get("/user", &[]).status, 500);
    server.get("/user", &[]).assert_session_refusal("ERR_CHECK_LOGIN_FAILED");
}

#[test]
fn waiting_faults_can_be_called_off_and_never_strike_the_controls() {
    let server = TestServer::start();
    server.dev("fault", json!({ "path": "*", "kind": "status500", "count": 100 }));
    assert_eq!(server.get("/user", &[]).status, 500);
    server.dev("clear-faults", json!({}));
    assert_eq!(server.get("/user", &[]).status, 200);
}
