//! What holds in every story: random moves of the app, the user, the server, the network and the clock, in any
//! order; calls race them under the pass and without. (The host checks by itself that calls settle once, that there is
//! one check or login at a time, that nothing is signed without a session, by a session after its log-out or refusal, or
//! for a place that the settings of that moment do not trust, that log-out is not undone, and that only a refused session
//! is deleted.)
//!
//! Each property has a seed of its own, so that it sees the same moves in every run and other moves than the rest.

use std::cell::Cell;
use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value as Tree, json};
use wafer_client_wasm::core::{Address, Cause, CheckMode, Goal, Input, LoginMode};

use crate::host::{Host, PENDING};
use crate::script::{Api, Ask, Reply};
use crate::server::Dialect;

const STORIES: u32 = 300;

/// A move in a story.
#[derive(Clone, Debug)]
enum Move {
    /// `request({ login: true })` to a path of its own.
    Plain,
    Bare,
    WithUserInfo,
    LoginUrl,
    Elsewhere {
        login: bool,
    },
    /// To another origin that `trustedOrigins` may have.
    Trusted {
        login: bool,
    },
    Trust(bool),
    /// Somebody listens to events, or nobody does.
    Observe(bool),
    Goal(Goal),
    Abort(prop::sample::Index),
    LogOut,
    Wait(f64),
    Expire,
    AlwaysExpired(bool),
    CannotCheck(bool),
    Script(Api, Reply),
    Check(CheckMode),
    LoginMode(LoginMode),
    /// The login URL moves to another origin, or back.
    NewServer(bool),
    /// Another copy of the SDK leaves its session, which the server accepts or not.
    OtherCopy {
        good: bool,
    },
    Garbage(Tree),
    /// The user sets the clock.
    SetClock(f64),
    /// What chance gives logins from now on.
    Chance(f64),
    /// The network or the app comes back.
    Returned,
}

fn cause() -> impl Strategy<Value = Cause> {
    prop::sample::select(vec![
        Cause::Other,
        Cause::Timeout,
        Cause::Aborted,
        Cause::Denied,
        Cause::Privacy,
        Cause::Unsent,
    ])
}

fn value() -> impl Strategy<Value = Tree> {
    let magic = "F2C224D4-2BCE-4C64-AF9F-A6D872000D1A";
    prop::sample::select(vec![
        json!(null),
        json!("<html>"),
        json!({}),
        json!([[]]),
        json!({ "skey": "", "id": 1 }),
        json!({ "code": -1, "error": "out of stock" }),
        json!({ magic: 1, "error": "ERR_CHECK_LOGIN_FAILED" }),
    ])
}

fn reply() -> impl Strategy<Value = Reply> {
    prop_oneof![
        2 => Just(Reply::Usual),
        2 => (0.0..30_000.0).prop_map(Reply::After),
        1 => (0.0..40.0).prop_map(Reply::After),
        1 => Just(Reply::Thrice),
        1 => Just(Reply::Hang),
        2 => cause().prop_map(Reply::Fail),
        1 => (prop::sample::select(vec![200, 404, 500]), value())
            .prop_map(|(status, body)| Reply::Answer(status, body)),
    ]
}

fn api() -> impl Strategy<Value = Api> {
    prop::sample::select(vec![
        Api::CheckSession,
        Api::Login,
        Api::UserInfo,
        Api::LoginRequest,
        Api::Request,
        Api::Store,
    ])
}

