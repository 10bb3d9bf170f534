//! Where a session may go.

use std::fmt;

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
    /// Where an address leads under these settings.
    pub fn of(address: Option<Address>, settings: &Settings) -> Place {
        let Some(address) = address else { return Place::Invalid };
        match &settings.login_url {
            Some(login_url) if *login_url == address => Place::LoginUrl,
            Some(login_url) if login_url.origin == address.origin => Place::Trusted,
            _ if settings.trusted_origins.contains(&address.origin) => Place::Trusted,
            _ => Place::Foreign,
        }
    }
}

/// Scheme, host and port of an http(s) URL: 1 for https, the host in lower case, and the port in UTF-16 units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(Vec<u16>);

/// An absolute http(s) URL without its query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Whom it leads to.
    pub origin: Origin,
    path: Vec<u16>,
}

/// Where the reading of a host stands.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    Host,
    /// In the brackets of an IPv6 address, whose colons belong to it.
    Brackets,
    /// After them, where nothing but a port may follow.
    AfterBrackets,
    Port,
}

impl Address {
    /// Reads a URL from its UTF-16 units, which `unit` answers by their index. `None` if it has no origin that
    /// everyone agrees on: user information, backslashes, spaces and control characters in it are refused because
    /// URL parsers differ on where the host ends.
    pub fn read(unit: impl Fn(u32) -> Option<u16>) -> Option<Address> {
        let mut index = 0;
        let mut next = || {
            index += 1;
            unit(index - 1)
        };
        for letter in *b"http" {
            if next().map(lower_case)? != letter.into() {
                return None;
            }
        }
        let mut read = next();
        let secure = read.is_some_and(|unit| lower_case(unit) == b's'.into());
        if secure {
            read = next();
        }
        for mark in *b"://" {
            if read != Some(mark.into()) {
                return None;
            }
            read = next();
        }
        let mut origin = vec![u16::from(secure)];
        let mut part = Part::Host;
        let mut port: u16 = 0;
        let mut has_digits = false;
        while let Some(unit) = read.filter(|unit| !ends_host(*unit)) {
            match (u8::try_from(unit).unwrap_or(u8::MAX), part) {
                (0..=b' ' | b'@' | b'%' | b'\\' | 0x7f, _) => return None,
                (digit @ b'0'..=b'9', Part::Port) => {
                    has_digits = true;
                    port = port.checked_mul(10)?.checked_add((digit - b'0').into())?;
                }
                (b':', Part::Host | Part::AfterBrackets) => part = Part::Port,
                (_, Part::Port | Part::AfterBrackets) => return None,
                (byte, _) => {
                    match byte {
                        b'[' => part = Part::Brackets,
                        b']' => part = Part::AfterBrackets,
                        _ => {}
                    }
                    origin.push(if byte.is_ascii_uppercase() { lower_case(unit) } else { unit });
                }
            }
            read = next();
        }
        if origin.len() == 1 || part == Part::Brackets || (port == 0 && has_digits) {
            return None;
        }
        origin.push(match (port, secure) {
            (0, true) => 443,
            (0, false) => 80,
            (port, _) => port,
        });
        let mut path = Vec::new();
        while let Some(unit) = read.filter(|unit| !ends_path(*unit)) {
            path.push(unit);
            read = next();
        }
        if path.is_empty() {
            path.push(b'/'.into());
        }
        Some(Address { origin: Origin(origin), path })
    }

    /// The address of a URL.
    pub fn of(url: &str) -> Option<Address> {
        let units: Vec<u16> = url.encode_utf16().collect();
        Address::read(|index| units.get(index as usize).copied())
    }
}

/// The URL as it is normally written.
impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [secure, host @ .., port] = self.origin.0.as_slice() else { return Ok(()) };
        let (scheme, usual_port) = if *secure == 1 { ("https", 443) } else { ("http", 80) };
        write!(formatter, "{scheme}://{}", String::from_utf16_lossy(host))?;
        if *port != usual_port {
            write!(formatter, ":{port}")?;
        }
        formatter.write_str(&String::from_utf16_lossy(&self.path))
    }
}

/// The letter in lower case; other units change, too.
fn lower_case(unit: u16) -> u16 {
    unit | 0x20
}

fn ends_host(unit: u16) -> bool {
    unit == u16::from(b'/') || ends_path(unit)
}

fn ends_path(unit: u16) -> bool {
    unit == u16::from(b'?') || unit == u16::from(b'#')
}
