//! User data goes with the session_key that it is encrypted under: `withUserInfo`, `getUserInfo`, `getUserProfile`,
//! and `encryptedData` that the caller brings. The server of these stories opens data only with the session_key of
//! the session that signed the request.

use serde_json::json;
use wafer_client_wasm::core::{CallId, Cause, Failure, Goal, LoginMode};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::host::{Host, SUCCEEDED, failed};
use crate::script::{Api, Ask, Reply};

fn undecryptable(host: &Host) -> usize {
    host.server.borrow().undecryptable
}

fn data_under_key_0() -> serde_json::Value {
    json!({ "X-WX-Encrypted-Data": "under-key-0", "X-WX-IV": "iv" })
}

#[test]
fn with_user_info_the_data_is_fetched_after_the_session_is_known_to_be_live() {
    let mut host = Host::logged_in();
    let call = host.call(Ask::to("/user").with_user_info());
    host.run();
    assert_eq!(host.outcome(call), SUCCEEDED);
    assert_eq!(host.log(), ["getStorage", "checkSession", "getUserInfo", "request /user stored under-key-0"]);
    assert_eq!(undecryptable(&host), 0);
}

#[test]
fn with_user_info_on_a_cold_start_the_data_is_encrypted_under_the_new_session_key() {
    let mut host = Host::new();
    let call = host.call(Ask::to("/user").with_user_info());
    host.run();
    assert_eq!(host.outcome(call), SUCCEEDED);
    let log = host.log();
    assert_eq!(log[log.len() - 2..], ["getUserInfo", "request /user skey-1 under-key-1"]);
    assert_eq!(undecryptable(&host), 0);
}

#[test]
fn after_an_expiry_the_data_is_fetched_anew_and_the_old_is_never_resent() {
    let mut host = Host::logged_in();
    host.server.borrow_mut().expire_all();
    let call = host.call(Ask::to("/user").with_user_info());
    host.run();
    assert_eq!(host.outcome(call), SUCCEEDED);
    assert_eq!(host.count("getUserInfo"), 2);
    assert_eq!(host.count("request /user skey-1 under-key-1"), 1);
    assert_eq!(undecryptable(&host), 0);
}

#[test]
fn data_that_arrives_after_a_login_that_came_in_between_is_fetched_anew() {
    let mut host = Host::logged_in();
    host.login();
    host.run();
    host.next(Api::UserInfo, Reply::After(300.0));
    let call = host.call(Ask::to("/user").with_user_info());
    host.call(Ask::goal(Goal::Relogin));
    host.run();
    assert_eq!(host.outcome(call), SUCCEEDED);
    assert_eq!(host.count("getUserInfo"), 2);
    assert_eq!(host.count("request /user skey-1 under-key-1"), 1);
    assert_eq!(undecryptable(&host), 0);
}

#[test]
fn data_that_arrives_during_a_login_waits_for_it_and_is_fetched_anew() {
    let mut host = Host::logged_in();
    host.login();
    host.run();
    host.next(Api::Login, Reply::After(300.0));
    let call = host.call(Ask::to("/user").with_user_info());
    host.call(Ask::goal(Goal::Relogin));
    host.run();
    assert_eq!(host.outcome(call), SUCCEEDED);
    assert_eq!(host.count("request /user skey-1 under-key-1"), 1);
    assert_eq!(host.count("request /user stored"), 0);
}

#[test]
fn a_login_that_fails_leaves_a_session_whose_key_wechat_has_replaced_so_user_data_needs_a_new_one() {
    for ask in [Ask::to("/user").with_user_info(), Ask::goal(Goal::UserInfo)] {
        let mut host = Host::logged_in();
        host.login();
        host.run();
        host.next(Api::LoginRequest, Reply::Fail(Cause::Other));
        host.call(Ask::goal(Goal::Relogin));
        host.run();
        let plain = host.request("/user");
        host.run();
        assert_eq!(host.outcome(plain), SUCCEEDED);
        assert_eq!(host.count("request /user stored"), 1, "the session is good for anything else");
        let call = host.call(ask);
        host.run();
        assert_eq!(host.outcome(call), SUCCEEDED);
        assert_eq!(host.count("login"), 2);
        assert_eq!(host.count("getUserInfo"), 1);
        assert_eq!(undecryptable(&host), 0);
    }
}

#[test]
fn a_login_that_was_lost_with_the_core_leaves_such_a_session_too() {
    let mut host = Host::live();
    host.login_mode(LoginMode::CodeAndUserInfo);
    host.next(Api::UserInfo, Reply::Hang);
    let forced = host.call(Ask::goal(Goal::Relogin));
    host.run_for(100.0);
    host.abort(forced);
    host.lose_instance();
    let call = host.call(Ask::to("/user").with_user_info());
    host.run();
    assert_eq!(host.outcome(call), SUCCEEDED);
    assert_eq!((host.count("login"), undecryptable(&host)), (2, 0));
}

#[test]
fn data_that_is_on_its_way_when_a_login_fails_is_fetched_anew_after_the_next_login() {
    let mut host = Host::logged_in();
    host.login();
    host.run();
    host.next(Api::UserInfo, Reply::After(300.0));
    host.next(Api::LoginRequest, Reply::Fail(Cause::Other));
    let call = host.call(Ask::to("/user").with_user_info());
    host.call(Ask::goal(Goal::Relogin));
    host.run();
    assert_eq!(host.outcome(call), SUCCEEDED);
    assert_eq!(host.count("getUserInfo"), 2);
    assert_eq!(host.count("request /user skey-2 under-key-2"), 1);
    assert_eq!(undecryptable(&host), 0);
}

