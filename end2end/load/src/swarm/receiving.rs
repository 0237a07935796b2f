//! A receiver's connection: made, upgraded, read, lost.

use std::time::Instant;

use anyhow::{Result, bail, ensure};
use mio::{Token, event::Event};

use super::{AGAIN_AFTER, State, Swarm};
use crate::{
    frame, http,
    link::Reading,
    wire::{Heard, Wire},
};

impl Swarm {
    /// Sees to what the kernel tells of a receiver.
    pub(super) fn see_to(&mut self, i: usize, event: &Event) -> Result<()> {
        if event.is_writable() || event.is_error() {
            let Some(link) = self.sockets[i].link.as_mut() else { return Ok(()) };
            match link.writable() {
                Ok(true) => {
                    self.sockets[i].state = State::Upgrading;
                    let cookie = &self.cookies[i % self.cookies.len()];
                    let request = http::upgrade(&self.wire.path(), cookie);
                    self.send(i, &request)?;
                }
                Ok(false) => {}
                Err(error) => return self.lost(i, &error.to_string()),
            }
        }
        if event.is_readable() || event.is_read_closed() {
            self.read(i, event.is_read_closed())?;
        }
        Ok(())
    }

    fn read(&mut self, i: usize, closed: bool) -> Result<()> {
        let mut buffer = std::mem::take(&mut self.buffer);
        let mut joint = Vec::new();
        let outcome = loop {
            let Some(link) = self.sockets[i].link.as_mut() else { break Ok(()) };
            let (read, more) = match link.read(&mut buffer, closed) {
                Reading::More(read) => (read, true),
                Reading::Last(read) => (read, false),
                Reading::Gone => break self.lost(i, "the server ended the connection"),
            };
            self.bytes += read as u64;
            let data = link.joined(&buffer[..read], &mut joint);
            let used = match self.take(i, data) {
                Ok(used) => used,
                Err(error) => break Err(error),
            };
            if let Some(link) = self.sockets[i].link.as_mut()
                && used < data.len()
            {
                link.keep(&data[used..]);
            }
            if !more {
                break Ok(());
            }
        };
        self.buffer = buffer;
        outcome
    }

    /// Takes what is whole of what was read, and says how much that was.
    fn take(&mut self, i: usize, data: &[u8]) -> Result<usize> {
        let mut at = 0;
        if self.sockets[i].state == State::Upgrading {
            let Some(head) = http::head(data)? else { return Ok(0) };
            if head.status != 101 {
                // A server that has more to do than it can refuses, and is asked again.
                self.lost(i, &format!("refused with {}", head.status))?;
                return Ok(data.len());
            }
            let accepted = head.header("sec-websocket-accept") == Some(frame::ACCEPT);
            ensure!(accepted, "the upgrade was answered without the right key");
            at = head.length;
            self.upgraded(i)?;
        }
        while let Some((frame, length)) = frame::first(&data[at..])? {
            at += length;
            ensure!(frame.mask.is_none(), "the server masks its frames");
            match frame.opcode {
                frame::TEXT => self.hear(i, frame.payload)?,
                frame::PING => self.say(i, frame::PONG, frame.payload)?,
                frame::PONG => {}
                frame::CLOSE => {
                    let code = frame.close_code();
                    self.say(i, frame::CLOSE, &code.to_be_bytes())?;
                    self.lost(i, &format!("closed with {code}"))?;
                    return Ok(data.len());
                }
                other => bail!("a frame of kind {other}"),
            }
            if self.sockets[i].link.is_none() {
                return Ok(data.len());
            }
        }
        Ok(at)
    }

    fn upgraded(&mut self, i: usize) -> Result<()> {
        self.sockets[i].state = State::Greeting;
        match self.wire.greeting() {
            Some(greeting) => self.say(i, frame::TEXT, greeting.as_bytes()),
            None if matches!(self.wire, Wire::Floor) => {
                self.served(i);
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn served(&mut self, i: usize) {
        if self.sockets[i].state == State::Greeting {
            self.sockets[i].state = State::Live;
            self.handshakes -= 1;
            self.live += 1;
        }
    }

    fn hear(&mut self, i: usize, text: &[u8]) -> Result<()> {
        let got = self.sockets[i].got;
        match self.wire.hear(text, got)? {
            Heard::Message(bytes) => self.message(i, got, bytes),
            Heard::Ready(epoch) => {
                let known = self.sockets[i].epoch.get_or_insert_with(|| epoch.clone());
                ensure!(*known == epoch, "the history changed from {known} to {epoch}");
                let hello = self.wire.hello(&epoch, got)?;
                self.say(i, frame::TEXT, hello.as_bytes())?;
                self.served(i);
                Ok(())
            }
            Heard::Pong | Heard::Nothing => Ok(()),
        }
    }

    fn message(&mut self, i: usize, place: usize, bytes: &[u8]) -> Result<()> {
        if !self.book.receive(place, bytes) {
            let Some((id, text)) = self.wire.read(bytes)? else {
                if self.wire.is_pong(bytes) {
                    self.served(i);
                }
                return Ok(());
            };
            self.book.arrive(place, bytes, id, &text)?;
            self.book.receive(place, bytes);
            if !matches!(self.wire, Wire::Typed { .. })
                && let Some(number) = self.book.number_of(&text)
            {
                // These have no other acknowledgement than the message itself.
                self.book.ack(number, id, &text)?;
            }
        }
        self.sockets[i].got = place + 1;
        Ok(())
    }

    pub(super) fn say(&mut self, i: usize, opcode: u8, payload: &[u8]) -> Result<()> {
        // xorshift: a mask shall differ from frame to frame and need not be secret here.
        self.mask ^= self.mask << 13;
        self.mask ^= self.mask >> 17;
        self.mask ^= self.mask << 5;
        let frame = frame::masked(opcode, payload, self.mask.to_le_bytes());
        self.send(i, &frame)
    }

    pub(super) fn send(&mut self, i: usize, bytes: &[u8]) -> Result<()> {
        let Some(link) = self.sockets[i].link.as_mut() else { return Ok(()) };
        match link.send(bytes) {
            Ok(()) => Ok(()),
            Err(error) => self.lost(i, &error.to_string()),
        }
    }

    /// A connection is gone: it comes back soon where that is expected.
    fn lost(&mut self, i: usize, why: &str) -> Result<()> {
        let Some(link) = self.sockets[i].link.take() else { return Ok(()) };
        link.close(self.poll.registry());
        match std::mem::replace(&mut self.sockets[i].state, State::Down) {
            State::Live => self.live -= 1,
            _ => self.handshakes -= 1,
        }
        ensure!(self.forgiving, "{why}");
        self.due.push_back((Instant::now() + AGAIN_AFTER, Token(i)));
        Ok(())
    }
}
