//! Values that belong to the host: bodies of answers, stored sessions, user data.

use super::Word;

numbers! {
    /// What a host value is, as far as the protocols care.
    Kind {
        /// Absent, `null`, `undefined` or the empty string.
        Nothing,
        /// A finite number, or a non-empty string without control characters, which no header can carry: usable as an id
        /// or a key.
        Scalar,
        /// A record or list without any entry.
        Empty,
        /// A record or list with entries.
        Record,
        /// Anything else, such as `true`.
        Other,
    }
}

/// A value of the host that the core passes around without copying it: a JS value in the mini-program, JSON
/// in native tests. Reading never fails: what cannot be read is [`Kind::Nothing`].
pub trait Value: Clone {
    /// What this value is.
    fn kind(&self) -> Kind;
    /// The value of a field; a value of [`Kind::Nothing`] where there is none.
    fn field(&self, name: Word) -> Self;
    /// Whether this is the given text, or a number that prints as it.
    fn is(&self, text: Word) -> bool;
    /// The integer that this is, if 32 bits hold it; 0 for everything else.
    fn integer(&self) -> i32;
    /// A UTF-16 unit of this text; [`Address::END`](super::Address::END) past its end and for everything else.
    fn unit(&self, index: u32) -> u32;
    /// Whether two scalars are equal.
    fn same(&self, other: &Self) -> bool;
    /// An empty record.
    fn record() -> Self;
    /// The record with one more field.
    #[must_use]
    fn with(self, name: Word, value: &Self) -> Self;

    /// Whether this can serve as an id or a key.
    fn is_scalar(&self) -> bool {
        self.kind() == Kind::Scalar
    }
    /// Whether there is nothing here.
    fn is_nothing(&self) -> bool {
        self.kind() == Kind::Nothing
    }
}
