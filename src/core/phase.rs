//! Where the session stands.

use super::{FlightId, Session};

/// The step of a login that is on its way.
#[derive(Clone, Debug, PartialEq)]
pub enum Step<V> {
    /// `wx.login` was asked for a code.
    Code,
    /// The code is there; user data under its session_key was asked for.
    UserInfo {
        /// What `wx.login` gave.
        code: V,
    },
    /// The login request is on its way.
    Request {
        /// The client's own user info, for servers that answer none.
        user_info: Option<V>,
    },
}

/// What was before the login that is on its way.
#[derive(Clone, Debug, PartialEq)]
pub enum Previous<V> {
    /// Nobody was logged in.
    Nobody,
    /// A user was logged in, but the server refused the session: calls that it would have signed wait for the new one.
    Refused,
    /// This session, which stays if the login fails: the server has not refused it.
    Good(Session<V>),
}

impl<V> Previous<V> {
    /// The session that stays if the login fails.
    pub fn session(&self) -> Option<&Session<V>> {
        match self {
            Previous::Nobody | Previous::Refused => None,
            Previous::Good(session) => Some(session),
        }
    }
}

/// The phase of the session. It has room for one check or one login, so that there are never two at a time.
#[derive(Clone, Debug, PartialEq)]
pub enum Phase<V> {
    /// Storage has not been read yet.
    Unread,
    /// Storage is being read: for the first time or, after the server refused a session, for another one that another
    /// copy of the SDK may have put there.
    Reading {
        /// Key of the session that the server refused.
        refused: Option<V>,
    },
    /// There is no session.
    Absent,
    /// There is a session; WeChat has not been asked about its session_key in this launch.
    Unchecked(Session<V>),
    /// WeChat is being asked.
    Checking {
        /// The session in question.
        session: Session<V>,
        /// The check.
        flight: FlightId,
        /// When the check counts as failed.
        deadline_ms: f64,
    },
    /// There is a session and nothing speaks against it.
    Live(Session<V>),
    /// A login is on its way.
    LoggingIn {
        /// What was before it.
        previous: Previous<V>,
        /// What is being waited for.
        step: Step<V>,
        /// The login step.
        flight: FlightId,
        /// When the step counts as failed.
        deadline_ms: f64,
    },
}

impl<V> Phase<V> {
    /// The session that the server has not refused, in whatever phase it is.
    pub fn session(&self) -> Option<&Session<V>> {
        match self {
            Phase::Unread | Phase::Reading { .. } | Phase::Absent => None,
            Phase::Unchecked(session) | Phase::Checking { session, .. } | Phase::Live(session) => {
                Some(session)
            }
            Phase::LoggingIn { previous, .. } => previous.session(),
        }
    }

    /// When the phase ends by itself, in ms of the core's clock; infinite for never.
    pub fn deadline_ms(&self) -> f64 {
        match self {
            Phase::Checking { deadline_ms, .. } | Phase::LoggingIn { deadline_ms, .. } => *deadline_ms,
            Phase::Unread | Phase::Reading { .. } | Phase::Absent | Phase::Unchecked(_) | Phase::Live(_) => {
                f64::INFINITY
            }
        }
    }
}
