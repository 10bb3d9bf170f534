//! The world around the core: js/, wx, the storage and the server, as far as they matter to the lifecycle, and what
//! each of them knows. As in js/, calls go out under the pass, plain answers settle without the core while there is a
//! pass, and an answer that comes late or twice is dropped.

use std::collections::VecDeque;
use std::rc::Rc;

use wafer_client_wasm::core::{Address, CallId, Command, FlightId, Input, Phase, SentCall, Settings, Word};

use super::moves::{Answer, Change, Kind, Left, Move, Reply, login_mode};
use super::rules::{Before, MINUTE_MS, refusal, words};
use super::value::Token;

/// The core that is explored.
pub type Lifecycle = wafer_client_wasm::core::Lifecycle<Token>;

/// The start of a world, as Unix time.
const START_MS: f64 = 1_700_000_000_000.0;
const HOUR_MS: f64 = 3_600_000.0;
/// The login URL of the first launch.
pub const LOGIN_URL: &str = "https://api.example.com/login";
/// After this long wx has forgotten a request.
pub const FORGOTTEN_MS: f64 = 1_800_000.0;
/// Longer than a server is ever left alone.
const LATER_MS: f64 = 600_000.0;
/// More timers in a row than there can be without an effect.
const MANY_TIMERS: usize = 200;

/// A rule that the core broke, in words.
pub type Broken = String;

/// The state of a call, as the host knows it.
#[derive(Clone, Debug)]
pub enum Place {
    /// The core keeps it.
    Kept,
    /// The core keeps it, and user data was asked for.
    Fetching,
    /// It is on its way, signed by the session of this number.
    Sent(SentCall<Token>, Option<u32>),
}

/// A call that has not settled.
#[derive(Clone, Debug)]
pub struct AppCall {
    /// Its number; later calls have higher ones.
    pub id: CallId,
    /// What it is.
    pub kind: Kind,
    /// Where it stands.
    pub place: Place,
    /// How often it was sent.
    pub sends: u8,
    /// Whether the storage may have held a session other than the newest at some time. The call may then be sent once
    /// more.
    pub is_odd: bool,
    /// Whether the app ended the session since the call was made.
    pub is_discarded: bool,
}

/// The check or step of a login that is on its way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flight {
    /// Its number.
    pub id: FlightId,
    /// What was asked.
    pub asked: Asked,
    /// The time from which it may be given up.
    pub until_ms: f64,
}

/// The request of a flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// `wx.checkSession`
    Check,
    /// `wx.login`
    Code,
    /// `wx.getUserInfo`
    UserInfo,
    /// The login request. Its code brought this session_key.
    Request {
        /// The session_key.
        key: u32,
    },
}

/// A session that the server issued at some time.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// The session_key that the server stored with it.
    pub key: u32,
    /// Whether the server refused it.
    pub refused: bool,
    /// Whether the app ended it: nothing may bring it back then.
    pub logged_out: bool,
}

/// What the app may believe about who is logged in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// Nobody.
    Nobody,
    /// Somebody, and their session is there.
    Present,
    /// Somebody, but the server refused their session; a new one may be on its way.
    Refused,
}

/// A world.
#[derive(Clone, Debug)]
pub struct World {
    /// The core.
    pub core: Lifecycle,
    /// The settings.
    pub settings: Rc<Settings>,
    /// Whether the login URL is the one of the first launch.
    pub is_at_home: bool,
    /// The time, in ms.
    pub now_ms: f64,
    /// How far the user has set the clock, in ms.
    pub clock_set_by_ms: f64,
    /// Whether the clock was set and the core has not noticed it yet.
    pub is_clock_news: bool,
    /// When the timer goes off.
    pub timer_ms: Option<f64>,
    /// Calls that have not settled, in the order in which they were made.
    pub calls: Vec<AppCall>,
    /// The number of calls that were made so far.
    pub made: u32,
    /// The check or step of a login that is on its way.
    pub flight: Option<Flight>,
    /// The session that the core announced last.
    pub session: Option<u32>,
    /// The value in the storage.
    pub stored: Token,
    /// Every session so far. The number of a session is its place here.
    pub sessions: Vec<Known>,
    /// WeChat's present session_key.
    pub key: u32,
    /// Whether another copy of the SDK, or a lost instance, may have got a session_key that this instance does not know
    /// of.
    pub is_key_foreign: bool,
    /// Whether the storage may hold a session other than the newest.
    pub is_storage_odd: bool,
    /// Who is logged in.
    pub owner: Owner,
    /// Whether somebody listens to events.
    pub is_observed: bool,
    /// The number of recent logins that the next instance is told.
    pub recent_logins: u32,
    /// `wx.login` calls of the last minute: when, and whether a person asked for it.
    pub logins: Vec<(f64, bool)>,
    /// The random part of the wait after a login that fails.
    pub chance: f64,
    /// The time until which the server is left alone, as the failure of a call said, and whether the return of the
    /// network ends that wait.
    pub backs_off: (f64, bool),
    /// Whether the app is ending the session.
    pub is_clearing: bool,
    /// Whether the storage can neither store nor delete.
    pub is_storage_stuck: bool,
    /// Whether the next session cannot be stored.
    pub is_store_full: bool,
    /// The commands that the last input led to.
    pub commands: Vec<Command<Token>>,
    /// A fault of the host or of wx that is planted here; the rules must notice it.
    pub fault: Option<Fault>,
}

