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
            Some(login_url) if login_url.has_origin_of(&address) => Place::Trusted,
            _ if settings.trusted_origins.iter().any(|trusted| trusted.has_origin_of(&address)) => {
                Place::Trusted
            }
            _ => Place::Foreign,
        }
    }
}

/// An absolute http(s) URL without its query, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// 1 for https, the host in lower case and the port, then the path, in UTF-16 units.
    units: Vec<u16>,
    /// Where the path begins.
    path: usize,
}

const MAX_PORT: u32 = 65_535;

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
    /// Reads a URL from its UTF-16 units, which `unit` answers by their index, or [`Address::END`]. `None` if it has
    /// no origin that everyone agrees on: user information, backslashes, spaces and control characters in it are
    /// refused because URL parsers differ on where the host ends.
    pub fn read(unit: impl Fn(u32) -> u32) -> Option<Address> {
        let mut index = 0;
        for letter in *b"http" {
            if lower_case(unit(index)) != letter.into() {
                return None;
            }
            index += 1;
        }
        let secure = lower_case(unit(index)) == b's'.into();
        index += u32::from(secure);
        for mark in *b"://" {
            if unit(index) != mark.into() {
                return None;
            }
            index += 1;
        }
        let mut units = vec![u16::from(secure)];
        let mut part = Part::Host;
        let mut port = None;
        loop {
            let unit = unit(index);
            match (u8::try_from(unit).unwrap_or(u8::MAX), part) {
                (b'/' | b'?' | b'#', _) => break,
                (0..=b' ' | b'@' | b'%' | b'\\' | 0x7f, _) => return None,
                (digit @ b'0'..=b'9', Part::Port) => {
                    let number = port.unwrap_or(0) * 10 + u32::from(digit - b'0');
                    if number > MAX_PORT {
                        return None;
                    }
                    port = Some(number);
                }
                (b':', Part::Host | Part::AfterBrackets) => part = Part::Port,
                _ if unit == Self::END => break,
                (_, Part::Port | Part::AfterBrackets) => return None,
                (byte, Part::Host | Part::Brackets) => {
                    match byte {
                        b'[' => part = Part::Brackets,
                        b']' => part = Part::AfterBrackets,
                        _ => {}
                    }
                    units.push(if byte.is_ascii_uppercase() { lower_case(unit) } else { unit } as u16);
                }
            }
            index += 1;
        }
        if units.len() == 1 || part == Part::Brackets || port == Some(0) {
            return None;
        }
        units.push(port.unwrap_or(if secure { 443 } else { 80 }) as u16);
        let path = units.len();
        loop {
            let unit = unit(index);
            if unit == Self::END || unit == b'?'.into() || unit == b'#'.into() {
                break;
            }
            units.push(unit as u16);
            index += 1;
        }
        if units.len() == path {
            units.push(b'/'.into());
        }
        Some(Address { units, path })
    }

    /// What stands past the last unit of a URL.
    pub const END: u32 = u32::MAX;

    /// The address of a URL.
    pub fn of(url: &str) -> Option<Address> {
        let units: Vec<u16> = url.encode_utf16().collect();
        Address::read(|index| units.get(index as usize).map_or(Self::END, |unit| u32::from(*unit)))
    }

    /// Whether both lead to the same scheme, host and port.
    pub fn has_origin_of(&self, other: &Address) -> bool {
        self.units[..self.path] == other.units[..other.path]
    }
}

/// The URL as it is normally written.
impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (origin, path) = self.units.split_at(self.path);
        let [secure, host @ .., port] = origin else { return Ok(()) };
        let (scheme, usual_port) = if *secure == 1 { ("https", 443) } else { ("http", 80) };
        write!(formatter, "{scheme}://{}", String::from_utf16_lossy(host))?;
        if *port != usual_port {
            write!(formatter, ":{port}")?;
        }
        formatter.write_str(&String::from_utf16_lossy(path))
    }
}

/// The letter in lower case; other units change, too.
fn lower_case(unit: u32) -> u32 {
    unit | 0x20
}
