//! How calls cross: ids, goals and places as bits, attempts in tickets, causes as numbers.

use gloo_utils::format::JsValueSerdeExt;
use js_sys::Object;
use serde_json::json;
use wafer_client_wasm::bindings::{InputKind, Op};
use wafer_client_wasm::core::{Cause, EventKind, Failure, Goal, Place};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::page::{self, only};

#[test]
fn a_warm_call_is_one_command_and_carries_no_value() {
    page::open();
    page::log_in("skey");
    let (call, commands) = page::start(Goal::Request);
    let send = only(commands, Op::Send);
    assert_eq!(send.call, call);
    assert!(send.value.is_undefined());
    only(page::answered(send.ticket, 200, Object::new()), Op::Succeed);
}

#[test]
fn each_goal_asks_for_what_it_is_for() {
    page::open();
    page::log_in("skey");
    for (goal, op) in [
        (Goal::Request, Op::Send),
        (Goal::Login, Op::Succeed),
        (Goal::UserInfo, Op::UserInfo),
        (Goal::UserProfile, Op::UserInfo),
        (Goal::Relogin, Op::WxLogin),
    ] {
        only(page::start(goal).1, op);
    }
}

#[test]
fn each_place_is_treated_as_such() {
    page::open();
    page::log_in("skey");
    for (place, op) in [
        (Place::Foreign, Op::SendBare),
        (Place::Trusted, Op::Send),
        (Place::LoginUrl, Op::SendBare),
        (Place::Invalid, Op::Fail),
    ] {
        only(page::start_bare(place).1, op);
    }
}

#[test]
fn ids_of_23_bits_come_back_whole() {
    page::open();
    page::log_in("skey");
    let call = 0x007f_fff0 + page::next_call() % 16;
    let send = only(page::start_call(call, page::flags(Goal::Request), JsValue::UNDEFINED), Op::Send);
    assert_eq!(send.call, call);
    assert_eq!(only(page::failed(send.ticket, Cause::Other), Op::Fail).call, call);
}

#[test]
fn the_ticket_of_the_retry_is_another_and_the_old_one_is_worth_nothing() {
    page::open();
    page::log_in("skey");
    let (call, commands) = page::start(Goal::Request);
    let first = only(commands, Op::Send);
    let (_, commands) = page::start(Goal::Request);
    let other = only(commands, Op::Send);
    only(page::answered(first.ticket, 200, page::expired()), Op::ReadSession);
    page::input(InputKind::Stored, 0, page::js(&page::session("of-another-copy")));
    let second = only(page::answered(other.ticket, 200, page::expired()), Op::Send);
    assert!(page::answered(other.ticket, 200, JsValue::NULL).is_empty(), "answered twice");
    only(page::answered(second.ticket, 200, JsValue::NULL), Op::Succeed);
    assert!(page::answered(first.ticket, 200, JsValue::NULL).is_empty(), "answered twice");
    let aborted = page::input(InputKind::Abort, call, JsValue::UNDEFINED);
    assert_eq!(page::ops(&aborted), page::numbers_of([Op::AbortRequest, Op::Fail]));
}

#[test]
fn user_data_of_the_caller_crosses_as_the_object_that_it_is() {
    page::open();
    page::log_in("skey");
    let header = Object::new();
    let commands = page::start_call(page::next_call(), page::flags(Goal::Request), header.clone());
    let send = only(commands, Op::SendUserData);
    assert!(Object::is(&send.value, &header));
}

#[test]
fn user_data_that_wechat_gave_becomes_headers() {
    page::open();
    page::log_in("skey");
    let (_, commands) = page::start_with_flags(page::flags(Goal::Request) | page::WITH_USER_INFO);
    let asked = only(commands, Op::UserInfo);
    let data = JsValue::from_serde(&json!({ "encryptedData": "data", "iv": "iv" })).unwrap();
    let send = only(page::input(InputKind::UserInfo, asked.ticket, data), Op::SendUserData);
    let header: serde_json::Value = send.value.into_serde().unwrap();
    assert_eq!(header, json!({ "X-WX-Encrypted-Data": "data", "X-WX-IV": "iv" }));
}

#[test]
fn each_cause_is_told_apart() {
    page::open();
    page::log_in("skey");
    for (cause, request, user_info) in [
        (Cause::Other, Failure::Network, Failure::UserInfo),
        (Cause::Timeout, Failure::Timeout, Failure::UserInfo),
        (Cause::Aborted, Failure::Aborted, Failure::UserInfo),
        (Cause::Denied, Failure::Network, Failure::UserDenied),
        (Cause::Privacy, Failure::Network, Failure::PrivacyRefused),
        (Cause::Unavailable, Failure::Network, Failure::LoginUnavailable),
    ] {
        for (goal, failure) in [(Goal::Request, request), (Goal::UserInfo, user_info)] {
            let (_, commands) = page::start(goal);
            let failed = only(page::failed(commands[0].ticket, cause), Op::Fail);
            assert_eq!(failed.numbers[0], f64::from(failure as u8), "{cause:?} of {goal:?}");
            assert!(failed.value.is_undefined());
        }
    }
}

#[test]
fn abort_and_log_out_come_in_by_their_kinds() {
    page::open();
    let (call, commands) = page::start(Goal::Request);
    only(commands, Op::WxLogin);
    let failed = only(page::input(InputKind::Abort, call, JsValue::UNDEFINED), Op::Fail);
    assert_eq!((failed.call, failed.numbers[0]), (call, f64::from(Failure::Aborted as u8)));
    let (_, waiting) = page::start(Goal::Request);
    assert!(waiting.is_empty(), "it waits for the login that is on its way");
    let commands = page::input(InputKind::Clear, 0, JsValue::UNDEFINED);
    assert_eq!(page::ops(&commands), page::numbers_of([Op::RemoveSession, Op::NoSession, Op::Fail]));
    assert_eq!(commands[2].numbers[0], f64::from(Failure::LoginDiscarded as u8));
}

#[test]
fn events_name_their_kind_their_call_and_their_failure() {
    page::open();
    page::input(InputKind::Observe, 1, JsValue::UNDEFINED);
    let (call, commands) = page::start_bare(Place::Invalid);
    assert_eq!(page::ops(&commands), page::numbers_of([Op::Event, Op::Event, Op::Fail]));
    let of = |index: usize| (commands[index].call, commands[index].numbers);
    assert_eq!(of(0), (call, [f64::from(EventKind::Call as u8), -1.0]));
    let failure = f64::from(Failure::InvalidUrl as u8);
    assert_eq!(of(1), (call, [f64::from(EventKind::Fail as u8), failure]));
    let commands = page::input(InputKind::Clear, 0, JsValue::UNDEFINED);
    assert_eq!((commands[0].call, commands[0].numbers[0]), (0, f64::from(EventKind::Logout as u8)));
    page::input(InputKind::Observe, 0, JsValue::UNDEFINED);
    assert_eq!(page::ops(&page::start_bare(Place::Invalid).1), page::numbers_of([Op::Fail]));
}
