//! What the server wants to see at login: the code alone, or the code and user data under its session_key.

use serde_json::json;
use wafer_client_wasm::core::{Cause, Failure, LoginMode, Word};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::host::{Host, SUCCEEDED, failed};
use crate::json::Json;
use crate::script::{Api, Reply, words_of};
use crate::server::Dialect;

fn insisting(dialect: Dialect) -> Host {
    let mut host = Host::with_server(dialect);
    host.login_mode(LoginMode::CodeAndUserInfo);
    host
}

#[test]
fn the_code_comes_first_and_the_data_is_encrypted_under_its_session_key() {
    let mut host = insisting(Dialect::Wafer);
    let call = host.request("/user");
    host.run();
    assert_eq!(host.outcome(call), SUCCEEDED);
    let log = ["getStorage", "login", "getUserInfo", "request /login code-1", "setStorage skey-1"];
    assert_eq!(host.log()[..5], log);
    let expected = json!({ "X-WX-Code": "code-1", "X-WX-Encrypted-Data": "under-key-1", "X-WX-IV": "iv" });
    assert_eq!(host.server.borrow().seen[0].header, Json(expected));
}

#[test]
fn a_server_that_answers_no_user_info_leaves_it_to_the_client() {
    let mut host = insisting(Dialect::Wafer);
    host.login();
    host.run();
    let stored = host.storage.borrow().clone().unwrap();
    assert_eq!(stored["userInfo"], json!({ "nickName": "微信用户" }));
    assert_eq!(host.session, Some(stored));
}

#[test]
fn the_servers_user_info_wins() {
    let mut host = insisting(Dialect::Fork);
    host.login();
    host.run();
    assert_eq!(host.storage.borrow().clone().unwrap()["userInfo"], json!({ "nickName": "新用户" }));
}

#[test]
fn in_code_mode_nobody_is_asked_for_user_data() {
    let mut host = Host::with_server(Dialect::Wafer);
    host.login();
    host.run();
    assert_eq!(host.count("getUserInfo"), 0);
    assert_eq!(host.storage.borrow().clone().unwrap().get(Word::UserInfo.text()), None);
}

#[test]
fn each_step_of_the_login_fails_in_its_own_words() {
    let ways = [
        (Api::Login, Reply::Fail(Cause::Other), Failure::WxLogin),
        (Api::Login, Reply::Fail(Cause::Denied), Failure::WxLogin),
        (Api::Login, Reply::Fail(Cause::Timeout), Failure::LoginTimeout),
        (Api::Login, Reply::Fail(Cause::Privacy), Failure::PrivacyRefused),
        (Api::Login, Reply::Fail(Cause::Unavailable), Failure::LoginUnavailable),
        (Api::UserInfo, Reply::Fail(Cause::Other), Failure::UserInfo),
        (Api::UserInfo, Reply::Fail(Cause::Denied), Failure::UserDenied),
        (Api::UserInfo, Reply::Fail(Cause::Privacy), Failure::PrivacyRefused),
        (Api::UserInfo, Reply::Answer(200, json!({ "userInfo": {} })), Failure::UserInfo),
        (Api::LoginRequest, Reply::Fail(Cause::Other), Failure::LoginNetwork),
        (Api::LoginRequest, Reply::Fail(Cause::Aborted), Failure::LoginNetwork),
        (Api::LoginRequest, Reply::Fail(Cause::Timeout), Failure::LoginTimeout),
    ];
    for (api, reply, failure) in ways {
        let mut host = insisting(Dialect::Wafer);
        host.next(api, reply.clone());
        let call = host.request("/user");
        host.run();
        assert_eq!(host.outcome(call), failed(failure), "{api:?} {reply:?}");
        assert_eq!(host.count("request /user"), 0);
    }
}

#[test]
fn the_error_of_a_failed_login_carries_what_the_host_or_the_server_said() {
    let mut host = Host::new();
    host.next(Api::Login, Reply::Fail(Cause::Other));
    let unlucky = host.request("/user");
    host.run();
    let answer = json!({ Word::Magic.text(): 1, "error": "ERR_LOGIN_FAILED", "message": "no such user" });
    host.next(Api::LoginRequest, Reply::Answer(200, answer.clone()));
    let refused = [host.request("/user"), host.login()];
    host.run();
    assert_eq!(host.details[&unlucky], words_of(Cause::Other));
    assert_eq!(host.outcomes(&refused), [failed(Failure::LoginRefused); 2]);
    assert!(refused.iter().all(|call| host.details[call] == Json(answer.clone())));
}
