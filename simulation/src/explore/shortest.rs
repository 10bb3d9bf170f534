//! For each way in which a call can fail, the shortest story that leads to it, as a test of tests/lifecycle. There it
//! is played against a model of the world other than this one.

use std::fmt::Write;

use wafer_client_wasm::core::{Command, Failure, Settings};

use super::calm::Weather;
use super::moves::{Answer, Kind, Left, Move, Reply};
use super::scenes;
use super::search::{Bounds, Found};

/// All shortest stories are found within this many states.
const MOST: usize = 20_000;

/// The text of tests/lifecycle/shortest.rs.
pub fn stories() -> String {
    let settings =
        Settings { max_logins_per_minute: 2, login_url: scenes::settings().login_url, ..Settings::default() };
    let bounds = Bounds { kinds: Kind::ALL, settings, log_out: true, most_states: MOST, ..scenes::plain() };
    let mut found: Vec<(Failure, String)> = Vec::new();
    let seen = bounds.explore(|step| {
        for command in &step.after.commands {
            let Command::Fail { call, failure, .. } = command else { continue };
            if found.iter().any(|(known, _)| known == failure) {
                continue;
            }
            let name = format!("the_shortest_story_that_ends_with_{}", snake(&format!("{failure:?}")));
            let ends = format!("assert_eq!(host.outcome(call_{}), failed(Failure::{failure:?}));", call.0);
            let test = step.story("").test(&name, &bounds, &[ends]);
            found.push((*failure, test));
        }
    });
    if let Err(broken) = seen {
        panic!("{}", broken.report(&bounds));
    }
    found.sort_by_key(|(failure, _)| *failure as u8);
    let tests: Vec<String> = found.into_iter().map(|(_, test)| test).chain(endings(&bounds)).collect();
    let tests = tests.join("\n");
    let mut text = "//! The shortest story to each way in which a call can fail; `make phases` writes them, simulation/ finds them.\n\n".to_owned();
    let used = |names: &[&'static str]| -> String {
        let used: Vec<&str> =
            names.iter().copied().filter(|name| tests.contains(&format!("{name}{}", after(name)))).collect();
        if used.len() == 1 { used[0].to_owned() } else { format!("{{{}}}", used.join(", ")) }
    };
    let imports = [
        "use serde_json::json;".to_owned(),
        format!("use wafer_client_wasm::core::{};", used(&["Cause", "Failure", "Goal"])),
        "#[cfg(target_arch = \"wasm32\")]\nuse wasm_bindgen_test::wasm_bindgen_test as test;\n".to_owned(),
        format!("use crate::host::by_hand::{};", used(&["own_data", "refusal"])),
        "use crate::host::{Host, PENDING, failed};".to_owned(),
        format!("use crate::script::{};\n", used(&["Api", "Ask", "Reply"])),
    ];
    writeln!(text, "{}", imports.join("\n")).expect("a text takes all");
    text + &tests
}

/// Stories after which everything answers, fails or times out.
fn endings(bounds: &Bounds) -> Vec<String> {
    let settle = "assert!(host.calls.values().all(|call| call.outcome != PENDING));".to_owned();
    let story = |story: &[Move], weather| Found {
        broken: String::new(),
        left: Left::Session,
        story: story.to_vec(),
        weather: Some(weather),
    };
    let (plain, expired) = (Move::Start(Kind::Plain), Move::Answer(0, Answer::Expired));
    let refused = [plain, plain, Move::Flight(Reply::Good), expired];
    [
        ("calls_settle_if_all_is_well_after_a_refusal", story(&refused, Weather::Fair)),
        ("calls_settle_if_everything_fails_after_a_refusal", story(&refused, Weather::Failing)),
        ("calls_settle_if_nothing_answers_after_a_refusal", story(&refused, Weather::Silent)),
        ("calls_settle_if_every_session_is_refused", story(&refused, Weather::Refusing)),
        ("calls_settle_after_a_trap", story(&[plain, Move::Trap, plain], Weather::Fair)),
    ]
    .map(|(name, found)| found.test(name, bounds, std::slice::from_ref(&settle)))
    .into()
}

/// The characters that follow a name where it is used.
fn after(name: &str) -> &'static str {
    if name.starts_with(char::is_uppercase) { "::" } else { "(" }
}

fn snake(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}
