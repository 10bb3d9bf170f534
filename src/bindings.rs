//! What JS sees of the core: numbers in, numbers out, so that no glue is needed. Conversions only, no policy.
//!
//! JS hands in an input by [`start`], [`answered`] or [`input`]. Each answers the first command that follows, or 0; JS
//! carries it out and goes on with [`poll`] as long as a command says that there are more. A command is one number: its
//! [`Op`] in the low 5 bits, 1 in the next bit if there are more, and the call's id in the other 26. A command may have
//! further numbers and a value, which [`number`] and [`value`] answer until the next command.
//!
//! At rest, [`pass`] answers whether JS may send and settle calls by itself.
//!
//! A value of JS is the number of its place in a table that JS keeps; 0 is undefined. The core never gives a place
//! back. Instead, JS asks it by [`sweep`] to name those that it still holds, and forgets the others.

use std::sync::{Mutex, MutexGuard};

use wasm_bindgen::prelude::*;

use crate::codes::{InputKind, Op, Table, TunnelInputKind, command, facts};
use crate::core::{
    Address, CallId, CallOptions, CheckMode, Command, EventKind, Failure, FlightId, Generation, Goal, Input,
    Kind, Lifecycle, LoginMode, Place, Protocol, Retry, SentCall, Session, Settings, TUNNEL_ERRORS, Tunnel,
    TunnelInput, Value, Word,
};

#[cfg_attr(not(feature = "test-host"), wasm_bindgen(raw_module = "host"))]
#[cfg_attr(feature = "test-host", wasm_bindgen(module = "/tests/bindings/host.js"))]
extern "C" {
    /// The number of the value's [`Kind`].
    fn kind(value: u32) -> u32;
    /// The value of a field, or undefined.
    fn field(value: u32, name: u32) -> u32;
    /// 1 if the value is the word, or a number that prints as it.
    fn is(value: u32, text: u32) -> u32;
    /// 1 if both are the same scalar.
    fn same(value: u32, other: u32) -> u32;
    /// A new object.
    fn record() -> u32;
    /// Sets a field, unless the value is undefined.
    fn put(record: u32, name: u32, value: u32);
    /// Keeps a value; answers its new place.
    fn keep(value: u32) -> u32;
    /// The integer that the value is, if 32 bits hold it, or 0.
    fn integer(value: u32) -> i32;
    /// A UTF-16 unit of a text, or [`Address::END`] past its end and for what is no text.
    fn unit(value: u32, index: u32) -> u32;
    /// The number that the value is, or 0.
    fn amount(value: u32) -> f64;
    /// An entry of a list, or undefined past its end.
    fn item(list: u32, index: u32) -> u32;
    /// Unix time in ms.
    fn now() -> f64;
}

/// A value of JS: its place in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Js(pub u32);

impl Value for Js {
    fn kind(&self) -> Kind {
        known(Kind::from_number(kind(self.0)), Kind::Other)
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
        unit(self.0, index)
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

/// What a number of JS means. A number that means nothing is a mistake in this package: tests trap, and the product
/// goes on with `otherwise`, the meaning that does least.
fn known<T>(meant: Option<T>, otherwise: T) -> T {
    debug_assert!(meant.is_some(), "a number that nobody declared");
    meant.unwrap_or(otherwise)
}

/// Everything that one instance of the module knows.
struct State {
    lifecycle: Lifecycle<Js>,
    /// By their numbers.
    tunnels: Vec<Tunnel>,
    /// What belongs to the command that was handed out last.
    numbers: [f64; 3],
    value: Js,
}

/// The module runs in one thread, and nothing that runs while the state is locked can call back into it: the
/// functions of JS that the core calls only read and write fields.
static STATE: Mutex<State> =
    Mutex::new(State { lifecycle: Lifecycle::new(), tunnels: Vec::new(), numbers: [0.0; 3], value: NOTHING });

const NOTHING: Js = Js(0);
/// JS hands in random numbers this many times as large as the core's.
const CHANCES: f64 = 4_294_967_296.0;

fn state() -> MutexGuard<'static, State> {
    match STATE.lock() {
        Ok(state) => state,
        Err(poisoned) => poisoned.into_inner(),
    }
}

impl State {
    fn handle(&mut self, input: Input<Js>) -> u32 {
        self.lifecycle.handle(input, now());
        self.next()
    }

