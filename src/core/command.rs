//! What goes into the state machine and what comes out of it.

use super::{Attempt, CallId, CallOptions, Cause, EventKind, Failure, Session, Settings, Verdict};

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

/// Something that happened. `V` is a value of the host; `detail` is what the host knows of a failure, free of
/// secrets.
#[derive(Clone, Debug)]
pub enum Input<V> {
    /// The configuration changed.
    Configure(Settings),
    /// Whether anybody listens to events.
    Observe(bool),
    /// The app made a call. The id is not in use.
    Start(CallId, CallOptions<V>),
    /// The app aborted a call; nothing happens if it has settled.
    Abort(CallId),
    /// The app logged out.
    Clear,
    /// Answer to [`Command::ReadSession`].
    Stored(Option<Session<V>>),
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
    },
    /// Answer to [`Command::LoginUserInfo`]: what `wx.getUserInfo` gave.
    LoginUserInfo {
        /// The login step.
        flight: FlightId,
        /// The whole answer.
        data: V,
    },
    /// Answer to [`Command::LoginRequest`], read by the protocol.
    LoginAnswered {
        /// The login step.
        flight: FlightId,
        /// The session, or why there is none.
        answer: Result<Session<V>, Failure>,
        /// What the server said.
        detail: V,
    },
    /// A login step failed.
    LoginFailed {
        /// The login step.
        flight: FlightId,
        /// Why.
        cause: Cause,
        /// The host's error.
        detail: V,
    },
    /// Answer to [`Command::UserInfo`]: what `wx.getUserInfo` or `wx.getUserProfile` gave.
    UserInfo {
        /// The call.
        call: CallId,
        /// The attempt.
        attempt: Attempt,
        /// The whole answer.
        data: V,
    },
    /// The server answered a request.
    Answered {
        /// The call.
        call: CallId,
        /// The attempt.
        attempt: Attempt,
        /// What the answer says about the session.
        verdict: Verdict,
    },
    /// A request or the fetching of user data failed.
    Failed {
        /// The call.
        call: CallId,
        /// The attempt.
        attempt: Attempt,
        /// Why.
        cause: Cause,
    },
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
    WxLogin(FlightId),
    /// Ask `wx.getUserInfo`, for the login.
    LoginUserInfo(FlightId),
    /// Send the login request.
    LoginRequest {
        /// The login step.
        flight: FlightId,
        /// Headers with the code and, where the server insists, the user data.
        header: V,
    },
    /// Ask for user data for this call.
    UserInfo(CallId, Attempt),
    /// Send the caller's request.
    Send {
        /// The call.
        call: CallId,
        /// To be handed back with the answer.
        attempt: Attempt,
        /// Whether the session's header goes with it.
        signed: bool,
        /// Further headers: encrypted user data.
        user_data: Option<V>,
    },
    /// Abort the request of this call that is on its way.
    AbortRequest(CallId),
    /// The call succeeded: hand over what the last answer was, and for a login the user info.
    Succeed(CallId),
    /// The call failed.
    Fail {
        /// The call.
        call: CallId,
        /// How.
        failure: Failure,
        /// What the host or the server said of the login that failed; what it said of the call itself, the host
        /// knows.
        detail: Option<V>,
    },
    /// Call back with [`Input::Tick`] after so many ms, instead of any earlier such wish.
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
