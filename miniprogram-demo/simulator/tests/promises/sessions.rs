//! A session lives until it expires, is ended or is replaced: not longer, and not shorter.

use crate::server::{DAY_MS, MINUTE_MS, Session, Setup, TestServer};
use serde_json::json;
use wafer_session_server::store::SessionsPerUser;

fn is_live(server: &TestServer, session: &Session) -> bool {
    let reply = server.get("/user", &session.headers());
    if reply.json()["data"]["userInfo"].is_object() {
        return true;
    }
    reply.assert_session_refusal("ERR_INVALID_SESSION");
    false
}

#[test]
fn a_login_ends_the_users_older_session_and_nobody_elses() {
    let server = TestServer::start();
    let (first, other) = (server.log_in("demo"), server.log_in("another"));
    let second = server.log_in("demo");
    assert!(!is_live(&server, &first));
    assert!(is_live(&server, &second));
    assert!(is_live(&server, &other));
}

#[test]
fn with_many_sessions_a_user_a_login_ends_none() {
    let server = TestServer::start_as(Setup { sessions_per_user: SessionsPerUser::Many, ..Setup::default() });
    let sessions: Vec<Session> = (0..3).map(|_| server.log_in("demo")).collect();
    assert!(sessions.iter().all(|session| is_live(&server, session)));
    assert_eq!(server.users()[0]["sessions"], 3);
}

#[test]
fn a_session_lives_thirty_days_and_requests_do_not_extend_it() {
    let server = TestServer::start();
    let session = server.log_in("demo");
    server.clock.advance(24 * DAY_MS);
    assert!(is_live(&server, &session));
    server.clock.advance(6 * DAY_MS - 1);
    assert!(is_live(&server, &session));
    server.clock.advance(1);
    assert!(!is_live(&server, &session));
}

#[test]
fn the_life_of_a_session_can_be_chosen() {
    let server = TestServer::start_as(Setup { session_ttl_s: Some(60), ..Setup::default() });
    let session = server.log_in("demo");
    server.clock.advance(MINUTE_MS - 1);
    assert!(is_live(&server, &session));
    server.clock.advance(1);
    assert!(!is_live(&server, &session));
}

#[test]
fn a_failed_login_ends_no_session() {
    let server = TestServer::start();
    let session = server.log_in("demo");
    server.login_with("invented").assert_session_refusal("ERR_LOGIN_FAILED");
    assert!(is_live(&server, &session));
}

#[test]
fn log_out_ends_the_session_it_came_with_and_no_other() {
    let server = TestServer::start_as(Setup { sessions_per_user: SessionsPerUser::Many, ..Setup::default() });
    let (left, kept) = (server.log_in("demo"), server.log_in("demo"));
    assert_eq!(server.get("/logout", &left.headers()).json(), json!({ "data": {} }));
    assert!(!is_live(&server, &left));
    assert!(is_live(&server, &kept));
}

#[test]
fn id_and_skey_must_belong_together() {
    let server = TestServer::start();
    let (one, other) = (server.log_in("one"), server.log_in("other"));
    let mixed = Session { id: one.id.clone(), skey: other.skey.clone() };
    assert!(!is_live(&server, &mixed));
    assert!(is_live(&server, &one) && is_live(&server, &other));
}

#[test]
fn a_request_without_session_headers_is_unchecked_not_expired() {
    let server = TestServer::start();
    let session = server.log_in("demo");
    for (headers, missing) in [
        (vec![], "X-WX-Id"),
        (vec![("X-WX-Id", session.id.as_str())], "X-WX-Skey"),
        (vec![("X-WX-Skey", session.skey.as_str())], "X-WX-Id"),
        (vec![("X-WX-Id", session.id.as_str()), ("X-WX-Skey", "")], "X-WX-Skey"),
    ] {
        let message = server.get("/user", &headers).assert_session_refusal("ERR_CHECK_LOGIN_FAILED");
        assert!(message.contains(missing), "{message}");
    }
}

#[test]
fn every_session_path_refuses_strangers() {
    let server = TestServer::start();
    for (method, path) in [
        ("GET", "/user"),
        ("POST", "/user"),
        ("POST", "/profile"),
        ("POST", "/phone"),
        ("POST", "/avatar"),
        ("POST", "/echo"),
        ("GET", "/download/report"),
        ("GET", "/tunnel"),
        ("GET", "/logout"),
    ] {
        let headers = [("X-WX-Id", "stranger"), ("X-WX-Skey", "stranger")];
        server.send(method, path, &headers, b"").assert_session_refusal("ERR_INVALID_SESSION");
    }
}

#[test]
fn a_test_can_let_the_sessions_of_one_user_or_of_all_expire() {
    let server = TestServer::start();
    let (demo, other) = (server.log_in("demo"), server.log_in("another"));
    assert_eq!(server.dev("expire", json!({})), json!({ "expired": 1 }));
    assert!(!is_live(&server, &demo));
    assert!(is_live(&server, &other));
    assert_eq!(server.dev("expire", json!({ "all": true })), json!({ "expired": 1 }));
    assert!(!is_live(&server, &other));
}

#[test]
fn a_test_can_have_every_session_request_refused_without_ending_a_session() {
    let server = TestServer::start();
    let session = server.log_in("demo");
    server.dev("invalid-always", json!({ "on": true }));
    assert!(!is_live(&server, &session));
    let fresh = server.log_in("another");
    assert!(!is_live(&server, &fresh));
    server.dev("invalid-always", json!({ "on": false }));
    assert!(is_live(&server, &session) && is_live(&server, &fresh));
}

#[test]
fn a_restart_logs_nobody_out() {
    let mut server = TestServer::start();
    let session = server.log_in("demo");
    let code = server.code("another");
    server.restart();
    assert!(is_live(&server, &session));
    assert_eq!(server.dev("check-session", json!({})), json!({ "valid": true }));
    // WeChat does not restart with the server: codes stay good, and data under the old key stays readable.
    crate::server::session_of(&server.login_with(&code));
    let data = server.user_data(json!({ "userInfo": { "nickName": "小明" } }));
    let headers = crate::server::both(&session.headers(), &data.headers());
    assert_eq!(server.get("/user", &headers).json()["data"]["userInfo"]["nickName"], "小明");
}

#[test]
fn the_database_is_a_file_in_wal_mode() {
    let server = TestServer::start();
    let mode: String = rusqlite::Connection::open(server.database())
        .expect("the database")
        .query_row("PRAGMA journal_mode", [], |row| row.get(0))
        .expect("a mode");
    assert_eq!(mode, "wal");
}

#[test]
fn the_database_file_holds_no_skey() {
    let mut server = TestServer::start();
    let session = server.log_in("demo");
    server.restart();
    let mut files = 0;
    for entry in std::fs::read_dir(server.folder()).expect("the folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            continue;
        }
        let bytes = std::fs::read(path).expect("a file");
        let contains = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
        assert!(!contains(&session.skey));
        files += usize::from(contains(&session.id));
    }
    assert!(files > 0, "the session itself was searched for in the wrong place");
}
