//! URLs out of pieces on which parsers have been known to differ.

use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

/// How many inputs a property sees.
const CASES: u32 = 6_000;

/// Holds `property` to generated inputs, the same in every run: each property has a seed of its own.
pub fn for_all<S: Strategy>(seed: u8, inputs: S, property: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    println!("seed {seed}, {CASES} inputs");
    let config = ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    TestRunner::new_with_rng(config, rng)
        .run(&inputs, property)
        .unwrap_or_else(|failure| panic!("seed {seed}: {failure}"));
}

fn one_of(texts: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::sample::select(texts).prop_map(str::to_owned)
}

/// Up to `most` pieces, one after the other.
fn joined(piece: impl Strategy<Value = String>, most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(piece, 0..=most).prop_map(|pieces| pieces.concat())
}

/// What can stand in a URL where it does not belong.
fn oddity() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => one_of(&[
            "@", ":", "\\", "/", "?", "#", "%", "[", "]", " ", "\t", "\n", "\r", "\0", "\u{7f}", "..", "%00", "%40",
            "%2e", "%2F", "%5c", "%c3%a9", "é", "Ａ", "．", "。", "／", "＠", "：", "０", "例子", "ß", "\u{ad}", "\u{200d}",
            "😀", "\u{2028}", "xn--", "xn--fsqu00a", "|", "^", "<", "{", "~", "!", "$", "&", "'", "(", "*", "+", ",", ";",
            "=", "`", "\"",
        ]),
        1 => any::<char>().prop_map(String::from),
    ]
}

fn scheme() -> impl Strategy<Value = String> {
    prop_oneof![
        12 => one_of(&["https://", "http://"]),
        1 => one_of(&["HTTPS://", "hTTp://", "https:/", "https:", "https:///", "https:\\\\", "ftp://", "wss://", "//", ""]),
        1 => oddity().prop_map(|oddity| format!("https{oddity}//")),
    ]
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => one_of(&["x.test", "api.x.test", "X.Test", "a", "a-b_c.d", "-", "evil.com", "x.test.", "x..test", ".x"]),
        2 => joined(one_of(&["a", "B", "z", "0", "9", "-", "_", ".", "x", "xn--fsqu00a."]), 8),
    ]
}

fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => (0..300u32).prop_map(|number| number.to_string()),
        1 => one_of(&["0x", "0x7f", "0Xff", "08", "00", "4294967295", "99999999999999999999", "3com", "0xg", ""]),
    ]
}

fn ipv4() -> impl Strategy<Value = String> {
    let numbers = prop::collection::vec(number(), 1..6).prop_map(|numbers| numbers.join("."));
    (one_of(&["", "", "", "a."]), numbers, one_of(&["", "", "", "."]))
        .prop_map(|(before, ip, after)| before + &ip + &after)
}

fn ipv6() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => one_of(&["[::1]", "[::]", "[2001:DB8::1]", "[1:2:3:4:5:6:7:8]", "[::ffff:1.2.3.4]", "[]", "[::1%25eth0]"]),
        1 => joined(one_of(&["0", "f", "AB", "1234", ":", "::"]), 9).prop_map(|inner| format!("[{inner}]")),
    ]
}

fn host() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => name(),
        2 => ipv4(),
        1 => ipv6(),
        1 => (name(), oddity(), name()).prop_map(|(before, oddity, after)| before + &oddity + &after),
    ]
}

fn port() -> impl Strategy<Value = String> {
    prop_oneof![
        16 => Just(String::new()),
        4 => (0..70_000u32).prop_map(|port| format!(":{port}")),
        8 => one_of(&[":", ":443", ":80", ":0", ":00", ":0443", ":65535", ":65536", ":99999999999999999999", ":4a3", ":-1"]),
        1 => (0..40_000usize).prop_map(|zeros| format!(":{}443", "0".repeat(zeros))),
        4 => oddity().prop_map(|oddity| format!(":4{oddity}43")),
    ]
}

fn user_info() -> impl Strategy<Value = String> {
    prop_oneof![
        12 => Just(String::new()),
        1 => one_of(&["user@", "user:pw@", "@", ":@", "x.test:443@", "x.test%40"]),
    ]
}

/// What follows an authority: any path and query.
pub fn rest() -> impl Strategy<Value = String> {
    let piece = || {
        prop_oneof![
            3 => one_of(&["/", "a", "login", "..", ".", "?", "=", "&"]),
            1 => oddity(),
        ]
    };
    prop_oneof![
        1 => Just(String::new()),
        6 => joined(piece(), 8).prop_map(|rest| format!("/{rest}")),
        1 => joined(piece(), 8).prop_map(|rest| format!("?{rest}")),
        1 => joined(piece(), 8).prop_map(|rest| format!("#{rest}")),
    ]
}

/// A URL, or what somebody might take for one.
pub fn url() -> impl Strategy<Value = String> {
    (scheme(), user_info(), host(), port(), rest())
        .prop_map(|(scheme, user_info, host, port, rest)| scheme + &user_info + &host + &port + &rest)
}

/// A path of segments that servers and parsers take apart in different ways.
pub fn path() -> impl Strategy<Value = String> {
    let segment = one_of(&[
        "a",
        "login",
        "Login",
        "log in",
        "logi",
        ".",
        "..",
        "%2e",
        ".%2E",
        "%2e%2e",
        "",
        "%6cogin",
        "lo\ngin",
        "lo\tg%69n",
        "a%2flogin",
        "..%2f",
        "a%5C..",
        "%252e",
        "%256cogin",
        "登录",
        "%E7%99%BB%e5%bd%95",
        "é",
        "%c3%A9",
        "e%CC%81",
        "😀",
        "%F0%9F%98%80",
        "%",
        "%2",
        "%zz",
        "%2\n5",
        "% 6c",
        "lo%00gin",
        "lo\0gin",
        "login;a",
        "a%3fb",
        "a%23b",
        ".%00.",
        "%ff",
    ]);
    let slash = one_of(&["/", "/", "/", "/", "//", "\\", "/./", "/x/../", "/\t"]);
    prop::collection::vec((slash, segment), 0..6)
        .prop_map(|segments| {
            segments.into_iter().map(|(slash, segment)| slash + &segment).collect::<String>()
        })
        // A backslash right behind the host is refused with the authority.
        .prop_map(|path| if path.starts_with('\\') { format!("/{path}") } else { path })
}

/// A query, or none.
pub fn query() -> impl Strategy<Value = String> {
    let piece = one_of(&[
        "c", "=", "login", "%6c", "&", "/", "..", "%2F", "é", "%C3%A9", "?", "+", " ", "\n", "%20", "%",
    ]);
    prop_oneof![
        2 => Just(String::new()),
        1 => one_of(&["?", "?c=login", "?c=user", "?%63=login", "?c=login#x", "#?c=login"]),
        2 => joined(piece, 5).prop_map(|query| format!("?{query}")),
    ]
}
