//! Enums and bits of the bindings, which exist in wasm alone.

use wafer_client_wasm::bindings::{self, InputKind, NumberSetting, Op, Table, TunnelInputKind};
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::source::{const_enum, variants};

#[test]
fn the_enums_of_the_bindings_agree() {
    let ops = variants!(Op {
        ReadSession,
        WriteSession,
        RemoveSession,
        Session,
        NoSession,
        CheckSession,
        WxLogin,
        LoginUserInfo,
        LoginRequest,
        UserInfo,
        SendBare,
        Send,
        SendUserData,
        AbortRequest,
        Succeed,
        Fail,
        Wake,
        Event
    });
    assert_eq!(const_enum("Op"), ops);
    let kinds = variants!(InputKind {
        Tick,
        Abort,
        Clear,
        Observe,
        Configure,
        Stored,
        Checked,
        Code,
        LoginUserInfo,
        LoginAnswered,
        LoginFailed,
        UserInfo,
        Failed
    });
    assert_eq!(const_enum("InputKind"), kinds);
    let settings = variants!(NumberSetting {
        Protocol,
        Check,
        LoginMode,
        LoginMs,
        CheckSessionMs,
        LoginRequestMs,
        MaxLoginsPerMinute,
        TrustedOrigins
    });
    assert_eq!(const_enum("NumberSetting"), settings);
    assert_eq!(const_enum("Table"), variants!(Table { Failure, Event, Word, Tunnel }));
    let tunnel = variants!(TunnelInputKind {
        Open,
        Offered,
        NotConnected,
        Opened,
        Lost,
        Tick,
        Close,
        Returned,
        Packet
    });
    assert_eq!(const_enum("TunnelInputKind"), tunnel);
}

/// A call as JS makes it of js/codes.ts, and the last command that follows, read in the same way.
fn start(id: u32, goal: &str, place: &str, more: u32) -> (u32, u32) {
    let (flag, bits) = (const_enum("Flag"), const_enum("Bits"));
    let flags = const_enum("Goal")[goal] | const_enum("Place")[place] << flag["PlaceShift"] | more;
    let mut command = bindings::start(id, flags, 60_000.0, 0, 0.0);
    while command & bits["More"] != 0 {
        command = bindings::poll();
    }
    assert_ne!(command, 0, "a call is answered");
    (command & ((1 << bits["Op"]) - 1), command >> bits["Id"])
}

#[test]
fn the_bits_of_flags_and_commands_agree() {
    let (flag, op) = (const_enum("Flag"), const_enum("Op"));
    bindings::input(const_enum("InputKind")["Clear"], 0, 0, 0, 0, 0.0);
    while bindings::poll() != 0 {}
    assert_eq!(start(1, "Request", "Trusted", 0), (op["SendBare"], 1));
    assert_eq!(start(2, "Request", "Invalid", 0), (op["Fail"], 2));
    assert_eq!(start(3, "Request", "Foreign", flag["Login"]), (op["Fail"], 3));
    assert_eq!(start(0x007f_ffff, "Request", "LoginUrl", flag["Login"]), (op["SendBare"], 0x007f_ffff));
    assert_eq!(start(4, "UserProfile", "Trusted", flag["Login"]), (op["UserInfo"], 4));
    assert_eq!(
        start(5, "Request", "Trusted", flag["Login"] | flag["WithUserInfo"]).0,
        op["Fail"],
        "no login URL"
    );
}
