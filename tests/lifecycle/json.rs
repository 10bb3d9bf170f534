//! JSON as the host's values: what the mini-program's JS values are to the core.

use serde_json::{Map, Value as Tree};
use wafer_client_wasm::core::{Address, Kind, Value, Word};

/// A value of the host.
#[derive(Clone, Debug, PartialEq)]
pub struct Json(pub Tree);

impl From<Tree> for Json {
    fn from(tree: Tree) -> Self {
        Json(tree)
    }
}

impl Value for Json {
    fn kind(&self) -> Kind {
        match &self.0 {
            Tree::Null => Kind::Nothing,
            Tree::String(text) if text.is_empty() => Kind::Nothing,
            Tree::String(text) if text.contains(|unit: char| unit.is_ascii_control()) => Kind::Other,
            Tree::String(_) | Tree::Number(_) => Kind::Scalar,
            Tree::Array(list) if list.is_empty() => Kind::Empty,
            Tree::Object(record) if record.is_empty() => Kind::Empty,
            Tree::Array(_) | Tree::Object(_) => Kind::Record,
            Tree::Bool(_) => Kind::Other,
        }
    }

    fn field(&self, name: Word) -> Self {
        Json(self.0.get(name.text()).cloned().unwrap_or(Tree::Null))
    }

    fn is(&self, text: Word) -> bool {
        match &self.0 {
            Tree::String(own) => own == text.text(),
            Tree::Number(number) => number.to_string() == text.text(),
            Tree::Null | Tree::Bool(_) | Tree::Array(_) | Tree::Object(_) => false,
        }
    }

    fn integer(&self) -> i32 {
        self.0.as_i64().and_then(|number| number.try_into().ok()).unwrap_or_default()
    }

    fn unit(&self, index: u32) -> u32 {
        let Some(text) = self.0.as_str() else { return Address::END };
        let index = index as usize;
        if text.is_ascii() {
            return text.as_bytes().get(index).copied().map_or(Address::END, u32::from);
        }
        text.encode_utf16().nth(index).map_or(Address::END, u32::from)
    }

    fn same(&self, other: &Self) -> bool {
        self == other
    }

    fn record() -> Self {
        Json(Tree::Object(Map::new()))
    }

    fn with(mut self, name: Word, value: &Self) -> Self {
        if let (Tree::Object(record), false) = (&mut self.0, value.0.is_null()) {
            record.insert(name.text().to_owned(), value.0.clone());
        }
        self
    }
}
