//! Stories made of bytes: each byte is a move.

use serde_json::json;
use wafer_client_wasm::core::TunnelInput;

use super::json::Json;
use super::trees::Bytes;
use crate::explore::{Bounds, Found, Weather, World, play, scenes, tunnel};

/// Longer stories show nothing more.
const LONGEST: usize = 200;

/// Checks that a tunnel keeps its promises, whatever comes in. The packets are those that a server may send.
pub fn tunnel(bytes: &[u8]) {
    let mut bytes = Bytes(&bytes[..bytes.len().min(LONGEST)]);
    let mut line = tunnel::Line::default();
    while !bytes.is_empty() {
        let choice = bytes.byte();
        let packet_type = bytes.one_of(&["close", "ping", "pong", "timeout", "message", ""]);
        let seconds =
            bytes.one_of(&[0.0, 1.0, 15.0, 86_400.0, 86_401.0, -1.0, f64::NAN, f64::INFINITY, 5e-324]);
        let packet = TunnelInput::packet(&Json(json!(packet_type)), seconds);
        if let Err(broken) = line.step(choice, packet) {
            panic!("{broken}");
        }
    }
    if let Err(broken) = line.settles() {
        panic!("{broken}");
    }
}

/// Checks the guarantees of the lifecycle in a world in which everything can happen, with up to four calls at once.
pub fn lifecycle(bytes: &[u8]) {
    let mut bytes = Bytes(&bytes[..bytes.len().min(LONGEST)]);
    let bounds = Bounds {
        at_once: 4,
        chance: bytes.one_of(&[0.0, 0.3, 0.999]),
        every_timer: bytes.byte().is_multiple_of(2),
        ..scenes::everything()
    };
    let left = bytes.one_of(bounds.left);
    let mut choices = bytes.0.iter();
    let weather = Weather::ALL[bytes.0.len() % Weather::ALL.len()];
    let choose = |world: &World| {
        let moves = bounds.moves(world);
        choices.next().map(|byte| moves[usize::from(*byte) % moves.len()])
    };
    if let Err((broken, story)) = play(&bounds, left, weather, choose) {
        let found = Found { broken, left, story, weather: Some(weather) };
        panic!("{}", found.report(&bounds));
    }
}
