//! The server, as simple as can be.

use protocol::{
    Cursor, Error, Event, Message, MessageId, ServerFrame, StoredEvent,
    page::{History, Row},
};

use super::{PAGES, ROOM, ROWS, clock};
use crate::{conversation::End, outbox::Letter};

/// Its log, and what a reader may have of it.
#[derive(Default)]
pub(super) struct Server {
    pub(super) epoch: u32,
    pub(super) log: Vec<Event>,
    /// Events up to here are forgotten.
    pub(super) trimmed: usize,
    pub(super) messages: Vec<Message>,
    pub(super) kicked: [bool; PAGES],
}

impl Server {
    pub(super) fn cursor(&self) -> Cursor {
        Cursor { stream: ROOM, epoch: self.epoch.to_string(), seq: self.log.len() as i64 }
    }

    pub(super) fn snapshot(&self) -> (History, Cursor) {
        let len = self.messages.len();
        (self.rows(len.saturating_sub(ROWS), len), self.cursor())
    }

    /// The rows beyond one, in one direction.
    pub(super) fn beyond(&self, end: End, next: MessageId) -> Option<History> {
        let at = self.messages.iter().position(|message| message.id == next)?;
        Some(match end {
            End::Oldest => History { newer: true, ..self.rows(at.saturating_sub(ROWS), at) },
            End::Newest => History { older: true, ..self.rows(at + 1, (at + 1 + ROWS).min(self.messages.len())) },
        })
    }

    fn rows(&self, from: usize, to: usize) -> History {
        let row = |message: &Message| Row { message: message.clone(), clock: clock(0), mine: Vec::new() };
        let rows = self.messages[from..to].iter().map(row).collect();
        History { rows, older: from > 0, newer: to < self.messages.len(), refs: None }
    }

    /// What a subscription is answered with, and whether it holds.
    pub(super) fn subscribe(&self, reader: usize, cursor: &Cursor) -> (Vec<ServerFrame>, bool) {
        let seq = cursor.seq as usize;
        if self.kicked[reader] {
            return (vec![ServerFrame::Revoked { stream: ROOM, gone: false }], false);
        }
        if cursor.epoch != self.epoch.to_string() || seq < self.trimmed || seq > self.log.len() {
            return (vec![ServerFrame::Reset { stream: ROOM }], false);
        }
        ((seq..self.log.len()).map(|index| self.frame(index)).collect(), true)
    }

    pub(super) fn frame(&self, index: usize) -> ServerFrame {
        let event = self.log[index].clone();
        ServerFrame::Event(StoredEvent { stream: ROOM, seq: index as i64 + 1, at: 0, event })
    }

    /// The answer, and whether there is a new event.
    pub(super) fn post(&mut self, writer: usize, letter: &Letter) -> (Result<Message, Error>, bool) {
        if self.kicked[writer] {
            return (Err(Error::NotFound), false);
        }
        let draft = &letter.draft;
        if let Some(first) = self.messages.iter().find(|message| message.client_id == draft.key) {
            return (Ok(first.clone()), false);
        }
        let n = self.messages.len() as i64 + 1;
        let message = Message {
            id: MessageId(100 + n),
            n,
            author: Some(draft.author.clone()),
            at: 0,
            source: draft.text.clone(),
            html: draft.text.clone(),
            client_id: draft.key,
            parent: None,
            deleted: false,
            mentions: vec![],
            ..Message::default()
        };
        self.messages.push(message.clone());
        self.log.push(Event::MessagePosted { message: Box::new(message.clone()) });
        (Ok(message), true)
    }

    pub(super) fn delete(&mut self, index: usize) -> bool {
        let Some(message) = self.messages.get_mut(index).filter(|message| !message.deleted) else { return false };
        message.deleted = true;
        message.source.clear();
        message.html.clear();
        let (id, n) = (message.id, message.n);
        self.redact(id);
        self.log.push(Event::MessageDeleted { id, n });
        true
    }

    pub(super) fn edit(&mut self, index: usize) -> bool {
        let Some(message) = self.messages.get_mut(index).filter(|message| !message.deleted) else { return false };
        message.source.push('!');
        let message = Box::new(message.clone());
        self.redact(message.id);
        self.log.push(Event::MessageEdited { message });
        true
    }

    /// What was said of a message before says nothing any more.
    fn redact(&mut self, id: MessageId) {
        for event in &mut self.log {
            let hidden = match event {
                Event::MessagePosted { message } | Event::MessageEdited { message } => message.id == id,
                _ => false,
            };
            if hidden {
                *event = Event::Redacted;
            }
        }
    }
}
