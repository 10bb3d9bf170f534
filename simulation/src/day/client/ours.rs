//! This package: the real core, and the part of js/ that matters here. As on a phone, calls go out under the pass, and
//! plain answers settle them without the core.

use wafer_client_wasm::core::Value;
use wafer_client_wasm::core::{
    Address, CallId as CoreCall, CallOptions, Command, FlightId, Goal, Input, Lifecycle, Pass, Retry,
    SentCall, Settings, Word,
};

use super::{Answer, CallId, Client, Cut, Effect, Outcome, Reply, Wx};
use crate::day::Ms;
use crate::day::fact::Fact;
use crate::day::server::Skey;

const LOGIN_URL: &str = "https://api.example.com/login";
const CALL_URL: &str = "https://api.example.com/user";
const NO_LOGIN: &str = "ERR_LOGIN_FAILED";
const OK: u32 = 200;

/// This package.
pub type Ours = Package<true>;
/// This package, as if it did not wait after a login that failed.
pub type WithoutBackoff = Package<false>;

/// One copy of the package in an app that is open. Without backing off, every random wait is over at once.
#[derive(Debug)]
pub struct Package<const BACKS_OFF: bool> {
    core: Lifecycle<Fact>,
    pass: Option<Pass>,
    /// The session that signs, as the core announced it last.
    session: Skey,
    /// The facts of the requests that are on their way.
    sent: Vec<SentCall<Fact>>,
    /// Inputs that follow from commands that were carried out.
    inputs: Vec<Input<Fact>>,
}

impl<const BACKS_OFF: bool> Client for Package<BACKS_OFF> {
    const NAME: &'static str = if BACKS_OFF { "wafer-client-wasm" } else { "wafer-client-wasm, no back-off" };

    fn open(wx: &mut Wx<'_>) -> Self {
        let mut ours =
            Package { core: Lifecycle::new(), pass: None, session: 0, sent: Vec::new(), inputs: Vec::new() };
        let settings = Settings { login_url: Address::of(LOGIN_URL), ..Settings::new() };
        ours.handle(Input::Configure(settings), wx);
        ours
    }

    fn call(&mut self, call: CallId, wx: &mut Wx<'_>) {
        let id = CoreCall(call);
        let options = CallOptions {
            goal: Goal::Request,
            login: true,
            with_user_info: false,
            url: Fact::Text(CALL_URL),
            user_data: None,
        };
        match self.pass {
            Some(pass) if pass.login => {
                let call = SentCall {
                    id,
                    options,
                    signed_by: Some(pass.generation),
                    retry: Retry::Left,
                    checked: false,
                };
                self.send(call, wx);
            }
            _ => self.handle(Input::Start(id, options), wx),
        }
    }

    fn answer(&mut self, answer: Answer, wx: &mut Wx<'_>) {
        match answer {
            Answer::Code(token, Some(code)) => {
                let random = if BACKS_OFF { wx.random } else { 0.0 };
                let code = Fact::Number(code);
                self.handle(Input::Code { flight: FlightId(token), code, random }, wx);
            }
            Answer::Code(token, None) => {
                let error = Fact::Error("login:fail net::ERR_INTERNET_DISCONNECTED");
                self.handle(Input::LoginFailed { flight: FlightId(token), error }, wx);
            }
            Answer::Checked(token, valid) => {
                self.handle(Input::Checked { flight: FlightId(token), valid }, wx);
            }
            Answer::Login(token, reply) => {
                let (status, body) = answer_of(reply);
                self.handle(Input::LoginAnswered { flight: FlightId(token), status, body, detail: body }, wx);
            }
            Answer::LoginFailed(token, cut) => {
                self.handle(Input::LoginFailed { flight: FlightId(token), error: error_of(cut) }, wx);
            }
            Answer::Call(token, reply) => self.answered(token, reply, wx),
            Answer::CallFailed(token, cut) => {
                if self.take_sent(token).is_some() {
                    self.handle(Input::Failed { call: CoreCall(token), error: error_of(cut) }, wx);
                }
            }
            Answer::Tick => self.handle(Input::Tick, wx),
            Answer::Returned => self.handle(Input::Returned, wx),
            Answer::UserInfo(..) => {}
        }
    }
}

impl<const BACKS_OFF: bool> Package<BACKS_OFF> {
    fn take_sent(&mut self, call: CallId) -> Option<SentCall<Fact>> {
        let index = self.sent.iter().position(|sent| sent.id.0 == call)?;
        Some(self.sent.swap_remove(index))
    }

