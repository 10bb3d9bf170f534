//! A session and its number.

use super::{Value, Word};

/// Number of a session in this run of the app: the first that was read or received is 1, and each one that
/// replaces it is one higher.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Generation(pub u32);

impl Generation {
    /// The number of the session that follows.
    #[must_use]
    pub fn next(self) -> Self {
        Generation(self.0 + 1)
    }
}

/// Counts the events after which WeChat's session_key may be another one: each `wx.login` of this SDK, and each
/// session taken over from another copy of it, which has called `wx.login`. User data that was asked for in an
/// older epoch may be encrypted under a session_key that the server no longer has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct KeyEpoch(pub u32);

impl KeyEpoch {
    /// The epoch that follows.
    #[must_use]
    pub fn next(self) -> Self {
        KeyEpoch(self.0.wrapping_add(1))
    }
}

/// A session as the core keeps it. The secrets in it stay host values: the core never copies them.
#[derive(Clone, Debug, PartialEq)]
pub struct Session<V> {
    /// What tells this session from another one: the skey.
    pub key: V,
    /// What is stored, and what `getSession()` shows.
    pub stored: V,
    /// The headers that sign a request, built once.
    pub header: V,
    /// What `login` answers.
    pub user_info: V,
}

impl<V: Value> Session<V> {
    /// The session with the client's own user info, for servers that answer none (wafer's Node, PHP, Java and
    /// C# SDKs).
    #[must_use]
    pub fn or_user_info(mut self, user_info: &V) -> Self {
        if self.user_info.is_nothing() && !user_info.is_nothing() {
            self.stored = self.stored.with(Word::UserInfo, user_info);
            self.user_info = user_info.clone();
        }
        self
    }
}
