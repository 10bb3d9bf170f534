//! Whatever arrives, the server answers it, and serves the next request as if nothing had happened.

use crate::server::{Session, TestServer, both};
use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpStream;

/// Sends bytes that no HTTP library would send; answers status and body.
fn raw(server: &TestServer, request: &[u8]) -> (u16, Value) {
    let mut stream = TcpStream::connect(server.address()).expect("a connection");
    stream.write_all(request).expect("it is sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("it is answered");
    let answer = String::from_utf8(answer).expect("text");
    let status = answer.split(' ').nth(1).expect("a status").parse().expect("a number");
    let body = answer.split("\r\n\r\n").nth(1).expect("a body");
    (status, serde_json::from_str(body).unwrap_or(Value::Null))
}

fn request(path: &str, headers: &[&[u8]]) -> Vec<u8> {
    let mut bytes = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n").into_bytes();
    for header in headers {
        bytes.extend_from_slice(header);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"\r\n");
    bytes
}

#[test]
fn headers_that_are_repeated_overlong_or_not_text_are_named_and_end_no_session() {
    let server = TestServer::start();
    let session = server.log_in("demo");
    let id = format!("X-WX-Id: {}", session.id).into_bytes();
    let skey = format!("X-WX-Skey: {}", session.skey).into_bytes();
    let long = format!("X-WX-Skey: {}", "a".repeat(257)).into_bytes();
    let cases: [(&[&[u8]], &str); 4] = [
        (&[&id, &skey, b"x-wx-skey: another"], "多次"),
        (&[&id, &id, &skey], "多次"),
        (&[&id, &long], "过长"),
        (&[&id, b"X-WX-Skey: \xff\xfe"], "非法字符"),
    ];
    for (headers, reason) in cases {
        let (status, body) = raw(&server, &request("/user", headers));
        assert_eq!((status, &body["error"]), (200, &Value::from("ERR_CHECK_LOGIN_FAILED")));
        assert!(body["message"].as_str().expect("a message").contains(reason), "{body}");
    }
    assert!(server.get("/user", &session.headers()).json()["data"].is_object());
}

#[test]
fn unusable_login_headers_fail_the_login_only() {
    let server = TestServer::start();
    let long_code = format!("X-WX-Code: {}", "c".repeat(513)).into_bytes();
    let long_data = format!("X-WX-Encrypted-Data: {}", "A".repeat(16 * 1024 + 1)).into_bytes();
    let cases: [(&[&[u8]], &str); 4] = [
        (&[b"X-WX-Code: a", b"X-WX-Code: b"], "多次"),
        (&[&long_code], "过长"),
        (&[b"X-WX-Code: \xe5\xff"], "非法字符"),
        (&[b"X-WX-Code: a", &long_data, b"X-WX-IV: AAAA"], "过长"),
    ];
    for (headers, reason) in cases {
        let (status, body) = raw(&server, &request("/login", headers));
        assert_eq!((status, &body["error"]), (200, &Value::from("ERR_LOGIN_FAILED")));
        assert!(body["message"].as_str().expect("a message").contains(reason), "{body}");
    }
}

#[test]
fn odd_texts_in_session_headers_are_just_unknown_sessions() {
    let server = TestServer::start();
    for text in ["' OR 1=1 --", "null", "undefined", "%00", "a,b", "\"", "😀 as ASCII"] {
        let text: String = text.chars().filter(char::is_ascii).collect();
        let session = Session { id: text.clone(), skey: text };
        server.get("/user", &session.headers()).assert_session_refusal("ERR_INVALID_SESSION");
    }
}

#[test]
fn bodies_that_are_no_json_are_bad_requests() {
    let server = TestServer::start();
    let session = server.log_in("demo");
    let deep = "[".repeat(10_000);
    for body in [&b"{"[..], b"\xff\xfe", b"nul", b"{\"nickName\":", b"\"text\"", deep.as_bytes()] {
        let reply = server.send("POST", "/profile", &session.headers(), body);
        assert_eq!(reply.status, 400);
        assert_eq!(reply.json()["error"], "ERR_INVALID_REQUEST");
    }
    let reply = server.send("POST", "/echo", &session.headers(), b"\xff\xfe");
    assert_eq!((reply.status, &reply.json()["error"]), (400, &Value::from("ERR_INVALID_REQUEST")));
}

#[test]
fn a_body_beyond_the_limit_is_refused_and_one_within_it_is_not() {
    let server = TestServer::start();
    let session = server.log_in("demo");
    assert_eq!(server.send("POST", "/echo", &session.headers(), &[b'a'; 64 * 1024]).status, 200);
    let reply = server.send("POST", "/echo", &session.headers(), &[b'a'; 64 * 1024 + 1]);
    assert_eq!((reply.status, &reply.json()["error"]), (413, &Value::from("ERR_TOO_LARGE")));
}

#[test]
fn a_body_that_breaks_off_changes_nothing() {
    let server = TestServer::start();
    let session = server.log_in("demo");
    let mut stream = TcpStream::connect(server.address()).expect("a connection");
    let head = format!(
        "POST /profile HTTP/1.1\r\nHost: x\r\nX-WX-Id: {}\r\nX-WX-Skey: {}\r\nContent-Length: 1000\r\n\r\n",
        session.id, session.skey
    );
    stream.write_all(head.as_bytes()).expect("it is sent");
    stream.write_all(br#"{"nickName":"x"}"#).expect("it is sent");
    drop(stream);
    assert_eq!(server.get("/user", &session.headers()).json()["data"]["userInfo"]["nickName"], "微信用户");
}

#[test]
fn unknown_paths_and_methods_answer_json() {
    let server = TestServer::start();
    for (method, path, status, error) in [
        ("GET", "/", 404, "ERR_NOT_FOUND"),
        ("POST", "/nowhere", 404, "ERR_NOT_FOUND"),
        ("GET", "/login/", 404, "ERR_NOT_FOUND"),
        ("GET", "/dev/nowhere", 404, "ERR_NOT_FOUND"),
        ("DELETE", "/login", 405, "ERR_METHOD_NOT_ALLOWED"),
        ("GET", "/dev/code", 405, "ERR_METHOD_NOT_ALLOWED"),
    ] {
        let reply = server.send(method, path, &[], b"");
        assert_eq!((reply.status, &reply.json()["error"]), (status, &Value::from(error)), "{method} {path}");
        assert_eq!(reply.content_type, "application/json; charset=utf-8");
    }
}

#[test]
fn a_forged_host_cannot_smuggle_anything_into_addresses() {
    let server = TestServer::start();
    let session = server.log_in("demo");
    let reply = server.get("/user", &both(&session.headers(), &[("Host", "evil.example/\"><script>")]));
    let avatar = reply.json()["data"]["userInfo"]["avatarUrl"].to_string();
    assert!(!avatar.contains("script"), "{avatar}");
}
