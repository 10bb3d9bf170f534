//! Several tunnels in virtual time, each with a host that carries out its commands, while the network, the server and
//! the app do what they like. Whatever that is, no socket is left behind, and in the end each tunnel is open or has
//! said why it is not.
//!
//! Each property has a seed of its own, so that it sees the same worlds in every run; a failure prints the moves.

use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use wafer_client_wasm::core::{
    Tunnel, TunnelCommand as Command, TunnelInput as Input, TunnelStatus as Status,
};

const WORLDS: u32 = 500;
const TUNNELS: usize = 3;
/// More than all tries to come back, unless the app's waits take for ever.
const LATER_MS: f64 = 200_000.0;

/// What the server and the network do with what reaches them.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Weather {
    Fair,
    /// The service gives no address.
    NoService,
    /// No socket can be made.
    NoSocket,
    /// Sockets neither open nor fail.
    Hanging,
    /// Sockets fail.
    Refusing,
    /// Sockets open, and nothing comes back.
    Silent,
}

#[derive(Clone, Debug)]
enum Move {
    Open {
        tunnel: usize,
        max_tries: f64,
        increase_ms: f64,
    },
    Close(usize),
    /// The server sends this.
    Packet(usize, f64, Kind),
    /// The connection breaks.
    Drop(usize),
    Returned,
    Weather(Weather),
    Wait(f64),
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Packet,
    Ping,
    Timeout,
    Close,
}

/// What is on its way to a tunnel.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Event {
    Offered,
    NoOffer,
    NotConnected,
    Opened,
    Failed,
    Pong,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Socket {
    None,
    Connecting,
    Open,
}

/// One tunnel and its host.
struct Line {
    tunnel: Tunnel,
    socket: Socket,
    timer: Option<f64>,
    /// Times and events, and the number of hang-ups when they set out.
    coming: Vec<(f64, u32, Event)>,
    hung_up: u32,
    told: Vec<Command>,
}

struct World {
    now_ms: f64,
    weather: Weather,
    random: f64,
    lines: Vec<Line>,
}

impl World {
    fn new() -> Self {
        let line = || Line {
            tunnel: Tunnel::new(),
            socket: Socket::None,
            timer: None,
            coming: Vec::new(),
            hung_up: 0,
            told: Vec::new(),
        };
        World {
            now_ms: 0.0,
            weather: Weather::Fair,
            random: 0.0,
            lines: (0..TUNNELS).map(|_| line()).collect(),
        }
    }

    /// Another number each time, the same ones in every run.
    fn random(&mut self) -> f64 {
        self.random = (self.random + 0.618_033_988_749_895).fract();
        self.random
    }

    fn give(&mut self, index: usize, input: Input) -> Result<(), TestCaseError> {
        let (now_ms, weather) = (self.now_ms, self.weather);
        let line = &mut self.lines[index];
        let before = line.tunnel.status();
        let command = line.tunnel.handle(input);
        let status = line.tunnel.status();
        let wake_ms = line.tunnel.wake_ms();
        if wake_ms >= 0.0 {
            prop_assert!(wake_ms <= 2_147_483_647.0, "a timer that goes off at once: {wake_ms}");
            line.timer = (wake_ms > 0.0).then_some(now_ms + wake_ms);
        }
        let mut come = |in_ms: f64, event| line.coming.push((now_ms + in_ms, line.hung_up, event));
        match command {
            Command::Ask if weather == Weather::NoService => come(40.0, Event::NoOffer),
            Command::Ask => come(40.0, Event::Offered),
            Command::Connect => {
                prop_assert_eq!(line.socket, Socket::None, "a second socket");
                line.socket = Socket::Connecting;
                match weather {
                    Weather::NoSocket => come(1.0, Event::NotConnected),
                    Weather::Refusing => come(30.0, Event::Failed),
                    Weather::Hanging => {}
                    Weather::Fair | Weather::NoService | Weather::Silent => come(30.0, Event::Opened),
                }
            }
            Command::Ping => {
                prop_assert_eq!(line.socket, Socket::Open, "a ping without a socket");
                if weather != Weather::Silent {
                    come(20.0, Event::Pong);
                }
            }
            Command::Pong => prop_assert_eq!(line.socket, Socket::Open, "a pong without a socket"),
            Command::Connected | Command::Reconnected => {
                prop_assert_eq!(status, Status::Active);
                line.socket = Socket::Open;
            }
            Command::Closed
            | Command::Reconnecting
            | Command::ServiceFailed
            | Command::ConnectFailed
            | Command::SocketFailed
            | Command::GaveUp
            | Command::Retry => {
                line.socket = Socket::None;
                line.hung_up += 1;
            }
            Command::Nothing => {
                prop_assert_eq!(before, status, "nothing was told of a change");
                prop_assert!(wake_ms < 0.0, "nothing sets no timer");
            }
            Command::Wait => {}
        }
        if !matches!(command, Command::Nothing | Command::Wait | Command::Ping | Command::Pong) {
            line.told.push(command);
        }
        prop_assert_eq!(status == Status::Active, line.socket == Socket::Open, "a socket is left behind");
        prop_assert!(status != Status::Closed || line.socket == Socket::None);
        Ok(())
    }

