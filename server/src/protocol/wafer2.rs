//! Bodies as wafer2-client-sdk expects them.

use super::{Answer, Refusal};
use serde_json::{Value, json};

pub(super) fn answer(answer: &Answer) -> String {
    match answer {
        Answer::Login { session, user_info, time_s } => {
            json!({ "code": 0, "data": { "userinfo": user_info, "skey": session.skey, "time": time_s } })
                .to_string()
        }
        Answer::Data(data) => ["{\"code\":0,\"data\":", data.get(), "}"].concat(),
        Answer::Tunnel { id, url } => {
            json!({ "code": 0, "data": { "tunnelId": id, "connectUrl": url } }).to_string()
        }
        Answer::Plain(value) => value.to_string(),
    }
}

pub(super) fn refusal(refusal: &Refusal) -> Value {
    match refusal {
        // Wafer2's servers answer a missing and an expired skey with the same error.
        Refusal::SessionOver(_) => json!({ "code": -1, "error": "ERR_SKEY_INVALID" }),
        Refusal::Login(_)
        | Refusal::SessionUnchecked(_)
        | Refusal::SessionUncheckable
        | Refusal::UserData(_)
        | Refusal::TooMany { .. }
        | Refusal::Busy { .. }
        | Refusal::Request { .. } => {
            json!({ "code": -1, "error": refusal.code(), "message": refusal.message() })
        }
    }
}
