//! How WeChat and the server answer: at once, late, thrice, never, or by a failure, as the story scripts it.

use serde_json::{Value as Tree, json};
use wafer_client_wasm::core::{CallId, Cause, FlightId, Input, Pass, Protocol, SERVER_ERROR, Value};

use super::Host;
use super::by_hand::Question;
use crate::json::Json;
use crate::script::{Api, Reply, words_of};

/// How long a request takes to its server, and the answer back; half of what WeChat takes.
const TRIP_MS: f64 = 10.0;
/// Redirections and errors are no plain answers.
const REDIRECTION: u32 = 300;

/// What is to happen at some time.
#[derive(Clone, Debug)]
pub enum Happening {
    /// An answer of WeChat, of interest while the call's turn is this one, if it is for a call.
    Input(Option<(CallId, u32)>, Input<Json>),
    Arrival {
        to: Asker,
        url: String,
        header: Json,
        replies: Vec<f64>,
        instead: Option<(u32, Tree)>,
    },
    Answer {
        to: Asker,
        status: u32,
        body: Json,
    },
    Failure {
        to: Asker,
        error: Json,
    },
}

/// Who waits for an answer.
#[derive(Clone, Copy, Debug)]
pub enum Asker {
    Login(FlightId),
    /// A call, in its turn.
    Call(CallId, u32),
}

impl Host {
    pub(super) fn later(&mut self, at_ms: f64, happening: Happening) {
        self.happenings += 1;
        self.agenda.push((at_ms, self.happenings, happening));
    }

