//! The rules of the wire: which answer is a session, which is an expiry, for wafer, wafer2 and a server of the
//! developer's own.

use serde_json::{Value as Tree, json};
use wafer_client_wasm::core::{Failure, Protocol, Verdict};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::host::{BEARER, Host, SUCCEEDED, failed};
use crate::json::Json;
use crate::script::{Api, Ask, Reply};
use crate::server::Dialect;

const MAGIC: &str = "F2C224D4-2BCE-4C64-AF9F-A6D872000D1A";

fn judge(protocol: Protocol, status: u32, body: Tree) -> Verdict {
    protocol.judge(status, &Json(body), true)
}

/// How a login ends that is answered like this.
fn login_answer(dialect: Dialect, status: u32, body: Tree) -> crate::host::Outcome {
    let mut host = Host::with_server(dialect);
    host.next(Api::LoginRequest, Reply::Answer(status, body));
    let call = host.login();
    host.run();
    host.outcome(call)
}

#[test]
fn every_server_is_served_from_cold_start_to_expiry_and_back() {
    for dialect in [Dialect::Wafer, Dialect::Fork, Dialect::Wafer2, Dialect::Bearer] {
        let mut host = Host::with_server(dialect);
        let cold = host.requests(20);
        host.run();
        host.server.borrow_mut().expire_all();
        let expired = host.requests(20);
        host.run();
        assert_eq!(host.outcomes(&cold), [SUCCEEDED; 20], "{dialect:?}");
        assert_eq!(host.outcomes(&expired), [SUCCEEDED; 20], "{dialect:?}");
        assert_eq!(host.count("login"), 2, "{dialect:?}");
    }
}

#[test]
fn each_protocol_signs_with_its_own_headers() {
    for (dialect, header) in [
        (Dialect::Wafer, json!({ "X-WX-Id": "id", "X-WX-Skey": "skey-1" })),
        (Dialect::Fork, json!({ "X-WX-Id": "id", "X-WX-Skey": "skey-1" })),
        (Dialect::Wafer2, json!({ "X-WX-Skey": "skey-1" })),
        (Dialect::Bearer, json!({ "X-WX-Skey": "skey-1", "Authorization": "Bearer" })),
    ] {
        let mut host = Host::with_server(dialect);
        host.request("/user");
        host.run();
        assert_eq!(host.server.borrow().seen[1].header, Json(header), "{dialect:?}");
    }
}

#[test]
fn wafer_marks_what_its_sdk_says_by_the_magic_id() {
    let wafer = Protocol::Wafer;
    assert_eq!(judge(wafer, 200, json!({ MAGIC: 1, "error": "ERR_INVALID_SESSION" })), Verdict::Expired);
    assert_eq!(judge(wafer, 401, json!({ MAGIC: 1, "error": "ERR_INVALID_SESSION" })), Verdict::Expired);
    let refused = Verdict::Refused(Failure::CheckLogin);
    assert_eq!(judge(wafer, 200, json!({ MAGIC: 1, "error": "ERR_CHECK_LOGIN_FAILED" })), refused);
    assert_eq!(judge(wafer, 200, json!({ MAGIC: 1, "error": "INVALID_REQUEST" })), refused);
    assert_eq!(judge(wafer, 200, json!({ MAGIC: 1 })), Verdict::Fine);
}

#[test]
fn without_the_magic_id_an_answer_is_the_apps_own() {
    for body in [
        json!({ "error": "ERR_INVALID_SESSION" }),
        json!({ "code": -1, "error": "ERR_SKEY_INVALID" }),
        json!("ERR_INVALID_SESSION"),
        json!(null),
    ] {
        for status in [200, 401, 403] {
            assert_eq!(judge(Protocol::Wafer, status, body.clone()), Verdict::Fine);
        }
    }
}

#[test]
fn wafer2_says_expired_in_three_ways() {
    let wafer2 = Protocol::Wafer2;
    assert_eq!(judge(wafer2, 200, json!({ "code": -1, "error": "ERR_SKEY_INVALID" })), Verdict::Expired);
    assert_eq!(judge(wafer2, 200, json!({ "code": -1, "data": {} })), Verdict::Expired);
    assert_eq!(judge(wafer2, 200, json!({ "code": -1, "data": [] })), Verdict::Expired);
    for body in [json!(null), json!(""), json!({}), json!({ "code": 0 })] {
        assert_eq!(judge(wafer2, 401, body), Verdict::Expired);
    }
}

#[test]
fn a_401_to_a_call_that_was_not_signed_is_the_apps_own_wrong_password() {
    let mut host = Host::with_server(Dialect::Wafer2);
    host.next(Api::Request, Reply::Answer(401, json!({ "error": "wrong password" })));
    let call = host.call(Ask::bare("/password"));
    host.run();
    assert_eq!(host.outcome(call), SUCCEEDED);
    assert_eq!(host.count("login"), 0);
    assert_eq!(Protocol::Wafer2.judge(401, &Json(json!(null)), false), Verdict::Fine);
}

