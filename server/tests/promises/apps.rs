//! One server for several mini-programs.

use crate::server::{Reply, TestServer, both_started_as, fresh_code, session_of};
use wafer_session_server::config::{AppCredentials, Settings};

fn two_apps() -> (crate::wechat_api::Api, TestServer) {
    let app = |appid: &str| AppCredentials { appid: appid.to_owned(), secret: format!("secret of {appid}") };
    both_started_as(Settings { apps: vec![app("wx1"), app("wx2")], ..Settings::default() })
}

fn log_in(server: &TestServer, header: (&str, &str)) -> Reply {
    server.get("/login", &[("X-WX-Code", &fresh_code("anna")), header])
}

#[test]
fn a_login_is_of_the_app_that_wechat_or_the_client_names() {
    let (api, server) = two_apps();
    session_of(&log_in(&server, ("Referer", "https://servicewechat.com/wx1/devtools/page-frame.html")));
    session_of(&log_in(&server, ("X-WX-AppId", "wx2")));
    let asked: Vec<String> = api.asked().into_iter().map(|(_, query, _)| query).collect();
    assert!(asked[0].starts_with("appid=wx1&secret=secret%20of%20wx1&"), "{}", asked[0]);
    assert!(asked[1].starts_with("appid=wx2&secret=secret%20of%20wx2&"), "{}", asked[1]);
}

#[test]
fn a_login_of_no_app_or_of_a_foreign_one_asks_nobody() {
    let (api, server) = two_apps();
    for header in [("X-WX-AppId", "wx3"), ("Referer", "https://evil.example/wx1/"), ("Accept", "*/*")] {
        let message = log_in(&server, header).assert_session_refusal("ERR_LOGIN_FAILED");
        assert!(message.contains("哪个小程序"), "{message}");
    }
    assert_eq!(api.asked().len(), 0);
}

#[test]
fn the_same_openid_in_two_apps_is_two_users() {
    let (_api, server) = two_apps();
    let one = session_of(&log_in(&server, ("X-WX-AppId", "wx1")));
    let other = session_of(&log_in(&server, ("X-WX-AppId", "wx2")));
    assert!(server.is_live(&one) && server.is_live(&other), "neither login ended the other's session");
    let appid = |session: &crate::server::Session| {
        server.get("/auth/check", &session.headers()).header("x-wafer-appid").to_owned()
    };
    assert_eq!((appid(&one).as_str(), appid(&other).as_str()), ("wx1", "wx2"));
}