/// The faults of a host. js/ has none of them; the exploration must notice each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Timers are not set.
    NoTimers,
    /// The core is not told that its timer went off.
    TimersUntold,
    /// An answer to a request is given to the core twice.
    AnswersTwice,
    /// The answer to a request that the app aborted is given to the core.
    AnswersLate,
    /// Calls go out under the pass even where the session must not go.
    PassEverywhere,
    /// The core is told of a call that the pass has sent.
    SentAndTold,
    /// A session that the core deletes stays in the storage.
    NotRemoved,
    /// The logins of a lost instance are forgotten.
    LoginsForgotten,
}

impl Fault {
    /// All of them.
    pub const ALL: &[Fault] = &[
        Fault::NoTimers,
        Fault::TimersUntold,
        Fault::AnswersTwice,
        Fault::AnswersLate,
        Fault::PassEverywhere,
        Fault::SentAndTold,
        Fault::NotRemoved,
        Fault::LoginsForgotten,
    ];
}

impl World {
    /// The world of a launch that finds this in the storage.
    pub fn new(settings: Settings, left: Left, chance: f64, fault: Option<Fault>) -> Result<World, Broken> {
        let mut world = World {
            core: Lifecycle::new(),
            settings: Rc::new(settings),
            is_at_home: true,
            now_ms: 0.0,
            clock_set_by_ms: 0.0,
            is_clock_news: false,
            timer_ms: None,
            calls: Vec::new(),
            made: 0,
            flight: None,
            session: None,
            stored: Token::Nothing,
            sessions: Vec::new(),
            key: 0,
            is_key_foreign: false,
            is_storage_odd: false,
            owner: Owner::Nobody,
            is_observed: false,
            recent_logins: 0,
            logins: Vec::new(),
            chance,
            backs_off: (0.0, false),
            is_clearing: false,
            is_storage_stuck: false,
            is_store_full: false,
            commands: Vec::new(),
            fault,
        };
        world.leave(left);
        (world.is_key_foreign, world.is_storage_odd) = (false, false);
        world.launch()?;
        Ok(world)
    }

    /// Tells a fresh instance what js/ tells it.
    fn launch(&mut self) -> Result<(), Broken> {
        let logins = if self.fault == Some(Fault::LoginsForgotten) { 0 } else { self.recent_logins };
        self.handle(Input::Restore(logins))?;
        self.handle(Input::Observe(self.is_observed))?;
        self.handle(Input::Configure(Settings::clone(&self.settings)))
    }

    fn leave(&mut self, left: Left) {
        self.stored = match left {
            Left::Nothing => Token::Nothing,
            Left::Garbage => Token::Text("rubbish"),
            Left::Session => {
                self.key += 1;
                self.is_key_foreign = true;
                Token::session(self.new_session(self.key))
            }
        };
        self.storage_is_odd(true);
    }

    /// Notes whether the storage may hold a session other than the newest.
    pub(super) fn storage_is_odd(&mut self, is_odd: bool) {
        self.is_storage_odd = is_odd;
        self.calls.iter_mut().for_each(|call| call.is_odd |= is_odd);
    }

    fn new_session(&mut self, key: u32) -> u32 {
        self.sessions.push(Known { key, refused: false, logged_out: false });
        self.sessions.len() as u32 - 1
    }

