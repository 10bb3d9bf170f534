//! Tunnels across the boundary: kinds go in by number, command and status come out in one.

use wafer_client_wasm::bindings;
use wafer_client_wasm::codes::TunnelInputKind as Kind;
use wafer_client_wasm::core::{TunnelCommand as Command, TunnelStatus as Status};
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::page::{self, handle};

const NONE: (f64, f64) = (f64::NAN, f64::NAN);
/// With this number a wait is as long as the settings say.
const AVERAGE: (f64, f64) = (0.5, f64::NAN);
const RUNS_ON: f64 = -1.0;

#[track_caller]
fn expect(
    tunnel: usize,
    kind: Kind,
    (first, second): (f64, f64),
    command: Command,
    status: Status,
    wake_ms: f64,
) {
    let word = bindings::tunnel(tunnel, kind as u32, first, second);
    assert_eq!((word & 15, word >> 4), (command as u32, status as u32), "{kind:?}");
    assert_eq!(bindings::number(0), wake_ms, "{kind:?}");
}

/// A packet as JS gives it: what its content is as a number, and the place of its type.
fn packet(packet_type: &str, seconds: f64) -> (f64, f64) {
    (seconds, f64::from(handle(packet_type).0))
}

#[test]
fn every_kind_of_input_arrives_as_itself() {
    page::open();
    expect(0, Kind::Open, (1.0, 70.0), Command::Ask, Status::Connecting, 0.0);
    expect(0, Kind::Offered, NONE, Command::Connect, Status::Connecting, 15_000.0);
    expect(0, Kind::Opened, NONE, Command::Connected, Status::Active, 15_000.0);
    expect(0, Kind::Packet, packet("ping", f64::NAN), Command::Pong, Status::Active, RUNS_ON);
    expect(0, Kind::Packet, packet("timeout", 30.0), Command::Ping, Status::Active, 30_000.0);
    expect(0, Kind::Packet, packet("pong", 0.0), Command::Wait, Status::Active, 30_000.0);
    expect(0, Kind::Tick, AVERAGE, Command::Ping, Status::Active, 30_000.0);
    expect(0, Kind::Returned, NONE, Command::Ping, Status::Active, 30_000.0);
    expect(0, Kind::Lost, AVERAGE, Command::Reconnecting, Status::Reconnecting, 70.0);
    expect(0, Kind::Tick, AVERAGE, Command::Ask, Status::Reconnecting, 0.0);
    expect(0, Kind::Offered, NONE, Command::Connect, Status::Reconnecting, 30_000.0);
    expect(0, Kind::NotConnected, AVERAGE, Command::GaveUp, Status::Closed, 0.0);
    expect(0, Kind::Open, (2.0, 70.0), Command::Ask, Status::Connecting, 0.0);
    expect(0, Kind::Offered, NONE, Command::Connect, Status::Connecting, 15_000.0);
    expect(0, Kind::Opened, NONE, Command::Connected, Status::Active, 15_000.0);
    expect(0, Kind::Packet, packet("close", f64::NAN), Command::Closed, Status::Closed, 0.0);
    expect(0, Kind::Open, (1.0, 70.0), Command::Ask, Status::Connecting, 0.0);
    expect(0, Kind::Close, NONE, Command::Closed, Status::Closed, 0.0);
}

#[test]
fn tunnels_are_told_apart_by_their_numbers_and_chance_comes_in_from_outside() {
    page::open();
    expect(7, Kind::Open, (3.0, 100.0), Command::Ask, Status::Connecting, 0.0);
    expect(2, Kind::Open, (3.0, 400.0), Command::Ask, Status::Connecting, 0.0);
    for tunnel in [2, 7] {
        expect(tunnel, Kind::Offered, NONE, Command::Connect, Status::Connecting, 15_000.0);
        expect(tunnel, Kind::Opened, NONE, Command::Connected, Status::Active, 15_000.0);
    }
    expect(7, Kind::Lost, (0.0, f64::NAN), Command::Reconnecting, Status::Reconnecting, 50.0);
    expect(2, Kind::Lost, (0.75, f64::NAN), Command::Reconnecting, Status::Reconnecting, 500.0);
    expect(7, Kind::Close, NONE, Command::Closed, Status::Closed, 0.0);
    expect(2, Kind::Returned, NONE, Command::Ask, Status::Reconnecting, 0.0);
    expect(2, Kind::Close, NONE, Command::Closed, Status::Closed, 0.0);
}
