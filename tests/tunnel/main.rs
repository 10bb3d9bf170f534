//! The promises of the tunnel's core: each story says what happens and what the host has to do about it.
//!
//! The same stories run natively and, with `wasm-pack test`, in a browser.

use wafer_client_wasm::core::{TUNNEL_ERRORS, Tunnel, TunnelCommand, TunnelInput, TunnelStatus};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

#[path = "../lifecycle/json.rs"]
mod json;
mod packets;
#[cfg(not(target_arch = "wasm32"))]
mod worlds;

use TunnelCommand as Command;
use TunnelInput as Input;
use TunnelStatus as Status;

/// With this number a wait is as long as the settings say.
const AVERAGE: f64 = 0.5;
const LOST: Input = Input::Lost(AVERAGE);
const NOT_CONNECTED: Input = Input::NotConnected(AVERAGE);
const TICK: Input = Input::Tick(AVERAGE);

/// The timer is left alone.
const RUNS_ON: f64 = -1.0;

const OPEN: Input = Input::Open { max_tries: 5.0, increase_ms: 1_000.0 };

/// Gives an input and checks the command, the status and the timer (ms; 0: off; less: left alone) that follow.
#[track_caller]
fn expect(tunnel: &mut Tunnel, input: Input, command: Command, status: Status, wake_ms: f64) {
    assert_eq!(tunnel.handle(input), command, "{input:?}");
    assert_eq!(tunnel.status(), status, "{input:?}");
    assert_eq!(tunnel.wake_ms(), wake_ms, "{input:?}");
}

fn connecting() -> Tunnel {
    let mut tunnel = Tunnel::new();
    assert_eq!(tunnel.handle(OPEN), Command::Ask);
    assert_eq!(tunnel.handle(Input::Offered), Command::Connect);
    tunnel
}

fn active() -> Tunnel {
    let mut tunnel = connecting();
    assert_eq!(tunnel.handle(Input::Opened), Command::Connected);
    tunnel
}

#[test]
fn a_tunnel_asks_for_an_address_connects_and_is_active() {
    let mut tunnel = Tunnel::new();
    assert_eq!(tunnel.status(), Status::Closed);
    expect(&mut tunnel, OPEN, Command::Ask, Status::Connecting, 0.0);
    expect(&mut tunnel, Input::Offered, Command::Connect, Status::Connecting, 15_000.0);
    expect(&mut tunnel, Input::Opened, Command::Connected, Status::Active, 15_000.0);
}

#[test]
fn opening_what_is_open_changes_nothing() {
    let mut tunnel = active();
    assert_eq!(tunnel.handle(Input::Open { max_tries: 0.0, increase_ms: 9.0 }), Command::Nothing);
    expect(&mut tunnel, LOST, Command::Reconnecting, Status::Reconnecting, 1_000.0);
    assert_eq!(tunnel.handle(OPEN), Command::Nothing);
    expect(&mut tunnel, TICK, Command::Ask, Status::Reconnecting, 0.0);
}

#[test]
fn a_first_connection_that_fails_closes_the_tunnel_and_the_next_open_starts_anew() {
    let mut tunnel = Tunnel::new();
    let failures: [(&[Input], Input, Command); 4] = [
        (&[], LOST, Command::ServiceFailed),
        (&[Input::Offered], NOT_CONNECTED, Command::ConnectFailed),
        (&[Input::Offered], LOST, Command::SocketFailed),
        (&[Input::Offered], TICK, Command::SocketFailed),
    ];
    for (before, failure, command) in failures {
        assert_eq!(tunnel.handle(OPEN), Command::Ask);
        for input in before {
            assert_eq!(tunnel.handle(*input), Command::Connect);
        }
        expect(&mut tunnel, failure, command, Status::Closed, 0.0);
    }
    assert_eq!(tunnel.handle(OPEN), Command::Ask);
    assert_eq!(tunnel.handle(Input::Offered), Command::Connect);
    expect(&mut tunnel, Input::Opened, Command::Connected, Status::Active, 15_000.0);
}

#[test]
fn a_ping_goes_out_after_15_s_and_a_silent_server_is_lost_after_15_more() {
    let mut tunnel = active();
    for sign_of_life in [Input::Packet, Input::Packet] {
        expect(&mut tunnel, TICK, Command::Ping, Status::Active, 15_000.0);
        expect(&mut tunnel, sign_of_life, Command::Wait, Status::Active, 15_000.0);
    }
    expect(&mut tunnel, TICK, Command::Ping, Status::Active, 15_000.0);
    expect(&mut tunnel, TICK, Command::Reconnecting, Status::Reconnecting, 1_000.0);
}

