//! Reading and writing the SQLite file at the same time.

use crate::server::{Session, agent, both_started, both_started_as, fresh_code, send, session_of};
use std::sync::atomic::{AtomicBool, Ordering};
use wafer_session_server::config::Settings;
use wafer_session_server::store::{Location, Login, SessionLife, SessionsPerUser, Store, Vault};

/// Ends the readers in the background, even when an assertion fails.
struct Ends<'a>(&'a AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn a_session_that_has_ended_is_refused_by_the_very_next_request_however_busy_the_server_is() {
    let (_api, server) = both_started();
    let (others, over) = (server.log_in("bert"), AtomicBool::new(false));
    let over = &over;
    std::thread::scope(|scope| {
        // Readers keep every thread of the server busy.
        for _ in 0..4 {
            scope.spawn(|| {
                while !over.load(Ordering::Relaxed) {
                    assert!(server.is_live(&others));
                }
            });
        }
        let _ended = Ends(over);
        // Connections from before the login, so that every thread of the server has some.
        let clients: Vec<_> = (0..6).map(|_| agent()).collect();
        let is_live = |client, session: &Session| {
            let reply = send(client, "GET", &server.url("/user"), &session.headers(), b"");
            reply.expect("an answer").json()["data"].is_object()
        };
        for _ in 0..40 {
            let session = server.log_in("anna");
            for client in &clients {
                assert!(is_live(client, &session), "a new session counts everywhere at once");
            }
            server.get("/logout", &session.headers());
            for client in &clients {
                assert!(!is_live(client, &session), "an ended one nowhere");
            }
        }
    });
}

#[test]
fn of_logins_that_are_written_together_one_that_cannot_be_fails_alone() {
    let settings = Settings { sessions_per_user: SessionsPerUser::Many, ..Settings::default() };
    let (_api, server) = both_started_as(settings);
    let database = rusqlite::Connection::open(server.database()).expect("the database");
    database
        .execute_batch(
            "CREATE TRIGGER refuses BEFORE INSERT ON users WHEN NEW.openid = 'o-refused' \
             BEGIN SELECT RAISE(ABORT, 'no'); END; BEGIN IMMEDIATE",
        )
        .expect("it is locked");
    let users = ["anna", "bert", "refused", "cleo", "dora", "refused"];
    let replies: Vec<_> = std::thread::scope(|scope| {
        let logins = users.map(|user| scope.spawn(|| server.login_with(&fresh_code(user))));
        // The logins wait for the lock, and are written when it is free.
        database.execute_batch("COMMIT").expect("it is free");
        logins.into_iter().map(|login| login.join().expect("an answer")).collect()
    });
    for (user, reply) in users.iter().zip(&replies) {
        if *user == "refused" {
            reply.assert_session_refusal("ERR_LOGIN_FAILED");
        } else {
            assert!(server.is_live(&session_of(reply)), "{user}");
        }
    }
}

#[test]
fn a_hundred_logins_at_once_are_a_hundred_sessions_and_on_the_disk() {
    let settings = Settings { sessions_per_user: SessionsPerUser::Many, ..Settings::default() };
    let (_api, mut server) = both_started_as(settings);
    let sessions: Vec<Session> = std::thread::scope(|scope| {
        let logins: Vec<_> = (0..100)
            .map(|number| {
                scope.spawn({
                    let server = &server;
                    move || server.log_in(&format!("user{}", number % 7))
                })
            })
            .collect();
        logins.into_iter().map(|login| login.join().expect("a session")).collect()
    });
    server.restart_as(|_| ());
    assert!(sessions.iter().all(|session| server.is_live(session)));
}

#[test]
fn the_log_of_the_database_begins_anew_although_readers_are_never_at_rest() {
    const NOW_MS: i64 = 1_700_000_000_000;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("s.sqlite");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let store = runtime.block_on(Store::open(&Location::Sqlite(file.clone()), Vault::default(), 1));
    let store = store.expect("it opens");
    let log_in = async |number: usize| {
        let openid = format!("o-{number}");
        let login = Login { appid: "wx1", openid: &openid, unionid: None, session_key: "k", info: None };
        let life = SessionLife { total_ms: 1000, idle_ms: None };
        store.log_in(&login, SessionsPerUser::Many, life, NOW_MS).await.expect("a session").1
    };
    let over = AtomicBool::new(false);
    let (mut longest, mut last) = (0, None);
    std::thread::scope(|scope| {
        let _ended = Ends(&over);
        let first = runtime.block_on(log_in(0));
        for _ in 0..2 {
            let (store, over, skey) = (&store, &over, first.skey.clone());
            let reads = async move {
                while !over.load(Ordering::Relaxed) {
                    assert!(store.find_session(&skey, None, NOW_MS).await.expect("an answer").is_some());
                }
            };
            scope.spawn(|| {
                tokio::runtime::Builder::new_current_thread().build().expect("one").block_on(reads)
            });
        }
        for batch in 0..50 {
            let logins = (0..100).map(|number| log_in(batch * 100 + number));
            last = runtime.block_on(futures_util::future::join_all(logins)).pop();
            let log = std::fs::metadata(file.with_extension("sqlite-wal")).expect("the log");
            longest = longest.max(log.len());
        }
    });
    let last = last.expect("a session");
    let found = runtime.block_on(store.find_session(&last.skey, Some(&last.id), NOW_MS));
    assert!(found.expect("an answer").is_some());
    runtime.block_on(store.close());
    assert!(longest < 12 << 20, "{longest} bytes of log");
}

/// An operator's command may come while the server starts for the first time, or after an upgrade.
#[test]
fn processes_that_open_a_new_file_at_the_same_time_all_can() {
    for _ in 0..5 {
        let folder = tempfile::tempdir().expect("a folder");
        let location = Location::Sqlite(folder.path().join("s.sqlite"));
        let ready = std::sync::Barrier::new(4);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let runtime = tokio::runtime::Builder::new_current_thread()
                        .enable_all()
                        .build()
                        .expect("a runtime");
                    ready.wait();
                    runtime.block_on(async {
                        let vault = Vault::from_keys("").expect("no keys");
                        let store =
                            Store::open(&location, vault, 1).await.unwrap_or_else(|error| panic!("{error}"));
                        store.close().await;
                    });
                });
            }
        });
    }
}
