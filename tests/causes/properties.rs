//! Names of servers and paths, which some messages quote, change no cause.

use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use serde_json::json;
use wafer_client_wasm::core::Cause;

use crate::json::Json;

const SEED: u8 = 1;

/// Messages as they are with nothing quoted, and what stands before and behind the quotation.
const FRAMES: &[(&str, &str)] = &[
    ("request:fail url not in domain list:", ""),
    ("request:fail url not in domain list ", ""),
    ("request:fail invalid url \"", "\""),
    ("request:fail Unable to resolve host \"", "\": No address associated with hostname"),
    ("request:fail failed to connect to ", " (port 443)"),
    ("request:fail ssl hand shake error ", ""),
    ("request:fail net::ERR_CONNECTION_ABORTED ", ""),
    ("request:fail ", ""),
    ("request:fail:", ""),
    ("", ""),
    ("login:fail ", " is not reachable"),
];

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(vec![
            "abort", "timeout", "time out", "timed out", "auth deny", "user deny", "privacy ", "api scope ", "request:fail abort",
            ":fail timeout", "net::ERR_TIMED_OUT", "-118:", "errcode:-118 ", "-1001", "请求超时。", "超时", "errno", "104",
        ])
        .prop_map(str::to_owned),
        1 => "[a-z]{1,5}",
    ]
}

/// A server or a URL as a message quotes it.
fn quotation() -> impl Strategy<Value = String> {
    let path = || prop::collection::vec(word(), 0..3).prop_map(|words| words.join("/"));
    prop_oneof![
        (word(), word()).prop_map(|(name, zone)| format!("{name}.{zone}.example.com")
            .replace(' ', "-")
            .replace(':', "-")),
        (word(), path()).prop_map(|(name, path)| format!("https://{}/{path}", name.replace([' ', ':'], "-"))),
        path().prop_map(|path| format!("/{path}")),
    ]
}

fn cause(message: &str) -> Cause {
    Cause::of(&Json(json!({ "errMsg": message })))
}

#[test]
fn no_name_or_path_in_a_message_changes_its_cause() {
    println!("seed {SEED}");
    let config = ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[SEED; 32]);
    let messages = (prop::sample::select(FRAMES), quotation());
    TestRunner::new_with_rng(config, rng)
        .run(&messages, |((before, behind), quoted)| {
            let message = format!("{before}{quoted}{behind}");
            prop_assert_eq!(cause(&message), cause(&format!("{before}{behind}")), "{}", message);
            Ok(())
        })
        .unwrap_or_else(|failure| panic!("seed {SEED}: {failure}"));
}
