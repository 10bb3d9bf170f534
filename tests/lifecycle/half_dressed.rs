//! Guarantee 3. While a login runs, calls that need the session wait; a call that opted out of login and has no
//! session is sent at once.

use serde_json::json;
use wafer_client_wasm::core::{Cause, Failure, Goal};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::host::{Host, PENDING, SUCCEEDED, failed};
use crate::script::{Api, Ask, Reply};

#[test]
fn nothing_that_needs_the_session_goes_out_before_it_is_there() {
    let mut host = Host::new();
    host.requests(10);
    while host.session.is_none() {
        assert_eq!(host.count("request /user"), 0);
        host.run_for(1.0);
    }
    host.run();
    assert_eq!(host.count("request /user skey-1"), 10);
}

#[test]
fn a_call_without_login_and_session_is_sent_at_once() {
    let mut host = Host::new();
    let call = host.call(Ask::bare("/news"));
    assert_eq!(host.log(), ["getStorage", "request /news"]);
    host.run();
    assert_eq!(host.outcome(call), SUCCEEDED);
    assert_eq!(host.count("login"), 0);
}

#[test]
fn a_call_without_login_does_not_wait_for_the_login_of_others() {
    let mut host = Host::new();
    let waiting = host.request("/user");
    host.run_for(7.0);
    host.call(Ask::bare("/news"));
    assert_eq!(host.log.last(), Some(&(7.0, "request /news".to_owned())));
    assert_eq!(host.outcome(waiting), PENDING);
    host.run();
    assert_eq!(host.outcome(waiting), SUCCEEDED);
}

#[test]
fn a_call_without_login_carries_the_session_that_is_there_and_does_not_wait_for_the_check() {
    let mut host = Host::logged_in();
    let checked = host.request("/user");
    let call = host.call(Ask::bare("/news"));
    assert_eq!(host.log(), ["getStorage", "checkSession", "request /news stored"]);
    host.run();
    assert_eq!(host.outcomes(&[checked, call]), [SUCCEEDED; 2]);
}

#[test]
fn a_call_without_login_does_not_go_out_under_a_session_that_is_being_replaced() {
    let mut host = Host::logged_in();
    host.call(Ask::goal(Goal::Relogin));
    let call = host.call(Ask::bare("/user"));
    assert_eq!(host.count("request /user"), 0);
    host.run();
    assert_eq!(host.outcome(call), SUCCEEDED);
    assert_eq!(host.log.last().map(|(_, entry)| entry.as_str()), Some("request /user skey-1"));
}

#[test]
fn it_goes_out_under_the_old_session_when_the_new_login_fails() {
    let mut host = Host::logged_in();
    host.next(Api::LoginRequest, Reply::Fail(Cause::Other));
    let relogin = host.call(Ask::goal(Goal::Relogin));
    let call = host.call(Ask::bare("/user"));
    host.run();
    assert_eq!(host.outcome(relogin), failed(Failure::LoginNetwork));
    assert_eq!(host.outcome(call), SUCCEEDED);
    assert_eq!(host.log.last().map(|(_, entry)| entry.as_str()), Some("request /user stored"));
}

#[test]
fn a_signed_call_whose_session_expired_logs_in_even_if_it_did_not_ask_for_it() {
    let mut host = Host::logged_in();
    host.server.borrow_mut().expire_all();
    let call = host.call(Ask::bare("/user"));
    host.run();
    assert_eq!(host.outcome(call), SUCCEEDED);
    assert_eq!(host.count("login"), 1);
    assert_eq!(host.count("request /user skey-1"), 1);
}

#[test]
fn a_bare_call_that_the_server_wants_a_session_for_fails_and_logs_nobody_in() {
    let mut host = Host::new();
    let call = host.call(Ask::bare("/user"));
    host.run();
    assert_eq!(host.outcome(call), failed(Failure::CheckLogin));
    assert_eq!(host.log(), ["getStorage", "request /user"]);
}

#[test]
fn a_bare_call_that_is_refused_as_expired_fails_and_logs_nobody_in() {
    let mut host = Host::new();
    let body = json!({ "F2C224D4-2BCE-4C64-AF9F-A6D872000D1A": 1, "error": "ERR_INVALID_SESSION" });
    host.next(Api::Request, Reply::Answer(200, body));
    let call = host.call(Ask::bare("/user"));
    host.run();
    assert_eq!(host.outcome(call), failed(Failure::SessionRefused));
    assert_eq!(host.log(), ["getStorage", "request /user"]);
}

/// The stored session is refused, and the login that replaces it is on its way.
fn being_replaced() -> Host {
    let mut host = Host::live();
    host.server.borrow_mut().expire_all();
    host.next(Api::Login, Reply::After(500.0));
    host.request("/user");
    host.run_for(100.0);
    assert_eq!(host.log(), ["request /user stored", "getStorage", "removeStorage", "login"]);
    host.take_log();
    host
}

#[test]
fn calls_without_login_wait_while_a_refused_session_is_being_replaced() {
    let mut host = being_replaced();
    let call = host.call(Ask::bare("/user"));
    assert_eq!(host.log(), [""; 0], "their user was logged in");
    host.run();
    assert_eq!(host.outcome(call), SUCCEEDED);
    assert_eq!(host.count("request /user skey-1"), 2);
}

#[test]
fn they_go_out_bare_only_if_the_login_that_replaces_it_fails() {
    let mut host = being_replaced();
    host.next(Api::LoginRequest, Reply::Fail(Cause::Other));
    let news = host.call(Ask::bare("/news"));
    host.run_for(500.0);
    host.run();
    assert_eq!(host.outcome(news), SUCCEEDED);
    assert_eq!(host.log(), ["request /login code-1", "request /news"]);
}

#[test]
fn a_burst_of_calls_without_login_across_an_expiry_all_carry_a_session() {
    let mut host = Host::live();
    host.server.borrow_mut().expire_all();
    let mut calls = Vec::new();
    for _ in 0..100 {
        calls.push(host.call(Ask::bare("/user")));
        host.run_for(10.0);
    }
    host.run();
    assert_eq!(host.outcomes(&calls), [SUCCEEDED; 100]);
    assert_eq!(host.count("login"), 1);
    assert!(host.server.borrow().seen.iter().all(|seen| seen.url.ends_with("/login") || seen.skey() != ""));
}

#[test]
fn calls_of_a_user_who_never_logged_in_do_not_wait_for_the_login_of_others() {
    let mut host = Host::new();
    host.request("/user");
    host.run_for(7.0);
    host.take_log();
    for _ in 0..3 {
        host.call(Ask::bare("/news"));
    }
    assert_eq!(host.log(), ["request /news"; 3]);
}
