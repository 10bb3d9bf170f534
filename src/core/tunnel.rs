//! wafer's tunnel: one WebSocket that greets, stays alive by pings and comes back after it was lost.
//!
//! Each input leads to one command at most, so that there is no queue. Nor is there a clock or a source of chance.
//! There is one timer: [`Tunnel::wake_ms`] says when it is to go off, and [`TunnelInput::Tick`] says that it did.
//! Inputs that may lead to a wait of random length bring a random number along.
//!
//! After a command that hangs up, which are those from [`TunnelCommand::Closed`] to [`TunnelCommand::Retry`], the host
//! hands in nothing more that an old socket or an old answer says.

use super::texts::texts;
use super::{Value, Word};

/// How long, in ms, a socket may take to open, the server may be silent after a ping, and the next ping waits, until
/// the server sends a `timeout` of its own.
const PATIENCE_MS: f64 = 15_000.0;
const SECOND_MS: f64 = 1_000.0;
/// A server's `timeout` counts from here to there, in s. A shorter one would mean pings in a row, a longer one a timer
/// beyond what hosts can set.
const SHORTEST_TIMEOUT_S: f64 = 1.0;
const LONGEST_TIMEOUT_S: f64 = 86_400.0;
/// The settings in place of the app's own, where those are no numbers that mean something.
const MAX_TRIES: f64 = 5.0;
const INCREASE_MS: f64 = 1_000.0;
/// A wait is from half to one and a half times what the settings say, evenly spread: on average, what they say. So the
/// clients that a server lost at once do not come back at once.
const SHORTEST_WAIT: f64 = 0.5;
const WAIT_SPREAD: f64 = 1.0;
/// Hosts keep a timer's delay in 32 signed bits; a longer one goes off at once.
const LONGEST_MS: f64 = 0x7fff_ffff as f64;
/// The timer is left alone.
const RUNS_ON: f64 = -1.0;

/// Something that happened to the tunnel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TunnelInput {
    /// The app opens the tunnel; an open one stays as it is.
    Open {
        /// How many times in a row the tunnel tries to connect again after it lost its connection, from 0; 5 if this is
        /// no such number.
        max_tries: f64,
        /// How much longer in ms each wait before such a try is than the one before, on average; 1,000 if this is no
        /// number from 1.
        increase_ms: f64,
    },
    /// The app or the server (packet `close`) closes the tunnel.
    Close,
    /// The service answered where to connect to.
    Offered,
    /// The host made no socket.
    NotConnected(Random),
    /// The socket is open.
    Opened,
    /// The service gave no address, or the socket failed or was closed.
    Lost(Random),
    /// The timer went off.
    Tick(Random),
    /// The network or the app is back: a tunnel without a connection tries at once, and has all its tries again; a
    /// connection that seems to be there is pinged.
    Returned,
    /// The server sent `pong`, a message or what nobody knows.
    Packet,
    /// The server sent `ping`.
    Ping,
    /// The server sent `timeout` with so many seconds.
    Timeout(f64),
}

/// A random number in [0, 1), a new one each time.
pub type Random = f64;

impl TunnelInput {
    /// What a packet of this type means; `seconds` is the number that it says, or NaN if it says none.
    pub fn packet<V: Value>(packet_type: &V, seconds: f64) -> Self {
        if packet_type.is(Word::Close) {
            TunnelInput::Close
        } else if packet_type.is(Word::Ping) {
            TunnelInput::Ping
        } else if packet_type.is(Word::Timeout) {
            TunnelInput::Timeout(seconds)
        } else {
            TunnelInput::Packet
        }
    }
}

