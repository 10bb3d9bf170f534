//! Where a session may go.

use super::{Address, Settings, Value};

/// Where a request goes, seen from the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Another origin: no session goes there.
    Foreign,
    /// The login URL's origin or a trusted one.
    Trusted,
    /// The login URL itself, in whatever spelling, which never gets session headers: wafer-node-session would
    /// answer without a session.
    LoginUrl,
    /// Nothing that [`Address::read`] can judge.
    Invalid,
}

impl Place {
    /// Where a URL of the host leads under these settings.
    pub fn of_url<V: Value>(url: &V, settings: &Settings) -> Place {
        Place::of(Address::of_value(url).as_ref(), settings)
    }

    /// Where an address leads under these settings.
    pub fn of(address: Option<&Address>, settings: &Settings) -> Place {
        let Some(address) = address else { return Place::Invalid };
        match &settings.login_url {
            Some(login_url) if login_url.is_login(address) => Place::LoginUrl,
            Some(login_url) if login_url.has_origin_of(address) => Place::Trusted,
            _ if settings.trusted_origins.iter().any(|trusted| trusted.has_origin_of(address)) => {
                Place::Trusted
            }
            _ => Place::Foreign,
        }
    }
}
