//! The values that servers, the storage and hosts give.

use serde_json::Value as Tree;
use wafer_client_wasm::core::{Cause, Failure, Protocol, SERVER_ERROR, Session, Value, Verdict, Word};

use super::json::Json;
use super::trees::Bytes;

const PROTOCOLS: &[Protocol] = &[Protocol::Wafer, Protocol::Wafer2, Protocol::Custom(2)];
const STATUSES: &[u32] = &[200, 201, 299, 300, 400, 401, 404, 429, 499, 500, 503, 0, u32::MAX];

/// Checks that a session can sign requests, and that it is the same after it was stored and read.
fn is_whole(protocol: Protocol, session: &Session<Json>) {
    let key = session.key();
    assert!(key.is_scalar(), "a session without a key");
    if let Protocol::Custom(_) = protocol {
        return;
    }
    assert!(session.header().field(Word::HeaderSkey).same(&key), "the header is not the session's");
    let again = protocol.read_stored(&session.stored());
    let again = again.expect("a session that was stored is found again");
    assert!(again.key().same(&key), "another session is found again");
    assert!(again.header().same(&session.header()), "it signs otherwise");
}

/// A stored value is a whole session or none.
pub fn stored(bytes: &[u8]) {
    let mut bytes = Bytes(bytes);
    let protocol = bytes.one_of(PROTOCOLS);
    let stored = Json(bytes.tree());
    if let Some(session) = protocol.read_stored(&stored) {
        is_whole(protocol, &session);
    }
}

/// A login answer is a whole session or a failure of the login.
pub fn logins(bytes: &[u8]) {
    let mut bytes = Bytes(bytes);
    let (protocol, status) = (bytes.one_of(PROTOCOLS), bytes.one_of(STATUSES));
    let body = Json(bytes.tree());
    match protocol.read_login(status, &body) {
        Ok(session) => {
            assert!((200..300).contains(&status), "a session in an answer of status {status}");
            is_whole(protocol, &session);
            is_whole(protocol, &session.or_user_info(&body));
        }
        Err(failure) => {
            let is_http = failure == Failure::LoginHttp;
            assert_eq!(is_http, !(200..300).contains(&status));
            let of_body =
                [Failure::NoSession, Failure::LoginRefused, Failure::SpeaksWafer, Failure::SpeaksWafer2];
            assert!(is_http || of_body.contains(&failure), "{failure:?}");
        }
    }
}

/// Checks that a plain answer, which js/ recognises under the pass, says nothing about the session; nor does a server
/// that fails; and the status alone of an answer to an unsigned request never ends a session.
pub fn bodies(bytes: &[u8]) {
    let mut bytes = Bytes(bytes);
    let (protocol, status) = (bytes.one_of(PROTOCOLS), bytes.one_of(STATUSES));
    let body = Json(bytes.tree());
    for signed in [true, false] {
        let verdict = protocol.judge(status, &body, signed);
        if status >= SERVER_ERROR || is_plain(protocol, status, &body) {
            assert_eq!(verdict, Verdict::Fine);
        }
    }
    if status < SERVER_ERROR {
        let bare = protocol.judge(status, &body, false);
        assert_eq!(bare, protocol.judge(200, &body, false), "the status decides about a bare request");
    }
}

/// The same decision as in js/steps/answer.ts.
fn is_plain(protocol: Protocol, status: u32, body: &Json) -> bool {
    let Some((field, value)) = protocol.plain() else { return false };
    match &body.0 {
        _ if status >= 300 => false,
        Tree::String(text) => value.is_none() && !text.contains(field.text()),
        Tree::Object(_) => match value {
            None => body.field(field).0.is_null(),
            Some(value) => body.field(field).0 == value,
        },
        Tree::Null | Tree::Bool(_) | Tree::Number(_) | Tree::Array(_) => false,
    }
}

/// Checks that an error of a host has a cause, which does not depend on fields that the core does not read.
pub fn errors(bytes: &[u8]) {
    let error = Json(Bytes(bytes).tree());
    let cause = Cause::of(&error);
    let only = [Word::Errno, Word::ErrCode, Word::ErrMsg]
        .into_iter()
        .fold(Json::record(), |only, name| only.with(name, &error.field(name)));
    assert_eq!(cause, Cause::of(&only), "what nobody reads decides");
    assert_eq!(cause, Cause::of(&error.with(Word::Skey, &Json(Tree::from("more")))));
}
