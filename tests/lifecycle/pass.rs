//! The pass: while the session is live and there is nothing to decide or to tell, calls are sent and settled without the
//! core. (The host of these stories plays js/, and checks at every send that nothing is signed for a place that is not
//! trusted at that moment, or by a session that had ended.)

use serde_json::json;
use wafer_client_wasm::core::{CheckMode, Failure, Goal, Input};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::host::{Host, PENDING, SUCCEEDED, failed, is_watched};
use crate::script::{Api, Ask, Reply};
use crate::server::Dialect;

const MAGIC: &str = "F2C224D4-2BCE-4C64-AF9F-A6D872000D1A";

/// How often the core is asked while these moves are made.
fn entries(host: &mut Host, moves: impl FnOnce(&mut Host)) -> usize {
    let before = host.entries;
    moves(host);
    host.entries - before
}

/// How often the core is asked for a call of this kind that succeeds: twice means once to send it and once for its
/// answer.
fn entries_for(host: &mut Host, ask: Ask) -> usize {
    entries(host, |host| {
        let call = host.call(ask);
        host.run();
        assert_eq!(host.outcome(call), SUCCEEDED);
    })
}

/// How often the core is asked for a call: `entries` times when nobody listens, both times with a listener.
fn unless_watched(entries: usize) -> usize {
    if is_watched() { 2 } else { entries }
}

#[test]
fn a_warm_call_does_not_enter_the_core_and_settles_all_the_same() {
    let mut host = Host::live();
    assert_eq!(entries_for(&mut host, Ask::to("/user")), unless_watched(0));
    assert_eq!(entries_for(&mut host, Ask::bare("/user")), unless_watched(0));
    assert_eq!(host.log(), ["request /user stored"; 2]);
    assert_eq!(host.passed, if is_watched() { 0 } else { 2 });
}

#[test]
fn an_answer_that_is_not_plain_goes_to_the_core() {
    let answers = [json!({ MAGIC: 1, "user": 1 }), json!(format!("{{\"{MAGIC}\":1}}")), json!(null)];
    for body in answers {
        let mut host = Host::live();
        host.next(Api::Request, Reply::Answer(200, body));
        assert_eq!(entries_for(&mut host, Ask::to("/user")), unless_watched(1));
    }
    let mut host = Host::live();
    host.next(Api::Request, Reply::Answer(404, json!({})));
    assert_eq!(entries_for(&mut host, Ask::to("/user")), unless_watched(1));
    host.next(Api::Request, Reply::Answer(200, json!("<p>text</p>")));
    assert_eq!(entries_for(&mut host, Ask::to("/user")), unless_watched(0));
}

#[test]
fn under_wafer2_plain_is_the_code_of_a_good_answer() {
    let mut host = Host::with_server(Dialect::Wafer2);
    host.login();
    host.run();
    for (body, asked) in [
        (json!({ "code": 0, "data": {} }), 0),
        (json!({ "data": {} }), 1),
        (json!({ "code": "0" }), 1),
        (json!({ "code": 1 }), 1),
        (json!({ "code": -1, "error": "out of stock" }), 1),
        (json!("text"), 1),
    ] {
        host.next(Api::Request, Reply::Answer(200, body.clone()));
        assert_eq!(entries_for(&mut host, Ask::to("/user")), unless_watched(asked), "{body}");
    }
}

#[test]
fn no_pass_is_granted_where_each_call_is_the_cores_to_decide() {
    let mut host = Host::with_server(Dialect::Bearer);
    host.login();
    host.run();
    assert_eq!(entries_for(&mut host, Ask::to("/user")), 2, "only the developer can tell an answer");
    let mut host = Host::live();
    host.check_mode(CheckMode::Always);
    let asked = entries(&mut host, |host| {
        host.request("/user");
    });
    assert_eq!(asked, 1);
    host.run();
    assert_eq!(host.log(), ["checkSession", "request /user stored"]);
    let mut host = Host::live();
    host.observe(true);
    assert_eq!(entries_for(&mut host, Ask::to("/user")), 2);
    host.observe(false);
    assert_eq!(entries_for(&mut host, Ask::to("/user")), 0);
}

#[test]
fn no_pass_is_granted_before_wechat_was_asked_about_a_stored_session() {
    let mut host = Host::logged_in();
    host.call(Ask::bare("/news"));
    host.run();
    host.take_log();
    host.request("/user");
    assert_eq!(host.log(), ["checkSession"]);
}

#[test]
fn calls_without_login_need_no_check_and_go_out_under_the_pass() {
    let mut host = Host::logged_in();
    host.call(Ask::bare("/news"));
    host.run();
    assert_eq!(entries_for(&mut host, Ask::bare("/news")), unless_watched(0));
    let mut host = Host::live();
    host.check_mode(CheckMode::Always);
    assert_eq!(entries_for(&mut host, Ask::bare("/news")), unless_watched(0));
    assert_eq!(host.count("checkSession"), 0);
}

