//! What the host does for each command, and the rules that always hold: a story ends at once where the core breaks
//! one.

use std::rc::Rc;

use serde_json::{Value as Tree, json};
use wafer_client_wasm::core::{
    CallId, Command, Failure, FlightId, Goal, Input, Place, SentCall, Session, Value, Verdict, Word,
};

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
                self.handle(Input::Stored(Json(stored)));
            }
            Command::WriteSession(stored) => {
                self.note("setStorage", &stored.text(Word::Skey));
                let is_stored = matches!(self.reply(Api::Store), Reply::Usual);
                *self.storage.borrow_mut() = is_stored.then_some(stored.0);
            }
            Command::RemoveSession => self.remove_session(),
            Command::Session(session) => self.announce(session),
            Command::CheckSession(flight) => {
                self.note("checkSession", "");
                self.take_off(flight, self.settings.check_session_ms, true);
                let valid = move |_| Input::Checked { flight, valid: true };
                self.ask(Api::CheckSession, Tree::Null, valid, move |_| Input::Checked {
                    flight,
                    valid: false,
                });
            }
            Command::WxLogin { flight, counted } => {
                self.note("login", "");
                self.check_back_off();
                self.recent_logins = counted;
                self.take_off(flight, self.settings.login_ms, false);
                let (code, random) = (self.server.borrow_mut().issue_code(), self.chance);
                self.ask(
                    Api::Login,
                    json!(code),
                    move |code| Input::Code { flight, code, random },
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
            Command::LoginRequest { flight, request } => {
                self.note("request /login", &request.text(Word::Code));
                self.take_off(flight, self.settings.login_request_ms, false);
                let url = self.settings.login_url.as_ref().expect("no login without a login URL").to_string();
                let header = request.field(Word::Data);
                assert_eq!(header.text(Word::HeaderCode), request.text(Word::Code));
                self.ask_server(Api::LoginRequest, Asker::Login(flight), url, header);
            }
            Command::UserInfo(call) => self.fetch_user_info(call),
            Command::Send { call, user_data } => self.send(call, user_data),
            Command::AbortRequest(call) => {
                let app_call = self.calls.get_mut(&call).expect("only calls of the app are aborted");
                assert!(app_call.sent.is_some(), "a call was aborted that is not on its way");
                // What wx says of it is late.
                app_call.turn += 1;
                let name = app_call.ask.name().to_owned();
                self.note("abort", &name);
            }
            Command::Succeed(call) => self.settle(call, Ok(())),
            Command::Fail { call, failure, detail, retry_after_ms } => {
                self.waits.insert(call, retry_after_ms);
                if retry_after_ms > 0.0 {
                    self.backs_off_until_ms = self.now_ms + retry_after_ms;
                }
                self.settle(call, Err(failure));
                self.details.extend(detail.map(|detail| (call, detail)));
            }
            Command::Wake(in_ms) => {
                assert!(in_ms.is_finite() && in_ms <= 2_147_483_647.0, "setTimeout cannot wait {in_ms} ms");
                self.timers_set += 1;
                self.timer_ms = Some(self.now_ms + in_ms.max(0.0));
            }
            Command::Event { kind, .. } => {
                assert!(self.is_observed, "an event was told while nobody listens");
                self.events.push(kind);
            }
        }
    }

    fn fetch_user_info(&mut self, call: CallId) {
        let app_call = self.calls.get_mut(&call).expect("only calls of the app fetch");
        assert_eq!(app_call.outcome, PENDING, "a settled call fetches");
        app_call.turn += 1;
        let turn = app_call.turn;
        let profile = app_call.ask.asks_for_profile();
        self.note(if profile { "getUserProfile" } else { "getUserInfo" }, "");
        let data = self.server.borrow().user_data();
        let answer = move |data| Input::UserInfo { call, data };
        let failure = move |error| Input::UserInfoFailed { call, error };
        self.ask_for(Some((call, turn)), Api::UserInfo, data, answer, failure);
    }

    /// Sends a request, whether the core or a pass lets the call go.
    pub(super) fn send(&mut self, call: SentCall<Json>, user_data: Option<Json>) {
        let mut header = user_data.unwrap_or_else(Json::record);
        if call.signed_by.is_some() {
            let place = Place::of_url(&call.options.url, &self.settings);
            assert_eq!(place, Place::Trusted, "signed for {:?}, which is not trusted now", call.options.url);
            let session = self.header.as_ref().expect("signed while there is no session");
            let (Tree::Object(all), Tree::Object(own)) = (&mut header.0, &session.0) else {
                panic!("headers are records")
            };
            all.extend(own.clone());
        }
        let (data, skey) = (header.text(Word::HeaderEncryptedData), header.text(Word::HeaderSkey));
        assert!(!self.ended.contains(&skey), "signed by {skey}, which had ended");
        let id = call.id;
        let app_call = self.calls.get_mut(&id).expect("only calls of the app are sent");
        assert_eq!(app_call.outcome, PENDING, "a settled call was sent");
        assert!(app_call.sent.is_none(), "a call was sent twice at once");
        app_call.turn += 1;
        app_call.sent = Some(call);
        app_call.skey = skey.clone();
        // The next look is sooner than a whole period from now.
        app_call.waited_ms = -super::patrol::PERIOD_MS;
        let (turn, url, name) = (app_call.turn, app_call.ask.url.clone(), app_call.ask.name().to_owned());
        self.watch_pending();
        self.note(&format!("request {name} {skey}"), &data);
        self.ask_server(Api::Request, Asker::Call(id, turn), url, header);
    }

    pub(super) fn settle(&mut self, call: CallId, outcome: Result<(), Failure>) {
        let app_call = self.calls.get_mut(&call).expect("only calls of the app settle");
        assert_eq!(app_call.outcome, PENDING, "a call settled twice");
        app_call.outcome = Some(outcome);
        app_call.sent = None;
        app_call.turn += 1;
    }

    fn announce(&mut self, session: Option<Session<Json>>) {
        if self.clearing
            && let Some(ended) = &self.session
        {
            self.ended.insert(Json(ended.clone()).text(Word::Skey));
        }
        self.header = session.as_ref().map(|session| session.header());
        if session.is_none() && self.clearing {
            self.flight = None;
            self.logins_at_clear = self.count("login");
        }
        if session.is_some() {
            self.backs_off_until_ms = 0.0;
        }
        self.session = session.map(|session| session.stored().0);
        self.check_announced();
    }

    /// Takes note of sessions that the server refuses.
    pub(super) fn note_end(&mut self, input: &Input<Json>) {
        if let Input::Answered { call, status, body } = input
            && call.signed_by.is_some()
            && self.settings.protocol.judge(*status, body, true) == Verdict::Expired
        {
            let skey = self.calls[&call.id].skey.clone();
            self.ended.insert(skey);
        }
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

    /// While a failed login holds others back, one begins only if the app asks for it expressly.
    fn check_back_off(&self) {
        let asked = self
            .calls
            .values()
            .any(|call| call.outcome == PENDING && matches!(call.ask.goal, Goal::Login | Goal::Relogin));
        let early = self.now_ms + 1.0 < self.backs_off_until_ms && self.clock_set_by_ms == 0.0;
        assert!(asked || !early, "a login began although the last one failed a short while ago");
    }

    fn take_off(&mut self, id: FlightId, within_ms: f64, is_check: bool) {
        let busy = self.flight.is_some_and(|flight| self.now_ms + 1.0 < flight.until_ms);
        assert!(!busy, "a check or login began while another was on its way");
        self.flight = Some(Flight { id, until_ms: self.now_ms + within_ms, is_check });
    }
}

fn login_fails(flight: FlightId) -> impl Fn(Json) -> Input<Json> {
    move |error| Input::LoginFailed { flight, error }
}
