//! The table of phases, inputs, commands and deadlines, as the exploration found them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use wafer_client_wasm::core::{
    Age, CheckMode, Command, LoginMode, Phase, Previous, Retry, Settings, Step as LoginStep,
};

use super::moves::{Answer, Change, Kind, Left, Move, Reply};
use super::scenes;
use super::search::{Bounds, Step};
use super::world::{Asked, Place, World};

/// The number of states after which the search ends; more of them show nothing new.
const MOST: usize = 30_000;

const OLDER: &str = "a request under an older session";

/// Explores the core and collects the tables.
pub fn tables() -> Tables {
    let settings = Settings { login_url: scenes::settings().login_url, ..Settings::default() };
    let one = Bounds { kinds: Kind::ALL, settings, most_states: MOST, ..scenes::plain() };
    let modes = Bounds {
        kinds: &[Kind::Plain],
        left: &[Left::Nothing, Left::Session],
        settings: Settings { login_mode: LoginMode::CodeAndUserInfo, ..one.settings.clone() },
        ..one.clone()
    };
    let always = Bounds {
        kinds: &[Kind::Plain, Kind::Bare],
        left: &[Left::Session],
        settings: Settings { check: CheckMode::Always, ..one.settings.clone() },
        ..one.clone()
    };
    // A session can be replaced while a request under it is on its way only if there is a second call.
    let two = Bounds {
        kinds: &[Kind::Plain, Kind::Bare, Kind::Relogin],
        left: &[Left::Session],
        at_once: 2,
        ..one.clone()
    };
    let mut deadlines = BTreeMap::new();
    let mut rows: BTreeMap<(String, String), BTreeSet<(String, String)>> = BTreeMap::new();
    // The start of what is taken down.
    let explored =
        [(one, "", ""), (two, "", OLDER), (modes, " (`code+userInfo`)", ""), (always, " (`always`)", "")];
    for (bounds, condition, begins) in explored {
        let seen = bounds.explore(|step| {
            note_deadline(step, &mut deadlines);
            if let Some((what, led_to)) = row(step).filter(|(what, _)| what.starts_with(begins)) {
                let phase = phase(step.before);
                let known = condition.is_empty() || !rows.contains_key(&(phase.clone(), what.clone()));
                let is_new =
                    !rows.get(&(phase.clone(), what.clone())).is_some_and(|all| all.contains(&led_to));
                if known {
                    rows.entry((phase, what)).or_default().insert(led_to);
                } else if is_new {
                    rows.entry((phase, what + condition)).or_default().insert(led_to);
                }
            }
        });
        if let Err(found) = seen {
            panic!("{}", found.report(&bounds));
        }
    }
    Tables { deadlines, rows }
}

/// The tables, as the exploration found them.
pub struct Tables {
    /// What the core gives up, and after how many ms.
    deadlines: BTreeMap<String, u64>,
    /// From the phase and what happens to what follows and the phase after it.
    rows: BTreeMap<(String, String), BTreeSet<(String, String)>>,
}

impl Tables {
    /// All tables as Markdown.
    pub fn whole(&self) -> String {
        format!("{}\n{}", self.deadlines(), self.rows(|_, _| true))
    }

    /// The deadlines, and the inputs that can lead from one phase to another.
    pub fn changes(&self) -> String {
        format!("{}\n{}", self.deadlines(), self.rows(|phase, then| phase != then))
    }

    fn deadlines(&self) -> String {
        let mut text = "| on its way | given up after |\n| --- | --- |\n".to_owned();
        for (what, within_ms) in &self.deadlines {
            writeln!(text, "| {what} | {} s |", within_ms / 1_000).expect("a text takes all");
        }
        text
    }

