//! Length decides nothing: the end of a URL counts as much as its beginning.

use wafer_client_wasm::core::Address;

use crate::reference;

/// Every length up to a few beyond where the core keeps no more, then ever larger steps up to 70,000.
fn lengths() -> impl Iterator<Item = usize> {
    (0..4_200).chain((4_200..70_000).step_by(257)).chain([70_000])
}

fn is_at_home(url: &str) -> bool {
    let home = Address::of("https://x.test/").expect("an address");
    let is_at_home = Address::of(url).is_some_and(|address| address.has_origin_of(&home));
    let origin = ("https".to_owned(), "x.test".to_owned(), 443);
    assert!(!is_at_home || reference::origin(url) == Some(origin), "{} units", url.len());
    is_at_home
}

#[test]
fn an_origin_behind_any_number_of_zeros_is_seen() {
    for length in lengths() {
        let zeros = "0".repeat(length);
        assert!(!is_at_home(&format!("https://x.test:{zeros}443@evil.com/steal")), "{length}");
        assert!(!is_at_home(&format!("https://x.test:{zeros}8443/")), "{length}");
    }
}

#[test]
fn user_information_of_any_length_is_seen() {
    for length in lengths() {
        let name = "x".repeat(length);
        assert!(!is_at_home(&format!("https://{name}@evil.com/https://x.test/")), "{length}");
        assert!(!is_at_home(&format!("https://x.test:443{name}@evil.com/")), "{length}");
    }
}

#[test]
fn a_query_may_be_of_any_length() {
    for length in lengths() {
        let text = "%40".repeat(length / 3);
        assert!(is_at_home(&format!("https://x.test/user?q={text}")), "{length}");
        assert!(is_at_home(&format!("https://x.test?q=@{text}")), "{length}");
    }
}

#[test]
fn a_path_is_judged_whole_or_not_at_all() {
    let login = Address::of("https://x.test/login").expect("an address");
    for length in lengths() {
        let detour = format!("https://x.test/{}/../login?x", "a".repeat(length));
        match Address::of(&detour) {
            Some(address) => assert!(login.is_login(&address), "{length}"),
            None => assert!(length > 4_000, "{length}"),
        }
    }
}
