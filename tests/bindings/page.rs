//! The JS side of the bindings: hands in inputs as the JS layer does, and reads each command into a typed value.
//!
//! The module holds one lifecycle for the whole run, as it does in an app. Every test begins with a log-out, an
//! hour after the one before, so that it finds no session and an untouched login budget.

use std::cell::{Cell, RefCell};

use gloo_utils::format::JsValueSerdeExt;
use js_sys::Array;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;
use wafer_client_wasm::bindings::{self, Js};
use wafer_client_wasm::codes::{InputKind, Op, command, facts};
use wafer_client_wasm::core::{Goal, Word};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

const HOUR_MS: f64 = 3_600_000.0;
/// A request that leads to a trusted place.
pub const API: &str = "https://api.example.com/user";

#[wasm_bindgen(module = "/tests/bindings/host.js")]
extern "C" {
    fn speak(words: &JsValue);
    fn hold(value: &JsValue) -> u32;
    fn lend(value: &JsValue) -> u32;
    fn held(place: u32) -> JsValue;
    /// How many places the table of values has.
    pub fn size() -> u32;
    fn renew();
    fn clock(now_ms: f64);
}

thread_local! {
    /// The settings, as js/ has them once they are checked.
    static SETTINGS: RefCell<serde_json::Value> = const { RefCell::new(serde_json::Value::Null) };
    static PROTOCOL: Cell<u32> = const { Cell::new(0) };
    static NOW_MS: Cell<f64> = const { Cell::new(1_700_000_000_000.0) };
    static LAST_CALL: Cell<u32> = const { Cell::new(0) };
    /// When the timer goes off that the core wished for last.
    static TIMER_MS: Cell<f64> = const { Cell::new(f64::INFINITY) };
}

/// A command as JS reads it.
#[derive(Debug)]
pub struct Command {
    /// What it asks for; the number of an [`Op`].
    pub op: u32,
    /// The call.
    pub call: u32,
    /// Its numbers.
    pub numbers: [f64; 2],
    /// Its value.
    pub value: JsValue,
}

impl Command {
    pub fn is(&self, op: Op) -> bool {
        self.op == op as u32
    }

    /// The flight that a check or a step of a login belongs to.
    pub fn flight(&self) -> u32 {
        self.numbers[0] as u32
    }

    /// The facts of a call that is sent.
    pub fn facts(&self) -> f64 {
        self.numbers[0]
    }

    /// Whether a call is sent with the session's header.
    pub fn is_signed(&self) -> bool {
        self.facts() >= f64::from(facts::GENERATION)
    }

    pub fn typed<T: DeserializeOwned>(&self) -> T {
        serde_wasm_bindgen::from_value(self.value.clone()).expect("a value of this shape")
    }
}

/// What signs a request.
#[derive(Debug, Deserialize, PartialEq)]
pub struct Header {
    #[serde(rename = "X-WX-Id")]
    pub id: Option<String>,
    #[serde(rename = "X-WX-Skey")]
    pub skey: String,
}

/// The login request's headers.
#[derive(Debug, Deserialize, PartialEq)]
pub struct LoginHeader {
    #[serde(rename = "X-WX-Code")]
    pub code: String,
    #[serde(rename = "X-WX-Encrypted-Data")]
    pub encrypted_data: Option<String>,
    #[serde(rename = "X-WX-IV")]
    pub iv: Option<String>,
}

/// What a login request is made of.
#[derive(Debug, Deserialize, PartialEq)]
pub struct LoginRequest {
    pub code: String,
    #[serde(rename = "data")]
    pub header: LoginHeader,
    #[serde(rename = "userInfo")]
    pub user_info: Option<serde_json::Value>,
}

/// A session of wafer, on the wire and in the storage.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WaferSession {
    pub id: String,
    pub skey: String,
    pub user_info: UserInfo,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserInfo {
    pub nick_name: String,
}

/// A login answer of wafer's servers.
#[derive(Debug, Serialize)]
pub struct LoginAnswer {
    #[serde(rename = "F2C224D4-2BCE-4C64-AF9F-A6D872000D1A")]
    pub magic: u8,
    pub session: WaferSession,
}

/// What the core announces as the session.
#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct Announced {
    pub skey: String,
    pub session: WaferSession,
    #[serde(rename = "data")]
    pub header: Header,
    pub user_info: UserInfo,
}

/// A refusal of wafer's servers.
#[derive(Debug, Serialize)]
pub struct Refusal<'a> {
    #[serde(rename = "F2C224D4-2BCE-4C64-AF9F-A6D872000D1A")]
    pub magic: u8,
    pub error: &'a str,
}

pub fn expired() -> JsValue {
    js(&Refusal { magic: 1, error: "ERR_INVALID_SESSION" })
}

