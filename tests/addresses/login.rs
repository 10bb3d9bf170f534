//! Which URLs are the login URL.

use wafer_client_wasm::core::Address;

pub const ORIGIN: &str = "https://x.test";

pub fn address(rest: &str) -> Address {
    Address::of(&format!("{ORIGIN}{rest}")).unwrap_or_else(|| panic!("{rest}"))
}

fn is_login(login: &str, other: &str) -> bool {
    address(login).is_login(&address(other))
}

#[test]
fn the_distinctive_text_is_the_last_plain_piece() {
    for (url, text) in [
        ("/login", "login"),
        ("/auth/%6cogin/", "login"),
        ("/auth/登录", "auth"),
        ("/index.php?c=login", "c=login"),
        ("?r=/login", "login"),
        ("/index.php?名=值", "index.php"),
        ("", ""),
        ("/登录", ""),
    ] {
        assert_eq!(str::from_utf8(address(url).distinctive()), Ok(text), "{url}");
    }
}

/// Spellings that were wrong once, here or elsewhere.
#[test]
fn the_login_url_is_known_in_the_spellings_that_were_missed() {
    for (login, other) in [
        ("/login", "/./login"),
        ("/login", "/a/../login"),
        ("/login", "/lo\ngin"),
        ("/login", "/%6cogin"),
        ("/login", "/%6\nc%6fgin"),
        ("/login", "/login%20"),
        ("/login", "/\\login"),
        ("/login", "/a%2fb/../login"),
        ("/a/login", "/a//../login"),
        ("/login", "/x/..%2flogin"),
        ("/login", "/x/%252e%252e/login"),
        ("/a/b/login", "/a/b/.%20./../login"),
        ("/登录", "/%E7%99%BB%e5%BD%95"),
        ("/%F0%9F%98%80", "/😀"),
        ("?r=/login", "/?r=/login#x"),
        ("?r=/login", "?r=%2Flogin"),
    ] {
        assert!(is_login(login, other), "{login} {other:?}");
    }
    for (login, other) in [
        ("/login", "/Login"),
        ("/login", "/logins"),
        ("/login", "/login/a"),
        ("/登录", "/登出"),
        ("?r=/login", "/login"),
    ] {
        assert!(!is_login(login, other), "{login} {other:?}");
    }
}
