//! Decides when two worlds are the same: when the same will hold in both, whatever happens.

use twox_hash::XxHash3_128;
use wafer_client_wasm::core::{CallId, Canon};

use super::value::Token;
use super::world::{Asked, Place, World};

/// A number that is equal for equal worlds. In a thousand million different worlds, two share a number by chance once
/// in 10²⁰ explorations.
pub type Fingerprint = u128;

/// Enough words for most worlds.
const WORDS: usize = 160;
const WORD_BYTES: usize = size_of::<u64>();

/// The kind of a word, in its highest bits; the rest of the word is its content.
const KEY: u64 = 1 << 56;
const SESSION: u64 = 2 << 56;
const NUMBER: u64 = 3 << 56;
const TEXT: u64 = 4 << 56;
const RECORD: u64 = 5 << 56;

/// Collects the parts of a world as words. Sessions and session_keys are numbered in the order in which they appear,
/// calls by their order among those that the core keeps.
struct Parts<'a> {
    world: &'a World,
    bytes: Vec<u8>,
    sessions: Vec<u32>,
    keys: Vec<u32>,
}

/// Several facts in one word, each in its own bits.
#[derive(Clone, Copy)]
struct Packed(u64);

impl Packed {
    fn and(self, bits: u32, fact: u64) -> Packed {
        debug_assert!(fact < 1 << bits, "{fact} does not fit");
        Packed(self.0 << bits | fact)
    }

    fn flag(self, is_so: bool) -> Packed {
        self.and(1, is_so.into())
    }
}

impl Parts<'_> {
    fn word(&mut self, word: u64) {
        self.bytes.extend_from_slice(&word.to_le_bytes());
    }

    fn key(&mut self, key: u32) {
        let place = self.keys.iter().position(|known| *known == key).unwrap_or_else(|| {
            self.keys.push(key);
            self.keys.len() - 1
        });
        self.word(KEY | place as u64);
    }

    fn session(&mut self, number: u32) {
        if let Some(place) = self.sessions.iter().position(|known| *known == number) {
            self.word(SESSION | place as u64);
            return;
        }
        self.sessions.push(number);
        let known = self.world.sessions[number as usize];
        self.word(Packed(SESSION >> 8 | 1).flag(known.refused).flag(known.logged_out).0);
        self.key(known.key);
    }

    fn time(&mut self, at_ms: f64) {
        self.word((at_ms - self.world.now_ms).to_bits());
    }

    fn text(&mut self, text: &str) {
        self.word(TEXT | text.len() as u64);
        self.bytes.extend_from_slice(text.as_bytes());
    }
}

impl Canon<Token> for Parts<'_> {
    fn number(&mut self, number: u64) {
        self.word(number);
    }

    fn call(&mut self, call: CallId) {
        let mut kept = self.world.calls.iter().filter(|own| !matches!(own.place, Place::Sent(..)));
        let place = kept.position(|own| own.id == call);
        self.word(place.map_or(0, |place| place as u64 + 1));
    }

    fn value(&mut self, value: &Token) {
        match value {
            Token::Nothing => self.word(0),
            Token::Text(text) => self.text(text),
            Token::Number(number) => self.word(NUMBER | u64::from(number.cast_unsigned())),
            Token::Skey(number) => self.session(*number),
            Token::Code(key) | Token::Data(key) => self.key(*key),
            Token::Record(fields) => {
                self.word(RECORD | fields.len() as u64);
                for (word, field) in fields.iter() {
                    self.word(*word as u64);
                    self.value(field);
                }
            }
        }
    }
}

impl World {
    /// The world's fingerprint.
    pub fn fingerprint(&self) -> Fingerprint {
        let mut parts = Parts {
            world: self,
            bytes: Vec::with_capacity(WORDS * WORD_BYTES),
            sessions: Vec::new(),
            keys: Vec::new(),
        };
        parts.key(self.key);
        let settings = &self.settings;
        let flags = Packed(0)
            .flag(self.is_key_foreign)
            .flag(self.is_storage_odd)
            .flag(self.is_observed)
            .flag(self.is_clock_news)
            .flag(self.is_at_home)
            .flag(self.session.is_some())
            .flag(self.flight.is_some())
            .and(2, self.owner as u64)
            .and(2, settings.check as u64)
            .and(1, settings.login_mode as u64)
            .and(8, settings.trusted_origins.len() as u64)
            .and(8, self.logins.len() as u64)
            .and(16, self.recent_logins.into());
        parts.word(flags.0);
        self.session.iter().for_each(|number| parts.session(*number));
        parts.value(&self.stored);
        parts.time(self.timer_ms.unwrap_or(f64::INFINITY));
        for (at_ms, is_asked_for) in &self.logins {
            parts.word((*is_asked_for).into());
            parts.time(*at_ms);
        }
        if let Some(flight) = self.flight {
            parts.time(flight.until_ms);
            match flight.asked {
                Asked::Check => parts.word(0),
                Asked::Code => parts.word(1),
                Asked::UserInfo => parts.word(2),
                Asked::Request { key } => {
                    parts.word(3);
                    parts.key(key);
                }
            }
        }
        if self.chance > 0.0 {
            self.core.take_down_backoff(self.clock_ms(), &mut parts);
            let (until_ms, is_unanswered) = self.backs_off;
            parts.time(until_ms.max(self.now_ms));
            parts.word((until_ms > self.now_ms && is_unanswered).into());
        }
        self.core.take_down(self.clock_ms(), &mut parts);
        let mut calls = self.calls_in_order(&parts.sessions);
        // The order of calls that are on their way does not matter.
        calls.sort_unstable();
        calls.into_iter().for_each(|call| parts.word(call));
        XxHash3_128::oneshot(&parts.bytes)
    }

    /// What the host knows of each call, as one word.
    fn calls_in_order(&self, sessions: &[u32]) -> Vec<u64> {
        let mut kept = 0;
        let calls = self.calls.iter().map(|call| {
            let facts = Packed(0)
                .and(8, call.kind as u64)
                .and(8, call.sends.into())
                .flag(call.is_odd)
                .flag(call.is_discarded);
            let facts = match &call.place {
                Place::Kept | Place::Fetching => {
                    kept += 1;
                    facts.and(16, kept).flag(matches!(call.place, Place::Fetching))
                }
                Place::Sent(sent, signed_by) => {
                    let age = sent.signed_by.map_or(0, |generation| 1 + self.core.age_of(generation) as u64);
                    // A call that was signed by a session of which nothing else is left differs from an unsigned one.
                    let session = signed_by.map_or(0, |number| {
                        let place = sessions.iter().position(|known| *known == number);
                        1 + place.map_or(0, |place| 1 + place as u64)
                    });
                    facts
                        .and(2, age)
                        .and(16, session)
                        .and(2, sent.retry as u64)
                        .flag(sent.checked)
                        .flag(sent.options.user_data.is_some())
                        .and(4, sent.options.goal as u64)
                        .flag(true)
                }
            };
            facts.flag(matches!(call.place, Place::Sent(..))).0
        });
        calls.collect()
    }
}
