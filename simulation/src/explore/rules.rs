//! Carries commands out as the host does, and checks the guarantees of the lifecycle: the rules that must hold at each
//! command and after each input.

use std::collections::VecDeque;

use wafer_client_wasm::core::{
    Age, CallId, Command, Failure, FlightId, Input, LoginMode, Phase, SentCall, Session, Value, Word,
};

use super::moves::Kind;
use super::value::Token;
use super::world::{AppCall, Asked, Broken, Fault, Flight, Owner, Place, World};

/// The time for which a login counts.
pub(super) const MINUTE_MS: f64 = 60_000.0;
const SECOND_MS: f64 = 1_000.0;
/// The `wx.login` calls of one second that WeChat allows; it refuses more.
const LOGINS_A_SECOND: usize = 4;
/// The longest time for which a server is left alone: the time that it asks for, and the longest random wait.
const LONGEST_WAIT_MS: f64 = 360_000.0;
/// The longest time that `setTimeout` can wait.
const LONGEST_MS: f64 = 2_147_483_647.0;

/// The error that wx gives.
pub(super) fn words(said: &'static str) -> Token {
    Token::of(&[(Word::ErrMsg, Token::Text(said))])
}

/// The body with which a wafer server refuses.
pub(super) fn refusal(error: &'static str) -> Token {
    Token::of(&[(Word::Magic, Token::Number(1)), (Word::Error, Token::Text(error))])
}

/// The facts from before an input that the rules after it need.
pub(super) struct Before {
    session: Option<u32>,
    /// The input is the refusal of a session that had been replaced.
    is_late_expiry: bool,
    /// The input is a session for a login.
    is_session: bool,
}

impl Before {
    pub fn of(world: &World, input: &Input<Token>) -> Before {
        let late = |call: &SentCall<Token>, body: &Token| {
            call.signed_by.is_some_and(|signed_by| world.core.age_of(signed_by) != Age::Current)
                && body.field(Word::Error).is(Word::InvalidSession)
        };
        Before {
            session: world.session,
            is_late_expiry: matches!(input, Input::Answered { call, status, body } if *status < 500 && late(call, body)),
            is_session: matches!(input, Input::LoginAnswered { body, .. } if body.field(Word::Error).is_nothing()),
        }
    }
}

/// Fails with these words if the condition does not hold.
macro_rules! rule {
    ($holds:expr, $($words:tt)+) => {
        if !$holds {
            return Err(format!($($words)+));
        }
    };
}

impl World {
    /// Carries a command out.
    pub(super) fn carry_out(
        &mut self,
        command: Command<Token>,
        inputs: &mut VecDeque<Input<Token>>,
    ) -> Result<(), Broken> {
        match command {
            Command::ReadSession => {
                // Once the server has refused the session, its check no longer matters.
                self.flight = self.flight.filter(|flight| flight.asked != Asked::Check);
                inputs.push_back(Input::Stored(self.stored.clone()));
            }
            Command::WriteSession(stored) => {
                let key = stored.skey().map(|session| self.sessions[session as usize].key);
                self.is_key_foreign &= key != Some(self.key);
                if !self.is_storage_stuck {
                    self.stored = if self.is_store_full { Token::Nothing } else { stored };
                }
                self.storage_is_odd(self.is_store_full);
            }
            Command::RemoveSession => {
                let good = self.stored.skey().map(|session| self.sessions[session as usize]);
                rule!(
                    self.is_clearing || good.is_none_or(|session| session.refused),
                    "4: a session was deleted that the server has not refused"
                );
                if self.fault != Some(Fault::NotRemoved) {
                    self.stored = Token::Nothing;
                }
            }
            Command::Session(session) => self.announce(session)?,
            Command::CheckSession(flight) => {
                rule!(self.session.is_some(), "a check without a session");
                self.take_off(flight, Asked::Check, self.settings.check_session_ms)?;
            }
            Command::WxLogin { flight, counted } => {
                self.take_off(flight, Asked::Code, self.settings.login_ms)?;
                self.count_login()?;
                self.recent_logins = counted;
                self.key += 1;
            }
            Command::LoginUserInfo(flight) => {
                rule!(
                    self.settings.login_mode == LoginMode::CodeAndUserInfo,
                    "the user is asked for nothing"
                );
                self.take_off(flight, Asked::UserInfo, self.settings.login_ms)?;
            }
            Command::LoginRequest { flight, request } => {
                let Token::Code(key) = request.field(Word::Code) else {
                    return Err("a login request without a code".into());
                };
                let data = request.field(Word::Data).field(Word::HeaderEncryptedData);
                let is_open = data.is_nothing() || data == Token::Data(key) || self.is_key_foreign;
                rule!(is_open, "the login's user data is not under the session_key of its code");
                self.take_off(flight, Asked::Request { key }, self.settings.login_request_ms)?;
            }
            Command::UserInfo(id) => {
                let call = self.kept(id)?;
                rule!(!matches!(call.place, Place::Fetching), "user data is asked for twice at once");
                call.place = Place::Fetching;
            }
            Command::Send { call, user_data } => self.send(call, user_data)?,
            Command::AbortRequest(id) => {
                let is_sent =
                    self.calls.iter().any(|call| call.id == id && matches!(call.place, Place::Sent(..)));
                rule!(is_sent, "a call was aborted that is not on its way");
            }
            Command::Succeed(id) => self.settle(id)?,
            Command::Fail { call, failure, detail: _, retry_after_ms } => {
                rule!(
                    (0.0..=LONGEST_WAIT_MS).contains(&retry_after_ms),
                    "13: a server is left alone for {retry_after_ms} ms"
                );
                let is_new = self.now_ms + retry_after_ms > self.backs_off.0;
                if retry_after_ms > 0.0 && is_new {
                    let is_unanswered = matches!(failure, Failure::LoginNetwork | Failure::LoginTimeout);
                    self.backs_off = (self.now_ms + retry_after_ms, is_unanswered);
                }
                self.fail(call, failure)?;
            }
            Command::Wake(in_ms) => {
                rule!((0.0..=LONGEST_MS).contains(&in_ms), "setTimeout cannot wait {in_ms} ms");
                if self.fault != Some(Fault::NoTimers) {
                    self.timer_ms = Some(self.now_ms + in_ms);
                }
            }
            Command::Event { .. } => rule!(self.is_observed, "an event was told while nobody listens"),
        }
        Ok(())
    }

