//! How WeChat and the server answer: at once, late, thrice, never, or by a failure, as the story scripts it.

use serde_json::{Value as Tree, json};
use wafer_client_wasm::core::{Attempt, CallId, Cause, FlightId, Input};

use super::Host;
use crate::json::Json;
use crate::script::{Api, Reply};

/// How long a request takes to its server, and the answer back; half of what WeChat takes.
const TRIP_MS: f64 = 10.0;

/// What is to happen at some time.
#[derive(Clone, Debug)]
pub enum Happening {
    Input(Input<Json>),
    Arrival { to: Asker, url: String, header: Json, replies: Vec<f64>, instead: Option<(u32, Tree)> },
    Answer { to: Asker, status: u32, body: Json },
}

/// Who waits for an answer.
#[derive(Clone, Copy, Debug)]
pub enum Asker {
    Login(FlightId),
    Call(CallId, Attempt),
}

impl Host {
    pub(super) fn later(&mut self, at_ms: f64, happening: Happening) {
        self.happenings += 1;
        self.agenda.push((at_ms, self.happenings, happening));
    }

    pub(super) fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Input(input) => self.handle(input),
            Happening::Arrival { to, url, header, replies, instead } => {
                let answer = instead.unwrap_or_else(|| self.server.borrow_mut().answer(&url, &header));
                for at_ms in replies {
                    let (status, body) = (answer.0, Json(answer.1.clone()));
                    self.later(at_ms, Happening::Answer { to, status, body });
                }
            }
            Happening::Answer { to, status, body } => {
                let protocol = self.lifecycle.settings().protocol;
                let input = match to {
                    Asker::Login(flight) => {
                        let answer = protocol.read_login(status, &body);
                        Input::LoginAnswered { flight, answer, detail: body }
                    }
                    Asker::Call(call, attempt) => {
                        Input::Answered { call, attempt, verdict: protocol.judge(status, &body) }
                    }
                };
                self.handle(input);
            }
        }
    }

    /// Takes note that a login step or check came to its end.
    pub(super) fn landed(&mut self, input: &Input<Json>) {
        let (Input::Checked { flight, .. }
        | Input::Code { flight, .. }
        | Input::LoginUserInfo { flight, .. }
        | Input::LoginAnswered { flight, .. }
        | Input::LoginFailed { flight, .. }) = input
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
        answer: impl Fn(Json) -> Input<Json>,
        failure: impl Fn(Cause) -> Input<Json>,
    ) {
        let soon_ms = self.now_ms + TRIP_MS / 2.0;
        let inputs = match self.reply(api) {
            Reply::Usual => vec![(soon_ms, answer(Json(usual)))],
            Reply::After(ms) => vec![(self.now_ms + ms, answer(Json(usual)))],
            Reply::Thrice => vec![
                (soon_ms, answer(Json(usual.clone()))),
                (soon_ms, answer(Json(usual))),
                (soon_ms, failure(Cause::Other)),
            ],
            Reply::Hang => Vec::new(),
            Reply::Fail(cause) => vec![(soon_ms, failure(cause))],
            Reply::Answer(_, value) => vec![(soon_ms, answer(Json(value)))],
        };
        for (at_ms, input) in inputs {
            self.later(at_ms, Happening::Input(input));
        }
    }

    pub(super) fn ask_server(&mut self, api: Api, to: Asker, url: String, header: Json) {
        let (there_ms, back_ms) = (self.now_ms + TRIP_MS, self.now_ms + 2.0 * TRIP_MS);
        let fails = |cause| match to {
            Asker::Login(flight) => Input::LoginFailed { flight, cause, detail: Json(json!("wx failed")) },
            Asker::Call(call, attempt) => Input::Failed { call, attempt, cause },
        };
        let (replies, instead) = match self.reply(api) {
            Reply::Usual => (vec![back_ms], None),
            Reply::After(ms) => (vec![self.now_ms + ms], None),
            Reply::Thrice => {
                self.later(back_ms + 1.0, Happening::Input(fails(Cause::Other)));
                (vec![back_ms, back_ms], None)
            }
            Reply::Hang => (Vec::new(), None),
            Reply::Fail(cause) => {
                self.later(back_ms, Happening::Input(fails(cause)));
                return;
            }
            Reply::Answer(status, body) => (vec![back_ms], Some((status, body))),
        };
        self.later(there_ms, Happening::Arrival { to, url, header, replies, instead });
    }
}
