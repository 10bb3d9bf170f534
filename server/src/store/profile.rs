//! The profile of a user, as others see it.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// The name that WeChat gives to users whose profile it keeps to itself. New users have it here as well.
pub const ANONYMOUS_NICK_NAME: &str = "微信用户";
/// Avatar of a new user; a path of this server.
pub const DEFAULT_AVATAR: &str = "/avatars/default.svg";

/// WeChat's userInfo. A field that a client leaves out gets the value with which WeChat says "unknown".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UserInfo {
    /// Nickname.
    pub nick_name: String,
    /// Avatar: an http(s) address, or within the database a path of this server.
    pub avatar_url: String,
    /// 0 unknown, 1 male, 2 female.
    pub gender: u8,
    /// Language of the names below, such as `zh_CN`.
    pub language: String,
    /// City.
    pub city: String,
    /// Province.
    pub province: String,
    /// Country.
    pub country: String,
}

impl Default for UserInfo {
    fn default() -> Self {
        Self {
            nick_name: ANONYMOUS_NICK_NAME.to_owned(),
            avatar_url: String::new(),
            gender: 0,
            language: String::new(),
            city: String::new(),
            province: String::new(),
            country: String::new(),
        }
    }
}

impl UserInfo {
    /// The same profile with an avatar that can be fetched from anywhere: a path of this server gets `base_url` in
    /// front.
    pub fn with_base_url(&self, base_url: &str) -> Cow<'_, Self> {
        if !self.avatar_url.starts_with('/') {
            return Cow::Borrowed(self);
        }
        let avatar_url = [base_url, &self.avatar_url].concat();
        Cow::Owned(Self { avatar_url, ..self.clone() })
    }

    /// Whether this is the profile without a name that WeChat has given to most versions since 2021. It is not stored,
    /// because it would replace the name and avatar that the user chose here.
    pub fn is_anonymous(&self) -> bool {
        self.nick_name == ANONYMOUS_NICK_NAME
    }

    /// The reverse: an avatar of this server is stored as a path, so that it stays valid when the address changes.
    #[must_use]
    pub fn without_base_url(mut self, base_url: &str) -> Self {
        if let Some(path) = self.avatar_url.strip_prefix(base_url).filter(|path| path.starts_with('/')) {
            self.avatar_url = path.to_owned();
        }
        self
    }
}
