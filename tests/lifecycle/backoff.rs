//! Guarantee 13. A failing login backs off: exponentially, with full jitter, obeying `Retry-After` within bounds; calls
//! meanwhile fail at once with the login's error and learn when the next try is allowed; an explicit `login()` or a
//! success ends it.

use serde_json::{Value as Tree, json};
use wafer_client_wasm::core::{Address, CallId, Cause, Failure, Goal, Input};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::host::{Host, SUCCEEDED, failed};
use crate::json::Json;
use crate::script::{Api, Ask, Reply};

const NO_LIMIT: u32 = 1_000;

fn busy(retry_after_s: u32) -> Reply {
    Reply::Answer(503, json!({ "retryAfter": retry_after_s }))
}

fn is_down() -> Reply {
    Reply::Answer(503, Tree::Null)
}

/// Nobody is logged in, and the server answers every login request like this. Chance gives the longest waits.
fn host_with(reply: Reply) -> Host {
    let mut host = Host::new();
    host.chance = 1.0;
    host.configure(|settings| settings.max_logins_per_minute = NO_LIMIT);
    host.always(Api::LoginRequest, reply);
    host
}

/// One more call, and how long calls will fail likewise.
fn try_once(host: &mut Host) -> (CallId, f64) {
    let call = host.request("/user");
    host.run();
    (call, host.waits.get(&call).copied().unwrap_or(0.0))
}

/// The waits after so many logins that fail, each made when the wait before it is over.
fn waits(host: &mut Host, count: usize) -> Vec<f64> {
    let told = (0..count).map(|_| {
        let (_, wait_ms) = try_once(host);
        host.run_for(wait_ms);
        wait_ms
    });
    told.collect()
}

#[test]
fn the_bound_doubles_from_one_second_to_one_minute() {
    let mut host = host_with(is_down());
    assert_eq!(
        waits(&mut host, 9),
        [1_000.0, 2_000.0, 4_000.0, 8_000.0, 16_000.0, 32_000.0, 60_000.0, 60_000.0, 60_000.0]
    );
    assert_eq!(host.count("request /login"), 9);
}

#[test]
fn the_wait_is_any_part_of_the_bound() {
    for (chance, expected) in [(0.25, [250.0, 500.0, 1_000.0]), (0.001, [1.0, 2.0, 4.0]), (0.0, [0.0; 3])] {
        let mut host = host_with(is_down());
        host.chance = chance;
        assert_eq!(waits(&mut host, 3), expected);
        assert_eq!(host.count("login"), 3, "each wait is over when it says so");
    }
}

#[test]
fn calls_meanwhile_fail_at_once_by_the_same_error_and_learn_for_how_long() {
    let mut host = host_with(is_down());
    let (first, wait_ms) = try_once(&mut host);
    assert_eq!((host.outcome(first), wait_ms), (failed(Failure::LoginHttp), 1_000.0));
    host.run_for(300.0);
    let calls = host.requests(20);
    let login_user_info = host.call(Ask::goal(Goal::UserInfo));
    let failures = host.outcomes(&calls);
    assert_eq!(failures, [failed(Failure::LoginHttp); 20], "at once");
    assert_eq!(host.outcome(login_user_info), failed(Failure::LoginHttp));
    assert!(calls.iter().all(|call| host.waits[call] == 700.0 && host.details[call] == host.details[&first]));
    assert_eq!((host.count("login"), host.count("request /login")), (1, 1));
}

#[test]
fn all_who_waited_for_the_login_learn_for_how_long() {
    let mut host = host_with(is_down());
    let calls = host.requests(5);
    host.run();
    assert!(calls.iter().all(|call| host.waits[call] == 1_000.0));
}

#[test]
fn calls_that_need_no_session_go_out_meanwhile() {
    let mut host = host_with(is_down());
    try_once(&mut host);
    let bare = host.call(Ask::bare("/news"));
    host.run();
    assert_eq!(host.outcome(bare), SUCCEEDED);
}

#[test]
fn a_success_ends_it() {
    let mut host = host_with(is_down());
    waits(&mut host, 5);
    host.all_usual();
    let (call, _) = try_once(&mut host);
    assert_eq!(host.outcome(call), SUCCEEDED);
    host.clear_session();
    host.always(Api::LoginRequest, is_down());
    assert_eq!(try_once(&mut host).1, 1_000.0, "the next failure is the first one");
}

