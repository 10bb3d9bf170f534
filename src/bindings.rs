//! What JS sees of the core: numbers in, numbers out, values of JS by handle. Conversions only, no policy.
//!
//! An input goes in by [`start`], [`answered`] or [`input`]; afterwards JS calls [`poll`] until it answers 0 and
//! carries out each command. A command is one number: its [`Op`] in the low 5 bits, the attempt in the next 3
//! and the call's id in the other 24. The upper 27 bits are the ticket that JS hands back with the answer. What
//! else belongs to a command is there until the next `poll`: numbers by [`number`], a value by [`value`].

use std::sync::{Mutex, MutexGuard};

use wasm_bindgen::prelude::*;

use crate::core::{
    Attempt, CallId, CallOptions, Cause, CheckMode, Command, EventKind, Failure, FlightId, Goal, Input, Kind,
    Lifecycle, LoginMode, Origin, Place, Protocol, Settings, TUNNEL_ERRORS, Tunnel, TunnelInput, Value, Word,
};

const OP_BITS: u32 = 5;
const ID_SHIFT: u32 = OP_BITS + Attempt::BITS;

#[cfg_attr(not(feature = "test-host"), wasm_bindgen(raw_module = "host"))]
#[cfg_attr(feature = "test-host", wasm_bindgen(module = "/tests/bindings/host.js"))]
extern "C" {
    /// A value of JS.
    #[derive(Clone, Debug)]
    pub type Js;

    /// The number of the value's [`Kind`].
    #[wasm_bindgen(js_name = kind)]
    fn kind_of(value: &Js) -> u32;
    /// The value of a field, or undefined.
    #[wasm_bindgen(js_name = field)]
    fn field_of(value: &Js, name: u32) -> Js;
    /// 1 if the value is the word, or a number that prints as it.
    #[wasm_bindgen(js_name = is)]
    fn is_word(value: &Js, text: u32) -> u32;
    /// Sets a field.
    fn put(record: &Js, name: u32, value: &Js);
}

impl Value for Js {
    fn kind(&self) -> Kind {
        match kind_of(self) {
            0 => Kind::Nothing,
            1 => Kind::Scalar,
            2 => Kind::Empty,
            3 => Kind::Record,
            _ => Kind::Other,
        }
    }

    fn field(&self, name: Word) -> Self {
        field_of(self, name as u32)
    }

    fn is(&self, text: Word) -> bool {
        is_word(self, text as u32) != 0
    }

    fn same(&self, other: &Self) -> bool {
        js_sys::Object::is(self, other)
    }

    fn record() -> Self {
        JsCast::unchecked_into(js_sys::Object::new())
    }

    fn with(self, name: Word, value: &Self) -> Self {
        put(&self, name as u32, value);
        self
    }
}

/// What a command asks for; `poll` answers it in the low bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Op {
    /// Read the stored session; answer `Stored`.
    ReadSession = 1,
    /// Store `value()`; answer `StoreFailed` if that fails.
    WriteSession,
    /// Delete the stored session.
    RemoveSession,
    /// The session is now the record `value()`; see `Session::into_record`.
    Session,
    /// There is no session any more.
    NoSession,
    /// Ask `wx.checkSession` as flight `number(0)`.
    CheckSession,
    /// Ask `wx.login` as flight `number(0)`.
    WxLogin,
    /// Ask `wx.getUserInfo` as flight `number(0)`.
    LoginUserInfo,
    /// Send the login request with headers `value()` as flight `number(0)`.
    LoginRequest,
    /// Ask for user data for the call.
    UserInfo,
    /// Send the call's request without the session.
    SendBare,
    /// Send the call's request with the session's header.
    Send,
    /// Send it with the session's header and the further headers `value()`.
    SendUserData,
    /// Abort the call's request.
    AbortRequest,
    /// The call succeeded.
    Succeed,
    /// The call failed by failure `number(0)`; `value()` is the detail, if any.
    Fail,
    /// Answer `Tick` in `number(0)` ms.
    Wake,
    /// Tell the listeners of event kind `number(0)`, of failure `number(1)` unless that is -1; it belongs to the
    /// call, unless that is 0.
    Event,
}

/// Kinds of input for [`input`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum InputKind {
    /// Call `number` was aborted.
    Abort,
    /// The app logged out.
    Clear,
    /// The timer went off.
    Tick,
    /// `number` tells whether anybody listens to events.
    Observe,
    /// The settings made by [`set_number`] and [`set_text`] come into force.
    Configure,
    /// The storage holds `value`.
    Stored,
    /// The session could not be stored.
    StoreFailed,
    /// WeChat's session_key is good, says flight `number`.
    CheckPassed,
    /// It is not.
    CheckFailed,
    /// `wx.login` gave the code `value` to flight `number`.
    Code,
    /// `wx.getUserInfo` gave `value` to flight `number`.
    LoginUserInfo,
    /// User data `value` came for ticket `number`.
    UserInfo,
}

