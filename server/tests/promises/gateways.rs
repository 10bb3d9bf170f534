//! `/auth/check` and the session layer, behind which backends of any kind can stand.

use crate::server::{TestServer, both_started, both_started_as, send};
use axum::routing::get;
use axum::{Extension, Router};
use serde_json::json;
use std::sync::Arc;
use wafer_session_server::config::Settings;
use wafer_session_server::http::session_layer::{SessionLayer, Sessions};
use wafer_session_server::http::state::AuthUser;
use wafer_session_server::protocol::Protocol;
use wafer_session_server::store::LiveSession;

#[test]
fn a_gateway_learns_whose_request_it_is() {
    let (_api, server) = both_started();
    let session = server.log_in("anna");
    let reply = server.get("/auth/check", &session.headers());
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("x-wafer-user"), "o-anna");
    assert_eq!(reply.header("x-wafer-session"), session.id);

    let (_api, server) = both_started_as(Settings { auth_user: AuthUser::Id, ..Settings::default() });
    let session = server.log_in("anna");
    assert_eq!(server.get("/auth/check", &session.headers()).header("x-wafer-user"), "1");
}

#[test]
fn a_refusal_is_401_for_the_gateway_and_the_protocols_words_for_the_client() {
    let (_api, server) = both_started();
    for (headers, code) in [
        (vec![("X-WX-Id", "x"), ("X-WX-Skey", "y")], "ERR_INVALID_SESSION"),
        (vec![], "ERR_CHECK_LOGIN_FAILED"),
    ] {
        let reply = server.get("/auth/check", &headers);
        assert_eq!(reply.status, 401);
        assert_eq!(reply.json()[crate::server::MAGIC], 1);
        assert_eq!(reply.json()["error"], code);
        assert!(reply.header("x-wafer-user").is_empty());
    }
    let (_api, server) = both_started_as(Settings { protocol: Protocol::Wafer2, ..Settings::default() });
    let reply = server.get("/auth/check", &[("X-WX-Skey", "y")]);
    assert_eq!((reply.status, reply.json()), (401, json!({ "code": -1, "error": "ERR_SKEY_INVALID" })));
}

/// Envoy asks with the method of the client's request, and puts its path and query behind `path_prefix`.
#[test]
fn a_gateway_may_ask_with_the_method_and_the_path_of_the_request() {
    let (_api, server) = both_started();
    let session = server.log_in("anna");
    for method in ["GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"] {
        for path in ["", "/", "/orders", "/orders/5/items?sum=1", "//x/..%2fy"] {
            let path = format!("/auth/check{path}");
            let reply = server.send(method, &path, &session.headers(), b"");
            assert_eq!((reply.status, reply.header("x-wafer-user")), (200, "o-anna"), "{method} {path}");
            let reply = server.send(method, &path, &[("X-WX-Id", &session.id), ("X-WX-Skey", "y")], b"");
            assert_eq!((reply.status, &reply.json()["error"]), (401, &json!("ERR_INVALID_SESSION")));
            assert!(reply.header("x-wafer-user").is_empty());
        }
    }
    assert_eq!(server.get("/auth/checks", &session.headers()).status, 404);
}

/// nginx's `auth_request` closes the connection on a body, which it does not read; the recipe asks with HEAD.
#[test]
fn a_gateway_that_asks_with_head_gets_the_same_headers_and_no_body() {
    let (_api, server) = both_started();
    let session = server.log_in("anna");
    let reply = server.send("HEAD", "/auth/check", &session.headers(), b"");
    assert_eq!((reply.status, reply.header("x-wafer-user"), reply.bytes.len()), (200, "o-anna", 0));
    assert_eq!(server.send("HEAD", "/auth/check", &[], b"").status, 401);
}

#[test]
fn a_session_that_ended_is_refused_at_once() {
    let (_api, server) = both_started();
    let session = server.log_in("anna");
    assert_eq!(server.get("/auth/check", &session.headers()).status, 200);
    server.get("/logout", &session.headers());
    assert_eq!(server.get("/auth/check", &session.headers()).status, 401);
}

/// A backend in Rust whose only knowledge of sessions is the layer.
fn backend(server: &TestServer) -> String {
    let app = Arc::clone(server.running().app());
    let sessions = Sessions::new(Arc::clone(&app.store), Arc::clone(&app.clock), app.behaviour.session_life);
    let greet =
        |Extension(session): Extension<LiveSession>| async move { format!("hello {}", session.user.openid) };
    let router = Router::new()
        .route("/greet", get(greet))
        .layer(SessionLayer::new(Arc::new(sessions), Protocol::Wafer));
    server.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}/greet", listener.local_addr().expect("an address"));
        tokio::spawn(async { axum::serve(listener, router).await });
        url
    })
}

#[test]
fn a_backend_in_rust_has_its_sessions_checked_by_the_layer() {
    let (_api, server) = both_started();
    let session = server.log_in("anna");
    let (url, agent) = (backend(&server), crate::server::agent());
    let greeted = send(&agent, "GET", &url, &session.headers(), b"").expect("an answer");
    assert_eq!(greeted.text(), "hello o-anna");
    let refused = send(&agent, "GET", &url, &[("X-WX-Id", "x"), ("X-WX-Skey", "y")], b"").expect("an answer");
    refused.assert_session_refusal("ERR_INVALID_SESSION");
}
