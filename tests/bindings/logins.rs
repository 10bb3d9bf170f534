//! A login, step by step, as JS sees it.

use js_sys::Promise;
use wafer_client_wasm::codes::{InputKind, Op};
use wafer_client_wasm::core::{Failure, Goal};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::page::{
    self, Announced, Header, LoginAnswer, LoginHeader, LoginRequest, WaferSession, js, only, session,
};

#[test]
fn a_cold_call_is_a_login_and_then_its_request() {
    page::open();
    let (call, commands) = page::start(Goal::Request);
    let code = only(commands, Op::WxLogin);
    let request = only(page::input(InputKind::Code, code.flight(), "code-1"), Op::LoginRequest);
    let header = LoginHeader { code: "code-1".to_owned(), encrypted_data: None, iv: None };
    let expected = LoginRequest { code: "code-1".to_owned(), header, user_info: None };
    assert_eq!(request.typed::<LoginRequest>(), expected);

    let answer = LoginAnswer { magic: 1, session: session("skey-1") };
    let commands = page::login_answered(request.flight(), 200, js(&answer));
    assert_eq!(page::ops(&commands), page::numbers_of([Op::WriteSession, Op::Session, Op::Send]));
    assert_eq!(commands[0].typed::<WaferSession>(), session("skey-1"));
    let announced: Announced = commands[1].typed();
    assert_eq!(announced.skey, "skey-1");
    assert_eq!(announced.header, Header { id: Some("id".to_owned()), skey: "skey-1".to_owned() });
    assert_eq!(announced.session, session("skey-1"));
    assert_eq!(announced.user_info.nick_name, "新用户");
    assert_eq!(commands[2].call, call);

    let done = only(page::answered(&commands[2], 200, JsValue::NULL), Op::Succeed);
    assert_eq!(done.call, call);
}

/// `wx.login` as a promise, the way an app wraps it.
fn wx_login(code: &str) -> Promise {
    Promise::resolve(&JsValue::from(code))
}

#[test]
async fn the_code_may_come_from_a_promise() {
    page::open();
    let (_, commands) = page::start(Goal::Login);
    let asked = only(commands, Op::WxLogin);
    let code = JsFuture::from(wx_login("code-of-a-promise")).await.expect("a resolved promise");
    let request = only(page::input(InputKind::Code, asked.flight(), code), Op::LoginRequest);
    assert_eq!(request.typed::<LoginRequest>().code, "code-of-a-promise");
}

#[test]
async fn a_browsers_timer_keeps_the_deadline() {
    page::open();
    page::set("/deadlines/loginMs", 2.0);
    page::configure();
    let (call, commands) = page::start(Goal::Login);
    only(commands, Op::WxLogin);
    assert_eq!(page::timer_in_ms(), 2.0);
    let timer = Promise::new(&mut |resolve, _| {
        let window = gloo_utils::window();
        window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, 2).expect("a timer");
    });
    JsFuture::from(timer).await.expect("it goes off");
    let failed = only(page::tick(), Op::Fail);
    assert_eq!(failed.call, call);
    assert_eq!(failed.numbers[0], f64::from(Failure::LoginTimeout as u8));
}

#[test]
fn servers_that_insist_get_user_data_with_the_code() {
    page::open();
    page::set("/loginMode", "code+userInfo");
    page::configure();
    let (_, commands) = page::start(Goal::Login);
    let code = only(commands, Op::WxLogin);
    let asked = only(page::input(InputKind::Code, code.flight(), "code-1"), Op::LoginUserInfo);
    let commands = page::input(InputKind::LoginUserInfo, asked.flight(), page::user_data());
    let request = only(commands, Op::LoginRequest);
    let LoginRequest { header, user_info, .. } = request.typed();
    assert!(user_info.is_some(), "the whole answer, for protocols of the developer's own");
    assert_eq!(header.encrypted_data.as_deref(), Some("data"));
    assert_eq!(header.iv.as_deref(), Some("iv"));
}

#[test]
fn the_stored_session_is_read_again_when_the_server_refused_the_one_in_memory() {
    page::open();
    page::log_in("old");
    let (_, commands) = page::start(Goal::Request);
    let send = only(commands, Op::Send);
    only(page::answered(&send, 200, page::expired()), Op::ReadSession);

    let storage = gloo_utils::window().local_storage().unwrap().expect("a page has storage");
    storage.set_item("session", &serde_json::to_string(&session("of-another-copy")).unwrap()).unwrap();
    let stored = js_sys::JSON::parse(&storage.get_item("session").unwrap().unwrap()).unwrap();
    let commands = page::input(InputKind::Stored, 0, stored);
    assert_eq!(page::ops(&commands), page::numbers_of([Op::Session, Op::Send]));
    assert_eq!(commands[0].typed::<Announced>().skey, "of-another-copy");
}

#[test]
fn the_same_session_in_the_storage_is_deleted_and_a_login_begins() {
    page::open();
    page::log_in("old");
    let (_, commands) = page::start(Goal::Request);
    let send = only(commands, Op::Send);
    only(page::answered(&send, 200, page::expired()), Op::ReadSession);
    let commands = page::input(InputKind::Stored, 0, js(&session("old")));
    assert_eq!(page::ops(&commands), page::numbers_of([Op::RemoveSession, Op::Session, Op::WxLogin]));
}

#[test]
fn the_detail_of_a_failed_login_is_the_hosts_own_object() {
    page::open();
    let (call, commands) = page::start(Goal::Request);
    let code = only(commands, Op::WxLogin);
    let error = JsValue::from(js_sys::Error::new("login:fail"));
    let failed = only(page::login_failed(code.flight(), error.clone()), Op::Fail);
    assert_eq!(failed.call, call);
    assert_eq!(failed.numbers[0], f64::from(Failure::WxLogin as u8));
    assert!(js_sys::Object::is(&failed.value, &error));
}

#[test]
fn a_check_passes_or_fails_by_its_flight() {
    for (valid, op) in [(true, Op::Send), (false, Op::WxLogin)] {
        page::open();
        page::log_in("stored");
        page::set("/checkSession", "always");
        page::configure();
        let (_, commands) = page::start(Goal::Request);
        let check = only(commands, Op::CheckSession);
        let late = page::checked(check.flight().wrapping_add(1), valid);
        assert!(late.is_empty(), "another flight's answer");
        only(page::checked(check.flight(), valid), op);
    }
}
