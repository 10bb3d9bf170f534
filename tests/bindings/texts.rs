//! The tables of text that JS reads, and URLs that are no plain ASCII.

use js_sys::{Uint8Array, WebAssembly};
use wafer_client_wasm::bindings::{self, Table};
use wafer_client_wasm::core::{EventKind, Failure, Place, TUNNEL_ERRORS, Word};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::page;

/// Reads a table as JS does: from the memory, up to the NUL.
fn read(table: Table) -> String {
    let memory: WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
    let start = bindings::text(table as u32) as u32;
    let bytes = Uint8Array::new(&memory.buffer());
    let end = bytes.index_of(0, start as i32) as u32;
    String::from_utf8(bytes.slice(start, end + 1).to_vec()).expect("texts are UTF-8")
}

#[test]
fn every_table_lies_in_memory_whole() {
    assert_eq!(read(Table::Failure), Failure::TEXTS);
    assert_eq!(read(Table::Event), EventKind::TEXTS);
    assert_eq!(read(Table::Word), Word::TEXTS);
    assert_eq!(read(Table::Tunnel), TUNNEL_ERRORS);
}

#[test]
fn urls_of_any_script_cross_whole() {
    page::open();
    let elsewhere = Place::Foreign as u32;
    for url in ["https://elsewhere.example.com/路径?查询=值", "https://elsewhere.example.com/𝒳😀\u{0}"]
    {
        assert_eq!(page::place(url), elsewhere, "{url}");
    }
    for url in ["https://例子.测试/", "https://𝒳.example.com/", "https://ａpi.example.com/"] {
        assert_eq!(page::place(url), Place::Invalid as u32, "{url}");
    }
    page::log_in_at("https://xn--fsqu00a.xn--0zwm56d/登录/😀");
    page::configure();
    let host = "https://xn--fsqu00a.xn--0zwm56d";
    for path in ["/登录/😀?来自=小程序", "/%E7%99%BB%E5%BD%95/%F0%9F%98%80"] {
        assert_eq!(page::place(&format!("{host}{path}")), Place::LoginUrl as u32, "{path}");
    }
    assert_eq!(page::place(&format!("{host}/登出/😀")), Place::Trusted as u32);
    page::open();
}

#[test]
fn a_nul_in_a_url_does_not_end_it() {
    page::open();
    assert_eq!(page::place("https://api.example.com\u{0}.elsewhere.example.com/"), Place::Invalid as u32);
    assert_eq!(page::place("https://api.example.com/login\u{0}/more"), Place::Trusted as u32);
}
