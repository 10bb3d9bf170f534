//! wafer2-client-sdk 2.1.0, as its `lib/login.js` and `lib/request.js` are written: each call logs in.

use super::{Answer, CallId, Client, Effect, Outcome, Reply, Token, WX_TIMEOUT, Wx};

/// It keeps no state but that of its closures.
#[derive(Debug)]
pub struct Wafer2;

/// A call, and whether it has been retried.
fn token(call: CallId, has_retried: bool) -> Token {
    call << 1 | Token::from(has_retried)
}

fn settle(token: Token, outcome: Outcome, wx: &mut Wx<'_>) {
    wx.effects.push(Effect::Settle(token >> 1, outcome));
}

impl Client for Wafer2 {
    const NAME: &'static str = "wafer2-client-sdk";
    /// The server needs thirteen times the capacity, since each call logs in.
    const CAPACITY: f64 = 32_500.0;

    fn open(_: &mut Wx<'_>) -> Self {
        Wafer2
    }

    fn call(&mut self, call: CallId, wx: &mut Wx<'_>) {
        wx.effects.push(Effect::Login(token(call, false)));
    }

    fn answer(&mut self, answer: Answer, wx: &mut Wx<'_>) {
        match answer {
            Answer::Code(token, Some(code)) => {
                wx.effects.push(Effect::LoginRequest { token, code, timeout: WX_TIMEOUT });
            }
            // `loginWithCode` gives wx.login no `fail`: the call never ends.
            Answer::Code(_, None) => {}
            Answer::Login(token, Reply::Session(skey)) => {
                // Nobody catches what setStorageSync throws: the call never ends.
                if wx.storage.write(skey) {
                    wx.effects.push(Effect::Request(token, wx.storage.skey));
                }
            }
            Answer::Login(token, _) | Answer::LoginFailed(token, _) | Answer::CallFailed(token, _) => {
                settle(token, Outcome::Failed, wx);
            }
            Answer::Call(token, Reply::SessionOver | Reply::SessionUnchecked) => {
                wx.storage.skey = 0;
                if token & 1 == 0 {
                    wx.effects.push(Effect::Login(token | 1));
                } else {
                    settle(token, Outcome::Failed, wx);
                }
            }
            Answer::Call(token, reply) => {
                let outcome = if reply == Reply::Fine { Outcome::Served } else { Outcome::Status };
                settle(token, outcome, wx);
            }
            Answer::Checked(..) | Answer::UserInfo(..) | Answer::Tick | Answer::Returned => {}
        }
    }
}