pub fn session(skey: &str) -> WaferSession {
    let user_info = UserInfo { nick_name: "新用户".to_owned() };
    WaferSession { id: "id".to_owned(), skey: skey.to_owned(), user_info }
}

/// A Rust value as the JS object that a server's answer is.
pub fn js(value: &impl Serialize) -> JsValue {
    serde_wasm_bindgen::to_value(value).expect("plain data")
}

/// A value's place in the table.
pub fn handle(value: impl Into<JsValue>) -> Js {
    Js(hold(&value.into()))
}

/// The value at a place.
pub fn value_of(value: Js) -> JsValue {
    held(value.0)
}

/// Forgets the values that the core does not hold.
pub fn sweep() {
    renew();
    bindings::sweep();
}

fn now_ms() -> f64 {
    NOW_MS.get()
}

fn set_now_ms(now_ms: f64) {
    NOW_MS.set(now_ms);
    clock(now_ms);
}

/// Lets time pass, with the timer going off when it is due.
pub fn pass(ms: f64) -> Vec<Command> {
    let until_ms = now_ms() + ms;
    let mut commands = Vec::new();
    while TIMER_MS.get() <= until_ms {
        set_now_ms(TIMER_MS.get());
        commands.extend(tick());
    }
    set_now_ms(until_ms);
    commands
}

/// How long until the timer goes off, in ms.
pub fn timer_in_ms() -> f64 {
    TIMER_MS.get() - now_ms()
}

/// The timer goes off.
pub fn tick() -> Vec<Command> {
    TIMER_MS.set(f64::INFINITY);
    input(InputKind::Tick, 0, JsValue::UNDEFINED)
}

/// A fresh start: default settings, a login URL, nobody logged in, no call pending.
pub fn open() {
    let words: Array = Word::ALL.iter().map(|word| JsValue::from(word.text())).collect();
    speak(&words);
    pass(HOUR_MS);
    input(InputKind::Observe, 0, JsValue::UNDEFINED);
    SETTINGS.set(json!({
        "loginUrl": "https://api.example.com/login",
        "trustedOrigins": [],
        "checkSession": "launch",
        "loginMode": "code",
        "deadlines": { "loginMs": 10_000, "checkSessionMs": 3_000, "loginRequestMs": 15_000 },
        "maxLoginsPerMinute": 5,
    }));
    PROTOCOL.set(0);
    configure();
    input(InputKind::Clear, 0, JsValue::UNDEFINED);
}

/// Sets the login URL and forgets the trusted origins; [`configure`] brings it into force.
pub fn log_in_at(url: &str) {
    set("/loginUrl", url);
    trust(&[]);
}

/// Sets the trusted origins; [`configure`] brings them into force.
pub fn trust(origins: &[&str]) {
    set("/trustedOrigins", origins);
}

/// Sets a setting, by its JSON pointer; [`configure`] brings it into force.
pub fn set(pointer: &str, value: impl Into<serde_json::Value>) {
    SETTINGS.with_borrow_mut(|settings| {
        *settings.pointer_mut(pointer).expect("a setting") = value.into();
    });
}

/// Sets the protocol's number; [`configure`] brings it into force.
pub fn speak_protocol(number: u32) {
    PROTOCOL.set(number);
}

pub fn configure() -> Vec<Command> {
    let settings = SETTINGS.with_borrow(|settings| JsValue::from_serde(settings).expect("plain data"));
    input(InputKind::Configure, PROTOCOL.get(), settings)
}

/// How many units of a URL decide that it leads to a trusted place; 0 if it does not.
pub fn trusted(url: &str) -> u32 {
    bindings::trusted(lend(&url.into()))
}

/// Reads the first command that followed an input, and polls the others. A wish for the timer is fulfilled here;
/// whether there is one depends on the tests before.
pub fn read(mut word: u32) -> Vec<Command> {
    let mut commands = Vec::new();
    while word != 0 {
        let read = Command {
            op: word & (command::MORE - 1),
            call: word >> command::ID_SHIFT,
            numbers: [bindings::number(0), bindings::number(1)],
            value: held(bindings::value()),
        };
        if read.is(Op::Wake) {
            TIMER_MS.set(now_ms() + read.numbers[0]);
        } else {
            commands.push(read);
        }
        let next = bindings::poll();
        assert_eq!(word & command::MORE != 0, next != 0, "a command says whether there are more");
        word = next;
    }
    commands
}

pub fn input(kind: InputKind, number: u32, value: impl Into<JsValue>) -> Vec<Command> {
    full_input(kind, number, 0, value, JsValue::UNDEFINED)
}

fn full_input(
    kind: InputKind,
    number: u32,
    code: u32,
    value: impl Into<JsValue>,
    detail: impl Into<JsValue>,
) -> Vec<Command> {
    let (value, detail) = (handle(value), handle(detail));
    read(bindings::input(kind as u32, number, code, value.0, detail.0))
}