numbers! {
    /// What the host does about an input.
    TunnelCommand {
        /// Nothing.
        Nothing,
        /// Send what was queued, tell `connect`.
        Connected,
        /// Send what was queued, tell `reconnect`.
        Reconnected,
        /// Say `close` if the tunnel was active, hang up, tell `close`.
        Closed,
        /// Hang up, tell `reconnecting`.
        Reconnecting,
        /// Hang up, tell error 1001: the service gave no address.
        ServiceFailed,
        /// Hang up, tell error 1002: no socket was made.
        ConnectFailed,
        /// Hang up, tell error 3001: the socket did not open.
        SocketFailed,
        /// Hang up, tell `close` and error 2001: all tries to come back failed.
        GaveUp,
        /// Hang up: another try to come back failed.
        Retry,
        /// Ask the service where to connect to.
        Ask,
        /// Connect there.
        Connect,
        /// Set the timer, no more.
        Wait,
        /// Send `ping`.
        Ping,
        /// Send `pong`.
        Pong,
    }
}

/// Code and message of the errors that [`TunnelCommand::ServiceFailed`] to [`TunnelCommand::GaveUp`] tell, a line
/// each; NUL ends them.
pub const TUNNEL_ERRORS: &str = "1001 连接信道服务失败，请确认已登录，并检查网络状态和信道服务的响应
1002 无法建立信道的 WebSocket 连接，请检查 socket 合法域名配置
3001 连接信道失败，请检查网络状态和信道服务器
2001 信道断开且重连失败，请检查网络状态后重新打开
\0";

