//! The floor: the least that a broadcaster can do. No accounts, no storage, no order but that of arrival.
//!
//! What came in since the last turn is one buffer of frames, written to each socket with one call.
//! Anything that is no upgrade is answered with the number of those calls.

use std::{collections::HashMap, io, net::SocketAddr};

use anyhow::Result;
use mio::{Events, Interest, Poll, Token, net::TcpListener};

use crate::{
    frame,
    link::{Link, Reading},
};

const LISTENER: Token = Token(usize::MAX);
const BUFFER: usize = 64 * 1024;

struct Member {
    link: Link,
    is_socket: bool,
}

/// Broadcasts until the process is told to end.
///
/// # Errors
/// The address is taken, or the kernel refuses.
pub fn serve(address: SocketAddr) -> Result<()> {
    let mut poll = Poll::new()?;
    let mut events = Events::with_capacity(1024);
    let mut listener = TcpListener::bind(address)?;
    poll.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
    let mut floor = Floor { members: HashMap::new(), next: 0, shared: Vec::new(), writes: 0 };
    let mut buffer = vec![0; BUFFER];
    loop {
        match poll.poll(&mut events, None) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            other => other?,
        }
        for event in &events {
            if event.token() == LISTENER {
                floor.accept(&listener, &poll)?;
                continue;
            }
            let Token(i) = event.token();
            if event.is_writable()
                && let Some(member) = floor.members.get_mut(&i)
                && member.link.writable().is_err()
            {
                floor.remove(i, &poll);
            }
            if event.is_readable() || event.is_read_closed() {
                floor.read(i, &mut buffer, event.is_read_closed(), &poll)?;
            }
        }
        floor.broadcast(&poll);
    }
}

struct Floor {
    members: HashMap<usize, Member>,
    next: usize,
    shared: Vec<u8>,
    writes: u64,
}

impl Floor {
    fn accept(&mut self, listener: &TcpListener, poll: &Poll) -> Result<()> {
        loop {
            let stream = match listener.accept() {
                Ok((stream, _)) => stream,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error.into()),
            };
            let link = Link::accepted(stream, poll.registry(), Token(self.next))?;
            self.members.insert(self.next, Member { link, is_socket: false });
            self.next += 1;
        }
    }

    fn read(&mut self, i: usize, buffer: &mut [u8], closed: bool, poll: &Poll) -> Result<()> {
        let mut joint = Vec::new();
        loop {
            let Some(member) = self.members.get_mut(&i) else { return Ok(()) };
            let (read, more) = match member.link.read(buffer, closed) {
                Reading::More(read) => (read, true),
                Reading::Last(read) => (read, false),
                Reading::Gone => {
                    self.remove(i, poll);
                    return Ok(());
                }
            };
            let data = member.link.joined(&buffer[..read], &mut joint);
            let mut at = 0;
            if !member.is_socket {
                let Some(end) = data.windows(4).position(|window| window == b"\r\n\r\n") else {
                    member.link.keep(data);
                    return Ok(());
                };
                at = end + 4;
                member.is_socket = data.windows(9).any(|window| window == b"websocket");
                let answer = if member.is_socket { switching() } else { count(self.writes) };
                if member.link.send(answer.as_bytes()).is_err() {
                    self.remove(i, poll);
                    return Ok(());
                }
            }
            while let Some((frame, length)) = frame::first(&data[at..])? {
                at += length;
                if frame.opcode == frame::TEXT {
                    self.shared.extend(frame::plain(frame::TEXT, &frame.unmasked()));
                }
            }
            if at < data.len() {
                member.link.keep(&data[at..]);
            }
            if !more {
                return Ok(());
            }
        }
    }

    fn broadcast(&mut self, poll: &Poll) {
        if self.shared.is_empty() {
            return;
        }
        let mut gone = Vec::new();
        for (i, member) in self.members.iter_mut().filter(|(_, member)| member.is_socket) {
            self.writes += 1;
            if member.link.send(&self.shared).is_err() {
                gone.push(*i);
            }
        }
        for i in gone {
            self.remove(i, poll);
        }
        self.shared.clear();
    }

    fn remove(&mut self, i: usize, poll: &Poll) {
        if let Some(member) = self.members.remove(&i) {
            member.link.close(poll.registry());
        }
    }
}

fn switching() -> String {
    let accept = frame::ACCEPT;
    format!(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Accept: {accept}\r\n\r\n"
    )
}

fn count(writes: u64) -> String {
    let body = format!("{} {writes}\n", crate::server::WRITES);
    let length = body.len();
    format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{body}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http;

    #[test]
    fn the_floor_speaks_http_to_who_asks_for_its_count() {
        let (answer, _) = http::answer(count(7).as_bytes()).unwrap().unwrap();
        assert_eq!(answer.body, b"boardwalk_socket_writes_total 7\n");
        assert_eq!(http::head(switching().as_bytes()).unwrap().unwrap().status, 101);
    }
}
