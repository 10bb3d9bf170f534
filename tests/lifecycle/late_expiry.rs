//! Guarantee 2. Each send is tagged with the session that signed it. "Expired" for an older session means: send
//! again with the current one; no clear, no login.

use wafer_client_wasm::core::{Cause, Failure};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::host::{Host, SUCCEEDED, failed};
use crate::script::{Api, Reply};

/// Two requests go out with the stored session, which the server refuses; the first refusal takes half a second
/// to arrive, and meanwhile the second call has logged in.
fn slow_and_fast_refusal(host: &mut Host) -> [wafer_client_wasm::core::CallId; 2] {
    host.server.borrow_mut().expire_all();
    host.next(Api::Request, Reply::After(500.0));
    [host.request("/user/slow"), host.request("/user/fast")]
}

#[test]
fn a_late_refusal_leads_to_one_resend_with_the_current_session_and_nothing_else() {
    let mut host = Host::logged_in();
    let calls = slow_and_fast_refusal(&mut host);
    host.run_for(400.0);
    assert_eq!(host.outcome(calls[1]), SUCCEEDED);
    host.take_log();
    host.run();
    assert_eq!(host.outcome(calls[0]), SUCCEEDED);
    assert_eq!(host.log(), ["request /user/slow skey-1"]);
    assert_eq!(host.stored_skey().as_deref(), Some("skey-1"));
}

#[test]
fn staggered_refusals_over_a_second_cost_one_login() {
    let mut host = Host::logged_in();
    host.server.borrow_mut().expire_all();
    for index in 0..100 {
        host.next(Api::Request, Reply::After(20.0 + 10.0 * f64::from(index)));
    }
    let calls = host.requests(100);
    host.run();
    assert_eq!(host.outcomes(&calls), [SUCCEEDED; 100]);
    assert_eq!(host.count("login"), 1);
    assert_eq!(host.count("removeStorage"), 1);
}

#[test]
fn a_late_refusal_while_the_new_login_runs_waits_for_it() {
    let mut host = Host::logged_in();
    host.server.borrow_mut().expire_all();
    host.next(Api::Request, Reply::After(21.0));
    let slow = host.request("/user/slow");
    let fast = host.request("/user/fast");
    host.next(Api::Login, Reply::After(300.0));
    host.run();
    assert_eq!(host.outcomes(&[slow, fast]), [SUCCEEDED; 2]);
    assert_eq!(host.count("login"), 1);
    let log = host.log();
    assert_eq!(log[log.len() - 2..], ["request /user/fast skey-1", "request /user/slow skey-1"]);
}

#[test]
fn a_late_refusal_does_not_touch_a_session_that_another_refusal_brought() {
    let mut host = Host::logged_in();
    slow_and_fast_refusal(&mut host);
    host.run();
    host.take_log();
    let next = host.request("/user");
    host.run();
    assert_eq!(host.outcome(next), SUCCEEDED);
    assert_eq!(host.log(), ["request /user skey-1"]);
}

#[test]
fn a_late_refusal_after_the_login_failed_tries_a_login_of_its_own() {
    let mut host = Host::logged_in();
    host.next(Api::Login, Reply::Fail(Cause::Other));
    let [slow, fast] = slow_and_fast_refusal(&mut host);
    host.run();
    assert_eq!(host.outcome(fast), failed(Failure::WxLogin));
    assert_eq!(host.outcome(slow), SUCCEEDED);
    assert_eq!(host.count("login"), 2);
}

#[test]
fn the_resend_of_a_late_refusal_is_the_calls_only_retry() {
    let mut host = Host::logged_in();
    let [slow, _] = slow_and_fast_refusal(&mut host);
    host.run_for(400.0);
    host.server.borrow_mut().always_expired = true;
    host.take_log();
    host.run();
    assert_eq!(host.outcome(slow), failed(Failure::SessionRefused));
    assert_eq!(host.count("request /user/slow"), 1);
    assert_eq!(host.count("login"), 0);
}
