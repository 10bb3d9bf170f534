//! The scenes that are explored. Each has only a part of what can happen in the world, because all of it together gives
//! more worlds than can be looked at.

use wafer_client_wasm::core::{Address, CheckMode, Settings};

use super::moves::{Answer, Change, Kind, Left, Reply};
use super::search::Bounds;
use super::world::LOGIN_URL;

/// Longer than the time for which logins count: when a deadline has passed, no login counts any more. Logins of
/// different ages have scenes of their own.
const LONG_MS: f64 = 120_000.0;
/// More worlds than any scene has.
const ALL: usize = 200_000_000;

/// The bound of scenes with logins of different ages, which have too many worlds. Up to it no story breaks a rule.
const MANY: usize = 2_000_000;

const LEFT: &[Left] = &[Left::Nothing, Left::Session, Left::Garbage];
const REPLIES: &[Reply] = &[
    Reply::Good,
    Reply::NotStored,
    Reply::StorageStuck,
    Reply::Bad,
    Reply::Failed,
    Reply::Denied,
    Reply::Unavailable,
];
const ANSWERS: &[Answer] = &[
    Answer::Fine,
    Answer::Expired,
    Answer::CannotCheck,
    Answer::ServerError,
    Answer::Failed,
    Answer::Forgotten,
];
const CHANGES: &[Change] = &[
    Change::Server { other: true },
    Change::Server { other: false },
    Change::Trust(true),
    Change::Trust(false),
    Change::Check(CheckMode::Launch),
    Change::Check(CheckMode::Always),
    Change::Check(CheckMode::Never),
    Change::WithUserInfo(true),
    Change::WithUserInfo(false),
];

/// A scene.
pub struct Scene {
    /// Its name.
    pub name: &'static str,
    /// What happens in it.
    pub about: &'static str,
    /// Whether it is small enough for each run of the tests.
    pub is_quick: bool,
    /// What may happen.
    pub bounds: Bounds,
}

/// The settings at the start. Deadlines are so long that logins no longer count when they pass; there are at most two
/// automatic logins a minute.
pub fn settings() -> Settings {
    Settings {
        login_url: Address::of(LOGIN_URL),
        login_ms: LONG_MS,
        check_session_ms: LONG_MS,
        login_request_ms: LONG_MS,
        max_logins_per_minute: 2,
        ..Settings::default()
    }
}

/// One call of any kind at a time, answers of all kinds, log-out and aborts; nothing else.
pub fn plain() -> Bounds {
    Bounds {
        left: LEFT,
        settings: settings(),
        kinds: Kind::ALL,
        at_once: 1,
        logins: 2,
        changes: &[],
        others: &[],
        replies: REPLIES,
        answers: ANSWERS,
        chance: 0.0,
        listeners: false,
        log_out: true,
        aborts: true,
        traps: false,
        clock: false,
        every_timer: false,
        most_states: ALL,
        fault: None,
    }
}

const FOUR: &[Kind] = &[Kind::Plain, Kind::Bare, Kind::WithUserInfo, Kind::Login];
/// One call of any kind at a time, with everything that can happen.
pub fn everything() -> Bounds {
    Bounds { others: LEFT, changes: CHANGES, traps: true, clock: true, listeners: true, ..plain() }
}

const PLACES: &[Kind] = &[Kind::Plain, Kind::Bare, Kind::LoginUrl, Kind::Elsewhere, Kind::BareElsewhere];
const FEW_REPLIES: &[Reply] = &[Reply::Good, Reply::Bad, Reply::Failed];
const FEW_ANSWERS: &[Answer] = &[Answer::Fine, Answer::Expired, Answer::Failed, Answer::Forgotten];

