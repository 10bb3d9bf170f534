//! Two copies of the SDK in one app, a plugin and the main package, do not fight over the session: they agree
//! through storage on the newest one. The server keeps one skey a user.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use serde_json::json;
use wafer_client_wasm::core::{Cause, Failure, Goal};

use crate::host::{Host, SUCCEEDED, failed};
use crate::script::{Api, Ask, Reply};

fn request(host: &mut Host) {
    let call = host.request("/user");
    host.run();
    assert_eq!(host.outcome(call), SUCCEEDED);
}

#[test]
fn the_copy_whose_session_was_replaced_takes_over_the_new_one_without_a_login() {
    let mut package = Host::new();
    request(&mut package);
    let mut plugin = package.copy();
    let relogin = plugin.call(Ask::goal(Goal::Relogin));
    plugin.run();
    assert_eq!(plugin.outcome(relogin), SUCCEEDED);
    package.take_log();
    request(&mut package);
    assert_eq!(package.log(), ["request /user skey-1", "getStorage", "request /user skey-2"]);
}

#[test]
fn two_copies_in_turn_log_in_once_between_them() {
    let mut package = Host::new();
    let mut plugin = package.copy();
    for _ in 0..20 {
        request(&mut package);
        request(&mut plugin);
    }
    assert_eq!(package.count("login") + plugin.count("login"), 1);
}

#[test]
fn two_copies_that_began_at_once_come_to_rest_on_one_session() {
    let mut package = Host::new();
    let mut plugin = package.copy();
    let calls = (package.request("/user"), plugin.request("/user"));
    package.run();
    plugin.run();
    assert_eq!((package.outcome(calls.0), plugin.outcome(calls.1)), (SUCCEEDED, SUCCEEDED));
    package.take_log();
    plugin.take_log();
    for _ in 0..10 {
        request(&mut package);
        request(&mut plugin);
    }
    assert_eq!(package.count("login") + plugin.count("login"), 0);
    assert_eq!(package.count("getStorage"), 1);
    assert_eq!(plugin.count("getStorage"), 0);
}

#[test]
fn a_hundred_calls_take_over_the_session_together() {
    let mut package = Host::new();
    request(&mut package);
    let mut plugin = package.copy();
    plugin.call(Ask::goal(Goal::Relogin));
    plugin.run();
    let calls = package.requests(100);
    package.run();
    assert_eq!(package.outcomes(&calls), [SUCCEEDED; 100]);
    assert_eq!(package.count("login"), 1, "the one at the beginning");
}

#[test]
fn a_session_taken_over_that_is_stale_too_still_leaves_the_call_its_retry() {
    let mut host = Host::logged_in();
    request(&mut host);
    host.server.borrow_mut().expire_all();
    host.store(json!({ "id": "id", "skey": "stale" }));
    request(&mut host);
    let log = host.take_log();
    let requests: Vec<_> = log.iter().filter(|entry| entry.starts_with("request /user")).collect();
    assert_eq!(requests[1..], ["request /user stored", "request /user stale", "request /user skey-1"]);
}

#[test]
fn user_data_is_fetched_anew_under_a_session_that_was_taken_over() {
    let mut package = Host::new();
    request(&mut package);
    let mut plugin = package.copy();
    plugin.call(Ask::goal(Goal::Relogin));
    plugin.run();
    let call = package.call(Ask::to("/user").with_user_info());
    package.run();
    assert_eq!(package.outcome(call), SUCCEEDED);
    assert_eq!(package.count("getUserInfo"), 2);
    assert_eq!(package.server.borrow().undecryptable, 0);
}

#[test]
fn user_data_needs_a_login_where_a_session_is_taken_over_after_a_login_of_ones_own_that_failed() {
    let mut host = Host::live();
    host.server.borrow_mut().accept("other");
    host.store(json!({ "id": "id", "skey": "other", "userInfo": {} }));
    host.next(Api::LoginRequest, Reply::Fail(Cause::Unsent));
    let forced = host.call(Ask::goal(Goal::Relogin));
    host.run();
    host.server.borrow_mut().expire("stored");
    request(&mut host);
    let call = host.call(Ask::to("/user").with_user_info());
    host.run();
    assert_eq!(host.outcomes(&[forced, call]), [failed(Failure::LoginNetwork), SUCCEEDED]);
    assert_eq!(host.server.borrow().undecryptable, 0);
}

#[test]
fn a_copy_that_keeps_bringing_stale_sessions_does_not_keep_a_call_alive_for_ever() {
    let mut host = Host::logged_in();
    host.server.borrow_mut().always_expired = true;
    let call = host.request("/user");
    for number in 0..10 {
        host.store(json!({ "id": "id", "skey": format!("stale-{number}") }));
        host.run_for(20.0);
    }
    assert_eq!(host.outcome(call), failed(Failure::SessionRefused));
    assert_eq!(host.count("request /user"), 3);
}

#[test]
fn a_refusal_while_a_login_is_on_its_way_leaves_the_other_copys_session_in_the_storage() {
    let mut host = Host::logged_in();
    request(&mut host);
    host.server.borrow_mut().expire_all();
    let refused = host.request("/user");
    host.next(Api::LoginRequest, Reply::Fail(Cause::Other));
    host.call(Ask::goal(Goal::Relogin));
    host.store(json!({ "id": "id", "skey": "of-another-copy" }));
    host.run();
    assert_eq!(host.outcome(refused), failed(Failure::LoginNetwork));
    assert_eq!(host.session, None, "ours is over");
    assert_eq!(host.stored_skey().as_deref(), Some("of-another-copy"));
}