#[test]
fn an_explicit_login_ends_it() {
    for goal in [Goal::Login, Goal::Relogin] {
        let mut host = host_with(is_down());
        waits(&mut host, 5);
        try_once(&mut host);
        let login = host.call(Ask::goal(goal));
        host.run();
        assert_eq!(host.count("request /login"), 7, "it goes out at once");
        assert_eq!(host.waits[&login], 1_000.0, "its failure is the first one");
    }
}

#[test]
fn an_explicit_login_that_waits_for_the_check_of_the_session_is_made_all_the_same() {
    let mut host = Host::logged_in();
    host.chance = 1.0;
    host.always(Api::CheckSession, Reply::Fail(Cause::Other));
    host.next(Api::LoginRequest, is_down());
    let (refused, _) = try_once(&mut host);
    let blocked = host.request("/user");
    host.run();
    assert_eq!(host.outcomes(&[refused, blocked]), [failed(Failure::LoginHttp); 2]);
    let login = host.login();
    host.run();
    assert_eq!((host.outcome(login), host.count("request /login")), (SUCCEEDED, 2));
}

#[test]
fn retry_after_is_obeyed_and_spread() {
    let mut host = host_with(busy(20));
    host.chance = 0.5;
    assert_eq!(waits(&mut host, 3), [20_500.0, 21_000.0, 22_000.0]);
}

#[test]
fn a_retry_after_that_is_too_long_or_none_at_all_is_bounded() {
    for (retry_after, expected) in [
        (json!(300), 301_000.0),
        (json!(301), 301_000.0),
        (json!(i32::MAX), 301_000.0),
        (json!(-5), 1_000.0),
        (json!("20"), 1_000.0),
        (json!({}), 1_000.0),
    ] {
        let mut host = host_with(Reply::Answer(429, json!({ "retryAfter": retry_after })));
        assert_eq!(try_once(&mut host).1, expected, "{retry_after}");
    }
}

#[test]
fn whatever_the_server_answers_instead_of_a_session_backs_off() {
    for answer in [
        Reply::Answer(200, json!("<html>")),
        Reply::Answer(200, json!({ "error": "ERR_LOGIN_FAILED" })),
        Reply::Answer(404, Tree::Null),
        Reply::Fail(Cause::Other),
        Reply::Fail(Cause::Timeout),
        Reply::Fail(Cause::Aborted),
        Reply::Hang,
    ] {
        let mut host = host_with(answer.clone());
        assert_eq!(try_once(&mut host).1, 1_000.0, "{answer:?}");
        try_once(&mut host);
        assert_eq!(host.count("login"), 1, "{answer:?}");
    }
}

#[test]
fn what_fails_on_the_phones_own_side_does_not_back_off() {
    for (api, cause) in [
        (Api::Login, Cause::Other),
        (Api::Login, Cause::Timeout),
        (Api::Login, Cause::Unavailable),
        (Api::LoginRequest, Cause::Unsent),
    ] {
        let mut host = host_with(Reply::Usual);
        host.always(api, Reply::Fail(cause));
        for _ in 0..4 {
            assert_eq!(try_once(&mut host).1, 0.0, "{api:?} {cause:?}");
            host.run_for(1_000.0);
        }
        assert_eq!(host.count("login"), 4, "{api:?} {cause:?}");
    }
}

#[test]
fn a_wx_login_that_fails_after_one_that_the_server_failed_asks_for_no_wait() {
    let mut host = host_with(is_down());
    let wait_ms = try_once(&mut host).1;
    assert!(wait_ms > 0.0);
    host.run_for(wait_ms + 1.0);
    host.always(Api::Login, Reply::Fail(Cause::Other));
    assert_eq!(try_once(&mut host).1, 0.0);
}

#[test]
fn a_protocol_of_the_apps_own_that_throws_does_not_back_off() {
    let mut host = host_with(Reply::Hang);
    let call = host.request("/user");
    host.run_for(10.0);
    let flight = host.flight_in_air();
    host.handle(Input::LoginUnsent { flight, error: Json(json!({ "message": "a bug" })) });
    assert_eq!((host.outcome(call), host.waits[&call]), (failed(Failure::LoginNetwork), 0.0));
}

