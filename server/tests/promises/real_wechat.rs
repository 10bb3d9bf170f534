//! The client of the real WeChat, which is played by a server that records what it is asked.

use crate::server::{APPID, DAY_MS, MINUTE_MS, TestServer, both, both_started, fresh_code, log, session_of};
use crate::wechat_api::SESSION_KEY;
use serde_json::{Value, json};
use wafer_session_server::crypto;

const OPENID: &str = "oAAAAAAAAAAAAAAAAAAAAAAAAAAA";

#[test]
fn a_login_asks_jscode2session_with_appid_secret_and_code() {
    let (api, server) = both_started();
    api.will_answer(json!({ "openid": OPENID, "session_key": SESSION_KEY, "unionid": "u" }));
    let reply = server.login_with("a code&more=1");
    session_of(&reply);
    assert!(!reply.text().contains(SESSION_KEY) && !reply.text().contains(OPENID));
    let asked = api.asked();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].0, "/sns/jscode2session");
    assert_eq!(
        asked[0].1,
        format!(
            "appid={APPID}&secret=the%20app%20secret&js_code=a%20code%26more%3D1&grant_type=authorization_code"
        )
    );
}

#[test]
fn user_data_is_taken_when_it_names_the_user_or_nobody_and_refused_when_it_names_another() {
    let (api, server) = both_started();
    api.will_answer(json!({ "openid": OPENID, "session_key": SESSION_KEY }));
    let session = session_of(&server.login_with("a code"));
    let send = |plain: Value| {
        let iv = crypto::random_key();
        let data = crypto::encrypt(SESSION_KEY, &iv, plain.to_string().as_bytes()).expect("a good key");
        let user_data = [("X-WX-Encrypted-Data", data.as_str()), ("X-WX-IV", iv.as_str())];
        server.get("/user", &both(&session.headers(), &user_data))
    };
    let watermark = json!({ "appid": APPID, "timestamp": server.clock.now_ms() / 1000 });
    // The data of wx.getUserProfile has no openId.
    let reply = send(json!({ "nickName": "小明", "watermark": watermark }));
    assert_eq!(reply.json()["data"]["userInfo"]["nickName"], "小明");
    let reply = send(json!({ "nickName": "小红", "openId": OPENID, "watermark": watermark }));
    assert_eq!(reply.json()["data"]["userInfo"]["nickName"], "小红");
    let foreign =
        json!({ "nickName": "别人", "openId": "oBBBBBBBBBBBBBBBBBBBBBBBBBBB", "watermark": watermark });
    let message = send(foreign).assert_session_refusal("ERR_IN_DECRYPT_DATA");
    assert!(message.contains("不属于当前登录的用户"), "{message}");
    for shapeless in
        [json!({ "nickName": "无水印" }), json!({ "nickName": 5, "watermark": watermark }), json!([])]
    {
        let message = send(shapeless).assert_session_refusal("ERR_IN_DECRYPT_DATA");
        assert!(message.contains("watermark"), "{message}");
    }
    let long = json!({ "nickName": "长".repeat(129), "watermark": watermark });
    let message = send(long).assert_session_refusal("ERR_IN_DECRYPT_DATA");
    assert!(message.contains("过长"), "{message}");
    assert_eq!(server.get("/user", &session.headers()).json()["data"]["userInfo"]["nickName"], "小红");
}

#[test]
fn what_wechat_refuses_is_told_by_its_number() {
    let (api, server) = both_started();
    for errcode in [40029, 40163, 40013, 45011, -1, 99999] {
        api.will_answer(json!({ "errcode": errcode, "errmsg": "not for users, rid: 1" }));
        let message = server.login_with(&fresh_code("a")).assert_session_refusal("ERR_LOGIN_FAILED");
        assert!(message.contains(&format!("errcode {errcode}")), "{message}");
        assert!(!message.contains("rid"), "{message}");
    }
}

