//! What operators do, and what they see.

use crate::server::{both_started, both_started_as, send};
use serde_json::json;
use std::net::SocketAddr;
use wafer_session_server::commands::{self, Command};
use wafer_session_server::config::Settings;

fn command(words: &[&str]) -> Command {
    #[derive(clap::Parser)]
    struct Words {
        #[command(subcommand)]
        command: Command,
    }
    let words = ["wafer-session-server"].iter().chain(words);
    <Words as clap::Parser>::try_parse_from(words).unwrap_or_else(|error| panic!("{error}")).command
}

#[test]
fn an_operator_ends_a_users_sessions_while_the_server_goes_on() {
    let (_api, server) = both_started();
    let (anna, bert) = (server.log_in("anna"), server.log_in("bert"));
    let run = |words: &[&str]| server.block_on(commands::run(command(words), server.settings()));
    assert_eq!(run(&["sessions", "revoke", "--user", "o-anna"]).expect("it is done"), "1\n");
    assert!(!server.is_live(&anna), "from the very next request on");
    assert!(server.is_live(&bert));
    assert_eq!(run(&["sessions", "revoke", "--user", "o-anna"]).expect("it is done"), "0\n", "none is left");
    let refused = run(&["sessions", "revoke", "--user", "o-nobody"]).expect_err("a slip of the pen");
    assert!(refused.to_string().contains("o-nobody"), "{refused}");
}

#[test]
fn an_operator_deletes_a_user_with_all_that_is_theirs() {
    let (_api, server) = both_started();
    let (anna, bert) = (server.log_in("anna"), server.log_in("bert"));
    let url = crate::avatars::upload(&server, &anna);
    let run = |words: &[&str]| server.block_on(commands::run(command(words), server.settings()));
    let listed = run(&["users", "list"]).expect("a list");
    assert_eq!(listed.lines().count(), 2);
    let line = listed.lines().find(|line| line.contains("o-anna")).expect("anna");
    let id = line.split('\t').next().expect("an id");
    assert_eq!(run(&["users", "delete", "--user", id]).expect("it is done"), "1\n");
    assert!(!server.is_live(&anna) && server.is_live(&bert));
    assert_eq!(server.get(&url, &[]).status, 404, "the picture is gone");
    assert!(run(&["users", "delete", "--user", "o-anna"]).is_err());
}

#[test]
fn a_command_for_a_database_that_is_not_there_makes_none() {
    let (_api, server) = both_started();
    let missing = server.folder().join("missing.sqlite");
    let database = missing.to_str().expect("text").to_owned();
    let settings = Settings { database, ..server.settings().clone() };
    for words in [&["users", "list"][..], &["sessions", "revoke", "--user", "o-anna"], &["keys", "rotate"]] {
        let refused = server.block_on(commands::run(command(words), &settings)).expect_err("there is none");
        assert!(refused.to_string().contains("missing.sqlite"), "{refused}");
    }
    assert!(!missing.exists());
}

#[test]
fn a_backup_made_while_the_server_goes_on_is_a_database_of_its_own() {
    let (_api, mut server) = both_started();
    let session = server.log_in("anna");
    let copy = server.folder().join("copy.sqlite");
    let name = copy.to_str().expect("text").to_owned();
    let run = |words: &[&str]| server.block_on(commands::run(command(words), server.settings()));
    run(&["backup", &name]).expect("it is made");
    assert!(run(&["backup", &name]).is_err(), "no file is replaced");
    server.get("/logout", &session.headers());
    server.restart_as(|settings| settings.database = name);
    assert!(server.is_live(&session), "as it was when the copy was made");
}

/// Whoever puts a backup in place of the file must stop the server first; otherwise it goes on in a file without a name,
/// and what it writes is lost at its end.
#[cfg(unix)]
#[test]
fn a_server_whose_file_is_gone_says_so() {
    let (_api, server) = both_started();
    let session = server.log_in("anna");
    let (file, aside) = (server.database(), server.folder().join("aside.sqlite"));
    let ready = || server.get("/health/ready", &[]);
    std::fs::rename(&file, &aside).expect("it is moved");
    assert_eq!((ready().status, &ready().json()["error"]), (503, &json!("ERR_NOT_READY")));
    assert!(crate::server::log().contains("moved, deleted or replaced"));
    assert!(server.is_live(&session), "who is logged in notices nothing");
    std::fs::copy(&aside, &file).expect("it is copied");
    assert_eq!(ready().status, 503, "another file has the name");
    std::fs::rename(&aside, &file).expect("it is moved back");
    assert_eq!(ready().status, 200);
}

#[test]
fn health_tells_life_from_readiness() {
    let (_api, mut server) = both_started();
    assert_eq!(server.get("/health/live", &[]).json(), json!({ "status": "ok" }));
    let ready = server.get("/health/ready", &[]);
    assert_eq!((ready.status, &ready.json()["database"]), (200, &json!("ok")));
    server.restart_as(|settings| settings.min_free_mb = u32::MAX);
    let full = server.get("/health/ready", &[]);
    assert_eq!((full.status, &full.json()["error"]), (503, &json!("ERR_NOT_READY")));
    assert_eq!(server.get("/health/live", &[]).status, 200);
}

#[test]
fn metrics_are_told_on_an_address_of_their_own() {
    let probe = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address: SocketAddr = probe.local_addr().expect("an address");
    drop(probe);
    let (api, server) = both_started_as(Settings { metrics_listen: Some(address), ..Settings::default() });
    let session = server.log_in("anna");
    server.is_live(&session);
    server.get("/user", &[("X-WX-Id", "x"), ("X-WX-Skey", "y")]);
    api.will_answer(json!({ "errcode": 40029 }));
    server.login_with("refused");
    assert_eq!(server.get("/metrics", &[]).status, 404, "not where clients are");
    let agent = crate::server::agent();
    let text = send(&agent, "GET", &format!("http://{address}/metrics"), &[], b"").expect("metrics").text();
    for line in [
        r#"wafer_requests_total{route="/login",outcome="ok"}"#,
        r#"wafer_requests_total{route="/login",outcome="ERR_LOGIN_FAILED"}"#,
        r#"wafer_requests_total{route="/user",outcome="ERR_INVALID_SESSION"}"#,
        r#"wafer_wechat_total{question="jscode2session",outcome="refused"}"#,
        r#"wafer_wechat_seconds_bucket{question="jscode2session""#,
        "wafer_database_connections ",
        "wafer_tunnels ",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
}

#[test]
fn a_session_that_is_used_lives_on_and_one_that_rests_ends_but_none_outlives_its_end() {
    let settings = Settings { session_ttl: Some(1000), session_idle: Some(100), ..Settings::default() };
    let (_api, server) = both_started_as(settings);
    let (used, resting) = (server.log_in("anna"), server.log_in("bert"));
    let store = std::sync::Arc::clone(&server.running().app().store);
    for _ in 0..11 {
        server.clock.advance(90_000);
        assert!(server.is_live(&used));
        // The use is written down in a task of its own, so that the test has to wait for it.
        let later = server.clock.now_ms() + 50_000;
        while !server
            .block_on(store.session_is_live(&used.id, later.min(1_700_001_000_000 - 1)))
            .expect("an answer")
        {
            std::thread::yield_now();
        }
    }
    assert!(!server.is_live(&resting));
    server.clock.advance(10_000);
    assert!(!server.is_live(&used), "a thousand seconds are over");
}
