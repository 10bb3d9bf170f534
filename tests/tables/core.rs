//! Names on the wire and events.

use std::collections::BTreeSet;

use wafer_client_wasm::core::{EventKind, Word};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::source::{exported_texts, lines, union};

const TYPES: &str = include_str!("../../js/types.ts");

#[test]
fn the_numbers_of_words_and_events_are_their_places_in_the_tables() {
    assert!(Word::ALL.iter().enumerate().all(|(index, word)| *word as usize == index));
    assert!(EventKind::ALL.iter().enumerate().all(|(index, kind)| *kind as usize == index));
}

#[test]
fn the_texts_that_js_reads_are_those_of_the_words_and_events() {
    assert!(lines(Word::TEXTS).eq(Word::ALL.iter().map(|word| word.text())));
    assert!(lines(EventKind::TEXTS).eq(EventKind::ALL.iter().map(|kind| kind.text())));
}

#[test]
fn no_text_stands_twice_in_a_table() {
    let words: BTreeSet<_> = Word::ALL.iter().map(|word| word.text()).collect();
    assert_eq!(words.len(), Word::ALL.len());
    let events: BTreeSet<_> = EventKind::ALL.iter().map(|kind| kind.text()).collect();
    assert_eq!(events.len(), EventKind::ALL.len());
}

#[test]
fn the_names_that_js_exports_are_those_on_the_wire() {
    let exported = exported_texts(include_str!("../../js/app/constants.ts"), "WX_");
    let words = [
        ("WX_HEADER_CODE", Word::HeaderCode),
        ("WX_HEADER_ID", Word::HeaderId),
        ("WX_HEADER_SKEY", Word::HeaderSkey),
        ("WX_HEADER_ENCRYPTED_DATA", Word::HeaderEncryptedData),
        ("WX_HEADER_IV", Word::HeaderIv),
        ("WX_SESSION_MAGIC_ID", Word::Magic),
    ];
    assert_eq!(exported, words.map(|(name, word)| (name, word.text())).into());
}

#[test]
fn every_event_of_the_core_is_typed_and_every_typed_one_is_an_event_of_the_core() {
    let mut typed = union(TYPES, "CallEventType");
    typed.extend(union(TYPES, "SessionEventType"));
    assert!(typed.remove("storage-failed"), "that one js/ alone knows of");
    let events: BTreeSet<_> = EventKind::ALL.iter().map(|kind| kind.text()).collect();
    assert_eq!(typed, events);
    assert!(union(TYPES, "ModuleEventType").is_disjoint(&events), "those are of the module, not of the core");
}
