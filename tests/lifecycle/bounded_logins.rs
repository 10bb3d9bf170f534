//! Guarantee 6. One retry a call; never above WeChat's 4 `wx.login` a second; at most `maxLoginsPerMinute`
//! automatic ones; a server that always says "expired" gets no storm.

use wafer_client_wasm::core::{Cause, Failure, Goal};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::host::{Host, SUCCEEDED, failed};
use crate::script::{Api, Ask, Reply};

#[test]
fn a_server_that_always_says_expired_costs_one_login_and_one_resend_a_call() {
    let mut host = Host::logged_in();
    host.server.borrow_mut().always_expired = true;
    let calls = host.requests(100);
    host.rest();
    assert_eq!(host.outcomes(&calls), [failed(Failure::SessionRefused); 100]);
    assert_eq!(host.count("login"), 1);
    assert_eq!(host.count("request /user"), 200);
}

#[test]
fn calls_one_after_the_other_against_such_a_server_log_in_five_times_a_minute() {
    let mut host = Host::new();
    host.server.borrow_mut().always_expired = true;
    for _ in 0..100 {
        host.request("/user");
        host.run_for(500.0);
    }
    host.run();
    assert_eq!(host.count("login"), 5);
    let outcomes: Vec<_> = host.calls.values().map(|call| call.outcome).collect();
    assert_eq!(outcomes[..2], [failed(Failure::SessionRefused); 2], "each logs in twice");
    assert_eq!(outcomes[2..], [failed(Failure::LoginLimit); 98]);
}

#[test]
fn the_budget_is_there_again_when_the_minute_is_over() {
    let mut host = Host::new();
    host.always(Api::Login, Reply::Fail(Cause::Other));
    for _ in 0..8 {
        host.request("/user");
        host.run_for(1_000.0);
    }
    assert_eq!(host.count("login"), 5);
    host.all_usual();
    host.run_for(52_100.0);
    let call = host.request("/user");
    host.run();
    assert_eq!(host.outcome(call), SUCCEEDED);
}

#[test]
fn a_failing_server_gets_no_storm_either() {
    let mut host = Host::new();
    host.always(Api::LoginRequest, Reply::Fail(Cause::Other));
    for _ in 0..50 {
        host.request("/user");
        host.run_for(200.0);
    }
    host.run();
    assert_eq!(host.count("login"), 5);
    assert_eq!(host.count("request /login"), 5);
}

#[test]
fn the_budget_can_be_chosen() {
    for budget in [0, 1, 3] {
        let mut host = Host::new();
        host.server.borrow_mut().always_expired = true;
        host.configure(|settings| settings.max_logins_per_minute = budget);
        for _ in 0..10 {
            host.request("/user");
            host.run_for(1_000.0);
        }
        assert_eq!(host.count("login"), budget as usize);
    }
}

#[test]
fn a_login_that_the_user_asked_for_is_not_limited_by_the_minute() {
    let mut host = Host::new();
    host.configure(|settings| settings.max_logins_per_minute = 0);
    let calls: Vec<_> = (0..12)
        .map(|_| {
            let call = host.call(Ask::goal(Goal::Relogin));
            host.run_for(400.0);
            call
        })
        .collect();
    assert_eq!(host.outcomes(&calls), [SUCCEEDED; 12]);
    assert_eq!(host.count("login"), 12);
}

#[test]
fn nobody_gets_more_than_four_logins_in_any_second() {
    let mut host = Host::new();
    for _ in 0..100 {
        host.call(Ask::goal(Goal::Relogin));
        host.run_for(30.0);
    }
    host.run();
    let logins: Vec<f64> =
        host.log.iter().filter(|(_, entry)| entry == "login").map(|(at_ms, _)| *at_ms).collect();
    assert!(logins.len() >= 8, "it goes on after a second");
    assert!(logins.windows(5).all(|five| five[4] - five[0] >= 1_000.0), "{logins:?}");
}

#[test]
fn a_login_that_the_budget_forbids_keeps_the_session() {
    let mut host = Host::logged_in();
    host.configure(|settings| settings.max_logins_per_minute = 0);
    host.next(Api::CheckSession, Reply::Fail(Cause::Other));
    let call = host.request("/user");
    host.run();
    assert_eq!(host.outcome(call), failed(Failure::LoginLimit));
    assert_eq!(host.stored_skey().as_deref(), Some("stored"));
    let next = host.request("/user");
    host.run();
    assert_eq!(host.outcome(next), SUCCEEDED);
}

#[test]
fn when_the_budget_is_used_up_every_waiter_learns_it_in_order_and_the_others_go_on() {
    let mut host = Host::logged_in();
    host.configure(|settings| settings.max_logins_per_minute = 0);
    host.next(Api::CheckSession, Reply::Fail(Cause::Other));
    let calls = host.requests(3);
    let bare = host.call(Ask::bare("/news"));
    host.run();
    assert_eq!(host.outcomes(&calls), [failed(Failure::LoginLimit); 3]);
    assert_eq!(host.outcome(bare), SUCCEEDED);
}

#[test]
fn the_budget_survives_the_loss_of_the_core() {
    let mut host = Host::new();
    host.always(Api::LoginRequest, Reply::Fail(Cause::Other));
    for _ in 0..20 {
        host.request("/user");
        host.run_for(100.0);
        host.lose_instance();
        host.run_for(1_500.0);
    }
    assert_eq!(host.count("login"), 5);
    host.all_usual();
    host.run_for(60_000.0);
    let call = host.request("/user");
    host.run();
    assert_eq!(host.outcome(call), SUCCEEDED, "and it is there again when the minute is over");
}

#[test]
fn wechats_limit_a_second_survives_the_loss_of_the_core() {
    let mut host = Host::new();
    host.always(Api::Login, Reply::Fail(Cause::Other));
    for _ in 0..3 {
        host.call(Ask::goal(Goal::Relogin));
        host.run();
    }
    host.lose_instance();
    let calls = [host.call(Ask::goal(Goal::Relogin)), host.call(Ask::goal(Goal::Relogin))];
    host.run();
    assert_eq!(host.count("login"), 4);
    host.run_for(10.0);
    let late = host.call(Ask::goal(Goal::Relogin));
    host.run();
    assert_eq!(host.count("login"), 4);
    assert_eq!(host.outcomes(&calls), [failed(Failure::WxLogin); 2], "one login for both");
    assert_eq!(host.outcome(late), failed(Failure::LoginLimit));
}
