//! The page at `/`, beside the API.

use crate::server::{Setup, TestServer};
use std::fs;

fn page() -> (TestServer, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, content) in [
        ("secret.txt", "outside"),
        ("site/index.html", "<!doctype html>"),
        ("site/app.js", "1"),
        ("site/app.css", "a{}"),
        ("site/core.wasm", "\0asm"),
        ("site/core.wasm.br", "compressed"),
        ("site/app.js.br", "compressed"),
        ("site/immutable/app-1a2b.js", "1"),
        ("site/login", "a file in the way of the API"),
    ] {
        let file = folder.path().join(name);
        fs::create_dir_all(file.parent().expect("a parent")).expect("a folder");
        fs::write(file, content).expect("a file");
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

#[test]
fn a_browser_gets_the_compressed_file_if_it_takes_it() {
    let (server, _folder) = page();
    let reply = server.get("/app.js", &[("Accept-Encoding", "gzip, br")]);
    assert_eq!(reply.headers["content-encoding"], "br");
    assert_eq!((reply.content_type.as_str(), reply.text().as_str()), ("text/javascript", "compressed"));
}

#[test]
fn a_browser_keeps_what_never_changes_and_asks_about_the_rest() {
    let (server, _folder) = page();
    let caching = |path: &str| server.get(path, &[]).headers["cache-control"].clone();
    assert_eq!(caching("/immutable/app-1a2b.js"), "public, max-age=31536000, immutable");
    assert_eq!(caching("/"), "no-cache");
    assert_eq!(caching("/immutable/none.js"), "no-store");
    let first = server.get("/app.js", &[]);
    let changed = first.headers["last-modified"].to_str().expect("a date").to_owned();
    assert_eq!(server.get("/app.js", &[("If-Modified-Since", &changed)]).status, 304);
}
