//! A tunnel ends with its session, and the number of tunnels is bounded.

use crate::server::{Session, TestServer, both_started, both_started_as};
use std::net::TcpStream;
use std::time::Duration;
use tungstenite::protocol::frame::coding::CloseCode;
use tungstenite::stream::MaybeTlsStream;
use tungstenite::{Message, WebSocket};
use wafer_session_server::config::Settings;

type Socket = WebSocket<MaybeTlsStream<TcpStream>>;

fn offer(server: &TestServer, session: &Session) -> String {
    server.get("/tunnel", &session.headers()).json()["url"].as_str().expect("a url").to_owned()
}

fn open(server: &TestServer, session: &Session) -> Socket {
    let mut socket = tungstenite::connect(offer(server, session)).expect("it opens").0;
    socket.send(Message::text("ping")).expect("it is sent");
    assert_eq!(socket.read().expect("a packet").into_text().expect("text").as_str(), "pong");
    socket
}

#[track_caller]
fn closes(socket: &mut Socket, code: CloseCode) {
    match socket.read() {
        Ok(Message::Close(Some(frame))) => assert_eq!(frame.code, code),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_tunnel_ends_with_its_session_however_that_ends() {
    let settings = Settings { tunnel_check_ms: 50, ..Settings::default() };
    let (_api, server) = both_started_as(settings);
    let session = server.log_in("anna");
    let mut socket = open(&server, &session);
    server.get("/logout", &session.headers());
    closes(&mut socket, CloseCode::Policy);

    let mut socket = open(&server, &server.log_in("anna"));
    server.log_in("anna");
    closes(&mut socket, CloseCode::Policy);

    let mut socket = open(&server, &server.log_in("anna"));
    server.clock.advance(31 * crate::server::DAY_MS);
    closes(&mut socket, CloseCode::Policy);
}

#[test]
fn log_out_ends_the_tunnel_without_waiting_for_the_next_look() {
    let (_api, server) = both_started_as(Settings { tunnel_check_ms: 3_600_000, ..Settings::default() });
    let session = server.log_in("anna");
    let mut socket = open(&server, &session);
    server.get("/logout", &session.headers());
    closes(&mut socket, CloseCode::Policy);
}

#[test]
fn a_user_has_so_many_tunnels_and_no_more() {
    let settings = Settings { max_tunnels_per_user: 2, max_tunnels: 3, ..Settings::default() };
    let (_api, server) = both_started_as(settings);
    let (anna, bert) = (server.log_in("anna"), server.log_in("bert"));
    let first = open(&server, &anna);
    let _second = open(&server, &anna);
    let refused = |session: &Session| match tungstenite::connect(offer(&server, session)) {
        Err(tungstenite::Error::Http(response)) => assert_eq!(response.status().as_u16(), 503),
        other => panic!("{other:?}"),
    };
    refused(&anna);
    let _third = open(&server, &bert);
    refused(&bert);
    drop(first);
    while server.running().app().tunnels.open() == 3 {
        std::thread::yield_now();
    }
    let _in_its_place = open(&server, &anna);
}

#[test]
fn fifty_tunnels_all_get_their_close_frame_when_the_server_stops() {
    let (_api, mut server) = both_started();
    let sessions: Vec<Session> = (0..50).map(|number| server.log_in(&format!("user{number}"))).collect();
    let mut sockets: Vec<Socket> = sessions.iter().map(|session| open(&server, session)).collect();
    // The close frame must arrive even if packets are unread.
    for socket in &mut sockets {
        socket.send(Message::text("message:1")).expect("it is sent");
    }
    let readers: Vec<_> = sockets
        .into_iter()
        .map(|mut socket| {
            std::thread::spawn(move || {
                loop {
                    match socket.read() {
                        Ok(Message::Close(Some(frame))) => return frame.code,
                        Ok(_) => {}
                        Err(error) => panic!("{error}"),
                    }
                }
            })
        })
        .collect();
    server.stop();
    for reader in readers {
        assert_eq!(reader.join().expect("a close frame"), CloseCode::Away);
    }
}

#[test]
fn a_frame_beyond_the_limit_ends_the_tunnel_before_it_takes_memory() {
    use std::io::{Read, Write};
    let (_api, server) = both_started();
    let socket = open(&server, &server.log_in("anna"));
    let MaybeTlsStream::Plain(stream) = socket.get_ref() else { panic!("plain") };
    let mut stream = stream.try_clone().expect("a handle");
    // The head of a masked text frame that announces 16 megabytes; the rest never comes.
    let mut head = vec![0x81, 0xff];
    head.extend_from_slice(&(16_u64 << 20).to_be_bytes());
    head.extend_from_slice(&[0; 4]);
    stream.write_all(&head).expect("it is sent");
    stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a timeout");
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).expect("the connection ends");
}

#[test]
fn a_tunnel_whose_client_takes_no_packet_ends() {
    let (_api, server) = both_started_as(Settings { silence_timeout: 1, ..Settings::default() });
    let socket = open(&server, &server.log_in("anna"));
    let MaybeTlsStream::Plain(stream) = socket.get_ref() else { panic!("plain") };
    stream.set_write_timeout(Some(Duration::from_millis(100))).expect("a timeout");
    let mut socket = socket;
    // The server sends each packet back, and nobody reads them.
    let packet = format!("message:{}", "a".repeat(60_000));
    while server.running().app().tunnels.open() == 1 {
        let _ = socket.send(Message::text(packet.clone()));
    }
}
