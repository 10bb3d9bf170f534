//! Clients that abuse the server, and peers that hang, cost other clients nothing.

use crate::server::{TestServer, agent, both_started, both_started_as, fresh_code, send, session_of};
use serde_json::json;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};
use wafer_session_server::config::Settings;

fn raw(server: &TestServer, text: &str) -> TcpStream {
    let mut stream = TcpStream::connect(server.address()).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a timeout");
    stream.write_all(text.as_bytes()).expect("it is sent");
    stream
}

fn rest_of(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    // An error is fine: a reset ends a connection as well as a close does.
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn a_wechat_that_hangs_delays_logins_only_and_these_not_for_ever() {
    let (api, server) = both_started_as(Settings { wechat_timeout: 1, ..Settings::default() });
    let session = server.log_in("anna");
    api.hang(true);
    std::thread::scope(|scope| {
        let logins: Vec<_> =
            (0..20).map(|_| scope.spawn(|| server.login_with(&fresh_code("bert")))).collect();
        while api.asked().is_empty() {
            std::thread::yield_now();
        }
        assert!(server.is_live(&session), "answered while all logins wait");
        for login in logins {
            let message = login.join().expect("an answer").assert_session_refusal("ERR_LOGIN_FAILED");
            assert!(message.contains("无法连接微信服务器"), "{message}");
        }
    });
    api.hang(false);
    server.log_in("bert");
}

#[test]
fn a_code_that_wechat_never_heard_of_may_be_tried_again_and_one_that_it_heard_of_not() {
    let (api, server) = both_started();
    api.will_answer_with(502, "");
    server.login_with("anna-again").assert_session_refusal("ERR_LOGIN_FAILED");
    session_of(&server.login_with("anna-again"));
    api.asked();
    let message = server.login_with("anna-again").assert_session_refusal("ERR_LOGIN_FAILED");
    assert!(message.contains("40163"), "{message}");
    assert_eq!(api.asked().len(), 0, "WeChat is not asked twice");
}

#[test]
fn a_database_that_is_locked_stops_writers_and_no_reader() {
    let (_api, server) = both_started();
    let session = server.log_in("anna");
    let locker = rusqlite::Connection::open(server.database()).expect("the database");
    locker.execute_batch("BEGIN EXCLUSIVE").expect("it is locked");
    assert!(server.is_live(&session));
    assert_eq!(server.get("/auth/check", &session.headers()).status, 200);
    server.login_with(&fresh_code("bert")).assert_session_refusal("ERR_LOGIN_FAILED");
    locker.execute_batch("ROLLBACK").expect("it is free");
    server.log_in("bert");
}

#[test]
fn one_client_logs_in_so_often_and_no_more_and_others_do_not_suffer() {
    let settings = Settings {
        login_rate: 3,
        trusted_proxies: vec!["127.0.0.0/8".parse().expect("a network")],
        ..Settings::default()
    };
    let (api, server) = both_started_as(settings);
    let log_in_from = |addresses: &str| {
        server.get("/login", &[("X-WX-Code", &fresh_code("anna")), ("X-Forwarded-For", addresses)])
    };
    for _ in 0..3 {
        session_of(&log_in_from("203.0.113.7"));
    }
    let asked = api.asked().len();
    // Addresses that the client itself wrote in front of its own are not believed.
    for forged in ["203.0.113.7", "198.51.100.1, 203.0.113.7", "127.0.0.1, 203.0.113.7"] {
        let refused = log_in_from(forged);
        assert_eq!((refused.status, &refused.json()["error"]), (429, &json!("ERR_TOO_MANY_REQUESTS")));
        let seconds: u64 = refused.header("retry-after").parse().expect("seconds");
        assert!((1..=60).contains(&seconds), "{seconds}");
    }
    assert_eq!((asked, api.asked().len()), (3, 0));
    session_of(&log_in_from("203.0.113.8"));
    session_of(&log_in_from("2001:db8:1:2::1"));
    session_of(&log_in_from("2001:db8:1:2::2"));
    session_of(&log_in_from("2001:db8:1:2::3"));
    assert_eq!(log_in_from("2001:db8:1:2::4").status, 429, "one household, many addresses");
    // Some proxies write the port as well.
    assert_eq!(log_in_from("203.0.113.7:50001").status, 429);
    assert_eq!(log_in_from("[2001:db8:1:2::5]:50001").status, 429);
    assert_eq!(log_in_from("[2001:db8:1:2::6]").status, 429);
    for port in 50001..=50003 {
        session_of(&log_in_from(&format!("203.0.113.9:{port}")));
    }
    assert_eq!(log_in_from("203.0.113.9").status, 429);
}

#[test]
fn without_trusted_proxies_nobody_can_pass_for_another() {
    let (_api, server) = both_started_as(Settings { login_rate: 1, ..Settings::default() });
    let log_in_from = |address: &str| {
        server.get("/login", &[("X-WX-Code", &fresh_code("anna")), ("X-Forwarded-For", address)]).status
    };
    assert_eq!((log_in_from("203.0.113.7"), log_in_from("203.0.113.8")), (200, 429));
}

#[test]
fn when_too_many_logins_wait_the_next_is_refused_at_once_and_told_when_to_come_back() {
    let (api, server) = both_started_as(Settings { max_logins: 3, wechat_timeout: 2, ..Settings::default() });
    let session = server.log_in("anna");
    api.asked();
    api.hang(true);
    std::thread::scope(|scope| {
        let waiting: Vec<_> =
            (0..3).map(|_| scope.spawn(|| server.login_with(&fresh_code("bert")))).collect();
        let mut asked = 0;
        while asked < 3 {
            asked += api.asked().len();
            std::thread::yield_now();
        }
        for _ in 0..20 {
            let refused = server.login_with(&fresh_code("cleo"));
            assert_eq!((refused.status, &refused.json()["error"]), (503, &json!("ERR_BUSY")));
            let seconds: u64 = refused.header("retry-after").parse().expect("seconds");
            assert!((1..=60).contains(&seconds), "{seconds}");
        }
        assert_eq!(api.asked().len(), 0, "WeChat is not asked for those who were refused");
        assert!(server.is_live(&session), "sessions are served meanwhile");
        // The waiting logins end when the server gives up on WeChat.
        for login in waiting {
            login.join().expect("an answer").assert_session_refusal("ERR_LOGIN_FAILED");
        }
    });
    api.hang(false);
    server.log_in("cleo");
}

#[test]
fn three_hundred_slow_clients_cost_others_nothing() {
    let (_api, server) = both_started_as(Settings { silence_timeout: 1, ..Settings::default() });
    let session = server.log_in("anna");
    let slow: Vec<TcpStream> = (0..300)
        .map(|number| match number % 3 {
            0 => raw(&server, ""),
            1 => raw(&server, "GET /user HTTP/1.1\r\nHost: x\r\nX-W"),
            _ => raw(&server, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nslow"),
        })
        .collect();
    for _ in 0..20 {
        assert!(server.is_live(&session));
    }
    // The server waits for none of them for ever.
    for stream in slow {
        rest_of(stream);
    }
}

#[test]
fn a_head_that_comes_letter_by_letter_has_as_long_as_one_that_does_not_come() {
    let (_api, server) = both_started_as(Settings { silence_timeout: 1, ..Settings::default() });
    let mut stream = raw(&server, "GET /user HTTP/1.1\r\nHost: x\r\nX-Slow: ");
    stream.set_read_timeout(Some(Duration::from_millis(50))).expect("a timeout");
    loop {
        // The client is never silent.
        let gone = stream.write_all(b"a").is_err();
        match stream.read(&mut [0; 64]) {
            Ok(0) => break,
            Err(error) if !gone && matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(_) => break,
            Ok(_) => {}
        }
    }
}

#[test]
fn a_request_has_an_end_whatever_it_waits_for() {
    let settings = Settings { request_timeout: 1, wechat_timeout: 60, ..Settings::default() };
    let (api, server) = both_started_as(settings);
    api.hang(true);
    let reply = server.login_with(&fresh_code("anna"));
    assert_eq!((reply.status, &reply.json()["error"]), (408, &json!("ERR_TIMEOUT")));
}

#[test]
fn a_body_that_stops_or_trickles_has_an_end_and_an_answer() {
    let settings = Settings { silence_timeout: 1, request_timeout: 2, ..Settings::default() };
    let (_api, server) = both_started_as(settings);
    let session = server.log_in("anna");
    let (id, skey) = (&session.id, &session.skey);
    let head = format!(
        "POST /echo HTTP/1.1\r\nHost: x\r\nX-WX-Id: {id}\r\nX-WX-Skey: {skey}\r\nContent-Length: 1000\r\n\r\n"
    );
    let silent = rest_of(raw(&server, &head));
    assert!(silent.starts_with("HTTP/1.1 400") && silent.contains("ERR_INVALID_REQUEST"), "{silent}");
    let mut trickling = raw(&server, &head);
    trickling.set_read_timeout(Some(Duration::from_millis(50))).expect("a timeout");
    let mut answer = Vec::new();
    // The client is never silent.
    while trickling.write_all(b"a").is_ok() {
        let mut part = [0; 1024];
        match trickling.read(&mut part) {
            Ok(0) => break,
            Ok(length) => answer.extend_from_slice(&part[..length]),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(_) => break,
        }
    }
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("ERR_TIMEOUT"), "{answer}");
}

#[test]
fn beyond_its_connections_the_server_accepts_the_next_when_one_goes() {
    let (_api, server) = both_started_as(Settings { max_connections: 2, ..Settings::default() });
    let (first, _second) = (raw(&server, ""), raw(&server, ""));
    let mut third = raw(&server, "GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    third.set_read_timeout(Some(Duration::from_millis(300))).expect("a timeout");
    assert!(third.read(&mut [0; 1]).is_err(), "it waits");
    drop(first);
    third.set_read_timeout(Some(Duration::from_secs(60))).expect("a timeout");
    assert!(rest_of(third).starts_with("HTTP/1.1 200"));
}

#[test]
fn wechat_is_asked_so_much_at_a_time_and_no_more() {
    let settings = Settings { wechat_concurrency: 2, wechat_timeout: 3, ..Settings::default() };
    let (api, server) = both_started_as(settings);
    api.hang(true);
    std::thread::scope(|scope| {
        let logins: Vec<_> = (0..5).map(|_| scope.spawn(|| server.login_with(&fresh_code("anna")))).collect();
        let mut asked = 0;
        while asked < 2 {
            asked += api.asked().len();
            std::thread::yield_now();
        }
        std::thread::sleep(Duration::from_millis(200));
        assert_eq!(asked + api.asked().len(), 2, "the others wait for one of these");
        api.hang(false);
        for login in logins {
            login.join().expect("an answer");
        }
    });
}

#[test]
fn a_stranger_is_refused_without_their_body_being_kept() {
    let (_api, server) = both_started();
    let head = "POST /avatar HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-WX-Id: x\r\nX-WX-Skey: y\r\n";
    let mut stream = raw(&server, &format!("{head}Content-Length: 3000000\r\n\r\n"));
    let _ = stream.write_all(&vec![b'a'; 3_000_000]);
    let answer = rest_of(stream);
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("ERR_INVALID_SESSION"), "{answer}");
}

#[test]
fn a_stranger_who_asks_before_sending_a_body_is_not_told_to_send_it() {
    let (_api, server) = both_started();
    let session = server.log_in("anna");
    let head = |credentials: &str| {
        format!(
            "POST /profile HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n{credentials}Content-Length: 2\r\n\r\n"
        )
    };
    let answer = rest_of(raw(&server, &head("X-WX-Id: x\r\nX-WX-Skey: y\r\n")));
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("ERR_INVALID_SESSION"), "{answer}");
    let credentials = format!("X-WX-Id: {}\r\nX-WX-Skey: {}\r\n", session.id, session.skey);
    let mut stream = raw(&server, &head(&format!("Connection: close\r\n{credentials}")));
    let mut told = [0; 25];
    stream.read_exact(&mut told).expect("a word");
    assert_eq!(&told, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"{}").expect("it is sent");
    let answer = rest_of(stream);
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("nickName"), "{answer}");
}

