//! Guarantee 4. Only expiry ends a session: network failures, 5xx, HTML error pages, `ERR_CHECK_LOGIN_FAILED` and
//! a failing login never delete a session that the server has not refused.

use serde_json::json;
use wafer_client_wasm::core::{Cause, Failure};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::host::{Host, Outcome, SUCCEEDED, failed};
use crate::script::{Api, Reply};

const MAGIC: &str = "F2C224D4-2BCE-4C64-AF9F-A6D872000D1A";

/// A request meets this fault; afterwards the next one is signed by the same session, without any login.
fn survives(fault: Reply, outcome: Outcome) {
    let mut host = Host::logged_in();
    host.next(Api::Request, fault.clone());
    let call = host.request("/user");
    host.rest();
    assert_eq!(host.outcome(call), outcome, "{fault:?}");
    host.take_log();
    let next = host.request("/user");
    host.run();
    assert_eq!(host.outcome(next), SUCCEEDED, "{fault:?}");
    assert_eq!(host.log(), ["request /user stored"], "{fault:?}");
    assert_eq!(host.stored_skey().as_deref(), Some("stored"), "{fault:?}");
}

#[test]
fn a_network_failure_keeps_the_session() {
    survives(Reply::Fail(Cause::Other), failed(Failure::Network));
    survives(Reply::Fail(Cause::Timeout), failed(Failure::Timeout));
    // An abort that the app did not ask for.
    survives(Reply::Fail(Cause::Aborted), failed(Failure::Network));
    survives(Reply::Hang, failed(Failure::Timeout));
}

#[test]
fn a_server_that_is_not_itself_keeps_the_session_whatever_it_says() {
    let expired = json!({ MAGIC: 1, "error": "ERR_INVALID_SESSION" });
    for status in [500, 502, 503, 504] {
        survives(Reply::Answer(status, expired.clone()), SUCCEEDED);
        survives(Reply::Answer(status, json!("<html>502 Bad Gateway</html>")), SUCCEEDED);
    }
}

#[test]
fn an_ordinary_answer_keeps_the_session_whatever_its_status() {
    for status in [200, 204, 400, 401, 403, 404, 429] {
        for body in [json!(null), json!(""), json!("text"), json!([]), json!({}), json!({ "error": "no" })] {
            survives(Reply::Answer(status, body), SUCCEEDED);
        }
    }
}

#[test]
fn a_server_that_cannot_check_the_session_keeps_it_and_the_call_fails() {
    for error in ["ERR_CHECK_LOGIN_FAILED", "INVALID_REQUEST", "ERR_INVALID_REQUEST"] {
        survives(Reply::Answer(200, json!({ MAGIC: 1, "error": error })), failed(Failure::CheckLogin));
    }
}

#[test]
fn a_backend_that_is_down_for_a_while_logs_nobody_out() {
    let mut host = Host::logged_in();
    host.server.borrow_mut().cannot_check = true;
    let calls = host.requests(20);
    host.run();
    assert_eq!(host.outcomes(&calls), [failed(Failure::CheckLogin); 20]);
    host.server.borrow_mut().cannot_check = false;
    let call = host.request("/user");
    host.run();
    assert_eq!(host.outcome(call), SUCCEEDED);
    assert_eq!(host.count("login"), 0);
}

#[test]
fn a_login_that_fails_in_any_way_keeps_the_session_that_the_server_has_not_refused() {
    let ways = [
        (Api::Login, Reply::Fail(Cause::Other), Failure::WxLogin),
        (Api::Login, Reply::Hang, Failure::LoginTimeout),
        (Api::Login, Reply::Fail(Cause::Unavailable), Failure::LoginUnavailable),
        (Api::LoginRequest, Reply::Fail(Cause::Other), Failure::LoginNetwork),
        (Api::LoginRequest, Reply::Fail(Cause::Timeout), Failure::LoginTimeout),
        (Api::LoginRequest, Reply::Hang, Failure::LoginTimeout),
        (Api::LoginRequest, Reply::Answer(500, json!({})), Failure::LoginHttp),
        (Api::LoginRequest, Reply::Answer(200, json!("<html>")), Failure::NoSession),
    ];
    for (api, reply, failure) in ways {
        let mut host = Host::logged_in();
        host.next(Api::CheckSession, Reply::Fail(Cause::Other));
        host.next(api, reply);
        let call = host.request("/user");
        host.rest();
        assert_eq!(host.outcome(call), failed(failure));
        assert_eq!(host.stored_skey().as_deref(), Some("stored"));
        assert!(host.session.is_some(), "getSession() still answers it");
        let next = host.request("/user");
        host.run();
        assert_eq!(host.outcome(next), SUCCEEDED);
        assert_eq!(host.count("request /user stored"), 1, "it is used when WeChat says that it is good");
    }
}

#[test]
fn a_session_that_was_refused_is_deleted_before_the_login_that_follows() {
    let mut host = Host::logged_in();
    host.server.borrow_mut().expire_all();
    host.always(Api::Login, Reply::Fail(Cause::Other));
    let call = host.request("/user");
    host.run();
    assert_eq!(host.outcome(call), failed(Failure::WxLogin));
    assert_eq!(
        host.log(),
        ["getStorage", "checkSession", "request /user stored", "getStorage", "removeStorage", "login"]
    );
    assert_eq!(host.stored_skey(), None);
    assert_eq!(host.session, None);
}