    /// The host's clock.
    pub fn clock_ms(&self) -> f64 {
        START_MS + self.now_ms + self.clock_set_by_ms
    }

    /// Makes a move. Calls that it names must exist.
    pub fn make(&mut self, step: Move) -> Result<(), Broken> {
        match step {
            Move::Start(kind) => self.start(kind),
            Move::Abort(index) => {
                let AppCall { id, place, .. } = &self.calls[index];
                let id = *id;
                let Place::Sent(sent, _) = place else { return self.handle(Input::Abort(id)) };
                let call = sent.clone();
                self.handle(Input::AbortSent(id))?;
                if self.fault == Some(Fault::AnswersLate) {
                    return self.handle(Input::Answered { call, status: 200, body: Token::Nothing });
                }
                Ok(())
            }
            Move::Answer(index, answer) => self.answer(index, answer),
            Move::Data(index, reply) => {
                let call = &mut self.calls[index];
                call.place = Place::Kept;
                let call = call.id;
                self.handle(match reply {
                    Reply::Good | Reply::NotStored | Reply::StorageStuck => {
                        Input::UserInfo { call, data: Token::user_info(self.key) }
                    }
                    Reply::Bad | Reply::Busy => Input::UserInfo { call, data: Token::Nothing },
                    Reply::Failed => Input::UserInfoFailed { call, error: words("getUserInfo:fail") },
                    Reply::Denied => {
                        Input::UserInfoFailed { call, error: words("getUserInfo:fail auth deny") }
                    }
                    Reply::Unavailable => {
                        Input::UserInfoFailed { call, error: words("getUserInfo:fail privacy permission") }
                    }
                })
            }
            Move::Flight(reply) => {
                let Some(flight) = self.flight else { return Err("nothing is on its way".into()) };
                self.is_store_full = matches!(reply, Reply::NotStored | Reply::StorageStuck);
                self.is_storage_stuck = reply == Reply::StorageStuck;
                let input = self.flight_input(flight, reply);
                let done = self.handle(input);
                (self.is_store_full, self.is_storage_stuck) = (false, false);
                done
            }
            Move::Wait if self.timer_ms.is_none() => {
                self.now_ms += LATER_MS;
                Ok(())
            }
            Move::Wait => {
                for _ in 0..MANY_TIMERS {
                    self.timer()?;
                    let is_quiet = self.commands.iter().all(|command| matches!(command, Command::Wake(_)));
                    if self.timer_ms.is_none() || !is_quiet {
                        return Ok(());
                    }
                }
                Err("the timer is set for ever".into())
            }
            Move::Timer => self.timer(),
            Move::Returned => {
                if self.backs_off.1 {
                    self.backs_off = (0.0, false);
                }
                self.handle(Input::Returned)
            }
            Move::LogOut => {
                self.end_sessions();
                self.clearing(Input::Clear)
            }
            Move::Configure(change) => self.configure(change),
            Move::Observe(is_observed) => {
                self.is_observed = is_observed;
                self.handle(Input::Observe(is_observed))
            }
            Move::OtherCopy(left) => {
                self.leave(left);
                Ok(())
            }
            Move::Trap => {
                self.calls.clear();
                // A login of the lost instance may have changed the session_key.
                self.is_key_foreign |=
                    self.session.is_some_and(|session| self.sessions[session as usize].key != self.key);
                // The lost instance's knowledge of refusals is lost with it, that of refused logins included.
                self.backs_off = (0.0, false);
                let is_refused =
                    self.stored.skey().is_some_and(|session| self.sessions[session as usize].refused);
                self.storage_is_odd(self.is_storage_odd || is_refused);
                (self.core, self.timer_ms, self.flight, self.session) = (Lifecycle::new(), None, None, None);
                self.owner = Owner::Nobody;
                self.is_clock_news = false;
                self.launch()
            }
            Move::SetClock => {
                self.clock_set_by_ms += HOUR_MS;
                self.is_clock_news = true;
                // No timer ends the time for which a server is left alone; only the clock tells. It was set forward by
                // more than that time.
                self.backs_off = (0.0, false);
                Ok(())
            }
        }
    }