#[test]
fn messages_do_not_put_off_the_next_ping() {
    let mut tunnel = active();
    assert_eq!(tunnel.handle(Input::Packet), Command::Nothing);
    assert_eq!(tunnel.handle(TICK), Command::Ping);
}

#[test]
fn a_ping_of_the_server_is_answered_and_puts_off_no_ping_of_ours() {
    let mut tunnel = active();
    expect(&mut tunnel, Input::Ping, Command::Pong, Status::Active, RUNS_ON);
    assert_eq!(tunnel.handle(TICK), Command::Ping);
}

#[test]
fn whatever_the_server_sends_answers_a_ping() {
    let pong = (Input::Packet, Command::Wait);
    let ping = (Input::Ping, Command::Pong);
    let nonsense = (Input::Timeout(f64::NAN), Command::Wait);
    for (sign_of_life, command) in [pong, ping, nonsense] {
        let mut tunnel = active();
        expect(&mut tunnel, TICK, Command::Ping, Status::Active, 15_000.0);
        expect(&mut tunnel, sign_of_life, command, Status::Active, 15_000.0);
        expect(&mut tunnel, TICK, Command::Ping, Status::Active, 15_000.0);
        expect(&mut tunnel, TICK, Command::Reconnecting, Status::Reconnecting, 1_000.0);
        assert_eq!(tunnel.handle(sign_of_life), Command::Nothing);
    }
}

#[test]
fn the_server_sets_both_waits_until_the_tunnel_is_opened_again() {
    let mut tunnel = active();
    expect(&mut tunnel, Input::Timeout(20.0), Command::Ping, Status::Active, 20_000.0);
    expect(&mut tunnel, Input::Packet, Command::Wait, Status::Active, 20_000.0);
    assert_eq!(tunnel.handle(LOST), Command::Reconnecting);
    assert_eq!(tunnel.handle(TICK), Command::Ask);
    expect(&mut tunnel, Input::Offered, Command::Connect, Status::Reconnecting, 20_000.0);
    assert_eq!(tunnel.handle(Input::Close), Command::Closed);
    assert_eq!(tunnel.handle(OPEN), Command::Ask);
    expect(&mut tunnel, Input::Offered, Command::Connect, Status::Connecting, 15_000.0);
}

#[test]
fn a_timeout_that_is_none_changes_nothing() {
    let mut tunnel = active();
    for seconds in [f64::NAN, f64::NEG_INFINITY, -5.0, 0.0, 0.5, 86_401.0, 3e9, f64::INFINITY] {
        expect(&mut tunnel, Input::Timeout(seconds), Command::Nothing, Status::Active, RUNS_ON);
    }
    assert_eq!(tunnel.handle(TICK), Command::Ping);
    expect(&mut tunnel, Input::Packet, Command::Wait, Status::Active, 15_000.0);
    for seconds in [1.0, 86_400.0] {
        let ms = seconds * 1_000.0;
        expect(&mut tunnel, Input::Timeout(seconds), Command::Ping, Status::Active, ms);
    }
}

#[test]
fn a_lost_connection_is_sought_after_1_to_5_s_and_then_given_up() {
    let mut tunnel = active();
    let failures = [LOST, NOT_CONNECTED, TICK];
    expect(&mut tunnel, LOST, Command::Reconnecting, Status::Reconnecting, 1_000.0);
    for try_number in 1..=5 {
        expect(&mut tunnel, TICK, Command::Ask, Status::Reconnecting, 0.0);
        let failure = if try_number == 2 {
            LOST
        } else {
            assert_eq!(tunnel.handle(Input::Offered), Command::Connect);
            failures[try_number % failures.len()]
        };
        if try_number < 5 {
            let wait_ms = (try_number + 1) as f64 * 1_000.0;
            expect(&mut tunnel, failure, Command::Retry, Status::Reconnecting, wait_ms);
        } else {
            expect(&mut tunnel, failure, Command::GaveUp, Status::Closed, 0.0);
        }
    }
}

