//! JS values that are not what they should be, and values as handles.

use gloo_utils::format::JsValueSerdeExt;
use js_sys::{Array, Function, Map, Object, Symbol, Uint8Array};
use serde_json::json;
use wafer_client_wasm::bindings::Js;
use wafer_client_wasm::codes::{InputKind, Op, facts};
use wafer_client_wasm::core::{Failure, Goal, Kind, Value, Word};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::page::{self, API, expired, handle, only};

/// Everything that a server, a storage or a host may hand over instead of what was asked for.
fn rubbish() -> Vec<JsValue> {
    let cyclic = Array::new();
    cyclic.push(&cyclic);
    vec![
        JsValue::UNDEFINED,
        JsValue::NULL,
        JsValue::TRUE,
        JsValue::from(f64::NAN),
        JsValue::from(f64::NEG_INFINITY),
        JsValue::from(0),
        JsValue::from(""),
        JsValue::from("<html>"),
        Symbol::iterator().into(),
        Object::new().into(),
        Object::<JsValue>::create(JsValue::NULL.unchecked_ref()).into(),
        Object::freeze(&Object::new()).into(),
        Array::of1(&"skey".into()).into(),
        cyclic.into(),
        Map::new().into(),
        Uint8Array::new_with_length(4).into(),
        Function::default().into(),
        JsValue::from_serde(&json!({ "session": { "skey": {} }, "code": 0, "data": [[]] })).unwrap(),
    ]
}

#[test]
fn kinds_of_values() {
    let nothing = [JsValue::UNDEFINED, JsValue::NULL, JsValue::from("")];
    let scalars = [JsValue::from("a"), JsValue::from(0), JsValue::from(-1.5)];
    let empty: [JsValue; 2] = [Object::new().into(), Array::new().into()];
    let others = [
        JsValue::TRUE,
        JsValue::FALSE,
        JsValue::from(f64::NAN),
        JsValue::from("no\nheader"),
        Symbol::iterator().into(),
    ];
    page::open();
    assert!(nothing.map(|value| handle(value).kind()).iter().all(|kind| *kind == Kind::Nothing));
    assert!(scalars.map(|value| handle(value).kind()).iter().all(|kind| *kind == Kind::Scalar));
    assert!(empty.map(|value| handle(value).kind()).iter().all(|kind| *kind == Kind::Empty));
    assert!(others.map(|value| handle(value).kind()).iter().all(|kind| *kind == Kind::Other));
    assert_eq!(handle(Array::of1(&JsValue::NULL)).kind(), Kind::Record);
}

#[test]
fn values_are_read_and_built_field_by_field() {
    page::open();
    let record = Js::record().with(Word::Skey, &handle("skey")).with(Word::Code, &handle(-1));
    assert_eq!(
        page::value_of(record).into_serde::<serde_json::Value>().unwrap(),
        json!({ "skey": "skey", "code": -1 })
    );
    assert!(record.field(Word::Code).is(Word::MinusOne));
    assert!(!record.field(Word::Skey).is(Word::MinusOne));
    assert!(record.field(Word::Id).is_nothing());
    assert!(record.field(Word::Id).field(Word::Id).is_nothing());
    assert!(record.field(Word::Skey).same(&handle("skey")));
    assert!(!record.field(Word::Skey).same(&handle("other")));
}

#[test]
fn rubbish_in_the_storage_is_no_session() {
    for value in rubbish() {
        page::open();
        page::log_in("old");
        let send = only(page::start(Goal::Request).1, Op::Send);
        only(page::answered(&send, 200, page::expired()), Op::ReadSession);
        let commands = page::input(InputKind::Stored, 0, value);
        assert_eq!(page::ops(&commands), page::numbers_of([Op::Session, Op::WxLogin]));
    }
}

#[test]
fn rubbish_as_a_code_fails_the_login_and_a_number_does_not() {
    for value in rubbish() {
        page::open();
        let code = only(page::start(Goal::Request).1, Op::WxLogin);
        let usable = handle(value.clone()).is_scalar();
        let op = if usable { Op::LoginRequest } else { Op::Fail };
        only(page::input(InputKind::Code, code.flight(), value), op);
    }
}

