//! Guarantee 8. The session goes only where it belongs: to the login URL's origin and `trustedOrigins`. The login
//! URL itself never gets session headers.

use serde_json::json;
use wafer_client_wasm::core::{Address, Failure, Place, Settings, Value, Word};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::host::{Host, SUCCEEDED, failed};
use crate::script::{Api, Ask, Reply};

fn skeys_seen_at(host: &Host, beginning: &str) -> Vec<String> {
    let server = host.server.borrow();
    server.seen.iter().filter(|seen| seen.url.starts_with(beginning)).map(|seen| seen.skey()).collect()
}

#[test]
fn a_call_that_needs_the_session_elsewhere_fails_and_sends_nothing() {
    let mut host = Host::logged_in();
    let call = host.request("https://elsewhere.example.com/user");
    host.run();
    assert_eq!(host.outcome(call), failed(Failure::Untrusted));
    assert_eq!(host.log(), [""; 0]);
}

#[test]
fn a_call_without_login_goes_elsewhere_bare() {
    let mut host = Host::logged_in();
    host.login();
    host.run();
    let call = host.call(Ask::bare("https://elsewhere.example.com/news"));
    host.run();
    assert_eq!(host.outcome(call), SUCCEEDED);
    assert_eq!(skeys_seen_at(&host, "https://elsewhere"), [""]);
}

#[test]
fn a_trusted_origin_gets_the_session() {
    let mut host = Host::logged_in();
    host.trust("https://cdn.example.com");
    let call = host.request("https://cdn.example.com/file");
    host.run();
    assert_eq!(host.outcome(call), SUCCEEDED);
    assert_eq!(skeys_seen_at(&host, "https://cdn"), ["stored"]);
}

#[test]
fn the_login_url_gets_no_session_headers_whoever_asks_for_it() {
    let mut host = Host::logged_in();
    host.login();
    host.run();
    for url in ["/login", "/login?x=1", "/login#x", "https://API.example.com:443/login"] {
        host.request(url);
        host.call(Ask::bare(url));
    }
    host.run();
    assert!(skeys_seen_at(&host, "https://api.example.com/login").iter().all(String::is_empty));
    assert!(skeys_seen_at(&host, "https://API.example.com").iter().all(String::is_empty));
    assert_eq!(host.server.borrow().seen.len(), 8);
}

#[test]
fn the_login_request_carries_the_code_and_nothing_of_a_session() {
    let mut host = Host::logged_in();
    host.call(Ask::goal(wafer_client_wasm::core::Goal::Relogin));
    host.run();
    let server = host.server.borrow();
    let header = &server.seen[0].header;
    assert_eq!(header, &crate::json::Json::record().with(Word::HeaderCode, &json!("code-1").into()));
}

#[test]
fn user_data_does_not_go_elsewhere_either() {
    let mut host = Host::logged_in();
    host.login();
    host.run();
    let ask = Ask::bare("https://elsewhere.example.com/news");
    host.call(ask.with_user_data(json!({ "X-WX-Encrypted-Data": "secret", "X-WX-IV": "iv" })));
    host.run();
    assert_eq!(host.server.borrow().seen[0].header, crate::json::Json::record());
}

const CDN: &str = "https://cdn.example.com/file";

#[test]
fn a_place_that_is_trusted_no_more_gets_nothing_between_two_calls() {
    let mut host = Host::logged_in();
    host.trust("https://cdn.example.com");
    host.request(CDN);
    host.run();
    host.trust_nobody();
    let bare = host.call(Ask::bare(CDN));
    let call = host.request(CDN);
    host.run();
    assert_eq!(host.outcomes(&[bare, call]), [SUCCEEDED, failed(Failure::Untrusted)]);
    assert_eq!(skeys_seen_at(&host, CDN), ["stored", ""]);
}

#[test]
fn a_place_that_is_trusted_no_more_gets_nothing_of_the_login_that_calls_waited_for() {
    for at_ms in [0.0, 7.0, 20.0] {
        let mut host = Host::new();
        host.trust("https://cdn.example.com");
        let calls = [host.request(CDN), host.request("/user"), host.call(Ask::to(CDN).with_user_info())];
        host.run_for(at_ms);
        host.trust_nobody();
        host.run();
        let untrusted = failed(Failure::Untrusted);
        assert_eq!(host.outcomes(&calls), [untrusted, SUCCEEDED, untrusted], "after {at_ms} ms");
        assert_eq!(skeys_seen_at(&host, CDN), [""; 0]);
    }
}

#[test]
fn a_place_that_is_trusted_no_more_gets_no_retry_under_the_new_session() {
    for ask in [Ask::to(CDN), Ask::bare(CDN)] {
        let mut host = Host::live();
        host.trust("https://cdn.example.com");
        host.server.borrow_mut().refused.insert("stored".to_owned());
        let expired = json!({ Word::Magic.text(): 1, "error": "ERR_INVALID_SESSION" });
        host.next(Api::Request, Reply::Answer(200, expired));
        let outcome = if ask.login { failed(Failure::Untrusted) } else { SUCCEEDED };
        let sends = if ask.login { 1 } else { 2 };
        let call = host.call(ask);
        host.run_for(1.0);
        host.trust_nobody();
        host.run_for(19.0);
        let other = host.request("/user");
        host.run();
        assert_eq!(host.outcomes(&[call, other]), [outcome, SUCCEEDED]);
        assert_eq!(host.count("request /user skey-1"), 1);
        assert_eq!(host.count(&format!("request {CDN} stored")), 1);
        assert_eq!(host.count(&format!("request {CDN}")), sends);
    }
}