    /// The rows with at least one wanted outcome; `is_wanted` gets the phases before and after it.
    fn rows(&self, is_wanted: impl Fn(&str, &str) -> bool) -> String {
        // Inputs with the same outcome share one row.
        let mut merged: BTreeMap<(&str, Vec<String>), Vec<&str>> = BTreeMap::new();
        for ((phase, what), led_to) in &self.rows {
            if !led_to.iter().any(|(_, then)| is_wanted(phase, then)) {
                continue;
            }
            let led_to = led_to.iter().map(|(commands, then)| format!("{commands} → {then}")).collect();
            merged.entry((phase, led_to)).or_default().push(what);
        }
        let lines = merged
            .into_iter()
            .map(|((phase, led_to), what)| (phase, what.join("; "), led_to.join("<br>or ")));
        let mut lines: Vec<(&str, String, String)> = lines.collect();
        lines.sort();
        let mut text =
            "| phase | what happens | what follows, and the phase then |\n| --- | --- | --- |\n".to_owned();
        for (phase, what, led_to) in lines {
            writeln!(text, "| {phase} | {what} | {led_to} |").expect("a text takes all");
        }
        text
    }
}

fn note_deadline(step: &Step, deadlines: &mut BTreeMap<String, u64>) {
    let (before, after) = (step.before, step.after);
    if let Some(flight) = after.flight.filter(|flight| before.flight != Some(*flight)) {
        let what = match flight.asked {
            Asked::Check => "`wx.checkSession`",
            Asked::Code => "`wx.login`",
            Asked::UserInfo => "`wx.getUserInfo` of a login",
            Asked::Request { .. } => "the login request",
        };
        deadlines.entry(what.to_owned()).or_insert((flight.until_ms - after.now_ms) as u64);
    }
    let [call] = after.calls.as_slice() else { return };
    let was_fetching = before.calls.iter().any(|call| matches!(call.place, Place::Fetching));
    if let (Place::Fetching, false, Some(at_ms), true, true) =
        (&call.place, was_fetching, after.timer_ms, after.logins.is_empty(), before.timer_ms.is_none())
    {
        let what = if call.kind == Kind::UserProfile {
            "`wx.getUserProfile` of a call"
        } else {
            "`wx.getUserInfo` of a call"
        };
        deadlines.entry(what.to_owned()).or_insert((at_ms - after.now_ms) as u64);
    }
}

/// The input of a move and what follows, if the move belongs into the table.
fn row(step: &Step) -> Option<(String, (String, String))> {
    let before = step.before;
    let what = match step.step {
        Move::Start(kind) => format!("`{}`", name(kind)),
        Move::Answer(index, answer) => answered(before, index, answer)?,
        Move::Data(_, reply) => format!("the call's user data: {}", reply_name(reply)?),
        Move::Flight(reply) => format!("{}: {}", asked(before), reply_name(reply)?),
        Move::Wait => deadline(step)?,
        Move::LogOut if before.calls.is_empty() => "`clearSession()`".to_owned(),
        Move::Configure(Change::Server { .. }) => "`loginUrl` moves to another origin".to_owned(),
        Move::LogOut
        | Move::Abort(_)
        | Move::Configure(_)
        | Move::Timer
        | Move::Observe(_)
        | Move::OtherCopy(_)
        | Move::Trap
        | Move::Returned
        | Move::SetClock => return None,
    };
    let commands: Vec<String> = step.after.commands.iter().filter_map(command).collect();
    let nothing = match step.step {
        Move::Start(_) if step.after.calls.iter().any(|call| matches!(call.place, Place::Sent(..))) => {
            "sent under the pass"
        }
        Move::Start(_) => "it waits",
        Move::Answer(..) if step.after.calls.is_empty() => "settled under the pass",
        _ => "nothing",
    };
    let commands = if commands.is_empty() { nothing.to_owned() } else { commands.join(", ") };
    Some((what, (commands, phase(step.after))))
}

fn answered(world: &World, index: usize, answer: Answer) -> Option<String> {
    let Place::Sent(sent, _) = &world.calls[index].place else { return None };
    let signed = match sent.signed_by.map(|signed_by| world.core.age_of(signed_by)) {
        None => "a bare request",
        Some(Age::Current) => "a request under this session",
        Some(Age::Replaced) => OLDER,
        Some(Age::LoggedOut) => "a request from before a log-out",
    };
    let again = if sent.retry == Retry::Left { "" } else { ", a second time" };
    Some(match answer {
        Answer::Fine => "a request succeeds".to_owned(),
        Answer::Expired => format!("{signed} is refused as expired{again}"),
        Answer::CannotCheck => "the server could not check a session".to_owned(),
        Answer::ServerError => "a request is answered with a status from 500 on".to_owned(),
        Answer::Failed => "a request fails".to_owned(),
        Answer::Forgotten => "a request has been on its way for 30 minutes".to_owned(),
    })
}

