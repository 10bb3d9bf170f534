//! Writes a story as a test of tests/lifecycle, where `Host::by_hand` plays it move by move.

use std::fmt::Write;

use super::calm::Weather;
use super::moves::{Answer, Change, Kind, Left, Move, Reply};
use super::search::{Bounds, Found};
use super::world::{Asked, Place, World};

impl Found {
    /// The broken rule, and the story as a test.
    pub fn report(&self, bounds: &Bounds) -> String {
        format!("{}\n\n{}", self.broken, self.test("a_story_that_was_found", bounds, &[]))
    }

    /// The story as a test with this name; `ends` are its last lines.
    pub fn test(&self, name: &str, bounds: &Bounds, ends: &[String]) -> String {
        let mut lines = vec!["let mut host = Host::by_hand();".to_owned()];
        lines.extend(settings(bounds));
        lines.extend((bounds.chance > 0.0).then(|| format!("host.chance = {:?};", bounds.chance)));
        let mut others = 0;
        lines.extend(left(self.left, &mut others));
        let mut world = World::new(bounds.settings.clone(), self.left, bounds.chance, bounds.fault).ok();
        for step in &self.story {
            let Some(now) = &mut world else { break };
            lines.extend(line(now, *step, &mut others));
            if now.make(*step).is_err() {
                world = None;
            }
        }
        lines.extend(self.weather.map(|weather| match weather {
            Weather::Silent => "host.rest();".to_owned(),
            Weather::Fair => "host.answer_all();\n    host.rest();".to_owned(),
            Weather::Refusing => {
                "host.server.borrow_mut().always_expired = true;\n    host.answer_all();\n    host.rest();".to_owned()
            }
            Weather::Failing => "host.fail_all();\n    host.rest();".to_owned(),
        }));
        lines.extend_from_slice(ends);
        let story = lines.join("\n");
        for call in 1..=self.story.len() {
            let named = format!("call_{call}");
            if story.matches(&format!("{named}{}", ' ')).count()
                + story.matches(&format!("{named},")).count()
                + story.matches(&format!("{named})")).count()
                == 1
            {
                lines.iter_mut().for_each(|line| *line = line.replace(&format!("let {named} = "), ""));
            }
        }
        let mut test = format!("#[test]\nfn {name}() {{\n");
        for line in lines {
            writeln!(test, "    {line}").expect("a text takes all");
        }
        test + "}\n"
    }
}

fn settings(bounds: &Bounds) -> Option<String> {
    let (own, usual) = (&bounds.settings, wafer_client_wasm::core::Settings::default());
    let mut changes = Vec::new();
    let mut differs = |name: &str, own: f64, usual: f64| {
        if own.total_cmp(&usual).is_ne() {
            changes.push(format!("settings.{name} = {own:?};"));
        }
    };
    differs("login_ms", own.login_ms, usual.login_ms);
    differs("check_session_ms", own.check_session_ms, usual.check_session_ms);
    differs("login_request_ms", own.login_request_ms, usual.login_request_ms);
    if own.max_logins_per_minute != usual.max_logins_per_minute {
        changes.push(format!("settings.max_logins_per_minute = {};", own.max_logins_per_minute));
    }
    if let [change] = changes.as_slice() {
        return Some(format!("host.configure(|settings| {});", change.trim_end_matches(';')));
    }
    let body = changes.join("\n        ");
    (!changes.is_empty()).then(|| format!("host.configure(|settings| {{\n        {body}\n    }});"))
}

fn left(left: Left, others: &mut u32) -> Option<String> {
    match left {
        Left::Nothing => None,
        Left::Garbage => Some("host.store(json!(\"rubbish\"));".to_owned()),
        Left::Session => {
            *others += 1;
            Some(format!("host.store(json!({{ \"id\": \"id\", \"skey\": \"other-{others}\" }}));"))
        }
    }
}