#[test]
fn calls_for_other_places_ask_the_core() {
    let mut host = Host::live();
    let elsewhere = "https://elsewhere.example.com/";
    assert_eq!(entries_for(&mut host, Ask::bare(elsewhere)), unless_watched(1));
    let refused = entries(&mut host, |host| {
        let call = host.request(elsewhere);
        assert_eq!(host.outcome(call), failed(Failure::Untrusted));
    });
    assert_eq!(refused, 1);
    assert_eq!(
        entries_for(&mut host, Ask::bare("/login")),
        2,
        "that its answer is a refusal is for the core to tell"
    );
}

#[test]
fn a_call_that_was_sent_under_a_pass_is_refused_and_retried_like_any_other() {
    let mut host = Host::live();
    host.server.borrow_mut().expire_all();
    let calls = [host.request("/user/a"), host.call(Ask::bare("/user/b"))];
    host.run();
    assert_eq!(host.outcomes(&calls), [SUCCEEDED; 2]);
    assert_eq!(host.count("login"), 1);
    let log = host.log();
    assert_eq!(log[log.len() - 2..], ["request /user/a skey-1", "request /user/b skey-1"]);
}

#[test]
fn its_refusal_is_late_when_the_session_has_been_replaced() {
    let mut host = Host::live();
    host.server.borrow_mut().expire_all();
    host.next(Api::Request, Reply::After(500.0));
    let slow = host.request("/user/slow");
    let fast = host.request("/user/fast");
    host.run_for(400.0);
    assert_eq!(host.outcome(fast), SUCCEEDED);
    host.take_log();
    host.run();
    assert_eq!(host.outcome(slow), SUCCEEDED);
    assert_eq!(host.log(), ["request /user/slow skey-1"], "it names the session that signed it");
}

#[test]
fn a_call_that_was_sent_under_a_pass_has_one_retry() {
    let mut host = Host::live();
    host.server.borrow_mut().always_expired = true;
    let call = host.request("/user");
    host.run();
    assert_eq!(host.outcome(call), failed(Failure::SessionRefused));
    assert_eq!(host.count("request /user"), 2);
}

#[test]
fn a_log_out_withdraws_the_pass() {
    let mut host = Host::live();
    host.clear_session();
    let call = host.call(Ask::bare("/news"));
    assert_eq!(host.log(), ["removeStorage", "request /news"]);
    host.run();
    assert_eq!(host.outcome(call), SUCCEEDED);
}

#[test]
fn calls_under_a_pass_that_the_app_logs_out_of_settle_and_log_nobody_in() {
    let mut host = Host::live();
    let good = host.request("/user");
    host.server.borrow_mut().expire_all();
    let refused = host.request("/user");
    host.run_for(1.0);
    host.clear_session();
    host.run();
    assert_eq!(host.outcome(refused), failed(Failure::LoginDiscarded));
    assert_ne!(host.outcome(good), PENDING);
    assert_eq!(host.count("login"), 0);
}

#[test]
fn a_call_under_a_pass_is_aborted_at_wx() {
    let mut host = Host::live();
    let call = host.request("/user");
    host.abort(call);
    host.rest();
    assert_eq!(host.outcome(call), failed(Failure::Aborted));
    assert_eq!(host.log(), ["request /user stored", "abort /user"]);
}

#[test]
fn a_call_under_a_pass_that_wx_forgets_is_given_up() {
    let mut host = Host::live();
    host.next(Api::Request, Reply::Hang);
    let call = host.call(Ask::to("/user").within_ms(1_000.0));
    host.rest();
    assert_eq!(host.outcome(call), failed(Failure::Timeout));
}

#[test]
fn a_login_withdraws_the_pass_until_it_has_come_to_its_end() {
    for fails in [false, true] {
        let mut host = Host::live();
        if fails {
            host.next(Api::LoginRequest, Reply::Answer(500, json!({})));
        }
        host.call(Ask::goal(Goal::Relogin));
        let call = host.request("/user");
        assert_eq!(host.log(), ["login"], "it waits");
        host.run();
        assert_eq!(host.outcome(call).is_some_and(|outcome| outcome.is_ok()), !fails);
        let call = host.request("/user");
        host.run();
        assert_eq!(host.outcome(call), SUCCEEDED);
    }
}

#[test]
fn user_data_that_the_caller_brings_goes_out_under_the_pass_and_is_outdated_by_an_expiry() {
    let mut host = Host::live();
    let data = json!({ "X-WX-Encrypted-Data": "under-key-0", "X-WX-IV": "iv" });
    let ask = Ask::to("/user").with_user_data(data);
    assert_eq!(entries_for(&mut host, ask.clone()), unless_watched(0));
    assert_eq!(host.log(), ["request /user stored under-key-0"]);
    host.server.borrow_mut().expire_all();
    let call = host.call(ask);
    host.run();
    assert_eq!(host.outcome(call), failed(Failure::UserDataOutdated));
}

#[test]
fn a_tick_gives_the_pass_back() {
    let mut host = Host::live();
    host.handle(Input::Tick);
    assert_eq!(entries_for(&mut host, Ask::to("/user")), unless_watched(0));
}
