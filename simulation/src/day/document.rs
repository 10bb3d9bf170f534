//! The tables of `docs/simulation.md` and its Chinese sister, written between two marks.

use std::fmt::Write;

use super::measure::{Report, Second};
use super::scenario::Trouble;
use super::server::SessionsPerUser;
use super::visit::{MOST_CALLS, calls_of_a_page};
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

/// A day with its plan.
#[derive(Clone, Debug)]
pub struct Played {
    /// The plan.
    pub plan: Plan,
    /// The result.
    pub report: Report,
}

impl Language {
    fn choose<'a>(self, english: &'a str, chinese: &'a str) -> &'a str {
        match self {
            Language::English => english,
            Language::Chinese => chinese,
        }
    }

    /// The title of a scenario.
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

/// Days that differ from the usual one in some points: the seed, the pages, the server. They show how far the peak of
/// logins depends on these.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Otherwise {
    /// What is added to the seed.
    seed: u64,
    /// The most calls of a page at once.
    most_calls: u8,
    sessions_per_user: SessionsPerUser,
    /// The factor on the server's capacity.
    capacity: f64,
}

impl Otherwise {
    const USUAL: Otherwise = Otherwise {
        seed: 0,
        most_calls: MOST_CALLS,
        sessions_per_user: SessionsPerUser::Many,
        capacity: 1.0,
    };
    const ONE: Otherwise = Otherwise { sessions_per_user: SessionsPerUser::One, ..Otherwise::USUAL };
    const LARGE: Otherwise = Otherwise { capacity: 20.0, ..Otherwise::USUAL };
    const LARGE_ONE: Otherwise = Otherwise { capacity: 20.0, ..Otherwise::ONE };

    /// All of them. The usual day comes first.
    pub const ALL: [Otherwise; 11] = [
        Otherwise::USUAL,
        Otherwise { seed: 1, ..Otherwise::USUAL },
        Otherwise { seed: 2, ..Otherwise::USUAL },
        Otherwise { most_calls: 1, ..Otherwise::USUAL },
        Otherwise { most_calls: 2, ..Otherwise::USUAL },
        Otherwise { most_calls: 10, ..Otherwise::USUAL },
        Otherwise::ONE,
        Otherwise { most_calls: 10, ..Otherwise::ONE },
        Otherwise::LARGE,
        Otherwise::LARGE_ONE,
        Otherwise { most_calls: 10, ..Otherwise::LARGE_ONE },
    ];

    /// Changes the plan of a usual day into this one.
    pub fn change(&self, plan: &mut Plan) {
        plan.seed += self.seed;
        plan.most_calls = self.most_calls;
        plan.sessions_per_user = self.sessions_per_user;
        plan.capacity *= self.capacity;
    }

    /// A title that says what differs.
    fn title(&self, language: Language) -> String {
        let Otherwise { seed, most_calls, sessions_per_user, capacity } = *self;
        let mut parts = Vec::new();
        if seed > 0 {
            parts.push(match language {
                Language::English => format!("other chance ({seed})"),
                Language::Chinese => format!("另一个种子（{seed}）"),
            });
        }
        if most_calls != MOST_CALLS {
            let calls = calls_of_a_page(most_calls);
            parts.push(match language {
                Language::English => {
                    format!("calls of a page at once: up to {most_calls} ({calls:.1} on average)")
                }
                Language::Chinese => {
                    format!("一个页面同时发起的调用：最多 {most_calls} 个（平均 {calls:.1}）")
                }
            });
        }
        if sessions_per_user == SessionsPerUser::One {
            parts.push(language.choose("one session for each user", "每个用户一个会话").to_owned());
        }
        if capacity > 1.0 {
            parts.push(match language {
                Language::English => format!("a server {capacity} times as large"),
                Language::Chinese => format!("{capacity} 倍大的服务器"),
            });
        }
        if parts.is_empty() {
            parts.push(language.choose("as above", "同上").to_owned());
        }
        parts.join(language.choose(", ", "，"))
    }
}

/// The document with new tables between its marks; `None` if it has no marks.
pub fn renew(document: &str, days: &[Played], otherwise: &[Played], language: Language) -> Option<String> {
    let (before, rest) = document.split_once(BEGINS)?;
    let (_, after) = rest.split_once(ENDS)?;
    let (days, otherwise) = (tables(days, language), table_of_peaks(otherwise, language));
    Some(format!("{before}{BEGINS}\n\n{days}{otherwise}{ENDS}{after}"))
}

/// The tables of a server that keeps many sessions for a user, then those of one that keeps a single one.
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

/// The table of the peaks of logins, one row for each [`Otherwise`]. In `days`, each day of this package comes before
/// the same day of the predecessor.
fn table_of_peaks(days: &[Played], language: Language) -> String {
    let mut text = String::new();
    let Some((Played { plan, .. }, _)) = days.split_first() else { return text };
    let title = language.choose("The peak, asked for in other ways", "换一种方式看峰值");
    let about = language.choose(
        "phones. The highest number in a second: of login requests that reach the server or its gateway, and of `wx.login` calls, also those that WeChat refuses.",
        "部手机。每秒的最大值：到达服务器或其网关的登录请求，以及 `wx.login` 的调用（微信拒绝的也算）。",
    );
    let _ = writeln!(text, "### {title}\n\n{} {about}\n", grouped(plan.phones.into()));
    let head = language.choose(
        "| | logins: wafer-client-wasm | of these, a phone's first | wafer-client-sdk | times as many | `wx.login`: wafer-client-wasm | wafer-client-sdk | times as many |",
        "| | 登录：wafer-client-wasm | 其中手机首次 | wafer-client-sdk | 倍数 | `wx.login`：wafer-client-wasm | wafer-client-sdk | 倍数 |",
    );
    let mut trouble = Trouble::None;
    for (pair, otherwise) in days.chunks_exact(2).zip(Otherwise::ALL.iter().cycle()) {
        let (ours, other) = (&pair[0].report, &pair[1].report);
        if trouble != ours.scenario.trouble {
            trouble = ours.scenario.trouble;
            let _ = writeln!(text, "{}\n\n{head}\n| --- {}|", language.title(trouble), "| ---: ".repeat(7));
        }
        let peaks = |figure: fn(&Second) -> u32| (ours.peak(figure), other.peak(figure));
        let (logins, wx_logins) = (peaks(|second| second.logins), peaks(|second| second.wx_logins));
        let times = |(ours, other): (u32, u32)| f64::from(other) / f64::from(ours);
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {:.1} | {} | {} | {:.1} |",
            otherwise.title(language),
            grouped(logins.0.into()),
            grouped(ours.firsts_of_peak().into()),
            grouped(logins.1.into()),
            times(logins),
            grouped(wx_logins.0.into()),
            grouped(wx_logins.1.into()),
            times(wx_logins),
        );
        if *otherwise == Otherwise::ALL[Otherwise::ALL.len() - 1] {
            text.push('\n');
        }
    }
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
