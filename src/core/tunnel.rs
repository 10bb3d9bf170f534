//! wafer's tunnel: one WebSocket that greets, stays alive by pings and comes back after it was lost.
//!
//! Each input leads to one command at most, so that there is no queue. Nor is there a clock: there is one timer,
//! which each command other than `Nothing` and `Pong` sets anew or stops, and time passes by [`TunnelInput::Tick`].
//!
//! The host sees to it that what an old socket or an old answer still says does not come in after a command that
//! hung up: those from [`TunnelCommand::Closed`] to [`TunnelCommand::Retry`].

/// How long a socket may take to open, the server may be silent after a ping, and the next ping may wait, in ms;
/// until the server sends a `timeout` of its own.
const PATIENCE_MS: f64 = 15_000.0;
const SECOND_MS: f64 = 1_000.0;
/// A server's `timeout` outside of these seconds is none: pings in a row, or a timer beyond what hosts can set.
const SHORTEST_TIMEOUT_S: f64 = 1.0;
const LONGEST_TIMEOUT_S: f64 = 86_400.0;

/// Something that happened to the tunnel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TunnelInput {
    /// The app opens the tunnel; an open one stays as it is.
    Open {
        /// How often a lost connection is sought in a row.
        max_tries: f64,
        /// How much longer in ms each wait before such a try is than the one before.
        increase_ms: f64,
    },
    /// The app or the server (packet `close`) closes the tunnel.
    Close,
    /// The service answered where to connect to.
    Offered,
    /// The host made no socket.
    NotConnected,
    /// The socket is open.
    Opened,
    /// The service gave no address, or the socket failed or was closed.
    Lost,
    /// The timer went off.
    Tick,
    /// The server sent `pong`, a message or what nobody knows.
    Packet,
    /// The server sent `ping`.
    Ping,
    /// The server sent `timeout` with so many seconds.
    Timeout(f64),
}

/// What the host does about an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum TunnelCommand {
    /// Nothing; the timer runs on.
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
    /// Send `ping`.
    Ping,
    /// Set the timer, no more.
    Wait,
    /// Send `pong`; the timer runs on.
    Pong,
}

/// Code and message of the errors that [`TunnelCommand::ServiceFailed`] to [`TunnelCommand::GaveUp`] tell, a line
/// each; NUL ends them.
pub const TUNNEL_ERRORS: &str = "1001 连接信道服务失败，请确认已登录，并检查网络状态和信道服务的响应
1002 无法建立信道的 WebSocket 连接，请检查 socket 合法域名配置
3001 连接信道失败，请检查网络状态和信道服务器
2001 信道断开后重连失败，请检查网络状态后重新打开
\0";

/// The tunnel's state, as the app sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum TunnelStatus {
    /// There is none, or no more.
    Closed,
    /// It is being opened.
    Connecting,
    /// Packets go both ways.
    Active,
    /// It was lost and is sought.
    Reconnecting,
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

/// One tunnel at a time.
#[derive(Debug)]
pub struct Tunnel {
    stage: Stage,
    /// Tries to come back since the tunnel was active; 0 before the first connection.
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
            wake_ms: 0.0,
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

    /// When the timer is to go off, in ms from the last command; 0 for never.
    pub fn wake_ms(&self) -> f64 {
        self.wake_ms
    }

    /// Takes an input; the command that it leads to is to be carried out before the next one.
    #[must_use]
    pub fn handle(&mut self, input: TunnelInput) -> TunnelCommand {
        match (input, self.stage) {
            (TunnelInput::Open { max_tries, increase_ms }, Stage::Closed) => {
                *self = Tunnel { max_tries, increase_ms, ..Tunnel::new() };
                self.go(Stage::Asking, 0.0, TunnelCommand::Ask)
            }
            (TunnelInput::Close, Stage::Closed) => TunnelCommand::Nothing,
            (TunnelInput::Close, _) => self.go(Stage::Closed, 0.0, TunnelCommand::Closed),
            (TunnelInput::Offered, Stage::Asking) => {
                self.go(Stage::Connecting, self.patience_ms, TunnelCommand::Connect)
            }
            (TunnelInput::Lost, Stage::Asking) => self.lose(TunnelCommand::ServiceFailed),
            (TunnelInput::NotConnected, Stage::Connecting) => self.lose(TunnelCommand::ConnectFailed),
            (TunnelInput::Opened, Stage::Connecting) => {
                let command =
                    if self.tries > 0.0 { TunnelCommand::Reconnected } else { TunnelCommand::Connected };
                self.tries = 0.0;
                self.go(Stage::Idle, self.patience_ms, command)
            }
            (TunnelInput::Lost, Stage::Connecting | Stage::Idle | Stage::Pinged)
            | (TunnelInput::Tick, Stage::Connecting | Stage::Pinged) => {
                self.lose(TunnelCommand::SocketFailed)
            }
            (TunnelInput::Tick, Stage::Idle) => self.ping(),
            (TunnelInput::Tick, Stage::Waiting) => self.go(Stage::Asking, 0.0, TunnelCommand::Ask),
            // Whatever the server sends shows that it lives. Messages do not put off the next ping, though:
            // the server, too, counts the pings.
            (TunnelInput::Packet, Stage::Pinged) => {
                self.go(Stage::Idle, self.patience_ms, TunnelCommand::Wait)
            }
            (TunnelInput::Ping, Stage::Idle | Stage::Pinged) => TunnelCommand::Pong,
            (TunnelInput::Timeout(seconds), Stage::Idle | Stage::Pinged)
                if (SHORTEST_TIMEOUT_S..=LONGEST_TIMEOUT_S).contains(&seconds) =>
            {
                self.patience_ms = seconds * SECOND_MS;
                self.ping()
            }
            (
                TunnelInput::Open { .. }
                | TunnelInput::Offered
                | TunnelInput::NotConnected
                | TunnelInput::Opened
                | TunnelInput::Lost
                | TunnelInput::Tick
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

    /// A first connection that fails ends the tunnel; a later one is sought again.
    fn lose(&mut self, failure: TunnelCommand) -> TunnelCommand {
        if self.status() == TunnelStatus::Connecting {
            return self.go(Stage::Closed, 0.0, failure);
        }
        self.tries += 1.0;
        if self.tries > self.max_tries {
            return self.go(Stage::Closed, 0.0, TunnelCommand::GaveUp);
        }
        let command = if self.tries > 1.0 { TunnelCommand::Retry } else { TunnelCommand::Reconnecting };
        self.go(Stage::Waiting, self.tries * self.increase_ms, command)
    }
}

impl Default for Tunnel {
    fn default() -> Self {
        Tunnel::new()
    }
}
