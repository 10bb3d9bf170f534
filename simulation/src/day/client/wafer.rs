//! wafer-client-sdk 0.8.4, as its `lib/login.js` and `lib/request.js` are written: each call logs in by itself if it
//! must.

use super::{Answer, CallId, Client, Effect, Outcome, Reply, Token, WX_TIMEOUT, Wx};
use crate::day::wechat::Code;

/// It keeps no state but that of its closures.
#[derive(Debug, Default)]
pub struct Wafer {
    /// Codes of calls that ask for user data.
    codes: Vec<(Token, Code)>,
}

/// A call, and whether it has been retried.
fn token(call: CallId, has_retried: bool) -> Token {
    call << 1 | Token::from(has_retried)
}

fn call_of(token: Token) -> CallId {
    token >> 1
}

impl Client for Wafer {
    const NAME: &'static str = "wafer-client-sdk";

    fn open(_: &mut Wx<'_>) -> Self {
        Wafer::default()
    }

    fn call(&mut self, call: CallId, wx: &mut Wx<'_>) {
        log_in(token(call, false), wx);
    }

    fn answer(&mut self, answer: Answer, wx: &mut Wx<'_>) {
        match answer {
            Answer::Checked(token, true) => request(token, wx),
            Answer::Checked(token, false) => {
                wx.storage.skey = 0;
                wx.effects.push(Effect::Login(token));
            }
            Answer::Code(token, Some(code)) => {
                self.codes.push((token, code));
                wx.effects.push(Effect::UserInfo(token));
            }
            Answer::UserInfo(token, is_there) => {
                let Some(index) = self.codes.iter().position(|(asker, _)| *asker == token) else { return };
                let (_, code) = self.codes.swap_remove(index);
                if is_there {
                    wx.effects.push(Effect::LoginRequest { token, code, timeout: WX_TIMEOUT });
                } else {
                    fail(token, wx);
                }
            }
            Answer::Login(token, Reply::Session(skey)) => {
                // Nobody catches what setStorageSync throws: the call never ends.
                if wx.storage.write(skey) {
                    request(token, wx);
                }
            }
            Answer::Code(token, None) | Answer::Login(token, _) | Answer::LoginFailed(token, _) => {
                fail(token, wx);
            }
            Answer::Call(token, Reply::SessionOver) => {
                wx.storage.skey = 0;
                if token & 1 == 0 {
                    log_in(token | 1, wx);
                } else {
                    fail(token, wx);
                }
            }
            Answer::Call(token, Reply::SessionUnchecked) => {
                wx.storage.skey = 0;
                fail(token, wx);
            }
            Answer::Call(token, reply) => succeed(token, reply, wx),
            Answer::CallFailed(token, _) => fail(token, wx),
            Answer::Tick | Answer::Returned => {}
        }
    }
}

fn log_in(token: Token, wx: &mut Wx<'_>) {
    let is_stored = wx.storage.skey != 0;
    wx.effects.push(if is_stored { Effect::CheckSession(token) } else { Effect::Login(token) });
}

fn request(token: Token, wx: &mut Wx<'_>) {
    wx.effects.push(Effect::Request(token, wx.storage.skey));
}

fn succeed(token: Token, reply: Reply, wx: &mut Wx<'_>) {
    let outcome = if reply == Reply::Fine { Outcome::Served } else { Outcome::Status };
    wx.effects.push(Effect::Settle(call_of(token), outcome));
}

fn fail(token: Token, wx: &mut Wx<'_>) {
    wx.effects.push(Effect::Settle(call_of(token), Outcome::Failed));
}
