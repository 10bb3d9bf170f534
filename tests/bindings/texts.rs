//! The tables of text that JS asks for, and URLs and texts that are no plain ASCII.

use wafer_client_wasm::bindings::{self, Table};
use wafer_client_wasm::core::{EventKind, Failure, TUNNEL_ERRORS, Word};
use wasm_bindgen_test::wasm_bindgen_test as test;

fn table(table: Table) -> Vec<String> {
    (0..).map_while(|index| bindings::text(table as u32, index)).collect()
}

#[test]
fn every_table_is_whole_and_in_the_order_of_its_numbers() {
    assert!(table(Table::Failure).iter().eq(Failure::ALL.iter().map(|failure| failure.text())));
    assert!(table(Table::Event).iter().eq(EventKind::ALL.iter().map(|kind| kind.text())));
    assert!(table(Table::Word).iter().eq(Word::ALL.iter().map(|word| word.text())));
    assert_eq!(table(Table::Tunnel), TUNNEL_ERRORS);
}

#[test]
fn there_is_nothing_past_the_end_of_a_table() {
    for (table, length) in [
        (Table::Failure, Failure::ALL.len()),
        (Table::Event, EventKind::ALL.len()),
        (Table::Word, Word::ALL.len()),
        (Table::Tunnel, TUNNEL_ERRORS.len()),
    ] {
        assert!(bindings::text(table as u32, length - 1).is_some());
        assert_eq!(bindings::text(table as u32, length), None);
        assert_eq!(bindings::text(table as u32, usize::MAX), None);
    }
}

#[test]
fn texts_of_any_script_cross_whole() {
    crate::page::open();
    for url in
        ["https://例子.测试/路径?查询=值", "https://api.example.com/😀", "https://api.example.com/\u{0}"]
    {
        assert_ne!(bindings::place(url), wafer_client_wasm::core::Place::Invalid as u32, "{url}");
    }
    assert_eq!(bindings::set_text(0, "https://例子.测试/登录".to_owned()), 1);
    crate::page::configure();
    let login_url = wafer_client_wasm::core::Place::LoginUrl as u32;
    assert_eq!(bindings::place("https://例子.测试/登录?来自=小程序"), login_url);
    crate::page::open();
}
