//! The tunnel's state machine: every order of what the app, the service, the socket, the server and the timer can do.

use std::collections::{HashSet, VecDeque};
use std::time::{Duration, Instant};

use wafer_client_wasm::core::{
    Tunnel, TunnelCommand as Command, TunnelInput as Input, TunnelStatus as Status,
};

use super::search::Seen;

/// Each wait is tried with the least and with nearly the greatest random number.
const CHANCES: [f64; 2] = [0.0, 0.999];
/// How often the app wants a lost connection to be tried again; one of the values makes no sense.
const TRIES: [f64; 4] = [0.0, 1.0, 3.0, f64::NAN];
/// The wait between pings that a server may ask for, in s.
const SECONDS: [f64; 4] = [20.0, 0.5, 1e9, f64::NAN];
const INCREASE_MS: f64 = 1_000.0;
const LONGEST_MS: f64 = 2_147_483_647.0;
/// More inputs than a tunnel can need to come to its end.
const ENDLESS: usize = 200;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Socket {
    None,
    Connecting,
    Open,
}

/// A tunnel and its host.
#[derive(Clone, Debug)]
pub struct Line {
    tunnel: Tunnel,
    socket: Socket,
    /// Whether the service was asked and has not answered.
    is_asking: bool,
    has_timer: bool,
}

/// A rule that was broken, and the inputs that broke it.
#[derive(Debug)]
pub struct Broken {
    /// The rule.
    pub rule: String,
    /// The inputs, a shortest story.
    pub story: Vec<Input>,
}

impl Default for Line {
    fn default() -> Line {
        Line { tunnel: Tunnel::new(), socket: Socket::None, is_asking: false, has_timer: false }
    }
}

impl Line {
    /// Takes the input of this number among those that are possible, or this packet if the socket is open.
    ///
    /// # Errors
    ///
    /// The rule that was broken, if any.
    pub fn step(&mut self, choice: u8, packet: Input) -> Result<(), String> {
        let mut inputs = self.inputs();
        if self.socket == Socket::Open {
            inputs.push(packet);
        }
        self.take(inputs[usize::from(choice) % inputs.len()]).map(drop)
    }

    /// Checks that the tunnel comes to be active or closed in the end, whoever answers.
    ///
    /// # Errors
    ///
    /// The rule that was broken, if any.
    pub fn settles(&self) -> Result<(), String> {
        self.ends()?;
        self.comes_back()
    }

    /// The inputs that are possible.
    fn inputs(&self) -> Vec<Input> {
        let mut inputs = vec![Input::Close, Input::Returned];
        inputs.extend(TRIES.map(|max_tries| Input::Open { max_tries, increase_ms: INCREASE_MS }));
        if self.is_asking {
            inputs.push(Input::Offered);
            inputs.extend(CHANCES.map(Input::Lost));
        }
        match self.socket {
            Socket::None => {}
            Socket::Connecting => {
                inputs.push(Input::Opened);
                inputs.extend(CHANCES.map(Input::NotConnected));
                inputs.extend(CHANCES.map(Input::Lost));
            }
            Socket::Open => {
                inputs.extend([Input::Packet, Input::Ping]);
                inputs.extend(SECONDS.map(Input::Timeout));
                inputs.extend(CHANCES.map(Input::Lost));
            }
        }
        if self.has_timer {
            inputs.extend(CHANCES.map(Input::Tick));
        }
        inputs
    }

