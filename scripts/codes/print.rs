//! What is written of the numbers and texts that Rust declares: TypeScript, and the package README's table of errors.

use wafer_client_wasm::codes::{InputKind, Op, Table, TunnelInputKind, command, facts};
use wafer_client_wasm::core::{
    CheckMode, ErrorCode, Failure, Goal, Kind, LoginMode, Protocol, SERVER_ERROR, TunnelCommand, TunnelStatus,
};

const HEAD: &str = "/* Written by `make codes` of what src/ declares. */\n";

/// `js/codes.ts`: what crosses the boundary.
pub fn numbers() -> String {
    let mut text = HEAD.to_owned();
    for (name, (documentation, variants)) in [
        ("Op", Op::DECLARED),
        ("InputKind", InputKind::DECLARED),
        ("Table", Table::DECLARED),
        ("Kind", Kind::DECLARED),
        ("Goal", Goal::DECLARED),
        ("TunnelInputKind", TunnelInputKind::DECLARED),
        ("TunnelCommand", TunnelCommand::DECLARED),
    ] {
        let entries = variants.iter().map(|variant| (*variant).to_owned());
        text += &const_enum(name, documentation, entries);
    }
    for (name, (documentation, entries)) in [("Bits", command::DECLARED), ("Fact", facts::DECLARED)] {
        let entries = entries.iter().map(|(name, value)| format!("{name} = {value}"));
        text += &const_enum(name, documentation, entries);
    }
    text +=
        &names("CHECK_MODES", "`checkSession`, by number.", CheckMode::ALL.iter().map(|mode| mode.text()));
    text += &names("LOGIN_MODES", "`loginMode`, by number.", LoginMode::ALL.iter().map(|mode| mode.text()));
    text += &names("PROTOCOLS", "`protocol`, by number.", Protocol::NAMES.iter().copied());
    text += &names(
        "TUNNEL_STATUSES",
        "The `status` of a tunnel, by number.",
        TunnelStatus::ALL.iter().map(|status| status.text()),
    );
    let same = ErrorCode::ALL.iter().filter(|code| exported(**code) == code.text());
    let stems: Vec<_> = same.map(|code| &code.text()["ERR_".len()..]).collect();
    text += "\n/** The error codes whose constant has their name, without `ERR_`. */\n";
    text += &format!("export const ERROR_NAMES =\n  '{}'\n", stems.join(" "));
    text += &format!(
        "\n/** From this status on, an answer says nothing about the session. */\nexport const SERVER_ERROR = {SERVER_ERROR}\n"
    );
    text
}

fn const_enum(name: &str, documentation: &str, entries: impl Iterator<Item = String>) -> String {
    let entries: Vec<_> = entries.map(|entry| format!("  {entry}")).collect();
    format!("\n{}export const enum {name} {{\n{}\n}}\n", comment(documentation), entries.join(",\n"))
}

fn names<'a>(name: &str, documentation: &str, texts: impl Iterator<Item = &'a str>) -> String {
    let texts: Vec<_> = texts.map(|text| format!("'{text}'")).collect();
    format!("\n/** {documentation} */\nexport const {name} = [{}] as const\n", texts.join(", "))
}

/// A doc comment of Rust as one of TypeScript; links within Rust's documentation become plain names.
fn comment(documentation: &str) -> String {
    let lines: Vec<_> = documentation.trim().lines().map(|line| plain(line.trim())).collect();
    match &lines[..] {
        [line] => format!("/** {line} */\n"),
        lines => format!(
            "/**\n{}\n */\n",
            lines.iter().map(|line| format!(" * {line}")).collect::<Vec<_>>().join("\n")
        ),
    }
}

fn plain(line: &str) -> String {
    let mut text = String::new();
    let mut rest = line;
    while let Some((before, link)) = rest.split_once("[`") {
        let (name, after) = link.split_once("`]").unwrap_or((link, ""));
        let after = match after.strip_prefix('(') {
            Some(target) => target.split_once(')').map_or("", |(_, after)| after),
            None => after,
        };
        text += &format!("{before}`{name}`");
        rest = after;
    }
    text + rest
}

