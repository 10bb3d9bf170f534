//! What goes into the state machine and what comes out of it.

use super::{CallId, CallOptions, EventKind, Failure, Random, SentCall, Session, Settings};

/// Number of a check or of a login step. An answer that carries an old number is late and changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct FlightId(pub u32);

impl FlightId {
    /// The number of the next flight.
    #[must_use]
    pub fn next(self) -> Self {
        FlightId(self.0.wrapping_add(1))
    }
}

/// Something that happened. `V` is a value of the host; an `error` or a body is handed in as the host got it, and it is
/// up to the core what it means.
#[derive(Clone, Debug)]
pub enum Input<V> {
    /// The first input of an instance that takes the place of one that was lost: how many logins it has to
    /// count; see [`Command::WxLogin`].
    Restore(u32),
    /// The configuration changed.
    Configure(Settings),
    /// Whether anybody listens to events.
    Observe(bool),
    /// The app made a call. The id is not in use.
    Start(CallId, CallOptions<V>),
    /// The app aborted a call that waits or fetches; nothing happens if it has settled.
    Abort(CallId),
    /// The app aborted a call that is on its way.
    AbortSent(CallId),
    /// The app logged out.
    Clear,
    /// Answer to [`Command::ReadSession`]: what is stored, whatever that is.
    Stored(V),
    /// Answer to [`Command::CheckSession`].
    Checked {
        /// The check.
        flight: FlightId,
        /// Whether WeChat's session_key is still good.
        valid: bool,
    },
    /// Answer to [`Command::WxLogin`].
    Code {
        /// The login step.
        flight: FlightId,
        /// The code.
        code: V,
        /// A random number, which decides how long to wait if the login with this code fails.
        random: Random,
    },
    /// Answer to [`Command::WxLogin`]: no login API exists here (single-page mode).
    LoginUnavailable {
        /// The login step.
        flight: FlightId,
    },
    /// Answer to [`Command::LoginUserInfo`]: what `wx.getUserInfo` gave.
    LoginUserInfo {
        /// The login step.
        flight: FlightId,
        /// The whole answer.
        data: V,
    },
    /// Answer to [`Command::LoginRequest`].
    LoginAnswered {
        /// The login step.
        flight: FlightId,
        /// The HTTP status.
        status: u32,
        /// The body.
        body: V,
        /// What the server said, for the caller's error; `retryAfter` in it is the wait that the server asks for by
        /// that header, in s.
        detail: V,
    },
    /// The login request was not sent: the app's own protocol made none.
    LoginUnsent {
        /// The login step.
        flight: FlightId,
        /// What was thrown.
        error: V,
    },
    /// A login step failed.
    LoginFailed {
        /// The login step.
        flight: FlightId,
        /// The host's error.
        error: V,
    },
    /// Answer to [`Command::UserInfo`]: what `wx.getUserInfo` or `wx.getUserProfile` gave.
    UserInfo {
        /// The call.
        call: CallId,
        /// The whole answer.
        data: V,
    },
    /// User data could not be had.
    UserInfoFailed {
        /// The call.
        call: CallId,
        /// The host's error.
        error: V,
    },
    /// The server answered a request.
    Answered {
        /// The call.
        call: SentCall<V>,
        /// The HTTP status.
        status: u32,
        /// The body.
        body: V,
    },
    /// A request failed.
    Failed {
        /// The call.
        call: CallId,
        /// The host's error.
        error: V,
    },
    /// A request has been on its way for long, without any other of its kind before it in the host's queue.
    Pending {
        /// The call.
        call: CallId,
        /// For how long at least, in ms.
        waited_ms: f64,
        /// The timeout that the caller or the configuration names, in ms; 0 if nobody does.
        timeout_ms: f64,
    },
    /// The network or the app is back.
    Returned,
    /// The timer that [`Command::Wake`] asked for went off.
    Tick,
}

/// Something for the host to do, in order.
#[derive(Clone, Debug, PartialEq)]
pub enum Command<V> {
    /// Read the stored session and answer [`Input::Stored`].
    ReadSession,
    /// Store this session under wafer's key.
    WriteSession(V),
    /// Delete the stored session.
    RemoveSession,
    /// From now on, this is the session: the header signs requests, `stored` is what the app sees.
    Session(Option<Session<V>>),
    /// Ask `wx.checkSession`.
    CheckSession(FlightId),
    /// Ask `wx.login` for a code.
    WxLogin {
        /// The login step.
        flight: FlightId,
        /// Automatic logins of the last minute or, where these are more, all logins of the last second, this one
        /// included: what [`Input::Restore`] tells the next instance, should this one be lost.
        counted: u32,
    },
    /// Ask `wx.getUserInfo`, for the login.
    LoginUserInfo(FlightId),
    /// Send the login request.
    LoginRequest {
        /// The login step.
        flight: FlightId,
        /// `{code, data, userInfo}`. `data` are the headers: the code and, where the server insists on it, the user
        /// data. `userInfo` is there in the latter case alone: what `wx.getUserInfo` gave.
        request: V,
    },
    /// Ask for user data for this call.
    UserInfo(CallId),
    /// Send the caller's request. The core keeps nothing of it: what becomes of it comes with [`SentCall`].
    Send {
        /// The call, to be handed back with what becomes of it.
        call: SentCall<V>,
        /// Further headers: encrypted user data.
        user_data: Option<V>,
    },
    /// Abort the request of this call that is on its way.
    AbortRequest(CallId),
    /// The call succeeded: hand over the last answer or, for a login, the user info.
    Succeed(CallId),
    /// The call failed.
    Fail {
        /// The call.
        call: CallId,
        /// How.
        failure: Failure,
        /// What the host or the server said of the login that failed. The host itself knows what was said of the call.
        detail: Option<V>,
        /// How long calls that need a login will fail likewise, in ms; 0 if they need not.
        retry_after_ms: f64,
    },
    /// Call back with [`Input::Tick`] after so many ms. This replaces an earlier wish of this kind.
    Wake(f64),
    /// Tell the listeners.
    Event {
        /// What happened.
        kind: EventKind,
        /// To which call, if to one.
        call: Option<CallId>,
        /// Of which failure, if of one.
        failure: Option<Failure>,
    },
}
