//! How calls cross: ids and operations in a command, goals and facts as bits of a number, errors as values.

use gloo_utils::format::JsValueSerdeExt;
use js_sys::Object;
use serde_json::json;
use wafer_client_wasm::bindings;
use wafer_client_wasm::codes::{InputKind, Op, facts};
use wafer_client_wasm::core::{EventKind, Failure, Goal, Retry, Word};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::page::{self, API, only};

const NOT_A_URL: &str = "user";

#[test]
fn a_warm_call_is_one_command_and_carries_no_value() {
    page::open();
    page::log_in("skey");
    let (call, commands) = page::start(Goal::Request);
    let send = only(commands, Op::Send);
    assert_eq!(send.call, call);
    assert!(send.value.is_undefined());
    only(page::answered(&send, 200, Object::new()), Op::Succeed);
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
    for (url, signed) in
        [("https://elsewhere.example.com/", false), (API, true), ("https://api.example.com/login", false)]
    {
        assert_eq!(only(page::start_bare(url).1, Op::Send).is_signed(), signed, "{url}");
    }
    only(page::start_bare(NOT_A_URL).1, Op::Fail);
}

#[test]
fn ids_of_26_bits_come_back_whole() {
    page::open();
    page::log_in("skey");
    let call = 0x03ff_fff0 + page::next_call() % 16;
    let commands = page::start_call(call, facts::LOGIN, API, JsValue::UNDEFINED);
    assert_eq!(only(commands, Op::Send).call, call);
    let error = page::wx_error(None, "request:fail");
    assert_eq!(only(page::failed(call, error), Op::Fail).call, call);
}

#[test]
fn the_facts_of_a_call_come_back_with_its_answer_whole() {
    page::open();
    page::log_in("skey");
    page::set("/checkSession", "always");
    page::configure();
    let (_, commands) = page::start(Goal::Request);
    let check = only(commands, Op::CheckSession);
    let first = only(page::checked(check.flight(), true), Op::Send);
    let flags = |sent: &page::Command| sent.facts() as u64 % u64::from(facts::GENERATION);
    let generation = |sent: &page::Command| sent.facts() as u64 / u64::from(facts::GENERATION);
    assert_eq!(flags(&first), u64::from(facts::LOGIN | facts::CHECKED));
    only(page::answered(&first, 200, page::expired()), Op::ReadSession);
    let commands = page::input(InputKind::Stored, 0, page::js(&page::session("of-another-copy")));
    assert_eq!(page::ops(&commands), page::numbers_of([Op::Session, Op::Send]));
    let second = &commands[1];
    let retry = (Retry::Returned as u64) << facts::RETRY_SHIFT;
    assert_eq!(flags(second), u64::from(facts::LOGIN | facts::CHECKED) | retry);
    assert_eq!(generation(second), generation(&first) + 1);
    assert_eq!(second.call, first.call);
    only(page::answered(second, 200, page::expired()), Op::ReadSession);
    let commands = page::input(InputKind::Stored, 0, page::js(&page::session("of-a-third")));
    let third = &commands[1];
    let retry = (Retry::Spent as u64) << facts::RETRY_SHIFT;
    assert_eq!(flags(third), u64::from(facts::LOGIN | facts::CHECKED) | retry);
    let failed = page::answered(third, 200, page::expired());
    assert_eq!(failed.last().map(|command| command.op), Some(Op::Fail as u32), "its retries are spent");
    page::input(InputKind::Stored, 0, JsValue::UNDEFINED);
}

#[test]
fn a_call_that_went_out_bare_names_no_session() {
    page::open();
    page::log_in("skey");
    let send = only(page::start_bare("https://elsewhere.example.com/").1, Op::Send);
    assert_eq!(send.facts(), 0.0);
}

#[test]
fn user_data_of_the_caller_crosses_as_the_object_that_it_is() {
    page::open();
    page::log_in("skey");
    let header = Object::new();
    let commands = page::start_call(page::next_call(), facts::LOGIN, API, header.clone());
    let send = only(commands, Op::Send);
    assert!(Object::is(&send.value, &header));
    let commands = page::answered_with(&send, header, 200, page::expired());
    assert_eq!(page::ops(&commands), page::numbers_of([Op::ReadSession, Op::Fail]));
    assert_eq!(commands[1].numbers[0], f64::from(Failure::UserDataOutdated as u8));
    page::input(InputKind::Stored, 0, JsValue::UNDEFINED);
}

#[test]
fn user_data_that_wechat_gave_becomes_headers() {
    page::open();
    page::log_in("skey");
    let (_, commands) = page::start_with(facts::LOGIN | facts::WITH_USER_INFO, API);
    let asked = only(commands, Op::UserInfo);
    let data = JsValue::from_serde(&json!({ "encryptedData": "data", "iv": "iv" })).unwrap();
    let send = only(page::input(InputKind::UserInfo, asked.call, data), Op::Send);
    let header: serde_json::Value = send.value.into_serde().unwrap();
    assert_eq!(header, json!({ "X-WX-Encrypted-Data": "data", "X-WX-IV": "iv" }));
}