#[test]
fn a_place_that_comes_to_be_trusted_gets_the_session_that_calls_wait_for() {
    let mut host = Host::new();
    host.request("/user");
    host.run_for(7.0);
    let early = host.request(CDN);
    host.trust("https://cdn.example.com");
    let late = host.request(CDN);
    host.run();
    assert_eq!(host.outcomes(&[early, late]), [failed(Failure::Untrusted), SUCCEEDED]);
    assert_eq!(skeys_seen_at(&host, CDN), ["skey-1"]);
}

/// The skeys with which requests to these URLs went out, under this login URL.
fn skeys_under(login_url: &str, urls: &[&str]) -> Vec<String> {
    let mut host = Host::logged_in();
    host.configure(|settings| settings.login_url = Address::of(login_url));
    host.login();
    host.run();
    host.server.borrow_mut().seen.clear();
    for url in urls {
        let calls = [host.request(url), host.call(Ask::bare(url))];
        host.run();
        assert_eq!(host.outcomes(&calls), [SUCCEEDED; 2], "{url}");
    }
    skeys_seen_at(&host, "")
}

#[test]
fn the_login_url_gets_no_session_headers_in_any_spelling() {
    let spellings = [
        "/login",
        "/./login",
        "/a/../login",
        "/lo\ngin",
        "/%6cogin",
        "/LO/../login/",
        "/login?x=1",
        "//login",
    ];
    let urls = spellings.map(|path| format!("https://api.example.com{path}"));
    let urls: Vec<&str> = urls.iter().map(String::as_str).collect();
    let skeys = skeys_under("https://api.example.com/login", &urls);
    assert_eq!(skeys, [""; 16]);
}

#[test]
fn where_the_login_url_has_a_query_only_that_query_goes_out_bare() {
    let skeys = skeys_under(
        "https://api.example.com/index.php?c=login",
        &[
            "https://api.example.com/index.php?c=login",
            "https://api.example.com/./index.php?%63=login",
            "https://api.example.com/index.php?c=news",
            "https://api.example.com/index.php",
        ],
    );
    assert_eq!(skeys, ["", "", "", "", "stored", "stored", "stored", "stored"]);
    assert_eq!(
        skeys_under("https://api.example.com?r=/login", &["https://api.example.com/?r=/login"]),
        [""; 2]
    );
}

#[test]
fn another_login_url_counts_at_the_next_send() {
    let mut host = Host::live();
    host.call(Ask::bare("/session"));
    host.configure(|settings| settings.login_url = Address::of("https://api.example.com/session"));
    host.call(Ask::bare("/session"));
    host.run();
    assert_eq!(skeys_seen_at(&host, "https://api.example.com/session"), ["stored", ""]);
}

#[test]
fn a_foreign_servers_answer_is_the_callers_whatever_it_looks_like() {
    let mut host = Host::logged_in();
    let body = json!({ Word::Magic.text(): 1, "error": "ERR_INVALID_SESSION" });
    host.next(Api::Request, Reply::Answer(200, body));
    let call = host.call(Ask::bare("https://elsewhere.example.com/news"));
    host.run();
    assert_eq!(host.outcome(call), SUCCEEDED);
    assert_eq!(host.stored_skey().as_deref(), Some("stored"));
}

#[test]
fn without_a_login_url_a_call_that_needs_the_session_says_so() {
    let mut host = Host::new();
    host.configure(|settings| settings.login_url = None);
    let request = host.request("/user");
    let login = host.login();
    let bare = host.call(Ask::bare("/news"));
    host.run();
    assert_eq!(host.outcomes(&[request, login]), [failed(Failure::NoLoginUrl); 2]);
    assert_eq!(host.outcome(bare), SUCCEEDED);
    assert_eq!(host.count("login"), 0);
}

#[test]
fn an_url_that_is_none_fails_before_anything_is_asked() {
    let mut host = Host::logged_in();
    for url in ["", "user", "//api.example.com/user", "javascript:alert(1)", "https://user@api.example.com/"]
    {
        let call = host.call(Ask::bare(url));
        assert_eq!(host.outcome(call), failed(Failure::InvalidUrl), "{url}");
        let call = host.request(url);
        assert_eq!(host.outcome(call), failed(Failure::InvalidUrl), "{url}");
    }
    assert_eq!(host.log(), [""; 0]);
}

fn place(url: &str) -> Place {
    let settings = Settings {
        login_url: Address::of("https://Api.Example.com:8443/auth/login"),
        trusted_origins: ["http://[::1]:3000", "https://cdn.example"]
            .into_iter()
            .flat_map(Address::of)
            .collect(),
        ..Settings::default()
    };
    Place::of(Address::of(url).as_ref(), &settings)
}

