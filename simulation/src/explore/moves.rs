//! The moves: what the app, the user, WeChat, the server, the storage and the clock can do.

use wafer_client_wasm::core::{CallOptions, CheckMode, Goal, LoginMode, Value, Word};

use super::value::Token;

/// The kinds of calls that an app makes.
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
    /// `login({ force: true })`: a new session, even if the present one seems good.
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

    /// Whether the call must have a session.
    pub fn insists(self) -> bool {
        !matches!(self, Kind::Bare | Kind::LoginUrl | Kind::BareElsewhere)
    }

    /// Whether a person asked for the login that the call brings.
    pub fn is_asked_for(self) -> bool {
        matches!(self, Kind::Login | Kind::Relogin)
    }

    /// The options that the core gets; `key` is the present session_key.
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

/// How WeChat or the server answers a check or a step of a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// As it should.
    Good,
    /// As it should, but the new session cannot be stored; the stored one is deleted.
    NotStored,
    /// As it should, but the storage can neither store nor delete.
    StorageStuck,
    /// With a no: the session_key is gone, the server refuses, or the answer is empty.
    Bad,
    /// With a no, and the server asks to be left alone for a minute.
    Busy,
    /// With a failure of the network.
    Failed,
    /// With a no of the user.
    Denied,
    /// There is no such API.
    Unavailable,
}

/// The fate of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The server answers.
    Fine,
    /// The server refuses the session.
    Expired,
    /// The server cannot check the session.
    CannotCheck,
    /// The server fails with an HTTP status of 500 or more.
    ServerError,
    /// The network fails.
    Failed,
    /// wx forgets the request for longer than it may take.
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

/// The core's value for a login mode.
pub fn login_mode(with_user_info: bool) -> LoginMode {
    if with_user_info { LoginMode::CodeAndUserInfo } else { LoginMode::Code }
}

/// The state in which another copy of the SDK, or an earlier launch, leaves the storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// Nothing: it logged out.
    Nothing,
    /// A session of its own.
    Session,
    /// Rubbish.
    Garbage,
}

/// A move. It names a call by its place among the calls that have not settled, in the order in which they were made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// The app makes a call.
    Start(Kind),
    /// The app aborts a call.
    Abort(usize),
    /// A request of a call is answered.
    Answer(usize, Answer),
    /// The user data that a call asked for comes, or fails.
    Data(usize, Reply),
    /// A check or a step of a login is answered.
    Flight(Reply),
    /// Time passes until a timer has an effect.
    Wait,
    /// Time passes until the next timer goes off.
    Timer,
    /// The network or the app has come back.
    Returned,
    /// `clearSession()`.
    LogOut,
    /// `configure()`.
    Configure(Change),
    /// Listeners to events appear, or the last one goes.
    Observe(bool),
    /// Another copy of the SDK changes the storage.
    OtherCopy(Left),
    /// The instance is lost: all calls fail, and a fresh one goes on.
    Trap,
    /// The user sets the clock forward by an hour; the core notices it with the next input.
    SetClock,
}
