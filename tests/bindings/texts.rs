//! The tables of text that JS reads, and URLs that are no plain ASCII.

use js_sys::{Uint8Array, WebAssembly};
use wafer_client_wasm::bindings;
use wafer_client_wasm::codes::{Op, Table};
use wafer_client_wasm::core::{EventKind, Failure, TUNNEL_ERRORS, Word};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::page;

/// The bytes of the memory, as JS sees them.
fn memory() -> Uint8Array {
    let memory: WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
    Uint8Array::new(&memory.buffer())
}

/// Reads a table as JS does: from the memory, up to the NUL.
fn read(table: Table) -> String {
    let start = bindings::text(table as u32) as u32;
    let end = memory().index_of(0, start as i32) as u32;
    String::from_utf8(memory().slice(start, end + 1).to_vec()).expect("texts are UTF-8")
}

fn login_mark() -> String {
    let start = bindings::login_mark() as u32;
    let length = bindings::number(0) as u32;
    String::from_utf8(memory().slice(start, start + length).to_vec()).expect("it is ASCII")
}

#[test]
fn every_table_lies_in_memory_whole() {
    assert_eq!(read(Table::Failure), Failure::TEXTS);
    assert_eq!(read(Table::Event), EventKind::TEXTS);
    assert_eq!(read(Table::Word), Word::TEXTS);
    assert_eq!(read(Table::Tunnel), TUNNEL_ERRORS);
}

#[test]
fn what_marks_the_login_url_follows_it() {
    page::open();
    assert_eq!(login_mark(), "login");
    page::log_in_at("https://api.example.com/index.php?c=login");
    page::configure();
    assert_eq!(login_mark(), "c=login");
    page::log_in_at("https://api.example.com");
    page::configure();
    assert_eq!(login_mark(), "", "nothing is in every spelling");
    page::open();
}

/// Whether a call without login to this URL is signed under a live session; `None` if it is not sent.
fn sent(url: &str) -> Option<bool> {
    let commands = page::start_bare(url).1;
    commands[0].is(Op::Send).then(|| commands[0].is_signed())
}

#[test]
fn urls_of_any_script_cross_whole() {
    page::open();
    page::log_in("skey");
    let (bare, signed, fail) = (Some(false), Some(true), None);
    for url in ["https://elsewhere.example.com/路径?查询=值", "https://elsewhere.example.com/𝒳😀\u{0}"]
    {
        assert_eq!(sent(url), bare, "{url}");
    }
    for url in ["https://例子.测试/", "https://𝒳.example.com/", "https://ａpi.example.com/"] {
        assert_eq!(sent(url), fail, "{url}");
    }
    page::log_in_at("https://xn--fsqu00a.xn--0zwm56d/登录/😀");
    page::configure();
    page::log_in("skey");
    let host = "https://xn--fsqu00a.xn--0zwm56d";
    for path in ["/登录/😀?来自=小程序", "/%E7%99%BB%E5%BD%95/%F0%9F%98%80"] {
        assert_eq!(sent(&format!("{host}{path}")), bare, "{path}");
    }
    assert_eq!(sent(&format!("{host}/登出/😀")), signed);
    page::open();
}

#[test]
fn a_nul_in_a_url_does_not_end_it() {
    page::open();
    page::log_in("skey");
    assert_eq!(sent("https://api.example.com\u{0}.elsewhere.example.com/"), None);
    assert_eq!(sent("https://api.example.com/login\u{0}/more"), Some(true));
}

#[test]
fn a_url_that_is_no_text_is_none() {
    page::open();
    for nothing in [JsValue::UNDEFINED, JsValue::NULL, JsValue::from(5), js_sys::Object::new().into()] {
        let place = page::handle(nothing);
        let commands = page::read(bindings::start(page::next_call(), 0.0, place.0, 0));
        assert_eq!(page::ops(&commands), page::numbers_of([Op::Fail]));
    }
}
