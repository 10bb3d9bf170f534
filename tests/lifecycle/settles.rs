//! Guarantee 5. Every call settles exactly once, whatever hangs, answers twice, answers rubbish or fails to store.
//! (The host of these stories fails a story in which a call settles twice or can never settle.)

use serde_json::json;
use wafer_client_wasm::core::{CallId, Cause, CheckMode, Failure, Goal, LoginMode};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::host::{Host, PENDING, SUCCEEDED, failed};
use crate::script::{Api, Ask, Reply};

/// The call is pending just before `at_ms` and has failed just after.
fn fails_at(host: &mut Host, call: CallId, at_ms: f64, failure: Failure) {
    host.run_for(at_ms - host.now_ms - 1.0);
    assert_eq!(host.outcome(call), PENDING);
    host.run_for(2.0);
    assert_eq!(host.outcome(call), failed(failure));
}

#[test]
fn a_login_that_wechat_never_answers_fails_after_ten_seconds() {
    let mut host = Host::new();
    host.next(Api::Login, Reply::Hang);
    let call = host.request("/user");
    fails_at(&mut host, call, 10_000.0, Failure::LoginTimeout);
}

#[test]
fn a_check_that_wechat_never_answers_counts_as_invalid_after_three_seconds() {
    let mut host = Host::logged_in();
    host.next(Api::CheckSession, Reply::Hang);
    let call = host.request("/user");
    host.run_for(2_999.0);
    assert_eq!(host.count("login"), 0);
    host.run_for(2.0);
    assert_eq!(host.count("login"), 1);
    host.run();
    assert_eq!(host.outcome(call), SUCCEEDED);
}

#[test]
fn a_login_request_that_the_server_never_answers_fails_after_fifteen_seconds() {
    let mut host = Host::new();
    host.next(Api::LoginRequest, Reply::Hang);
    let call = host.request("/user");
    fails_at(&mut host, call, 5.0 + 15_000.0, Failure::LoginTimeout);
}

/// When a call failed that nobody answers, in ms.
fn gives_up_at(host: &mut Host, call: CallId) -> f64 {
    while host.outcome(call) == PENDING {
        host.run_for(1_000.0);
    }
    assert_eq!(host.outcome(call), failed(Failure::Timeout));
    host.now_ms
}

#[test]
fn a_request_that_wx_never_settles_is_aborted_a_minute_past_its_own_timeout_and_not_before() {
    for timeout_ms in [1.0, 2_000.0, 29_999.0, 30_000.0, 45_000.0, 600_000.0] {
        // Others on their way do not make it older than it is.
        for sent_at_ms in [0.0, 1_000.0, 29_000.0] {
            let mut host = Host::new();
            host.always(Api::Request, Reply::Hang);
            host.call(Ask::bare("/before"));
            host.run_for(sent_at_ms);
            let call = host.call(Ask::bare("/news").within_ms(timeout_ms));
            let waited_ms = gives_up_at(&mut host, call) - sent_at_ms;
            let promised_ms = timeout_ms + 60_000.0;
            assert!(waited_ms >= promised_ms, "{timeout_ms}: after {waited_ms} ms");
            assert!(waited_ms <= promised_ms + 61_000.0, "{timeout_ms}: after {waited_ms} ms");
            assert_eq!(host.log(), ["getStorage", "request /before", "request /news", "abort /news"]);
        }
    }
}

#[test]
fn a_request_without_a_timeout_has_half_an_hour_since_app_json_may_allow_any_time() {
    let mut host = Host::new();
    host.next(Api::Request, Reply::Hang);
    let call = host.call(Ask::bare("/news"));
    let waited_ms = gives_up_at(&mut host, call);
    assert!((1_800_000.0..=1_861_000.0).contains(&waited_ms), "after {waited_ms} ms");
    let mut host = Host::live();
    host.next(Api::Request, Reply::After(1_790_000.0));
    let slow = host.request("/user");
    host.run();
    assert_eq!(host.outcome(slow), SUCCEEDED);
}

