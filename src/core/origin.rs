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
        let secure = starts_with(url, "https://");
        if !secure && !starts_with(url, "http://") {
            return None;
        }
        let rest = url.get(if secure { "https://".len() } else { "http://".len() }..)?;
        let (authority, path) = rest.split_at(end_of(rest, b"/?#"));
        let bytes = authority.as_bytes();
        let refused = |byte: &u8| matches!(*byte, 0..=b' ' | b'@' | b'%' | b'\\' | 0x7f);
        if bytes.iter().any(refused) {
            return None;
        }
        // The colons in the brackets of an IPv6 address belong to the host.
        let brackets = bytes.iter().position(|byte| *byte == b']').map_or(0, |end| end + 1);
        let end = brackets + end_of(authority.get(brackets..)?, b":");
        let digits = bytes.get(end + 1..).unwrap_or_default();
        let mut port = 0;
        for byte in digits {
            if !byte.is_ascii_digit() || port > MAX_PORT {
                return None;
            }
            port = port * 10 + u32::from(byte - b'0');
        }
        if end == 0 || (brackets > 0 && end > brackets) || (port == 0 && !digits.is_empty()) {
            return None;
        }
        if port == 0 {
            port = if secure { 443 } else { 80 };
        }
        let mut host = authority.get(..end)?.to_owned();
        host.make_ascii_lowercase();
        Some((Origin { secure, host, port }, path))
    }
}

const MAX_PORT: u32 = 65_535;

fn starts_with(url: &str, scheme: &str) -> bool {
    url.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme))
}

/// Where the first of these bytes is, or the end.
fn end_of(text: &str, marks: &[u8]) -> usize {
    text.bytes().position(|byte| marks.contains(&byte)).unwrap_or(text.len())
}

fn without_query(path: &str) -> &str {
    match end_of(path, b"?#") {
        0 => "/",
        end => path.get(..end).unwrap_or_default(),
    }
}
