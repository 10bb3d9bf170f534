//! What JS sees of the core: numbers in, numbers out, values of JS by handle. Conversions only, no policy.
//!
//! An input goes in by [`start`], [`answered`] or [`input`]; afterwards JS calls [`poll`] until it answers 0 and
//! carries out each command. A command is one number: its [`Op`] in the low 5 bits, the attempt in the next 3
//! and the call's id in the other 24. The upper 27 bits are the ticket that JS hands back with the answer. What
//! else belongs to a command is there until the next `poll`: numbers by [`number`], values by [`value`].

use std::cell::RefCell;

use wasm_bindgen::prelude::*;

use crate::core::{
    Attempt, CallId, CallOptions, Cause, CheckMode, Command, EventKind, Failure, FlightId, Goal, Input, Kind,
    Lifecycle, LoginMode, Origin, Place, Protocol, Settings, Value, Word,
};

const OP_BITS: u32 = 5;
const ID_SHIFT: u32 = OP_BITS + Attempt::BITS;

#[wasm_bindgen(raw_module = "host")]
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
    /// Store `value(0)`; answer `StoreFailed` if that fails.
    WriteSession,
    /// Delete the stored session.
    RemoveSession,
    /// The session is now `value(0)`, its header `value(1)`, its user info `value(2)`.
    Session,
    /// There is no session any more.
    NoSession,
    /// Ask `wx.checkSession` as flight `number(0)`.
    CheckSession,
    /// Ask `wx.login` as flight `number(0)`.
    WxLogin,
    /// Ask `wx.getUserInfo` as flight `number(0)`.
    LoginUserInfo,
    /// Send the login request with headers `value(0)` as flight `number(0)`; `value(1)` is the code, `value(2)`
    /// what `wx.getUserInfo` gave.
    LoginRequest,
    /// Ask for user data for the call.
    UserInfo,
    /// Send the call's request without the session.
    SendBare,
    /// Send the call's request with the session's header.
    Send,
    /// Send it with the session's header and the further headers `value(0)`.
    SendUserData,
    /// Abort the call's request.
    AbortRequest,
    /// The call succeeded.
    Succeed,
    /// The call failed by failure `number(0)`; `value(0)` is the detail, if any.
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
}

struct Registers {
    numbers: [f64; 2],
    values: [Option<Js>; 3],
}

thread_local! {
    static LIFECYCLE: RefCell<Lifecycle<Js>> = RefCell::new(Lifecycle::new());
    static SETTINGS: RefCell<Settings> = RefCell::new(Settings::default());
    static REGISTERS: RefCell<Registers> = const {
        RefCell::new(Registers { numbers: [0.0; 2], values: [None, None, None] })
    };
}

fn handle(input: Input<Js>, now_ms: f64) {
    LIFECYCLE.with_borrow_mut(|lifecycle| lifecycle.handle(input, now_ms));
}

