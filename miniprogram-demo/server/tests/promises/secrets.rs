//! What must stay secret is in no log.

use crate::server::{Setup, TestServer, both, log, session_of};
use serde_json::json;

#[test]
fn no_code_skey_session_key_token_or_user_data_is_logged() {
    let server = TestServer::start();
    let code = server.code("demo");
    let session = session_of(&server.login_with(&code));
    server.login_with(&code).assert_session_refusal("ERR_LOGIN_FAILED");
    server.login_with("invented-code-of-secrets").assert_session_refusal("ERR_LOGIN_FAILED");
    let good = server.user_data(json!({}));
    server.get("/user", &both(&session.headers(), &good.headers()));
    let session_key: String = rusqlite::Connection::open(server.database())
        .expect("the database")
        .query_row("SELECT session_key FROM users", [], |row| row.get(0))
        .expect("a user");
    server.code("demo");
    let stale = server.user_data(json!({}));
    server
        .get("/user", &both(&session.headers(), &stale.headers()))
        .assert_session_refusal("ERR_IN_DECRYPT_DATA");
    // A client that gets its own address wrong puts secrets where paths are.
    server.get(&format!("/{}?X-WX-Skey={}", session.skey, session.skey), &[]);
    let phone_code = server.dev("phone-code", json!({}));
    server.post("/phone", &session.headers(), phone_code.clone());
    server.post("/phone", &session.headers(), phone_code.clone());
    let tunnel = server.get("/tunnel", &session.headers()).json();
    let tunnel_id = tunnel["url"].as_str().expect("a url").rsplit('/').next().expect("an id").to_owned();
    server.get(&format!("/tunnel/{tunnel_id}"), &[]);
    server.dev("expire", json!({}));
    server.get("/user", &session.headers()).assert_session_refusal("ERR_INVALID_SESSION");

    let gone = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", gone.local_addr().expect("an address"));
    drop(gone);
    let offline = TestServer::start_as(Setup { wechat_api: Some(url), ..Setup::default() });
    offline.login_with("code-nobody-heard").assert_session_refusal("ERR_LOGIN_FAILED");

    let log = log();
    assert!(log.contains("path=\"/login\"") && log.contains("jscode2session failed"), "the log was captured");
    for secret in [
        code.as_str(),
        "invented-code-of-secrets",
        "code-nobody-heard",
        "the app secret",
        "the%20app%20secret",
        &session.skey,
        &session_key,
        &good.encrypted_data,
        &good.iv,
        &stale.encrypted_data,
        phone_code["code"].as_str().expect("a code"),
        &tunnel_id,
    ] {
        assert!(!log.contains(secret), "the log holds {secret}");
    }
}
