//! Guarantee 1. However many calls need a session at once, there is one `wx.login` and one login request, and the
//! waiters go on in the order in which they came.

use wafer_client_wasm::core::{Cause, Failure, Goal};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::host::{Host, PENDING, SUCCEEDED, failed};
use crate::script::{Api, Ask, Reply};

#[test]
fn the_first_call_logs_in_and_is_sent_with_the_session() {
    let mut host = Host::new();
    let call = host.request("/user");
    host.run();
    assert_eq!(host.outcome(call), SUCCEEDED);
    assert_eq!(
        host.log(),
        ["getStorage", "login", "request /login code-1", "setStorage skey-1", "request /user skey-1"]
    );
}

#[test]
fn a_hundred_cold_calls_share_one_login() {
    let mut host = Host::new();
    let calls = host.requests(100);
    host.run();
    assert_eq!(host.outcomes(&calls), [SUCCEEDED; 100]);
    assert_eq!(host.count("login"), 1);
    assert_eq!(host.count("request /login"), 1);
    assert_eq!(host.count("request /user skey-1"), 100);
}

#[test]
fn a_hundred_calls_on_an_expired_session_share_one_login() {
    let mut host = Host::logged_in();
    host.server.borrow_mut().expire_all();
    let calls = host.requests(100);
    host.run();
    assert_eq!(host.outcomes(&calls), [SUCCEEDED; 100]);
    assert_eq!(host.count("checkSession"), 1);
    assert_eq!(host.count("login"), 1);
    assert_eq!(host.count("request /user stored"), 100);
    assert_eq!(host.count("request /user skey-1"), 100);
}

#[test]
fn calls_that_come_at_every_stage_of_the_login_join_it() {
    let mut host = Host::new();
    let mut calls = vec![host.request("/user")];
    while host.count("request /user") == 0 {
        host.run_for(1.0);
        calls.push(host.request("/user"));
    }
    host.run();
    assert!(calls.len() > 10, "calls came at every stage");
    assert!(calls.iter().all(|call| host.outcome(*call) == SUCCEEDED));
    assert_eq!(host.count("login"), 1);
}

#[test]
fn waiters_are_sent_in_the_order_in_which_they_came() {
    let mut host = Host::new();
    let paths = ["/user/c", "/user/a", "/user/b", "/user/d"];
    for path in paths {
        host.request(path);
        host.run_for(3.0);
    }
    host.run();
    assert_eq!(host.log()[4..], paths.map(|path| format!("request {path} skey-1")));
}

#[test]
fn waiters_for_the_login_after_an_expiry_are_resent_in_order_too() {
    let mut host = Host::logged_in();
    host.server.borrow_mut().expire_all();
    let paths = ["/user/c", "/user/a", "/user/b"];
    for path in paths {
        host.request(path);
    }
    host.run();
    let log = host.log();
    assert_eq!(log[log.len() - 3..], paths.map(|path| format!("request {path} skey-1")));
}

#[test]
fn login_and_requests_share_the_login() {
    let mut host = Host::new();
    let login = host.login();
    let request = host.request("/user");
    let other_login = host.login();
    host.run();
    assert_eq!(host.outcomes(&[login, request, other_login]), [SUCCEEDED; 3]);
    assert_eq!(host.count("login"), 1);
}

#[test]
fn login_with_a_good_session_asks_nothing_but_wechat_about_it() {
    let mut host = Host::logged_in();
    let first = host.login();
    host.run();
    let second = host.login();
    host.run();
    assert_eq!(host.outcomes(&[first, second]), [SUCCEEDED; 2]);
    assert_eq!(host.log(), ["getStorage", "checkSession"]);
}

#[test]
fn a_wish_for_a_new_login_replaces_a_good_session() {
    let mut host = Host::logged_in();
    let call = host.call(Ask::goal(Goal::Relogin));
    host.run();
    assert_eq!(host.outcome(call), SUCCEEDED);
    assert_eq!(host.log(), ["getStorage", "login", "request /login code-1", "setStorage skey-1"]);
}

#[test]
fn wishes_for_a_new_login_share_one() {
    let mut host = Host::logged_in();
    let calls: Vec<_> = (0..5).map(|_| host.call(Ask::goal(Goal::Relogin))).collect();
    host.run();
    assert_eq!(host.outcomes(&calls), [SUCCEEDED; 5]);
    assert_eq!(host.count("login"), 1);
}

#[test]
fn a_wish_for_a_new_login_is_fulfilled_by_the_login_that_a_failed_check_brings() {
    let mut host = Host::logged_in();
    host.next(Api::CheckSession, Reply::Fail(Cause::Other));
    let request = host.request("/user");
    let relogin = host.call(Ask::goal(Goal::Relogin));
    host.run();
    assert_eq!(host.outcomes(&[request, relogin]), [SUCCEEDED; 2]);
    assert_eq!(host.count("login"), 1);
}

#[test]
fn when_the_login_fails_everyone_who_waited_fails_by_it_and_the_next_call_tries_anew() {
    let mut host = Host::new();
    host.next(Api::LoginRequest, Reply::Fail(Cause::Other));
    let calls = host.requests(20);
    host.run();
    assert_eq!(host.outcomes(&calls), [failed(Failure::LoginNetwork); 20]);
    assert_eq!(host.count("login"), 1);
    let call = host.request("/user");
    assert_eq!(host.outcome(call), PENDING);
    host.run();
    assert_eq!(host.outcome(call), SUCCEEDED);
    assert_eq!(host.count("login"), 2);
}

#[test]
fn a_check_that_fails_after_the_call_that_asked_for_it_was_aborted_logs_nobody_in() {
    let mut host = Host::logged_in();
    host.always(Api::CheckSession, Reply::Fail(Cause::Other));
    let call = host.request("/user");
    host.abort(call);
    host.rest();
    assert_eq!(host.outcome(call), failed(Failure::Aborted));
    assert_eq!((host.count("checkSession"), host.count("login")), (1, 0));
    let next = host.request("/user");
    host.run();
    assert_eq!((host.outcome(next), host.count("login")), (SUCCEEDED, 1));
}

#[test]
fn the_login_goes_on_when_the_call_that_began_it_is_aborted() {
    let mut host = Host::new();
    let first = host.request("/user");
    let second = host.request("/user");
    host.abort(first);
    host.run();
    assert_eq!(host.outcome(first), failed(Failure::Aborted));
    assert_eq!(host.outcome(second), SUCCEEDED);
    assert_eq!(host.count("login"), 1);
}
