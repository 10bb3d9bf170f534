//! What holds for any two URLs: the core never takes for the same what the URL parser tells apart.

use std::cell::Cell;

use proptest::prelude::*;
use wafer_client_wasm::core::Address;

use crate::generated::{for_all, path, query, rest, url};
use crate::login::{ORIGIN, address};
use crate::origins::origin;
use crate::reference;

/// Hosts that the core takes as they are and a parser may still refuse: it reads no other in their place.
fn may_be_refused(address: &Address) -> bool {
    let text = address.to_string();
    text.contains("://[") || text.contains("xn--")
}

#[test]
fn what_the_core_accepts_the_url_parser_reads_the_same_way() {
    let accepted = Cell::new(0);
    for_all(1, url(), |url| {
        let Some(address) = Address::of(&url) else { return Ok(()) };
        accepted.set(accepted.get() + 1);
        match reference::origin(&url) {
            Some(read) => prop_assert_eq!(origin(&address), read),
            None => prop_assert!(may_be_refused(&address), "the parser refuses it"),
        }
        Ok(())
    });
    assert!(accepted.get() > 1_000, "only {} of them are addresses", accepted.get());
}

#[test]
fn two_urls_have_the_same_origin_only_if_the_url_parser_says_so() {
    for_all(2, (url(), url()), |(one, other)| {
        let (Some(a), Some(b)) = (Address::of(&one), Address::of(&other)) else { return Ok(()) };
        prop_assert_eq!(a.has_origin_of(&b), a.differs_in(&b).is_none());
        if a.has_origin_of(&b) {
            prop_assert_eq!(reference::origin(&one), reference::origin(&other));
        }
        Ok(())
    });
}

#[test]
fn the_units_up_to_the_path_decide_on_the_origin() {
    for_all(3, (url(), rest()), |(url, rest)| {
        let Some(address) = Address::of(&url) else { return Ok(()) };
        let authority = url.find("://").expect("a scheme") + 3;
        let ends = url[authority..].find(['/', '?', '#']).map(|at| authority + at);
        let slash = ends.filter(|at| url[*at..].starts_with('/'));
        prop_assert_eq!(address.path_begins() as usize, slash.map_or(0, |at| at + 1));
        if let Some(slash) = slash
            && let Some(other) = Address::of(&format!("{}{rest}", &url[..=slash]))
        {
            prop_assert!(address.has_origin_of(&other));
        }
        Ok(())
    });
}

#[test]
fn two_urls_are_the_same_login_url_exactly_if_a_server_could_read_the_same_path_and_query() {
    for_all(4, (path(), query(), path(), query()), |(login_path, login_query, path, query)| {
        let (login, other) = (format!("{ORIGIN}{login_path}{login_query}"), format!("{ORIGIN}{path}{query}"));
        let same_path = reference::path(&login) == reference::path(&other);
        let (wanted, asked) = (reference::query(&login), reference::query(&other));
        let expected = same_path && (wanted.is_empty() || wanted == asked);
        let found = Address::of(&login).unwrap().is_login(&Address::of(&other).unwrap());
        prop_assert_eq!(found, expected, "{:?} {:?}", login, other);
        Ok(())
    });
}

#[test]
fn the_distinctive_text_is_in_every_spelling_or_the_spelling_is_odd() {
    for_all(5, (path(), query(), path(), query()), |(login_path, login_query, path, query)| {
        let (login, other) = (address(&(login_path + &login_query)), path + &query);
        if login.is_login(&address(&other)) {
            let text = str::from_utf8(login.distinctive()).expect("ASCII");
            let is_odd = other.contains(|letter| matches!(letter, '\0'..=' ' | '%' | '\\'));
            prop_assert!(is_odd || other.contains(text), "{:?} {:?}", text, other);
        }
        Ok(())
    });
}