    fn kept(&mut self, id: CallId) -> Result<&mut AppCall, Broken> {
        let call = self.calls.iter_mut().find(|call| call.id == id);
        let call = call.ok_or("5: a call that has settled goes on")?;
        rule!(!matches!(call.place, Place::Sent(..)), "a call that is on its way is taken up again");
        Ok(call)
    }

    /// Removes a call that has settled.
    pub(super) fn settle(&mut self, id: CallId) -> Result<(), Broken> {
        let index = self.calls.iter().position(|call| call.id == id);
        self.calls.remove(index.ok_or("5: a call settled twice")?);
        Ok(())
    }

    fn fail(&mut self, id: CallId, failure: Failure) -> Result<(), Broken> {
        let call = self.calls.iter().find(|call| call.id == id).ok_or("5: a call settled twice")?;
        match failure {
            Failure::Untrusted => {
                rule!(!self.is_trusted(call.kind), "a call was refused that may have the session");
            }
            Failure::LoginDiscarded => {
                rule!(call.is_discarded, "7: a login counts as discarded that nobody discarded");
            }
            // A person asked for a login: that ends the wait, even if WeChat's limit allows no login.
            Failure::LoginLimit if call.kind.is_asked_for() => self.backs_off = (0.0, false),
            _ => {}
        }
        self.settle(id)
    }

    /// Sends a request; either the core or a pass let the call go.
    pub(super) fn send(&mut self, sent: SentCall<Token>, user_data: Option<Token>) -> Result<(), Broken> {
        let id = sent.id;
        let (now, session) = (self.kept(id)?.clone(), self.session);
        let is_trusted = self.is_trusted(now.kind);
        let signed_by = sent.signed_by.and(session);
        if sent.signed_by.is_some() {
            rule!(is_trusted, "8: the session goes where it does not belong");
            rule!(!self.is_logging_in(), "3: signed while a login runs");
            let Some(number) = session else { return Err("3: signed while there is no session".into()) };
            let known = self.sessions[number as usize];
            rule!(!known.logged_out, "7: signed by a session that the app ended");
            rule!(!known.refused || self.is_storage_odd, "signed by a session that the server refused");
            if let Some(Token::Data(key)) = user_data.map(|data| data.field(Word::HeaderEncryptedData)) {
                let is_callers = now.kind == Kind::OwnData;
                rule!(!is_callers || now.sends == 0, "user data that the caller brought is sent again");
                rule!(
                    is_callers || key == known.key || self.is_key_foreign || self.is_storage_odd,
                    "user data is sent that the session_key of its session does not open"
                );
            }
        } else {
            let is_half_dressed = is_trusted && (now.kind.insists() || session.is_some());
            rule!(!is_half_dressed, "3: a call goes out bare that has to have the session");
            let waits = is_trusted && self.owner == Owner::Refused && self.is_logging_in();
            rule!(!waits, "3: a call goes out bare while a refused session is being replaced");
        }
        if now.kind == Kind::Plain && now.sends == 0 {
            let is_before = |call: &AppCall| call.kind == Kind::Plain && call.sends == 0 && call.id < id;
            rule!(!self.calls.iter().any(is_before), "1: a call overtakes another");
        }
        rule!(now.sends < if now.is_odd { 3 } else { 2 }, "6: a call is sent {} times", now.sends + 1);
        let call = self.kept(id)?;
        call.sends += 1;
        call.place = Place::Sent(sent, signed_by);
        Ok(())
    }

    /// Whether a login is on its way, as far as its commands have been carried out.
    fn is_logging_in(&self) -> bool {
        self.flight.is_some_and(|flight| flight.asked != Asked::Check)
    }