#[test]
fn requests_in_wxs_queue_do_not_grow_old_there() {
    let mut host = Host::live();
    for place in 0..40 {
        host.next(Api::Request, Reply::After(25_000.0 * f64::from(1 + place / 10)));
    }
    let calls: Vec<_> = (0..40).map(|_| host.call(Ask::to("/user").within_ms(30_000.0))).collect();
    host.run();
    assert_eq!(host.outcomes(&calls), [SUCCEEDED; 40]);
}

#[test]
fn the_retry_has_the_whole_timeout_too() {
    let mut host = Host::logged_in();
    host.server.borrow_mut().expire_all();
    host.next(Api::Request, Reply::After(50_000.0));
    host.next(Api::Request, Reply::After(64_000.0));
    host.check_mode(CheckMode::Never);
    let call = host.call(Ask::to("/user").within_ms(5_000.0));
    host.run();
    assert_eq!(host.outcome(call), SUCCEEDED);
    assert!(host.now_ms >= 114_000.0);
}

#[test]
fn deadlines_beyond_what_a_timer_can_wait_are_kept_in_the_end() {
    for deadline_ms in [f64::INFINITY, f64::NAN, 1e12] {
        let mut host = Host::new();
        host.configure(|settings| settings.login_ms = deadline_ms);
        host.next(Api::Login, Reply::Hang);
        let call = host.request("/user");
        host.run_for(60_000.0);
        assert_eq!(host.outcome(call), PENDING, "deadline {deadline_ms}");
        host.rest();
        assert_eq!(host.outcome(call), failed(Failure::LoginTimeout), "deadline {deadline_ms}");
    }
}

#[test]
fn user_data_that_wechat_never_gives_fails_after_ten_seconds() {
    let mut host = Host::logged_in();
    host.check_mode(CheckMode::Never);
    host.always(Api::UserInfo, Reply::Hang);
    let request = host.call(Ask::to("/user").with_user_info());
    let user_info = host.call(Ask::goal(Goal::UserInfo));
    fails_at(&mut host, request, 10_000.0, Failure::UserInfo);
    assert_eq!(host.outcome(user_info), failed(Failure::UserInfo));
}

#[test]
fn a_user_has_five_minutes_for_wechats_dialog() {
    let mut host = Host::logged_in();
    host.next(Api::UserInfo, Reply::Hang);
    let call = host.call(Ask::goal(Goal::UserProfile));
    fails_at(&mut host, call, 300_000.0, Failure::UserInfo);
}

#[test]
fn user_data_that_hangs_in_a_login_fails_after_ten_seconds() {
    let mut host = Host::new();
    host.login_mode(LoginMode::CodeAndUserInfo);
    host.next(Api::UserInfo, Reply::Hang);
    let call = host.request("/user");
    fails_at(&mut host, call, 5.0 + 10_000.0, Failure::LoginTimeout);
}

/// One call of each kind, while nothing is ever answered.
fn all_hang(mut host: Host, mode: CheckMode) -> Host {
    host.check_mode(mode);
    for api in [Api::CheckSession, Api::Login, Api::UserInfo, Api::LoginRequest, Api::Request] {
        host.always(api, Reply::Hang);
    }
    for goal in [Goal::Login, Goal::Relogin, Goal::UserInfo, Goal::UserProfile] {
        host.call(Ask::goal(goal));
    }
    host.request("/user");
    host.call(Ask::to("/user").with_user_info());
    host.call(Ask::bare("/news"));
    host.rest();
    host
}

#[test]
fn everything_settles_when_nothing_is_ever_answered() {
    for mode in [CheckMode::Launch, CheckMode::Always, CheckMode::Never] {
        let host = all_hang(Host::logged_in(), mode);
        assert!(host.calls.values().all(|call| call.outcome != PENDING));
        let host = all_hang(Host::new(), mode);
        assert!(host.calls.values().all(|call| matches!(call.outcome, Some(Err(_)))));
    }
}

