//! The user of the session: reading it, and changing it by WeChat's data, by hand, and by a phone code.

use crate::server::{Setup, TestServer, both};
use serde_json::json;

#[test]
fn user_data_updates_the_row_and_the_answer_shows_it() {
    let server = TestServer::start();
    let session = server.log_in("demo");
    let data = server.user_data(json!({ "userInfo": { "nickName": "小明", "gender": 1, "city": "广州" } }));
    let reply = server.get("/user", &both(&session.headers(), &data.headers()));
    let user_info = &reply.json()["data"]["userInfo"];
    assert_eq!(user_info["nickName"], "小明");
    assert_eq!(user_info["gender"], 1);
    assert_eq!(user_info["city"], "广州");
    assert_eq!(server.get("/user", &session.headers()).json()["data"]["userInfo"], *user_info);
    assert_eq!(server.users()[0]["nickName"], "小明");
}

#[test]
fn user_data_that_cannot_be_used_says_why_and_leaves_session_and_user_alone() {
    let server = TestServer::start();
    let session = server.log_in("demo");
    let other = server.log_in("another");
    let of_another_user = server.user_data(json!({ "user": "another" }));
    let of_another_app = server.user_data(json!({ "appid": "wxffffffffffffffff" }));
    let good = server.user_data(json!({}));
    let cases = [
        (of_another_user.headers(), "session_key"),
        (of_another_app.headers(), "watermark.appid"),
        (vec![("X-WX-Encrypted-Data", "!"), ("X-WX-IV", good.iv.as_str())], "base64"),
        (vec![("X-WX-Encrypted-Data", good.encrypted_data.as_str()), ("X-WX-IV", "AAAA")], "iv"),
        (vec![("X-WX-Encrypted-Data", "AAAA"), ("X-WX-IV", good.iv.as_str())], "session_key"),
        (vec![("X-WX-Encrypted-Data", good.encrypted_data.as_str())], "X-WX-IV"),
    ];
    for (headers, reason) in cases {
        let message = server
            .get("/user", &both(&session.headers(), &headers))
            .assert_session_refusal("ERR_IN_DECRYPT_DATA");
        assert!(message.contains(reason), "{message}");
    }
    for session in [session, other] {
        let reply = server.get("/user", &session.headers());
        assert_eq!(reply.json()["data"]["userInfo"]["nickName"], "微信用户");
    }
}

#[test]
fn data_fetched_before_a_newer_login_is_useless_and_data_fetched_after_it_is_good() {
    let server = TestServer::start();
    server.log_in("demo");
    let early = server.user_data(json!({}));
    let session = server.log_in("demo");
    server
        .get("/user", &both(&session.headers(), &early.headers()))
        .assert_session_refusal("ERR_IN_DECRYPT_DATA");
    let late = server.user_data(json!({}));
    let reply = server.get("/user", &both(&session.headers(), &late.headers()));
    assert_eq!(reply.json()["data"]["userInfo"]["nickName"], "演示用户");
}

#[test]
fn an_anonymous_profile_does_not_wipe_out_the_name_the_user_chose() {
    let server = TestServer::start();
    let session = server.log_in("demo");
    server.post("/profile", &session.headers(), json!({ "nickName": "小明" }));
    let anonymous = server.user_data(json!({ "userInfo": { "nickName": "微信用户", "avatarUrl": "" } }));
    let reply = server.get("/user", &both(&session.headers(), &anonymous.headers()));
    assert_eq!(reply.json()["data"]["userInfo"]["nickName"], "小明");
}

#[test]
fn a_profile_changes_in_the_parts_that_are_named() {
    let server = TestServer::start();
    let session = server.log_in("demo");
    let named = server.post("/profile", &session.headers(), json!({ "nickName": "  小明 " })).json();
    assert_eq!(named["data"]["userInfo"]["nickName"], "小明");
    let picture = "https://example.com/picture.png";
    let pictured = server.post("/profile", &session.headers(), json!({ "avatarUrl": picture })).json();
    assert_eq!(pictured["data"]["userInfo"]["nickName"], "小明");
    assert_eq!(pictured["data"]["userInfo"]["avatarUrl"], picture);
    let unchanged = server.post("/profile", &session.headers(), json!({})).json();
    assert_eq!(unchanged, pictured);
}

