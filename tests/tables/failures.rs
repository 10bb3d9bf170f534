//! Failures: their codes, their texts, and the errors that JS makes by itself.

use std::collections::BTreeSet;

use wafer_client_wasm::core::{ErrorCode, Failure};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::source::{exported_texts, lines};

const CONSTANTS: &str = include_str!("../../js/app/constants.ts");
const ERRORS: &str = include_str!("../../js/app/errors.ts");

fn codes() -> BTreeSet<&'static str> {
    ErrorCode::ALL.iter().map(|code| code.text()).collect()
}

/// Class, code and message of a failure.
fn parts(failure: Failure) -> (char, &'static str, &'static str) {
    let (head, message) = failure.text().split_once(' ').expect("a space after the code");
    let class = head.chars().next().expect("a class");
    (class, &head[1..], message)
}

#[test]
fn the_number_of_a_failure_is_its_place_in_the_table() {
    assert!(Failure::ALL.iter().enumerate().all(|(index, failure)| *failure as usize == index));
}

#[test]
fn the_texts_that_js_reads_are_those_of_the_failures() {
    assert!(lines(Failure::TEXTS).eq(Failure::ALL.iter().map(|failure| failure.text())));
}

#[test]
fn every_text_names_its_class_and_its_code() {
    for failure in Failure::ALL {
        let (class, code, _) = parts(*failure);
        assert!(matches!(class, 'L' | 'R'), "{failure:?}");
        assert_eq!(code, failure.code().text(), "{failure:?}");
    }
}

#[test]
fn every_message_says_in_chinese_what_happened() {
    for failure in Failure::ALL {
        let (_, _, message) = parts(*failure);
        let chinese = message.chars().filter(|letter| ('\u{4e00}'..='\u{9fff}').contains(letter)).count();
        assert!(chinese >= 5, "{failure:?}: {message}");
        assert_eq!(message.trim(), message, "{failure:?}");
        assert!(!message.contains('\n'), "{failure:?}");
    }
}

#[test]
fn no_two_failures_say_the_same() {
    let messages: BTreeSet<_> = Failure::ALL.iter().map(|failure| parts(*failure).2).collect();
    assert_eq!(messages.len(), Failure::ALL.len());
}

#[test]
fn the_messages_of_wafer_client_sdk_are_kept_where_it_has_the_same_error() {
    for (failure, message) in [
        (Failure::LoginNetwork, "登录失败，可能是网络错误或者服务器发生异常"),
        (Failure::SessionRefused, "登录态已过期"),
    ] {
        assert_eq!(parts(failure).2, message);
    }
}

#[test]
fn every_code_is_one_of_a_failure_or_of_js_alone() {
    let of_failures: BTreeSet<_> = Failure::ALL.iter().map(|failure| failure.code().text()).collect();
    let of_js = BTreeSet::from([ErrorCode::WasmLoad.text(), ErrorCode::Storage.text()]);
    assert!(of_failures.is_disjoint(&of_js));
    assert_eq!(&of_failures | &of_js, codes());
}

#[test]
fn the_errors_that_js_makes_by_itself_are_codes_under_their_names() {
    for (name, value) in exported_texts(ERRORS, "ERR_") {
        assert_eq!(name, value);
        assert!(codes().contains(value), "{value}");
    }
}

#[test]
fn the_code_that_wafer_client_sdk_exports_under_another_name_keeps_both() {
    let text = format!("ERR_LOGIN_SESSION_NOT_RECEIVED: '{}'", ErrorCode::LoginMissingSession.text());
    assert!(CONSTANTS.contains(&text));
}

#[test]
fn every_code_is_documented() {
    assert_eq!(ErrorCode::DOCUMENTED.len(), ErrorCode::ALL.len());
    for (code, [documentation, meaning, _]) in ErrorCode::ALL.iter().zip(ErrorCode::DOCUMENTED) {
        assert!(documentation.trim().ends_with('.') && !meaning.is_empty(), "{code:?}");
    }
}
