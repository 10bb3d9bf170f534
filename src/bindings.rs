//! What JS sees of the core: numbers in, numbers out, so that no glue is needed. Conversions only, no policy.
//!
//! An input goes in by [`start`], [`answered`] or [`input`], which answer the first command that follows, or 0; JS
//! carries it out and goes on with [`poll`] as long as a command says that there are more. A command is one number:
//! its [`Op`] in the low 5 bits, 1 in the next one if there are more, the attempt in the next 3 and the call's id in
//! the other 23. The upper 26 bits are the ticket that JS hands back with the answer. What else belongs to a command
//! is there until the next one: numbers by [`number`], a value by [`value`].
//!
//! A value of JS is the number of its place in a table that JS keeps; 0 is undefined. The core never gives a place
//! back. Instead, JS asks it by [`sweep`] to name those that it still holds, and forgets the others.

mod codes;

use std::sync::{Mutex, MutexGuard};

use wasm_bindgen::prelude::*;

use crate::core::{
    Address, Attempt, CallId, CallOptions, Cause, CheckMode, Command, EventKind, Failure, FlightId, Goal,
    Input, Kind, Lifecycle, LoginMode, Place, Protocol, Settings, TUNNEL_ERRORS, Tunnel, TunnelInput, Value,
    Word,
};

pub use codes::{InputKind, NumberSetting, Op, Table, TunnelInputKind};

const OP_BITS: u32 = 5;
const MORE: u32 = 1 << OP_BITS;
const ATTEMPT_SHIFT: u32 = OP_BITS + 1;
const ID_SHIFT: u32 = ATTEMPT_SHIFT + Attempt::BITS;

#[cfg_attr(not(feature = "test-host"), wasm_bindgen(raw_module = "host"))]
#[cfg_attr(feature = "test-host", wasm_bindgen(module = "/tests/bindings/host.js"))]
extern "C" {
    /// The number of the value's [`Kind`].
    fn kind(value: u32) -> u32;
    /// The value of a field, or undefined.
    fn field(value: u32, name: u32) -> u32;
    /// 1 if the value is the word, or a number that prints as it.
    fn is(value: u32, text: u32) -> u32;
    /// The integer that the value is, if 32 bits hold it, or 0.
    fn integer(value: u32) -> i32;
    /// A UTF-16 unit of the text that the value is, or [`Address::END`].
    fn letter(value: u32, index: u32) -> u32;
    /// 1 if both are the same scalar.
    fn same(value: u32, other: u32) -> u32;
    /// A new object.
    fn record() -> u32;
    /// Sets a field, unless the value is undefined.
    fn put(record: u32, name: u32, value: u32);
    /// Keeps a value; answers its new place.
    fn keep(value: u32) -> u32;
    /// A UTF-16 unit of a text, or [`Address::END`]. Text 0 is the login URL or the URL in question, the
    /// others are the trusted origins.
    fn unit(text: u32, index: u32) -> u32;
    /// A setting that is a number; see [`NumberSetting`].
    fn setting(number: u32) -> f64;
}

/// A value of JS: its place in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Js(pub u32);

impl Value for Js {
    fn kind(&self) -> Kind {
        match kind(self.0) {
            0 => Kind::Nothing,
            1 => Kind::Scalar,
            2 => Kind::Empty,
            3 => Kind::Record,
            _ => Kind::Other,
        }
    }

    fn field(&self, name: Word) -> Self {
        Js(field(self.0, name as u32))
    }

    fn is(&self, text: Word) -> bool {
        is(self.0, text as u32) != 0
    }

    fn integer(&self) -> i32 {
        integer(self.0)
    }

    fn unit(&self, index: u32) -> u32 {
        letter(self.0, index)
    }

    fn same(&self, other: &Self) -> bool {
        same(self.0, other.0) != 0
    }

    fn record() -> Self {
        Js(record())
    }

    fn with(self, name: Word, value: &Self) -> Self {
        put(self.0, name as u32, value.0);
        self
    }
}

/// Everything that one instance of the module knows.
struct State {
    lifecycle: Lifecycle<Js>,
    /// By their numbers.
    tunnels: Vec<Tunnel>,
    /// What belongs to the command that was handed out last.
    numbers: [f64; 2],
    value: Js,
}

