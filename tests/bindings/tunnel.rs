//! The tunnel across the boundary: kinds go in by number, command and status come out in one.

use wafer_client_wasm::bindings::{self, TunnelInputKind as Kind};
use wafer_client_wasm::core::{TunnelCommand as Command, TunnelStatus as Status};
use wasm_bindgen_test::wasm_bindgen_test as test;

#[track_caller]
fn expect(kind: Kind, (first, second): (f64, f64), command: Command, status: Status, wake_ms: f64) {
    let word = bindings::tunnel(kind as u32, first, second);
    assert_eq!((word & 15, word >> 4), (command as u32, status as u32), "{kind:?}");
    assert_eq!(bindings::number(0), wake_ms, "{kind:?}");
}

#[test]
fn every_kind_of_input_arrives_as_itself() {
    const NONE: (f64, f64) = (f64::NAN, f64::NAN);
    expect(Kind::Open, (1.0, 70.0), Command::Ask, Status::Connecting, 0.0);
    expect(Kind::Offered, NONE, Command::Connect, Status::Connecting, 15_000.0);
    expect(Kind::Opened, NONE, Command::Connected, Status::Active, 15_000.0);
    expect(Kind::Ping, NONE, Command::Pong, Status::Active, 15_000.0);
    expect(Kind::Timeout, (30.0, f64::NAN), Command::Ping, Status::Active, 30_000.0);
    expect(Kind::Packet, NONE, Command::Wait, Status::Active, 30_000.0);
    expect(Kind::Tick, NONE, Command::Ping, Status::Active, 30_000.0);
    expect(Kind::Lost, NONE, Command::Reconnecting, Status::Reconnecting, 70.0);
    expect(Kind::Tick, NONE, Command::Ask, Status::Reconnecting, 0.0);
    expect(Kind::Offered, NONE, Command::Connect, Status::Reconnecting, 30_000.0);
    expect(Kind::NotConnected, NONE, Command::GaveUp, Status::Closed, 0.0);
    expect(Kind::Open, (1.0, 70.0), Command::Ask, Status::Connecting, 0.0);
    expect(Kind::Close, NONE, Command::Closed, Status::Closed, 0.0);
}