    fn next(&mut self) -> u32 {
        match self.lifecycle.poll() {
            Some(command) => {
                let more = if self.lifecycle.is_idle() { 0 } else { command::MORE };
                self.encode(command) | more
            }
            None => 0,
        }
    }

    fn encode(&mut self, command: Command<Js>) -> u32 {
        let none = CallId(0);
        let mut number = 0.0;
        self.value = NOTHING;
        let (op, CallId(id)) = match command {
            Command::ReadSession => (Op::ReadSession, none),
            Command::WriteSession(stored) => {
                self.value = stored;
                (Op::WriteSession, none)
            }
            Command::RemoveSession => (Op::RemoveSession, none),
            Command::Session(session) => {
                self.value = session.map_or(NOTHING, Session::into_record);
                (Op::Session, none)
            }
            Command::CheckSession(FlightId(flight)) => {
                number = flight.into();
                (Op::CheckSession, none)
            }
            Command::WxLogin { flight: FlightId(flight), counted } => {
                number = flight.into();
                self.numbers[1] = counted.into();
                (Op::WxLogin, none)
            }
            Command::LoginUserInfo(FlightId(flight)) => {
                number = flight.into();
                (Op::LoginUserInfo, none)
            }
            Command::LoginRequest { flight: FlightId(flight), request } => {
                number = flight.into();
                self.value = request;
                (Op::LoginRequest, none)
            }
            Command::UserInfo(call) => (Op::UserInfo, call),
            Command::Send { call, user_data } => {
                number = facts_of(&call);
                self.value = user_data.unwrap_or(NOTHING);
                (Op::Send, call.id)
            }
            Command::AbortRequest(call) => (Op::AbortRequest, call),
            Command::Succeed(call) => (Op::Succeed, call),
            Command::Fail { call, failure, detail, retry_after_ms } => {
                number = f64::from(failure as u8);
                self.numbers[1] = retry_after_ms;
                self.value = detail.unwrap_or(NOTHING);
                (Op::Fail, call)
            }
            Command::Wake(in_ms) => {
                number = in_ms;
                (Op::Wake, none)
            }
            Command::Event { kind, call, failure } => {
                number = f64::from(kind as u8);
                self.numbers[1] = failure.map_or(-1.0, |failure| f64::from(failure as u8));
                (Op::Event, call.unwrap_or(none))
            }
        };
        self.numbers[0] = number;
        op as u32 | id << command::ID_SHIFT
    }
}

/// The facts of a call, as one number; see [`facts`].
fn facts_of(call: &SentCall<Js>) -> f64 {
    let flag = |is_set: bool, bit: u32| if is_set { bit } else { 0 };
    let flags = call.options.goal as u32
        | flag(call.options.login, facts::LOGIN)
        | flag(call.options.with_user_info, facts::WITH_USER_INFO)
        | (call.retry as u32) << facts::RETRY_SHIFT
        | flag(call.checked, facts::CHECKED);
    f64::from(flags) + signed_facts(call.signed_by)
}

fn signed_facts(signed_by: Option<Generation>) -> f64 {
    signed_by.map_or(0.0, |Generation(number)| f64::from(number) * f64::from(facts::GENERATION))
}

/// The call of these facts.
fn call_of(id: u32, given: f64, url: u32, user_data: u32) -> SentCall<Js> {
    let generation = (given / f64::from(facts::GENERATION)) as u32;
    let flags = (given - f64::from(generation) * f64::from(facts::GENERATION)) as u32;
    SentCall {
        id: CallId(id),
        options: CallOptions {
            goal: known(Goal::from_number(flags & (facts::LOGIN - 1)), Goal::Request),
            login: flags & facts::LOGIN != 0,
            with_user_info: flags & facts::WITH_USER_INFO != 0,
            url: Js(url),
            user_data: (user_data != 0).then_some(Js(user_data)),
        },
        signed_by: (generation != 0).then_some(Generation(generation)),
        retry: known(Retry::from_number(flags >> facts::RETRY_SHIFT & 3), Retry::Spent),
        checked: flags & facts::CHECKED != 0,
    }
}

/// A call was made, of these facts. `user_data`: headers with user data that the caller brings, or 0.
#[wasm_bindgen]
pub fn start(id: u32, facts: f64, url: u32, user_data: u32) -> u32 {
    let SentCall { id, options, .. } = call_of(id, facts, url, user_data);
    state().handle(Input::Start(id, options))
}

/// The server answered the request of a call, which went out with these facts. The core keeps what is handed in only
/// if it takes the call back.
#[wasm_bindgen]
pub fn answered(id: u32, facts: f64, url: u32, user_data: u32, status: u32, body: u32) -> u32 {
    let call = call_of(id, facts, url, user_data);
    state().handle(Input::Answered { call, status, body: Js(body) })
}

/// The pass as facts, or 0 if there is none; see [`Lifecycle::pass`]. A call that JS sends under it adds its own facts,
/// and may go out if these are below `number(2)`. `number(0)` is the field of a body that tells a plain answer, as a
/// word; `number(1)` is the number that the field must have, or -1 if the field must be missing.
#[wasm_bindgen]
pub fn pass() -> f64 {
    let state = &mut *state();
    let Some(pass) = state.lifecycle.pass() else { return 0.0 };
    let below = if pass.login { facts::WITH_USER_INFO } else { facts::LOGIN };
    state.numbers = [f64::from(pass.field as u8), pass.value.map_or(-1.0, f64::from), below.into()];
    signed_facts(Some(pass.generation))
}

/// Any other input; see [`InputKind`]. What a kind does not need, JS leaves out.
#[wasm_bindgen]
pub fn input(kind: u32, number: u32, code: u32, value: u32, detail: u32) -> u32 {
    let mut state = state();
    let flight = FlightId(number);
    let call = CallId(number);
    let (value, detail) = (Js(value), Js(detail));
    let input = match known(InputKind::from_number(kind), InputKind::Tick) {
        InputKind::Tick => Input::Tick,
        InputKind::Restore => Input::Restore(number),
        InputKind::Observe => Input::Observe(number != 0),
        InputKind::Configure => Input::Configure(settings(&value, number)),
        InputKind::Clear => Input::Clear,
        InputKind::Abort => Input::Abort(call),
        InputKind::AbortSent => Input::AbortSent(call),
        InputKind::Stored => Input::Stored(value),
        InputKind::Checked => Input::Checked { flight, valid: code != 0 },
        InputKind::Code => Input::Code { flight, code: value, random: f64::from(code) / CHANCES },
        InputKind::LoginUnsent => Input::LoginUnsent { flight, error: value },
        InputKind::Returned => Input::Returned,
        InputKind::LoginUnavailable => Input::LoginUnavailable { flight },
        InputKind::LoginUserInfo => Input::LoginUserInfo { flight, data: value },
        InputKind::LoginAnswered => Input::LoginAnswered { flight, status: code, body: value, detail },
        InputKind::LoginFailed => Input::LoginFailed { flight, error: value },
        InputKind::UserInfo => Input::UserInfo { call, data: value },
        InputKind::UserInfoFailed => Input::UserInfoFailed { call, error: value },
        InputKind::Failed => Input::Failed { call, error: value },
        InputKind::Pending => Input::Pending { call, waited_ms: code.into(), timeout_ms: value.0.into() },
    };
    state.handle(input)
}

/// What JS has configured, as the record that it checked; the protocol by its number.
fn settings(given: &Js, protocol: u32) -> Settings {
    let origins = given.field(Word::TrustedOrigins);
    let mut trusted_origins = Vec::new();
    for index in 0.. {
        let origin = item(origins.0, index);
        if origin == NOTHING.0 {
            break;
        }
        trusted_origins.extend(Address::of_value(&Js(origin)));
    }
    let deadlines = given.field(Word::Deadlines);
    let deadline = |name| amount(deadlines.field(name).0);
    let check = given.field(Word::CheckSession);
    Settings {
        login_url: Address::of_value(&given.field(Word::LoginUrl)),
        trusted_origins,
        protocol: Protocol::of_number(protocol),
        check: if check.is(Word::Always) {
            CheckMode::Always
        } else if check.is(Word::Never) {
            CheckMode::Never
        } else {
            CheckMode::Launch
        },
        login_mode: if given.field(Word::LoginMode).is(Word::CodeAndUserInfo) {
            LoginMode::CodeAndUserInfo
        } else {
            LoginMode::Code
        },
        login_ms: deadline(Word::LoginMs),
        check_session_ms: deadline(Word::CheckSessionMs),
        login_request_ms: deadline(Word::LoginRequestMs),
        max_logins_per_minute: given.field(Word::MaxLoginsPerMinute).integer() as u32,
    }
}

/// The length, in UTF-16 units, of the beginning of a URL that decides that it leads to a trusted place: every URL with
/// the same beginning leads there, too, or is the login URL. 0 if there is no such beginning.
#[wasm_bindgen]
pub fn trusted(url: u32) -> u32 {
    let address = Address::of_value(&Js(url));
    match Place::of(address.as_ref(), state().lifecycle.settings()) {
        Place::Trusted => address.map_or(0, |address| address.path_begins()),
        Place::LoginUrl | Place::Foreign | Place::Invalid => 0,
    }
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

/// Has JS keep the values that the core still holds, each at a new place. To be called between two inputs, when no
/// command is left.
#[wasm_bindgen]
pub fn sweep() {
    state().lifecycle.for_each_value(&mut |value| value.0 = keep(value.0));
}

/// Where a table of texts lies in memory: a line each in the order of their numbers, then a NUL; see [`Table`].
#[wasm_bindgen]
pub fn text(table: u32) -> *const u8 {
    let texts = match known(Table::from_number(table), Table::Word) {
        Table::Failure => Failure::TEXTS,
        Table::Event => EventKind::TEXTS,
        Table::Word => Word::TEXTS,
        Table::Tunnel => TUNNEL_ERRORS,
    };
    texts.as_ptr()
}

/// The address in memory of a text that every plain spelling of the login URL contains; see [`Address::distinctive`].
/// It holds until the settings change. `number(0)` is its length in bytes.
#[wasm_bindgen]
pub fn login_mark() -> *const u8 {
    let state = &mut *state();
    let login_url = state.lifecycle.settings().login_url.as_ref();
    let mark = login_url.map_or(&[][..], |address| address.distinctive());
    state.numbers[0] = mark.len() as f64;
    mark.as_ptr()
}

/// An input of a tunnel; see [`TunnelInputKind`]. `tunnel` is its number, which JS gives out: a small one that no open
/// tunnel has. Answers the number of the `TunnelCommand` in the low 4 bits and that of the `TunnelStatus` above;
/// [`number`]`(0)` is the time in ms after which JS is to answer `Tick`: 0 for never, a negative number to leave the
/// timer as it was set.
#[wasm_bindgen]
pub fn tunnel(tunnel: usize, kind: u32, first: f64, second: f64) -> u32 {
    let input = match known(TunnelInputKind::from_number(kind), TunnelInputKind::Returned) {
        TunnelInputKind::Open => TunnelInput::Open { max_tries: first, increase_ms: second },
        TunnelInputKind::Offered => TunnelInput::Offered,
        TunnelInputKind::NotConnected => TunnelInput::NotConnected(first),
        TunnelInputKind::Opened => TunnelInput::Opened,
        TunnelInputKind::Lost => TunnelInput::Lost(first),
        TunnelInputKind::Tick => TunnelInput::Tick(first),
        TunnelInputKind::Close => TunnelInput::Close,
        TunnelInputKind::Returned => TunnelInput::Returned,
        TunnelInputKind::Packet => TunnelInput::packet(&Js(second as u32), first),
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
