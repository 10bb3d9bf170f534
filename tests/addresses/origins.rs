//! Which origin a URL has.

use wafer_client_wasm::core::{Address, OriginPart};

use crate::reference;

/// What the core makes of the host and the port, out of how it prints an address.
pub fn origin(address: &Address) -> (String, String, u16) {
    let printed = url::Url::parse(&address.to_string()).expect("an address in normal form");
    let host = printed.host_str().expect("a host").to_owned();
    (printed.scheme().to_owned(), host, printed.port_or_known_default().expect("a port"))
}

#[test]
fn ordinary_addresses_are_accepted() {
    for url in [
        "https://x.test",
        "HTTP://X.test:8080/a?b#c",
        "https://xn--fsqu00a.xn--0zwm56d/",
        "https://a_b.x-y.test./",
        "http://localhost:3000",
        "http://192.168.1.20:3000/",
        "http://255.255.255.255",
        "http://[2001:db8::1]:3000/",
        "https://123.x.test/",
        "https://x.test:000443/",
        "https://x.test:/",
    ] {
        let address = Address::of(url).unwrap_or_else(|| panic!("{url}"));
        assert_eq!(Some(origin(&address)), reference::origin(url), "{url}");
    }
}

#[test]
fn hosts_that_parsers_rewrite_and_ports_that_are_none_are_refused() {
    for url in [
        "http://127.1/",
        "http://0x7f.1/",
        "http://0x7f000001/",
        "http://2130706433/",
        "http://1.2.3/",
        "http://1.2.3.4./",
        "http://01.2.3.4/",
        "http://1.2.3.256/",
        "http://1.2.3.4.5/",
        "http://a.1/",
        "http://[::1/",
        "http://a]b/",
        "http://[::1]a/",
        "http://[::ffff:1.2.3.4]/",
        "http://[fe80::1%25eth0]/",
        "https://例子.测试/",
        "https://ａpi.x.test/",
        "https://x。test/",
        "https://x.test:0/",
        "https://x.test:99999/",
        "https://x.test:65536/",
        "https://x%2etest/",
        "https://x.test%40evil.com/",
        "https://x.test\\evil.com/",
        "https://x.test\t/",
        "https://x.test|/",
        "http\u{1a}//x.test/",
        "https:/\u{f}x.test/",
    ] {
        assert!(Address::of(url).is_none(), "{url}");
    }
}

#[test]
fn a_path_that_is_too_long_to_be_judged_is_refused() {
    let long = "a".repeat(5_000);
    assert!(Address::of(&format!("https://x.test/{long}/../login")).is_none());
    assert!(Address::of(&format!("https://x.test/?{long}")).is_some());
}

#[test]
fn what_tells_origins_apart_is_named() {
    let from = |one: &str, other: &str| {
        Address::of(one).expect("an address").differs_in(&Address::of(other).expect("an address"))
    };
    assert_eq!(from("https://x.test/a", "https://X.test:443/b"), None);
    assert_eq!(from("https://x.test", "http://x.test"), Some(OriginPart::Scheme));
    assert_eq!(from("https://x.test", "https://y.test"), Some(OriginPart::Host));
    assert_eq!(from("https://x.test", "https://x.test."), Some(OriginPart::Host));
    assert_eq!(from("https://x.test", "http://y.test:8080"), Some(OriginPart::Host));
    assert_eq!(from("https://x.test", "https://x.test:8443"), Some(OriginPart::Port));
}