#[test]
fn rubbish_as_a_login_answer_fails_the_login() {
    for value in rubbish() {
        page::open();
        let code = only(page::start(Goal::Request).1, Op::WxLogin);
        let request = only(page::input(InputKind::Code, code.flight(), "code"), Op::LoginRequest);
        let failed = only(page::login_answered(request.flight(), 200, value), Op::Fail);
        let failure = Failure::ALL[failed.numbers[0] as usize];
        assert!(matches!(failure, Failure::NoSession | Failure::SpeaksWafer2), "{failure:?}");
    }
}

#[test]
fn rubbish_as_an_answer_is_the_callers() {
    page::open();
    page::log_in("skey");
    for value in rubbish() {
        let send = only(page::start(Goal::Request).1, Op::Send);
        only(page::answered(&send, 200, value), Op::Succeed);
    }
}

#[test]
fn rubbish_as_user_data_fails_the_request_that_should_carry_it() {
    page::open();
    page::log_in("skey");
    for value in rubbish() {
        let asked = only(page::start_with(facts::LOGIN | facts::WITH_USER_INFO, API).1, Op::UserInfo);
        only(page::input(InputKind::UserInfo, asked.call, value), Op::Fail);
    }
}

#[test]
fn the_core_names_all_values_that_it_still_holds_and_no_other() {
    page::open();
    page::log_in("skey");
    for round in 0..3 {
        for _ in 0..100 {
            let send = only(page::start(Goal::Request).1, Op::Send);
            only(page::answered(&send, 200, Object::new()), Op::Succeed);
        }
        page::sweep();
        assert_eq!(
            page::size(),
            4,
            "undefined, what is lent, the session, the URL judged last, round {round}"
        );
    }
    let header = Object::new();
    let sent = page::start_call(page::next_call(), facts::LOGIN, API, header.clone());
    let sent = only(sent, Op::Send);
    page::sweep();
    assert_eq!(page::size(), 4, "nothing of a call that is on its way");
    only(page::start(Goal::Relogin).1, Op::WxLogin);
    page::start_call(page::next_call(), facts::LOGIN, API, header.clone());
    page::sweep();
    assert_eq!(page::size(), 7, "URLs and user data of calls that wait");
    let commands = page::input(InputKind::Clear, 0, JsValue::UNDEFINED);
    assert_eq!(commands.len(), 4);
    page::sweep();
    assert_eq!(page::size(), 3);
    only(page::answered(&sent, 200, JsValue::NULL), Op::Succeed);
}

#[test]
fn a_login_goes_on_after_a_sweep_between_any_two_of_its_steps() {
    page::open();
    page::set("/loginMode", "code+userInfo");
    page::set("/checkSession", "never");
    page::configure();
    page::log_in_with_user_info("old");
    let (_, commands) = page::start(Goal::Relogin);
    page::sweep();
    let code = only(commands, Op::WxLogin);
    let asked = only(page::input(InputKind::Code, code.flight(), "code"), Op::LoginUserInfo);
    page::sweep();
    let commands = page::input(InputKind::LoginUserInfo, asked.flight(), page::user_data());
    let request = only(commands, Op::LoginRequest);
    assert_eq!(request.typed::<page::LoginRequest>().code, "code");
    page::sweep();
    let failed = only(page::login_answered(request.flight(), 500, JsValue::NULL), Op::Fail);
    assert!(failed.value.is_null());
    page::sweep();
    let send = only(page::start(Goal::Request).1, Op::Send);
    only(page::answered(&send, 200, expired()), Op::ReadSession);
    page::sweep();
    let commands = page::input(InputKind::Stored, 0, page::js(&page::session("old")));
    assert_eq!(page::ops(&commands), page::numbers_of([Op::RemoveSession, Op::Session, Op::WxLogin]));
}
