//! Stories in which nothing answers by itself: every answer is a line of the story. simulation/ prints in this form
//! what it finds when it explores the core.

use serde_json::{Value as Tree, json};
use wafer_client_wasm::core::{CallId, Cause, Failure, Input, Word};

use super::answers::Asker;
use super::{Host, PENDING};
use crate::json::Json;
use crate::script::{Api, Reply};

/// Makes an input of what a host answers.
type Makes = Box<dyn Fn(Json) -> Input<Json>>;

/// What a server answers that refuses with this error.
pub fn refusal(error: &str) -> Tree {
    json!({ Word::Magic.text(): 1, "error": error })
}

/// The headers of user data that the caller brings.
pub fn own_data() -> Tree {
    json!({ Word::HeaderEncryptedData.text(): "data", Word::HeaderIv.text(): "iv" })
}

/// A question that the story has not answered yet.
pub(super) enum Question {
    /// To WeChat: for which call and in which turn of it, the usual answer, and what is made of an answer or an error.
    WeChat(Option<(CallId, u32)>, Tree, Makes, Makes),
    /// To the server.
    Server(Asker, String, Json),
}

const APIS: [Api; 5] = [Api::CheckSession, Api::Login, Api::UserInfo, Api::LoginRequest, Api::Request];
/// Longer than any answer takes.
const SOON_MS: f64 = 25.0;

impl Host {
    /// A first launch.
    pub fn by_hand() -> Self {
        let mut host = Host::new();
        APIS.into_iter().for_each(|api| host.always(api, Reply::Held));
        host
    }

    /// The check or step of a login that set out last is answered.
    pub fn answer(&mut self, reply: Reply) {
        let is_flight = |(_, question): &(Api, Question)| {
            matches!(question, Question::WeChat(None, ..) | Question::Server(Asker::Login(_), ..))
        };
        let index = self.held.iter().rposition(is_flight).expect("a check or login is on its way");
        self.let_go(index, reply);
    }

    /// What this call asked for last is answered.
    pub fn answer_to(&mut self, call: CallId, reply: Reply) {
        let is_its = |(_, question): &(Api, Question)| match question {
            Question::WeChat(Some((own, _)), ..) | Question::Server(Asker::Call(own, _), ..) => *own == call,
            Question::WeChat(None, ..) | Question::Server(Asker::Login(_), ..) => false,
        };
        let index = self.held.iter().rposition(is_its).expect("the call asked for something");
        self.let_go(index, reply);
    }

    /// The server refuses the session.
    pub fn expire(&mut self, call: CallId) {
        let skey = self.calls[&call].skey.clone();
        self.server.borrow_mut().refused.insert(skey);
        self.answer_to(call, Reply::Answer(200, refusal("ERR_INVALID_SESSION")));
    }

    /// wx forgets the request of a call for longer than it may take.
    pub fn forget(&mut self, call: CallId) {
        self.handle(Input::Pending { call, waited_ms: 1_800_000.0, timeout_ms: 0.0 });
    }

    /// The timer goes off that the core set.
    pub fn timer_goes_off(&mut self) {
        let at_ms = self.timer_ms.expect("a timer is set");
        self.run_for(at_ms - self.now_ms);
    }

    /// Time passes until something comes of it.
    pub fn wait(&mut self) {
        let (calls, commands) = (self.log.len(), self.settled());
        while self.timer_ms.is_some() && (self.log.len(), self.settled()) == (calls, commands) {
            self.timer_goes_off();
        }
    }

    fn settled(&self) -> usize {
        self.calls.values().filter(|call| call.outcome.is_some()).count()
    }

    /// From now on everything answers as it should, also what was asked before.
    pub fn answer_all(&mut self) {
        self.all_usual();
        while let Some((api, question)) = self.held.pop() {
            self.ask_again(api, question);
        }
    }

    /// From now on everything fails, also what was asked before.
    pub fn fail_all(&mut self) {
        APIS.into_iter().for_each(|api| self.always(api, Reply::Fail(Cause::Other)));
        while let Some((api, question)) = self.held.pop() {
            self.ask_again(api, question);
        }
    }

    /// The instance is lost, and with it what was under way.
    pub fn trap(&mut self) {
        self.held.clear();
        let pending: Vec<CallId> =
            self.calls.iter().filter(|(_, call)| call.outcome == PENDING).map(|(id, _)| *id).collect();
        for call in pending {
            self.settle(call, Err(Failure::Network));
        }
        self.lose_instance();
    }

    fn let_go(&mut self, index: usize, reply: Reply) {
        let (api, question) = self.held.remove(index);
        self.next(api, reply);
        self.ask_again(api, question);
        self.run_for(SOON_MS);
    }

    fn ask_again(&mut self, api: Api, question: Question) {
        match question {
            Question::WeChat(turn, usual, answer, failure) => {
                self.ask_for(turn, api, usual, answer, failure);
            }
            Question::Server(to, url, header) => self.ask_server(api, to, url, header),
        }
    }
}