#[test]
fn a_connection_that_came_back_has_all_its_tries_again() {
    let mut tunnel = active();
    for _ in 0..3 {
        expect(&mut tunnel, LOST, Command::Reconnecting, Status::Reconnecting, 1_000.0);
        assert_eq!(tunnel.handle(TICK), Command::Ask);
        expect(&mut tunnel, LOST, Command::Retry, Status::Reconnecting, 2_000.0);
        assert_eq!(tunnel.handle(TICK), Command::Ask);
        assert_eq!(tunnel.handle(Input::Offered), Command::Connect);
        expect(&mut tunnel, Input::Opened, Command::Reconnected, Status::Active, 15_000.0);
    }
}

#[test]
fn the_app_sets_how_often_and_how_long() {
    let mut tunnel = Tunnel::new();
    let open = Input::Open { max_tries: 2.0, increase_ms: 50.0 };
    for input in [open, Input::Offered, Input::Opened] {
        assert_ne!(tunnel.handle(input), Command::Nothing);
    }
    expect(&mut tunnel, LOST, Command::Reconnecting, Status::Reconnecting, 50.0);
    assert_eq!(tunnel.handle(TICK), Command::Ask);
    expect(&mut tunnel, LOST, Command::Retry, Status::Reconnecting, 100.0);
    assert_eq!(tunnel.handle(TICK), Command::Ask);
    expect(&mut tunnel, LOST, Command::GaveUp, Status::Closed, 0.0);
}

#[test]
fn settings_that_mean_nothing_are_the_default_and_no_tries_are_none() {
    let meaningless = [f64::NAN, -1.0, f64::NEG_INFINITY];
    for value in meaningless.into_iter().chain([0.0, 0.5]) {
        let max_tries = if value < 0.0 || value.is_nan() { value } else { 5.0 };
        let mut tunnel = Tunnel::new();
        for input in [Input::Open { max_tries, increase_ms: value }, Input::Offered, Input::Opened] {
            assert_ne!(tunnel.handle(input), Command::Nothing);
        }
        expect(&mut tunnel, LOST, Command::Reconnecting, Status::Reconnecting, 1_000.0);
        for try_number in 2..=5 {
            assert_eq!(tunnel.handle(TICK), Command::Ask);
            let wait_ms = f64::from(try_number) * 1_000.0;
            expect(&mut tunnel, LOST, Command::Retry, Status::Reconnecting, wait_ms);
        }
        assert_eq!(tunnel.handle(TICK), Command::Ask);
        expect(&mut tunnel, LOST, Command::GaveUp, Status::Closed, 0.0);
    }
    let mut tunnel = Tunnel::new();
    for input in [Input::Open { max_tries: 0.0, increase_ms: 50.0 }, Input::Offered, Input::Opened] {
        assert_ne!(tunnel.handle(input), Command::Nothing);
    }
    expect(&mut tunnel, LOST, Command::GaveUp, Status::Closed, 0.0);
}

#[test]
fn waits_are_spread_around_what_the_settings_say_and_end_where_timers_do() {
    for (random, wait_ms) in [(0.0, 500.0), (0.25, 750.0), (0.999, 1_499.0)] {
        let mut tunnel = active();
        expect(&mut tunnel, Input::Lost(random), Command::Reconnecting, Status::Reconnecting, wait_ms);
        assert_eq!(tunnel.handle(TICK), Command::Ask);
        let retry = Command::Retry;
        expect(&mut tunnel, Input::Lost(random), retry, Status::Reconnecting, 2.0 * wait_ms);
    }
    for increase_ms in [f64::INFINITY, 1e300, 1e12] {
        let mut tunnel = Tunnel::new();
        for input in [Input::Open { max_tries: 1.0, increase_ms }, Input::Offered, Input::Opened] {
            assert_ne!(tunnel.handle(input), Command::Nothing);
        }
        expect(&mut tunnel, Input::Lost(0.0), Command::Reconnecting, Status::Reconnecting, 2_147_483_647.0);
    }
}

