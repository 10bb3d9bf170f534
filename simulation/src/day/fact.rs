//! The values that the core gets. A phone has texts where these are numbers, so that a million phones fit into memory
//! and nothing is allocated. The number of a record decides what its fields hold.

use wafer_client_wasm::core::{Address, Kind, Value, Word};

/// A value of the simulated host.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fact {
    /// `undefined`.
    Nothing,
    /// An id, a key or a code.
    Number(u32),
    /// A text of [`TEXTS`].
    Text(&'static str),
    /// A record that the core or the app put together field by field. All of its content follows from the skey of a
    /// session or from a login code.
    Record {
        /// The session's skey, 0 if there is none.
        skey: u32,
        /// The login code, 0 if there is none.
        code: u32,
    },
    /// The body of a login that succeeded.
    LoggedIn(u32),
    /// The body of a refusal in the words of wafer's servers.
    Refusal(&'static str),
    /// The body of a business answer.
    Plain,
    /// The error that wx hands to `fail`.
    Error(&'static str),
}

impl Fact {
    /// A stored session: `{id, skey}`.
    pub fn stored(skey: u32) -> Self {
        if skey == 0 { Fact::Nothing } else { Fact::Record { skey, code: 0 } }
    }

    /// The number in a scalar, or the skey of a record; 0 if there is none.
    pub fn number(self) -> u32 {
        match self {
            Fact::Number(number) | Fact::LoggedIn(number) => number,
            Fact::Record { skey, .. } => skey,
            Fact::Nothing | Fact::Text(_) | Fact::Refusal(_) | Fact::Plain | Fact::Error(_) => 0,
        }
    }

    /// A field that exists only if the number is not 0.
    fn scalar(number: u32) -> Self {
        if number == 0 { Fact::Nothing } else { Fact::Number(number) }
    }
}

impl Value for Fact {
    fn kind(&self) -> Kind {
        match self {
            Fact::Nothing => Kind::Nothing,
            Fact::Number(_) | Fact::Text(_) => Kind::Scalar,
            Fact::Record { skey: 0, code: 0 } => Kind::Empty,
            Fact::Record { .. } | Fact::LoggedIn(_) | Fact::Refusal(_) | Fact::Plain | Fact::Error(_) => {
                Kind::Record
            }
        }
    }

    fn field(&self, name: Word) -> Self {
        match (*self, name) {
            (Fact::LoggedIn(_) | Fact::Refusal(_), Word::Magic) => Fact::Number(1),
            (Fact::LoggedIn(skey), Word::Session) => Fact::stored(skey),
            (Fact::Refusal(error), Word::Error) => Fact::Text(error),
            (Fact::Error(message), Word::ErrMsg) => Fact::Text(message),
            (Fact::Record { skey, .. }, Word::Id | Word::Skey | Word::HeaderId | Word::HeaderSkey) => {
                Fact::scalar(skey)
            }
            (Fact::Record { code, .. }, Word::Code | Word::HeaderCode) => Fact::scalar(code),
            // The session as it is stored, its headers and the headers of a login are records of the same numbers.
            (record @ Fact::Record { .. }, Word::Session | Word::Data) => record,
            _ => Fact::Nothing,
        }
    }

    fn is(&self, text: Word) -> bool {
        match self {
            Fact::Text(own) => *own == text.text(),
            Fact::Number(number) => text.text().parse() == Ok(*number),
            _ => false,
        }
    }

    fn integer(&self) -> i32 {
        match self {
            Fact::Number(number) => i32::try_from(*number).unwrap_or_default(),
            _ => 0,
        }
    }

    fn unit(&self, index: u32) -> u32 {
        match self {
            Fact::Text(text) => {
                text.as_bytes().get(index as usize).map_or(Address::END, |byte| u32::from(*byte))
            }
            _ => Address::END,
        }
    }

    fn same(&self, other: &Self) -> bool {
        self == other
    }

    fn record() -> Self {
        Fact::Record { skey: 0, code: 0 }
    }

    fn with(self, name: Word, value: &Self) -> Self {
        let Fact::Record { mut skey, mut code } = self else { return self };
        match (name, *value) {
            (Word::Code | Word::HeaderCode, Fact::Number(number)) => code = number,
            (Word::Id | Word::Skey | Word::HeaderId | Word::HeaderSkey, Fact::Number(number)) => {
                skey = number;
            }
            // A value that is put into the record of a session or login belongs to that session or login.
            (Word::Session | Word::Data, Fact::Record { skey: inner, code: inner_code }) => {
                debug_assert!(skey == inner || skey == 0 || inner == 0, "a record of two sessions");
                skey = skey.max(inner);
                code = code.max(inner_code);
            }
            _ => {}
        }
        Fact::Record { skey, code }
    }
}