    /// Lets time pass: events come, timers go off.
    fn advance(&mut self, ms: f64) -> Result<(), TestCaseError> {
        let end_ms = self.now_ms + ms;
        loop {
            let mut next: Option<(f64, usize, Option<usize>)> = None;
            for (index, line) in self.lines.iter().enumerate() {
                let events = line.coming.iter().enumerate().map(|(at, event)| (event.0, Some(at)));
                for (due, event) in events.chain(line.timer.map(|due| (due, None))) {
                    if next.is_none_or(|(earliest, ..)| due < earliest) {
                        next = Some((due, index, event));
                    }
                }
            }
            let Some((due, index, event)) = next.filter(|(due, ..)| *due <= end_ms) else { break };
            self.now_ms = self.now_ms.max(due);
            let random = self.random();
            let line = &mut self.lines[index];
            let input = match event {
                None => {
                    line.timer = None;
                    Input::Tick(random)
                }
                Some(event) => {
                    let (_, set_out, event) = line.coming.remove(event);
                    if set_out != line.hung_up {
                        continue;
                    }
                    match event {
                        Event::Offered => Input::Offered,
                        Event::NotConnected => Input::NotConnected(random),
                        Event::NoOffer | Event::Failed => Input::Lost(random),
                        Event::Pong => Input::Packet,
                        Event::Opened => {
                            line.socket = Socket::Open;
                            Input::Opened
                        }
                    }
                }
            };
            self.give(index, input)?;
        }
        self.now_ms = end_ms;
        Ok(())
    }

    fn make(&mut self, what: &Move) -> Result<(), TestCaseError> {
        match *what {
            Move::Open { tunnel, max_tries, increase_ms } => {
                self.give(tunnel, Input::Open { max_tries, increase_ms })
            }
            Move::Close(tunnel) => self.give(tunnel, Input::Close),
            Move::Packet(tunnel, seconds, kind) => {
                if self.lines[tunnel].socket != Socket::Open {
                    return Ok(());
                }
                let input = match kind {
                    Kind::Packet => Input::Packet,
                    Kind::Ping => Input::Ping,
                    Kind::Timeout => Input::Timeout(seconds),
                    Kind::Close => Input::Close,
                };
                self.give(tunnel, input)
            }
            Move::Drop(tunnel) => {
                let random = self.random();
                if self.lines[tunnel].socket == Socket::None {
                    return Ok(());
                }
                self.give(tunnel, Input::Lost(random))
            }
            Move::Returned => (0..TUNNELS).try_for_each(|tunnel| self.give(tunnel, Input::Returned)),
            Move::Weather(weather) => {
                self.weather = weather;
                Ok(())
            }
            Move::Wait(ms) => self.advance(ms),
        }
    }
}

