//! Just enough reading of TypeScript: constant enums, exported texts, unions of texts.

use std::collections::{BTreeMap, BTreeSet};

/// js/codes.ts.
const CODES: &str = include_str!("../../js/codes.ts");

/// The names and numbers of a `const enum` of js/codes.ts.
pub fn const_enum(name: &str) -> BTreeMap<String, u32> {
    let body = between(CODES, &format!("export const enum {name} {{"), "}");
    let mut number = 0;
    let mut entries = BTreeMap::new();
    for entry in body.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
        let (name, value) = entry.split_once('=').map_or((entry, None), |(name, value)| (name, Some(value)));
        number = value.map_or(number, |value| value.trim().parse().expect("a number"));
        entries.insert(name.trim().to_owned(), number);
        number += 1;
    }
    entries
}

/// The names of the enums in js/codes.ts.
pub fn const_enums() -> BTreeSet<&'static str> {
    let lines = CODES.lines().filter_map(|line| line.strip_prefix("export const enum "));
    lines.filter_map(|line| line.strip_suffix(" {")).collect()
}

/// `export const NAME = 'value'` or `export declare const NAME: 'value'`, for names that begin like this.
pub fn exported_texts<'a>(source: &'a str, beginning: &str) -> BTreeMap<&'a str, &'a str> {
    let lines = source.lines().filter_map(|line| line.strip_prefix("export "));
    let lines = lines.filter_map(|line| line.strip_prefix("declare ").unwrap_or(line).strip_prefix("const "));
    let pairs = lines.filter_map(|line| line.split_once(" = ").or_else(|| line.split_once(": ")));
    pairs
        .filter(|(name, _)| name.starts_with(beginning))
        .map(|(name, value)| (name, value.trim_matches('\'')))
        .collect()
}

/// The lines of a table of texts, as JS reads them.
pub fn lines(table: &str) -> impl Iterator<Item = &str> {
    let lines = table.strip_suffix("\n\0").expect("a line each, then a NUL");
    lines.split('\n')
}

/// The words of the text that begins after this.
pub fn words<'a>(source: &'a str, beginning: &str) -> impl Iterator<Item = &'a str> {
    between(between(source, beginning, "\n\n"), "'", "'").split(' ')
}

/// The members of `export type NAME = 'a' | 'b'`.
pub fn union<'a>(source: &'a str, name: &str) -> BTreeSet<&'a str> {
    between(source, &format!("export type {name} ="), "\n\n").split('\'').skip(1).step_by(2).collect()
}

/// Names and numbers of an enum's variants. It does not compile while a variant is missing from the list.
macro_rules! variants {
    ($enum:ident { $($name:ident),+ $(,)? }) => {{
        let _every_variant = |variant: $enum| match variant { $($enum::$name => {})+ };
        std::collections::BTreeMap::from([$((stringify!($name).to_owned(), $enum::$name as u32)),+])
    }};
}
pub(crate) use variants;

fn between<'a>(source: &'a str, beginning: &str, end: &str) -> &'a str {
    let (_, rest) = source.split_once(beginning).unwrap_or_else(|| panic!("{beginning} is missing"));
    rest.split_once(end).unwrap_or_else(|| panic!("{beginning} does not end")).0
}
