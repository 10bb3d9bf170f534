//! Changing the configuration at run time is safe while calls are in flight.

use wafer_client_wasm::core::{Address, CheckMode, Failure, Protocol};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::host::{Host, SUCCEEDED, failed};
use crate::script::{Api, Ask, Reply};
use crate::server::Dialect;

fn move_login_url(host: &mut Host, url: &str) {
    host.configure(|settings| settings.login_url = Address::of(url));
}

#[test]
fn a_login_url_at_another_origin_ends_the_session_of_the_old_one() {
    let mut host = Host::logged_in();
    host.request("/user");
    host.run();
    move_login_url(&mut host, "https://other.example.com/login");
    assert_eq!(host.session, None);
    let call = host.request("https://other.example.com/x");
    host.run();
    assert_eq!(host.outcome(call), SUCCEEDED);
    let server = host.server.borrow();
    let at_the_new: Vec<_> = server
        .seen
        .iter()
        .filter(|seen| seen.url.starts_with("https://other"))
        .map(|seen| seen.skey())
        .collect();
    assert_eq!(at_the_new, ["", "skey-1"]);
}

#[test]
fn a_login_on_its_way_to_the_old_origin_is_discarded() {
    let mut host = Host::new();
    let call = host.request("/user");
    host.run_for(10.0);
    move_login_url(&mut host, "https://other.example.com/login");
    host.rest();
    assert_eq!(host.outcome(call), failed(Failure::LoginDiscarded));
    assert_eq!(host.session, None);
    assert_eq!(host.stored_skey(), None);
}

#[test]
fn another_path_at_the_same_origin_keeps_the_session() {
    let mut host = Host::logged_in();
    host.request("/user");
    host.run();
    host.take_log();
    move_login_url(&mut host, "https://api.example.com/v2/login");
    let call = host.request("/user");
    host.run();
    assert_eq!(host.outcome(call), SUCCEEDED);
    assert_eq!(host.log(), ["request /user stored"]);
}

#[test]
fn saying_the_same_again_changes_nothing() {
    let mut host = Host::new();
    let calls = host.requests(10);
    for _ in 0..40 {
        host.run_for(1.0);
        host.configure(|_| {});
    }
    host.run();
    assert_eq!(host.outcomes(&calls), [SUCCEEDED; 10]);
    assert_eq!(host.count("login"), 1);
}

#[test]
fn a_change_of_the_protocol_ends_the_session() {
    let mut host = Host::logged_in();
    host.request("/user");
    host.run();
    host.configure(|settings| settings.protocol = Protocol::Wafer2);
    assert_eq!(host.session, None);
    assert_eq!(host.stored_skey(), None);
}

#[test]
fn a_session_of_one_custom_protocol_is_none_of_another() {
    let mut host = Host::with_server(Dialect::Bearer);
    host.request("/user");
    host.run();
    host.configure(|settings| settings.protocol = Protocol::Custom(3));
    assert_eq!(host.session, None);
    assert_eq!(host.stored_skey(), None);
    let call = host.request("/user");
    host.run();
    assert_eq!(host.outcome(call), SUCCEEDED);
    assert_eq!(host.count("login"), 2);
    host.configure(|settings| settings.protocol = Protocol::Custom(3));
    assert!(host.session.is_some(), "saying the same again changes nothing");
}

#[test]
fn a_request_on_its_way_across_the_change_is_not_resent_to_the_old_server() {
    let mut host = Host::logged_in();
    host.server.borrow_mut().expire_all();
    let call = host.call(Ask::bare("/user"));
    move_login_url(&mut host, "https://other.example.com/login");
    host.rest();
    assert_eq!(host.outcome(call), failed(Failure::LoginDiscarded));
    assert_eq!(host.count("request /user"), 1);
}

#[test]
fn what_is_configured_before_the_first_call_leaves_the_stored_session_alone() {
    let mut host = Host::logged_in();
    move_login_url(&mut host, "https://other.example.com/login");
    move_login_url(&mut host, "https://api.example.com/login");
    let call = host.request("/user");
    host.run();
    assert_eq!(host.outcome(call), SUCCEEDED);
    assert_eq!(host.count("login"), 0);
}

#[test]
fn deadlines_are_those_of_the_moment_when_the_step_began() {
    let mut host = Host::new();
    host.configure(|settings| settings.login_ms = 500.0);
    host.next(Api::Login, Reply::Hang);
    let call = host.request("/user");
    host.configure(|settings| settings.login_ms = 60_000.0);
    host.run_for(501.0);
    assert_eq!(host.outcome(call), failed(Failure::LoginTimeout));
}

#[test]
fn checks_can_be_turned_off_while_a_session_waits_for_one() {
    let mut host = Host::logged_in();
    host.call(Ask::bare("/news"));
    host.check_mode(CheckMode::Never);
    let call = host.request("/user");
    host.run();
    assert_eq!(host.outcome(call), SUCCEEDED);
    assert_eq!(host.count("checkSession"), 0);
}