/// All scenes, the quick ones first.
pub fn all() -> Vec<Scene> {
    let scene = |name, about, is_quick, bounds| Scene { name, about, is_quick, bounds };
    let few = || Bounds { replies: FEW_REPLIES, answers: FEW_ANSWERS, left: &[Left::Session], ..plain() };
    let back_off = || Bounds {
        kinds: &[Kind::Plain, Kind::Bare, Kind::Login],
        chance: 0.75,
        replies: &[Reply::Good, Reply::Bad, Reply::Busy, Reply::Failed],
        ..few()
    };
    let usual = || Settings {
        login_ms: 10_000.0,
        check_session_ms: 3_000.0,
        login_request_ms: 15_000.0,
        ..settings()
    };
    vec![
        scene("one-call", "one call of any kind at a time, every answer", true, plain()),
        scene(
            "two-calls",
            "two calls at once: login: true, login: false, withUserInfo, login()",
            true,
            Bounds { kinds: FOUR, at_once: 2, ..few() },
        ),
        scene(
            "copies",
            "one call at a time, while other copies of the SDK change the storage, and instances are lost",
            true,
            Bounds { kinds: FOUR, others: LEFT, traps: true, ..few() },
        ),
        scene(
            "configuration",
            "one call at a time to all places, while the configuration changes",
            true,
            Bounds { kinds: PLACES, changes: CHANGES, ..few() },
        ),
        scene(
            "clock",
            "one call at a time, while the user sets the clock and listeners come and go",
            true,
            Bounds { kinds: FOUR, clock: true, listeners: true, ..few() },
        ),
        scene(
            "budget",
            "logins of every age: login: true and login() one at a time, under the usual deadlines",
            true,
            Bounds {
                kinds: &[Kind::Plain, Kind::Login],
                settings: usual(),
                log_out: false,
                aborts: false,
                left: &[Left::Nothing],
                replies: &[Reply::Good, Reply::Failed],
                answers: &[Answer::Fine, Answer::Expired],
                ..plain()
            },
        ),
        scene(
            "back-off",
            "one call at a time, while the server logs nobody in or asks to be left alone, and the network comes back",
            true,
            back_off(),
        ),
        scene(
            "timers",
            "one call at a time, and something between any two timers",
            false,
            Bounds {
                kinds: &[Kind::Plain, Kind::Login],
                settings: usual(),
                every_timer: true,
                most_states: MANY,
                replies: &[Reply::Good, Reply::Failed],
                answers: &[Answer::Fine, Answer::Expired],
                ..few()
            },
        ),
        scene("all-kinds", "two calls of any kind at once", false, Bounds { at_once: 2, ..few() }),
        scene(
            "two-copies",
            "two calls at once, while other copies of the SDK change the storage, and instances are lost",
            false,
            Bounds { kinds: FOUR, at_once: 2, others: LEFT, traps: true, ..few() },
        ),
        scene(
            "two-places",
            "two calls at once to all places, while the configuration changes",
            false,
            Bounds { kinds: PLACES, at_once: 2, changes: CHANGES, ..few() },
        ),
        scene(
            "three-calls",
            "three calls at once: login: true, login: false, withUserInfo, login()",
            false,
            Bounds { kinds: FOUR, at_once: 3, ..few() },
        ),
        scene(
            "three-back-off",
            "three calls at once, while the server logs nobody in or asks to be left alone, and the network comes back",
            false,
            Bounds { at_once: 3, ..back_off() },
        ),
        scene(
            "three-clock",
            "three calls at once, while the user sets the clock and listeners come and go",
            false,
            Bounds { kinds: FOUR, at_once: 3, clock: true, listeners: true, ..few() },
        ),
        scene("three-kinds", "three calls of any kind at once", false, Bounds { at_once: 3, ..few() }),
        scene(
            "three-places",
            "three calls at once to all places, while the configuration changes",
            false,
            Bounds { kinds: PLACES, at_once: 3, changes: CHANGES, ..few() },
        ),
        scene(
            "three-copies",
            "three calls at once, while other copies of the SDK change the storage, and instances are lost",
            false,
            Bounds { kinds: FOUR, at_once: 3, others: LEFT, traps: true, ..few() },
        ),
        scene(
            "everything",
            "one call of any kind at a time, and everything that can happen",
            false,
            everything(),
        ),
    ]
}
