//! The clients that are compared: what each does with the calls of an app, on the same `wx`.

mod ours;
mod wafer;
mod wafer2;
mod we_request;

pub use ours::{Ours, WithoutBackoff};
pub use wafer::Wafer;
pub use wafer2::Wafer2;
pub use we_request::WeRequest;

use super::server::{Reply, Skey};
use super::wechat::Code;
use super::{MINUTE, Ms};

/// How long wx waits for an answer unless told otherwise.
pub const WX_TIMEOUT: Ms = MINUTE;

/// Number of a call of the app, in one launch.
pub type CallId = u32;
/// A number by which a client recognises an answer.
pub type Token = u32;

/// One copy of an SDK in an app that is open.
pub trait Client {
    /// The name of the client in documents.
    const NAME: &'static str;
    /// The units of work a second of the app's server, for each million of phones: about three times what an ordinary
    /// noon brings. A call is one unit.
    const CAPACITY: f64 = 2_500.0;

    /// The app starts.
    fn open(wx: &mut Wx<'_>) -> Self;
    /// The app makes a call with `login: true`.
    fn call(&mut self, call: CallId, wx: &mut Wx<'_>);
    /// wx answers.
    fn answer(&mut self, answer: Answer, wx: &mut Wx<'_>);
}

/// The `wx` that a client sees. The storage answers at once; everything else is an effect, whose answer comes later.
pub struct Wx<'a> {
    /// The phone's own clock, Unix time in ms.
    pub clock_ms: f64,
    /// The storage, which outlives the app.
    pub storage: &'a mut Storage,
    /// A fresh random number in [0, 1).
    pub random: f64,
    /// What the client asks for, in order.
    pub effects: &'a mut Vec<Effect>,
}

/// The part of wx's storage that holds the session.
#[derive(Clone, Copy, Debug)]
pub struct Storage {
    /// The skey of the stored session, 0 if there is none.
    pub skey: Skey,
    /// Whether writing fails.
    pub is_full: bool,
}

impl Storage {
    /// `setStorage`; answers whether it worked.
    #[must_use]
    pub fn write(&mut self, skey: Skey) -> bool {
        if !self.is_full {
            self.skey = skey;
        }
        !self.is_full
    }
}

/// A request of a client to wx.
#[derive(Clone, Copy, Debug)]
pub enum Effect {
    /// `wx.login`, answered by [`Answer::Code`].
    Login(Token),
    /// `wx.checkSession`, answered by [`Answer::Checked`].
    CheckSession(Token),
    /// `wx.getUserInfo`, answered by [`Answer::UserInfo`].
    UserInfo(Token),
    /// The login request, answered by [`Answer::Login`] or [`Answer::LoginFailed`].
    LoginRequest {
        /// The token of the answer.
        token: Token,
        /// The code that `wx.login` gave.
        code: Code,
        /// The `timeout` that wx is given.
        timeout: Ms,
    },
    /// A call's request, answered by [`Answer::Call`] or [`Answer::CallFailed`]; unsigned if the skey is 0.
    Request(Token, Skey),
    /// A timer, which replaces the one that was set before; answered by [`Answer::Tick`].
    Wake(f64),
    /// The call is over.
    Settle(CallId, Outcome),
}

/// How a call ended for the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It got what it asked for.
    Served,
    /// The app got an HTTP status other than one of success.
    Status,
    /// It failed.
    Failed,
}

/// Why wx's request got no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// The phone is offline.
    Offline,
    /// The connection broke, or could not be made.
    Network,
    /// wx gave up waiting.
    Timeout,
    /// The app was in the background.
    Interrupted,
}

/// What wx answers.
#[derive(Clone, Copy, Debug)]
pub enum Answer {
    /// `wx.login`: a code, or a failure.
    Code(Token, Option<Code>),
    /// `wx.checkSession`: whether WeChat's session_key is still good.
    Checked(Token, bool),
    /// `wx.getUserInfo` answered.
    UserInfo(Token, bool),
    /// The login request was answered.
    Login(Token, Reply),
    /// The login request got no answer.
    LoginFailed(Token, Cut),
    /// A call's request was answered.
    Call(Token, Reply),
    /// A call's request got no answer.
    CallFailed(Token, Cut),
    /// The timer went off.
    Tick,
    /// The app came back to the foreground, or the phone to the network.
    Returned,
}