/// A setting that is a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum NumberSetting {
    /// Number of the [`Protocol`].
    Protocol,
    /// Number of the [`CheckMode`].
    Check,
    /// Number of the [`LoginMode`].
    LoginMode,
    /// `deadlines.loginMs`.
    LoginMs,
    /// `deadlines.checkSessionMs`.
    CheckSessionMs,
    /// `deadlines.loginRequestMs`.
    LoginRequestMs,
    /// `maxLoginsPerMinute`.
    MaxLoginsPerMinute,
    /// Forgets the trusted origins.
    NoTrustedOrigins,
}

/// Tables of text for [`text`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Table {
    /// [`Failure::text`].
    Failure,
    /// [`EventKind::text`].
    Event,
    /// [`Word::text`].
    Word,
    /// [`TUNNEL_ERRORS`].
    Tunnel,
}

/// Kinds of input for [`tunnel`], each for the [`TunnelInput`] of the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum TunnelInputKind {
    /// With `max_tries` and `increase_ms`.
    Open,
    /// Nothing with it.
    Offered,
    /// Nothing with it.
    NotConnected,
    /// Nothing with it.
    Opened,
    /// Nothing with it.
    Lost,
    /// Nothing with it.
    Tick,
    /// Nothing with it.
    Packet,
    /// Nothing with it.
    Close,
    /// Nothing with it.
    Ping,
    /// With the seconds.
    Timeout,
}

/// Everything that one instance of the module knows.
struct State {
    lifecycle: Lifecycle<Js>,
    tunnel: Tunnel,
    /// Settings that are being made; they come into force by [`InputKind::Configure`].
    settings: Settings,
    /// What belongs to the command that was polled last.
    numbers: [f64; 2],
    value: Option<Js>,
}

/// The module runs in one thread, and nothing that runs while the state is locked can call back into it: the
/// functions of JS that the core calls only read and write fields.
static STATE: Mutex<State> = Mutex::new(State {
    lifecycle: Lifecycle::new(),
    tunnel: Tunnel::new(),
    settings: Settings::new(),
    numbers: [0.0; 2],
    value: None,
});

fn state() -> MutexGuard<'static, State> {
    match STATE.lock() {
        Ok(state) => state,
        Err(poisoned) => poisoned.into_inner(),
    }
}

fn handle(input: Input<Js>, now_ms: f64) {
    state().lifecycle.handle(input, now_ms);
}

fn protocol() -> Protocol {
    state().lifecycle.settings().protocol
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
#[wasm_bindgen]
pub fn start(id: u32, flags: u32, timeout_ms: f64, now_ms: f64) {
    start_call(id, flags, timeout_ms, None, now_ms);
}

/// A call was made that brings headers with user data of its own.
#[wasm_bindgen]
pub fn start_with(id: u32, flags: u32, timeout_ms: f64, user_data: Js, now_ms: f64) {
    start_call(id, flags, timeout_ms, Some(user_data), now_ms);
}

fn start_call(id: u32, flags: u32, timeout_ms: f64, user_data: Option<Js>, now_ms: f64) {
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
        user_data,
        timeout_ms,
    };
    handle(Input::Start(CallId(id), options), now_ms);
}

/// The server answered the request of a ticket.
#[wasm_bindgen]
pub fn answered(ticket: u32, status: u32, body: &Js, now_ms: f64) {
    let verdict = protocol().judge(status, body);
    let (call, attempt) = call_of(ticket);
    handle(Input::Answered { call, attempt, verdict }, now_ms);
}

/// The request or the user data of a ticket failed.
#[wasm_bindgen]
pub fn failed(ticket: u32, cause: u32, now_ms: f64) {
    let (call, attempt) = call_of(ticket);
    handle(Input::Failed { call, attempt, cause: cause_of(cause) }, now_ms);
}

/// The server answered the login request.
#[wasm_bindgen]
pub fn login_answered(flight: u32, status: u32, body: &Js, detail: Js, now_ms: f64) {
    let answer = protocol().read_login(status, body);
    handle(Input::LoginAnswered { flight: FlightId(flight), answer, detail }, now_ms);
}

/// A login step failed.
#[wasm_bindgen]
pub fn login_failed(flight: u32, cause: u32, detail: Js, now_ms: f64) {
    let flight = FlightId(flight);
    handle(Input::LoginFailed { flight, cause: cause_of(cause), detail }, now_ms);
}

