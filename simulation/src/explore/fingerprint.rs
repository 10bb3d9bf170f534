//! When two worlds are the same: when the same rules hold in them whatever comes.

use std::hash::{DefaultHasher, Hash, Hasher};

use wafer_client_wasm::core::{CallId, Canon};

use super::value::Token;
use super::world::{Asked, Place, World};

/// The parts of a world, with sessions and session_keys numbered in the order in which they are met and calls by their
/// order among those that the core keeps.
struct Parts<'a> {
    world: &'a World,
    hasher: DefaultHasher,
    sessions: Vec<u32>,
    keys: Vec<u32>,
}

impl Parts<'_> {
    fn key(&mut self, key: u32) {
        let place = self.keys.iter().position(|known| *known == key).unwrap_or_else(|| {
            self.keys.push(key);
            self.keys.len() - 1
        });
        place.hash(&mut self.hasher);
    }

    fn session(&mut self, number: u32) {
        if let Some(place) = self.sessions.iter().position(|known| *known == number) {
            place.hash(&mut self.hasher);
            return;
        }
        self.sessions.push(number);
        let known = self.world.sessions[number as usize];
        (u8::MAX, known.refused, known.logged_out).hash(&mut self.hasher);
        self.key(known.key);
    }

    fn time(&mut self, at_ms: f64) {
        (at_ms - self.world.now_ms).to_bits().hash(&mut self.hasher);
    }
}

impl Canon<Token> for Parts<'_> {
    fn number(&mut self, number: u64) {
        number.hash(&mut self.hasher);
    }

    fn call(&mut self, call: CallId) {
        let mut kept = self.world.calls.iter().filter(|own| !matches!(own.place, Place::Sent(..)));
        kept.position(|own| own.id == call).hash(&mut self.hasher);
    }

    fn value(&mut self, value: &Token) {
        match value {
            Token::Nothing => 0_u8.hash(&mut self.hasher),
            Token::Text(text) => text.hash(&mut self.hasher),
            Token::Number(number) => number.hash(&mut self.hasher),
            Token::Skey(number) => self.session(*number),
            Token::Code(key) | Token::Data(key) => self.key(*key),
            Token::Record(fields) => fields.iter().for_each(|(word, field)| {
                (*word as u8).hash(&mut self.hasher);
                self.value(field);
            }),
        }
    }
}

impl World {
    /// A number that two worlds share only if they are the same; by chance, two that are not share it once in 2⁶⁴.
    pub fn fingerprint(&self) -> u64 {
        let mut parts =
            Parts { world: self, hasher: DefaultHasher::new(), sessions: Vec::new(), keys: Vec::new() };
        parts.key(self.key);
        (self.is_key_foreign, self.is_storage_odd, self.is_observed, self.is_clock_news)
            .hash(&mut parts.hasher);
        (self.owner as u8, self.recent_logins).hash(&mut parts.hasher);
        let settings = &self.settings;
        (settings.check as u8, settings.login_mode as u8).hash(&mut parts.hasher);
        settings.trusted_origins.len().hash(&mut parts.hasher);
        settings.login_url.as_ref().map(ToString::to_string).hash(&mut parts.hasher);
        self.session.is_some().hash(&mut parts.hasher);
        self.session.iter().for_each(|number| parts.session(*number));
        parts.value(&self.stored);
        parts.time(self.timer_ms.unwrap_or(f64::INFINITY));
        (self.logins.len(), self.flight.is_some()).hash(&mut parts.hasher);
        for (at_ms, is_asked_for) in &self.logins {
            is_asked_for.hash(&mut parts.hasher);
            parts.time(*at_ms);
        }
        if let Some(flight) = self.flight {
            parts.time(flight.until_ms);
            match flight.asked {
                Asked::Check => 0_u8.hash(&mut parts.hasher),
                Asked::Code => 1_u8.hash(&mut parts.hasher),
                Asked::UserInfo => 2_u8.hash(&mut parts.hasher),
                Asked::Request { key } => parts.key(key),
            }
        }
        if self.chance > 0.0 {
            self.core.take_down_backoff(self.clock_ms(), &mut parts);
            let (until_ms, is_unanswered) = self.backs_off;
            parts.time(until_ms.max(self.now_ms));
            (until_ms > self.now_ms && is_unanswered).hash(&mut parts.hasher);
        }
        self.core.take_down(self.clock_ms(), &mut parts);
        // Calls that are on their way are in no order.
        let mut calls: Vec<u64> = Vec::with_capacity(self.calls.len());
        let mut kept = 0;
        for call in &self.calls {
            let mut hasher = DefaultHasher::new();
            (call.kind, call.sends, call.is_odd, call.is_discarded).hash(&mut hasher);
            match &call.place {
                Place::Kept | Place::Fetching => {
                    (kept, matches!(call.place, Place::Fetching)).hash(&mut hasher);
                    kept += 1;
                }
                Place::Sent(sent, signed_by) => {
                    let age = sent.signed_by.map(|generation| self.core.age_of(generation));
                    let session =
                        signed_by.map(|number| parts.sessions.iter().position(|known| *known == number));
                    (2_u8, age, session, sent.retry as u8, sent.checked).hash(&mut hasher);
                    (sent.options.user_data.is_some(), sent.options.goal as u8).hash(&mut hasher);
                }
            }
            calls.push(hasher.finish());
        }
        calls.sort_unstable();
        calls.hash(&mut parts.hasher);
        parts.hasher.finish()
    }
}
