//! The records of what reached the server.

use crate::server::TestServer;
use serde_json::{Value, json};

#[test]
fn records_count_and_list_what_happened_in_order() {
    let server = TestServer::start();
    let start = server.clock.now_ms();
    let session = server.log_in("demo");
    server.clock.advance(1000);
    server.get("/user?page=1", &session.headers());
    server.get("/user", &[("X-WX-Id", "x"), ("X-WX-Skey", "y")]);
    server.get("/user", &[]);
    server.login_with("invented");
    server.get("/nowhere", &[]);
    server.get("/health", &[]);
    assert_eq!(
        server.records(),
        json!({
            "logins": { "attempted": 2, "succeeded": 1, "withSessionHeaders": 0 },
            "sessionRequests": { "ok": 1, "refused": 2 },
            "jscode2session": 2,
            "entries": [
                { "time": start, "path": "/login", "outcome": "ok" },
                { "time": start + 1000, "path": "/user", "outcome": "ok" },
                { "time": start + 1000, "path": "/user", "outcome": "ERR_INVALID_SESSION" },
                { "time": start + 1000, "path": "/user", "outcome": "ERR_CHECK_LOGIN_FAILED" },
                { "time": start + 1000, "path": "/login", "outcome": "ERR_LOGIN_FAILED" },
                { "time": start + 1000, "path": "/nowhere", "outcome": "ERR_NOT_FOUND" },
            ],
        })
    );
}

#[test]
fn a_reset_forgets_everything() {
    let server = TestServer::start();
    server.log_in("demo");
    server.dev("reset-records", json!({}));
    let records = server.records();
    assert_eq!(records["logins"]["attempted"], 0);
    assert_eq!(records["entries"], json!([]));
}

#[test]
fn a_request_that_fails_in_business_still_had_a_live_session() {
    let server = TestServer::start();
    let session = server.log_in("demo");
    server.post("/profile", &session.headers(), json!({ "nickName": "" }));
    let records = server.records();
    assert_eq!(records["sessionRequests"], json!({ "ok": 1, "refused": 0 }));
    assert_eq!(records["entries"][1]["outcome"], "ERR_INVALID_REQUEST");
}

#[test]
fn users_are_shown_without_what_identifies_them_at_wechat() {
    let server = TestServer::start();
    server.log_in("demo");
    let user = &server.users()[0];
    assert_eq!(
        user.as_object().expect("a user").keys().collect::<Vec<_>>(),
        ["avatarUrl", "id", "nickName", "openid", "phoneNumber", "sessions"]
    );
    assert_eq!(user["openid"].as_str().expect("an openid").chars().count(), 8);
    assert_eq!(user["phoneNumber"], Value::Null);
}

#[test]
fn the_records_of_one_run_hold_only_what_named_it() {
    let server = TestServer::start();
    let session = server.log_in("demo");
    let mut headers = session.headers();
    server.get("/user", &headers);
    headers.push(("X-Demo-Run", "tap-1"));
    server.get("/user", &headers);
    server.get("/wafer2/user", &headers);
    server.get("/user", &[("X-Demo-Run", "tap-2"), ("X-WX-Id", "x"), ("X-WX-Skey", "y")]);
    let of = |run: &str| {
        let mut records = server.get(&format!("/dev/records?run={run}"), &[]).json();
        let entries = records.as_object_mut().and_then(|all| all.remove("entries")).expect("entries");
        (records, entries.as_array().map_or(0, Vec::len))
    };
    let account = |ok: u64, refused: u64| {
        json!({
            "logins": { "attempted": 0, "succeeded": 0, "withSessionHeaders": 0 },
            "sessionRequests": { "ok": ok, "refused": refused },
        })
    };
    assert_eq!(of("tap-1"), (account(2, 0), 2));
    assert_eq!(of("tap-2"), (account(0, 1), 1));
    assert_eq!(of("tap-3"), (account(0, 0), 0));
    assert_eq!(server.records()["sessionRequests"], json!({ "ok": 3, "refused": 1 }));
}