texts! {
    /// The tunnel's state, as the app sees it.
    TunnelStatus {
        /// There is none, or no more.
        Closed = "CLOSED",
        /// It is being opened.
        Connecting = "CONNECTING",
        /// Packets go both ways.
        Active = "ACTIVE",
        /// The connection was lost, and the tunnel tries to connect again.
        Reconnecting = "RECONNECTING",
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Closed,
    /// Before the next try.
    Waiting,
    Asking,
    Connecting,
    /// The next ping is not due.
    Idle,
    /// A ping waits for its answer.
    Pinged,
}

/// One tunnel.
#[derive(Clone, Debug)]
pub struct Tunnel {
    stage: Stage,
    /// Tries to come back since the tunnel was active or the network came back; 0 before the first connection.
    tries: f64,
    max_tries: f64,
    increase_ms: f64,
    patience_ms: f64,
    wake_ms: f64,
}

impl Tunnel {
    /// A closed tunnel.
    pub const fn new() -> Self {
        Tunnel {
            stage: Stage::Closed,
            tries: 0.0,
            max_tries: 0.0,
            increase_ms: 0.0,
            patience_ms: PATIENCE_MS,
            wake_ms: RUNS_ON,
        }
    }

    /// What the app sees.
    pub fn status(&self) -> TunnelStatus {
        match self.stage {
            Stage::Closed => TunnelStatus::Closed,
            Stage::Idle | Stage::Pinged => TunnelStatus::Active,
            Stage::Waiting | Stage::Asking | Stage::Connecting if self.tries > 0.0 => {
                TunnelStatus::Reconnecting
            }
            Stage::Waiting | Stage::Asking | Stage::Connecting => TunnelStatus::Connecting,
        }
    }

    /// When the timer is to go off, in ms from the last input: 0 for never, a negative number to leave the timer as it
    /// was set.
    pub fn wake_ms(&self) -> f64 {
        self.wake_ms
    }

    /// Takes an input; the command that it leads to is to be carried out before the next one.
    #[must_use]
    pub fn handle(&mut self, input: TunnelInput) -> TunnelCommand {
        self.wake_ms = RUNS_ON;
        match (input, self.stage) {
            (TunnelInput::Open { max_tries, increase_ms }, Stage::Closed) => {
                *self = Tunnel::new();
                self.max_tries = if max_tries >= 0.0 { max_tries } else { MAX_TRIES };
                self.increase_ms = if increase_ms >= 1.0 { increase_ms } else { INCREASE_MS };
                self.go(Stage::Asking, 0.0, TunnelCommand::Ask)
            }
            (
                TunnelInput::Close,
                Stage::Waiting | Stage::Asking | Stage::Connecting | Stage::Idle | Stage::Pinged,
            ) => self.go(Stage::Closed, 0.0, TunnelCommand::Closed),
            (TunnelInput::Offered, Stage::Asking) => {
                self.go(Stage::Connecting, self.patience_ms, TunnelCommand::Connect)
            }
            (TunnelInput::Lost(random), Stage::Asking) => self.lose(TunnelCommand::ServiceFailed, random),
            (TunnelInput::NotConnected(random), Stage::Connecting) => {
                self.lose(TunnelCommand::ConnectFailed, random)
            }
            (TunnelInput::Opened, Stage::Connecting) => {
                let command =
                    if self.tries > 0.0 { TunnelCommand::Reconnected } else { TunnelCommand::Connected };
                self.tries = 0.0;
                self.go(Stage::Idle, self.patience_ms, command)
            }
            (TunnelInput::Lost(random), Stage::Connecting | Stage::Idle | Stage::Pinged)
            | (TunnelInput::Tick(random), Stage::Connecting | Stage::Pinged) => {
                self.lose(TunnelCommand::SocketFailed, random)
            }
            (TunnelInput::Tick(_), Stage::Idle) | (TunnelInput::Returned, Stage::Idle | Stage::Pinged) => {
                self.ping()
            }
            (TunnelInput::Tick(_), Stage::Waiting) => self.go(Stage::Asking, 0.0, TunnelCommand::Ask),
            (TunnelInput::Returned, Stage::Waiting) => {
                self.tries = 1.0;
                self.go(Stage::Asking, 0.0, TunnelCommand::Ask)
            }
            (TunnelInput::Timeout(seconds), Stage::Idle | Stage::Pinged)
                if (SHORTEST_TIMEOUT_S..=LONGEST_TIMEOUT_S).contains(&seconds) =>
            {
                self.patience_ms = seconds * SECOND_MS;
                self.ping()
            }
            // Whatever the server sends shows that it lives. Packets do not put off the next ping, though: the
            // server, too, counts the pings.
            (TunnelInput::Packet | TunnelInput::Timeout(_), Stage::Pinged) => {
                self.go(Stage::Idle, self.patience_ms, TunnelCommand::Wait)
            }
            (TunnelInput::Ping, Stage::Pinged) => self.go(Stage::Idle, self.patience_ms, TunnelCommand::Pong),
            (TunnelInput::Ping, Stage::Idle) => TunnelCommand::Pong,
            (
                TunnelInput::Open { .. }
                | TunnelInput::Close
                | TunnelInput::Offered
                | TunnelInput::NotConnected(_)
                | TunnelInput::Opened
                | TunnelInput::Lost(_)
                | TunnelInput::Tick(_)
                | TunnelInput::Returned
                | TunnelInput::Packet
                | TunnelInput::Ping
                | TunnelInput::Timeout(_),
                _,
            ) => TunnelCommand::Nothing,
        }
    }

    fn go(&mut self, stage: Stage, wake_ms: f64, command: TunnelCommand) -> TunnelCommand {
        self.stage = stage;
        self.wake_ms = wake_ms;
        command
    }

    fn ping(&mut self) -> TunnelCommand {
        self.go(Stage::Pinged, self.patience_ms, TunnelCommand::Ping)
    }

    /// A first connection that fails ends the tunnel; after a later one, the tunnel tries again.
    // Inlined, it is 30 bytes less in the package.
    #[inline(always)]
    fn lose(&mut self, failure: TunnelCommand, random: Random) -> TunnelCommand {
        if self.status() == TunnelStatus::Connecting {
            return self.go(Stage::Closed, 0.0, failure);
        }
        self.tries += 1.0;
        if self.tries > self.max_tries {
            return self.go(Stage::Closed, 0.0, TunnelCommand::GaveUp);
        }
        let command = if self.tries > 1.0 { TunnelCommand::Retry } else { TunnelCommand::Reconnecting };
        let wait_ms = self.tries * self.increase_ms * (SHORTEST_WAIT + WAIT_SPREAD * random);
        self.go(Stage::Waiting, if wait_ms > LONGEST_MS { LONGEST_MS } else { wait_ms }, command)
    }
}

impl Default for Tunnel {
    fn default() -> Self {
        Tunnel::new()
    }
}