fn line(world: &World, step: Move, others: &mut u32) -> Vec<String> {
    let call = |index: usize| format!("call_{}", world.calls[index].id.0);
    let one = |line: String| vec![line];
    match step {
        Move::Start(kind) => one(format!("let call_{} = host.call({});", world.made + 1, ask(kind))),
        Move::Abort(index) => one(format!("host.abort({});", call(index))),
        Move::Answer(index, answer) => one(match answer {
            Answer::Fine => format!(
                "host.answer_to({}, Reply::Answer(200, json!({{ \"data\": \"user\" }})));",
                call(index)
            ),
            Answer::Expired => match &world.calls[index].place {
                Place::Sent(sent, _) if sent.signed_by.is_some() => format!("host.expire({});", call(index)),
                _ => answer_refused(&call(index), 200, "ERR_INVALID_SESSION"),
            },
            Answer::CannotCheck => answer_refused(&call(index), 200, "ERR_CHECK_LOGIN_FAILED"),
            Answer::ServerError => answer_refused(&call(index), 502, "ERR_INVALID_SESSION"),
            Answer::Failed => format!("host.answer_to({}, Reply::Fail(Cause::Other));", call(index)),
            Answer::Forgotten => format!("host.forget({});", call(index)),
        }),
        Move::Data(index, reply) => {
            let reply = match reply {
                Reply::Bad | Reply::Busy => "Reply::Answer(0, json!(null))",
                Reply::Unavailable => "Reply::Fail(Cause::Privacy)",
                Reply::Failed => "Reply::Fail(Cause::Other)",
                Reply::Denied => "Reply::Fail(Cause::Denied)",
                Reply::Good | Reply::NotStored | Reply::StorageStuck => "Reply::Usual",
            };
            one(format!("host.answer_to({}, {reply});", call(index)))
        }
        Move::Flight(reply) => flight(world, reply),
        Move::Wait => one("host.wait();".into()),
        Move::Timer => one("host.timer_goes_off();".into()),
        Move::Returned => one("host.handle(Input::Returned);".into()),
        Move::LogOut => one("host.clear_session();".into()),
        Move::Configure(change) => one(match change {
            Change::Server { other } => {
                let origin = if other { "new" } else { "api" };
                format!(
                    "host.configure(|settings| settings.login_url = Address::of(\"https://{origin}.example.com/login\"));"
                )
            }
            Change::Trust(true) => "host.trust(\"https://cdn.example.com\");".into(),
            Change::Trust(false) => "host.trust_nobody();".into(),
            Change::Check(mode) => format!("host.check_mode(CheckMode::{mode:?});"),
            Change::WithUserInfo(true) => "host.login_mode(LoginMode::CodeAndUserInfo);".into(),
            Change::WithUserInfo(false) => "host.login_mode(LoginMode::Code);".into(),
        }),
        Move::Observe(is_observed) => one(format!("host.observe({is_observed});")),
        Move::OtherCopy(Left::Nothing) => one("*host.storage.borrow_mut() = None;".into()),
        Move::OtherCopy(other) => left(other, others).into_iter().collect(),
        Move::Trap => one("host.trap();".into()),
        Move::SetClock => one("host.clock_set_by_ms += 3_600_000.0;".into()),
    }
}

fn answer_refused(call: &str, status: u32, error: &str) -> String {
    format!("host.answer_to({call}, Reply::Answer({status}, refusal(\"{error}\")));")
}

fn flight(world: &World, reply: Reply) -> Vec<String> {
    let asked = world.flight.map(|flight| flight.asked);
    let answer = match (asked, reply) {
        (_, Reply::Good | Reply::NotStored | Reply::StorageStuck) => "Reply::Usual",
        (Some(Asked::Check), _) | (_, Reply::Failed) => "Reply::Fail(Cause::Other)",
        (_, Reply::Denied) => "Reply::Fail(Cause::Denied)",
        (_, Reply::Unavailable) => "Reply::Fail(Cause::Unavailable)",
        (Some(Asked::Request { .. }), Reply::Bad) => "Reply::Answer(200, refusal(\"ERR_LOGIN_FAILED\"))",
        (Some(Asked::Request { .. }), Reply::Busy) => "Reply::Answer(503, json!({ \"retryAfter\": 60 }))",
        (_, Reply::Bad | Reply::Busy) => "Reply::Answer(0, json!(null))",
    };
    let full = matches!(reply, Reply::NotStored | Reply::StorageStuck);
    let store = full.then(|| "host.next(Api::Store, Reply::Hang);".to_owned());
    store.into_iter().chain([format!("host.answer({answer});")]).collect()
}

fn ask(kind: Kind) -> &'static str {
    match kind {
        Kind::Plain => "Ask::to(\"/user\")",
        Kind::Bare => "Ask::bare(\"/user\")",
        Kind::WithUserInfo => "Ask::to(\"/user\").with_user_info()",
        Kind::OwnData => "Ask::to(\"/user\").with_user_data(own_data())",
        Kind::Login => "Ask::goal(Goal::Login)",
        Kind::Relogin => "Ask::goal(Goal::Relogin)",
        Kind::UserInfo => "Ask::goal(Goal::UserInfo)",
        Kind::UserProfile => "Ask::goal(Goal::UserProfile)",
        Kind::LoginUrl => "Ask::bare(\"/login\")",
        Kind::Elsewhere => "Ask::to(\"https://cdn.example.com/user\")",
        Kind::BareElsewhere => "Ask::bare(\"https://cdn.example.com/user\")",
    }
}