/// The module runs in one thread, and nothing that runs while the state is locked can call back into it: the
/// functions of JS that the core calls only read and write fields.
static STATE: Mutex<State> =
    Mutex::new(State { lifecycle: Lifecycle::new(), tunnels: Vec::new(), numbers: [0.0; 2], value: NOTHING });

const NOTHING: Js = Js(0);

fn state() -> MutexGuard<'static, State> {
    match STATE.lock() {
        Ok(state) => state,
        Err(poisoned) => poisoned.into_inner(),
    }
}

impl State {
    fn handle(&mut self, input: Input<Js>, now_ms: f64) -> u32 {
        self.lifecycle.handle(input, now_ms);
        self.next()
    }

    fn next(&mut self) -> u32 {
        match self.lifecycle.poll() {
            Some(command) => {
                let more = if self.lifecycle.is_idle() { 0 } else { MORE };
                self.encode(command) | more
            }
            None => 0,
        }
    }

    fn encode(&mut self, command: Command<Js>) -> u32 {
        let none = (CallId(0), Attempt(0));
        let mut number = 0.0;
        self.value = NOTHING;
        let (op, (CallId(id), Attempt(attempt))) = match command {
            Command::ReadSession => (Op::ReadSession, none),
            Command::WriteSession(stored) => {
                self.value = stored;
                (Op::WriteSession, none)
            }
            Command::RemoveSession => (Op::RemoveSession, none),
            Command::Session(Some(session)) => {
                self.value = session.into_record();
                (Op::Session, none)
            }
            Command::Session(None) => (Op::NoSession, none),
            Command::CheckSession(FlightId(flight)) => {
                number = flight.into();
                (Op::CheckSession, none)
            }
            Command::WxLogin(FlightId(flight)) => {
                number = flight.into();
                (Op::WxLogin, none)
            }
            Command::LoginUserInfo(FlightId(flight)) => {
                number = flight.into();
                (Op::LoginUserInfo, none)
            }
            Command::LoginRequest { flight: FlightId(flight), header } => {
                number = flight.into();
                self.value = header;
                (Op::LoginRequest, none)
            }
            Command::UserInfo(call, attempt) => (Op::UserInfo, (call, attempt)),
            Command::Send { call, attempt, signed: false, .. } => (Op::SendBare, (call, attempt)),
            Command::Send { call, attempt, user_data: None, .. } => (Op::Send, (call, attempt)),
            Command::Send { call, attempt, user_data: Some(user_data), .. } => {
                self.value = user_data;
                (Op::SendUserData, (call, attempt))
            }
            Command::AbortRequest(call) => (Op::AbortRequest, (call, Attempt(0))),
            Command::Succeed(call) => (Op::Succeed, (call, Attempt(0))),
            Command::Fail { call, failure, detail } => {
                number = f64::from(failure as u8);
                self.value = detail.unwrap_or(NOTHING);
                (Op::Fail, (call, Attempt(0)))
            }
            Command::Wake(in_ms) => {
                number = in_ms;
                (Op::Wake, none)
            }
            Command::Event { kind, call, failure } => {
                number = f64::from(kind as u8);
                self.numbers[1] = failure.map_or(-1.0, |failure| f64::from(failure as u8));
                (Op::Event, (call.unwrap_or(CallId(0)), Attempt(0)))
            }
        };
        self.numbers[0] = number;
        op as u32 | u32::from(attempt) << ATTEMPT_SHIFT | id << ID_SHIFT
    }
}

fn cause_of(number: u32) -> Cause {
    match number {
        1 => Cause::Timeout,
        2 => Cause::Aborted,
        3 => Cause::Denied,
        4 => Cause::Privacy,
        5 => Cause::Unavailable,
        _ => Cause::Other,
    }
}

fn call_of(ticket: u32) -> (CallId, Attempt) {
    let attempt = (ticket & ((1 << Attempt::BITS) - 1)) as u8;
    (CallId(ticket >> Attempt::BITS), Attempt(attempt))
}