    fn take(&mut self, input: Input) -> Result<Command, String> {
        let before = self.tunnel.status();
        if matches!(input, Input::Offered | Input::Lost(_)) {
            self.is_asking = false;
        }
        if matches!(input, Input::Tick(_)) {
            self.has_timer = false;
        }
        let command = self.tunnel.handle(input);
        let (status, wake_ms) = (self.tunnel.status(), self.tunnel.wake_ms());
        if wake_ms >= 0.0 {
            rule(wake_ms <= LONGEST_MS, "a timer that goes off at once")?;
            self.has_timer = wake_ms > 0.0;
        }
        match command {
            Command::Ask => {
                rule(self.socket == Socket::None && !self.is_asking, "the service is asked twice at once")?;
                self.is_asking = true;
            }
            Command::Connect => {
                rule(self.socket == Socket::None, "a second socket")?;
                self.socket = Socket::Connecting;
            }
            Command::Connected | Command::Reconnected => {
                rule(self.socket == Socket::Connecting, "connected without a socket")?;
                self.socket = Socket::Open;
            }
            Command::Ping | Command::Pong => rule(self.socket == Socket::Open, "a packet without a socket")?,
            Command::Closed
            | Command::Reconnecting
            | Command::ServiceFailed
            | Command::ConnectFailed
            | Command::SocketFailed
            | Command::GaveUp
            | Command::Retry => (self.socket, self.is_asking) = (Socket::None, false),
            Command::Nothing => {
                rule(status == before, "nothing is told of a change")?;
                rule(wake_ms < 0.0, "nothing sets a timer")?;
            }
            Command::Wait => {}
        }
        rule((status == Status::Active) == (self.socket == Socket::Open), "a socket is left behind")?;
        rule(
            status != Status::Closed || (self.socket == Socket::None && !self.has_timer),
            "closed, and something is left",
        )?;
        rule(status == Status::Closed || self.has_timer || self.is_asking, "12: the tunnel is stuck")?;
        Ok(command)
    }

    /// Checks that the tunnel closes and tells so, if nothing answers but the service, with a no.
    fn ends(&self) -> Result<(), String> {
        let mut line = self.clone();
        for _ in 0..ENDLESS {
            if line.tunnel.status() == Status::Closed {
                return Ok(());
            }
            let input = if line.is_asking { Input::Lost(CHANCES[1]) } else { Input::Tick(CHANCES[1]) };
            line.take(input)?;
        }
        Err("12: a tunnel that nobody answers goes on for ever".into())
    }

    /// Checks that the tunnel comes to be active or closed in the end, if everything answers.
    fn comes_back(&self) -> Result<(), String> {
        let mut line = self.clone();
        for _ in 0..ENDLESS {
            let input = match (line.tunnel.status(), line.is_asking, line.socket) {
                (Status::Active | Status::Closed, ..) => return Ok(()),
                (_, true, _) => Input::Offered,
                (_, _, Socket::Connecting) => Input::Opened,
                (_, _, Socket::None | Socket::Open) => Input::Tick(CHANCES[0]),
            };
            line.take(input)?;
        }
        Err("12: a tunnel that everybody answers does not come back".into())
    }

    fn same_as(&self) -> String {
        format!("{self:?}")
    }
}

fn rule(holds: bool, words: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(words.to_owned()) }
}

/// Looks at every state that a tunnel can reach.
///
/// # Errors
///
/// If a rule is broken: a shortest story that does it.
pub fn explore() -> Result<Seen, Broken> {
    let began = Instant::now();
    let mut seen = Seen { states: 0, moves: 0, depth: 0, took: Duration::ZERO, is_whole: true };
    let mut known = HashSet::from([Line::default().same_as()]);
    let mut ahead = VecDeque::from([(Line::default(), Vec::new())]);
    while let Some((line, story)) = ahead.pop_front() {
        seen.depth = seen.depth.max(story.len());
        line.settles().map_err(|rule| Broken { rule, story: story.clone() })?;
        for input in line.inputs() {
            let mut next = line.clone();
            let longer: Vec<Input> = story.iter().copied().chain([input]).collect();
            seen.moves += 1;
            next.take(input).map_err(|rule| Broken { rule, story: longer.clone() })?;
            if known.insert(next.same_as()) {
                ahead.push_back((next, longer));
            }
        }
    }
    (seen.states, seen.took) = (known.len(), began.elapsed());
    Ok(seen)
}