    fn send(&mut self, call: SentCall<Fact>, wx: &mut Wx<'_>) {
        let skey = if call.signed_by.is_some() { self.session } else { 0 };
        wx.effects.push(Effect::Request(call.id.0, skey));
        self.sent.push(call);
    }

    fn answered(&mut self, call: CallId, reply: Reply, wx: &mut Wx<'_>) {
        let Some(sent) = self.take_sent(call) else { return };
        if self.pass.is_some() && reply == Reply::Fine {
            wx.effects.push(Effect::Settle(call, Outcome::Served));
            return;
        }
        let (status, body) = answer_of(reply);
        self.handle(Input::Answered { call: sent, status, body }, wx);
        // The core hands this answer to the caller, who sees the server's status.
        if status != OK
            && let Some(Effect::Settle(_, outcome)) = wx
                .effects
                .iter_mut()
                .rev()
                .find(|effect| matches!(effect, Effect::Settle(id, _) if *id == call))
            && *outcome == Outcome::Served
        {
            *outcome = Outcome::Status;
        }
    }

    /// Hands an input to the core and carries out the commands that follow.
    fn handle(&mut self, input: Input<Fact>, wx: &mut Wx<'_>) {
        self.pass = None;
        self.core.handle(input, wx.clock_ms);
        loop {
            while let Some(command) = self.core.poll() {
                self.carry_out(command, wx);
            }
            if self.inputs.is_empty() {
                break;
            }
            let input = self.inputs.remove(0);
            self.core.handle(input, wx.clock_ms);
        }
        self.pass = self.core.pass();
    }

    fn carry_out(&mut self, command: Command<Fact>, wx: &mut Wx<'_>) {
        match command {
            Command::ReadSession => self.inputs.push(Input::Stored(Fact::stored(wx.storage.skey))),
            Command::WriteSession(stored) => {
                // A session that cannot be stored is good for this launch; only `onEvent` would tell of it.
                let _ = wx.storage.write(stored.number());
            }
            Command::RemoveSession => wx.storage.skey = 0,
            Command::Session(session) => {
                self.session = session.map_or(0, |session| session.key().number());
            }
            Command::CheckSession(flight) => wx.effects.push(Effect::CheckSession(flight.0)),
            Command::WxLogin { flight, .. } => wx.effects.push(Effect::Login(flight.0)),
            Command::LoginRequest { flight, request } => {
                let code = request.field(Word::Code).number();
                let timeout = self.core.settings().login_request_ms as Ms;
                wx.effects.push(Effect::LoginRequest { token: flight.0, code, timeout });
            }
            Command::Send { call, .. } => self.send(call, wx),
            Command::Succeed(call) => wx.effects.push(Effect::Settle(call.0, Outcome::Served)),
            Command::Fail { call, .. } => wx.effects.push(Effect::Settle(call.0, Outcome::Failed)),
            Command::Wake(in_ms) => wx.effects.push(Effect::Wake(in_ms)),
            // The calls here ask for no user data, nobody listens to events, and this wx forgets no request.
            Command::LoginUserInfo(_)
            | Command::UserInfo(_)
            | Command::AbortRequest(_)
            | Command::Event { .. } => unreachable!("{command:?} was not asked for"),
        }
    }
}

/// HTTP status and body.
fn answer_of(reply: Reply) -> (u32, Fact) {
    match reply {
        Reply::Fine => (OK, Fact::Plain),
        Reply::Session(skey) => (OK, Fact::LoggedIn(skey)),
        Reply::LoginRefused => (OK, Fact::Refusal(NO_LOGIN)),
        Reply::SessionOver => (OK, Fact::Refusal(Word::InvalidSession.text())),
        Reply::SessionUnchecked => (OK, Fact::Refusal("ERR_CHECK_LOGIN_FAILED")),
        Reply::Status(status) => (status.into(), Fact::Text("<html>")),
    }
}

/// The error that wx gives.
fn error_of(cut: Cut) -> Fact {
    Fact::Error(match cut {
        Cut::Offline => "request:fail net::ERR_INTERNET_DISCONNECTED",
        Cut::Network => "request:fail net::ERR_CONNECTION_RESET",
        Cut::Timeout => "request:fail timeout",
        Cut::Interrupted => "request:fail interrupted",
    })
}