#[test]
fn without_a_session_and_without_login_no_data_is_fetched() {
    let mut host = Host::new();
    let call = host.call(Ask::bare("/news").with_user_info());
    host.run();
    assert_eq!(host.outcome(call), SUCCEEDED);
    assert_eq!(host.log(), ["getStorage", "request /news"]);
}

#[test]
fn refusals_are_told_apart() {
    for (cause, failure) in [
        (Cause::Denied, Failure::UserDenied),
        (Cause::Privacy, Failure::PrivacyRefused),
        (Cause::Timeout, Failure::UserInfo),
        (Cause::Other, Failure::UserInfo),
    ] {
        for ask in
            [Ask::to("/user").with_user_info(), Ask::goal(Goal::UserInfo), Ask::goal(Goal::UserProfile)]
        {
            let mut host = Host::logged_in();
            host.next(Api::UserInfo, Reply::Fail(cause));
            let call = host.call(ask);
            host.run();
            assert_eq!(host.outcome(call), failed(failure), "{cause:?}");
            assert_eq!(host.stored_skey().as_deref(), Some("stored"));
        }
    }
}

#[test]
fn an_answer_without_encrypted_data_fails_the_request_that_should_carry_it() {
    for answer in
        [json!(null), json!({}), json!({ "encryptedData": "x" }), json!({ "encryptedData": "", "iv": "i" })]
    {
        let mut host = Host::logged_in();
        host.next(Api::UserInfo, Reply::Answer(200, answer));
        let call = host.call(Ask::to("/user").with_user_info());
        host.run();
        assert_eq!(host.outcome(call), failed(Failure::UserInfo));
        assert_eq!(host.count("request /user"), 0);
    }
}

#[test]
fn data_that_the_caller_brings_goes_with_the_session() {
    let mut host = Host::logged_in();
    let call = host.call(Ask::to("/user").with_user_data(data_under_key_0()));
    host.run();
    assert_eq!(host.outcome(call), SUCCEEDED);
    assert_eq!(host.count("request /user stored under-key-0"), 1);
}

#[test]
fn data_that_the_caller_brought_is_not_resent_after_an_expiry() {
    let mut host = Host::logged_in();
    host.server.borrow_mut().expire_all();
    let call = host.call(Ask::to("/user").with_user_data(data_under_key_0()));
    host.rest();
    assert_eq!(host.outcome(call), failed(Failure::UserDataOutdated));
    assert_eq!(host.count("request /user"), 1);
    let next = host.request("/user");
    host.run();
    assert_eq!(host.outcome(next), SUCCEEDED, "the session was refused, so the next call logs in");
}

#[test]
fn get_user_info_waits_for_a_live_session() {
    let mut host = Host::new();
    let call = host.call(Ask::goal(Goal::UserInfo));
    host.run();
    assert_eq!(host.outcome(call), SUCCEEDED);
    assert_eq!(
        host.log(),
        ["getStorage", "login", "request /login code-1", "setStorage skey-1", "getUserInfo"]
    );
}

#[test]
fn get_user_info_asks_again_when_a_login_came_in_between() {
    let mut host = Host::logged_in();
    host.login();
    host.run();
    host.next(Api::UserInfo, Reply::After(300.0));
    let call = host.call(Ask::goal(Goal::UserInfo));
    host.call(Ask::goal(Goal::Relogin));
    host.run();
    assert_eq!(host.outcome(call), SUCCEEDED);
    assert_eq!(host.count("getUserInfo"), 2);
}

#[test]
fn get_user_profile_asks_in_the_tap_before_anything_else() {
    let mut host = Host::logged_in();
    let call = host.call(Ask::goal(Goal::UserProfile));
    assert_eq!(host.log(), ["getUserProfile"]);
    host.run();
    assert_eq!(host.outcome(call), SUCCEEDED);
    assert_eq!(host.log(), ["getUserProfile", "getStorage", "checkSession"]);
}

/// A tap while something makes a login necessary: the data may be encrypted under a session_key that is gone.
fn profile_across_a_login(mut host: Host, tap: impl FnOnce(&mut Host) -> CallId) {
    let call = tap(&mut host);
    host.run();
    assert_eq!(host.outcome(call), failed(Failure::UserInfoOutdated));
    assert_eq!(host.count("getUserProfile"), 1, "WeChat shows its dialog in a tap only");
    let next = host.call(Ask::goal(Goal::UserProfile));
    host.run();
    assert_eq!(host.outcome(next), SUCCEEDED, "the next tap has a live session");
}

#[test]
fn get_user_profile_that_a_login_overtook_asks_for_another_tap() {
    profile_across_a_login(Host::new(), |host| host.call(Ask::goal(Goal::UserProfile)));
    profile_across_a_login(Host::logged_in(), |host| {
        host.next(Api::CheckSession, Reply::Fail(Cause::Other));
        host.call(Ask::goal(Goal::UserProfile))
    });
    profile_across_a_login(Host::logged_in(), |host| {
        host.next(Api::LoginRequest, Reply::Fail(Cause::Other));
        host.call(Ask::goal(Goal::Relogin));
        host.run();
        host.call(Ask::goal(Goal::UserProfile))
    });
    profile_across_a_login(Host::logged_in(), |host| {
        host.next(Api::UserInfo, Reply::After(5_000.0));
        let call = host.call(Ask::goal(Goal::UserProfile));
        host.call(Ask::goal(Goal::Relogin));
        call
    });
}
