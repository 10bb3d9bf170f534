//! Addresses, compared with the `url` crate.

use wafer_client_wasm::core::{Address, OriginPart};

use super::reference;

/// Checks that an address that the core accepts is read in the same way by the URL parser.
fn is_read_alike(text: &str) -> Option<Address> {
    let address = Address::of(text)?;
    let normal = address.to_string();
    match reference::origin(text) {
        Some((scheme, host, port)) => {
            let bracketed =
                if host.contains(':') { format!("[{}]", host.trim_matches(['[', ']'])) } else { host };
            let same = Address::of(&format!("{scheme}://{bracketed}:{port}/"));
            let differs = same.and_then(|same| address.differs_in(&same));
            // The core keeps the text of an IPv6 address, not its number.
            let is_spelling = differs == Some(OriginPart::Host) && normal.contains("://[");
            assert!(differs.is_none() || is_spelling, "{text:?} is read as {normal}: {differs:?}");
        }
        None => assert!(normal.contains("://[") || normal.contains("xn--"), "the parser refuses {text:?}"),
    }
    Some(address)
}

/// Checks one address.
pub fn one(bytes: &[u8]) {
    is_read_alike(&String::from_utf8_lossy(bytes));
}

/// Checks two addresses, one in each line. They may have the same origin only if the parser says so, and may be the
/// same login URL only if a server could read the same path and query.
pub fn two(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (one, other) = text.split_once('\n').unwrap_or((&text, ""));
    let (Some(a), Some(b)) = (is_read_alike(one), is_read_alike(other)) else { return };
    assert_eq!(a.has_origin_of(&b), a.differs_in(&b).is_none());
    let (Some(first), Some(second)) = (reference::origin(one), reference::origin(other)) else { return };
    if a.has_origin_of(&b) {
        assert_eq!(first, second);
    }
    if a.is_login(&b) {
        assert!(a.has_origin_of(&b), "the login URL has another origin");
        assert_eq!(reference::path(one), reference::path(other), "a server could read another path");
        let wanted = reference::query(one);
        assert!(wanted.is_empty() || wanted == reference::query(other), "another query");
    }
}
