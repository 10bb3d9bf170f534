//! Just enough reading of TypeScript: names of constant enums, lists, exported texts, unions of texts.

use std::collections::{BTreeMap, BTreeSet};

/// The names of the constant enums in a source.
pub fn const_enums(source: &str) -> impl Iterator<Item = &str> {
    let lines = source.lines().map(|line| line.strip_prefix("export ").unwrap_or(line));
    lines.filter_map(|line| line.strip_prefix("const enum ")?.strip_suffix(" {"))
}

/// The texts of the list that begins after this.
pub fn list<'a>(source: &'a str, beginning: &str) -> impl Iterator<Item = &'a str> {
    between(between(source, beginning, "\n"), "[", "]")
        .split(',')
        .map(|entry| entry.trim().trim_matches('\''))
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

/// The members of `export type NAME = 'a' | 'b'`.
pub fn union<'a>(source: &'a str, name: &str) -> BTreeSet<&'a str> {
    between(source, &format!("export type {name} ="), "\n\n").split('\'').skip(1).step_by(2).collect()
}

fn between<'a>(source: &'a str, beginning: &str, end: &str) -> &'a str {
    let (_, rest) = source.split_once(beginning).unwrap_or_else(|| panic!("{beginning} is missing"));
    rest.split_once(end).unwrap_or_else(|| panic!("{beginning} does not end")).0
}
