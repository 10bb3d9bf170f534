//! Why a call of the host failed, read from what the host said.
//!
//! Numbers come first, then messages. A message is known by its beginning, so that the name of a server or a path,
//! which some messages carry behind their own words, decides nothing. `tests/causes` holds the messages and where they
//! are from.

use super::{Address, Value, Word};

/// Why a host call failed, as far as the lifecycle tells failures apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Anything not listed here.
    Other,
    /// wx gave up waiting.
    Timeout,
    /// wx says that somebody aborted the request. Only the call knows whether that was its own task.
    Aborted,
    /// The user refused (`auth deny`).
    Denied,
    /// The privacy agreement is not accepted (errno 104), or does not name what is asked for (errno 112).
    Privacy,
    /// The API does not exist here (single-page mode).
    Unavailable,
    /// The request never reached the network, or found no server there: the phone is offline, the domain is not
    /// allowed.
    Unsent,
}

/// What hosts say behind `<api>:fail `, in small letters. The capital before each is its [`Cause`]. A `*` at the end
/// means that anything may follow; a `$`, that nothing may follow but a full stop. The bytes in hexadecimal are
/// Chinese, as [`letter`] folds it: 请求超时, 似乎已断 and 未能找到, in this order.
const MESSAGES: &[u8] = b"Ttimeout$\
    Ttime out$\
    Tsocket time out*\
    Tconnect timed out*\
    Tthe request timed out*\
    T\xf7\xc2\x85\xf6$\
    Tnet::err_timed*\
    Tnet::err_connection_timed*\
    T-7:*\
    T-118:*\
    Terrcode:-7 *\
    Terrcode:-118 *\
    Aabort$\
    Dauth den*\
    Dauth can*\
    Duser den*\
    Pprivacy *\
    Papi scope *\
    Unet::err_internet_*\
    Unet::err_name_not*\
    Unet::err_address_unr*\
    U-106:*\
    U-105:*\
    U-109:*\
    Uerrcode:-106 *\
    Uerrcode:-105 *\
    Uerrcode:-109 *\
    Uthe internet connection appears *\
    U\xbc\xce\xf2\xad*\
    U\xaa\xfd\xfe\xb0*\
    Uunable to resolve host *\
    Uurl not in domain *";

impl Cause {
    /// Why a call failed, from what the host handed to `fail`, threw or rejected with.
    pub fn of<V: Value>(error: &V) -> Cause {
        let mut number = error.field(Word::Errno).integer();
        if number == 0 {
            number = error.field(Word::ErrCode).integer();
        }
        match number {
            5 | -118 | -1001 => return Cause::Timeout,
            103 => return Cause::Denied,
            104 | 112 => return Cause::Privacy,
            -1009 | -1003 | -109 | -106 | -105 => return Cause::Unsent,
            _ => {}
        }
        let said = error.field(Word::ErrMsg);
        let letter = |index| letter(&said, index);
        let mut start = 0;
        // The name of an API is nothing but letters.
        while letter(start).is_ascii_lowercase() {
            start += 1;
        }
        if letter(start) != b':' || letter(start + 1) != b'f' {
            return Cause::Other;
        }
        // Past ":fail" and what some hosts put behind it.
        start += 5;
        while matches!(letter(start), b' ' | b':') {
            start += 1;
        }
        let (mut cause, mut at, mut fits) = (Cause::Other, start, true);
        for &known in MESSAGES {
            if known.is_ascii_uppercase() {
                cause = match known {
                    b'A' => Cause::Aborted,
                    b'D' => Cause::Denied,
                    b'P' => Cause::Privacy,
                    b'U' => Cause::Unsent,
                    _ => Cause::Timeout,
                };
                (at, fits) = (start, true);
            } else if fits {
                let said = letter(at);
                at += 1;
                if known == b'*'
                    || known == b'$'
                        && (said == END || matches!(said, b'.' | CHINESE_FULL_STOP) && letter(at) == END)
                {
                    return cause;
                }
                fits = said == known;
            }
        }
        Cause::Other
    }
}

/// A letter of a message, in lower case. Letters beyond ASCII are folded into the upper half of a byte, as in
/// [`MESSAGES`].
#[inline(never)]
fn letter<V: Value>(said: &V, index: u32) -> u8 {
    let unit = said.unit(index);
    if unit < 0x80 { (unit as u8).to_ascii_lowercase() } else { unit as u8 | 0x80 }
}

/// [`Address::END`], as [`letter`] puts it.
const END: u8 = Address::END as u8;
/// `。`, likewise.
const CHINESE_FULL_STOP: u8 = 0x82;