    fn announce(&mut self, session: Option<Session<Token>>) -> Result<(), Broken> {
        let number = match &session {
            None => None,
            Some(session) => Some(session.key().skey().ok_or("a session without a skey")?),
        };
        match (number, self.session) {
            (None, Some(before)) => {
                let is_refused = self.sessions[before as usize].refused;
                rule!(self.is_clearing || is_refused, "4: a session ended that the server has not refused");
                self.owner = if self.is_clearing { Owner::Nobody } else { Owner::Refused };
            }
            (None, None) if self.is_clearing => self.owner = Owner::Nobody,
            (None, None) => {}
            (Some(number), _) => {
                let known = self.sessions[number as usize];
                rule!(!known.logged_out, "7: log-out was undone");
                rule!(!known.refused || self.is_storage_odd, "a refused session is back");
                self.owner = Owner::Present;
            }
        }
        self.session = number;
        Ok(())
    }

    fn take_off(&mut self, id: FlightId, asked: Asked, within_ms: f64) -> Result<(), Broken> {
        let is_busy = self.flight.is_some_and(|flight| self.now_ms < flight.until_ms);
        rule!(!is_busy, "1: a check or login begins while another is on its way");
        rule!(
            !matches!(asked, Asked::Check | Asked::Code)
                || self.calls.iter().any(|call| matches!(call.place, Place::Kept)),
            "a check or login begins for nobody"
        );
        self.flight = Some(Flight { id, asked, until_ms: self.now_ms + within_ms });
        Ok(())
    }

    fn count_login(&mut self) -> Result<(), Broken> {
        let is_asked_for = self.calls.iter().any(|call| call.kind.is_asked_for());
        rule!(
            is_asked_for || self.now_ms >= self.backs_off.0,
            "13: a login begins by itself while the server is left alone"
        );
        self.backs_off = (0.0, false);
        let now_ms = self.now_ms;
        let recent = |within_ms: f64| self.logins.iter().filter(move |(at_ms, _)| now_ms - at_ms < within_ms);
        rule!(recent(SECOND_MS).count() < LOGINS_A_SECOND, "6: more logins in a second than WeChat allows");
        let automatic = recent(MINUTE_MS).filter(|(_, is_asked_for)| !is_asked_for).count();
        let most = self.settings.max_logins_per_minute as usize;
        rule!(is_asked_for || automatic < most, "6: {} automatic logins in a minute", automatic + 1);
        self.logins.push((self.now_ms, is_asked_for));
        Ok(())
    }

    /// Checks the rules that must hold once all commands have been carried out.
    pub(super) fn after(&mut self, before: Before) -> Result<(), Broken> {
        let began = |wanted: fn(&Command<Token>) -> bool| self.commands.iter().any(wanted);
        if before.is_late_expiry {
            let harm = began(|command| matches!(command, Command::RemoveSession | Command::Session(_)));
            rule!(!harm && self.session == before.session, "2: a late refusal changes the session");
        }
        if before.is_session {
            let again = began(|command| matches!(command, Command::WxLogin { .. }));
            rule!(!again, "1: a login leads to another one");
        }
        let is_unread = matches!(self.core.phase(), Phase::Unread);
        let own = self.core.phase().session().map(|session| session.key().skey());
        rule!(is_unread || own == self.session.map(Some), "the session that was announced is not the core's");
        if self.flight.is_none() {
            let stuck = self.calls.iter().find(|call| matches!(call.place, Place::Kept));
            rule!(stuck.is_none(), "5: a call waits for nothing: {stuck:?}");
            if self.owner == Owner::Refused {
                self.owner = Owner::Nobody;
            }
        }
        let waits =
            self.flight.is_some() || self.calls.iter().any(|call| matches!(call.place, Place::Fetching));
        rule!(!waits || self.timer_ms.is_some(), "5: what hangs is never given up");
        let bare = self
            .calls
            .iter()
            .any(|call| matches!(call.place, Place::Kept) && call.kind == Kind::Bare && call.sends == 0);
        let is_nobodys = self.owner == Owner::Nobody && self.session.is_none() && !is_unread;
        rule!(!(bare && is_nobodys), "3: a call without login waits for the login of others");
        let is_left_alone = self.backs_off.0 > self.now_ms && !is_unread && self.session.is_none();
        let waits = self.calls.iter().any(|call| {
            matches!(call.place, Place::Kept)
                && call.kind.insists()
                && !self.calls.iter().any(|call| call.kind.is_asked_for())
        });
        rule!(
            !(is_left_alone && waits && self.flight.is_none()),
            "13: a call waits while the server is left alone"
        );
        if let Some(pass) = self.core.pass() {
            let is_good = self.session.is_some() && !self.is_observed && self.flight.is_none();
            rule!(is_good, "10: a pass was granted while there is something to decide or to tell");
            let age = self.core.age_of(pass.generation);
            rule!(age == Age::Current, "10: the pass is for a session that is gone");
        }
        Ok(())
    }
}
