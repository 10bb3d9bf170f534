//! The user may set the clock, and the system may put the app to sleep: deadlines are kept all the same.

use wafer_client_wasm::core::{Cause, Failure};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::host::{Host, PENDING, SUCCEEDED, failed};
use crate::script::{Api, Ask, Reply};

const HOUR_MS: f64 = 3_600_000.0;

#[test]
fn a_clock_that_is_set_forth_moves_no_deadline() {
    let mut host = Host::new();
    host.next(Api::Login, Reply::Hang);
    let call = host.request("/user");
    host.run_for(1_000.0);
    host.clock_set_by_ms = HOUR_MS;
    host.call(Ask::bare("/news"));
    host.run_for(8_999.0);
    assert_eq!(host.outcome(call), PENDING);
    host.run_for(2.0);
    assert_eq!(host.outcome(call), failed(Failure::LoginTimeout));
}

#[test]
fn a_clock_that_is_set_back_delays_a_deadline_by_no_more_than_went_unseen() {
    let mut host = Host::new();
    host.next(Api::Login, Reply::Hang);
    let call = host.request("/user");
    host.run_for(1_000.0);
    host.clock_set_by_ms = -HOUR_MS;
    host.call(Ask::bare("/news"));
    host.run_for(8_999.0);
    assert_eq!(host.outcome(call), PENDING);
    host.run_for(1_002.0);
    assert_eq!(host.outcome(call), failed(Failure::LoginTimeout));
}

#[test]
fn a_clock_that_is_set_back_after_a_long_silence_ends_no_new_call_early() {
    let mut host = Host::new();
    host.call(Ask::bare("/news"));
    host.run_for(60_000.0);
    host.clock_set_by_ms = -HOUR_MS;
    host.next(Api::Request, Reply::After(50_000.0));
    let call = host.call(Ask::bare("/news"));
    host.run();
    assert_eq!(host.outcome(call), SUCCEEDED);
}

#[test]
fn a_clock_that_is_set_forth_ends_no_other_calls_patience() {
    let mut host = Host::new();
    host.always(Api::Request, Reply::Hang);
    let hurried = host.call(Ask::bare("/news").within_ms(2_000.0));
    host.next(Api::Request, Reply::After(30_000.0));
    let patient = host.call(Ask::bare("/news"));
    host.run_for(1_000.0);
    host.clock_set_by_ms = HOUR_MS;
    host.run();
    assert_eq!(host.outcome(hurried), failed(Failure::Timeout));
    assert_eq!(host.outcome(patient), SUCCEEDED);
}

#[test]
fn calls_made_after_the_clock_was_set_settle_too() {
    for by_ms in [-HOUR_MS, HOUR_MS] {
        let mut host = Host::new();
        host.always(Api::Request, Reply::Hang);
        host.call(Ask::bare("/news"));
        host.run_for(1_000.0);
        host.clock_set_by_ms = by_ms;
        let call = host.call(Ask::bare("/news"));
        host.rest();
        assert_eq!(host.outcome(call), failed(Failure::Timeout));
        assert!(host.now_ms < 200_000.0, "and not an hour later");
    }
}

#[test]
fn the_login_budget_comes_back_while_the_app_sleeps() {
    let mut host = Host::new();
    host.always(Api::Login, Reply::Fail(Cause::Other));
    for _ in 0..6 {
        host.request("/user");
        host.run_for(500.0);
    }
    assert_eq!(host.count("login"), 5);
    host.all_usual();
    host.call(Ask::bare("/news"));
    host.clock_set_by_ms += HOUR_MS;
    let call = host.request("/user");
    host.run();
    assert_eq!(host.outcome(call), SUCCEEDED);
}

#[test]
fn a_clock_that_is_set_back_does_not_keep_the_login_budget_for_ever() {
    let mut host = Host::new();
    host.always(Api::Login, Reply::Fail(Cause::Other));
    for _ in 0..6 {
        host.request("/user");
        host.run_for(500.0);
    }
    host.clock_set_by_ms = -HOUR_MS;
    host.all_usual();
    host.request("/user");
    host.run_for(61_000.0);
    let call = host.request("/user");
    host.run();
    assert_eq!(host.outcome(call), SUCCEEDED);
}