fn next_move() -> impl Strategy<Value = Move> {
    prop_oneof![
        8 => Just(Move::Plain),
        3 => Just(Move::Bare),
        3 => Just(Move::WithUserInfo),
        1 => Just(Move::LoginUrl),
        1 => any::<bool>().prop_map(|login| Move::Elsewhere { login }),
        3 => any::<bool>().prop_map(|login| Move::Trusted { login }),
        2 => any::<bool>().prop_map(Move::Trust),
        1 => any::<bool>().prop_map(Move::Observe),
        3 => prop::sample::select(vec![Goal::Login, Goal::Relogin, Goal::UserInfo, Goal::UserProfile])
            .prop_map(Move::Goal),
        2 => any::<prop::sample::Index>().prop_map(Move::Abort),
        1 => Just(Move::LogOut),
        8 => (0.0..60.0).prop_map(Move::Wait),
        2 => (0.0..40_000.0).prop_map(Move::Wait),
        2 => Just(Move::Expire),
        1 => any::<bool>().prop_map(Move::AlwaysExpired),
        1 => any::<bool>().prop_map(Move::CannotCheck),
        6 => (api(), reply()).prop_map(|(api, reply)| Move::Script(api, reply)),
        1 => prop::sample::select(vec![CheckMode::Launch, CheckMode::Always, CheckMode::Never])
            .prop_map(Move::Check),
        1 => prop::sample::select(vec![LoginMode::Code, LoginMode::CodeAndUserInfo]).prop_map(Move::LoginMode),
        1 => any::<bool>().prop_map(Move::NewServer),
        1 => any::<bool>().prop_map(|good| Move::OtherCopy { good }),
        1 => value().prop_map(Move::Garbage),
        1 => (-1e7..1e7).prop_map(Move::SetClock),
        2 => (0.0..1.0).prop_map(Move::Chance),
        1 => Just(Move::Returned),
    ]
}

/// A story and what the properties need to know of it besides the log.
struct Story {
    host: Host,
    other_sessions: usize,
    /// The storage may still hold the session before the current one.
    store_failed: bool,
    user_asked: bool,
}

fn play(dialect: Dialect, starts_logged_in: bool, moves: &[Move]) -> Story {
    let host = Host::with_server(dialect);
    let mut story = Story { host, other_sessions: 0, store_failed: false, user_asked: false };
    if starts_logged_in {
        other_copy(&mut story, true);
    }
    for step in moves {
        make(&mut story, step);
    }
    story.host.all_usual();
    story.host.rest();
    story
}

fn other_copy(story: &mut Story, good: bool) {
    story.other_sessions += 1;
    let skey = format!("other-{}", story.other_sessions);
    if good {
        story.host.server.borrow_mut().accept(&skey);
    }
    story.host.store(json!({ "id": "id", "skey": skey, "userInfo": {} }));
}

fn make(story: &mut Story, step: &Move) {
    let host = &mut story.host;
    let path = format!("/user/{}", host.calls.len() + 1);
    match step.clone() {
        Move::Plain => drop(host.request(&path)),
        Move::Bare => drop(host.call(Ask::bare(&path))),
        Move::WithUserInfo => drop(host.call(Ask::to(&path).with_user_info())),
        Move::LoginUrl => drop(host.call(Ask::bare("/login"))),
        Move::Elsewhere { login: true } => drop(host.request("https://elsewhere.example.com/")),
        Move::Elsewhere { login: false } => drop(host.call(Ask::bare("https://elsewhere.example.com/"))),
        Move::Trusted { login: true } => drop(host.request("https://cdn.example.com/user")),
        Move::Trusted { login: false } => drop(host.call(Ask::bare("https://cdn.example.com/user"))),
        Move::Trust(true) => host.trust("https://cdn.example.com"),
        Move::Trust(false) => host.trust_nobody(),
        Move::Observe(is_observed) => host.observe(is_observed),
        Move::Goal(goal) => {
            story.user_asked |= matches!(goal, Goal::Login | Goal::Relogin);
            host.call(Ask::goal(goal));
        }
        Move::Abort(index) => {
            if let Some(call) = host.calls.keys().nth(index.index(host.calls.len().max(1))).copied() {
                host.abort(call);
            }
        }
        Move::LogOut => host.clear_session(),
        Move::Wait(ms) => host.run_for(ms),
        Move::Expire => host.server.borrow_mut().expire_all(),
        Move::AlwaysExpired(always) => host.server.borrow_mut().always_expired = always,
        Move::CannotCheck(cannot) => host.server.borrow_mut().cannot_check = cannot,
        Move::Script(api, reply) => {
            host.next(api, reply);
            story.store_failed |= api == Api::Store;
        }
        Move::Check(mode) => host.check_mode(mode),
        Move::LoginMode(mode) => host.login_mode(mode),
        Move::NewServer(away) => {
            let origin = if away { "https://new.example.com" } else { "https://api.example.com" };
            host.configure(|settings| settings.login_url = Address::of(&format!("{origin}/login")));
        }
        Move::OtherCopy { good } => other_copy(story, good),
        Move::Garbage(value) => {
            host.store(value);
            story.other_sessions += 1;
        }
        Move::SetClock(by_ms) => host.clock_set_by_ms = by_ms,
        Move::Chance(chance) => host.chance = chance,
        Move::Returned => host.handle(Input::Returned),
    }
}

