//! What the host does for each command, and the rules that always hold: a story ends at once where the core breaks
//! one.

use std::rc::Rc;

use serde_json::{Value as Tree, json};
use wafer_client_wasm::core::{Attempt, CallId, Cause, Command, Failure, FlightId, Input, Value, Word};

use super::answers::Asker;
use super::{Flight, Host, PENDING};
use crate::json::Json;
use crate::script::{Api, Reply};

impl Host {
    /// A host call, into the log.
    fn note(&mut self, what: &str, detail: &str) {
        self.log.push((self.now_ms, format!("{what} {detail}").trim_end().to_owned()));
    }

    pub(super) fn carry_out(&mut self, command: Command<Json>) {
        match command {
            Command::ReadSession => {
                self.note("getStorage", "");
                self.flight = self.flight.filter(|flight| !flight.is_check);
                let stored = self.storage.borrow().clone().unwrap_or(Tree::Null);
                let session = self.lifecycle.settings().protocol.read_stored(&Json(stored));
                self.lifecycle.handle(Input::Stored(session), self.clock_ms());
            }
            Command::WriteSession(stored) => {
                self.note("setStorage", &stored.text(Word::Skey));
                let is_stored = matches!(self.reply(Api::Store), Reply::Usual);
                *self.storage.borrow_mut() = is_stored.then_some(stored.0);
            }
            Command::RemoveSession => self.remove_session(),
            Command::Session(session) => {
                self.header = session.as_ref().map(|session| session.header());
                if session.is_none() && self.clearing {
                    self.flight = None;
                    self.logins_at_clear = self.count("login");
                }
                self.session = session.map(|session| session.stored().0);
                self.check_announced();
            }
            Command::CheckSession(flight) => {
                self.note("checkSession", "");
                self.take_off(flight, self.settings.check_session_ms, true);
                let valid = move |_| Input::Checked { flight, valid: true };
                self.ask(Api::CheckSession, Tree::Null, valid, move |_| Input::Checked {
                    flight,
                    valid: false,
                });
            }
            Command::WxLogin(flight) => {
                self.note("login", "");
                self.take_off(flight, self.settings.login_ms, false);
                let code = self.server.borrow_mut().issue_code();
                self.ask(
                    Api::Login,
                    json!(code),
                    move |code| Input::Code { flight, code },
                    login_fails(flight),
                );
            }
            Command::LoginUserInfo(flight) => {
                self.note("getUserInfo", "");
                self.take_off(flight, self.settings.login_ms, false);
                let data = self.server.borrow().user_data();
                let answer = move |data| Input::LoginUserInfo { flight, data };
                self.ask(Api::UserInfo, data, answer, login_fails(flight));
            }
            Command::LoginRequest { flight, header } => {
                self.note("request /login", &header.text(Word::HeaderCode));
                self.take_off(flight, self.settings.login_request_ms, false);
                let url = self.settings.login_url.as_ref().expect("no login without a login URL").to_string();
                self.ask_server(Api::LoginRequest, Asker::Login(flight), url, header);
            }
            Command::UserInfo(call, attempt) => {
                let profile = self.calls[&call].ask.asks_for_profile();
                self.note(if profile { "getUserProfile" } else { "getUserInfo" }, "");
                let data = self.server.borrow().user_data();
                let answer = move |data| Input::UserInfo { call, attempt, data };
                self.ask(Api::UserInfo, data, answer, move |cause| Input::Failed { call, attempt, cause });
            }
            Command::Send { call, attempt, signed, user_data } => self.send(call, attempt, signed, user_data),
            Command::AbortRequest(call) => {
                let name = self.calls[&call].ask.name().to_owned();
                self.note("abort", &name);
            }
            Command::Succeed(call) => self.settle(call, Ok(())),
            Command::Fail { call, failure, detail } => {
                self.settle(call, Err(failure));
                self.details.extend(detail.map(|detail| (call, detail)));
            }
            Command::Wake(in_ms) => {
                assert!(in_ms.is_finite() && in_ms <= 2_147_483_647.0, "setTimeout cannot wait {in_ms} ms");
                self.timers_set += 1;
                self.timer_ms = Some(self.now_ms + in_ms.max(0.0));
            }
            Command::Event { kind, .. } => self.events.push(kind),
        }
    }

    fn send(&mut self, call: CallId, attempt: Attempt, signed: bool, user_data: Option<Json>) {
        let mut header = user_data.unwrap_or_else(Json::record);
        if signed {
            let session = self.header.as_ref().expect("signed while there is no session");
            let (Tree::Object(all), Tree::Object(own)) = (&mut header.0, &session.0) else {
                panic!("headers are records")
            };
            all.extend(own.clone());
        }
        let app_call = self.calls.get(&call).expect("only calls of the app are sent");
        assert_eq!(app_call.outcome, PENDING, "a settled call was sent");
        let (url, name) = (app_call.ask.url.clone(), app_call.ask.name().to_owned());
        let data = header.text(Word::HeaderEncryptedData);
        let skey = header.text(Word::HeaderSkey);
        self.note(&format!("request {name} {skey}"), &data);
        self.ask_server(Api::Request, Asker::Call(call, attempt), url, header);
    }

    fn settle(&mut self, call: CallId, outcome: Result<(), Failure>) {
        let app_call = self.calls.get_mut(&call).expect("only calls of the app settle");
        assert_eq!(app_call.outcome, PENDING, "a call settled twice");
        app_call.outcome = Some(outcome);
    }

    fn remove_session(&mut self) {
        self.note("removeStorage", "");
        let refused = self.stored_skey().is_none_or(|skey| self.server.borrow().refused.contains(&skey));
        assert!(self.clearing || refused, "a session was deleted that the server has not refused");
        *self.storage.borrow_mut() = None;
    }

    /// A session that comes from a login older than the last log-out must not appear again.
    fn check_announced(&self) {
        let skey = self.session.as_ref().map(|session| Json(session.clone()).text(Word::Skey));
        let number = skey.and_then(|skey| skey.strip_prefix("skey-")?.parse::<usize>().ok());
        if let (Some(number), 1) = (number, Rc::strong_count(&self.server)) {
            assert!(number > self.logins_at_clear, "log-out was undone by an older login");
        }
    }

    fn take_off(&mut self, id: FlightId, within_ms: f64, is_check: bool) {
        let busy = self.flight.is_some_and(|flight| self.now_ms + 1.0 < flight.until_ms);
        assert!(!busy, "a check or login began while another was on its way");
        self.flight = Some(Flight { id, until_ms: self.now_ms + within_ms, is_check });
    }
}

fn login_fails(flight: FlightId) -> impl Fn(Cause) -> Input<Json> {
    move |cause| Input::LoginFailed { flight, cause, detail: Json(json!("wx failed")) }
}
