//! URLs, as far as they decide where a session goes.
//!
//! What [`Address::read`] accepts, the [WHATWG URL parser](https://url.spec.whatwg.org/) reads the same way: the same
//! scheme, host and port. It refuses what it cannot judge whole, and what parsers read differently:
//!
//! * user information, and backslashes, white space, control characters and percent signs in the authority;
//! * hosts that are not ASCII: parsers translate them, so that one host would have several spellings. A Chinese
//!   domain is written in Punycode, as in the domain list of a mini-program;
//! * hosts that a parser would rewrite as an IPv4 address (`127.1`, `0x7f.1`, `1.2.3.4.`);
//! * hosts whose last label begins with a digit, unless they are four plain numbers;
//! * IPv6 addresses with an IPv4 address in them. Others count as their text, so that `[::1]` and `[0::1]` differ;
//! * port 0 and ports above 65535;
//! * what is longer than 4096 bytes before its query. A query may have any length.
//!
//! Punycode (`xn--…`) and the groups of an IPv6 address are not checked: a parser that refuses such a host reads no other
//! in its place.

use std::fmt;

use super::Value;

/// An absolute http(s) URL, taken apart and in normal form: two spellings of one URL are the same.
///
/// The path is what a server could make of it after every step that some client or server takes: percent signs
/// decoded, backslashes taken for slashes, white space and control characters dropped, `.`, `..` and empty segments
/// resolved. Both path and query are UTF-8.
#[derive(Clone, Debug)]
pub struct Address {
    /// 1 for https, the host in lower case and the port in two bytes; then each segment of the path with a slash before
    /// it; then the query with its question mark, if it is not empty.
    bytes: Vec<u8>,
    /// Where the path begins.
    path: usize,
    /// Where the query begins.
    query: usize,
    /// See [`Address::path_begins`].
    path_begins: u32,
}

/// What tells two origins apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OriginPart {
    /// http and https.
    Scheme,
    /// The host.
    Host,
    /// The port.
    Port,
}

const MAX_PORT: u32 = 65_535;
/// At most this many bytes of an address are kept, so that no URL makes the memory grow. No server reads a longer path.
/// A query is cut off there: a longer one can be taken for the login URL's only if that one's is as long.
const LONGEST: usize = 4096;
/// A label that is no octet: more than an octet with the 1 that stands before each label.
const NO_OCTET: u32 = 2_000;

impl Address {
    /// What stands past the last unit of a URL.
    pub const END: u32 = u32::MAX;

    /// Reads a URL from its UTF-16 units, which `unit` answers by their index, or [`Address::END`]. `None` if it is no
    /// absolute http(s) URL, or one that cannot be judged; see the module's head.
    pub fn read(unit: impl Fn(u32) -> u32) -> Option<Address> {
        let mut bytes = Vec::new();
        let mut index = 0;
        while bytes.len() < LONGEST {
            let mut code = unit(index);
            index += 1;
            if code == Self::END || code == b'#'.into() {
                break;
            }
            // UTF-8, as URL parsers send it: so many bytes follow the first one.
            let (mut more, mut mark) = (0, 0);
            if code >= 0x80 {
                let low = unit(index) ^ 0xdc00;
                if code & 0xfc00 == 0xd800 && low < 0x400 {
                    code = 0x1_0000 + ((code & 0x3ff) << 10 | low);
                    index += 1;
                }
                more = 1 + u32::from(code >= 0x800) + u32::from(code >= 0x1_0000);
                mark = 0xff80 >> more;
            }
            bytes.push((mark | code >> (6 * more)) as u8);
            while more > 0 {
                more -= 1;
                bytes.push((0x80 | code >> (6 * more) & 0x3f) as u8);
            }
        }
        Self::parse(bytes)
    }

