//! The user may set the clock, and the system may put the app to sleep: deadlines are kept all the same.

use wafer_client_wasm::core::{Cause, Failure, Goal};
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
        host.call(Ask::bare("/news").within_ms(5_000.0));
        host.run_for(1_000.0);
        host.clock_set_by_ms = by_ms;
        let call = host.call(Ask::bare("/news").within_ms(5_000.0));
        host.rest();
        assert_eq!(host.outcome(call), failed(Failure::Timeout));
        assert!(host.now_ms < 200_000.0, "and not an hour later");
    }
}

#[test]
fn a_clock_that_is_set_forth_and_back_ends_no_login_early() {
    let mut host = Host::new();
    host.next(Api::Login, Reply::After(9_000.0));
    let call = host.request("/user");
    for jump in 0..17 {
        host.clock_set_by_ms = if jump % 2 == 0 { HOUR_MS } else { 0.0 };
        host.call(Ask::bare("/news"));
        host.run_for(500.0);
    }
    host.run();
    assert_eq!(host.outcome(call), SUCCEEDED);
}

#[test]
fn a_clock_that_is_set_back_ends_nothing_early_that_begins_afterwards() {
    let mut host = Host::new();
    host.login();
    host.run_for(10_900.0);
    host.clock_set_by_ms = -HOUR_MS;
    host.next(Api::UserInfo, Reply::After(9_900.0));
    let call = host.call(Ask::goal(Goal::UserInfo));
    host.run();
    assert_eq!(host.outcome(call), SUCCEEDED);
}

/// Automatic logins, at their real times, of an app that calls all the time while no login succeeds and the user's clock
/// jumps by `jump_ms` and back every `period_ms`.
fn logins_under_a_jumping_clock(jump_ms: f64, period_ms: f64) -> Vec<f64> {
    let mut host = Host::new();
    host.always(Api::LoginRequest, Reply::Fail(Cause::Other));
    let mut steps = 0;
    while host.now_ms < 400_000.0 {
        steps += 1;
        host.clock_set_by_ms = if steps % 2 == 0 { jump_ms } else { 0.0 };
        host.request("/user");
        host.run_for(period_ms);
    }
    host.log.iter().filter(|(_, entry)| entry == "login").map(|(at_ms, _)| *at_ms).collect()
}

#[test]
fn a_clock_that_jumps_back_and_forth_makes_no_room_for_more_logins_and_keeps_none_away() {
    for jump_ms in [-HOUR_MS, -60_000.0, 900.0, 60_000.0, HOUR_MS] {
        for period_ms in [90.0, 450.0, 1_100.0, 3_700.0, 20_000.0] {
            let logins = logins_under_a_jumping_clock(jump_ms, period_ms);
            let close = logins.windows(6).find(|six| six[5] - six[0] < 60_000.0);
            assert_eq!(close, None, "by {jump_ms} ms every {period_ms} ms");
            assert!(logins.windows(5).all(|five| five[4] - five[0] >= 1_000.0));
            assert!(logins.len() >= 20, "{} by {jump_ms} ms every {period_ms} ms", logins.len());
        }
    }
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
