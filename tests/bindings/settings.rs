//! The configuration, setting by setting.

use wafer_client_wasm::codes::{InputKind, Op};
use wafer_client_wasm::core::{CheckMode, Failure, Goal};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::page::{self, expired, only, trusted};

#[test]
fn places_follow_the_login_url_and_the_trusted_origins() {
    page::open();
    page::trust(&["https://cdn.example.com"]);
    page::configure();
    assert_eq!(trusted("https://api.example.com/user"), 24);
    assert_eq!(trusted("https://api.example.com/login?x"), 0);
    assert_eq!(trusted("https://cdn.example.com/file"), 24);
    assert_eq!(trusted("https://elsewhere.example.com/"), 0);
    assert_eq!(trusted("elsewhere"), 0);
    page::log_in_at("https://api.example.com/login");
    page::configure();
    assert_eq!(trusted("https://cdn.example.com/file"), 0);
}

#[test]
fn the_units_that_decide_are_those_of_the_url_as_it_was_written() {
    page::open();
    for url in
        ["https://api.example.com/a", "HTTPS://API.example.com:443/😀", "https://api.example.com:0443/"]
    {
        let end = url[8..].find('/').map(|slash| slash + 9);
        assert_eq!(Some(trusted(url) as usize), end, "{url}");
    }
    assert_eq!(trusted("https://api.example.com?a/b"), 0, "nothing ends the origin");
}

#[test]
fn settings_come_into_force_together() {
    page::open();
    page::trust(&["https://cdn.example.com"]);
    assert_eq!(trusted("https://cdn.example.com/file"), 0);
    page::configure();
    assert_ne!(trusted("https://cdn.example.com/file"), 0);
}

#[test]
fn a_text_without_an_origin_is_none() {
    for text in ["", "例子", "/login", "ftp://api.example.com", "https://user@api.example.com/login"] {
        page::open();
        page::log_in_at(text);
        page::trust(&[text, "https://cdn.example.com", text]);
        page::configure();
        assert_eq!(trusted("https://api.example.com/user"), 0, "{text}");
        assert_ne!(trusted("https://cdn.example.com/login"), 0, "{text}");
    }
    page::open();
}

#[test]
fn each_protocol_reads_its_own_refusal() {
    let wafer2 = || page::js(&page::Refusal { magic: 0, error: "ERR_SKEY_INVALID" });
    const WAFER: u32 = 0;
    const OWN: u32 = 2;
    for (protocol, body, op) in [
        (WAFER, expired(), Op::ReadSession),
        (WAFER, wafer2(), Op::Fail),
        (OWN, JsValue::from(-1), Op::ReadSession),
        (OWN, expired(), Op::Succeed),
    ] {
        page::open();
        page::log_in("skey");
        page::speak_protocol(protocol);
        page::configure();
        if protocol == OWN {
            log_in_anew();
        }
        let (_, commands) = page::start(Goal::Request);
        let send = only(commands, Op::Send);
        only(page::answered(&send, 200, body), op);
    }
}

#[test]
fn another_protocol_of_the_developers_own_ends_the_session() {
    page::open();
    page::log_in("skey");
    for number in [2, 3] {
        page::speak_protocol(number);
        let commands = page::configure();
        assert_eq!(page::ops(&commands), page::numbers_of([Op::RemoveSession, Op::Session]));
        log_in_anew();
        assert!(page::configure().is_empty(), "the same again changes nothing");
    }
}

/// The change of the protocol ended the session; this makes one that every protocol reads.
fn log_in_anew() {
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
        page::set("/checkSession", mode.text());
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
    page::set("/deadlines/loginMs", 20.0);
    hangs_until(20.0, || page::start(Goal::Request).0);
    page::set("/deadlines/loginRequestMs", 30.0);
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
    page::set("/maxLoginsPerMinute", 1);
    page::configure();
    let (_, commands) = page::start(Goal::Request);
    let code = only(commands, Op::WxLogin);
    only(page::login_failed(code.flight(), JsValue::NULL), Op::Fail);
    let refused = only(page::start(Goal::Request).1, Op::Fail);
    assert_eq!(refused.numbers[0], f64::from(Failure::LoginLimit as u8));
}
