//! The shortest story to each way in which a call can fail; `make phases` writes them, simulation/ finds them.

use serde_json::json;
use wafer_client_wasm::core::{Cause, Failure, Goal};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::host::by_hand::{own_data, refusal};
use crate::host::{Host, PENDING, failed};
use crate::script::{Ask, Reply};

#[test]
fn the_shortest_story_that_ends_with_wx_login() {
    let mut host = Host::by_hand();
    host.configure(|settings| settings.max_logins_per_minute = 2);
    let call_1 = host.call(Ask::to("/user"));
    host.answer(Reply::Answer(0, json!(null)));
    assert_eq!(host.outcome(call_1), failed(Failure::WxLogin));
}

#[test]
fn the_shortest_story_that_ends_with_user_info() {
    let mut host = Host::by_hand();
    host.configure(|settings| settings.max_logins_per_minute = 2);
    let call_1 = host.call(Ask::goal(Goal::UserProfile));
    host.answer_to(call_1, Reply::Fail(Cause::Other));
    assert_eq!(host.outcome(call_1), failed(Failure::UserInfo));
}

#[test]
fn the_shortest_story_that_ends_with_user_info_outdated() {
    let mut host = Host::by_hand();
    host.configure(|settings| settings.max_logins_per_minute = 2);
    let call_1 = host.call(Ask::goal(Goal::UserProfile));
    host.answer_to(call_1, Reply::Usual);
    host.answer(Reply::Usual);
    host.answer(Reply::Usual);
    assert_eq!(host.outcome(call_1), failed(Failure::UserInfoOutdated));
}

#[test]
fn the_shortest_story_that_ends_with_user_denied() {
    let mut host = Host::by_hand();
    host.configure(|settings| settings.max_logins_per_minute = 2);
    let call_1 = host.call(Ask::goal(Goal::UserProfile));
    host.answer_to(call_1, Reply::Fail(Cause::Denied));
    assert_eq!(host.outcome(call_1), failed(Failure::UserDenied));
}

#[test]
fn the_shortest_story_that_ends_with_privacy_refused() {
    let mut host = Host::by_hand();
    host.configure(|settings| settings.max_logins_per_minute = 2);
    let call_1 = host.call(Ask::goal(Goal::UserProfile));
    host.answer_to(call_1, Reply::Fail(Cause::Privacy));
    assert_eq!(host.outcome(call_1), failed(Failure::PrivacyRefused));
}

#[test]
fn the_shortest_story_that_ends_with_login_timeout() {
    let mut host = Host::by_hand();
    host.configure(|settings| settings.max_logins_per_minute = 2);
    let call_1 = host.call(Ask::to("/user"));
    host.wait();
    assert_eq!(host.outcome(call_1), failed(Failure::LoginTimeout));
}

#[test]
fn the_shortest_story_that_ends_with_login_network() {
    let mut host = Host::by_hand();
    host.configure(|settings| settings.max_logins_per_minute = 2);
    let call_1 = host.call(Ask::to("/user"));
    host.answer(Reply::Usual);
    host.answer(Reply::Fail(Cause::Other));
    assert_eq!(host.outcome(call_1), failed(Failure::LoginNetwork));
}

#[test]
fn the_shortest_story_that_ends_with_login_refused() {
    let mut host = Host::by_hand();
    host.configure(|settings| settings.max_logins_per_minute = 2);
    let call_1 = host.call(Ask::to("/user"));
    host.answer(Reply::Usual);
    host.answer(Reply::Answer(200, refusal("ERR_LOGIN_FAILED")));
    assert_eq!(host.outcome(call_1), failed(Failure::LoginRefused));
}

#[test]
fn the_shortest_story_that_ends_with_login_discarded() {
    let mut host = Host::by_hand();
    host.configure(|settings| settings.max_logins_per_minute = 2);
    let call_1 = host.call(Ask::to("/user"));
    host.clear_session();
    assert_eq!(host.outcome(call_1), failed(Failure::LoginDiscarded));
}

#[test]
fn the_shortest_story_that_ends_with_login_limit() {
    let mut host = Host::by_hand();
    host.configure(|settings| settings.max_logins_per_minute = 2);
    host.call(Ask::to("/user"));
    host.answer(Reply::Answer(0, json!(null)));
    host.call(Ask::to("/user"));
    host.answer(Reply::Answer(0, json!(null)));
    let call_3 = host.call(Ask::to("/user"));
    assert_eq!(host.outcome(call_3), failed(Failure::LoginLimit));
}

#[test]
fn the_shortest_story_that_ends_with_login_unavailable() {
    let mut host = Host::by_hand();
    host.configure(|settings| settings.max_logins_per_minute = 2);
    let call_1 = host.call(Ask::to("/user"));
    host.answer(Reply::Fail(Cause::Unavailable));
    assert_eq!(host.outcome(call_1), failed(Failure::LoginUnavailable));
}

#[test]
fn the_shortest_story_that_ends_with_session_refused() {
    let mut host = Host::by_hand();
    host.configure(|settings| settings.max_logins_per_minute = 2);
    let call_1 = host.call(Ask::bare("/user"));
    host.answer_to(call_1, Reply::Answer(200, refusal("ERR_INVALID_SESSION")));
    assert_eq!(host.outcome(call_1), failed(Failure::SessionRefused));
}

