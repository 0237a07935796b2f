//! Those who post.

use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use mio::{Token, event::Event};
use serde::Deserialize;

use super::{AGAIN_AFTER, POSTERS, Swarm};
use crate::{
    frame, http,
    link::{Link, Reading},
    wire::Wire,
};

/// A connection that posts over HTTP, one message after another.
#[derive(Default)]
pub(super) struct Poster {
    link: Option<Link>,
    connected: bool,
    /// The message on its way.
    busy: Option<usize>,
}

impl Poster {
    pub(super) fn connect(&mut self, link: Link) {
        self.link = Some(link);
    }
}

/// What the server answers.
#[derive(Deserialize)]
struct Sent {
    id: i64,
    message: String,
}

impl Swarm {
    /// Is this poster connected and free?
    pub fn is_free(&self, poster: usize) -> bool {
        let poster = &self.posters[poster];
        poster.connected && poster.busy.is_none()
    }

    /// Are all posters connected and free?
    pub fn all_free(&self) -> bool {
        (0..self.posters.len()).all(|poster| self.is_free(poster))
    }

    /// Posts the next message over HTTP; `sent` is when it was to be posted.
    ///
    /// # Errors
    /// That poster is at work.
    pub fn post(&mut self, poster: usize, sent: Instant) -> Result<()> {
        ensure!(self.is_free(poster), "poster {poster} is at work");
        let number = self.book.write(sent);
        self.posters[poster].busy = Some(number);
        self.send_post(poster)
    }

    /// Posts so many messages at once, each by another connection; over the floor's one connection in
    /// one write.
    ///
    /// # Errors
    /// Somebody is at work.
    pub fn burst(&mut self, messages: usize) -> Result<()> {
        let sent = Instant::now();
        match self.wire {
            Wire::Typed { .. } => (0..messages).try_for_each(|poster| self.post(poster, sent)),
            Wire::Classic { .. } => {
                for i in 0..messages {
                    let text = self.next_frame(sent)?;
                    self.say(i % self.sockets.len(), frame::TEXT, text.as_bytes())?;
                }
                Ok(())
            }
            Wire::Floor => {
                let mut all = Vec::new();
                for _ in 0..messages {
                    all.extend(frame::masked(frame::TEXT, self.next_frame(sent)?.as_bytes(), [7, 1, 9, 4]));
                }
                self.send(0, &all)
            }
        }
    }

    fn next_frame(&mut self, sent: Instant) -> Result<String> {
        let number = self.book.write(sent);
        self.wire.say(number, self.book.post(number))
    }

    fn send_post(&mut self, i: usize) -> Result<()> {
        let Wire::Typed { room, .. } = self.wire else { bail!("only Boardwalk is posted to over HTTP") };
        let Some(number) = self.posters[i].busy else { return Ok(()) };
        let post = self.book.post(number);
        let headers = format!("Cookie: {}\r\nIdempotency-Key: {}\r\n", self.cookies[i % self.cookies.len()], post.key);
        let json = serde_json::json!({ "content": post.text }).to_string();
        let request = http::post(&format!("/messaging/room/{room}/send/"), &headers, &json);
        let Some(link) = self.posters[i].link.as_mut() else { return Ok(()) };
        match link.send(&request) {
            Ok(()) => Ok(()),
            Err(_) => self.poster_lost(i),
        }
    }

    pub(super) fn see_to_poster(&mut self, i: usize, event: &Event) -> Result<()> {
        if event.is_writable() || event.is_error() {
            let Some(link) = self.posters[i].link.as_mut() else { return Ok(()) };
            match link.writable() {
                Ok(true) => {
                    self.posters[i].connected = true;
                    // What was on its way when the last connection ended goes again, under the same key.
                    self.send_post(i)?;
                }
                Ok(false) => {}
                Err(_) => return self.poster_lost(i),
            }
        }
        if event.is_readable() || event.is_read_closed() {
            self.read_answers(i, event.is_read_closed())?;
        }
        Ok(())
    }

    fn read_answers(&mut self, i: usize, closed: bool) -> Result<()> {
        let mut buffer = [0; 16 * 1024];
        let mut joint = Vec::new();
        loop {
            let Some(link) = self.posters[i].link.as_mut() else { return Ok(()) };
            let (read, more) = match link.read(&mut buffer, closed) {
                Reading::More(read) => (read, true),
                Reading::Last(read) => (read, false),
                Reading::Gone => return self.poster_lost(i),
            };
            let data = link.joined(&buffer[..read], &mut joint);
            match http::answer(data)? {
                Some((answer, used)) => {
                    ensure!(used == data.len(), "an answer that nobody asked for");
                    self.answered(i, &answer)?;
                }
                None => link.keep(data),
            }
            if !more {
                return Ok(());
            }
        }
    }

    fn answered(&mut self, i: usize, answer: &http::Answer) -> Result<()> {
        let number = self.posters[i].busy.take().context("an answer that nobody asked for")?;
        if answer.status == 503 && self.forgiving {
            self.posters[i].busy = Some(number);
            return self.poster_lost(i);
        }
        let words = || String::from_utf8_lossy(&answer.body).into_owned();
        ensure!(matches!(answer.status, 200 | 201), "posting was answered with {}: {}", answer.status, words());
        let sent: Sent = serde_json::from_slice(&answer.body).with_context(words)?;
        self.book.ack(number, sent.id, &sent.message)
    }

    /// Servers end connections that have been idle for a while, maybe at the moment in which the next
    /// message is on its way; it then goes again under its key, as from every client.
    fn poster_lost(&mut self, i: usize) -> Result<()> {
        let poster = &mut self.posters[i];
        let Some(link) = poster.link.take() else { return Ok(()) };
        poster.connected = false;
        self.resent += usize::from(poster.busy.is_some());
        link.close(self.poll.registry());
        ensure!(self.forgiving || self.resent <= self.posters.len(), "the server ends connections again and again");
        // Ahead of thousands of receivers that wait for a handshake.
        self.due.push_front((Instant::now() + AGAIN_AFTER, Token(POSTERS + i)));
        Ok(())
    }
}
