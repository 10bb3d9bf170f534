//! Bodies as wafer-client-sdk expects them.

use super::{Answer, Refusal};
use serde_json::{Value, json};

/// The key by which a wafer client tells an answer of the session layer from one of the business code.
const MAGIC: &str = "F2C224D4-2BCE-4C64-AF9F-A6D872000D1A";

pub(super) fn answer(answer: &Answer) -> String {
    match answer {
        Answer::Login { session, user_info, .. } => {
            let mut described = json!({ "id": session.id, "skey": session.skey });
            if let Some(user_info) = user_info {
                described["userInfo"] = json!(user_info);
            }
            json!({ MAGIC: 1, "session": described }).to_string()
        }
        Answer::Data(data) => ["{\"data\":", data.get(), "}"].concat(),
        Answer::Tunnel { url, .. } => json!({ "url": url }).to_string(),
        Answer::Plain(value) => value.to_string(),
    }
}

pub(super) fn refusal(refusal: &Refusal) -> Value {
    match refusal {
        Refusal::Login(_)
        | Refusal::SessionUnchecked(_)
        | Refusal::SessionUncheckable
        | Refusal::SessionOver(_)
        | Refusal::UserData(_) => {
            json!({ MAGIC: 1, "error": refusal.code(), "message": refusal.message() })
        }
        Refusal::TooMany { .. } | Refusal::Busy { .. } | Refusal::Request { .. } => {
            json!({ "error": refusal.code(), "message": refusal.message() })
        }
    }
}
