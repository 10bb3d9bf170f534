//! weRequest 1.8.1, as its `src/module/sessionManager.ts`, `requestHandler.ts` and `responseHandler.ts` are written: one
//! login at a time, one check a launch, up to three new logins a call.

use super::{Answer, CallId, Client, Effect, Outcome, Reply, Token, WX_TIMEOUT, Wx};
use crate::day::server::Skey;

/// `reLoginLimit`.
const LOGINS_OF_A_CALL: u32 = 3;
/// The token of its login or check; there is only one of them at a time.
const SINGLE: Token = 0;

/// `checkSessionPromise`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Check {
    NotAsked,
    Asking,
    Passed,
    Failed,
}

/// A call, and how often it was repeated.
#[derive(Clone, Copy, Debug)]
struct Made {
    call: CallId,
    again: u32,
}

/// Its state in one launch.
#[derive(Debug)]
pub struct WeRequest {
    session: Skey,
    /// `doNotCheckSession`: set by a login.
    is_fresh: bool,
    check: Check,
    is_logging_in: bool,
    /// The calls that wait for the login; `None` stands for the check.
    for_login: Vec<Option<Made>>,
    for_check: Vec<Made>,
}

fn token(Made { call, again }: Made) -> Token {
    call << 3 | again.min(7)
}

impl Client for WeRequest {
    const NAME: &'static str = "weRequest";

    fn open(wx: &mut Wx<'_>) -> Self {
        WeRequest {
            session: wx.storage.skey,
            is_fresh: false,
            check: Check::NotAsked,
            is_logging_in: false,
            for_login: Vec::new(),
            for_check: Vec::new(),
        }
    }

    fn call(&mut self, call: CallId, wx: &mut Wx<'_>) {
        self.make(Made { call, again: 0 }, wx);
    }

    fn answer(&mut self, answer: Answer, wx: &mut Wx<'_>) {
        match answer {
            Answer::Code(_, Some(code)) => {
                wx.effects.push(Effect::LoginRequest { token: SINGLE, code, timeout: WX_TIMEOUT });
            }
            Answer::Login(_, Reply::Session(skey)) => {
                self.session = skey;
                self.is_fresh = true;
                // weRequest does not notice that a write fails.
                let _ = wx.storage.write(skey);
                self.logged_in(true, wx);
            }
            Answer::Code(_, None) | Answer::Login(..) | Answer::LoginFailed(..) => self.logged_in(false, wx),
            Answer::Checked(_, true) => self.checked(true, wx),
            Answer::Checked(_, false) => {
                self.end_session(wx);
                self.log_in(None, wx);
            }
            Answer::Call(token, reply) => {
                let made = Made { call: token >> 3, again: token & 7 };
                match reply {
                    Reply::SessionOver if made.again < LOGINS_OF_A_CALL => {
                        self.end_session(wx);
                        self.make(Made { again: made.again + 1, ..made }, wx);
                    }
                    Reply::Fine => wx.effects.push(Effect::Settle(made.call, Outcome::Served)),
                    _ => fail(made, wx),
                }
            }
            Answer::CallFailed(token, _) => fail(Made { call: token >> 3, again: 0 }, wx),
            Answer::UserInfo(..) | Answer::Tick | Answer::Returned => {}
        }
    }
}

impl WeRequest {
    /// `sessionManager.main()`, then the request.
    fn make(&mut self, made: Made, wx: &mut Wx<'_>) {
        if self.session == 0 {
            self.is_fresh = true;
            self.log_in(Some(made), wx);
        } else if self.is_fresh {
            self.send(made, wx);
        } else {
            match self.check {
                Check::Passed => self.send(made, wx),
                Check::Failed => fail(made, wx),
                Check::Asking => self.for_check.push(made),
                Check::NotAsked => {
                    self.check = Check::Asking;
                    self.for_check.push(made);
                    wx.effects.push(Effect::CheckSession(SINGLE));
                }
            }
        }
    }

    fn send(&mut self, made: Made, wx: &mut Wx<'_>) {
        if self.session == 0 {
            self.make(Made { again: made.again + 1, ..made }, wx);
        } else {
            wx.effects.push(Effect::Request(token(made), self.session));
        }
    }

    fn log_in(&mut self, waiter: Option<Made>, wx: &mut Wx<'_>) {
        self.for_login.push(waiter);
        if !self.is_logging_in {
            self.is_logging_in = true;
            wx.effects.push(Effect::Login(SINGLE));
        }
    }

    fn logged_in(&mut self, is_good: bool, wx: &mut Wx<'_>) {
        self.is_logging_in = false;
        for waiter in std::mem::take(&mut self.for_login) {
            match waiter {
                Some(made) if is_good => self.send(made, wx),
                Some(made) => fail(made, wx),
                None => self.checked(is_good, wx),
            }
        }
    }

    /// The answer of the one check is kept for the launch, whatever it was.
    fn checked(&mut self, is_good: bool, wx: &mut Wx<'_>) {
        self.check = if is_good { Check::Passed } else { Check::Failed };
        for made in std::mem::take(&mut self.for_check) {
            if is_good {
                self.send(made, wx);
            } else {
                fail(made, wx);
            }
        }
    }

    fn end_session(&mut self, wx: &mut Wx<'_>) {
        self.session = 0;
        wx.storage.skey = 0;
    }
}

fn fail(made: Made, wx: &mut Wx<'_>) {
    wx.effects.push(Effect::Settle(made.call, Outcome::Failed));
}