/// Any other input; see [`InputKind`].
#[wasm_bindgen]
pub fn input(kind: u32, number: u32, value: Js, now_ms: f64) {
    const ABORT: u32 = InputKind::Abort as u32;
    const CLEAR: u32 = InputKind::Clear as u32;
    const OBSERVE: u32 = InputKind::Observe as u32;
    const CONFIGURE: u32 = InputKind::Configure as u32;
    const STORED: u32 = InputKind::Stored as u32;
    const STORE_FAILED: u32 = InputKind::StoreFailed as u32;
    const CHECK_PASSED: u32 = InputKind::CheckPassed as u32;
    const CHECK_FAILED: u32 = InputKind::CheckFailed as u32;
    const CODE: u32 = InputKind::Code as u32;
    const LOGIN_USER_INFO: u32 = InputKind::LoginUserInfo as u32;
    const USER_INFO: u32 = InputKind::UserInfo as u32;
    let flight = FlightId(number);
    let input = match kind {
        ABORT => Input::Abort(CallId(number)),
        CLEAR => Input::Clear,
        OBSERVE => Input::Observe(number != 0),
        CONFIGURE => Input::Configure(state().settings.clone()),
        STORED => Input::Stored(protocol().read_stored(&value)),
        STORE_FAILED => Input::StoreFailed,
        CHECK_PASSED => Input::Checked { flight, valid: true },
        CHECK_FAILED => Input::Checked { flight, valid: false },
        CODE => Input::Code { flight, code: value },
        LOGIN_USER_INFO => Input::LoginUserInfo { flight, data: value },
        USER_INFO => {
            let (call, attempt) = call_of(number);
            Input::UserInfo { call, attempt, data: value }
        }
        _ => Input::Tick,
    };
    handle(input, now_ms);
}

/// The next command, or 0 if there is none; see the module's head.
#[wasm_bindgen]
pub fn poll() -> u32 {
    let mut state = state();
    match state.lifecycle.poll() {
        Some(command) => encode(command, &mut state),
        None => 0,
    }
}

fn encode(command: Command<Js>, state: &mut State) -> u32 {
    let mut number = |op: Op, number: f64| {
        state.numbers[0] = number;
        word(op, CallId(0), Attempt(0))
    };
    let plain = |op: Op| word(op, CallId(0), Attempt(0));
    match command {
        Command::ReadSession => plain(Op::ReadSession),
        Command::WriteSession(stored) => {
            state.value = Some(stored);
            plain(Op::WriteSession)
        }
        Command::RemoveSession => plain(Op::RemoveSession),
        Command::Session(Some(session)) => {
            state.value = Some(session.into_record());
            plain(Op::Session)
        }
        Command::Session(None) => plain(Op::NoSession),
        Command::CheckSession(FlightId(flight)) => number(Op::CheckSession, flight.into()),
        Command::WxLogin(FlightId(flight)) => number(Op::WxLogin, flight.into()),
        Command::LoginUserInfo(FlightId(flight)) => number(Op::LoginUserInfo, flight.into()),
        Command::LoginRequest { flight: FlightId(flight), header } => {
            let command = number(Op::LoginRequest, flight.into());
            state.value = Some(header);
            command
        }
        Command::UserInfo(call, attempt) => word(Op::UserInfo, call, attempt),
        Command::Send { call, attempt, signed: false, .. } => word(Op::SendBare, call, attempt),
        Command::Send { call, attempt, user_data: None, .. } => word(Op::Send, call, attempt),
        Command::Send { call, attempt, user_data, .. } => {
            state.value = user_data;
            word(Op::SendUserData, call, attempt)
        }
        Command::AbortRequest(call) => word(Op::AbortRequest, call, Attempt(0)),
        Command::Succeed(call) => word(Op::Succeed, call, Attempt(0)),
        Command::Fail { call, failure, detail } => {
            state.numbers[0] = f64::from(failure as u8);
            state.value = detail;
            word(Op::Fail, call, Attempt(0))
        }
        Command::Wake(in_ms) => number(Op::Wake, in_ms),
        Command::Event { kind, call, failure } => {
            let failure = failure.map_or(-1.0, |failure| f64::from(failure as u8));
            state.numbers = [f64::from(kind as u8), failure];
            word(Op::Event, call.unwrap_or(CallId(0)), Attempt(0))
        }
    }
}

fn word(op: Op, CallId(id): CallId, Attempt(attempt): Attempt) -> u32 {
    op as u32 | u32::from(attempt) << OP_BITS | id << ID_SHIFT
}

/// A number of the command that was polled last.
#[wasm_bindgen]
pub fn number(index: usize) -> f64 {
    state().numbers[index]
}

/// The value of the command that was polled last; it can be taken once.
#[wasm_bindgen]
pub fn value() -> Option<Js> {
    state().value.take()
}

