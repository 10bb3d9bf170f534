//! Guarantee 7. Log-out wins: `clearSession()` during a login discards its result. (The host of these stories
//! fails a story in which a session of an older login appears after a log-out.)

use wafer_client_wasm::core::{Cause, Failure, Goal, LoginMode};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::host::{Host, SUCCEEDED, failed};
use crate::script::{Api, Ask, Reply};

#[test]
fn a_log_out_at_any_moment_of_the_login_discards_it() {
    for at_ms in 0..35 {
        let mut host = Host::new();
        host.login_mode(LoginMode::CodeAndUserInfo);
        let call = host.request("/user");
        host.run_for(f64::from(at_ms));
        let logged_in = host.session.is_some();
        host.clear_session();
        host.rest();
        assert_eq!(host.session, None, "log-out after {at_ms} ms");
        assert_eq!(host.stored_skey(), None, "log-out after {at_ms} ms");
        let outcome = if logged_in { SUCCEEDED } else { failed(Failure::LoginDiscarded) };
        assert_eq!(host.outcome(call), outcome, "log-out after {at_ms} ms");
        assert_eq!(host.relaunch().session, None);
    }
}

#[test]
fn log_out_ends_a_session_in_memory_and_in_storage() {
    let mut host = Host::logged_in();
    host.request("/user");
    host.run();
    host.take_log();
    host.clear_session();
    assert_eq!(host.log(), ["removeStorage"]);
    assert_eq!(host.stored_skey(), None);
}

#[test]
fn log_out_works_before_anything_else() {
    let mut host = Host::logged_in();
    host.clear_session();
    assert_eq!(host.stored_skey(), None);
    let call = host.request("/user");
    host.run();
    assert_eq!(host.outcome(call), SUCCEEDED);
    assert_eq!(host.count("request /user skey-1"), 1);
}

#[test]
fn the_next_call_logs_in_anew_while_the_old_login_is_still_on_its_way() {
    let mut host = Host::new();
    host.next(Api::LoginRequest, Reply::After(500.0));
    let first = host.request("/user");
    host.run_for(50.0);
    host.clear_session();
    let second = host.request("/user");
    host.rest();
    assert_eq!(host.outcome(first), failed(Failure::LoginDiscarded));
    assert_eq!(host.outcome(second), SUCCEEDED);
    assert_eq!(host.stored_skey().as_deref(), Some("skey-2"));
    assert_eq!(host.count("setStorage skey-1"), 0);
}

#[test]
fn log_out_during_the_check_ends_the_session() {
    let mut host = Host::logged_in();
    let call = host.request("/user");
    host.clear_session();
    host.rest();
    assert_eq!(host.outcome(call), failed(Failure::LoginDiscarded));
    assert_eq!(host.count("request /user"), 0);
    assert_eq!(host.session, None);
}

#[test]
fn requests_on_their_way_when_the_app_logs_out_are_not_disturbed() {
    let mut host = Host::logged_in();
    let call = host.call(Ask::bare("/user"));
    host.clear_session();
    host.run();
    assert_eq!(host.outcome(call), SUCCEEDED);
}

#[test]
fn a_request_of_the_old_session_that_is_refused_after_the_log_out_logs_nobody_in() {
    let mut host = Host::logged_in();
    let call = host.call(Ask::bare("/user"));
    host.server.borrow_mut().expire_all();
    host.clear_session();
    host.run();
    assert_eq!(host.outcome(call), failed(Failure::LoginDiscarded));
    assert_eq!(host.count("login"), 0);
}

#[test]
fn a_request_of_the_old_session_is_not_resent_under_the_session_of_the_next_user() {
    let mut host = Host::logged_in();
    host.next(Api::Request, Reply::After(500.0));
    host.server.borrow_mut().expire_all();
    let old = host.call(Ask::bare("/user/old"));
    host.run_for(20.0);
    host.clear_session();
    let login = host.login();
    host.run();
    assert_eq!(host.outcome(login), SUCCEEDED);
    assert_eq!(host.outcome(old), failed(Failure::LoginDiscarded));
    assert_eq!(host.count("request /user/old"), 1);
    assert_eq!(host.stored_skey().as_deref(), Some("skey-1"));
}

#[test]
fn log_out_while_user_data_is_fetched_ends_the_calls_that_wait_for_it() {
    let mut host = Host::logged_in();
    let profile = host.call(Ask::goal(Goal::UserProfile));
    host.call(Ask::bare("/news"));
    let with_user_info = host.call(Ask::bare("/user").with_user_info());
    host.clear_session();
    host.rest();
    assert_eq!(host.outcomes(&[profile, with_user_info]), [failed(Failure::LoginDiscarded); 2]);
    assert_eq!(host.count("request /user"), 0);
}

#[test]
fn a_call_without_login_that_waited_goes_out_bare_after_the_log_out() {
    let mut host = Host::logged_in();
    let relogin = host.call(Ask::goal(Goal::Relogin));
    let bare = host.call(Ask::bare("/news"));
    host.clear_session();
    host.run();
    assert_eq!(host.outcome(relogin), failed(Failure::LoginDiscarded));
    assert_eq!(host.outcome(bare), SUCCEEDED);
    assert_eq!(host.log.last().map(|(_, entry)| entry.as_str()), Some("request /news"));
}

#[test]
fn log_out_after_a_refusal_keeps_the_retry_from_logging_in() {
    let mut host = Host::logged_in();
    host.server.borrow_mut().expire_all();
    host.next(Api::Login, Reply::After(1_000.0));
    let calls = host.requests(5);
    host.run_for(100.0);
    host.clear_session();
    host.rest();
    assert_eq!(host.outcomes(&calls), [failed(Failure::LoginDiscarded); 5]);
    assert_eq!(host.session, None);
}

#[test]
fn a_failing_login_that_was_discarded_fails_nobody_else() {
    let mut host = Host::new();
    host.next(Api::Login, Reply::Fail(Cause::Other));
    host.request("/user");
    host.clear_session();
    let call = host.request("/user");
    host.run();
    assert_eq!(host.outcome(call), SUCCEEDED);
}