#[test]
fn a_custom_protocol_is_not_asked_about_a_call_that_was_not_signed() {
    let mut host = Host::with_server(Dialect::Bearer);
    host.next(Api::Request, Reply::Answer(401, json!(-1)));
    let call = host.call(Ask::bare("/password"));
    host.run();
    assert_eq!(host.outcome(call), SUCCEEDED);
}

#[test]
fn wafer2s_minus_one_with_another_error_is_the_apps_own() {
    for body in [
        json!({ "code": -1, "error": "out of stock" }),
        json!({ "code": -1, "error": "out of stock", "data": {} }),
        json!({ "code": -1 }),
        json!({ "code": -1, "data": { "reason": 1 } }),
        json!({ "code": -1, "data": null }),
        json!({ "code": 0, "data": {} }),
        json!({ "code": 1, "error": "ERR_SKEY_INVALID" }),
        json!({ "data": {} }),
        json!(null),
    ] {
        assert_eq!(judge(Protocol::Wafer2, 200, body.clone()), Verdict::Fine, "{body}");
    }
}

#[test]
fn an_answer_of_5xx_says_nothing_in_any_protocol() {
    for status in [500, 502, 503, 599] {
        assert_eq!(
            judge(Protocol::Wafer, status, json!({ MAGIC: 1, "error": "ERR_INVALID_SESSION" })),
            Verdict::Fine
        );
        assert_eq!(
            judge(Protocol::Wafer2, status, json!({ "code": -1, "error": "ERR_SKEY_INVALID" })),
            Verdict::Fine
        );
        assert_eq!(judge(BEARER, status, json!(-1)), Verdict::Fine);
    }
}

#[test]
fn a_custom_protocol_has_the_last_word_on_expiry() {
    assert_eq!(judge(BEARER, 200, json!(-1)), Verdict::Expired);
    assert_eq!(judge(BEARER, 401, json!(-1)), Verdict::Expired);
    assert_eq!(judge(BEARER, 401, json!(0)), Verdict::Fine);
    assert_eq!(judge(BEARER, 200, json!(null)), Verdict::Fine);
}

#[test]
fn a_login_that_the_server_refuses_fails() {
    assert_eq!(
        login_answer(Dialect::Wafer, 200, json!({ MAGIC: 1, "error": "ERR_LOGIN_FAILED" })),
        failed(Failure::LoginRefused)
    );
    assert_eq!(
        login_answer(Dialect::Wafer2, 200, json!({ "code": -1, "error": "no" })),
        failed(Failure::LoginRefused)
    );
}

#[test]
fn a_login_answer_without_a_usable_session_fails() {
    for body in [
        json!(null),
        json!(""),
        json!("<html>"),
        json!({ "type": "ERR_LOGIN_FAILED", "message": "no" }),
        json!({ "session": { "id": "i", "skey": "s" } }),
        json!({ MAGIC: 1 }),
        json!({ MAGIC: 1, "session": null }),
        json!({ MAGIC: 1, "session": { "id": "i" } }),
        json!({ MAGIC: 1, "session": { "id": "", "skey": "s" } }),
        json!({ MAGIC: 1, "session": { "id": "i", "skey": {} } }),
    ] {
        assert_eq!(login_answer(Dialect::Wafer, 200, body.clone()), failed(Failure::NoSession), "{body}");
    }
    for body in [json!(null), json!({}), json!({ "code": 0 }), json!({ "code": 0, "data": { "skey": "" } })] {
        assert_eq!(login_answer(Dialect::Wafer2, 200, body.clone()), failed(Failure::NoSession), "{body}");
    }
    for body in [json!(null), json!({}), json!({ "skey": {} })] {
        assert_eq!(login_answer(Dialect::Bearer, 200, body.clone()), failed(Failure::NoSession), "{body}");
    }
}

#[test]
fn a_login_answer_of_another_status_is_none_even_with_a_session_in_it() {
    let body = json!({ MAGIC: 1, "session": { "id": "i", "skey": "s" } });
    for status in [199, 301, 400, 401, 404, 500, 502] {
        assert_eq!(login_answer(Dialect::Wafer, status, body.clone()), failed(Failure::LoginHttp));
    }
    assert_eq!(login_answer(Dialect::Wafer, 201, body), SUCCEEDED);
}

#[test]
fn a_client_that_meets_a_server_of_the_other_protocol_says_so() {
    for body in
        [json!({ "code": 0, "data": { "skey": "s", "userinfo": {} } }), json!({ "code": -1, "error": "x" })]
    {
        assert_eq!(login_answer(Dialect::Wafer, 200, body), failed(Failure::SpeaksWafer2));
    }
    for body in [
        json!({ MAGIC: 1, "session": { "id": "i", "skey": "s" } }),
        json!({ MAGIC: 1, "error": "ERR_LOGIN_FAILED" }),
    ] {
        assert_eq!(login_answer(Dialect::Wafer2, 200, body), failed(Failure::SpeaksWafer));
    }
    let refused = Verdict::Refused(Failure::SpeaksWafer);
    assert_eq!(judge(Protocol::Wafer2, 200, json!({ MAGIC: 1, "error": "ERR_INVALID_SESSION" })), refused);
    assert_eq!(judge(Protocol::Wafer2, 200, json!({ MAGIC: 1, "error": "ERR_CHECK_LOGIN_FAILED" })), refused);
}