fn protocol() -> Protocol {
    LIFECYCLE.with_borrow(|lifecycle| lifecycle.settings().protocol)
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
    let flight = FlightId(number);
    let input = match kind {
        kind if kind == InputKind::Abort as u32 => Input::Abort(CallId(number)),
        kind if kind == InputKind::Clear as u32 => Input::Clear,
        kind if kind == InputKind::Observe as u32 => Input::Observe(number != 0),
        kind if kind == InputKind::Configure as u32 => {
            Input::Configure(SETTINGS.with_borrow(Settings::clone))
        }
        kind if kind == InputKind::Stored as u32 => Input::Stored(protocol().read_stored(&value)),
        kind if kind == InputKind::StoreFailed as u32 => Input::StoreFailed,
        kind if kind == InputKind::CheckPassed as u32 => Input::Checked { flight, valid: true },
        kind if kind == InputKind::CheckFailed as u32 => Input::Checked { flight, valid: false },
        kind if kind == InputKind::Code as u32 => Input::Code { flight, code: value },
        kind if kind == InputKind::LoginUserInfo as u32 => Input::LoginUserInfo { flight, data: value },
        kind if kind == InputKind::UserInfo as u32 => {
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
    match LIFECYCLE.with_borrow_mut(Lifecycle::poll) {
        Some(command) => encode(command),
        None => 0,
    }
}

fn encode(command: Command<Js>) -> u32 {
    match command {
        Command::ReadSession => plain(Op::ReadSession),
        Command::WriteSession(stored) => with_values(Op::WriteSession, 0, [Some(stored), None, None]),
        Command::RemoveSession => plain(Op::RemoveSession),
        Command::Session(Some(session)) => {
            let values = [Some(session.stored), Some(session.header), Some(session.user_info)];
            with_values(Op::Session, 0, values)
        }
        Command::Session(None) => plain(Op::NoSession),
        Command::CheckSession(FlightId(flight)) => with_number(Op::CheckSession, flight.into()),
        Command::WxLogin(FlightId(flight)) => with_number(Op::WxLogin, flight.into()),
        Command::LoginUserInfo(FlightId(flight)) => with_number(Op::LoginUserInfo, flight.into()),
        Command::LoginRequest { flight: FlightId(flight), header, code, user_info } => {
            with_values(Op::LoginRequest, flight, [Some(header), Some(code), user_info])
        }
        Command::UserInfo(call, attempt) => word(Op::UserInfo, call, attempt),
        Command::Send { call, attempt, signed: false, .. } => word(Op::SendBare, call, attempt),
        Command::Send { call, attempt, user_data: None, .. } => word(Op::Send, call, attempt),
        Command::Send { call, attempt, user_data, .. } => {
            with_values(Op::SendUserData, 0, [user_data, None, None]);
            word(Op::SendUserData, call, attempt)
        }
        Command::AbortRequest(call) => word(Op::AbortRequest, call, Attempt(0)),
        Command::Succeed(call) => word(Op::Succeed, call, Attempt(0)),
        Command::Fail { call, failure, detail } => {
            with_values(Op::Fail, failure as u32, [detail, None, None]);
            word(Op::Fail, call, Attempt(0))
        }
        Command::Wake(in_ms) => with_number(Op::Wake, in_ms),
        Command::Event { kind, call, failure } => {
            let failure = failure.map_or(-1.0, |failure| f64::from(failure as u8));
            REGISTERS.with_borrow_mut(|registers| registers.numbers = [f64::from(kind as u8), failure]);
            word(Op::Event, call.unwrap_or(CallId(0)), Attempt(0))
        }
    }
}

fn plain(op: Op) -> u32 {
    op as u32
}

fn word(op: Op, CallId(id): CallId, Attempt(attempt): Attempt) -> u32 {
    op as u32 | u32::from(attempt) << OP_BITS | id << ID_SHIFT
}

fn with_number(op: Op, number: f64) -> u32 {
    REGISTERS.with_borrow_mut(|registers| registers.numbers[0] = number);
    plain(op)
}

fn with_values(op: Op, number: u32, values: [Option<Js>; 3]) -> u32 {
    REGISTERS.with_borrow_mut(|registers| {
        registers.numbers[0] = number.into();
        registers.values = values;
    });
    plain(op)
}

/// A number of the command that was polled last.
#[wasm_bindgen]
pub fn number(index: usize) -> f64 {
    REGISTERS.with_borrow(|registers| registers.numbers[index])
}

/// A value of the command that was polled last; it can be taken once.
#[wasm_bindgen]
pub fn value(index: usize) -> Option<Js> {
    REGISTERS.with_borrow_mut(|registers| registers.values[index].take())
}

/// Makes a setting that is a number; see [`NumberSetting`]. It comes into force by [`InputKind::Configure`].
#[wasm_bindgen]
pub fn set_number(setting: u32, number: f64) {
    SETTINGS.with_borrow_mut(|settings| match setting {
        key if key == NumberSetting::Protocol as u32 => {
            settings.protocol = match number as u32 {
                0 => Protocol::Wafer,
                1 => Protocol::Wafer2,
                _ => Protocol::Custom,
            };
        }
        key if key == NumberSetting::Check as u32 => {
            settings.check = match number as u32 {
                0 => CheckMode::Launch,
                1 => CheckMode::Always,
                _ => CheckMode::Never,
            };
        }
        key if key == NumberSetting::LoginMode as u32 => {
            settings.login_mode = if number == 0.0 { LoginMode::Code } else { LoginMode::CodeAndUserInfo };
        }
        key if key == NumberSetting::LoginMs as u32 => settings.login_ms = number,
        key if key == NumberSetting::CheckSessionMs as u32 => settings.check_session_ms = number,
        key if key == NumberSetting::LoginRequestMs as u32 => settings.login_request_ms = number,
        key if key == NumberSetting::MaxLoginsPerMinute as u32 => {
            settings.max_logins_per_minute = number as u32
        }
        _ => settings.trusted_origins.clear(),
    });
}

/// Sets the login URL, or with `trusted` adds a trusted origin. Answers 0 if the text has no origin.
#[wasm_bindgen]
pub fn set_text(trusted: u32, text: String) -> u32 {
    let Some(origin) = Origin::of(&text) else { return 0 };
    SETTINGS.with_borrow_mut(|settings| {
        if trusted == 0 {
            settings.login_url = Some(text);
        } else {
            settings.trusted_origins.push(origin);
        }
    });
    1
}

/// The number of the [`Place`] where a URL leads.
#[wasm_bindgen]
pub fn place(url: &str) -> u32 {
    LIFECYCLE.with_borrow(|lifecycle| Place::of(url, lifecycle.settings()) as u32)
}

/// A text of the core, which JS asks for once; see [`Table`]. Undefined past the end of the table.
#[wasm_bindgen]
pub fn text(table: u32, index: usize) -> Option<String> {
    let text = match table {
        table if table == Table::Failure as u32 => Failure::ALL.get(index)?.text(),
        table if table == Table::Event as u32 => EventKind::ALL.get(index)?.text(),
        _ => Word::ALL.get(index)?.text(),
    };
    Some(text.to_owned())
}