#[test]
fn an_origin_is_scheme_host_and_port() {
    for url in [
        "https://api.example.com:8443",
        "HTTPS://API.EXAMPLE.COM:8443/user",
        "https://api.example.com:8443/auth/login/more",
        "https://api.example.com:8443/auth/Login",
        "https://api.example.com:8443?/auth/login",
        "https://api.example.com:08443/user",
        "http://[::1]:3000/x",
        "https://cdn.example/x",
        "https://cdn.example:443/x",
        "https://cdn.example:/x",
    ] {
        assert_eq!(place(url), Place::Trusted, "{url}");
    }
    for url in [
        "https://api.example.com/user",
        "http://api.example.com:8443/user",
        "https://example.com:8443/user",
        "https://api.example.com.:8443/user",
        "https://xapi.example.com:8443/user",
        "https://evil.com/https://api.example.com:8443/user",
        "https://evil.com?https://api.example.com:8443/user",
        "https://evil.com#@api.example.com:8443/user",
        "http://[::2]:3000/x",
        "http://cdn.example/x",
        "https://cdn.example:80/x",
    ] {
        assert_eq!(place(url), Place::Foreign, "{url}");
    }
}

#[test]
fn the_login_url_is_known_in_any_spelling() {
    for url in [
        "https://api.example.com:8443/auth/login",
        "https://api.example.com:8443/auth/login?other",
        "https://API.example.com:8443/auth/login#x",
        "https://api.example.com:8443/./auth/login",
        "https://api.example.com:8443/a/../auth/login",
        "https://api.example.com:8443/a/%2e%2E/auth/login/.",
        "https://api.example.com:8443//auth///login/",
        "https://api.example.com:8443/auth\\login",
        "https://api.example.com:8443/auth%2flogin",
        "https://api.example.com:8443/auth/lo\ngin",
        "https://api.example.com:8443/auth/%6c\to%67in \u{0}",
    ] {
        assert_eq!(place(url), Place::LoginUrl, "{url}");
    }
    let root = Settings { login_url: Address::of("https://example.com"), ..Settings::default() };
    assert_eq!(Place::of(Address::of("https://example.com/?a").as_ref(), &root), Place::LoginUrl);
    assert_eq!(Place::of(Address::of("https://example.com/a/..").as_ref(), &root), Place::LoginUrl);
    assert_eq!(Place::of(Address::of("https://example.com/a").as_ref(), &root), Place::Trusted);
}

#[test]
fn a_login_url_with_a_query_is_known_by_it_too() {
    let place = |login_url: &str, url: &str| {
        let settings = Settings { login_url: Address::of(login_url), ..Settings::default() };
        Place::of(Address::of(url).as_ref(), &settings)
    };
    let php = "https://x.test/index.php?c=login";
    for url in [
        php,
        "https://x.test/index.php?c=login#top",
        "https://x.test/./index.php?%63=log\nin",
        "https://x.test/index%2Ephp?c%3Dlogin",
    ] {
        assert_eq!(place(php, url), Place::LoginUrl, "{url}");
    }
    for url in [
        "https://x.test/index.php",
        "https://x.test/index.php?",
        "https://x.test/index.php?c=user",
        "https://x.test/index.php?c=login2",
        "https://x.test/index.php#?c=login",
        "https://x.test/?c=login",
    ] {
        assert_eq!(place(php, url), Place::Trusted, "{url}");
    }
    assert_eq!(place("https://x.test?r=/login", "https://x.test/?r=%2flogin"), Place::LoginUrl);
    assert_eq!(place("https://x.test?r=/login", "https://x.test/login"), Place::Trusted);
    assert_eq!(place("https://x.test/login?", "https://x.test/login?a=b"), Place::LoginUrl);
}

#[test]
fn an_authority_that_parsers_read_differently_is_refused() {
    for url in [
        "https://api.example.com:8443@evil.com/",
        "https://api.example.com@evil.com/",
        "https://@api.example.com:8443/",
        "https://api.example.com:0/",
        "https://cdn.example:00/",
        "https://evil.com\\@api.example.com:8443/",
        "https://api.example.com:8443\\.evil.com/",
        "https://api.example.com\t:8443/",
        "https://api.example.com\r\n:8443/",
        " https://api.example.com:8443/",
        "https://api%2eexample.com:8443/",
        "https://:8443/",
        "https:///user",
        "https:/api.example.com",
        "https:api.example.com",
        "https://api.example.com:8443.evil.com/user",
        "https://api.example.com:84x3/",
        "https://api.example.com:-1/",
        "https://api.example.com:99999999999999999999/",
        "https://[::1/",
        "https://[::1]x/",
        "ftp://api.example.com/",
        "wss://api.example.com/",
        "data:text/plain,x",
        "http",
        "例子",
    ] {
        assert_eq!(place(url), Place::Invalid, "{url}");
        assert!(Address::of(url).is_none(), "{url}");
    }
}