#[test]
fn a_head_that_is_too_large_is_refused() {
    let (_api, server) = both_started();
    let headers: String = (0..100).map(|number| format!("X-{number}: 1\r\n")).collect();
    let answer = rest_of(raw(&server, &format!("GET /user HTTP/1.1\r\nHost: x\r\n{headers}\r\n")));
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
    let long = format!("GET /user HTTP/1.1\r\nHost: x\r\nX-Long: {}\r\n\r\n", "a".repeat(300_000));
    let answer = rest_of(raw(&server, &long));
    assert!(answer.starts_with("HTTP/1.1 431") || answer.is_empty(), "{answer}");
}

#[test]
fn a_server_that_is_told_to_stop_stops_whatever_hangs() {
    let settings = Settings { stop_grace: 1, silence_timeout: 60, wechat_timeout: 60, ..Settings::default() };
    let (api, mut server) = both_started_as(settings);
    let session = server.log_in("anna");
    api.hang(true);
    let login = {
        let url = server.url("/login");
        std::thread::spawn(move || send(&agent(), "GET", &url, &[("X-WX-Code", "anna-hangs")], b"").is_ok())
    };
    let _half = raw(&server, "GET /user HTTP/1.1\r\nHost: x\r\n");
    let _body = raw(&server, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n");
    let _idle = raw(&server, "");
    assert!(server.is_live(&session));
    let started = Instant::now();
    server.stop();
    // The grace is one second for requests and one for the database; the rest is for a busy machine.
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
    drop(server);
    drop(api);
    login.join().expect("its connection ends");
}

#[test]
fn user_data_from_long_ago_or_with_an_address_nobody_should_see_is_refused() {
    use wafer_session_server::crypto;
    let (_api, server) = both_started();
    let session = server.log_in("anna");
    let send = |age_s: i64, avatar: &str| {
        let iv = crypto::random_key();
        let timestamp = server.clock.now_ms() / 1000 - age_s;
        let watermark = json!({ "appid": crate::server::APPID, "timestamp": timestamp });
        let plain = json!({ "nickName": "小明", "avatarUrl": avatar, "watermark": watermark }).to_string();
        let data =
            crypto::encrypt(crate::wechat_api::SESSION_KEY, &iv, plain.as_bytes()).expect("a good key");
        let headers = [("X-WX-Encrypted-Data", data.as_str()), ("X-WX-IV", iv.as_str())];
        server.get("/user", &crate::server::both(&session.headers(), &headers))
    };
    for age_s in [601, -601, i64::MAX / 2000] {
        let message = send(age_s, "").assert_session_refusal("ERR_IN_DECRYPT_DATA");
        assert!(message.contains("watermark.timestamp"), "{message}");
    }
    for avatar in [
        "javascript:alert(1)",
        "data:text/html,x",
        "/avatars/0123456789abcdef0123456789abcdef.png",
        "https://a b",
    ] {
        let message = send(0, avatar).assert_session_refusal("ERR_IN_DECRYPT_DATA");
        assert!(message.contains("avatarUrl"), "{message}");
    }
    assert_eq!(send(600, "https://example.com/a.png").json()["data"]["userInfo"]["nickName"], "小明");
}

#[test]
fn unionid_is_kept() {
    let (_api, server) = both_started();
    server.log_in("anna");
    let unionid: String = rusqlite::Connection::open(server.database())
        .expect("the database")
        .query_row("SELECT unionid FROM users", [], |row| row.get(0))
        .expect("a user");
    assert_eq!(unionid, "u-anna");
}

/// Front ends may disagree where such a request ends. The bytes that one of them takes for the body, and the next for
/// another request, must not be served as a request here.
#[test]
fn a_request_whose_end_is_in_doubt_is_the_last_of_its_connection() {
    let (_api, server) = both_started();
    let inner = "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n";
    let length = inner.len() + 5;
    for (name, head) in [
        ("two lengths", format!("Content-Length: 0\r\nContent-Length: {length}\r\n\r\n")),
        ("two lengths in one", format!("Content-Length: 0, {length}\r\n\r\n")),
        ("a length with a sign", format!("Content-Length: +{length}\r\n\r\n")),
        (
            "length and chunks",
            format!("Content-Length: {length}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        ),
        ("chunks before another coding", "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n".to_owned()),
        ("an unknown coding", "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n".to_owned()),
        ("a space before the colon", "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n".to_owned()),
        ("a folded line", "X-Folded: a\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n".to_owned()),
        ("a chunk of a negative size", "Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n".to_owned()),
        ("a chunk of a size beyond all", format!("Transfer-Encoding: chunked\r\n\r\n{}\r\n", "f".repeat(17))),
    ] {
        let answer = rest_of(raw(&server, &format!("POST /echo HTTP/1.1\r\nHost: x\r\n{head}{inner}")));
        let answers = answer.matches("HTTP/1.1 ").count();
        assert!(answers <= 1 && !answer.contains("\"status\":\"ok\""), "{name}: {answer}");
    }
}

#[test]
fn a_request_names_one_host() {
    let (_api, server) = both_started();
    let first_line = |version: &str, hosts: &str| {
        let head = format!("GET /health/live HTTP/{version}\r\n{hosts}Connection: close\r\n\r\n");
        rest_of(raw(&server, &head)).lines().next().expect("a line").to_owned()
    };
    assert_eq!(first_line("1.1", "Host: x\r\n"), "HTTP/1.1 200 OK");
    assert_eq!(first_line("1.1", ""), "HTTP/1.1 400 Bad Request");
    assert_eq!(first_line("1.1", "Host: x\r\nHost: y\r\n"), "HTTP/1.1 400 Bad Request");
    assert_eq!(first_line("1.0", ""), "HTTP/1.0 200 OK");
}

#[test]
fn requests_that_come_at_once_are_answered_one_after_the_other() {
    let (_api, server) = both_started();
    let session = server.log_in("anna");
    let head = format!("Host: x\r\nX-WX-Id: {}\r\nX-WX-Skey: {}\r\n", session.id, session.skey);
    let echoes: String = (0..200)
        .map(|number| {
            let body = format!("body {number}.");
            format!("POST /echo HTTP/1.1\r\n{head}Content-Length: {}\r\n\r\n{body}", body.len())
        })
        .collect();
    let last = "GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let answers = rest_of(raw(&server, &format!("{echoes}{last}")));
    let told: Vec<usize> =
        (0..200).map(|number| answers.find(&format!("body {number}.")).expect("an answer")).collect();
    assert!(told.is_sorted() && answers.ends_with("\"ok\"}"), "{answers}");
}