/// `js/error-codes.ts`: the constants that the package exports, and their type.
pub fn error_codes() -> String {
    let mut text = HEAD.to_owned();
    for (code, [documentation, ..]) in ErrorCode::ALL.iter().zip(ErrorCode::DOCUMENTED) {
        let (name, value) = (exported(*code), code.text());
        text += &format!("\n/** {} */\nexport declare const {name}: '{value}'\n", documentation.trim());
    }
    text += "\n/** The `type` of an error: the values of the exported `ERR_` constants, which say what each of them means. */\n";
    text += "export type ErrorCode =\n";
    let values: Vec<_> = ErrorCode::ALL.iter().map(|code| format!("  | '{}'", code.text())).collect();
    text + &values.join("\n") + "\n"
}

/// The name under which the package exports a code.
fn exported(code: ErrorCode) -> &'static str {
    match code {
        // wafer-client-sdk's name and value differ.
        ErrorCode::LoginMissingSession => "ERR_LOGIN_SESSION_NOT_RECEIVED",
        other => other.text(),
    }
}

/// Makes a document current; `None` if it has no place for the table.
type Current = fn(&str) -> Option<String>;

/// The documents that hold a table of errors.
pub const DOCUMENTS: [(&str, Current); 3] = [
    ("pkg-template/README.md", |document| with_table(document, &error_table())),
    ("docs/troubleshooting.md", |document| {
        let meanings = ErrorCode::DOCUMENTED.iter().map(|[documentation, ..]| documentation.trim());
        with_table(
            document,
            &message_table("`type` | what happened | what the message begins with", meanings),
        )
    }),
    ("docs/troubleshooting.zh-CN.md", |document| {
        let meanings = ErrorCode::DOCUMENTED.iter().map(|[_, meaning, _]| *meaning);
        with_table(document, &message_table("`type` | 发生了什么 | 消息的开头", meanings))
    }),
];

/// A document whose table of errors is replaced by that of now; `None` if it has no place for one.
fn with_table(document: &str, table: &str) -> Option<String> {
    const BEGIN: &str = "<!-- codes:errors -->\n";
    const END: &str = "<!-- /codes:errors -->";
    let (before, rest) = document.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}{table}\n{END}{after}"))
}

/// The codes under their exported names, their meanings and cures.
fn error_table() -> String {
    let mut table = "\n| 错误码 | 含义 | 怎么办 |\n| --- | --- | --- |\n".to_owned();
    for (code, [_, meaning, cure]) in ErrorCode::ALL.iter().zip(ErrorCode::DOCUMENTED) {
        table += &format!("| `{}` | {meaning} | {cure} |\n", exported(*code)).replace("|  |", "| |");
    }
    table
}

/// The codes by their values, their meanings, and the messages under which the core tells them, up to the first comma.
fn message_table<'a>(head: &str, meanings: impl Iterator<Item = &'a str>) -> String {
    let mut table = format!("\n| {head} |\n| --- | --- | --- |\n");
    for (code, meaning) in ErrorCode::ALL.iter().zip(meanings) {
        let value = code.text();
        let of_code = Failure::ALL.iter().filter(|failure| failure.code() == *code);
        let mut messages: Vec<_> = of_code.filter_map(|failure| beginning(failure.text())).collect();
        messages.dedup();
        let cell = messages.join("<br>");
        table += &format!("| [`{value}`](#{}) | {meaning} | {cell} |\n", value.to_lowercase())
            .replace("|  |", "| |");
    }
    table
}

/// What a failure's message begins with.
fn beginning(text: &str) -> Option<&str> {
    let (_, message) = text.split_once(' ')?;
    message.split(['，', '：', '；']).next()
}