/// A call was made. `flags`: goal in bits 0 to 2, login in bit 3, place in bits 4 and 5, withUserInfo in bit 6.
/// `user_data`: headers with user data that the caller brings, or 0.
#[wasm_bindgen]
pub fn start(id: u32, flags: u32, timeout_ms: f64, user_data: u32, now_ms: f64) -> u32 {
    let options = CallOptions {
        goal: match flags & 7 {
            0 => Goal::Request,
            1 => Goal::Login,
            2 => Goal::Relogin,
            3 => Goal::UserInfo,
            _ => Goal::UserProfile,
        },
        login: flags & 8 != 0,
        place: match flags >> 4 & 3 {
            0 => Place::Foreign,
            1 => Place::Trusted,
            2 => Place::LoginUrl,
            _ => Place::Invalid,
        },
        with_user_info: flags & 64 != 0,
        user_data: (user_data != 0).then_some(Js(user_data)),
        timeout_ms,
    };
    state().handle(Input::Start(CallId(id), options), now_ms)
}

/// The server answered the request of a ticket. The core keeps nothing of the body.
#[wasm_bindgen]
pub fn answered(ticket: u32, status: u32, body: u32, now_ms: f64) -> u32 {
    let mut state = state();
    let verdict = state.lifecycle.settings().protocol.judge(status, &Js(body));
    let (call, attempt) = call_of(ticket);
    state.handle(Input::Answered { call, attempt, verdict }, now_ms)
}

/// Any other input; see [`InputKind`].
#[wasm_bindgen]
pub fn input(kind: u32, number: u32, code: u32, value: u32, detail: u32, now_ms: f64) -> u32 {
    const ABORT: u32 = InputKind::Abort as u32;
    const CLEAR: u32 = InputKind::Clear as u32;
    const OBSERVE: u32 = InputKind::Observe as u32;
    const CONFIGURE: u32 = InputKind::Configure as u32;
    const STORED: u32 = InputKind::Stored as u32;
    const CHECKED: u32 = InputKind::Checked as u32;
    const CODE: u32 = InputKind::Code as u32;
    const LOGIN_USER_INFO: u32 = InputKind::LoginUserInfo as u32;
    const LOGIN_ANSWERED: u32 = InputKind::LoginAnswered as u32;
    const LOGIN_FAILED: u32 = InputKind::LoginFailed as u32;
    const USER_INFO: u32 = InputKind::UserInfo as u32;
    const FAILED: u32 = InputKind::Failed as u32;
    let mut state = state();
    let protocol = state.lifecycle.settings().protocol;
    let flight = FlightId(number);
    let (call, attempt) = call_of(number);
    let (value, detail) = (Js(value), Js(detail));
    let input = match kind {
        ABORT => Input::Abort(CallId(number)),
        CLEAR => Input::Clear,
        OBSERVE => Input::Observe(number != 0),
        CONFIGURE => Input::Configure(settings()),
        STORED => Input::Stored(protocol.read_stored(&value)),
        CHECKED => Input::Checked { flight, valid: code != 0 },
        CODE => Input::Code { flight, code: value },
        LOGIN_USER_INFO => Input::LoginUserInfo { flight, data: value },
        LOGIN_ANSWERED => Input::LoginAnswered { flight, answer: protocol.read_login(code, &value), detail },
        LOGIN_FAILED => Input::LoginFailed { flight, cause: cause_of(code), detail },
        USER_INFO => Input::UserInfo { call, attempt, data: value },
        FAILED => Input::Failed { call, attempt, cause: cause_of(code) },
        _ => Input::Tick,
    };
    state.handle(input, now_ms)
}

