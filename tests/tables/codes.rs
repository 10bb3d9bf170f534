//! What `make codes` writes of the numbers and texts that Rust declares.

use std::collections::BTreeSet;

use wafer_client_wasm::codes::{InputKind, Op, Table, TunnelInputKind, command, facts};
use wafer_client_wasm::core::{
    CheckMode, Goal, Kind, LoginMode, Protocol, Retry, TunnelCommand, TunnelStatus,
};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[path = "../../scripts/codes/print.rs"]
mod print;

#[test]
fn what_is_generated_is_current() {
    let documents = [
        include_str!("../../pkg-template/README.md"),
        include_str!("../../docs/troubleshooting.md"),
        include_str!("../../docs/troubleshooting.zh-CN.md"),
    ];
    let tables =
        print::DOCUMENTS.iter().zip(documents).map(|((path, print), text)| (*path, text, print(text)));
    let files = [
        ("js/codes.ts", include_str!("../../js/codes.ts"), Some(print::numbers())),
        ("js/error-codes.ts", include_str!("../../js/error-codes.ts"), Some(print::error_codes())),
    ];
    for (path, current, printed) in files.into_iter().chain(tables) {
        let printed = printed.expect("the document has a place for the table of errors");
        assert!(current == printed, "{path} is not what src/ declares; run `make codes`");
    }
}

/// Each number means its variant, those above mean nothing, and the names are in their order.
macro_rules! assert_numbered {
    ($($enum:ident),+) => {$({
        let names = $enum::DECLARED.1;
        for (number, name) in names.iter().enumerate() {
            let variant = $enum::from_number(number as u32).expect("a number of this enum");
            assert_eq!((variant as usize, &format!("{variant:?}")), (number, &name.to_string()));
        }
        for number in [names.len() as u32, u32::MAX] {
            assert!($enum::from_number(number).is_none(), "{number} of {}", stringify!($enum));
        }
    })+};
}

#[test]
fn a_number_means_the_variant_that_has_it_and_nothing_else() {
    assert_numbered!(Op, InputKind, Table, TunnelInputKind, Kind, Goal, Retry, TunnelCommand);
}

#[test]
fn the_bits_of_commands_and_facts_have_room_for_what_lies_below_them() {
    assert!(Op::DECLARED.1.len() as u32 <= command::MORE);
    assert_eq!(command::MORE << 1, 1 << command::ID_SHIFT);
    assert!(Goal::DECLARED.1.len() as u32 <= facts::LOGIN);
    assert_eq!(facts::WITH_USER_INFO, facts::LOGIN << 1);
    assert_eq!(1 << facts::RETRY_SHIFT, facts::WITH_USER_INFO << 1);
    assert!((Retry::DECLARED.1.len() as u32) << facts::RETRY_SHIFT <= facts::CHECKED);
    assert_eq!(facts::GENERATION, facts::CHECKED << 1);
}

#[test]
fn the_choices_of_an_option_are_numbered_in_the_order_of_their_texts() {
    assert!(CheckMode::ALL.iter().enumerate().all(|(index, mode)| *mode as usize == index));
    assert!(LoginMode::ALL.iter().enumerate().all(|(index, mode)| *mode as usize == index));
    assert!(TunnelStatus::ALL.iter().enumerate().all(|(index, status)| *status as usize == index));
    let named = |number| !matches!(Protocol::of_number(number), Protocol::Custom(_));
    let count = Protocol::NAMES.len() as u32;
    assert!((0..count).all(named) && !named(count), "each name has a protocol, and each protocol a name");
}

#[test]
fn nothing_in_js_is_a_constant_enum_of_its_own_that_the_core_knows() {
    let generated: BTreeSet<_> = crate::source::const_enums(include_str!("../../js/codes.ts")).collect();
    for source in [
        include_str!("../../js/app/calls.ts"),
        include_str!("../../js/core/queue.ts"),
        include_str!("../../js/core/values.ts"),
        include_str!("../../js/steps/commands.ts"),
        include_str!("../../js/steps/tunnel.ts"),
    ] {
        assert!(crate::source::const_enums(source).all(|name| !generated.contains(name)));
    }
}

#[test]
fn the_events_of_a_tunnel_stand_in_the_order_of_the_commands_that_tell_them() {
    let source = include_str!("../../js/steps/tunnel.ts");
    let events: Vec<_> = crate::source::list(source, "const EVENTS").collect();
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
