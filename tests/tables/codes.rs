//! Enums whose numbers cross between JS and the core.

use std::collections::BTreeMap;

use wafer_client_wasm::core::{
    Cause, CheckMode, Goal, Kind, LoginMode, Place, Protocol, TunnelCommand, TunnelStatus,
};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::source::{const_enum, const_enums, variants};

#[test]
fn the_enums_of_the_core_agree() {
    let kinds = variants!(Kind { Nothing, Scalar, Empty, Record, Other });
    assert_eq!(const_enum("Kind"), kinds);
    let causes = variants!(Cause { Other, Timeout, Aborted, Denied, Privacy, Unavailable });
    assert_eq!(const_enum("Cause"), causes);
    let places = variants!(Place { Foreign, Trusted, LoginUrl, Invalid });
    assert_eq!(const_enum("Place"), places);
    let goals = variants!(Goal { Request, Login, Relogin, UserInfo, UserProfile });
    assert_eq!(const_enum("Goal"), goals);
    let commands = variants!(TunnelCommand {
        Nothing,
        Connected,
        Reconnected,
        Closed,
        Reconnecting,
        ServiceFailed,
        ConnectFailed,
        SocketFailed,
        GaveUp,
        Retry,
        Ask,
        Connect,
        Wait,
        Ping,
        Pong
    });
    assert_eq!(const_enum("TunnelCommand"), commands);
}

#[test]
fn there_is_no_other_enum_in_js() {
    let compared = [
        "Bits",
        "Cause",
        "Flag",
        "Goal",
        "InputKind",
        "Kind",
        "NumberSetting",
        "Op",
        "Place",
        "Table",
        "TunnelCommand",
        "TunnelInputKind",
    ];
    assert!(const_enums().into_iter().eq(compared));
}

/// The names of an option's values in js/configuration.ts, in the order of their numbers.
fn choices(name: &str) -> Vec<&'static str> {
    list(include_str!("../../js/configuration.ts"), name)
}

fn list(source: &'static str, name: &str) -> Vec<&'static str> {
    let (_, rest) = source.split_once(&format!("const {name}")).expect("the table is there");
    let (_, list) = rest.split_once('[').expect("it is a list");
    let (list, _) = list.split_once(']').expect("it ends");
    list.split(',').map(|entry| entry.trim().trim_matches('\'')).collect()
}

fn by_number(variants: BTreeMap<String, u32>, names: &[(&str, &'static str)]) -> Vec<&'static str> {
    let mut named: Vec<_> = names.iter().map(|(variant, name)| (variants[*variant], *name)).collect();
    assert_eq!(named.len(), variants.len());
    named.sort_unstable();
    named.into_iter().map(|(_, name)| name).collect()
}

#[test]
fn the_values_of_options_stand_in_the_order_of_their_numbers() {
    let modes = variants!(CheckMode { Launch, Always, Never });
    let names = [("Launch", "launch"), ("Always", "always"), ("Never", "never")];
    assert_eq!(choices("checkModes"), by_number(modes, &names));
    let modes = variants!(LoginMode { Code, CodeAndUserInfo });
    let names = [("Code", "code"), ("CodeAndUserInfo", "code+userInfo")];
    assert_eq!(choices("loginModes"), by_number(modes, &names));
    let protocols = variants!(Protocol { Wafer, Wafer2, Custom });
    let names = [("Wafer", "wafer"), ("Wafer2", "wafer2"), ("Custom", "an object, after those with names")];
    assert_eq!(choices("protocols"), by_number(protocols, &names)[..2]);
}

#[test]
fn the_states_and_events_of_the_tunnel_stand_in_the_order_of_their_numbers() {
    let source = include_str!("../../js/tunnel.ts");
    let states = variants!(TunnelStatus { Closed, Connecting, Active, Reconnecting });
    let named = [
        ("Closed", "CLOSED"),
        ("Connecting", "CONNECTING"),
        ("Active", "ACTIVE"),
        ("Reconnecting", "RECONNECTING"),
    ];
    assert_eq!(list(source, "STATUSES"), by_number(states, &named));
    let events = list(source, "EVENTS");
    for (command, event) in [
        (TunnelCommand::Nothing, ""),
        (TunnelCommand::Connected, "connect"),
        (TunnelCommand::Reconnected, "reconnect"),
        (TunnelCommand::Closed, "close"),
        (TunnelCommand::Reconnecting, "reconnecting"),
        (TunnelCommand::ServiceFailed, "error"),
    ] {
        assert_eq!(events[command as usize], event);
    }
}