#[test]
fn answers_after_the_deadline_change_nothing() {
    let late = [(Api::Login, 11_000.0), (Api::LoginRequest, 16_000.0), (Api::Request, 130_000.0)];
    for (api, after_ms) in late {
        let mut host = Host::new();
        host.next(api, Reply::After(after_ms));
        let call = host.call(Ask::to("/user").within_ms(5_000.0));
        host.rest();
        assert!(matches!(host.outcome(call), Some(Err(_))), "{api:?}");
        let requests = host.count("request /user");
        let next = host.request("/user");
        host.rest();
        assert_eq!(host.outcome(next), SUCCEEDED, "{api:?}");
        assert_eq!(host.count("request /user"), requests + 1, "{api:?}");
    }
}

#[test]
fn a_code_that_comes_after_the_next_login_began_is_not_sent() {
    let mut host = Host::new();
    host.next(Api::Login, Reply::After(10_005.0));
    host.next(Api::Login, Reply::After(1_000.0));
    host.request("/user");
    host.run_for(10_001.0);
    let call = host.request("/user");
    host.run();
    assert_eq!(host.outcome(call), SUCCEEDED);
    assert_eq!(host.count("request /login code-1"), 0);
    assert_eq!(host.count("request /login code-2"), 1);
}

#[test]
fn answers_that_come_three_times_count_once() {
    let mut host = Host::logged_in();
    host.server.borrow_mut().expire_all();
    for api in [Api::CheckSession, Api::Login, Api::LoginRequest, Api::UserInfo, Api::Request] {
        host.always(api, Reply::Thrice);
    }
    let plain = host.request("/user");
    let with_user_info = host.call(Ask::to("/user").with_user_info());
    host.rest();
    assert_eq!(host.outcomes(&[plain, with_user_info]), [SUCCEEDED; 2]);
    assert_eq!(host.count("login"), 1);
    assert_eq!(host.count("request /user stored"), 2);
    assert_eq!(host.count("request /user skey-1"), 2);
}

#[test]
fn rubbish_instead_of_a_code_fails_the_login() {
    for code in [json!(null), json!(""), json!({}), json!([1]), json!(true)] {
        let mut host = Host::new();
        host.next(Api::Login, Reply::Answer(200, code));
        let call = host.request("/user");
        host.rest();
        assert_eq!(host.outcome(call), failed(Failure::WxLogin));
        assert_eq!(host.count("request /login"), 0);
    }
}

#[test]
fn a_session_that_cannot_be_stored_lives_on_in_memory() {
    let mut host = Host::new();
    host.always(Api::Store, Reply::Fail(Cause::Other));
    let first = host.request("/user");
    host.run();
    let second = host.request("/user");
    host.run();
    assert_eq!(host.outcomes(&[first, second]), [SUCCEEDED; 2]);
    assert_eq!(host.count("login"), 1);
}

#[test]
fn a_call_can_be_aborted_at_every_moment_and_settles_once() {
    for at_ms in 0..80 {
        let mut host = Host::logged_in();
        host.server.borrow_mut().expire_all();
        let call = host.call(Ask::to("/user").with_user_info());
        host.run_for(f64::from(at_ms));
        let done = host.outcome(call);
        host.abort(call);
        let requests = host.count("request /user");
        host.abort(call);
        host.rest();
        assert_eq!(host.outcome(call), done.or(failed(Failure::Aborted)), "aborted after {at_ms} ms");
        assert_eq!(host.count("request /user"), requests, "nothing is sent for an aborted call");
    }
}

#[test]
fn a_request_on_its_way_is_aborted_at_wx() {
    let mut host = Host::logged_in();
    let call = host.call(Ask::bare("/news"));
    host.abort(call);
    assert_eq!(host.outcome(call), failed(Failure::Aborted));
    assert_eq!(host.log(), ["getStorage", "request /news stored", "abort /news"]);
    let waiting = host.request("/user");
    host.take_log();
    host.abort(waiting);
    assert_eq!(host.log(), [""; 0], "a call that was not sent needs no abort");
}