#[test]
fn errors_are_told_apart_by_what_wx_said() {
    page::open();
    page::log_in("skey");
    for (errno, message, request, user_info) in [
        (None, "request:fail net::ERR_FAILED", Failure::Network, Failure::UserInfo),
        (None, "request:fail timeout", Failure::Timeout, Failure::UserInfo),
        (None, "request:fail abort", Failure::Network, Failure::UserInfo),
        (None, "getUserInfo:fail auth deny", Failure::Network, Failure::UserDenied),
        (
            Some(104),
            "getUserInfo:fail privacy permission is not authorized",
            Failure::Network,
            Failure::PrivacyRefused,
        ),
    ] {
        let send = only(page::start(Goal::Request).1, Op::Send);
        let failed = only(page::failed(send.call, page::wx_error(errno, message)), Op::Fail);
        assert_eq!(failed.numbers[0], f64::from(request as u8), "{message}");
        assert!(failed.value.is_undefined());
        let asked = only(page::start(Goal::UserInfo).1, Op::UserInfo);
        let error = page::wx_error(errno, message);
        let failed = only(page::input(InputKind::UserInfoFailed, asked.call, error), Op::Fail);
        assert_eq!(failed.numbers[0], f64::from(user_info as u8), "{message}");
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
    assert_eq!(page::ops(&commands), page::numbers_of([Op::RemoveSession, Op::Session, Op::Fail]));
    assert_eq!(commands[2].numbers[0], f64::from(Failure::LoginDiscarded as u8));
    let sent = only(page::start_bare(API).1, Op::Send);
    let commands = page::input(InputKind::AbortSent, sent.call, JsValue::UNDEFINED);
    assert_eq!(page::ops(&commands), page::numbers_of([Op::AbortRequest, Op::Fail]));
    assert!(commands.iter().all(|command| command.call == sent.call));
}

#[test]
fn a_call_that_is_long_on_its_way_is_given_up_by_its_own_timeout() {
    page::open();
    page::log_in("skey");
    let send = only(page::start(Goal::Request).1, Op::Send);
    assert!(page::pending(send.call, 60_000, 2_000).is_empty());
    assert!(page::pending(send.call, 90_000, 0).is_empty(), "nobody named a timeout");
    let commands = page::pending(send.call, 90_000, 2_000);
    assert_eq!(page::ops(&commands), page::numbers_of([Op::AbortRequest, Op::Fail]));
    assert_eq!(commands[1].numbers[0], f64::from(Failure::Timeout as u8));
}

#[test]
fn events_name_their_kind_their_call_and_their_failure() {
    page::open();
    page::input(InputKind::Observe, 1, JsValue::UNDEFINED);
    let (call, commands) = page::start_bare(NOT_A_URL);
    assert_eq!(page::ops(&commands), page::numbers_of([Op::Event, Op::Event, Op::Fail]));
    let of = |index: usize| (commands[index].call, commands[index].numbers);
    assert_eq!(of(0), (call, [f64::from(EventKind::Call as u8), -1.0]));
    let failure = f64::from(Failure::InvalidUrl as u8);
    assert_eq!(of(1), (call, [f64::from(EventKind::Fail as u8), failure]));
    let commands = page::input(InputKind::Clear, 0, JsValue::UNDEFINED);
    assert_eq!((commands[0].call, commands[0].numbers[0]), (0, f64::from(EventKind::Logout as u8)));
    page::input(InputKind::Observe, 0, JsValue::UNDEFINED);
    assert_eq!(page::ops(&page::start_bare(NOT_A_URL).1), page::numbers_of([Op::Fail]));
}

#[test]
fn the_pass_crosses_as_the_facts_of_its_session_and_what_is_plain() {
    page::open();
    assert_eq!(bindings::pass(), 0.0, "nobody is logged in");
    page::log_in("skey");
    let send = only(page::start_bare(API).1, Op::Send);
    assert_eq!(bindings::pass(), send.facts(), "what the core itself lets go has the same facts");
    assert_eq!([0, 1].map(bindings::number), [f64::from(Word::Magic as u8), -1.0]);
    assert_eq!(bindings::number(2), f64::from(facts::WITH_USER_INFO), "calls of any login may go out");
    page::input(InputKind::Observe, 1, JsValue::UNDEFINED);
    assert_eq!(bindings::pass(), 0.0, "somebody listens");
    page::input(InputKind::Observe, 0, JsValue::UNDEFINED);
    page::set("/checkSession", "always");
    page::configure();
    assert_ne!(bindings::pass(), 0.0);
    assert_eq!(bindings::number(2), f64::from(facts::LOGIN), "calls without login may");
    only(page::start(Goal::Relogin).1, Op::WxLogin);
    assert_eq!(bindings::pass(), 0.0, "a login is on its way");
}

#[test]
fn a_call_that_was_sent_under_the_pass_is_taken_over_with_its_facts() {
    page::open();
    page::log_in("old");
    let facts = bindings::pass() + f64::from(facts::LOGIN);
    let sent = page::Command {
        op: Op::Send as u32,
        call: page::next_call(),
        numbers: [facts, 0.0],
        value: JsValue::UNDEFINED,
    };
    only(page::answered(&sent, 200, page::expired()), Op::ReadSession);
    let commands = page::input(InputKind::Stored, 0, page::js(&page::session("of-another-copy")));
    assert_eq!(page::ops(&commands), page::numbers_of([Op::Session, Op::Send]));
    assert_eq!(commands[1].call, sent.call);
}

#[test]
fn the_automatic_logins_of_the_last_minute_go_out_with_each_login_and_come_back_in_the_next_instance() {
    page::open();
    page::set("/maxLoginsPerMinute", 3);
    page::configure();
    let code = only(page::start(Goal::Request).1, Op::WxLogin);
    assert_eq!(code.numbers[1], 1.0);
    only(page::login_failed(code.flight(), JsValue::NULL), Op::Fail);
    assert!(page::input(InputKind::Restore, 2, JsValue::UNDEFINED).is_empty());
    let refused = only(page::start(Goal::Request).1, Op::Fail);
    assert_eq!(refused.numbers[0], f64::from(Failure::LoginLimit as u8));
}