#[test]
fn the_shortest_story_that_ends_with_user_data_outdated() {
    let mut host = Host::by_hand();
    host.configure(|settings| settings.max_logins_per_minute = 2);
    host.store(json!({ "id": "id", "skey": "other-1" }));
    let call_1 = host.call(Ask::to("/user").with_user_data(own_data()));
    host.answer(Reply::Usual);
    host.expire(call_1);
    assert_eq!(host.outcome(call_1), failed(Failure::UserDataOutdated));
}

#[test]
fn the_shortest_story_that_ends_with_check_login() {
    let mut host = Host::by_hand();
    host.configure(|settings| settings.max_logins_per_minute = 2);
    let call_1 = host.call(Ask::bare("/user"));
    host.answer_to(call_1, Reply::Answer(200, refusal("ERR_CHECK_LOGIN_FAILED")));
    assert_eq!(host.outcome(call_1), failed(Failure::CheckLogin));
}

#[test]
fn the_shortest_story_that_ends_with_untrusted() {
    let mut host = Host::by_hand();
    host.configure(|settings| settings.max_logins_per_minute = 2);
    let call_1 = host.call(Ask::to("https://cdn.example.com/user"));
    assert_eq!(host.outcome(call_1), failed(Failure::Untrusted));
}

#[test]
fn the_shortest_story_that_ends_with_aborted() {
    let mut host = Host::by_hand();
    host.configure(|settings| settings.max_logins_per_minute = 2);
    let call_1 = host.call(Ask::to("/user"));
    host.abort(call_1);
    assert_eq!(host.outcome(call_1), failed(Failure::Aborted));
}

#[test]
fn the_shortest_story_that_ends_with_timeout() {
    let mut host = Host::by_hand();
    host.configure(|settings| settings.max_logins_per_minute = 2);
    let call_1 = host.call(Ask::bare("/user"));
    host.forget(call_1);
    assert_eq!(host.outcome(call_1), failed(Failure::Timeout));
}

#[test]
fn the_shortest_story_that_ends_with_network() {
    let mut host = Host::by_hand();
    host.configure(|settings| settings.max_logins_per_minute = 2);
    let call_1 = host.call(Ask::bare("/user"));
    host.answer_to(call_1, Reply::Fail(Cause::Other));
    assert_eq!(host.outcome(call_1), failed(Failure::Network));
}

#[test]
fn calls_settle_if_all_is_well_after_a_refusal() {
    let mut host = Host::by_hand();
    host.configure(|settings| settings.max_logins_per_minute = 2);
    host.store(json!({ "id": "id", "skey": "other-1" }));
    let call_1 = host.call(Ask::to("/user"));
    host.call(Ask::to("/user"));
    host.answer(Reply::Usual);
    host.expire(call_1);
    host.answer_all();
    host.rest();
    assert!(host.calls.values().all(|call| call.outcome != PENDING));
}

#[test]
fn calls_settle_if_everything_fails_after_a_refusal() {
    let mut host = Host::by_hand();
    host.configure(|settings| settings.max_logins_per_minute = 2);
    host.store(json!({ "id": "id", "skey": "other-1" }));
    let call_1 = host.call(Ask::to("/user"));
    host.call(Ask::to("/user"));
    host.answer(Reply::Usual);
    host.expire(call_1);
    host.fail_all();
    host.rest();
    assert!(host.calls.values().all(|call| call.outcome != PENDING));
}

#[test]
fn calls_settle_if_nothing_answers_after_a_refusal() {
    let mut host = Host::by_hand();
    host.configure(|settings| settings.max_logins_per_minute = 2);
    host.store(json!({ "id": "id", "skey": "other-1" }));
    let call_1 = host.call(Ask::to("/user"));
    host.call(Ask::to("/user"));
    host.answer(Reply::Usual);
    host.expire(call_1);
    host.rest();
    assert!(host.calls.values().all(|call| call.outcome != PENDING));
}

#[test]
fn calls_settle_if_every_session_is_refused() {
    let mut host = Host::by_hand();
    host.configure(|settings| settings.max_logins_per_minute = 2);
    host.store(json!({ "id": "id", "skey": "other-1" }));
    let call_1 = host.call(Ask::to("/user"));
    host.call(Ask::to("/user"));
    host.answer(Reply::Usual);
    host.expire(call_1);
    host.server.borrow_mut().always_expired = true;
    host.answer_all();
    host.rest();
    assert!(host.calls.values().all(|call| call.outcome != PENDING));
}

#[test]
fn calls_settle_after_a_trap() {
    let mut host = Host::by_hand();
    host.configure(|settings| settings.max_logins_per_minute = 2);
    host.store(json!({ "id": "id", "skey": "other-1" }));
    host.call(Ask::to("/user"));
    host.trap();
    host.call(Ask::to("/user"));
    host.answer_all();
    host.rest();
    assert!(host.calls.values().all(|call| call.outcome != PENDING));
}
