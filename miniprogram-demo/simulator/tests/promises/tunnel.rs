//! The WebSocket of a tunnel.

use crate::server::{MINUTE_MS, Session, TestServer};
use serde_json::json;
use std::net::TcpStream;
use tungstenite::protocol::frame::coding::CloseCode;
use tungstenite::stream::MaybeTlsStream;
use tungstenite::{Message, WebSocket};

type Socket = WebSocket<MaybeTlsStream<TcpStream>>;

fn offer(server: &TestServer, session: &Session) -> String {
    server.get("/tunnel", &session.headers()).json()["url"].as_str().expect("a url").to_owned()
}

fn open(server: &TestServer) -> Socket {
    let url = offer(server, &server.log_in("demo"));
    let mut socket = tungstenite::connect(url).expect("it opens").0;
    // The answer proves that the server listens to this tunnel, so that controls reach it.
    assert_eq!(ask(&mut socket, "ping"), "pong");
    socket
}

fn ask(socket: &mut Socket, packet: &str) -> String {
    socket.send(Message::text(packet)).expect("it is sent");
    receive(socket)
}

fn receive(socket: &mut Socket) -> String {
    socket.read().expect("a packet").into_text().expect("text").as_str().to_owned()
}

#[test]
fn messages_are_echoed_and_pings_answered() {
    let server = TestServer::start();
    let mut socket = open(&server);
    let packet = r#"message:{"type":"speak","content":{"text":"你好：a:b"}}"#;
    assert_eq!(ask(&mut socket, packet), packet);
    assert_eq!(ask(&mut socket, "ping"), "pong");
}

#[test]
fn packets_that_mean_nothing_are_passed_over() {
    let server = TestServer::start();
    let mut socket = open(&server);
    for packet in ["", ":", "pong", "unknown:{", "messages:1"] {
        socket.send(Message::text(packet)).expect("it is sent");
    }
    socket.send(Message::binary(vec![0xff])).expect("it is sent");
    assert_eq!(ask(&mut socket, "ping"), "pong");
}

#[test]
fn a_close_packet_ends_the_tunnel_properly() {
    let server = TestServer::start();
    let mut socket = open(&server);
    socket.send(Message::text("close")).expect("it is sent");
    assert!(matches!(socket.read(), Ok(Message::Close(None))));
}

#[test]
fn an_address_opens_one_tunnel_within_a_minute() {
    let server = TestServer::start();
    let session = server.log_in("demo");
    let (used, late) = (offer(&server, &session), offer(&server, &session));
    tungstenite::connect(&used).expect("it opens");
    let assert_gone = |url: &str| match tungstenite::connect(url) {
        Err(tungstenite::Error::Http(response)) => assert_eq!(response.status().as_u16(), 404),
        other => panic!("{other:?}"),
    };
    assert_gone(&used);
    assert_gone(&format!("ws://{}/tunnel/invented", server.address()));
    server.clock.advance(MINUTE_MS);
    assert_gone(&late);
}

#[test]
fn an_address_that_is_fetched_instead_of_opened_says_so_and_stays_good() {
    let server = TestServer::start();
    let url = offer(&server, &server.log_in("demo"));
    let path = url.strip_prefix(&format!("ws://{}", server.address())).expect("on this server");
    let reply = server.get(path, &[]);
    assert_eq!((reply.status, &reply.json()["error"]), (400, &json!("ERR_INVALID_REQUEST")));
    tungstenite::connect(&url).expect("it opens");
}

#[test]
fn a_test_can_speak_close_and_drop() {
    let server = TestServer::start();
    let mut socket = open(&server);
    assert_eq!(
        server.dev("tunnel", json!({ "action": "send", "packet": "timeout:3" })),
        json!({ "open": 1 })
    );
    assert_eq!(receive(&mut socket), "timeout:3");
    server.dev("tunnel", json!({ "action": "close" }));
    assert_eq!(receive(&mut socket), "close");
    assert!(matches!(socket.read(), Ok(Message::Close(None))));

    let mut socket = open(&server);
    server.dev("tunnel", json!({ "action": "drop" }));
    assert!(socket.read().is_err(), "no closing handshake");
}

#[test]
fn a_muted_tunnel_answers_nothing_until_it_may_speak_again() {
    let server = TestServer::start();
    let mut socket = open(&server);
    server.dev("tunnel", json!({ "action": "mute", "on": true }));
    socket.send(Message::text("ping")).expect("it is sent");
    // The answer to a ping of WebSocket comes in order: once it is here, the packet before the ping was read.
    socket.send(Message::Ping("behind the packet".into())).expect("it is sent");
    assert!(matches!(socket.read(), Ok(Message::Pong(_))));
    server.dev("tunnel", json!({ "action": "mute", "on": false }));
    assert_eq!(ask(&mut socket, "message:1"), "message:1");
}

#[test]
fn a_server_that_stops_tells_its_tunnels_to_come_back_elsewhere() {
    let mut server = TestServer::start();
    let mut socket = open(&server);
    server.restart();
    match socket.read() {
        Ok(Message::Close(Some(frame))) => assert_eq!(frame.code, CloseCode::Away),
        other => panic!("{other:?}"),
    }
}
