//! The part of WeChat that logins need: codes, the session_key behind them, and the limit on `wx.login`.

use std::collections::VecDeque;

use fastrand::Rng;

use super::{MINUTE, Ms, PhoneId, exponential};

/// The time for which a code is good.
pub const CODE_LIFE: Ms = 5 * MINUTE;
/// The `wx.login` calls of one user that WeChat answers in one second.
pub const LOGINS_A_SECOND: usize = 4;
/// The mean time for which WeChat keeps a session_key, in ms.
const KEY_LIFE: f64 = 3.0 * 86_400_000.0;

/// A login code. 0 means none.
pub type Code = u32;

#[derive(Debug)]
struct Issued {
    user: PhoneId,
    at: Ms,
    is_used: bool,
}

/// WeChat's memory. A phone is a user.
#[derive(Debug)]
pub struct WeChat {
    /// Codes of the last five minutes; `first` is the number of the first one.
    codes: VecDeque<Issued>,
    first: Code,
    /// When WeChat drops the session_key of each user's last code.
    keys_until: Vec<Ms>,
    random: Rng,
}

impl WeChat {
    /// The memory that a user takes without a code of the last five minutes, in bytes.
    pub const BYTES_A_USER: usize = size_of::<Ms>();

    /// A WeChat whose users have session_keys from some earlier time.
    pub fn new(users: u32, seed: u64, now: Ms) -> Self {
        let mut random = Rng::with_seed(seed);
        let keys_until = (0..users).map(|_| key_life(&mut random, now)).collect();
        WeChat { codes: VecDeque::new(), first: 1, keys_until, random }
    }

    /// `wx.login`: a new code, and with it a new session_key.
    pub fn issue(&mut self, user: PhoneId, now: Ms) -> Code {
        while self.codes.front().is_some_and(|code| now >= code.at + CODE_LIFE) {
            self.codes.pop_front();
            self.first += 1;
        }
        self.codes.push_back(Issued { user, at: now, is_used: false });
        self.keys_until[user as usize] = key_life(&mut self.random, now);
        self.first + self.codes.len() as u32 - 1
    }

    /// `wx.checkSession`: whether the session_key of the user's last code is still good.
    pub fn key_holds(&self, user: PhoneId, now: Ms) -> bool {
        now < self.keys_until[user as usize]
    }

    /// Sets the time until which the session_key of the user's last code is good.
    pub fn set_key(&mut self, user: PhoneId, until: Ms) {
        self.keys_until[user as usize] = until;
    }

    /// jscode2session: the user of the code. A code works once, within five minutes.
    pub fn exchange(&mut self, code: Code, now: Ms) -> Option<PhoneId> {
        let index = code.checked_sub(self.first)?;
        let issued = self.codes.get_mut(index as usize)?;
        let is_good = !issued.is_used && now < issued.at + CODE_LIFE;
        issued.is_used = true;
        is_good.then_some(issued.user)
    }
}

fn key_life(random: &mut Rng, now: Ms) -> Ms {
    now.saturating_add(exponential(random, KEY_LIFE) as Ms)
}