    /// Takes a URL apart, in place: the normal form is never longer.
    fn parse(mut bytes: Vec<u8>) -> Option<Address> {
        let mut at = 0;
        let mut secure = false;
        for letter in *b"https://" {
            // Setting the bit makes a capital small. Of control characters it would make signs, so only bytes above the
            // space count.
            match bytes.get(at) {
                Some(byte) if *byte > b' ' && *byte | 0x20 == letter => {
                    secure |= letter == b's';
                    at += 1;
                }
                _ if letter == b's' => {}
                _ => return None,
            }
        }
        let question = bytes.iter().position(|byte| *byte == b'?').unwrap_or(bytes.len());
        if question >= LONGEST {
            return None;
        }
        // Past the end, this answers a question mark, which ends an authority as well.
        let peek =
            |bytes: &[u8], at: usize| if at < question { bytes[at].to_ascii_lowercase() } else { b'?' };
        bytes[0] = secure.into();
        let mut end = 1;
        let mut byte = peek(&bytes, at);
        if byte == b'[' {
            while byte != b']' {
                if !byte.is_ascii_hexdigit() && byte != b':' && end > 1 {
                    return None;
                }
                bytes[end] = byte;
                end += 1;
                at += 1;
                byte = peek(&bytes, at);
            }
            at += 1;
            byte = peek(&bytes, at);
        } else {
            // `label` holds the digits read so far as a number with a 1 before it, so that leading zeros count.
            let (mut label, mut octets, mut is_name) = (1, 0, false);
            loop {
                let is_digit = byte.is_ascii_digit();
                if byte == b'.' {
                    octets = if is_octet(label) { octets + 1 } else { 4 };
                    label = 1;
                } else if is_digit || byte.is_ascii_lowercase() || byte == b'-' || byte == b'_' {
                    if label == 1 {
                        is_name = !is_digit;
                    }
                    label = if is_digit { NO_OCTET.min(label * 10 + u32::from(byte & 15)) } else { NO_OCTET };
                } else {
                    break;
                }
                bytes[end] = byte;
                end += 1;
                at += 1;
                byte = peek(&bytes, at);
            }
            if !is_name && (octets != 3 || !is_octet(label)) {
                return None;
            }
        }
        let mut port = if secure { 443 } else { 80 };
        if byte == b':' {
            let mut number = 0;
            loop {
                at += 1;
                byte = peek(&bytes, at);
                if !byte.is_ascii_digit() {
                    break;
                }
                number = number * 10 + u32::from(byte & 15);
                if number > MAX_PORT {
                    return None;
                }
                port = number;
            }
        }
        let path_begins = match byte {
            b'/' => at as u32 + 1,
            b'?' => 0,
            _ => return None,
        };
        if port == 0 {
            return None;
        }
        bytes[end] = (port >> 8) as u8;
        bytes[end + 1] = port as u8;
        let path = end + 2;
        let sent = resolve(&mut bytes, path, at, question, Reading::Sent);
        let query = resolve(&mut bytes, path, path, sent, Reading::Path);
        let length = bytes.len();
        let end = resolve(&mut bytes, query, question, length, Reading::Query);
        bytes.truncate(end);
        Some(Address { bytes, path, query, path_begins })
    }

    /// The address of a URL of the host.
    pub fn of_value<V: Value>(url: &V) -> Option<Address> {
        Address::read(|index| url.unit(index))
    }

    /// The address of a URL.
    pub fn of(url: &str) -> Option<Address> {
        let units: Vec<u16> = url.encode_utf16().collect();
        Address::read(|index| units.get(index as usize).map_or(Self::END, |unit| u32::from(*unit)))
    }

    /// How many UTF-16 units of the URL, as it was written, decide its origin: those up to the slash that ends the
    /// authority, and the slash. Every URL that begins with the same units has the same origin. 0 if no slash ends the
    /// authority.
    pub fn path_begins(&self) -> u32 {
        self.path_begins
    }

    /// Whether both lead to the same scheme, host and port.
    pub fn has_origin_of(&self, other: &Address) -> bool {
        self.bytes[..self.path] == other.bytes[..other.path]
    }

    /// What tells the origins apart, the weightiest first; `None` if they are the same.
    pub fn differs_in(&self, other: &Address) -> Option<OriginPart> {
        let ([scheme, host @ .., _, _], [other_scheme, other_host @ .., _, _]) =
            (&self.bytes[..self.path], &other.bytes[..other.path])
        else {
            return None;
        };
        if host != other_host {
            Some(OriginPart::Host)
        } else if scheme != other_scheme {
            Some(OriginPart::Scheme)
        } else if !self.has_origin_of(other) {
            Some(OriginPart::Port)
        } else {
            None
        }
    }