#[test]
fn when_the_network_or_the_app_comes_back_a_lost_connection_is_sought_at_once_with_all_its_tries() {
    let mut tunnel = active();
    expect(&mut tunnel, LOST, Command::Reconnecting, Status::Reconnecting, 1_000.0);
    for _ in 0..4 {
        assert_eq!(tunnel.handle(TICK), Command::Ask);
        assert_eq!(tunnel.handle(LOST), Command::Retry);
    }
    expect(&mut tunnel, Input::Returned, Command::Ask, Status::Reconnecting, 0.0);
    expect(&mut tunnel, Input::Returned, Command::Nothing, Status::Reconnecting, RUNS_ON);
    for try_number in 2..=5 {
        let wait_ms = f64::from(try_number) * 1_000.0;
        expect(&mut tunnel, LOST, Command::Retry, Status::Reconnecting, wait_ms);
        assert_eq!(tunnel.handle(TICK), Command::Ask);
    }
    expect(&mut tunnel, LOST, Command::GaveUp, Status::Closed, 0.0);
}

#[test]
fn when_the_network_or_the_app_comes_back_an_open_connection_has_to_prove_that_it_is_one() {
    let mut tunnel = active();
    expect(&mut tunnel, Input::Returned, Command::Ping, Status::Active, 15_000.0);
    expect(&mut tunnel, Input::Returned, Command::Ping, Status::Active, 15_000.0);
    expect(&mut tunnel, Input::Packet, Command::Wait, Status::Active, 15_000.0);
    assert_eq!(tunnel.handle(Input::Returned), Command::Ping);
    expect(&mut tunnel, TICK, Command::Reconnecting, Status::Reconnecting, 1_000.0);
}

#[test]
fn closing_ends_every_stage_and_a_reopened_tunnel_connects_for_the_first_time() {
    let stages: [&[Input]; 6] = [
        &[],
        &[Input::Offered],
        &[Input::Offered, Input::Opened],
        &[Input::Offered, Input::Opened, TICK],
        &[Input::Offered, Input::Opened, LOST],
        &[Input::Offered, Input::Opened, LOST, TICK],
    ];
    let mut tunnel = Tunnel::new();
    for stage in stages {
        assert_eq!(tunnel.handle(OPEN), Command::Ask);
        for input in stage {
            assert_ne!(tunnel.handle(*input), Command::Nothing);
        }
        expect(&mut tunnel, Input::Close, Command::Closed, Status::Closed, 0.0);
        expect(&mut tunnel, Input::Close, Command::Nothing, Status::Closed, RUNS_ON);
    }
    for (input, command) in
        [(OPEN, Command::Ask), (Input::Offered, Command::Connect), (Input::Opened, Command::Connected)]
    {
        assert_eq!(tunnel.handle(input), command);
    }
}

#[test]
fn what_does_not_belong_to_a_stage_changes_nothing() {
    let every = |tunnel: &mut Tunnel, inputs: &[Input]| {
        for input in inputs {
            assert_eq!(tunnel.handle(*input), Command::Nothing, "{input:?} at {tunnel:?}");
        }
    };
    let packets = [Input::Packet, Input::Ping, Input::Timeout(20.0)];
    let network = [Input::Offered, NOT_CONNECTED, Input::Opened];
    let mut tunnel = Tunnel::new();
    every(&mut tunnel, &packets);
    every(&mut tunnel, &network);
    every(&mut tunnel, &[LOST, TICK, Input::Returned]);
    assert_eq!(tunnel.handle(OPEN), Command::Ask);
    every(&mut tunnel, &packets);
    every(&mut tunnel, &[Input::Opened, NOT_CONNECTED, TICK, Input::Returned]);
    let mut tunnel = connecting();
    every(&mut tunnel, &packets);
    every(&mut tunnel, &[Input::Offered, Input::Returned]);
    let mut tunnel = active();
    every(&mut tunnel, &network);
    assert_eq!(tunnel.handle(LOST), Command::Reconnecting);
    every(&mut tunnel, &packets);
    every(&mut tunnel, &network);
    every(&mut tunnel, &[LOST]);
}

#[test]
fn each_error_has_wafers_code_and_chinese_words() {
    let codes = ["1001", "1002", "3001", "2001"];
    let commands = [Command::ServiceFailed, Command::ConnectFailed, Command::SocketFailed, Command::GaveUp];
    let errors = TUNNEL_ERRORS.strip_suffix("\n\0").expect("a line each, then a NUL");
    assert_eq!(errors.lines().count(), codes.len());
    for (index, (text, code)) in errors.lines().zip(codes).enumerate() {
        assert_eq!(commands[index] as usize, Command::ServiceFailed as usize + index);
        let (head, message) = text.split_once(' ').expect("code and message");
        assert_eq!(head, code);
        assert!(message.contains('，') && message.contains('请'), "{message}");
    }
}
