//! One socket on its thread: what it has not written yet, what it has not read yet, how it ends.
//!
//! Frames are written by the thread straight away; the socket's own task reads, and writes what the
//! kernel did not take at once.

use std::{
    cell::RefCell,
    io::ErrorKind,
    sync::Arc,
    task::{Context, Poll, Waker},
    time::{Duration, Instant},
};

use bytes::{Buf, Bytes, BytesMut};
use engine::Dialect;
use tokio::net::TcpStream;

use super::{
    parse::{self, Incoming, Parser},
    session::{Job, Session},
    thread::{LOOKS, Thread},
};
use crate::patience::Patience;

/// How long the other side may take to answer a close.
const CLOSE_WITHIN: Duration = Duration::from_secs(1);
/// Reads of one socket in a row; then it is the others' turn.
const READS: usize = 8;

const PING: u8 = 0x9;
const PONG: u8 = 0xa;

/// An open socket.
pub(super) struct Socket {
    pub(super) id: u64,
    pub(super) dialect: Dialect,
    pub(super) session: Arc<Session>,
    stream: TcpStream,
    io: RefCell<Io>,
}

struct Io {
    parser: Parser,
    /// What the kernel did not take at once, and since when.
    unwritten: Bytes,
    stuck_since: Option<Instant>,
    /// When the client last said something whole, and how often it was asked since.
    heard: Instant,
    asked: u8,
    /// Nothing is read, as what was read is not carried out yet.
    full: bool,
    ending: Option<Ending>,
    gone: bool,
    task: Option<Waker>,
}

/// A close has been sent.
struct Ending {
    until: Instant,
    /// The other side has closed, too: nothing is left but to write.
    answered: bool,
    /// What comes is not understood any more.
    deaf: bool,
}

/// How writing went.
#[derive(PartialEq, Eq)]
pub(super) enum Wrote {
    All,
    /// The rest is written when the kernel takes it: until then the socket gets nothing.
    Stuck,
    /// The other side is gone.
    Nothing,
}

/// How reading went.
enum Read {
    More,
    Full,
    Ended,
}

impl Socket {
    pub(super) fn new(stream: TcpStream, early: Bytes, session: Arc<Session>) -> Self {
        let mut parser = Parser::default();
        parser.keep(&early);
        let io = Io {
            parser,
            unwritten: Bytes::new(),
            stuck_since: None,
            heard: Instant::now(),
            asked: 0,
            full: false,
            ending: None,
            gone: false,
            task: None,
        };
        let dialect = if session.place.is_some() { Dialect::Classic } else { Dialect::Typed };
        Self { id: session.connection.id(), dialect, session, stream, io: RefCell::new(io) }
    }

    /// Writes whole frames; `rest` gives those bytes that must wait.
    pub(super) fn write(&self, frames: &[u8], rest: impl FnOnce(usize) -> Bytes) -> Wrote {
        let mut io = self.io.borrow_mut();
        if io.gone || io.ending.is_some() {
            return Wrote::Nothing;
        }
        self.put(&mut io, frames, rest)
    }

    fn put(&self, io: &mut Io, frames: &[u8], rest: impl FnOnce(usize) -> Bytes) -> Wrote {
        if !io.unwritten.is_empty() {
            let mut all = BytesMut::from(&io.unwritten[..]);
            all.extend_from_slice(frames);
            io.unwritten = all.freeze();
            return Wrote::Stuck;
        }
        let written = match self.stream.try_write(frames) {
            Ok(written) => written,
            Err(error) if error.kind() == ErrorKind::WouldBlock => 0,
            Err(_) => {
                io.end();
                return Wrote::Nothing;
            }
        };
        if written == frames.len() {
            return Wrote::All;
        }
        io.unwritten = rest(written);
        io.stuck_since = Some(Instant::now());
        io.wake();
        Wrote::Stuck
    }

    /// Closes with a code, once; the other side may answer.
    pub(super) fn close(&self, code: u16) {
        let mut io = self.io.borrow_mut();
        if io.ending.is_none() {
            self.say_close(&mut io, Some(code), false, false);
        }
        io.wake();
    }

    fn say_close(&self, io: &mut Io, code: Option<u16>, answered: bool, deaf: bool) {
        let frame = parse::closing(code);
        self.put(io, &frame, |written| Bytes::copy_from_slice(&frame[written..]));
        io.ending = Some(Ending { until: Instant::now() + CLOSE_WITHIN, answered, deaf });
    }

    /// Asks whether the other side is there, after these frames.
    pub(super) fn beat(&self, frames: &[u8]) -> Wrote {
        let mut io = self.io.borrow_mut();
        if io.gone || io.ending.is_some() {
            return Wrote::Nothing;
        }
        io.asked = io.asked.saturating_add(1);
        if !io.unwritten.is_empty() {
            return Wrote::Stuck;
        }
        let mut all = frames.to_vec();
        all.extend_from_slice(&parse::control(PING, &[]));
        self.put(&mut io, &all, |written| Bytes::copy_from_slice(&all[written..]))
    }