#[test]
fn a_profile_that_nobody_should_see_is_refused() {
    let server = TestServer::start();
    let session = server.log_in("demo");
    for change in [
        json!({ "nickName": "" }),
        json!({ "nickName": "   " }),
        json!({ "nickName": "长".repeat(33) }),
        json!({ "nickName": "a\u{0}b" }),
        json!({ "nickName": 5 }),
        json!({ "avatarUrl": "javascript:alert(1)" }),
        json!({ "avatarUrl": "wxfile://tmp_1.png" }),
        json!({ "avatarUrl": "https://example.com/a b" }),
        json!({ "avatarUrl": format!("https://example.com/{}", "a".repeat(1024)) }),
        json!({ "openid": "mine" }),
        json!([]),
    ] {
        let reply = server.post("/profile", &session.headers(), change.clone());
        assert_eq!(reply.status, 400, "{change}: {}", reply.text());
        assert_eq!(reply.json()["error"], "ERR_INVALID_REQUEST");
    }
    assert_eq!(server.users()[0]["nickName"], "微信用户");
}

#[test]
fn a_phone_code_becomes_the_users_number_once() {
    let server = TestServer::start();
    let session = server.log_in("demo");
    let code = server.dev("phone-code", json!({}));
    let reply = server.post("/phone", &session.headers(), code.clone());
    let number = reply.json()["data"]["phoneNumber"].as_str().expect("a number").to_owned();
    assert_eq!(number.len(), 11);
    assert_eq!(server.get("/user", &session.headers()).json()["data"]["phoneNumber"], number);
    assert_eq!(server.users()[0]["phoneNumber"], number);

    let again = server.post("/phone", &session.headers(), code);
    assert_eq!(again.status, 400);
    assert!(again.json()["message"].as_str().expect("a message").contains("40163"));
    let login_code = server.code("demo");
    let wrong_kind = server.post("/phone", &session.headers(), json!({ "code": login_code }));
    assert!(wrong_kind.json()["message"].as_str().expect("a message").contains("40029"));
}

#[test]
fn the_report_can_be_downloaded_with_a_session() {
    let server = TestServer::start();
    let session = server.log_in("demo");
    server.post("/profile", &session.headers(), json!({ "nickName": "小明" }));
    let reply = server.get("/download/report", &session.headers());
    assert_eq!(reply.status, 200);
    assert_eq!(reply.content_type, "text/plain; charset=utf-8");
    assert!(reply.text().contains("昵称：小明"));
}

#[test]
fn echo_tells_what_arrived() {
    let server = TestServer::start();
    let session = server.log_in("demo");
    let headers = both(&session.headers(), &[("Content-Type", "text/plain")]);
    let reply = server.send("PUT", "/echo?ignored=1", &headers, "你好".as_bytes());
    let expected = json!({ "data": { "method": "PUT", "contentType": "text/plain", "body": "你好" } });
    assert_eq!(reply.json(), expected);
}

#[test]
fn addresses_of_pictures_follow_the_server_to_where_clients_reach_it() {
    let mut server = TestServer::start();
    let session = server.log_in("demo");
    let data = server.user_data(json!({ "userInfo": { "nickName": "小明" } }));
    server.get("/user", &both(&session.headers(), &data.headers()));
    server.restart();
    let reply = server.get("/user", &session.headers());
    assert_eq!(reply.json()["data"]["userInfo"]["avatarUrl"], server.url("/avatars/simulated.svg"));

    let public = TestServer::start_as(Setup {
        public_url: Some("https://example.com/".to_owned()),
        ..Setup::default()
    });
    let reply = public.login_with(&public.code("demo"));
    assert_eq!(reply.json()["session"]["userInfo"]["avatarUrl"], "https://example.com/avatars/default.svg");
}