/// Makes a setting that is a number; see [`NumberSetting`]. It comes into force by [`InputKind::Configure`].
#[wasm_bindgen]
pub fn set_number(setting: u32, number: f64) {
    const PROTOCOL: u32 = NumberSetting::Protocol as u32;
    const CHECK: u32 = NumberSetting::Check as u32;
    const LOGIN_MODE: u32 = NumberSetting::LoginMode as u32;
    const LOGIN_MS: u32 = NumberSetting::LoginMs as u32;
    const CHECK_SESSION_MS: u32 = NumberSetting::CheckSessionMs as u32;
    const LOGIN_REQUEST_MS: u32 = NumberSetting::LoginRequestMs as u32;
    const MAX_LOGINS_PER_MINUTE: u32 = NumberSetting::MaxLoginsPerMinute as u32;
    let settings = &mut state().settings;
    match setting {
        PROTOCOL => {
            settings.protocol = match number {
                0.0 => Protocol::Wafer,
                1.0 => Protocol::Wafer2,
                _ => Protocol::Custom,
            };
        }
        CHECK => {
            settings.check = match number {
                0.0 => CheckMode::Launch,
                1.0 => CheckMode::Always,
                _ => CheckMode::Never,
            };
        }
        LOGIN_MODE => {
            settings.login_mode = if number == 0.0 { LoginMode::Code } else { LoginMode::CodeAndUserInfo };
        }
        LOGIN_MS => settings.login_ms = number,
        CHECK_SESSION_MS => settings.check_session_ms = number,
        LOGIN_REQUEST_MS => settings.login_request_ms = number,
        MAX_LOGINS_PER_MINUTE => settings.max_logins_per_minute = number as u32,
        _ => settings.trusted_origins.clear(),
    }
}

/// Sets the login URL, or with `trusted` adds a trusted origin. Answers 0 if the text has no origin.
#[wasm_bindgen]
pub fn set_text(trusted: u32, text: String) -> u32 {
    let Some(origin) = Origin::of(&text) else { return 0 };
    let settings = &mut state().settings;
    if trusted == 0 {
        settings.login_url = Some(text);
    } else {
        settings.trusted_origins.push(origin);
    }
    1
}

/// The number of the [`Place`] where a URL leads.
#[wasm_bindgen]
pub fn place(url: &str) -> u32 {
    Place::of(url, state().lifecycle.settings()) as u32
}

/// A text of the core, which JS asks for once; see [`Table`]. Undefined past the end of the table.
#[wasm_bindgen]
pub fn text(table: u32, index: usize) -> Option<String> {
    const FAILURE: u32 = Table::Failure as u32;
    const EVENT: u32 = Table::Event as u32;
    const TUNNEL: u32 = Table::Tunnel as u32;
    let text = match table {
        FAILURE => Failure::ALL.get(index)?.text(),
        EVENT => EventKind::ALL.get(index)?.text(),
        TUNNEL => TUNNEL_ERRORS.get(index)?,
        _ => Word::ALL.get(index)?.text(),
    };
    Some(text.to_owned())
}

/// An input of the tunnel; see [`TunnelInputKind`]. Answers the number of the `TunnelCommand` in the low 4 bits and
/// that of the `TunnelStatus` above; [`number`]`(0)` is when to answer `Tick`, in ms, 0 for never.
#[wasm_bindgen]
pub fn tunnel(kind: u32, first: f64, second: f64) -> u32 {
    const OPEN: u32 = TunnelInputKind::Open as u32;
    const CLOSE: u32 = TunnelInputKind::Close as u32;
    const OFFERED: u32 = TunnelInputKind::Offered as u32;
    const NOT_CONNECTED: u32 = TunnelInputKind::NotConnected as u32;
    const OPENED: u32 = TunnelInputKind::Opened as u32;
    const LOST: u32 = TunnelInputKind::Lost as u32;
    const PACKET: u32 = TunnelInputKind::Packet as u32;
    const PING: u32 = TunnelInputKind::Ping as u32;
    const TIMEOUT: u32 = TunnelInputKind::Timeout as u32;
    let input = match kind {
        OPEN => TunnelInput::Open { max_tries: first, increase_ms: second },
        CLOSE => TunnelInput::Close,
        OFFERED => TunnelInput::Offered,
        NOT_CONNECTED => TunnelInput::NotConnected,
        OPENED => TunnelInput::Opened,
        LOST => TunnelInput::Lost,
        PACKET => TunnelInput::Packet,
        PING => TunnelInput::Ping,
        TIMEOUT => TunnelInput::Timeout(first),
        _ => TunnelInput::Tick,
    };
    let state = &mut *state();
    let command = state.tunnel.handle(input);
    state.numbers[0] = state.tunnel.wake_ms();
    command as u32 | (state.tunnel.status() as u32) << 4
}
