//! The tables of `docs/simulation.md` and its Chinese sister, written between two marks.

use std::fmt::Write;

use super::measure::Report;
use super::scenario::Trouble;
use super::server::SessionsPerUser;
use super::visit::calls_of_a_page;
use super::world::Plan;

/// The marks.
const BEGINS: &str = "<!-- day: what follows is written by make day -->";
const ENDS: &str = "<!-- day: ends -->";

/// The language of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// Chinese.
    Chinese,
}

/// A day and what it was made of.
#[derive(Clone, Debug)]
pub struct Played {
    /// What it was made of.
    pub plan: Plan,
    /// What it came to.
    pub report: Report,
}

impl Language {
    fn choose<'a>(self, english: &'a str, chinese: &'a str) -> &'a str {
        match self {
            Language::English => english,
            Language::Chinese => chinese,
        }
    }

    /// What a scenario is called.
    pub fn title(self, trouble: Trouble) -> &'static str {
        let (english, chinese) = match trouble {
            Trouble::None => ("1 An ordinary day", "1 平常的一天"),
            Trouble::SessionsLost => {
                ("2 The server loses all sessions at noon", "2 服务器在正午丢失全部会话")
            }
            Trouble::Down => ("3 The server is down for ten minutes", "3 服务器停机十分钟"),
            Trouble::HalfFail => (
                "4 Half of all requests are answered with HTTP 500, for an hour",
                "4 一小时内一半请求得到 HTTP 500",
            ),
            Trouble::SlowWeChat => {
                ("5 wx.login takes eight seconds, for ten minutes", "5 十分钟内 wx.login 要用八秒")
            }
            Trouble::GoodRefused => {
                ("6 A deploy refuses good sessions, for a minute", "6 发布事故：一分钟内有效会话被拒绝")
            }
            Trouble::ExpireTogether => {
                ("7 All sessions expire in the same minute", "7 全部会话在同一分钟内过期")
            }
            Trouble::DownAndLost => (
                "8 The server is down for ten minutes and comes back without its sessions",
                "8 服务器停机十分钟，恢复时会话全部丢失",
            ),
            Trouble::LoginsFail => (
                "9 The server loses all sessions, and for ten minutes no login succeeds",
                "9 服务器丢失全部会话，且十分钟内登录全部失败",
            ),
        };
        self.choose(english, chinese)
    }
}

/// The document with new tables between its marks; `None` if it has no marks.
pub fn renew(document: &str, days: &[Played], bursts: &[Played], language: Language) -> Option<String> {
    let (before, rest) = document.split_once(BEGINS)?;
    let (_, after) = rest.split_once(ENDS)?;
    let (days, bursts) = (tables(days, language), table_of_bursts(bursts, language));
    Some(format!("{before}{BEGINS}\n\n{days}{bursts}{ENDS}{after}"))
}

/// First for a server that keeps many sessions for a user, then for one that keeps one.
fn tables(days: &[Played], language: Language) -> String {
    let mut text = String::new();
    if let Some(Played { plan, .. }) = days.first() {
        let (phones, seed) = (grouped(plan.phones.into()), plan.seed);
        let _ = match language {
            Language::English => writeln!(text, "{phones} phones, seed {seed}.\n"),
            Language::Chinese => writeln!(text, "{phones} 部手机，种子 {seed}。\n"),
        };
    }
    for scenario in super::scenario::Scenario::ALL {
        for per_user in [SessionsPerUser::Many, SessionsPerUser::One] {
            let days: Vec<&Played> = days
                .iter()
                .filter(|day| day.report.scenario.trouble == scenario.trouble)
                .filter(|day| day.plan.sessions_per_user == per_user)
                .collect();
            if days.is_empty() {
                continue;
            }
            let title = language.title(scenario.trouble);
            match per_user {
                SessionsPerUser::Many => {
                    let name = scenario.name();
                    let _ = writeln!(text, "### {title}\n\n![{title}](simulation/{name}.svg)\n");
                }
                SessionsPerUser::One => {
                    let note = language.choose(
                        "The same on a server that keeps one session for each user, so that a login ends the one before:",
                        "同样的情形，但服务器为每个用户只保留一个会话，新的登录会使旧会话失效：",
                    );
                    let _ = writeln!(text, "{note}\n");
                }
            }
            table(&mut text, &days, language);
        }
    }
    text
}

fn table(text: &mut String, days: &[&Played], language: Language) {
    let head = language.choose(
        "| client | logins a second, highest | of these, a phone's first | logins | refused calls | failed calls | turned away | pages given up | wait for a page, median / 99 % | works again after |",
        "| 客户端 | 每秒登录峰值 | 其中手机首次 | 登录总数 | 被拒绝的调用 | 失败的调用 | 因排队已满被拒 | 用户放弃的页面 | 页面等待 中位 / 99 % | 恢复用时 |",
    );
    let _ = writeln!(text, "{head}\n| --- {}|", "| ---: ".repeat(9));
    for Played { report, .. } in days {
        let seconds = |quantile| report.waits.value_at_quantile(quantile) as f64 / 1000.0;
        let recovers = match (report.scenario.trouble, report.recovers_in_s()) {
            (Trouble::None, Some(_)) => "–".to_owned(),
            (_, Some(after)) => format!("{after} s"),
            (_, None) => language.choose("not by 14:00", "14:00 前没有").to_owned(),
        };
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {} | {} | {:.2} s / {:.1} s | {recovers} |",
            report.client,
            grouped(report.peak(|second| second.logins).into()),
            grouped(report.firsts_of_peak().into()),
            grouped(report.total(|second| second.logins)),
            grouped(report.total(|second| second.refused)),
            grouped(report.total(|second| second.failed)),
            grouped(report.total(|second| second.turned_away)),
            grouped(report.given_up),
            seconds(0.5),
            seconds(0.99),
        );
    }
    text.push('\n');
}

/// The days of [`tables`] with pages of few and of many calls; each day of this package is followed by that of the other.
fn table_of_bursts(days: &[Played], language: Language) -> String {
    let mut text = String::new();
    let Some((Played { plan, .. }, _)) = days.split_first() else { return text };
    let (title, phones) = (
        language.choose("Pages of few and of many calls", "页面调用多与少"),
        language.choose("phones. The highest number of logins in a second:", "部手机。每秒登录的最大值："),
    );
    let _ = writeln!(text, "### {title}\n\n{} {phones}\n", grouped(plan.phones.into()));
    let head = language.choose(
        "| | calls of a page at once, at most (on average) | wafer-client-wasm | wafer-client-sdk | times as many |",
        "| | 一个页面同时发起的调用，最多（平均） | wafer-client-wasm | wafer-client-sdk | 倍数 |",
    );
    let _ = writeln!(text, "{head}\n| --- {}|", "| ---: ".repeat(4));
    for pair in days.chunks_exact(2) {
        let (ours, other) = (&pair[0], &pair[1]);
        let peak = |day: &Played| day.report.peak(|second| second.logins);
        let most_calls = ours.plan.most_calls;
        let _ = writeln!(
            text,
            "| {} | {most_calls} ({:.1}) | {} | {} | {:.1} |",
            language.title(ours.report.scenario.trouble),
            calls_of_a_page(most_calls),
            peak(ours),
            peak(other),
            f64::from(peak(other)) / f64::from(peak(ours)),
        );
    }
    text.push('\n');
    text
}

/// A number with commas.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
