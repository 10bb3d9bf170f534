//! The page at `/`, beside the API.

use crate::server::{Setup, TestServer};
use std::fs;

fn page() -> (TestServer, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("site")).expect("a folder");
    for (name, content) in [
        ("secret.txt", "outside"),
        ("site/index.html", "<!doctype html>"),
        ("site/app.js", "1"),
        ("site/app.css", "a{}"),
        ("site/core.wasm", "\0asm"),
        ("site/core.wasm.br", "compressed"),
        ("site/login", "a file in the way of the API"),
    ] {
        fs::write(folder.path().join(name), content).expect("a file");
    }
    let setup = Setup { static_files: Some(folder.path().join("site")), ..Setup::default() };
    (TestServer::start_as(setup), folder)
}

#[test]
fn files_come_with_their_types() {
    let (server, _folder) = page();
    for (path, content_type) in [
        ("/", "text/html"),
        ("/index.html", "text/html"),
        ("/app.js", "text/javascript"),
        ("/app.css", "text/css"),
        ("/core.wasm", "application/wasm"),
        ("/core.wasm.br", "application/octet-stream"),
    ] {
        let reply = server.get(path, &[]);
        assert_eq!((reply.status, reply.content_type.as_str()), (200, content_type), "{path}");
        assert!(reply.headers.get("content-encoding").is_none(), "{path}");
    }
}

#[test]
fn the_api_comes_first_and_unknown_files_answer_json() {
    let (server, _folder) = page();
    server.get("/login", &[]).assert_session_refusal("ERR_LOGIN_FAILED");
    for (method, path) in [("GET", "/missing.js"), ("POST", "/index.html"), ("POST", "/missing")] {
        let reply = server.send(method, path, &[], b"");
        assert_eq!((reply.status, &reply.json()["error"]), (404, &"ERR_NOT_FOUND".into()), "{method} {path}");
    }
}

#[test]
fn no_path_leads_out_of_the_folder() {
    let (server, _folder) = page();
    for path in
        ["/../secret.txt", "/..%2Fsecret.txt", "/%2e%2e/secret.txt", "/..%5Csecret.txt", "//etc/passwd"]
    {
        let reply = server.get(path, &[]);
        assert_eq!(reply.status, 404, "{path}: {}", reply.text());
    }
}

#[test]
fn reading_a_page_is_no_client_request_in_the_records() {
    let (server, _folder) = page();
    server.get("/", &[]);
    assert_eq!(server.records()["entries"], serde_json::json!([]));
}