    fn start(&mut self, kind: Kind) -> Result<(), Broken> {
        self.made += 1;
        let id = CallId(self.made);
        let options = kind.options(self.key);
        let pass = self.core.pass().filter(|pass| pass.login || !kind.insists());
        let is_ordinary = matches!(kind, Kind::Plain | Kind::Bare | Kind::OwnData)
            || matches!(kind, Kind::Elsewhere | Kind::BareElsewhere);
        self.calls.push(AppCall {
            id,
            kind,
            place: Place::Kept,
            sends: 0,
            is_odd: self.is_storage_odd,
            is_discarded: false,
        });
        match pass {
            Some(pass)
                if is_ordinary && (self.is_trusted(kind) || self.fault == Some(Fault::PassEverywhere)) =>
            {
                self.commands.clear();
                let user_data = options.user_data.clone();
                let signed_by = Some(pass.generation);
                let retry = wafer_client_wasm::core::Retry::Left;
                let call = SentCall { id, options: options.clone(), signed_by, retry, checked: false };
                self.send(call, user_data)?;
                if self.fault == Some(Fault::SentAndTold) {
                    return self.handle(Input::Start(id, options));
                }
                Ok(())
            }
            _ => self.handle(Input::Start(id, options)),
        }
    }

    fn answer(&mut self, index: usize, answer: Answer) -> Result<(), Broken> {
        let place = std::mem::replace(&mut self.calls[index].place, Place::Kept);
        let Place::Sent(call, signed_by) = place else { return Err("it was not sent".into()) };
        let id = call.id;
        let pass = self.core.pass();
        let (status, body) = match answer {
            Answer::Fine if pass.is_some() => {
                self.commands.clear();
                return self.settle(id);
            }
            Answer::Fine => (200, Token::of(&[(Word::Data, Token::Text("user"))])),
            Answer::Expired => (200, refusal("ERR_INVALID_SESSION")),
            Answer::CannotCheck => (200, refusal("ERR_CHECK_LOGIN_FAILED")),
            Answer::ServerError => (502, refusal("ERR_INVALID_SESSION")),
            Answer::Failed => {
                return self.handle(Input::Failed { call: id, error: words("request:fail") });
            }
            Answer::Forgotten => {
                // The call stays on its way until the core gives it up.
                self.calls[index].place = Place::Sent(call, signed_by);
                return self.handle(Input::Pending { call: id, waited_ms: FORGOTTEN_MS, timeout_ms: 0.0 });
            }
        };
        if let (Answer::Expired, Some(session)) = (answer, signed_by) {
            self.sessions[session as usize].refused = true;
        }
        if self.fault == Some(Fault::AnswersTwice) {
            self.handle(Input::Answered { call: call.clone(), status, body: body.clone() })?;
        }
        self.handle(Input::Answered { call, status, body })
    }

    fn flight_input(&mut self, Flight { id: flight, asked, .. }: Flight, reply: Reply) -> Input<Token> {
        let is_good = matches!(reply, Reply::Good | Reply::NotStored | Reply::StorageStuck);
        let failed = |said| Input::LoginFailed { flight, error: words(said) };
        match (asked, reply) {
            (Asked::Check, _) => Input::Checked { flight, valid: is_good },
            (_, Reply::Failed) => failed("request:fail"),
            (_, Reply::Denied) => failed("getUserInfo:fail auth deny"),
            (_, Reply::Unavailable) => Input::LoginUnavailable { flight },
            (Asked::Code, _) => {
                let code = if is_good { Token::Code(self.key) } else { Token::Nothing };
                Input::Code { flight, code, random: self.chance }
            }
            (Asked::UserInfo, _) => Input::LoginUserInfo {
                flight,
                data: if is_good { Token::user_info(self.key) } else { Token::Nothing },
            },
            (Asked::Request { key }, _) => {
                let body = if is_good {
                    let session = Token::session(self.new_session(key));
                    Token::of(&[(Word::Magic, Token::Number(1)), (Word::Session, session)])
                } else {
                    refusal("ERR_LOGIN_FAILED")
                };
                let asks = [(Word::RetryAfter, Token::Number(60))];
                let detail = if reply == Reply::Busy { Token::of(&asks) } else { Token::Nothing };
                Input::LoginAnswered {
                    flight,
                    status: if reply == Reply::Busy { 503 } else { 200 },
                    detail,
                    body,
                }
            }
        }
    }