/// Plays stories of random moves, the same in every run, and holds each to the property.
fn in_every_story(seed: u8, property: impl Fn(&Story) -> Result<(), TestCaseError>) {
    let config = ProptestConfig { cases: STORIES, failure_persistence: None, ..ProptestConfig::default() };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let dialect = prop::sample::select(vec![Dialect::Wafer, Dialect::Fork, Dialect::Wafer2]);
    let stories = (dialect, any::<bool>(), prop::collection::vec(next_move(), 1..60));
    TestRunner::new_with_rng(config, rng)
        .run(&stories, |(dialect, logged_in, moves)| property(&play(dialect, logged_in, &moves)))
        .unwrap_or_else(|failure| panic!("{failure}"));
}

/// Whether this is `request({ login: true })` to the API and nothing more.
fn is_plain(ask: &Ask) -> bool {
    ask.goal == Goal::Request && ask.login && !ask.with_user_info && ask.name().starts_with('/')
}

fn logins(story: &Story) -> Vec<f64> {
    story.host.log.iter().filter(|(_, entry)| entry == "login").map(|(at_ms, _)| *at_ms).collect()
}

#[test]
fn every_call_settles_and_the_core_comes_to_rest() {
    in_every_story(1, |story| {
        prop_assert!(story.host.calls.values().all(|call| call.outcome != PENDING));
        Ok(())
    });
}

#[test]
fn calls_go_out_under_the_pass_in_many_stories() {
    let stories = Cell::new(0);
    in_every_story(8, |story| {
        stories.set(stories.get() + usize::from(story.host.passed > 0));
        Ok(())
    });
    assert!(stories.get() > STORIES as usize / 20, "in {} of {STORIES} stories", stories.get());
}

#[test]
fn a_call_is_sent_twice_at_most_and_once_more_if_storage_brought_a_session() {
    in_every_story(2, |story| {
        let limit = if story.other_sessions > 0 || story.store_failed { 3 } else { 2 };
        for call in story.host.calls.values().filter(|call| call.ask.name().starts_with("/user/")) {
            let sends = story.host.count(&format!("request {} ", call.ask.name()));
            prop_assert!(sends <= limit, "{} was sent {sends} times", call.ask.name());
        }
        Ok(())
    });
}

#[test]
fn wechat_is_never_asked_for_more_than_four_codes_in_a_second() {
    in_every_story(3, |story| {
        let close = logins(story).windows(5).any(|five| five[4] - five[0] < 1_000.0);
        prop_assert!(!close);
        Ok(())
    });
}

#[test]
fn logins_that_nobody_asked_for_keep_to_the_budget() {
    in_every_story(4, |story| {
        let close = logins(story).windows(6).any(|six| six[5] - six[0] < 60_000.0);
        prop_assert!(story.user_asked || !close);
        Ok(())
    });
}

#[test]
fn waiters_are_first_sent_in_the_order_in_which_they_came() {
    in_every_story(5, |story| {
        let mut first_sends: BTreeMap<String, usize> = BTreeMap::new();
        for (index, (_, entry)) in story.host.log.iter().enumerate() {
            let path = entry.strip_prefix("request ").and_then(|rest| rest.split(' ').next());
            first_sends.entry(path.unwrap_or_default().to_owned()).or_insert(index);
        }
        let plain = story.host.calls.values().filter(|call| is_plain(&call.ask));
        let order: Vec<usize> = plain.filter_map(|call| first_sends.get(call.ask.name()).copied()).collect();
        prop_assert!(order.is_sorted());
        Ok(())
    });
}

#[test]
fn the_session_is_seen_only_where_it_belongs() {
    in_every_story(6, |story| {
        for seen in &story.host.server.borrow().seen {
            let elsewhere = seen.url.starts_with("https://elsewhere") || seen.url.ends_with("/login");
            prop_assert!(!elsewhere || seen.skey().is_empty(), "{} saw {}", seen.url, seen.skey());
        }
        Ok(())
    });
}

#[test]
fn no_server_gets_user_data_that_its_session_key_does_not_open() {
    in_every_story(7, |story| {
        prop_assert!(story.other_sessions > 0 || story.host.server.borrow().undecryptable == 0);
        Ok(())
    });
}
