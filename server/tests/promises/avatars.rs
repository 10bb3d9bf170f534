//! An uploaded picture belongs to the user who uploaded it.

use crate::server::{Reply, Session, TestServer, both, both_started};
use serde_json::json;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n the rest of a picture";

pub fn send(server: &TestServer, session: &Session, file: &[u8]) -> Reply {
    let head = b"--b\r\nContent-Disposition: form-data; name=\"avatar\"; filename=\"a.png\"\r\n\r\n";
    let form = [head, file, b"\r\n--b--\r\n"].concat();
    let headers = both(&session.headers(), &[("Content-Type", "multipart/form-data; boundary=b")]);
    server.send("POST", "/avatar", &headers, &form)
}

/// Uploads a picture and answers its path.
pub fn upload(server: &TestServer, session: &Session) -> String {
    let reply = send(server, session, PNG);
    let url = reply.json()["data"]["userInfo"]["avatarUrl"].as_str().expect("an avatar").to_owned();
    url.strip_prefix(&server.url("")).expect("on this server").to_owned()
}

#[test]
fn nobody_can_delete_anothers_picture() {
    let (_api, server) = both_started();
    let (anna, bert) = (server.log_in("anna"), server.log_in("bert"));
    let picture = upload(&server, &anna);
    for url in [picture.clone(), server.url(&picture)] {
        let stolen = server.post("/profile", &bert.headers(), json!({ "avatarUrl": url }));
        assert_eq!(stolen.status, 400, "{}", stolen.text());
    }
    upload(&server, &bert);
    assert_eq!(server.get(&picture, &[]).bytes, PNG);
    let own = server.post("/profile", &anna.headers(), json!({ "avatarUrl": picture }));
    assert_eq!(own.status, 200);
}

#[test]
fn no_upload_leaves_a_file_behind_that_nobody_needs() {
    let (_api, server) = both_started();
    let anna = server.log_in("anna");
    let first = upload(&server, &anna);
    server.post("/profile", &anna.headers(), json!({ "avatarUrl": "https://example.com/elsewhere.png" }));
    upload(&server, &anna);
    assert_eq!(server.get(&first, &[]).status, 404, "also when it was not the avatar any more");
    assert_eq!(std::fs::read_dir(server.folder().join("avatars")).expect("the folder").count(), 1);
}

#[test]
fn what_an_upload_left_behind_that_was_cut_short_is_swept() {
    let (_api, server) = both_started();
    let anna = server.log_in("anna");
    let kept = upload(&server, &anna);
    let folder = server.folder().join("avatars");
    let name = format!("{}.png", "0".repeat(32));
    for name in [name.clone(), format!("{name}.part"), "somebody-elses.txt".to_owned()] {
        std::fs::write(folder.join(name), PNG).expect("a file");
    }
    let app = std::sync::Arc::clone(server.running().app());
    let sweep = |later: std::time::Duration| {
        server
            .block_on(app.avatars.sweep(&app.store, std::time::SystemTime::now() + later))
            .expect("it sweeps")
    };
    assert_eq!(sweep(std::time::Duration::ZERO), 0, "it may be an upload that is under way");
    assert_eq!(sweep(std::time::Duration::from_secs(7200)), 2);
    assert_eq!(server.get(&kept, &[]).bytes, PNG);
    assert!(folder.join("somebody-elses.txt").exists());
}

#[test]
fn a_browser_asks_for_parts_and_for_changes() {
    let (_api, server) = both_started();
    let picture = upload(&server, &server.log_in("anna"));
    let whole = server.get(&picture, &[]);
    assert_eq!(whole.content_type, "image/png");
    let part = server.get(&picture, &[("Range", "bytes=1-3")]);
    assert_eq!((part.status, part.text().as_str()), (206, "PNG"));
    let unchanged = server.get(&picture, &[("If-None-Match", whole.header("etag"))]);
    assert_eq!((unchanged.status, unchanged.bytes.len()), (304, 0));
}

#[test]
fn parts_that_nobody_can_answer_are_answered_with_the_whole() {
    let (_api, server) = both_started();
    let picture = upload(&server, &server.log_in("anna"));
    for range in ["letters=1-2", "bytes=0-1,3-4"] {
        let whole = server.get(&picture, &[("Range", range)]);
        assert_eq!((whole.status, whole.bytes.as_slice()), (200, PNG), "{range}");
    }
    let beyond = server.get(&picture, &[("Range", "bytes=9999-")]);
    assert_eq!((beyond.status, beyond.bytes.len()), (416, 0));
}

#[test]
fn a_name_that_is_no_text_is_answered_like_any_other_that_is_not_there() {
    let (_api, server) = both_started();
    for path in ["/avatars/%ff", "/avatars/%80.png", "/avatars/%00"] {
        let reply = server.get(path, &[]);
        assert_eq!((reply.status, &reply.json()["error"]), (404, &json!("ERR_NOT_FOUND")), "{path}");
    }
}

#[test]
fn uploads_that_do_not_end_take_so_much_memory_and_no_more_and_one_user_cannot_take_all_of_it() {
    use std::io::{Read, Write};
    let (_api, server) = both_started();
    let begin = |session: &Session| {
        let mut stream = std::net::TcpStream::connect(server.address()).expect("a connection");
        let (id, skey) = (&session.id, &session.skey);
        let head = format!(
            "POST /avatar HTTP/1.1\r\nHost: x\r\nX-WX-Id: {id}\r\nX-WX-Skey: {skey}\r\n\
             Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 2000000\r\n\
             Expect: 100-continue\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).expect("it is sent");
        // A client that is told to go on has a place for its upload.
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).expect("an answer");
        assert_eq!(&answer, b"HTTP/1.1 100");
        stream
    };
    let sessions: Vec<Session> = (0..65).map(|number| server.log_in(&format!("user{number}"))).collect();
    let first = begin(&sessions[0]);
    let again = send(&server, &sessions[0], PNG);
    assert_eq!((again.status, again.header("retry-after")), (503, "2"));
    assert_eq!(send(&server, &sessions[1], PNG).status, 200, "nobody else suffers from it");
    let others: Vec<_> = sessions[1..64].iter().map(begin).collect();
    assert_eq!(send(&server, &sessions[64], PNG).json()["error"], "ERR_BUSY");
    drop((first, others));
    while send(&server, &sessions[64], PNG).status != 200 {
        std::thread::yield_now();
    }
}
