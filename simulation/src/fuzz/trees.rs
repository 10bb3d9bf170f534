//! Values of the host, made of bytes. Bytes that are JSON become that; a small grammar makes other bytes into values
//! with the words of the protocol.

use serde_json::{Map, Value as Tree, json};
use wafer_client_wasm::core::Word;

/// Deeper than any value that the core reads.
const DEEPEST: u32 = 5;

/// Bytes that are taken one by one; after the last one come zeros.
pub struct Bytes<'a>(pub &'a [u8]);

impl<'a> Bytes<'a> {
    /// The next byte.
    pub fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    /// Whether all bytes are taken.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One of these, chosen by the next byte.
    pub fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::from(self.byte()) % all.len()]
    }

    fn text(&mut self) -> String {
        let length = usize::from(self.byte() % 32).min(self.0.len());
        let (text, rest) = self.0.split_at(length);
        self.0 = rest;
        String::from_utf8_lossy(text).into_owned()
    }

    /// A value: JSON if all remaining bytes are JSON.
    pub fn tree(&mut self) -> Tree {
        match serde_json::from_slice(self.0) {
            Ok(tree) => {
                self.0 = &[];
                tree
            }
            Err(_) => self.grown(DEEPEST),
        }
    }

    fn grown(&mut self, deepest: u32) -> Tree {
        match self.byte() % if deepest == 0 { 7 } else { 12 } {
            0 => Tree::Null,
            1 => json!(self.byte().is_multiple_of(2)),
            2 => json!(self.one_of(&[0, 1, -1, 104, 200, -118, i64::MAX])),
            3 => json!(self.one_of(&[0.5, -0.0, 1e308, 5e-324])),
            4 | 5 => json!(self.one_of(Word::ALL).text()),
            6 => json!(self.text()),
            7 => {
                let length = self.byte() % 4;
                Tree::Array((0..length).map(|_| self.grown(deepest - 1)).collect())
            }
            _ => {
                let mut record = Map::new();
                for _ in 0..self.byte() % 6 {
                    let name = match self.byte() % 8 {
                        0 => self.text(),
                        _ => self.one_of(Word::ALL).text().to_owned(),
                    };
                    record.insert(name, self.grown(deepest - 1));
                }
                Tree::Object(record)
            }
        }
    }
}
