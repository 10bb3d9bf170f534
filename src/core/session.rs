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

/// A session as the core keeps it: one record of the host. The secrets in it stay there; the core never copies
/// them.
#[derive(Clone, Debug, PartialEq)]
pub struct Session<V>(V);

impl<V: Value> Session<V> {
    /// A session of its parts.
    ///
    /// * `key`: what tells this session from another one, the skey
    /// * `stored`: what is stored, and what `getSession()` shows
    /// * `header`: the headers that sign a request, built once
    /// * `user_info`: what `login` answers
    pub fn new(key: &V, stored: &V, header: &V, user_info: &V) -> Self {
        Session(
            V::record()
                .with(Word::Skey, key)
                .with(Word::Session, stored)
                .with(Word::Data, header)
                .with(Word::UserInfo, user_info),
        )
    }

    /// A session of the same parts, put together by the host as `{skey, session, data, userInfo}`.
    pub fn of_record(record: &V) -> Option<Self> {
        record.field(Word::Skey).is_scalar().then(|| Session(record.clone()))
    }

    /// The record of the parts, for the host.
    pub fn into_record(self) -> V {
        self.0
    }

    pub(super) fn record_mut(&mut self) -> &mut V {
        &mut self.0
    }

    /// What tells this session from another one.
    pub fn key(&self) -> V {
        self.0.field(Word::Skey)
    }

    /// What is stored.
    pub fn stored(&self) -> V {
        self.0.field(Word::Session)
    }

    /// The headers that sign a request.
    pub fn header(&self) -> V {
        self.0.field(Word::Data)
    }

    /// What `login` answers.
    pub fn user_info(&self) -> V {
        self.0.field(Word::UserInfo)
    }

    /// The session with the client's own user info, for servers that answer none (wafer's Node, PHP, Java and
    /// C# SDKs).
    #[must_use]
    pub fn or_user_info(self, user_info: &V) -> Self {
        if !self.user_info().is_nothing() {
            return self;
        }
        let stored = self.stored().with(Word::UserInfo, user_info);
        Session(self.0.with(Word::Session, &stored).with(Word::UserInfo, user_info))
    }
}
