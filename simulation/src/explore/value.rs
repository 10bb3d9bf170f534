//! The host's values, as small as possible: a session, a code and user data are just numbers.

use std::rc::Rc;

use wafer_client_wasm::core::{Address, Kind, Value, Word};

/// A value of the host.
#[derive(Clone, Debug, PartialEq)]
pub enum Token {
    /// Nothing.
    Nothing,
    /// A text with a meaning, such as a URL or a server's `error`.
    Text(&'static str),
    /// An integer.
    Number(i32),
    /// The skey of the session of this number.
    Skey(u32),
    /// A code of `wx.login`, as the number of the session_key that it brings.
    Code(u32),
    /// User data that WeChat encrypted under this session_key.
    Data(u32),
    /// Fields.
    Record(Rc<[(Word, Token)]>),
}

impl Token {
    /// A record of these fields.
    pub fn of(fields: &[(Word, Token)]) -> Token {
        Token::Record(fields.into())
    }

    /// The session of this number, in the form in which a server answers it and in which it is stored.
    pub fn session(number: u32) -> Token {
        Token::of(&[(Word::Id, Token::Text("id")), (Word::Skey, Token::Skey(number))])
    }

    /// The answer of `wx.getUserInfo` under this session_key.
    pub fn user_info(key: u32) -> Token {
        Token::of(&[(Word::EncryptedData, Token::Data(key)), (Word::Iv, Token::Text("iv"))])
    }

    /// The number of the session, if this is a session or an skey.
    pub fn skey(&self) -> Option<u32> {
        match self {
            Token::Skey(number) => Some(*number),
            Token::Record(_) => match self.field(Word::Skey) {
                Token::Skey(number) => Some(number),
                _ => None,
            },
            Token::Nothing | Token::Text(_) | Token::Number(_) | Token::Code(_) | Token::Data(_) => None,
        }
    }
}

impl Value for Token {
    fn kind(&self) -> Kind {
        match self {
            Token::Nothing => Kind::Nothing,
            Token::Text("") => Kind::Nothing,
            Token::Text(_) | Token::Number(_) | Token::Skey(_) | Token::Code(_) | Token::Data(_) => {
                Kind::Scalar
            }
            Token::Record(fields) if fields.is_empty() => Kind::Empty,
            Token::Record(_) => Kind::Record,
        }
    }

    fn field(&self, name: Word) -> Self {
        match self {
            Token::Record(fields) => {
                let field = fields.iter().find(|(word, _)| *word == name);
                field.map_or(Token::Nothing, |(_, value)| value.clone())
            }
            _ => Token::Nothing,
        }
    }

    fn is(&self, text: Word) -> bool {
        match self {
            Token::Text(own) => *own == text.text(),
            Token::Number(number) => number.to_string() == text.text(),
            _ => false,
        }
    }

    fn integer(&self) -> i32 {
        if let Token::Number(number) = self { *number } else { 0 }
    }

    fn unit(&self, index: u32) -> u32 {
        match self {
            Token::Text(text) => text.as_bytes().get(index as usize).copied().map_or(Address::END, u32::from),
            _ => Address::END,
        }
    }

    fn same(&self, other: &Self) -> bool {
        self == other
    }

    fn record() -> Self {
        Token::Record(Rc::new([]))
    }

    fn with(self, name: Word, value: &Self) -> Self {
        let Token::Record(fields) = &self else { return self };
        if value.is_nothing() {
            return self;
        }
        let others = fields.iter().filter(|(word, _)| *word != name).cloned();
        Token::Record(others.chain([(name, value.clone())]).collect())
    }
}
