//! `checkSession`: when WeChat is asked whether its session_key is still good.

use wafer_client_wasm::core::{Cause, CheckMode, Goal};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::host::{Host, SUCCEEDED};
use crate::script::{Api, Ask, Reply};

#[test]
fn launch_asks_once_for_the_session_that_was_stored() {
    let mut host = Host::logged_in();
    for _ in 0..5 {
        host.request("/user");
        host.run();
    }
    assert_eq!(host.count("checkSession"), 1);
}

#[test]
fn launch_does_not_ask_about_a_session_that_was_just_made() {
    let mut host = Host::new();
    host.request("/user");
    host.run();
    host.request("/user");
    host.run();
    assert_eq!(host.count("checkSession"), 0);
}

#[test]
fn calls_at_once_share_the_check() {
    let mut host = Host::logged_in();
    let calls = host.requests(50);
    host.run();
    assert_eq!(host.outcomes(&calls), [SUCCEEDED; 50]);
    assert_eq!(host.count("checkSession"), 1);
}

#[test]
fn a_failed_check_brings_a_login_before_anything_is_sent() {
    let mut host = Host::logged_in();
    host.next(Api::CheckSession, Reply::Fail(Cause::Other));
    let calls = host.requests(10);
    host.run();
    assert_eq!(host.outcomes(&calls), [SUCCEEDED; 10]);
    assert_eq!(host.count("login"), 1);
    assert_eq!(host.count("request /user stored"), 0);
    assert_eq!(host.count("request /user skey-1"), 10);
}

#[test]
fn always_asks_before_every_call_and_once_for_each() {
    let mut host = Host::logged_in();
    host.check_mode(CheckMode::Always);
    for _ in 0..5 {
        let call = host.request("/user");
        host.run();
        assert_eq!(host.outcome(call), SUCCEEDED);
    }
    assert_eq!(host.count("checkSession"), 5);
}

#[test]
fn always_asks_before_user_data_too() {
    let mut host = Host::logged_in();
    host.check_mode(CheckMode::Always);
    host.login();
    host.run();
    host.take_log();
    host.call(Ask::goal(Goal::UserInfo));
    host.run();
    assert_eq!(host.log(), ["checkSession", "getUserInfo"]);
}

#[test]
fn always_lets_calls_share_a_check_that_is_on_its_way() {
    let mut host = Host::logged_in();
    host.check_mode(CheckMode::Always);
    host.login();
    host.run();
    host.take_log();
    let calls = host.requests(10);
    host.run();
    assert_eq!(host.outcomes(&calls), [SUCCEEDED; 10]);
    assert_eq!(host.count("checkSession"), 1);
}

#[test]
fn never_asks_never() {
    let mut host = Host::logged_in();
    host.check_mode(CheckMode::Never);
    host.requests(3);
    host.run();
    host.server.borrow_mut().expire_all();
    let calls = host.requests(3);
    host.run();
    assert_eq!(host.outcomes(&calls), [SUCCEEDED; 3]);
    assert_eq!(host.count("checkSession"), 0);
}

#[test]
fn calls_without_login_do_not_bring_a_check() {
    let mut host = Host::logged_in();
    host.check_mode(CheckMode::Always);
    host.call(Ask::bare("/user"));
    host.run();
    assert_eq!(host.log(), ["getStorage", "request /user stored"]);
}

#[test]
fn a_check_that_passes_after_its_deadline_changes_nothing() {
    let mut host = Host::logged_in();
    host.next(Api::CheckSession, Reply::After(3_005.0));
    let call = host.request("/user");
    host.rest();
    assert_eq!(host.outcome(call), SUCCEEDED);
    assert_eq!(host.count("login"), 1);
    assert_eq!(host.count("request /user skey-1"), 1);
    assert_eq!(host.stored_skey().as_deref(), Some("skey-1"));
}