    pub(super) fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Input(turn, input) => {
                if turn.is_none_or(|(call, turn)| self.takes_turn(call, turn)) {
                    self.handle(input);
                }
            }
            Happening::Arrival { to, url, header, replies, instead } => {
                let answer = instead.unwrap_or_else(|| self.server.borrow_mut().answer(&url, &header));
                for at_ms in replies {
                    let (status, body) = (answer.0, Json(answer.1.clone()));
                    self.later(at_ms, Happening::Answer { to, status, body });
                }
            }
            Happening::Answer { to: Asker::Login(flight), status, body } => {
                self.handle(Input::LoginAnswered { flight, status, body: body.clone(), detail: body });
            }
            Happening::Answer { to: Asker::Call(call, turn), status, body } => {
                self.answered(call, turn, status, body);
            }
            Happening::Failure { to: Asker::Login(flight), error } => {
                self.handle(Input::LoginFailed { flight, error });
            }
            Happening::Failure { to: Asker::Call(call, turn), error } => {
                if self.takes_turn(call, turn) {
                    self.calls.get_mut(&call).expect("an own call").sent = None;
                    self.handle(Input::Failed { call, error });
                }
            }
        }
    }

    /// Whether an answer is the one that the call waits for; any other is late, or comes twice.
    fn takes_turn(&mut self, call: CallId, turn: u32) -> bool {
        let app_call = self.calls.get_mut(&call).expect("an own call");
        let is_its = app_call.turn == turn;
        app_call.turn += u32::from(is_its);
        is_its
    }

    fn answered(&mut self, call: CallId, turn: u32, status: u32, body: Json) {
        if !self.takes_turn(call, turn) {
            return;
        }
        let sent = self.calls.get_mut(&call).expect("an own call").sent.take().expect("it was sent");
        if self.pass.is_some_and(|pass| is_plain(pass, status, &body)) {
            return self.settle(call, Ok(()));
        }
        let mut body = body;
        if let Protocol::Custom(_) = self.settings.protocol {
            // What the developer's `isExpired` says, which is asked about answers to signed requests only.
            let is_asked = sent.signed_by.is_some() && status < SERVER_ERROR;
            body = Json(json!(if is_asked && body.0 == json!(-1) { -1 } else { 0 }));
        }
        self.handle(Input::Answered { call: sent, status, body });
    }

    /// Takes note that a login step or check came to its end.
    pub(super) fn landed(&mut self, input: &Input<Json>) {
        let (Input::Checked { flight, .. }
        | Input::Code { flight, .. }
        | Input::LoginUnavailable { flight }
        | Input::LoginUserInfo { flight, .. }
        | Input::LoginAnswered { flight, .. }
        | Input::LoginFailed { flight, .. }
        | Input::LoginUnsent { flight, .. }) = input
        else {
            return;
        };
        if self.flight.is_some_and(|own| own.id == *flight) {
            self.flight = None;
        }
    }

    pub(super) fn reply(&mut self, api: Api) -> Reply {
        let scripted = self.scripted.get_mut(&api);
        scripted
            .and_then(|(next, always)| next.pop_front().or_else(|| always.clone()))
            .unwrap_or(Reply::Usual)
    }

    /// Asks WeChat: `usual` is the answer as it should be.
    pub(super) fn ask(
        &mut self,
        api: Api,
        usual: Tree,
        answer: impl Fn(Json) -> Input<Json> + 'static,
        failure: impl Fn(Json) -> Input<Json> + 'static,
    ) {
        self.ask_for(None, api, usual, answer, failure);
    }

    /// Asks WeChat for a call, in its turn.
    pub(super) fn ask_for(
        &mut self,
        turn: Option<(CallId, u32)>,
        api: Api,
        usual: Tree,
        answer: impl Fn(Json) -> Input<Json> + 'static,
        failure: impl Fn(Json) -> Input<Json> + 'static,
    ) {
        let soon_ms = self.now_ms + TRIP_MS / 2.0;
        let inputs = match self.reply(api) {
            Reply::Usual => vec![(soon_ms, answer(Json(usual)))],
            Reply::After(ms) => vec![(self.now_ms + ms, answer(Json(usual)))],
            Reply::Thrice => vec![
                (soon_ms, answer(Json(usual.clone()))),
                (soon_ms, answer(Json(usual))),
                (soon_ms, failure(words_of(Cause::Other))),
            ],
            Reply::Hang => Vec::new(),
            Reply::Held => {
                let question = Question::WeChat(turn, usual, Box::new(answer), Box::new(failure));
                self.held.push((api, question));
                return;
            }
            // A login API that is missing is found out before it is called.
            Reply::Fail(Cause::Unavailable) => match failure(Json(Tree::Null)) {
                Input::LoginFailed { flight, .. } => vec![(soon_ms, Input::LoginUnavailable { flight })],
                other => vec![(soon_ms, other)],
            },
            Reply::Fail(cause) => vec![(soon_ms, failure(words_of(cause)))],
            Reply::Answer(_, value) => vec![(soon_ms, answer(Json(value)))],
        };
        for (at_ms, input) in inputs {
            self.later(at_ms, Happening::Input(turn, input));
        }
    }

    pub(super) fn ask_server(&mut self, api: Api, to: Asker, url: String, header: Json) {
        let (there_ms, back_ms) = (self.now_ms + TRIP_MS, self.now_ms + 2.0 * TRIP_MS);
        let fails = |cause| Happening::Failure { to, error: words_of(cause) };
        let (replies, instead) = match self.reply(api) {
            Reply::Usual => (vec![back_ms], None),
            Reply::After(ms) => (vec![self.now_ms + ms], None),
            Reply::Thrice => {
                self.later(back_ms + 1.0, fails(Cause::Other));
                (vec![back_ms, back_ms], None)
            }
            Reply::Hang => (Vec::new(), None),
            Reply::Held => {
                self.held.push((api, Question::Server(to, url, header)));
                return;
            }
            Reply::Fail(Cause::Unavailable) => {
                self.later(back_ms, fails(Cause::Other));
                return;
            }
            Reply::Fail(cause) => {
                self.later(back_ms, fails(cause));
                return;
            }
            Reply::Answer(status, body) => (vec![back_ms], Some((status, body))),
        };
        self.later(there_ms, Happening::Arrival { to, url, header, replies, instead });
    }
}

/// Whether an answer says nothing about the session, as far as the pass tells.
fn is_plain(pass: Pass, status: u32, body: &Json) -> bool {
    if status >= REDIRECTION {
        return false;
    }
    match &body.0 {
        Tree::String(text) => pass.value.is_none() && !text.contains(pass.field.text()),
        Tree::Object(_) => match pass.value {
            None => body.field(pass.field).0.is_null(),
            Some(value) => body.field(pass.field).0 == json!(value),
        },
        Tree::Null | Tree::Bool(_) | Tree::Number(_) | Tree::Array(_) => false,
    }
}
