//! Receivers by the thousand and the people who post, on one thread.
//!
//! Every frame is checked (see [`Book`] and [`Wire::hear`]); the first thing that is wrong ends the run.

mod posting;
mod receiving;
#[cfg(test)]
mod tests;

use std::{
    collections::VecDeque,
    io,
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use mio::{Events, Poll, Token};

use crate::{book::Book, link::Link, wire::Wire};
use posting::Poster;

/// Handshakes under way at once; a server may refuse more than 256.
const HANDSHAKES: usize = 200;
/// A refused connection is tried again after this.
const AGAIN_AFTER: Duration = Duration::from_millis(25);
/// Bytes read at once.
const BUFFER: usize = 64 * 1024;
/// The token of the first poster; those below are receivers.
const POSTERS: usize = 1 << 20;

/// A receiver.
struct Socket {
    link: Option<Link>,
    state: State,
    /// Messages that it has, from the first on.
    got: usize,
    epoch: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Without a connection.
    Down,
    /// The connection is being made.
    Connecting,
    /// The server was asked to make it a socket.
    Upgrading,
    /// It is one; the server has yet to say that it is served.
    Greeting,
    /// It is served.
    Live,
}

/// Receivers and posters of one server.
pub struct Swarm {
    address: SocketAddr,
    wire: Wire,
    cookies: Vec<String>,
    poll: Poll,
    events: Events,
    buffer: Box<[u8]>,
    sockets: Vec<Socket>,
    posters: Vec<Poster>,
    /// Who is to be connected, from when on.
    due: VecDeque<(Instant, Token)>,
    handshakes: usize,
    live: usize,
    mask: u32,
    /// Messages that were on their way when a poster's connection ended.
    resent: usize,
    /// Bytes that receivers have got, with everything around the messages.
    pub bytes: u64,
    /// The account.
    pub book: Book,
    /// Does a receiver's lost connection mean "come back", rather than a failure?
    pub forgiving: bool,
}

impl Swarm {
    /// So many receivers and posters, not connected yet. Receiver i signs in with cookie i, and so does
    /// poster i; where there are fewer cookies they go round.
    ///
    /// # Errors
    /// The kernel refuses.
    pub fn new(
        address: SocketAddr,
        wire: Wire,
        cookies: Vec<String>,
        receivers: usize,
        posters: usize,
    ) -> Result<Self> {
        ensure!(!cookies.is_empty(), "nobody is signed in");
        let socket = || Socket { link: None, state: State::Down, got: 0, epoch: None };
        Ok(Self {
            address,
            wire,
            cookies,
            poll: Poll::new()?,
            events: Events::with_capacity(1024),
            buffer: vec![0; BUFFER].into(),
            sockets: (0..receivers).map(|_| socket()).collect(),
            posters: (0..posters).map(|_| Poster::default()).collect(),
            due: (0..posters).map(|i| (Instant::now(), Token(POSTERS + i))).collect(),
            handshakes: 0,
            live: 0,
            mask: 0x9e37_79b9,
            resent: 0,
            bytes: 0,
            book: Book::new(receivers),
            forgiving: false,
        })
    }

    /// Connects every receiver and waits until the server serves it; gives the time that it took.
    ///
    /// # Errors
    /// One is refused, or the time is up.
    pub fn connect(&mut self, within: Duration) -> Result<Duration> {
        let begun = Instant::now();
        self.due.extend((0..self.sockets.len()).map(|i| (begun, Token(i))));
        // Where a cursor asks for what was posted before, only its arrival proves the subscription.
        let proof = self.book.posted();
        let all = self.sockets.len();
        self.until(within, "everybody is connected", |swarm| {
            swarm.live == all && (all == 0 || swarm.book.complete() >= proof)
        })?;
        Ok(begun.elapsed())
    }

    /// Works until this holds.
    ///
    /// # Errors
    /// Something is wrong, or the time is up.
    pub fn until(&mut self, within: Duration, what: &str, mut holds: impl FnMut(&Self) -> bool) -> Result<()> {
        let deadline = Instant::now() + within;
        while !holds(self) {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                bail!("after {within:?} it is still not so that {what}: {}", self.account());
            }
            self.turn(left)?;
        }
        Ok(())
    }

    /// Answers pings for so long and lets everything come to rest.
    ///
    /// # Errors
    /// Something is wrong.
    pub fn rest(&mut self, time: Duration) -> Result<()> {
        let end = Instant::now() + time;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            self.turn(left)?;
        }
    }

    /// Ends every connection, so that the server has nobody to wait for, and gives the account.
    pub fn leave(self) -> Book {
        self.book
    }

    /// Sockets that are served.
    pub fn live(&self) -> usize {
        self.live
    }

    /// How things stand, for an error.
    pub fn account(&self) -> String {
        format!(
            "{} of {} receivers are served, {} messages were posted, {} acknowledged, {} reached somebody, {} everybody",
            self.live,
            self.sockets.len(),
            self.book.posted(),
            self.book.acked(),
            self.book.arrived(),
            self.book.complete()
        )
    }

    /// Waits for the next events, at most so long, and sees to them.
    ///
    /// # Errors
    /// Something is wrong.
    pub fn turn(&mut self, wait: Duration) -> Result<()> {
        self.connect_due()?;
        let wait = match self.due.front() {
            // Those that wait for a free handshake are woken by the end of one.
            Some((at, _)) if self.handshakes < HANDSHAKES => {
                wait.min(at.saturating_duration_since(Instant::now())).max(Duration::from_millis(1))
            }
            _ => wait,
        };
        match self.poll.poll(&mut self.events, Some(wait)) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(()),
            other => other?,
        }
        let events = std::mem::replace(&mut self.events, Events::with_capacity(1));
        for event in &events {
            let Token(token) = event.token();
            if token < POSTERS {
                self.see_to(token, event).with_context(|| format!("receiver {token}"))?;
            } else {
                self.see_to_poster(token - POSTERS, event).with_context(|| format!("poster {}", token - POSTERS))?;
            }
        }
        self.events = events;
        Ok(())
    }

    fn connect_due(&mut self) -> Result<()> {
        let now = Instant::now();
        while let Some((at, Token(token))) = self.due.front().copied() {
            if at > now || (token < POSTERS && self.handshakes >= HANDSHAKES) {
                break;
            }
            self.due.pop_front();
            let link = Link::connect(self.address, self.poll.registry(), Token(token));
            let link = link.context("no more connections can be made here")?;
            if token < POSTERS {
                self.handshakes += 1;
                self.sockets[token].link = Some(link);
                self.sockets[token].state = State::Connecting;
            } else {
                self.posters[token - POSTERS].connect(link);
            }
        }
        Ok(())
    }
}