/// The id of the next call.
pub fn next_call() -> u32 {
    LAST_CALL.set(LAST_CALL.get() + 1);
    LAST_CALL.get()
}

/// Starts a call with `login: true` at the API and answers its id and what is to be done.
pub fn start(goal: Goal) -> (u32, Vec<Command>) {
    start_with(goal as u32 | facts::LOGIN, API)
}

/// A call without login.
pub fn start_bare(url: &str) -> (u32, Vec<Command>) {
    start_with(Goal::Request as u32, url)
}

pub fn start_with(facts: u32, url: &str) -> (u32, Vec<Command>) {
    let call = next_call();
    (call, start_call(call, facts, url, JsValue::UNDEFINED))
}

pub fn start_call(call: u32, facts: u32, url: &str, user_data: impl Into<JsValue>) -> Vec<Command> {
    read(bindings::start(call, facts.into(), handle(url).0, handle(user_data).0))
}

/// The server answered a call to the API that was sent.
pub fn answered(sent: &Command, status: u32, body: impl Into<JsValue>) -> Vec<Command> {
    answered_with(sent, JsValue::UNDEFINED, status, body)
}

/// The server answered a call that was sent with user data of the caller.
pub fn answered_with(
    sent: &Command,
    user_data: impl Into<JsValue>,
    status: u32,
    body: impl Into<JsValue>,
) -> Vec<Command> {
    let (url, user_data) = (handle(API).0, handle(user_data).0);
    let body = lend(&body.into());
    read(bindings::answered(sent.call, sent.facts(), url, user_data, status, body))
}

/// What wx says when something fails.
pub fn wx_error(errno: Option<u32>, message: &str) -> JsValue {
    let error = match errno {
        Some(errno) => json!({ "errMsg": message, "errno": errno }),
        None => json!({ "errMsg": message }),
    };
    JsValue::from_serde(&error).expect("plain data")
}

pub fn failed(call: u32, error: impl Into<JsValue>) -> Vec<Command> {
    input(InputKind::Failed, call, error)
}

pub fn checked(flight: u32, valid: bool) -> Vec<Command> {
    full_input(InputKind::Checked, flight, valid.into(), JsValue::UNDEFINED, JsValue::UNDEFINED)
}

pub fn login_answered(flight: u32, status: u32, body: impl Into<JsValue>) -> Vec<Command> {
    let body = body.into();
    full_input(InputKind::LoginAnswered, flight, status, body.clone(), body)
}

pub fn login_failed(flight: u32, error: impl Into<JsValue>) -> Vec<Command> {
    input(InputKind::LoginFailed, flight, error)
}

/// A call has been on its way for so long.
pub fn pending(call: u32, waited_ms: u32, timeout_ms: u32) -> Vec<Command> {
    read(bindings::input(InputKind::Pending as u32, call, waited_ms, timeout_ms, 0))
}

/// The only command there is, which asks for this.
pub fn only(commands: Vec<Command>, op: Op) -> Command {
    let [command] = <[Command; 1]>::try_from(commands).expect("one command");
    assert!(command.is(op), "{command:?} is not {op:?}");
    command
}

pub fn ops(commands: &[Command]) -> Vec<u32> {
    commands.iter().map(|command| command.op).collect()
}

pub fn numbers_of<const N: usize>(ops: [Op; N]) -> [u32; N] {
    ops.map(|op| op as u32)
}

/// Logs in with this skey.
pub fn log_in(skey: &str) {
    let (_, commands) = start(Goal::Login);
    let code = only(commands, Op::WxLogin);
    let request = only(input(InputKind::Code, code.flight(), "code"), Op::LoginRequest);
    let answer = LoginAnswer { magic: 1, session: session(skey) };
    let commands = login_answered(request.flight(), 200, js(&answer));
    assert_eq!(ops(&commands), numbers_of([Op::WriteSession, Op::Session, Op::Succeed]));
}

/// What `wx.getUserInfo` gives.
pub fn user_data() -> JsValue {
    JsValue::from_serde(&json!({ "encryptedData": "data", "iv": "iv", "userInfo": {} })).expect("plain data")
}

/// Logs in with this skey at a server that insists on user data.
pub fn log_in_with_user_info(skey: &str) {
    let (_, commands) = start(Goal::Login);
    let code = only(commands, Op::WxLogin);
    let asked = only(input(InputKind::Code, code.flight(), "code"), Op::LoginUserInfo);
    let request = only(input(InputKind::LoginUserInfo, asked.flight(), user_data()), Op::LoginRequest);
    let answer = LoginAnswer { magic: 1, session: session(skey) };
    let commands = login_answered(request.flight(), 200, js(&answer));
    assert_eq!(ops(&commands), numbers_of([Op::WriteSession, Op::Session, Op::Succeed]));
}
