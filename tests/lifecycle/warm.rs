//! Guarantee 10. Warm calls are cheap: with a valid session, the second and later calls make exactly one native
//! call, `wx.request`.

use wafer_client_wasm::core::{CheckMode, LoginMode};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::host::{Host, SUCCEEDED};

/// A hundred calls one after the other: the host calls of the second and later ones.
fn warm_calls(mut host: Host) -> (Vec<String>, usize) {
    host.request("/user");
    host.run();
    host.take_log();
    let timers = host.timers_set;
    for _ in 1..100 {
        let call = host.request("/user");
        host.run();
        assert_eq!(host.outcome(call), SUCCEEDED);
    }
    (host.take_log(), host.timers_set - timers)
}

#[test]
fn after_a_cold_login_a_call_is_one_request() {
    assert_eq!(warm_calls(Host::new()).0, ["request /user skey-1"; 99]);
}

#[test]
fn after_a_restored_session_a_call_is_one_request() {
    assert_eq!(warm_calls(Host::logged_in()).0, ["request /user stored"; 99]);
}

#[test]
fn so_it_is_for_servers_that_want_user_data_at_login() {
    let mut host = Host::new();
    host.login_mode(LoginMode::CodeAndUserInfo);
    assert_eq!(warm_calls(host).0, ["request /user skey-1"; 99]);
}

#[test]
fn without_checks_even_the_first_call_of_a_launch_is_one_request_after_reading_the_storage() {
    let mut host = Host::logged_in();
    host.check_mode(CheckMode::Never);
    host.request("/user");
    host.run();
    assert_eq!(host.log(), ["getStorage", "request /user stored"]);
}

#[test]
fn a_warm_call_sets_no_timer_of_its_own() {
    assert_eq!(warm_calls(Host::logged_in()).1, 0);
}

#[test]
fn a_hundred_warm_calls_at_once_are_a_hundred_requests() {
    let mut host = Host::logged_in();
    host.request("/user");
    host.run();
    host.take_log();
    let calls = host.requests(100);
    host.run();
    assert_eq!(host.outcomes(&calls), [SUCCEEDED; 100]);
    assert_eq!(host.log(), ["request /user stored"; 100]);
}
