//! What can happen: a move of the app, the user, WeChat, the server, the storage or the clock.

use wafer_client_wasm::core::{CallOptions, CheckMode, Goal, LoginMode, Value, Word};

use super::value::Token;

/// What the app asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// `request({ login: true })`.
    Plain,
    /// `request({ login: false })`.
    Bare,
    /// `request({ login: true, withUserInfo: true })`.
    WithUserInfo,
    /// `request({ login: true, encryptedData, iv })`.
    OwnData,
    /// `login()`.
    Login,
    /// `login({ force: true })`: a new session, even if nothing speaks against the one that is there.
    Relogin,
    /// `getUserInfo()`.
    UserInfo,
    /// `getUserProfile()`.
    UserProfile,
    /// A request to the login URL.
    LoginUrl,
    /// `request({ login: true })` to an origin that `trustedOrigins` may have.
    Elsewhere,
    /// The same with `login: false`.
    BareElsewhere,
}

impl Kind {
    /// All of them.
    pub const ALL: &[Kind] = &[
        Kind::Plain,
        Kind::Bare,
        Kind::WithUserInfo,
        Kind::OwnData,
        Kind::Login,
        Kind::Relogin,
        Kind::UserInfo,
        Kind::UserProfile,
        Kind::LoginUrl,
        Kind::Elsewhere,
        Kind::BareElsewhere,
    ];

    /// Whether the caller insists on a session.
    pub fn insists(self) -> bool {
        !matches!(self, Kind::Bare | Kind::LoginUrl | Kind::BareElsewhere)
    }

    /// Whether a person asked for the login that it brings.
    pub fn is_asked_for(self) -> bool {
        matches!(self, Kind::Login | Kind::Relogin)
    }

    /// What the core is told; `key` is the session_key of now.
    pub fn options(self, key: u32) -> CallOptions<Token> {
        let goal = match self {
            Kind::Login => Goal::Login,
            Kind::Relogin => Goal::Relogin,
            Kind::UserInfo => Goal::UserInfo,
            Kind::UserProfile => Goal::UserProfile,
            Kind::Plain
            | Kind::Bare
            | Kind::WithUserInfo
            | Kind::OwnData
            | Kind::LoginUrl
            | Kind::Elsewhere
            | Kind::BareElsewhere => Goal::Request,
        };
        let url = match self {
            Kind::LoginUrl => "https://api.example.com/login",
            Kind::Elsewhere | Kind::BareElsewhere => "https://cdn.example.com/user",
            _ => "https://api.example.com/user",
        };
        let data = || {
            Token::record()
                .with(Word::HeaderEncryptedData, &Token::Data(key))
                .with(Word::HeaderIv, &Token::Text("iv"))
        };
        CallOptions {
            goal,
            login: self.insists(),
            with_user_info: self == Kind::WithUserInfo,
            url: Token::Text(url),
            user_data: (self == Kind::OwnData).then(data),
        }
    }
}

/// How WeChat or the server answers a check or the step of a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// As it should.
    Good,
    /// As it should, but what comes of it cannot be stored; what was stored is deleted.
    NotStored,
    /// As it should, but the storage takes no change at all.
    StorageStuck,
    /// By a no: the session_key is gone, the server refuses, there is nothing in the answer.
    Bad,
    /// Likewise, and the server asks to be left alone for a minute.
    Busy,
    /// By a failure of the network.
    Failed,
    /// By a no of the user.
    Denied,
    /// There is no such API.
    Unavailable,
}

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The server answers.
    Fine,
    /// The server refuses the session.
    Expired,
    /// The server cannot check the session.
    CannotCheck,
    /// The server is not itself.
    ServerError,
    /// The network fails.
    Failed,
    /// wx forgets it for longer than it may take.
    Forgotten,
}

/// A change of the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// `loginUrl` at the first or at another origin.
    Server {
        /// The other one.
        other: bool,
    },
    /// `trustedOrigins`, with or without the other origin.
    Trust(bool),
    /// `checkSession`.
    Check(CheckMode),
    /// `loginMode: 'code+userInfo'`, or not.
    WithUserInfo(bool),
}

/// The core's name of a login mode.
pub fn login_mode(with_user_info: bool) -> LoginMode {
    if with_user_info { LoginMode::CodeAndUserInfo } else { LoginMode::Code }
}

/// What another copy of the SDK, or an earlier launch, leaves in the storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// Nothing: it logged out.
    Nothing,
    /// A session of its own.
    Session,
    /// Rubbish.
    Garbage,
}

/// A move. Calls are named by their place among those that have not settled, in the order in which they were made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// The app makes a call.
    Start(Kind),
    /// The app aborts a call.
    Abort(usize),
    /// A request of a call is answered.
    Answer(usize, Answer),
    /// User data that a call asked for comes, or does not.
    Data(usize, Reply),
    /// A check or a step of a login is answered.
    Flight(Reply),
    /// Time passes until something becomes of it.
    Wait,
    /// Time passes until the timer goes off.
    Timer,
    /// The network or the app is back.
    Returned,
    /// `clearSession()`.
    LogOut,
    /// `configure()`.
    Configure(Change),
    /// Somebody begins to listen to events, or nobody does any more.
    Observe(bool),
    /// Another copy of the SDK.
    OtherCopy(Left),
    /// The instance is lost: all calls fail, and a fresh one goes on.
    Trap,
    /// The user sets the clock by an hour; the core learns of it with the next input.
    SetClock,
}