    /// Ends the socket where the other side does not answer, does not read or does not close.
    /// True where it was ended for being slow.
    pub(super) fn look(&self, now: Instant, patience: &Patience) -> bool {
        let mut io = self.io.borrow_mut();
        let stuck = io.stuck_since.is_some_and(|since| now.duration_since(since) > patience.write_within);
        let silent = now.duration_since(io.heard);
        let waits = io.full || io.stuck_since.is_some();
        if io.ending.as_ref().is_some_and(|ending| now > ending.until) {
            io.end();
        } else if stuck || (silent > patience.dead_after && io.asked >= 2 && !waits) {
            io.end();
            return stuck;
        } else if silent > patience.dead_after.saturating_sub(patience.heartbeat / LOOKS) {
            // Something may have come that a busy machine has not told us of before the last look.
            io.wake();
        }
        false
    }

    /// Reads and writes what there is. Ready when the socket has ended.
    pub(super) fn poll(&self, thread: &Thread, task: &mut Context<'_>) -> Poll<()> {
        let mut io = self.io.borrow_mut();
        let io = &mut *io;
        if !io.task.as_ref().is_some_and(|waker| waker.will_wake(task.waker())) {
            io.task = Some(task.waker().clone());
        }
        if io.gone || self.write_rest(io, thread, task).is_err() {
            return Poll::Ready(());
        }
        let answered = io.ending.as_ref().is_some_and(|ending| ending.answered);
        if answered && io.unwritten.is_empty() {
            return Poll::Ready(());
        }
        // Who does not read is not read, so that what it causes can't pile up.
        if !io.unwritten.is_empty() && io.ending.is_none() {
            return Poll::Pending;
        }
        for _ in 0..READS {
            if io.parser.has_kept() {
                match self.hear(io, thread, &mut [], task) {
                    Read::More => {}
                    Read::Full => return Poll::Pending,
                    Read::Ended => return Poll::Ready(()),
                }
            }
            match self.stream.poll_read_ready(task) {
                Poll::Ready(Ok(())) => {}
                Poll::Ready(Err(_)) => return Poll::Ready(()),
                Poll::Pending => return Poll::Pending,
            }
            let mut buffer = thread.buffer.borrow_mut();
            match self.stream.try_read(&mut buffer) {
                Ok(0) => return Poll::Ready(()),
                Ok(read) => match self.hear(io, thread, &mut buffer[..read], task) {
                    Read::More => {}
                    Read::Full => return Poll::Pending,
                    Read::Ended => return Poll::Ready(()),
                },
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(_) => return Poll::Ready(()),
            }
        }
        task.waker().wake_by_ref();
        Poll::Pending
    }

    fn write_rest(&self, io: &mut Io, thread: &Thread, task: &mut Context<'_>) -> Result<(), ()> {
        while !io.unwritten.is_empty() {
            match self.stream.poll_write_ready(task) {
                Poll::Pending => return Ok(()),
                Poll::Ready(ready) => ready.map_err(drop)?,
            }
            match self.stream.try_write(&io.unwritten) {
                Ok(written) => io.unwritten.advance(written),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(_) => return Err(()),
            }
        }
        if io.stuck_since.take().is_some() {
            io.unwritten = Bytes::new();
            thread.mailbox.let_go(self.id);
        }
        Ok(())
    }

    /// Takes what the client said, as far as there is room for it.
    fn hear(&self, io: &mut Io, thread: &Thread, mut input: &mut [u8], task: &mut Context<'_>) -> Read {
        let mut pong = None;
        let read = loop {
            if io.ending.as_ref().is_some_and(|ending| ending.deaf) {
                return Read::More;
            }
            io.full = io.ending.is_none() && !self.session.has_room(task);
            if io.full {
                io.parser.keep(input);
                break Read::Full;
            }
            match io.parser.next(&mut input) {
                Ok(None) => {
                    io.parser.keep(input);
                    break Read::More;
                }
                Ok(Some(said)) => {
                    (io.heard, io.asked) = (Instant::now(), 0);
                    match said {
                        Incoming::Text(text) if io.ending.is_none() => {
                            self.session.push(Job::Heard(text), &thread.main);
                        }
                        // Only the newest must be answered (section 5.5.3).
                        Incoming::Ping(payload) => pong = Some(payload),
                        Incoming::Text(_) | Incoming::Pong => {}
                        Incoming::Close(_) if io.ending.is_some() => return Read::Ended,
                        Incoming::Close(code) => {
                            self.say_close(io, code, true, false);
                            return if io.unwritten.is_empty() { Read::Ended } else { Read::More };
                        }
                    }
                }
                Err(code) => {
                    io.parser = Parser::default();
                    if io.ending.is_some() {
                        return Read::Ended;
                    }
                    self.say_close(io, Some(code), false, true);
                    thread.ends(self.id);
                    return Read::More;
                }
            }
        };
        if let Some(payload) = pong.filter(|_| io.ending.is_none()) {
            let frame = parse::control(PONG, &payload);
            if self.put(io, &frame, |written| Bytes::copy_from_slice(&frame[written..])) == Wrote::Stuck {
                thread.mailbox.hold(&[self.id]);
            }
        }
        read
    }
}

impl Io {
    fn end(&mut self) {
        self.gone = true;
        self.wake();
    }

    fn wake(&self) {
        if let Some(task) = &self.task {
            task.wake_by_ref();
        }
    }
}
