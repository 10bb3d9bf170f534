//! Bodies as wafer2-client-sdk expects them.

use super::{Answer, Refusal};
use serde_json::{Value, json};

pub(super) fn answer(answer: &Answer) -> Value {
    match answer {
        Answer::Login { session, user_info, time_s } => {
            json!({ "code": 0, "data": { "userinfo": user_info, "skey": session.skey, "time": time_s } })
        }
        Answer::Data(data) => json!({ "code": 0, "data": data }),
        Answer::Tunnel { id, url } => json!({ "code": 0, "data": { "tunnelId": id, "connectUrl": url } }),
        Answer::Plain(value) => value.clone(),
    }
}

pub(super) fn refusal(refusal: &Refusal) -> Value {
    match refusal {
        // Wafer2's servers have one name for a missing and for an expired skey.
        Refusal::SessionOver(_) => json!({ "code": -1, "error": "ERR_SKEY_INVALID" }),
        Refusal::Login(_)
        | Refusal::SessionUnchecked(_)
        | Refusal::SessionUncheckable
        | Refusal::UserData(_)
        | Refusal::TooMany { .. }
        | Refusal::Request { .. } => {
            json!({ "code": -1, "error": refusal.code(), "message": refusal.message() })
        }
    }
}
