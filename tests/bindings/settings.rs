//! The configuration, number by number.

use wafer_client_wasm::bindings::{InputKind, NumberSetting, Op};
use wafer_client_wasm::core::{CheckMode, Failure, Goal, Place, Protocol};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::page::{self, expired, only, place, set_number};

#[test]
fn places_follow_the_login_url_and_the_trusted_origins() {
    page::open();
    page::trust(&["https://cdn.example.com"]);
    page::configure();
    assert_eq!(place("https://api.example.com/user"), Place::Trusted as u32);
    assert_eq!(place("https://api.example.com/login?x"), Place::LoginUrl as u32);
    assert_eq!(place("https://cdn.example.com/file"), Place::Trusted as u32);
    assert_eq!(place("https://elsewhere.example.com/"), Place::Foreign as u32);
    assert_eq!(place("elsewhere"), Place::Invalid as u32);
    page::log_in_at("https://api.example.com/login");
    page::configure();
    assert_eq!(place("https://cdn.example.com/file"), Place::Foreign as u32);
}

#[test]
fn settings_come_into_force_together() {
    page::open();
    page::trust(&["https://cdn.example.com"]);
    assert_eq!(place("https://cdn.example.com/file"), Place::Foreign as u32);
    page::configure();
    assert_eq!(place("https://cdn.example.com/file"), Place::Trusted as u32);
}

#[test]
fn a_text_without_an_origin_is_none() {
    for text in ["", "例子", "/login", "ftp://api.example.com", "https://user@api.example.com/login"] {
        page::open();
        page::log_in_at(text);
        page::trust(&[text, "https://cdn.example.com", text]);
        page::configure();
        assert_eq!(place("https://api.example.com/login"), Place::Foreign as u32, "{text}");
        assert_eq!(place("https://cdn.example.com/login"), Place::Trusted as u32, "{text}");
    }
    page::open();
}

#[test]
fn each_protocol_reads_its_own_refusal() {
    let wafer2 = || page::js(&page::Refusal { magic: 0, error: "ERR_SKEY_INVALID" });
    for (protocol, body, op) in [
        (Protocol::Wafer, expired(), Op::ReadSession),
        (Protocol::Wafer, wafer2(), Op::Fail),
        (Protocol::Custom, JsValue::from(-1), Op::ReadSession),
        (Protocol::Custom, expired(), Op::Succeed),
    ] {
        page::open();
        page::log_in("skey");
        let number = match protocol {
            Protocol::Wafer => 0.0,
            Protocol::Wafer2 => 1.0,
            Protocol::Custom => 2.0,
        };
        set_number(NumberSetting::Protocol, number);
        page::configure();
        log_in_as(protocol);
        let (_, commands) = page::start(Goal::Request);
        let send = only(commands, Op::Send);
        only(page::answered(send.ticket, 200, body), op);
    }
}

/// The change of the protocol ended the session; this makes one that every protocol reads.
fn log_in_as(protocol: Protocol) {
    if protocol == Protocol::Wafer {
        return;
    }
    let (_, commands) = page::start(Goal::Login);
    let code = only(commands, Op::WxLogin);
    let request = only(page::input(InputKind::Code, code.flight(), "code"), Op::LoginRequest);
    let commands = page::login_answered(request.flight(), 200, page::js(&page::session("skey")));
    assert_eq!(page::ops(&commands), page::numbers_of([Op::WriteSession, Op::Session, Op::Succeed]));
}

#[test]
fn each_check_mode_asks_when_it_should() {
    for (mode, op) in
        [(CheckMode::Launch, Op::Send), (CheckMode::Always, Op::CheckSession), (CheckMode::Never, Op::Send)]
    {
        page::open();
        page::log_in("skey");
        set_number(NumberSetting::Check, f64::from(mode as u8));
        page::configure();
        only(page::start(Goal::Request).1, op);
    }
}

/// Nothing answers: the step fails at its deadline and not before.
fn hangs_until(deadline_ms: f64, step: impl FnOnce() -> u32) {
    page::configure();
    let call = step();
    assert!(page::pass(deadline_ms - 1.0).is_empty());
    let failed = only(page::pass(1.0), Op::Fail);
    assert_eq!(failed.call, call);
    assert_eq!(failed.numbers[0], f64::from(Failure::LoginTimeout as u8));
}

#[test]
fn the_deadlines_of_a_login_are_the_configured_ones() {
    page::open();
    set_number(NumberSetting::LoginMs, 20.0);
    hangs_until(20.0, || page::start(Goal::Request).0);
    set_number(NumberSetting::LoginRequestMs, 30.0);
    hangs_until(30.0, || {
        let (call, commands) = page::start(Goal::Request);
        let code = only(commands, Op::WxLogin);
        only(page::input(InputKind::Code, code.flight(), "code"), Op::LoginRequest);
        call
    });
}

#[test]
fn the_budget_is_the_configured_one() {
    page::open();
    set_number(NumberSetting::MaxLoginsPerMinute, 1.0);
    page::configure();
    let (_, commands) = page::start(Goal::Request);
    let code = only(commands, Op::WxLogin);
    only(page::login_failed(code.flight(), wafer_client_wasm::core::Cause::Other, JsValue::NULL), Op::Fail);
    let refused = only(page::start(Goal::Request).1, Op::Fail);
    assert_eq!(refused.numbers[0], f64::from(Failure::LoginLimit as u8));
}
