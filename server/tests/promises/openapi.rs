//! openapi.json describes exactly what the server serves.

use crate::server::{both, both_started, both_started_as};
use serde_json::Value;
use std::collections::BTreeSet;
use wafer_session_server::config::Settings;
use wafer_session_server::http::router;

const DESCRIPTION: &str = include_str!("../../openapi.json");
const METHODS: [&str; 7] = ["GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"];

#[test]
fn the_description_names_every_path_and_method_that_is_served_and_no_other() {
    let (_api, server) = both_started();
    let description: Value = serde_json::from_str(DESCRIPTION).expect("JSON");
    let described = description["paths"].as_object().expect("paths");
    // axum writes `{*path}` for the rest of a path, OpenAPI has no word for it.
    let served = router::paths(server.running().app()).into_iter().map(|path| path.replace("{*", "{"));
    assert_eq!(described.keys().cloned().collect::<BTreeSet<_>>(), served.collect());
    for (path, operations) in described {
        let reference = operations["$ref"].as_str().map(|pointer| pointer.trim_start_matches('#'));
        let operations =
            reference.map_or(operations, |pointer| description.pointer(pointer).expect("what it refers to"));
        for method in METHODS {
            let url = path.replace("{id}", "unknown").replace("{name}", "unknown").replace("{path}", "a/b");
            let is_served = server.send(method, &url, &[], b"").status != 405;
            let is_described = operations.get(method.to_lowercase()).is_some();
            assert_eq!(is_served, is_described, "{method} {path}");
        }
    }
}

#[test]
fn every_path_needs_a_session_but_for_those_that_say_otherwise() {
    const OPEN: [&str; 6] =
        ["/login", "/avatars/{name}", "/tunnel/{id}", "/health", "/health/live", "/health/ready"];
    let (_api, server) = both_started();
    let session = server.log_in("anna");
    let forged = [("X-WX-Id", session.id.as_str()), ("X-WX-Skey", "forged")];
    let mut asked = 0;
    let paths = router::paths(server.running().app());
    for path in paths.into_iter().filter(|path| !OPEN.contains(path)) {
        let url = path.replace("{*path}", "a/b");
        for method in METHODS {
            for (headers, code) in [(&[][..], "ERR_CHECK_LOGIN_FAILED"), (&forged, "ERR_INVALID_SESSION")] {
                let reply = server.send(method, &url, headers, b"");
                if reply.status == 405 {
                    continue;
                }
                asked += 1;
                let expected = if path.starts_with("/auth/check") { 401 } else { 200 };
                let told = (reply.status, reply.json()["error"].as_str().map(str::to_owned));
                assert_eq!(told, (expected, Some(code.to_owned())), "{method} {path}");
            }
        }
    }
    assert_eq!(asked, 70, "two for each method of each path");
    assert_eq!(server.send("GET", "/user", &session.headers(), b"").json()["error"], Value::Null);
}

/// Every status that a client can cause, and some that only a fault causes. schemathesis found some of them missing
/// once.
#[test]
fn the_description_names_every_status_that_is_answered() {
    let settings = Settings { request_timeout: 1, wechat_timeout: 60, login_rate: 30, ..Settings::default() };
    let (api, server) = both_started_as(settings);
    let session = server.log_in("anna");
    let picture = crate::avatars::upload(&server, &session);
    let (large, form) = (vec![b' '; 70_000], ("Content-Type", "multipart/form-data; boundary=b"));
    let part = |content: &[u8]| {
        let head = b"--b\r\nContent-Disposition: form-data; name=\"avatar\"\r\n\r\n";
        [head, content, b"\r\n--b--\r\n"].concat()
    };
    let description: Value = serde_json::from_str(DESCRIPTION).expect("JSON");
    let mut told = BTreeSet::new();
    let mut ask = |method: &str, path: &str, described: &str, headers: &[(&str, &str)], body: &[u8]| {
        let headers = both(&session.headers(), headers);
        let status = server.send(method, path, &headers, body).status.to_string();
        let operation = &description["paths"][described][method.to_lowercase()];
        assert!(operation["responses"][&status].is_object(), "{method} {path}: {status}");
        told.insert(status);
    };
    for path in ["/user", "/profile", "/phone", "/avatar", "/echo", "/tunnel", "/auth/check", "/health/ready"]
    {
        for method in METHODS.map(str::to_lowercase) {
            if description["paths"][path][&method].is_object() {
                ask(&method.to_uppercase(), path, path, &[], b"");
                ask(&method.to_uppercase(), path, path, &[("X-WX-Skey", "again")], b"");
                if method != "get" {
                    ask(&method.to_uppercase(), path, path, &[], &large);
                    ask(&method.to_uppercase(), path, path, &[], b"\xff");
                }
            }
        }
    }
    ask("POST", "/avatar", "/avatar", &[form], &part(b"no picture"));
    ask("POST", "/avatar", "/avatar", &[form], &part(&[0; 3 << 20]));
    for (path, list) in [("/profile", r#"["小明", null]"#), ("/phone", r#" ["c"]"#)] {
        ask("POST", path, path, &[], list.as_bytes());
        let reply = server.send("POST", path, &session.headers(), list.as_bytes());
        assert_eq!(reply.status, 400, "{path} takes an object: {}", reply.text());
    }
    for name in ["unknown", "%ff", "..%2fsessions.sqlite"] {
        ask("GET", &format!("/avatars/{name}"), "/avatars/{name}", &[], b"");
        ask("GET", &format!("/tunnel/{name}"), "/tunnel/{id}", &[], b"");
        let upgrade = [
            ("Connection", "Upgrade"),
            ("Upgrade", "websocket"),
            ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA=="),
        ];
        ask("GET", &format!("/tunnel/{name}"), "/tunnel/{id}", &upgrade, b"");
    }
    for range in ["bytes=0-1", "bytes=99999-", "bytes=0-1,3-4", "letters=1-2"] {
        ask("GET", &picture, "/avatars/{name}", &[("Range", range)], b"");
    }
    api.will_answer_with(502, "");
    ask("POST", "/phone", "/phone", &[], br#"{"code":"c"}"#);
    api.hang(true);
    ask("GET", "/login", "/login", &[("X-WX-Code", "hangs")], b"");
    api.hang(false);
    for number in 0..40 {
        ask("GET", "/login", "/login", &[("X-WX-Code", &format!("anna-often{number}"))], b"");
    }
    let expected = ["200", "206", "400", "401", "404", "408", "413", "415", "416", "429", "502"];
    assert_eq!(told.iter().map(String::as_str).collect::<Vec<_>>(), expected);
}