#[test]
fn the_network_or_the_app_that_comes_back_ends_what_may_have_been_the_networks_fault() {
    for (reply, logins) in [(Reply::Fail(Cause::Other), 2), (Reply::Hang, 2), (is_down(), 1)] {
        let mut host = host_with(reply.clone());
        try_once(&mut host);
        host.handle(Input::Returned);
        try_once(&mut host);
        assert_eq!(host.count("request /login"), logins, "{reply:?}");
    }
}

#[test]
fn who_comes_back_to_an_app_that_was_suspended_is_not_told_to_wait_on() {
    let mut host = host_with(busy(120));
    assert_eq!(try_once(&mut host).1, 121_000.0);
    host.all_usual();
    // No timer goes off while an app is suspended; the clock goes on.
    host.now_ms += 2_400_000.0;
    host.handle(Input::Returned);
    let (call, _) = try_once(&mut host);
    assert_eq!((host.outcome(call), host.count("login")), (SUCCEEDED, 2));
}

#[test]
fn a_clock_that_is_set_ends_the_wait_and_never_makes_it_longer() {
    for by_ms in [3_600_000.0, -3_600_000.0] {
        let mut host = host_with(busy(120));
        try_once(&mut host);
        host.all_usual();
        host.clock_set_by_ms += by_ms;
        let (call, _) = try_once(&mut host);
        assert_eq!((host.outcome(call), host.count("login")), (SUCCEEDED, 2), "{by_ms}");
    }
}

#[test]
fn a_session_that_is_refused_meanwhile_fails_its_calls_by_the_logins_error() {
    let mut host = Host::live();
    host.chance = 1.0;
    host.always(Api::LoginRequest, is_down());
    let forced = host.call(Ask::goal(Goal::Relogin));
    host.run();
    assert_eq!(host.outcome(forced), failed(Failure::LoginHttp));
    let warm = host.request("/user");
    host.run();
    assert_eq!(host.outcome(warm), SUCCEEDED, "the session is still good");
    host.server.borrow_mut().expire_all();
    let calls = host.requests(3);
    let bare = host.call(Ask::bare("/news"));
    host.run();
    assert_eq!(host.outcomes(&calls), [failed(Failure::LoginHttp); 3]);
    assert_eq!(host.outcome(bare), SUCCEEDED);
    assert_eq!(host.count("request /login"), 1);
}

#[test]
fn another_server_is_not_left_alone_for_the_first_ones_failures() {
    let mut host = host_with(is_down());
    try_once(&mut host);
    host.all_usual();
    host.configure(|settings| settings.login_url = Address::of("https://api.other.example/login"));
    let login = host.request("https://api.other.example/public");
    host.run();
    assert_eq!((host.outcome(login), host.count("request /login")), (SUCCEEDED, 2));
}

#[test]
fn log_out_does_not_end_it() {
    let mut host = host_with(is_down());
    try_once(&mut host);
    host.clear_session();
    let calls = host.requests(2);
    host.run();
    assert_eq!(host.outcomes(&calls), [failed(Failure::LoginHttp); 2]);
    assert_eq!(host.count("login"), 1);
}

#[test]
fn failures_that_are_no_logins_say_nothing_about_the_next_one() {
    let mut host = host_with(is_down());
    try_once(&mut host);
    let invalid = host.request("ftp://x");
    let foreign = host.request("https://foreign.example/");
    host.run();
    assert!([invalid, foreign].iter().all(|call| host.waits[call] == 0.0));
    assert_eq!(host.outcome(foreign), failed(Failure::Untrusted));
}

#[test]
fn ten_minutes_of_an_outage_cost_a_busy_phone_a_login_every_half_minute() {
    let mut host = Host::new();
    host.always(Api::LoginRequest, is_down());
    for second in 0..600 {
        host.chance = f64::from(second * 7 % 10) / 10.0;
        host.request("/user");
        host.run_for(1_000.0);
    }
    let logins = host.count("login");
    assert!((10..=40).contains(&logins), "{logins}");
}
