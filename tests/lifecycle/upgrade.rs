//! Guarantee 9. A user keeps their login across the upgrade: the sessions that wafer-client-sdk, the code-only fork
//! and wafer2-client-sdk stored are read; garbage is treated as no session.

use serde_json::{Value as Tree, json};
use wafer_client_wasm::core::Word;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::host::{Host, SUCCEEDED};
use crate::json::Json;
use crate::server::Dialect;

/// The app is opened after the upgrade: the session goes on, without a login and with these headers.
fn goes_on(dialect: Dialect, stored: Tree, header: Tree) -> Host {
    let mut host = Host::with_server(dialect);
    host.server.borrow_mut().accept("old");
    host.store(stored.clone());
    let call = host.request("/user");
    host.run();
    assert_eq!(host.outcome(call), SUCCEEDED, "{stored}");
    assert_eq!(host.log(), ["getStorage", "checkSession", "request /user old"], "{stored}");
    assert_eq!(host.server.borrow().seen[0].header, Json(header));
    host
}

/// The app is opened with something in the storage that is no session: it logs in as if there were nothing.
fn is_no_session(dialect: Dialect, stored: Tree) {
    let mut host = Host::with_server(dialect);
    host.store(stored.clone());
    let call = host.request("/user");
    host.run();
    assert_eq!(host.outcome(call), SUCCEEDED, "{stored}");
    assert_eq!(
        host.log(),
        ["getStorage", "login", "request /login code-1", "setStorage skey-1", "request /user skey-1"],
        "{stored}"
    );
}

#[test]
fn the_session_of_wafer_client_sdk_goes_on() {
    let stored = json!({ "id": "i", "skey": "old", "userInfo": { "nickName": "n" } });
    let host = goes_on(Dialect::Wafer, stored.clone(), json!({ "X-WX-Id": "i", "X-WX-Skey": "old" }));
    assert_eq!(host.session, Some(stored));
}

#[test]
fn the_session_of_the_code_only_fork_goes_on_as_the_server_made_it() {
    let stored =
        json!({ "id": 7, "skey": "old", "userInfo": { "nickName": "n" }, "openid": "o", "level": 3 });
    let host = goes_on(Dialect::Fork, stored.clone(), json!({ "X-WX-Id": 7, "X-WX-Skey": "old" }));
    assert_eq!(host.session, Some(stored));
}

#[test]
fn the_session_of_wafer2_client_sdk_2_goes_on() {
    let user_info = json!({ "nickName": "n" });
    let stored = json!({ "userinfo": user_info, "skey": "old", "time": 5 });
    let host = goes_on(Dialect::Wafer2, stored, json!({ "X-WX-Skey": "old" }));
    let shown = json!({ "userinfo": user_info, "userInfo": user_info, "skey": "old", "time": 5 });
    assert_eq!(host.session, Some(shown));
}

#[test]
fn the_session_of_wafer2s_php_server_which_has_no_time_goes_on() {
    goes_on(Dialect::Wafer2, json!({ "userinfo": {}, "skey": "old" }), json!({ "X-WX-Skey": "old" }));
}

#[test]
fn the_bare_skey_of_wafer2_client_sdk_1_goes_on() {
    let host = goes_on(Dialect::Wafer2, json!("old"), json!({ "X-WX-Skey": "old" }));
    assert_eq!(host.session, Some(json!({ "skey": "old" })));
}

#[test]
fn garbage_is_no_session() {
    for dialect in [Dialect::Wafer, Dialect::Fork, Dialect::Wafer2] {
        for stored in [
            json!(null),
            json!(""),
            json!(true),
            json!([]),
            json!(["skey"]),
            json!({}),
            json!({ "skey": "" }),
            json!({ "id": "i" }),
            json!({ "id": "i", "skey": null }),
            json!({ "id": "i", "skey": {} }),
            json!({ "id": "i", "skey": true }),
        ] {
            is_no_session(dialect, stored);
        }
    }
    for stored in
        [json!("text"), json!(12), json!({ "id": "", "skey": "s" }), json!({ "id": [], "skey": "s" })]
    {
        is_no_session(Dialect::Wafer, stored);
    }
}

#[test]
fn a_wafer2_session_means_nothing_to_a_wafer_server() {
    is_no_session(Dialect::Wafer, json!({ "userinfo": {}, "skey": "old", "time": 5 }));
    is_no_session(Dialect::Fork, json!("old"));
}

#[test]
fn a_new_session_is_stored_in_the_shape_that_the_predecessor_reads() {
    let mut host = Host::with_server(Dialect::Fork);
    host.request("/user");
    host.run();
    let stored = host.storage.borrow().clone().unwrap();
    assert_eq!(stored, json!({ "id": "id", "skey": "skey-1", "userInfo": { "nickName": "新用户" } }));

    let mut host = Host::with_server(Dialect::Wafer2);
    host.request("/user");
    host.run();
    let stored = Json(host.storage.borrow().clone().unwrap());
    assert_eq!(stored.text(Word::Skey), "skey-1");
    assert_eq!(stored.0["userinfo"], json!({ "nickName": "新用户" }));
    assert_eq!(stored.0["userInfo"], stored.0["userinfo"]);
}

#[test]
fn the_session_of_one_launch_serves_the_next() {
    let mut host = Host::new();
    host.request("/user");
    host.run();
    let mut next = host.relaunch();
    let call = next.request("/user");
    next.run();
    assert_eq!(next.outcome(call), SUCCEEDED);
    assert_eq!(next.log(), ["getStorage", "checkSession", "request /user skey-1"]);
}
