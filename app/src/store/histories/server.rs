//! The server, as simple as can be.

use protocol::{
    Cursor, Error, Event, Message, MessageId, ServerFrame, StoredEvent,
    page::{History, Row},
};

use super::{PAGES, ROOM, clock};
use crate::outbox::Letter;

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
        let rows = self
            .messages
            .iter()
            .map(|message| Row { message: message.clone(), clock: clock(0), mine: Vec::new() })
            .collect();
        (History { rows, older: false, newer: false }, self.cursor())
    }

    /// What a subscription is answered with, and whether it holds.
    pub(super) fn subscribe(&self, reader: usize, cursor: &Cursor) -> (Vec<ServerFrame>, bool) {
        let seq = cursor.seq as usize;
        if self.kicked[reader] {
            return (vec![ServerFrame::Revoked { stream: ROOM }], false);
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
        for event in &mut self.log {
            if matches!(event, Event::MessagePosted { message } if message.id == id) {
                *event = Event::Redacted;
            }
        }
        self.log.push(Event::MessageDeleted { id, n });
        true
    }
}
