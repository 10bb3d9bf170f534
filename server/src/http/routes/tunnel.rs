//! `/tunnel`: the WebSocket of wafer's `Tunnel`. It sends back what it receives.
//!
//! Packets are `type` or `type:JSON`; types are `message`, `ping`, `pong`, `timeout` and `close`. A tunnel ends with
//! its session: at once if this instance ends the session, and at its next check if another one does.

use crate::http::request::BaseUrl;
use crate::http::state::App;
use crate::http::tunnels::Control;
use crate::protocol::{Answer, Outcome, Refusal};
use crate::store::{LiveSession, TunnelOffer};
use axum::Extension;
use axum::extract::rejection::PathRejection;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::{Notify, broadcast};

/// Clients ping after 15 s of silence; three missed pings mean that nobody is there.
const MAX_SILENCE: Duration = Duration::from_secs(60);
/// A client that has not taken a packet after this long is gone.
const MAX_SEND: Duration = Duration::from_secs(10);
/// A client that was told to close the connection gets this long to do so.
const MAX_GOODBYE: Duration = Duration::from_secs(1);
/// The largest packet, and the largest frame: a frame takes its memory as soon as its length is announced.
const MAX_PACKET_BYTES: usize = 64 * 1024;
const READ_BUFFER_BYTES: usize = 4 * 1024;
const WRITE_BUFFER_BYTES: usize = 256 * 1024;

/// A place among the open tunnels. It is given back when the tunnel ends, for whatever reason.
struct Place {
    app: Arc<App>,
    user_id: i64,
    doubt: Arc<Notify>,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.app.tunnels.leave(self.user_id, &self.doubt);
    }
}

/// Offers an address that opens a WebSocket once, within a minute.
pub async fn offer(
    State(app): State<Arc<App>>,
    Extension(session): Extension<LiveSession>,
    BaseUrl(base_url): BaseUrl,
) -> Result<Answer, Refusal> {
    let offer = TunnelOffer { session_id: session.id.clone(), user_id: session.user.id };
    let id = app.store.offer_tunnel(&offer, app.clock.now_ms()).await?;
    // http becomes ws, https becomes wss.
    let url = format!("{}/tunnel/{id}", base_url.replacen("http", "ws", 1));
    Ok(Answer::Tunnel { id, url })
}

/// Opens an offered WebSocket. The id is the proof of the session: sockets carry no session headers.
pub async fn open(
    State(app): State<Arc<App>>,
    id: Result<Path<String>, PathRejection>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Refusal> {
    let upgrade = upgrade.map_err(|_| Refusal::bad_request("此地址只能用 wx.connectSocket 打开"))?;
    let not_found = || Refusal::Request {
        status: StatusCode::NOT_FOUND,
        code: "ERR_NOT_FOUND",
        message: "信道不存在、已打开过或已过期，请重新请求信道地址".to_owned(),
    };
    let Path(id) = id.map_err(|_| not_found())?;
    let offer = app.store.take_offer(&id, app.clock.now_ms()).await?.ok_or_else(not_found)?;
    let Some(doubt) = app.tunnels.enter(offer.user_id) else {
        return Err(Refusal::Request {
            status: StatusCode::SERVICE_UNAVAILABLE,
            code: "ERR_TOO_MANY_TUNNELS",
            message: "打开的信道太多，请先关闭不用的信道".to_owned(),
        });
    };
    let place = Place { app: Arc::clone(&app), user_id: offer.user_id, doubt };
    // The task is counted from now on: a server that stops waits for the tunnel even before its first packet.
    let token = app.tunnels.tasks.token();
    let mut response = upgrade
        .max_message_size(MAX_PACKET_BYTES)
        .max_frame_size(MAX_PACKET_BYTES)
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(0)
        .max_write_buffer_size(WRITE_BUFFER_BYTES)
        .on_upgrade(move |socket| async move {
            serve(socket, &place, &offer.session_id).await;
            drop((place, token));
        });
    Outcome::OK.note(&mut response);
    Ok(response)
}

/// Serves a tunnel until either side ends it, or its session is over.
async fn serve(mut socket: WebSocket, place: &Place, session_id: &str) {
    let (app, tunnels) = (&place.app, &place.app.tunnels);
    let mut controls = tunnels.controls.subscribe();
    let mut look = tokio::time::interval(tunnels.limits.check_every);
    let mut heard = tokio::time::Instant::now();
    loop {
        let reply = tokio::select! {
            biased;
            () = tunnels.stopping.cancelled() => return go(socket, close_code::AWAY, "server stops").await,
            _ = look.tick() => {
                if is_over(app, session_id).await {
                    return go(socket, close_code::POLICY, "session is over").await;
                }
                continue;
            }
            () = place.doubt.notified() => {
                look.reset_immediately();
                continue;
            }
            received = tokio::time::timeout_at(heard + MAX_SILENCE, socket.recv()) => {
                heard = tokio::time::Instant::now();
                match received {
                    Ok(Some(Ok(Message::Text(packet)))) if !tunnels.muted.load(Ordering::SeqCst) => {
                        match answer_to(&packet) {
                            PacketAnswer::Send(reply) => reply,
                            PacketAnswer::Nothing => continue,
                            PacketAnswer::End => {
                                send(&mut socket, Message::Close(None)).await;
                                return;
                            }
                        }
                    }
                    Ok(Some(Ok(Message::Close(_)) | Err(_)) | None) | Err(_) => return,
                    Ok(Some(Ok(_))) => continue,
                }
            },
            control = controls.recv() => match control {
                Ok(Control::Send { packet }) => packet,
                Ok(Control::Close) => {
                    send(&mut socket, Message::Text("close".into())).await;
                    send(&mut socket, Message::Close(None)).await;
                    return;
                }
                Ok(Control::GoAway) => return go(socket, close_code::AWAY, "server stops").await,
                Ok(Control::Drop) | Err(broadcast::error::RecvError::Closed) => return,
                Ok(Control::Mute { .. }) | Err(broadcast::error::RecvError::Lagged(_)) => continue,
            },
        };
        if !send(&mut socket, Message::Text(reply.into())).await {
            return;
        }
    }
}

/// Whether the session is over. If the database does not answer, the session goes on.
async fn is_over(app: &App, session_id: &str) -> bool {
    match app.store.session_is_live(session_id, app.clock.now_ms()).await {
        Ok(live) => !live,
        Err(error) => {
            tracing::warn!(%error, "session of a tunnel not checked");
            false
        }
    }
}

/// Sends; `false` if the client does not take it. An error of the socket counts as a client that is gone.
async fn send(socket: &mut WebSocket, message: Message) -> bool {
    matches!(tokio::time::timeout(MAX_SEND, socket.send(message)).await, Ok(Ok(())))
}

/// Says why the tunnel ends, and waits a moment for the client to close: a connection that is dropped while something
/// is unread discards what was sent last.
async fn go(mut socket: WebSocket, code: u16, reason: &'static str) {
    let frame = Message::Close(Some(CloseFrame { code, reason: reason.into() }));
    let goodbye = async {
        if socket.send(frame).await.is_ok() {
            while let Some(Ok(_)) = socket.recv().await {}
        }
    };
    let _ = tokio::time::timeout(MAX_GOODBYE, goodbye).await;
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
        // Unknown packets are ignored: newer clients may send more types.
        _ => PacketAnswer::Nothing,
    }
}