    /// Whether the other address is the login URL, which is this one: its origin and path must be the same and, if the
    /// login URL has a query, its query as well. A login URL without a query is met by any query.
    pub fn is_login(&self, other: &Address) -> bool {
        let (path, query) = self.bytes[self.path..].split_at(self.query - self.path);
        let (other_path, other_query) = other.bytes[other.path..].split_at(other.query - other.path);
        self.has_origin_of(other) && path == other_path && (query.len() <= 1 || query == other_query)
    }

    /// A text that every spelling of this URL contains, unless the spelling has a `%`, a `\`, or a character up to and
    /// including the space. The text is ASCII, and empty if there is none.
    pub fn distinctive(&self) -> &[u8] {
        let mut pieces = self.bytes[self.path..].rsplit(|byte| matches!(byte, b'/' | b'?'));
        pieces.find(|piece| !piece.is_empty() && piece.iter().all(|byte| *byte < 0x80)).unwrap_or_default()
    }
}

/// How a text is put into normal form.
#[derive(Clone, Copy, PartialEq)]
enum Reading {
    /// A path as URL parsers send it: only slashes and dots matter.
    Sent,
    /// A path that was sent, as a server might read it: with every percent sign decoded, again and again, and without
    /// empty segments, white space and control characters.
    Path,
    /// A query, likewise, except that its slashes are ordinary signs.
    Query,
}

/// Puts what stands in `from..to` into normal form at `start`, which is not behind `from`; answers where that ends.
#[inline(never)]
fn resolve(bytes: &mut [u8], start: usize, from: usize, to: usize, reading: Reading) -> usize {
    let (mut segment, mut end) = (start, start);
    let sent = reading == Reading::Sent;
    for at in from..=to {
        let mut byte = if at < to { bytes[at] } else { b'/' };
        // This may look at bytes before the start: they are no percent sign with a digit, or no digit follows them.
        while bytes[end - 2] == b'%' {
            let (high, low) = (digit(bytes[end - 1]), digit(byte));
            if high | low > 15 || sent && (high, low) != (2, 14) {
                break;
            }
            byte = high << 4 | low;
            end -= 2;
        }
        if (byte == b'/' || byte == b'\\') && reading != Reading::Query {
            byte = b'/';
            let name = &bytes[segment..end];
            let length = name.len();
            if (!sent || length > 1) && b"/..".starts_with(name) {
                end = segment;
                while length == 3 && end > start {
                    end -= 1;
                    if bytes[end] == b'/' {
                        break;
                    }
                }
            }
            segment = end;
        }
        if at < to && if sent { !matches!(byte, 9 | 10 | 13) } else { byte > b' ' } {
            bytes[end] = byte;
            end += 1;
        }
    }
    end
}

/// Whether a label is a number from 0 to 255 as it is normally written.
fn is_octet(label: u32) -> bool {
    matches!(label, 10..=19 | 110..=199 | 1100..=1255)
}

/// The URL in normal form.
impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (origin, rest) = self.bytes.split_at(self.path);
        let [secure, host @ .., high, low] = origin else { return Ok(()) };
        let (scheme, usual_port) = if *secure == 1 { ("https", 443) } else { ("http", 80) };
        let bracket = if host.starts_with(b"[") { "]" } else { "" };
        write!(formatter, "{scheme}://{}{bracket}", String::from_utf8_lossy(host))?;
        let port = u16::from_be_bytes([*high, *low]);
        if port != usual_port {
            write!(formatter, ":{port}")?;
        }
        let slash = if self.query == self.path { "/" } else { "" };
        write!(formatter, "{slash}{}", String::from_utf8_lossy(rest))
    }
}

/// The value of a hexadecimal digit; 16 or more if it is none.
fn digit(byte: u8) -> u8 {
    let letter = (byte | 0x20).wrapping_sub(b'a');
    if letter < 6 { letter + 10 } else { byte.wrapping_sub(b'0') | u8::from(byte > b'9') << 4 }
}
