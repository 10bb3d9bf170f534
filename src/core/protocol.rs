//! The rules of the wire: which answer is a session, which is an expiry, what a session looks like in headers
//! and in storage. Pure functions of an answer; the lifecycle decides what follows.

use super::{Failure, Kind, Session, Value, Word};

/// How the server speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// wafer (v1) and the code-only fork: bodies marked by the magic id, sessions of id and skey.
    Wafer,
    /// wafer2: `code`/`data` bodies, sessions of a skey alone.
    Wafer2,
    /// The developer's own, of this number: the host asks the developer's functions and hands over what they said,
    /// a session as `{skey, session, data: header, userInfo}`, an expiry as the scalar `-1`. They are only asked about
    /// answers below [`SERVER_ERROR`] to signed requests. A session of one such protocol is no session under another.
    Custom(u32),
}

/// What an answer to a signed request says about the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing: the answer is the caller's.
    Fine,
    /// The server refused the session.
    Expired,
    /// The server could not say, or speaks another protocol; the session stays.
    Refused(Failure),
}

const UNAUTHORIZED: u32 = 401;
/// From this status on, an answer says nothing about the session: the server is not itself.
pub const SERVER_ERROR: u32 = 500;

impl Protocol {
    /// The names of those that have one, in the order of their numbers; the developer's own have higher ones.
    pub const NAMES: &[&str] = &["wafer", "wafer2"];

    /// The protocol of a number.
    pub fn of_number(number: u32) -> Self {
        match number {
            0 => Protocol::Wafer,
            1 => Protocol::Wafer2,
            own => Protocol::Custom(own),
        }
    }

    /// How to tell a plain answer, which says nothing about the session: a field of the body, and the number that the
    /// field must have, or `None` if the field must be missing. No answer under the developer's own protocol is plain,
    /// since only the developer can tell.
    pub fn plain(self) -> Option<(Word, Option<u32>)> {
        match self {
            Protocol::Wafer => Some((Word::Magic, None)),
            Protocol::Wafer2 => Some((Word::Code, Some(0))),
            Protocol::Custom(_) => None,
        }
    }

    /// What an answer says about the session. An answer of [`SERVER_ERROR`] or above says nothing, and a status alone
    /// says nothing about a request that was not signed: it may be the app's own wrong password.
    pub fn judge<V: Value>(self, status: u32, body: &V, signed: bool) -> Verdict {
        if status >= SERVER_ERROR {
            return Verdict::Fine;
        }
        match self {
            Protocol::Wafer => judge_wafer(body),
            Protocol::Wafer2 if signed && status == UNAUTHORIZED => Verdict::Expired,
            Protocol::Wafer2 => judge_wafer2(body),
            Protocol::Custom(_) if body.is(Word::MinusOne) => Verdict::Expired,
            Protocol::Custom(_) => Verdict::Fine,
        }
    }

    /// The session in a login answer.
    pub fn read_login<V: Value>(self, status: u32, body: &V) -> Result<Session<V>, Failure> {
        if !(200..300).contains(&status) {
            return Err(Failure::LoginHttp);
        }
        match self {
            Protocol::Wafer => {
                if body.field(Word::Magic).is_nothing() {
                    return Err(if speaks_wafer2(body) { Failure::SpeaksWafer2 } else { Failure::NoSession });
                }
                wafer_session(&body.field(Word::Session)).ok_or_else(|| refusal_of(body))
            }
            Protocol::Wafer2 => {
                if !body.field(Word::Magic).is_nothing() {
                    return Err(Failure::SpeaksWafer);
                }
                if !body.field(Word::Code).is(Word::Zero) {
                    return Err(refusal_of(body));
                }
                wafer2_session(&body.field(Word::Data)).ok_or(Failure::NoSession)
            }
            Protocol::Custom(_) => Session::of_record(body).ok_or(Failure::NoSession),
        }
    }

    /// The session in a stored value: `{id, skey, userInfo}` of wafer-client-sdk, the server's session object
    /// of the code-only fork, `{userinfo, skey, time}` of wafer2-client-sdk 2.x, the bare skey of its 1.x.
    /// Anything else, and a session that lacks what this protocol needs, is none.
    pub fn read_stored<V: Value>(self, stored: &V) -> Option<Session<V>> {
        match self {
            Protocol::Wafer => wafer_session(stored),
            Protocol::Wafer2 if stored.is_scalar() => wafer2_session(&V::record().with(Word::Skey, stored)),
            Protocol::Wafer2 => wafer2_session(stored),
            Protocol::Custom(_) => Session::of_record(stored),
        }
    }
}

fn judge_wafer<V: Value>(body: &V) -> Verdict {
    if body.field(Word::Magic).is_nothing() {
        return Verdict::Fine;
    }
    let error = body.field(Word::Error);
    if error.is(Word::InvalidSession) {
        Verdict::Expired
    } else if error.is_nothing() {
        Verdict::Fine
    } else {
        Verdict::Refused(Failure::CheckLogin)
    }
}

fn judge_wafer2<V: Value>(body: &V) -> Verdict {
    let code = body.field(Word::Code);
    if code.is_nothing() {
        return match judge_wafer(body) {
            Verdict::Fine => Verdict::Fine,
            Verdict::Expired | Verdict::Refused(_) => Verdict::Refused(Failure::SpeaksWafer),
        };
    }
    if !code.is(Word::MinusOne) {
        return Verdict::Fine;
    }
    let error = body.field(Word::Error);
    let ambiguous = error.is_nothing() && body.field(Word::Data).kind() == Kind::Empty;
    if ambiguous || error.is(Word::SkeyInvalid) { Verdict::Expired } else { Verdict::Fine }
}

fn speaks_wafer2<V: Value>(body: &V) -> bool {
    let code = body.field(Word::Code);
    code.is(Word::MinusOne) || (code.is(Word::Zero) && body.field(Word::Data).field(Word::Skey).is_scalar())
}

fn refusal_of<V: Value>(body: &V) -> Failure {
    if body.field(Word::Error).is_nothing() { Failure::NoSession } else { Failure::LoginRefused }
}

fn wafer_session<V: Value>(session: &V) -> Option<Session<V>> {
    let id = session.field(Word::Id);
    let skey = session.field(Word::Skey);
    if !id.is_scalar() || !skey.is_scalar() {
        return None;
    }
    let header = V::record().with(Word::HeaderId, &id).with(Word::HeaderSkey, &skey);
    Some(Session::new(&skey, session, &header, &session.field(Word::UserInfo)))
}

/// Stores both spellings of the user info and the time, so that a downgrade to wafer2-client-sdk finds its own
/// shape.
fn wafer2_session<V: Value>(data: &V) -> Option<Session<V>> {
    let skey = data.field(Word::Skey);
    if !skey.is_scalar() {
        return None;
    }
    let user_info = match data.field(Word::Userinfo) {
        nothing if nothing.is_nothing() => data.field(Word::UserInfo),
        user_info => user_info,
    };
    let stored = V::record()
        .with(Word::Skey, &skey)
        .with(Word::UserInfo, &user_info)
        .with(Word::Userinfo, &user_info)
        .with(Word::Time, &data.field(Word::Time));
    let header = V::record().with(Word::HeaderSkey, &skey);
    Some(Session::new(&skey, &stored, &header, &user_info))
}