    fn timer(&mut self) -> Result<(), Broken> {
        let Some(at_ms) = self.timer_ms.take() else { return Err("no timer is set".into()) };
        self.now_ms = self.now_ms.max(at_ms);
        self.logins.retain(|(login_ms, _)| self.now_ms - login_ms < MINUTE_MS);
        if self.fault == Some(Fault::TimersUntold) {
            self.commands.clear();
            return Ok(());
        }
        self.handle(Input::Tick)
    }

    fn configure(&mut self, change: Change) -> Result<(), Broken> {
        let settings = Rc::make_mut(&mut self.settings);
        let mut moves_away = false;
        match change {
            Change::Server { other } => {
                moves_away = self.is_at_home == other;
                self.is_at_home = !other;
                settings.login_url =
                    Address::of(if other { "https://new.example.com/login" } else { LOGIN_URL });
            }
            Change::Trust(true) => {
                settings.trusted_origins = Address::of("https://cdn.example.com").into_iter().collect()
            }
            Change::Trust(false) => settings.trusted_origins.clear(),
            Change::Check(mode) => settings.check = mode,
            Change::WithUserInfo(with) => settings.login_mode = login_mode(with),
        }
        let input = Input::Configure(settings.clone());
        if moves_away {
            self.backs_off = (0.0, false);
        }
        if moves_away && !matches!(self.core.phase(), Phase::Unread) {
            self.end_sessions();
            return self.clearing(input);
        }
        self.handle(input)
    }

    /// The app ends the session that it knows of, and with it the one that another copy may have left in the storage.
    fn end_sessions(&mut self) {
        self.calls.iter_mut().for_each(|call| call.is_discarded = true);
        let known = [self.session, self.stored.skey()];
        for session in known.into_iter().flatten() {
            self.sessions[session as usize].logged_out = true;
        }
    }

    fn clearing(&mut self, input: Input<Token>) -> Result<(), Broken> {
        self.is_clearing = true;
        let done = self.handle(input);
        self.is_clearing = false;
        done
    }

    /// Hands an input to the core and carries out the commands, then does the same with the inputs that follow from
    /// them.
    pub fn handle(&mut self, input: Input<Token>) -> Result<(), Broken> {
        self.commands.clear();
        self.is_clock_news = false;
        let flight = self.flight;
        let before = Before::of(self, &input);
        let (mut next, mut inputs) = (Some(input), VecDeque::new());
        while let Some(input) = next.take().or_else(|| inputs.pop_front()) {
            self.landed(&input);
            self.core.handle(input, self.clock_ms());
            while let Some(command) = self.core.poll() {
                self.commands.push(command.clone());
                self.carry_out(command, &mut inputs)?;
                if !self.core.is_idle() && self.core.pass().is_some() {
                    return Err("a pass was granted before everything was carried out".into());
                }
            }
        }
        let waited_for = match self.core.phase() {
            Phase::Checking { flight, .. } | Phase::LoggingIn { flight, .. } => Some(*flight),
            Phase::Unread | Phase::Reading { .. } | Phase::Absent | Phase::Unchecked(_) | Phase::Live(_) => {
                None
            }
        };
        // If the clock was set, the core may wait longer for a flight than it has to.
        self.flight = self.flight.or(flight).filter(|flight| Some(flight.id) == waited_for);
        self.after(before)
    }

    /// Notes that a check or a step of a login has come to its end.
    fn landed(&mut self, input: &Input<Token>) {
        match input {
            Input::Checked { flight, .. }
            | Input::Code { flight, .. }
            | Input::LoginUnavailable { flight }
            | Input::LoginUserInfo { flight, .. }
            | Input::LoginAnswered { flight, .. }
            | Input::LoginFailed { flight, .. }
                if self.flight.is_some_and(|own| own.id == *flight) =>
            {
                self.flight = None;
            }
            Input::Tick => self.flight = self.flight.filter(|flight| self.now_ms < flight.until_ms),
            _ => {}
        }
    }

    /// Whether calls of this kind may have the session, as far as the settings decide it.
    pub fn is_trusted(&self, kind: Kind) -> bool {
        match kind {
            Kind::Login | Kind::Relogin | Kind::UserInfo | Kind::UserProfile => true,
            Kind::LoginUrl => false,
            Kind::Elsewhere | Kind::BareElsewhere => !self.settings.trusted_origins.is_empty(),
            Kind::Plain | Kind::Bare | Kind::WithUserInfo | Kind::OwnData => self.is_at_home,
        }
    }
}
