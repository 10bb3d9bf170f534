//! Tries the corpus of fuzzing and random variations of it, on the stable compiler and without libFuzzer.

use std::panic::catch_unwind;
use std::path::Path;

use wafer_simulation::fuzz::{TARGETS, Target, target};

/// The number of variations for each target.
const MADE: usize = 20_000;
const LONGEST: usize = 512;

/// Marsaglia's xorshift, so that every run tries the same variations.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }
}

fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    assert!(!files.is_empty(), "{} is empty", folder.display());
    files.iter().map(|file| std::fs::read(file).expect("a file")).collect()
}

fn check(target: Target, bytes: &[u8]) {
    if catch_unwind(|| (target.check)(bytes)).is_err() {
        let text = String::from_utf8_lossy(bytes);
        panic!("{}: {text:?}; the bytes: {bytes:?}", target.name);
    }
}

/// A variation of one input or two: with bytes changed, left out or put in, or the head of one before the tail of the
/// other.
fn made(corpus: &[Vec<u8>], chance: &mut Chance) -> Vec<u8> {
    let mut bytes = corpus[chance.below(corpus.len())].clone();
    for _ in 0..=chance.below(6) {
        let at = chance.below(bytes.len() + 1);
        match chance.below(5) {
            0 => bytes.insert(at, chance.below(256) as u8),
            1 => drop(bytes.drain(at..(at + chance.below(8)).min(bytes.len()))),
            2 => {
                let other = &corpus[chance.below(corpus.len())];
                bytes.truncate(at);
                bytes.extend_from_slice(&other[chance.below(other.len() + 1)..]);
            }
            3 if at < bytes.len() => bytes[at] ^= 1 << chance.below(8),
            _ if at < bytes.len() => bytes[at] = chance.below(256) as u8,
            _ => {}
        }
    }
    bytes.truncate(LONGEST);
    bytes
}

fn holds(name: &str) {
    let target = target(name).expect("a target");
    let corpus = corpus(name);
    corpus.iter().for_each(|bytes| check(target, bytes));
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
    for _ in 0..MADE {
        check(target, &made(&corpus, &mut chance));
    }
}

macro_rules! targets {
    ($($test:ident: $name:literal,)+) => {
        $(#[test] fn $test() { holds($name) })+

        #[test]
        fn every_target_is_tried() {
            let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
            assert_eq!(names, [$($name),+]);
        }
    };
}

targets! {
    any_stored_value_is_a_whole_session_or_none: "stored",
    any_login_answer_is_a_whole_session_or_a_failure_of_the_login: "logins",
    no_plain_body_says_anything_about_the_session: "bodies",
    any_error_of_a_host_has_a_cause_of_its_own_words: "errors",
    any_address_that_is_accepted_is_read_as_the_url_parser_reads_it: "addresses",
    no_two_addresses_are_taken_for_one_that_the_url_parser_tells_apart: "places",
    no_packet_makes_a_tunnel_stick: "tunnel",
    no_bytes_tell_a_story_that_breaks_a_guarantee: "stories",
}
