//! What the packets of the server mean.

use serde_json::json;
use wafer_client_wasm::core::TunnelInput;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::json::Json;

#[test]
fn packets_that_mean_something_are_known_by_their_whole_type() {
    let read = |packet_type| TunnelInput::packet(&Json(json!(packet_type)), 20.0);
    assert_eq!(read("close"), TunnelInput::Close);
    assert_eq!(read("ping"), TunnelInput::Ping);
    assert_eq!(read("timeout"), TunnelInput::Timeout(20.0));
    for other in ["", "pong", "message", "Ping", "pings", "pin", " ping", "clos", "constructor", "timeouts"] {
        assert_eq!(read(other), TunnelInput::Packet, "{other}");
    }
}

#[test]
fn a_packet_without_a_type_is_still_a_packet() {
    for nothing in [json!(null), json!(5), json!({ "type": "close" }), json!(["close"]), json!(true)] {
        assert_eq!(TunnelInput::packet(&Json(nothing), f64::NAN), TunnelInput::Packet);
    }
}