fn number() -> impl Strategy<Value = f64> {
    let odd = vec![0.0, 1.0, 2.0, 5.0, 0.5, -1.0, 1e-310, f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
    prop::sample::select(odd)
}

fn weather() -> impl Strategy<Value = Weather> {
    prop::sample::select(vec![
        Weather::Fair,
        Weather::NoService,
        Weather::NoSocket,
        Weather::Hanging,
        Weather::Refusing,
        Weather::Silent,
    ])
}

fn next_move() -> impl Strategy<Value = Move> {
    let kinds = vec![Kind::Packet, Kind::Ping, Kind::Timeout, Kind::Close];
    prop_oneof![
        6 => (0..TUNNELS, number(), number())
            .prop_map(|(tunnel, max_tries, increase_ms)| Move::Open { tunnel, max_tries, increase_ms }),
        2 => (0..TUNNELS).prop_map(Move::Close),
        5 => (0..TUNNELS, number(), prop::sample::select(kinds))
            .prop_map(|(tunnel, seconds, kind)| Move::Packet(tunnel, seconds, kind)),
        4 => (0..TUNNELS).prop_map(Move::Drop),
        2 => Just(Move::Returned),
        4 => weather().prop_map(Move::Weather),
        6 => (0.0..100.0).prop_map(Move::Wait),
        6 => (0.0..40_000.0).prop_map(Move::Wait),
    ]
}

fn in_every_world(seed: u8, property: impl Fn(&[Move]) -> Result<(), TestCaseError>) {
    let config = ProptestConfig { cases: WORLDS, failure_persistence: None, ..ProptestConfig::default() };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let worlds = prop::collection::vec(next_move(), 1..60);
    println!("seed: {seed}, 32 times");
    if let Err(error) = TestRunner::new_with_rng(config, rng).run(&worlds, |moves| property(&moves)) {
        panic!("{error}");
    }
}

#[test]
fn no_tunnel_sticks_or_leaves_a_socket_behind() {
    in_every_world(1, |moves| {
        let mut world = World::new();
        for what in moves {
            world.make(what)?;
        }
        world.weather = Weather::Fair;
        world.advance(LATER_MS)?;
        // The app may have set waits that take for ever.
        world.make(&Move::Returned)?;
        world.advance(LATER_MS)?;
        for line in &world.lines {
            let last = line.told.last();
            match line.tunnel.status() {
                Status::Active => {
                    prop_assert!(matches!(last, Some(Command::Connected | Command::Reconnected)));
                }
                Status::Closed => prop_assert!(
                    matches!(
                        last,
                        None | Some(
                            Command::Closed
                                | Command::ServiceFailed
                                | Command::ConnectFailed
                                | Command::SocketFailed
                                | Command::GaveUp
                        )
                    ),
                    "closed without a reason: {last:?}"
                ),
                status @ (Status::Connecting | Status::Reconnecting) => {
                    prop_assert!(false, "stuck: {status:?}, {:?}", line.tunnel);
                }
            }
        }
        for tunnel in 0..TUNNELS {
            world.make(&Move::Close(tunnel))?;
            let line = &world.lines[tunnel];
            prop_assert_eq!((line.socket, line.timer), (Socket::None, None));
        }
        Ok(())
    });
}

#[test]
fn what_is_told_has_an_order() {
    in_every_world(2, |moves| {
        let mut world = World::new();
        for what in moves {
            world.make(what)?;
        }
        for line in &world.lines {
            let mut before = Command::Closed;
            for &command in line.told.iter().filter(|told| !matches!(told, Command::Ask | Command::Connect)) {
                let fits = match command {
                    Command::Connected => !matches!(before, Command::Reconnecting | Command::Retry),
                    Command::Reconnected | Command::Retry => {
                        matches!(before, Command::Reconnecting | Command::Retry)
                    }
                    Command::Reconnecting => matches!(before, Command::Connected | Command::Reconnected),
                    // Without a single try, none is told to begin.
                    Command::GaveUp => matches!(
                        before,
                        Command::Reconnecting | Command::Retry | Command::Connected | Command::Reconnected
                    ),
                    Command::ServiceFailed | Command::ConnectFailed | Command::SocketFailed => !matches!(
                        before,
                        Command::Connected | Command::Reconnected | Command::Reconnecting | Command::Retry
                    ),
                    _ => true,
                };
                prop_assert!(fits, "{command:?} after {before:?}");
                before = command;
            }
        }
        Ok(())
    });
}