#[test]
fn a_wechat_that_makes_no_sense_fails_the_login_with_a_message() {
    let (api, server) = both_started();
    for (status, text) in [
        (200, "<html>"),
        (200, "{}"),
        (200, r#"{"openid":5,"session_key":"x"}"#),
        // Without a name, all users would be one; other signs cannot be told to a backend in a header.
        (200, r#"{"openid":"","session_key":"x"}"#),
        (200, r#"{"openid":"o\r\nX-Wafer-User: o","session_key":"x"}"#),
        (200, "null"),
        (502, r#"{"openid":"o","session_key":"k"}"#),
        (302, ""),
    ] {
        api.will_answer_with(status, text);
        let message = server.login_with("code").assert_session_refusal("ERR_LOGIN_FAILED");
        assert!(message.contains("微信服务器"), "{message}");
    }
}

#[test]
fn a_wechat_that_is_not_there_fails_the_login_with_a_message() {
    let gone = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", gone.local_addr().expect("an address"));
    drop(gone);
    let server = TestServer::start(&url);
    let message = server.login_with("code-nobody-heard").assert_session_refusal("ERR_LOGIN_FAILED");
    assert!(message.contains("无法连接微信服务器"), "{message}");
    let log = log();
    assert!(log.contains("jscode2session failed"), "the log was captured");
    for secret in ["code-nobody-heard", "the app secret", "the%20app%20secret"] {
        assert!(!log.contains(secret), "the log holds {secret}");
    }
}

#[test]
fn a_phone_number_costs_one_token_until_the_token_ends() {
    let (api, server) = both_started();
    api.will_answer(json!({ "openid": OPENID, "session_key": SESSION_KEY }));
    let session = session_of(&server.login_with("a code"));
    api.asked();

    let number = json!({ "errcode": 0, "errmsg": "ok", "phone_info": { "phoneNumber": "13800000000" } });
    let phone = || {
        let reply = server.post("/phone", &session.headers(), json!({ "code": "phone code" }));
        assert_eq!(reply.json()["data"]["phoneNumber"], "13800000000", "{}", reply.text());
    };
    api.will_answer(json!({ "access_token": "token 1", "expires_in": 7200 }));
    api.will_answer(number.clone());
    phone();
    api.will_answer(number.clone());
    phone();
    let asked = api.asked();
    let paths: Vec<&str> = asked.iter().map(|(path, _, _)| path.as_str()).collect();
    assert_eq!(
        paths,
        ["/cgi-bin/stable_token", "/wxa/business/getuserphonenumber", "/wxa/business/getuserphonenumber"]
    );
    assert_eq!(
        serde_json::from_str::<Value>(&asked[0].2).expect("JSON"),
        json!({ "grant_type": "client_credential", "appid": APPID, "secret": "the app secret" })
    );
    assert_eq!(asked[1].1, "access_token=token%201");
    assert_eq!(serde_json::from_str::<Value>(&asked[1].2).expect("JSON"), json!({ "code": "phone code" }));

    server.clock.advance(115 * MINUTE_MS);
    api.will_answer(json!({ "access_token": "token 2", "expires_in": 7200 }));
    api.will_answer(number);
    phone();
    assert_eq!(api.asked()[1].1, "access_token=token%202");
}

#[test]
fn a_token_that_ended_early_is_replaced_once() {
    let (api, server) = both_started();
    api.will_answer(json!({ "openid": OPENID, "session_key": SESSION_KEY }));
    let session = session_of(&server.login_with("a code"));
    let ended = json!({ "errcode": 40001, "errmsg": "invalid credential" });
    for answer in [
        json!({ "access_token": "one", "expires_in": 7200 }),
        ended.clone(),
        json!({ "access_token": "two", "expires_in": 7200 }),
        ended,
    ] {
        api.will_answer(answer);
    }
    let reply = server.post("/phone", &session.headers(), json!({ "code": "phone code" }));
    assert_eq!(reply.status, 400);
    assert!(reply.json()["message"].as_str().expect("a message").contains("40001"));
    assert_eq!(api.asked().len(), 5);
}

#[test]
fn of_calls_that_learn_at_once_that_a_token_ended_one_asks_for_the_next() {
    const CALLS: usize = 8;
    let (api, server) = both_started();
    let sessions: Vec<_> = (0..CALLS).map(|number| server.log_in(&format!("u{number}"))).collect();
    let phone = |session: &crate::server::Session| {
        server.post("/phone", &session.headers(), json!({ "code": "phone code" })).status
    };
    let tokens = || api.asked().iter().filter(|(path, _, _)| path == "/cgi-bin/stable_token").count();
    api.issue_tokens();
    assert_eq!((phone(&sessions[0]), tokens()), (200, 1));
    // Each call has been told that the token ended before the first one has a new token.
    api.end_tokens_for(CALLS);
    std::thread::scope(|scope| {
        let calls: Vec<_> = sessions.iter().map(|session| scope.spawn(move || phone(session))).collect();
        for call in calls {
            assert_eq!(call.join().expect("no panic"), 200);
        }
    });
    assert_eq!(tokens(), 1);
}

#[test]
fn with_the_real_wechat_there_are_no_development_endpoints() {
    let (_api, server) = both_started();
    for (method, path) in [
        ("POST", "/dev/code"),
        ("POST", "/dev/encrypted-data"),
        ("POST", "/dev/phone-code"),
        ("POST", "/dev/check-session"),
        ("POST", "/dev/expire"),
        ("POST", "/dev/expire-session-key"),
        ("POST", "/dev/advance-clock"),
        ("POST", "/dev/fault"),
        ("POST", "/dev/clear-faults"),
        ("POST", "/dev/invalid-always"),
        ("POST", "/dev/tunnel"),
        ("GET", "/dev/records"),
        ("POST", "/dev/reset-records"),
        ("GET", "/dev/users"),
    ] {
        let reply = server.send(method, path, &[], b"{}");
        assert_eq!((reply.status, &reply.json()["error"]), (404, &json!("ERR_NOT_FOUND")), "{path}");
    }
}

#[test]
fn sessions_of_the_real_wechat_expire_as_all_others() {
    let (api, server) = both_started();
    api.will_answer(json!({ "openid": OPENID, "session_key": SESSION_KEY }));
    let session = session_of(&server.login_with("a code"));
    server.clock.advance(24 * DAY_MS);
    assert!(server.get("/user", &session.headers()).json()["data"].is_object());
    server.clock.advance(6 * DAY_MS);
    server.get("/user", &session.headers()).assert_session_refusal("ERR_INVALID_SESSION");
}