fn deadline(step: &Step) -> Option<String> {
    let is_given_up = step.before.flight.is_some() && step.after.flight != step.before.flight;
    let is_rest = step.after.commands.iter().all(|command| matches!(command, Command::Wake(_)));
    match (is_given_up, is_rest) {
        (true, _) => Some(format!("{} hangs", asked(step.before))),
        (false, true) => None,
        (false, false) => Some("the call's user data hangs".to_owned()),
    }
}

fn asked(world: &World) -> &'static str {
    match world.flight.map(|flight| flight.asked) {
        None => "",
        Some(Asked::Check) => "the check",
        Some(Asked::Code) => "`wx.login`",
        Some(Asked::UserInfo) => "the login's user data",
        Some(Asked::Request { .. }) => "the login request",
    }
}

fn reply_name(reply: Reply) -> Option<&'static str> {
    match reply {
        Reply::Good => Some("good"),
        Reply::Bad => Some("no"),
        Reply::Failed => Some("fails"),
        Reply::Denied => Some("refused by the user"),
        Reply::Unavailable => Some("does not exist or is not permitted"),
        Reply::NotStored | Reply::StorageStuck | Reply::Busy => None,
    }
}

fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Plain => "request({ login: true })",
        Kind::Bare => "request({ login: false })",
        Kind::WithUserInfo => "request({ withUserInfo: true })",
        Kind::OwnData => "request({ encryptedData, iv })",
        Kind::Login => "login()",
        Kind::Relogin => "login({ force: true })",
        Kind::UserInfo => "getUserInfo()",
        Kind::UserProfile => "getUserProfile()",
        Kind::LoginUrl => "request({ url: loginUrl })",
        Kind::Elsewhere => "request({ login: true }) elsewhere",
        Kind::BareElsewhere => "request({ login: false }) elsewhere",
    }
}

/// A command's name. Timers are left out: they do not matter to phases.
fn command<V>(command: &Command<V>) -> Option<String> {
    let name = match command {
        Command::ReadSession => "ReadSession",
        Command::WriteSession(_) => "WriteSession",
        Command::RemoveSession => "RemoveSession",
        Command::Session(Some(_)) => "Session",
        Command::Session(None) => "Session(None)",
        Command::CheckSession(_) => "CheckSession",
        Command::WxLogin { .. } => "WxLogin",
        Command::LoginUserInfo(_) => "LoginUserInfo",
        Command::LoginRequest { .. } => "LoginRequest",
        Command::UserInfo(_) => "UserInfo",
        Command::Send { call, .. } if call.signed_by.is_some() => "Send",
        Command::Send { .. } => "Send (bare)",
        Command::AbortRequest(_) => "AbortRequest",
        Command::Succeed(_) => "Succeed",
        Command::Fail { failure, .. } => return Some(format!("Fail({failure:?})")),
        Command::Wake(_) | Command::Event { .. } => return None,
    };
    Some(name.to_owned())
}

fn phase(world: &World) -> String {
    match world.core.phase() {
        Phase::Unread => "Unread".to_owned(),
        Phase::Reading { .. } => "Reading".to_owned(),
        Phase::Absent => "Absent".to_owned(),
        Phase::Unchecked(_) => "Unchecked".to_owned(),
        Phase::Checking { .. } => "Checking".to_owned(),
        Phase::Live(_) => "Live".to_owned(),
        Phase::LoggingIn { previous, step, .. } => {
            let step = match step {
                LoginStep::Code => "Code",
                LoginStep::UserInfo { .. } => "UserInfo",
                LoginStep::Request { .. } => "Request",
            };
            let previous = match previous {
                Previous::Nobody => "Nobody",
                Previous::Refused => "Refused",
                Previous::Good(_) => "Good",
            };
            format!("LoggingIn: {step}, previous {previous}")
        }
    }
}
