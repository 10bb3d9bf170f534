//! `/tunnel`: the WebSocket of wafer's `Tunnel`, echoing what it receives.
//!
//! Packets are `type` or `type:JSON`; types are `message`, `ping`, `pong`, `timeout` and `close`.

use crate::app::App;
use crate::crypto;
use crate::protocol::{Answer, Outcome, Refusal};
use crate::request::BaseUrl;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::broadcast;

/// An address that nobody opened is forgotten after this long.
const PENDING_LIFE_MS: i64 = 60 * 1000;
/// Clients ping after 15 s of silence; three missed pings mean that nobody is there.
const MAX_SILENCE: Duration = Duration::from_secs(60);
const MAX_PACKET_BYTES: usize = 64 * 1024;

/// Tunnels that may be opened, and a way to reach those that are open.
pub struct Tunnels {
    pending: Mutex<HashMap<String, i64>>,
    controls: broadcast::Sender<Control>,
    open: AtomicUsize,
    muted: AtomicBool,
}

/// What can be done to the open tunnels.
#[derive(Clone, Deserialize)]
#[serde(tag = "action", rename_all = "camelCase", deny_unknown_fields)]
pub enum Control {
    /// End the connections without a word, as a lost network does.
    Drop,
    /// Say `close` and end the connections: clients do not come back.
    Close,
    /// Send a packet.
    Send {
        /// The packet as it goes over the wire.
        packet: String,
    },
    /// Answer nothing any more, in these and future tunnels, or answer again.
    Mute {
        /// Whether to be silent.
        on: bool,
    },
    /// The server goes away: clients may come back.
    GoAway,
}

impl Default for Tunnels {
    fn default() -> Self {
        Self {
            pending: Mutex::default(),
            controls: broadcast::Sender::new(64),
            open: AtomicUsize::new(0),
            muted: AtomicBool::new(false),
        }
    }
}

impl Tunnels {
    /// Does `control` to all open tunnels, and answers how many there are.
    pub fn control(&self, control: Control) -> usize {
        if let Control::Mute { on } = control {
            self.muted.store(on, Ordering::SeqCst);
        } else {
            // Nobody listens when no tunnel is open; that is no failure.
            let _ = self.controls.send(control);
        }
        self.open.load(Ordering::SeqCst)
    }

    fn offer(&self, now_ms: i64) -> String {
        let id = crypto::random_hex::<16>();
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        pending.retain(|_, offered_ms| now_ms - *offered_ms < PENDING_LIFE_MS);
        pending.insert(id.clone(), now_ms);
        id
    }

    fn take(&self, id: &str, now_ms: i64) -> bool {
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        pending.remove(id).is_some_and(|offered_ms| now_ms - offered_ms < PENDING_LIFE_MS)
    }
}

/// Offers an address to open a WebSocket under, once, within a minute.
pub async fn offer(State(app): State<Arc<App>>, BaseUrl(base_url): BaseUrl) -> Answer {
    let id = app.tunnels.offer(app.clock.now_ms());
    // http becomes ws, https becomes wss.
    let url = format!("{}/tunnel/{id}", base_url.replacen("http", "ws", 1));
    Answer::Tunnel { id, url }
}

/// Opens an offered WebSocket. The id is the proof of the session: sockets carry no session headers.
pub async fn open(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Refusal> {
    let upgrade = upgrade.map_err(|_| Refusal::bad_request("此地址只能用 wx.connectSocket 打开"))?;
    if !app.tunnels.take(&id, app.clock.now_ms()) {
        return Err(Refusal::Request {
            status: StatusCode::NOT_FOUND,
            code: "ERR_NOT_FOUND",
            message: "信道不存在、已打开过或已过期，请重新请求信道地址".to_owned(),
        });
    }
    let mut response = upgrade.max_message_size(MAX_PACKET_BYTES).on_upgrade(move |socket| async move {
        app.tunnels.open.fetch_add(1, Ordering::SeqCst);
        serve(socket, &app.tunnels).await;
        app.tunnels.open.fetch_sub(1, Ordering::SeqCst);
    });
    response.extensions_mut().insert(Outcome::OK);
    Ok(response)
}

/// Serves a tunnel until either side ends it. What cannot be sent has no receiver any more, so errors of
/// sending only end the tunnel.
async fn serve(mut socket: WebSocket, tunnels: &Tunnels) {
    let mut controls = tunnels.controls.subscribe();
    loop {
        let reply = tokio::select! {
            received = tokio::time::timeout(MAX_SILENCE, socket.recv()) => match received {
                Ok(Some(Ok(Message::Text(packet)))) if !tunnels.muted.load(Ordering::SeqCst) => {
                    match answer_to(&packet) {
                        PacketAnswer::Send(reply) => reply,
                        PacketAnswer::Nothing => continue,
                        PacketAnswer::End => {
                            let _ = socket.send(Message::Close(None)).await;
                            return;
                        }
                    }
                }
                Ok(Some(Ok(Message::Close(_)) | Err(_)) | None) | Err(_) => return,
                Ok(Some(Ok(_))) => continue,
            },
            control = controls.recv() => match control {
                Ok(Control::Send { packet }) => packet,
                Ok(Control::Close) => {
                    let _ = socket.send(Message::Text("close".into())).await;
                    let _ = socket.send(Message::Close(None)).await;
                    return;
                }
                Ok(Control::GoAway) => {
                    let away = CloseFrame { code: close_code::AWAY, reason: "server stops".into() };
                    let _ = socket.send(Message::Close(Some(away))).await;
                    return;
                }
                Ok(Control::Drop) | Err(_) => return,
                Ok(Control::Mute { .. }) => continue,
            },
        };
        if socket.send(Message::Text(reply.into())).await.is_err() {
            return;
        }
    }
}

enum PacketAnswer {
    Send(String),
    Nothing,
    End,
}

fn answer_to(packet: &str) -> PacketAnswer {
    let kind = packet.split_once(':').map_or(packet, |(kind, _)| kind);
    match kind {
        "ping" => PacketAnswer::Send("pong".to_owned()),
        "message" => PacketAnswer::Send(packet.to_owned()),
        "close" => PacketAnswer::End,
        // Also packets that nobody knows: newer clients may have more to say.
        _ => PacketAnswer::Nothing,
    }
}
