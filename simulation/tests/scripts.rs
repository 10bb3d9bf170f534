//! Each client here does what its package does: both are compared with one table, which `tests/day` measures on the
//! packages.

use serde::Deserialize;
use wafer_simulation::day::client::{Client, Ours, Wafer, Wafer2, WeRequest};
use wafer_simulation::day::scenario::Trouble;
use wafer_simulation::day::server::SessionsPerUser;
use wafer_simulation::day::{Before, Counts, Script, play};

#[derive(Deserialize)]
struct Row {
    name: String,
    script: Told,
    client: String,
    counts: Counted,
}

/// A script, as `tests/day/play.mjs` writes it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Told {
    before: String,
    calls: u32,
    apart: u32,
    trouble: String,
    full: bool,
    per_user: String,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Counted {
    wx_logins: u64,
    checks: u64,
    user_infos: u64,
    logins: u64,
    requests: u64,
    served: u64,
    failed: u64,
    hung: u64,
}

impl Told {
    fn script(&self) -> Script {
        Script {
            before: match self.before.as_str() {
                "nothing" => Before::Nothing,
                "good" => Before::Good,
                "ended" => Before::Ended,
                "keyDropped" => Before::KeyDropped,
                other => panic!("before: {other}"),
            },
            calls: self.calls,
            apart: self.apart,
            trouble: match self.trouble.as_str() {
                "none" => Trouble::None,
                "down" => Trouble::Down,
                "goodRefused" => Trouble::GoodRefused,
                other => panic!("trouble: {other}"),
            },
            is_full: self.full,
            sessions_per_user: match self.per_user.as_str() {
                "one" => SessionsPerUser::One,
                "many" => SessionsPerUser::Many,
                other => panic!("perUser: {other}"),
            },
        }
    }
}

fn counted<C: Client>(script: Script) -> Counted {
    let Counts { wx_logins, checks, user_infos, logins, requests, served, failed, hung } = play::<C>(script);
    Counted { wx_logins, checks, user_infos, logins, requests, served, failed, hung }
}

#[test]
fn every_client_does_what_its_package_does() {
    let rows: Vec<Row> = serde_json::from_str(include_str!("../scripts.json")).expect("the table");
    assert!(rows.len() > 50);
    let mut differing = Vec::new();
    for Row { name, script, client, counts } in &rows {
        let script = script.script();
        let modelled = match client.as_str() {
            Ours::NAME => counted::<Ours>(script),
            Wafer::NAME => counted::<Wafer>(script),
            Wafer2::NAME => counted::<Wafer2>(script),
            WeRequest::NAME => counted::<WeRequest>(script),
            other => panic!("no client {other}"),
        };
        if modelled != *counts {
            differing.push(format!("{name}, {client}:\n  package {counts:?}\n  model   {modelled:?}"));
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}
