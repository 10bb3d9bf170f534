//! No log holds anything that must stay secret.

use crate::server::{TestServer, both, log, session_of};
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
    // A client with a mistake in its addresses may send secrets in a path.
    server.get(&format!("/{}?X-WX-Skey={}", session.skey, session.skey), &[]);
    let phone_code = server.dev("phone-code", json!({}));
    server.post("/phone", &session.headers(), phone_code.clone());
    server.post("/phone", &session.headers(), phone_code.clone());
    let tunnel = server.get("/tunnel", &session.headers()).json();
    let tunnel_id = tunnel["url"].as_str().expect("a url").rsplit('/').next().expect("an id").to_owned();
    server.get(&format!("/tunnel/{tunnel_id}"), &[]);
    server.dev("expire", json!({}));
    server.get("/user", &session.headers()).assert_session_refusal("ERR_INVALID_SESSION");

    let log = log();
    assert!(log.contains("route=\"/login\""), "the log was captured");
    for secret in [
        code.as_str(),
        "invented-code-of-secrets",
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
