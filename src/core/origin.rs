//! Where a session may go.

use super::Settings;

/// Where a request goes, seen from the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Place {
    /// Another origin: no session goes there.
    Foreign,
    /// The login URL's origin or a trusted one.
    Trusted,
    /// The login URL itself, which never gets session headers: wafer-node-session would answer without a
    /// session.
    LoginUrl,
    /// Not an absolute http(s) URL, or one whose host different parsers would read differently.
    Invalid,
}

impl Place {
    /// Where `url` leads under these settings.
    pub fn of(url: &str, settings: &Settings) -> Place {
        let Some((origin, path)) = Origin::split(url) else {
            return Place::Invalid;
        };
        if let Some(login_url) = &settings.login_url
            && let Some((login_origin, login_path)) = Origin::split(login_url)
            && login_origin == origin
        {
            return if without_query(path) == without_query(login_path) {
                Place::LoginUrl
            } else {
                Place::Trusted
            };
        }
        if settings.trusted_origins.contains(&origin) { Place::Trusted } else { Place::Foreign }
    }
}

/// Scheme, host and port of an http(s) URL, in lower case and with the scheme's own port left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    secure: bool,
    host: String,
    port: u32,
}

impl Origin {
    /// The origin of an absolute http(s) URL, or `None` if it has none that everyone agrees on: user
    /// information, backslashes, spaces and control characters in it are refused because URL parsers differ
    /// on where the host ends.
    pub fn of(url: &str) -> Option<Origin> {
        Self::split(url).map(|(origin, _)| origin)
    }

    fn split(url: &str) -> Option<(Origin, &str)> {
        let (secure, rest) = match strip_scheme(url, "https://") {
            Some(rest) => (true, rest),
            None => (false, strip_scheme(url, "http://")?),
        };
        let end = rest.bytes().position(|byte| matches!(byte, b'/' | b'?' | b'#')).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let (host, port) = split_port(authority)?;
        if host.is_empty() || host.bytes().any(|byte| matches!(byte, 0..=b' ' | b'@' | b'%' | b'\\' | 0x7f)) {
            return None;
        }
        let port = match port {
            "" => default_port(secure),
            digits => digits.bytes().try_fold(0, |port: u32, byte| {
                (byte.is_ascii_digit() && port <= u32::from(u16::MAX))
                    .then(|| port * 10 + u32::from(byte - b'0'))
            })?,
        };
        Some((Origin { secure, host: host.to_ascii_lowercase(), port }, path))
    }
}

fn default_port(secure: bool) -> u32 {
    if secure { 443 } else { 80 }
}

fn strip_scheme<'a>(url: &'a str, scheme: &str) -> Option<&'a str> {
    let head = url.get(..scheme.len())?;
    head.eq_ignore_ascii_case(scheme).then(|| &url[scheme.len()..])
}

/// Host and port; the brackets of an IPv6 address stay part of the host.
fn split_port(authority: &str) -> Option<(&str, &str)> {
    if authority.starts_with('[') {
        let (host, port) = authority.split_at(authority.find(']')? + 1);
        return match port {
            "" => Some((host, "")),
            _ => Some((host, port.strip_prefix(':')?)),
        };
    }
    let (host, port) = authority.split_once(':').unwrap_or((authority, ""));
    Some((host, port))
}

fn without_query(path: &str) -> &str {
    let end = path.bytes().position(|byte| matches!(byte, b'?' | b'#')).unwrap_or(path.len());
    if end == 0 { "/" } else { &path[..end] }
}
