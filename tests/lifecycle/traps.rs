//! Guarantee 11, as far as the core can keep it: no input makes it panic, whatever state it is in, and a fresh core
//! takes up where the one that is gone left off.

use serde_json::json;
use wafer_client_wasm::core::{CallId, FlightId, Goal, Input, Word};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::host::{Host, PENDING, SUCCEEDED};
use crate::json::Json;
use crate::script::Ask;

/// Every answer that can come, to flights and calls that there are not. (What becomes of a request that was sent comes
/// from the host's own books.)
fn strays() -> Vec<Input<Json>> {
    let (call, flight) = (CallId(0x00ff_ffff), FlightId(u32::MAX));
    let value = || Json(json!({ "skey": "stray", "encryptedData": "d", "iv": "i" }));
    vec![
        Input::Abort(call),
        Input::Stored(value()),
        Input::Checked { flight, valid: true },
        Input::Checked { flight, valid: false },
        Input::Code { flight, code: Json(json!("stray")), random: 0.5 },
        Input::LoginUserInfo { flight, data: value() },
        Input::LoginUnavailable { flight },
        Input::LoginAnswered { flight, status: 200, body: value(), detail: value() },
        Input::LoginFailed { flight, error: value() },
        Input::LoginUnsent { flight, error: value() },
        Input::Returned,
        Input::UserInfo { call, data: value() },
        Input::UserInfoFailed { call, error: value() },
        Input::Pending { call, waited_ms: 30_000.0, timeout_ms: 0.0 },
    ]
}

#[test]
fn stray_answers_change_nothing_at_any_moment() {
    for at_ms in 0..60 {
        let mut host = Host::logged_in();
        host.server.borrow_mut().expire_all();
        let calls = [host.request("/user"), host.call(Ask::goal(Goal::UserInfo))];
        host.run_for(f64::from(at_ms));
        let before = host.take_log();
        let outcomes = host.outcomes(&calls);
        for stray in strays() {
            host.handle(stray);
        }
        assert_eq!(host.log(), [""; 0], "{at_ms} ms, after {before:?}");
        assert_eq!(host.outcomes(&calls), outcomes, "{at_ms} ms");
        host.rest();
        assert_eq!(host.outcomes(&calls), [SUCCEEDED; 2], "{at_ms} ms");
    }
}

#[test]
fn answers_to_the_right_flight_but_of_the_wrong_kind_end_the_login_and_nothing_worse() {
    let kinds: [fn(FlightId) -> Input<Json>; 4] = [
        |flight| Input::Code { flight, code: Json(json!("again")), random: 0.5 },
        |flight| Input::LoginUserInfo { flight, data: Json(json!({})) },
        |flight| Input::Checked { flight, valid: true },
        |flight| Input::LoginAnswered {
            flight,
            status: 200,
            body: Json(json!("rubbish")),
            detail: Json(json!({ Word::Error.text(): "x" })),
        },
    ];
    for kind in kinds {
        for flight in 1..=2 {
            let mut host = Host::new();
            let call = host.request("/user");
            host.run_for(if flight == 1 { 1.0 } else { 7.0 });
            host.handle(kind(FlightId(flight)));
            host.rest();
            assert_ne!(host.outcome(call), PENDING);
            let next = host.request("/user");
            host.rest();
            assert_eq!(host.outcome(next), SUCCEEDED);
        }
    }
}

#[test]
fn a_tick_that_nobody_asked_for_is_harmless() {
    let mut host = Host::logged_in();
    host.handle(Input::Tick);
    host.handle(Input::Tick);
    let call = host.request("/user");
    host.run();
    assert_eq!(host.outcome(call), SUCCEEDED);
}

#[test]
fn a_fresh_core_goes_on_with_the_session_that_the_one_before_it_stored() {
    let mut host = Host::new();
    host.request("/user");
    host.run();
    host.request("/user");
    let mut fresh = host.relaunch();
    let call = fresh.request("/user");
    fresh.run();
    assert_eq!(fresh.outcome(call), SUCCEEDED);
    assert_eq!(fresh.count("login"), 0);
}
