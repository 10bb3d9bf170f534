//! `onEvent`: what the SDK did, one event a transition.

use serde_json::json;
use wafer_client_wasm::core::EventKind::{
    Call, Check, CheckFailed, CheckPassed, Expired, Fail, LateExpiry, Login, LoginFailed, LoginRequest,
    Logout, Restore, Retry, Send, SendBare, Session, Success, UserInfo, Wait,
};
use wafer_client_wasm::core::{Cause, EventKind};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::host::Host;
use crate::script::{Api, Ask, Reply};

fn watched(mut host: Host, ask: Ask) -> Vec<EventKind> {
    host.observe(true);
    host.call(ask);
    host.run();
    host.events
}

#[test]
fn a_cold_call_tells_its_story() {
    let events = watched(Host::new(), Ask::to("/user"));
    assert_eq!(
        events,
        [Call, Wait, Restore, Wait, Login, LoginRequest, Session, Send, Success],
        "it waits for the storage, then for the login"
    );
}

#[test]
fn a_restored_session_tells_of_its_check() {
    let events = watched(Host::logged_in(), Ask::to("/user"));
    assert_eq!(events, [Call, Wait, Restore, Session, Wait, Check, CheckPassed, Send, Success]);
}

#[test]
fn a_failed_check_is_told() {
    let mut host = Host::logged_in();
    host.next(Api::CheckSession, Reply::Fail(Cause::Other));
    let events = watched(host, Ask::to("/user"));
    assert_eq!(events[6..], [CheckFailed, Login, LoginRequest, Session, Send, Success]);
}

#[test]
fn an_expiry_and_its_retry_are_told() {
    let host = Host::logged_in();
    host.server.borrow_mut().expire_all();
    let events = watched(host, Ask::bare("/user"));
    let retry = [Expired, Restore, Retry, Wait, Login, LoginRequest, Session, Send, Success];
    assert_eq!(events[events.len() - retry.len()..], retry);
}

#[test]
fn a_late_expiry_is_told_apart() {
    let mut host = Host::logged_in();
    host.observe(true);
    host.server.borrow_mut().expire_all();
    host.next(Api::Request, Reply::After(500.0));
    host.request("/user");
    host.request("/user");
    host.run();
    assert_eq!(host.events[host.events.len() - 4..], [LateExpiry, Retry, Send, Success]);
}

#[test]
fn failures_log_out_and_user_data_are_told() {
    let mut host = Host::new();
    host.next(Api::Login, Reply::Fail(Cause::Other));
    assert_eq!(watched(host, Ask::to("/user"))[5..], [LoginFailed, Fail]);
    assert_eq!(watched(Host::new(), Ask::bare("/news"))[3..], [SendBare, Success]);
    let events = watched(Host::logged_in(), Ask::to("/user").with_user_info());
    assert_eq!(events[7..], [UserInfo, Send, Success]);
    let mut host = Host::new();
    host.observe(true);
    host.clear_session();
    assert_eq!(host.events, [Logout]);
}

#[test]
fn nobody_is_told_anything_until_somebody_listens() {
    let mut host = Host::logged_in();
    host.observe(false);
    host.request("/user");
    host.run();
    assert_eq!(host.events, []);
}

#[test]
fn a_call_tells_of_one_beginning_and_one_end() {
    let mut host = Host::logged_in();
    host.observe(true);
    host.server.borrow_mut().expire_all();
    host.next(Api::Request, Reply::Answer(200, json!(null)));
    host.requests(30);
    host.run();
    let count = |kind| host.events.iter().filter(|event| **event == kind).count();
    assert_eq!(count(Call), 30);
    assert_eq!(count(Success) + count(Fail), 30);
}