/// What JS has configured.
fn settings() -> Settings {
    let number = |number: NumberSetting| setting(number as u32);
    let mut trusted_origins = Vec::new();
    for text in 1..=number(NumberSetting::TrustedOrigins) as u32 {
        if let Some(origin) = address(text) {
            trusted_origins.push(origin);
        }
    }
    Settings {
        login_url: address(0),
        trusted_origins,
        protocol: match number(NumberSetting::Protocol) {
            0.0 => Protocol::Wafer,
            1.0 => Protocol::Wafer2,
            _ => Protocol::Custom,
        },
        check: match number(NumberSetting::Check) {
            0.0 => CheckMode::Launch,
            1.0 => CheckMode::Always,
            _ => CheckMode::Never,
        },
        login_mode: match number(NumberSetting::LoginMode) {
            0.0 => LoginMode::Code,
            _ => LoginMode::CodeAndUserInfo,
        },
        login_ms: number(NumberSetting::LoginMs),
        check_session_ms: number(NumberSetting::CheckSessionMs),
        login_request_ms: number(NumberSetting::LoginRequestMs),
        max_logins_per_minute: number(NumberSetting::MaxLoginsPerMinute) as u32,
    }
}

fn address(text: u32) -> Option<Address> {
    Address::read(|index| unit(text, index))
}

/// The next command, or 0 if there is none; see the module's head.
#[wasm_bindgen]
pub fn poll() -> u32 {
    state().next()
}

/// A number of the command that was handed out last.
#[wasm_bindgen]
pub fn number(index: usize) -> f64 {
    state().numbers[index]
}

/// The value of the command that was handed out last, or 0.
#[wasm_bindgen]
pub fn value() -> u32 {
    state().value.0
}

/// Has JS keep the values that the core still holds, each at its new place. For the time between two inputs, when no
/// command is left.
#[wasm_bindgen]
pub fn sweep() {
    state().lifecycle.for_each_value(&mut |value| value.0 = keep(value.0));
}

/// The number of the [`Place`] where text 0 leads.
#[wasm_bindgen]
pub fn place() -> u32 {
    Place::of(address(0), state().lifecycle.settings()) as u32
}

/// Where a table of texts lies in memory: a line each in the order of their numbers, then a NUL; see [`Table`].
#[wasm_bindgen]
pub fn text(table: u32) -> *const u8 {
    const FAILURE: u32 = Table::Failure as u32;
    const EVENT: u32 = Table::Event as u32;
    const TUNNEL: u32 = Table::Tunnel as u32;
    let texts = match table {
        FAILURE => Failure::TEXTS,
        EVENT => EventKind::TEXTS,
        TUNNEL => TUNNEL_ERRORS,
        _ => Word::TEXTS,
    };
    texts.as_ptr()
}

/// An input of a tunnel; see [`TunnelInputKind`]. `tunnel` is its number, which JS gives out: a small one that no open
/// tunnel has. Answers the number of the `TunnelCommand` in the low 4 bits and that of the `TunnelStatus` above;
/// [`number`]`(0)` is when to answer `Tick`, in ms, 0 for never, less for when it was to be answered before.
#[wasm_bindgen]
pub fn tunnel(tunnel: usize, kind: u32, first: f64, second: f64) -> u32 {
    const OPEN: u32 = TunnelInputKind::Open as u32;
    const CLOSE: u32 = TunnelInputKind::Close as u32;
    const OFFERED: u32 = TunnelInputKind::Offered as u32;
    const NOT_CONNECTED: u32 = TunnelInputKind::NotConnected as u32;
    const OPENED: u32 = TunnelInputKind::Opened as u32;
    const LOST: u32 = TunnelInputKind::Lost as u32;
    const RETURNED: u32 = TunnelInputKind::Returned as u32;
    const PACKET: u32 = TunnelInputKind::Packet as u32;
    let input = match kind {
        OPEN => TunnelInput::Open { max_tries: first, increase_ms: second },
        CLOSE => TunnelInput::Close,
        OFFERED => TunnelInput::Offered,
        NOT_CONNECTED => TunnelInput::NotConnected(first),
        OPENED => TunnelInput::Opened,
        LOST => TunnelInput::Lost(first),
        RETURNED => TunnelInput::Returned,
        PACKET => TunnelInput::packet(&Js(second as u32), first),
        _ => TunnelInput::Tick(first),
    };
    let state = &mut *state();
    while state.tunnels.len() <= tunnel {
        state.tunnels.push(Tunnel::new());
    }
    let tunnel = &mut state.tunnels[tunnel];
    let command = tunnel.handle(input);
    state.numbers[0] = tunnel.wake_ms();
    command as u32 | (tunnel.status() as u32) << 4
}
