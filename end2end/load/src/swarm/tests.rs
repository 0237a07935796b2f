//! One receiver against a server that says what a script tells it to.

use std::{
    io::{Read, Write},
    net::TcpListener,
    thread::{self, JoinHandle},
};

use super::*;
use crate::frame;

const WITHIN: Duration = Duration::from_secs(10);

/// Serves one socket: upgrades, says who it is, hears the cursors, sends these frames, waits for the end.
fn scripted(frames: Vec<Vec<u8>>) -> (SocketAddr, JoinHandle<io::Result<()>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let serving = thread::spawn(move || {
        let (mut stream, _) = listener.accept()?;
        let mut request = Vec::new();
        let mut part = [0; 1024];
        while !request.ends_with(b"\r\n\r\n") {
            let read = stream.read(&mut part)?;
            request.extend_from_slice(&part[..read]);
        }
        let accept = frame::ACCEPT;
        stream.write_all(
            format!("HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: {accept}\r\n\r\n").as_bytes(),
        )?;
        stream.write_all(&frame::plain(frame::TEXT, br#"{"type":"ready","epoch":"e"}"#))?;
        let hello = stream.read(&mut part)?;
        assert!(hello > 0, "the cursors come");
        // In pieces that end in the middle of frames.
        for piece in frames.concat().chunks(100) {
            stream.write_all(piece)?;
        }
        while !matches!(stream.read(&mut part), Ok(0) | Err(_)) {}
        Ok(())
    });
    (address, serving)
}

/// Two messages, as events with these numbers, to a receiver that has nothing yet.
fn receive(seqs: &[(i64, usize)]) -> Result<()> {
    let mut book = Book::new(1);
    let numbers = [book.write(Instant::now()), book.write(Instant::now())];
    let texts = numbers.map(|number| book.post(number).text.clone());
    let frames = seqs.iter().map(|(seq, message)| {
        let event = serde_json::json!({ "message_posted": { "message": {
            "id": 70 + message, "n": message + 1, "author": null, "at": 1, "source": texts[*message], "html": "",
            "client_id": book.post(*message).key, "parent": null, "deleted": false, "mentions": [] } } });
        let text = format!(r#"{{"type":"event","stream":"room:3","seq":{seq},"at":7,"event":{event}}}"#);
        frame::plain(frame::TEXT, text.as_bytes())
    });
    let (address, serving) = scripted(frames.collect());
    let wire = Wire::Typed { room: 3, base: 40 };
    let mut swarm = Swarm::new(address, wire, vec!["session=x".into()], 1, 0)?;
    swarm.book = book;
    let outcome = swarm.connect(WITHIN).map(drop);
    drop(swarm);
    serving.join().unwrap()?;
    outcome
}

#[test]
fn messages_in_their_order_are_received() {
    receive(&[(41, 0), (42, 1)]).unwrap();
}

#[test]
fn a_missing_message_ends_the_run() {
    assert!(format!("{:#}", receive(&[(42, 1)]).unwrap_err()).contains("event 42 where 41 was due"));
}

#[test]
fn a_doubled_message_ends_the_run() {
    assert!(receive(&[(41, 0), (41, 0), (42, 1)]).is_err());
    assert!(format!("{:#}", receive(&[(41, 0), (42, 0)]).unwrap_err()).contains("arrived twice"));
}

#[test]
fn a_server_that_refuses_ends_the_run() {
    let (address, serving) = scripted(vec![frame::plain(frame::TEXT, br#"{"type":"revoked","stream":"room:3"}"#)]);
    let mut swarm = Swarm::new(address, Wire::Typed { room: 3, base: 0 }, vec!["session=x".into()], 1, 0).unwrap();
    swarm.book.write(Instant::now());
    assert!(swarm.connect(WITHIN).is_err());
    drop(swarm);
    serving.join().unwrap().unwrap();
}
