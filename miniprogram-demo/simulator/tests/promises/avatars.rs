//! Uploaded pictures.

use crate::server::{Reply, Session, TestServer, both};

const BOUNDARY: &str = "----wafer";
const MULTIPART: (&str, &str) = ("Content-Type", "multipart/form-data; boundary=----wafer");
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n the rest of a picture";

fn form(field: &str, file: &[u8]) -> Vec<u8> {
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nhello\r\n\
         --{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"../../evil.html\"\r\n\
         Content-Type: text/html\r\n\r\n"
    );
    [head.as_bytes(), file, format!("\r\n--{BOUNDARY}--\r\n").as_bytes()].concat()
}

fn upload(server: &TestServer, session: &Session, file: &[u8]) -> Reply {
    server.send("POST", "/avatar", &both(&session.headers(), &[MULTIPART]), &form("avatar", file))
}

fn avatar_url(reply: &Reply) -> String {
    reply.json()["data"]["userInfo"]["avatarUrl"].as_str().expect("an avatar").to_owned()
}

fn stored_files(server: &TestServer) -> usize {
    std::fs::read_dir(server.folder().join("sessions.sqlite.avatars")).map_or(0, Iterator::count)
}

#[test]
fn an_uploaded_picture_becomes_the_avatar_and_can_be_fetched_by_anyone() {
    let server = TestServer::start();
    let session = server.log_in("demo");
    let url = avatar_url(&upload(&server, &session, PNG));
    assert_eq!(avatar_url(&server.get("/user", &session.headers())), url);
    let path = url.strip_prefix(&server.url("")).expect("on this server");
    let picture = server.get(path, &[]);
    assert_eq!(picture.bytes, PNG);
    assert_eq!(picture.content_type, "image/png", "by content, whatever the client says");
    assert_eq!(picture.header("x-content-type-options"), "nosniff");
}

#[test]
fn a_new_picture_replaces_the_old_file() {
    let server = TestServer::start();
    let session = server.log_in("demo");
    let old = avatar_url(&upload(&server, &session, PNG));
    let new = avatar_url(&upload(&server, &session, b"GIF89a the rest"));
    assert_ne!(old, new);
    assert_eq!(stored_files(&server), 1);
    assert_eq!(server.get(old.strip_prefix(&server.url("")).expect("a path"), &[]).status, 404);
}

#[test]
fn a_picture_survives_a_restart() {
    let mut server = TestServer::start();
    let session = server.log_in("demo");
    upload(&server, &session, PNG);
    server.restart();
    let url = avatar_url(&server.get("/user", &session.headers()));
    assert_eq!(server.get(url.strip_prefix(&server.url("")).expect("a path"), &[]).bytes, PNG);
}

#[test]
fn what_is_no_picture_is_refused() {
    let server = TestServer::start();
    let session = server.log_in("demo");
    for file in [&b"<script>alert(1)</script>"[..], b"<svg xmlns='http://www.w3.org/2000/svg'/>", b""] {
        let reply = upload(&server, &session, file);
        assert_eq!(reply.status, 415);
        assert_eq!(reply.json()["error"], "ERR_UNSUPPORTED_TYPE");
    }
    assert_eq!(stored_files(&server), 0);
}

#[test]
fn a_picture_that_is_too_large_is_refused_with_an_answer_the_client_gets_to_read() {
    let server = TestServer::start();
    let session = server.log_in("demo");
    let mut file = PNG.to_vec();
    for bytes in [2 * 1024 * 1024 + 1, 5 * 1024 * 1024] {
        file.resize(bytes, 0);
        let reply = upload(&server, &session, &file);
        assert_eq!(reply.status, 413);
        assert_eq!(reply.json()["error"], "ERR_TOO_LARGE");
    }
    file.truncate(2 * 1024 * 1024);
    assert_eq!(upload(&server, &session, &file).status, 200);
}

#[test]
fn an_expired_session_is_told_after_the_whole_upload_was_taken() {
    let server = TestServer::start();
    let session = server.log_in("demo");
    server.dev("expire", serde_json::json!({}));
    let mut file = PNG.to_vec();
    file.resize(1024 * 1024, 0);
    upload(&server, &session, &file).assert_session_refusal("ERR_INVALID_SESSION");
    assert_eq!(stored_files(&server), 0);
}

#[test]
fn a_form_that_is_not_one_says_what_is_wrong() {
    let server = TestServer::start();
    let session = server.log_in("demo");
    let whole = form("avatar", PNG);
    let truncated = &whole[..whole.len() - 30];
    let other_field = form("picture", PNG);
    for (headers, body, reason) in [
        (vec![("Content-Type", "application/json")], &whole[..], "wx.uploadFile"),
        (vec![MULTIPART], truncated, "不完整"),
        (vec![MULTIPART], &other_field[..], "avatar"),
    ] {
        let reply = server.send("POST", "/avatar", &both(&session.headers(), &headers), body);
        assert_eq!(reply.status, 400);
        let message = reply.json()["message"].as_str().expect("a message").to_owned();
        assert!(message.contains(reason), "{message}");
    }
}

#[test]
fn no_name_leads_out_of_the_folder_of_avatars() {
    let server = TestServer::start();
    // The folder has no dot in its path, so that the file could be reached if the form of the name were not checked.
    let outside = tempfile::Builder::new().prefix("outside").tempdir().expect("a folder");
    let file = outside.path().join("picture.png");
    std::fs::write(&file, PNG).expect("a file");
    let absolute = file.to_str().expect("text").replace('/', "%2F");
    for name in [
        absolute.as_str(),
        "..%2Fsessions.sqlite",
        "%2e%2e%2fsessions.sqlite",
        "..%5Csessions.sqlite",
        "0123456789abcdef0123456789abcdef.png",
        "0123456789abcdef0123456789abcde/.png",
        "0123456789ABCDEF0123456789ABCDEF.png",
        "x.svg",
        "%00.png",
    ] {
        let reply = server.get(&format!("/avatars/{name}"), &[]);
        assert_eq!(reply.status, 404, "{name}");
        assert_eq!(reply.json()["error"], "ERR_NOT_FOUND");
    }
}
