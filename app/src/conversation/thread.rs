//! The rows of a conversation, and how events, answers and older pages change them.

mod items;
mod marks;
mod window;

use std::{cmp::Ordering, sync::Arc};

use protocol::{
    Attachment, Event, Message, MessageId, Person, Quote, StoredEvent, UserId,
    page::{Clock, History, Row},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[cfg(test)]
use items::ItemKey;
pub use items::{Item, address};
use window::Asked;
pub use window::End;

use crate::outbox::Letter;

/// What a row is known by: the client id of its write, which is its author's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key(Option<UserId>, Uuid);

/// How far a row has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// In the log.
    Sent,
    /// On its way.
    Sending,
    /// Not on its way, since no server can be reached.
    Waiting,
    /// Refused, or not arrived; why, in words.
    Failed(String),
}

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it is known by.
    pub key: Key,
    /// The message. Until it is sent it has no id and no HTML.
    pub message: Message,
    /// The emoji that I have put under it.
    pub mine: Vec<String>,
    /// Its moment in words.
    pub clock: Clock,
    /// How far it has come.
    pub state: State,
    /// On a task, the number of the comment that its thread began with.
    root: i64,
}

/// The rows of a conversation, in order: by number; on a task, replies after their comment; what
/// is not sent yet, last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thread {
    shape: Shape,
    entries: Vec<Arc<Entry>>,
    /// What had been read when the page opened, if others have written since.
    unread_after: Option<i64>,
    me: UserId,
    /// Are there older rows than those here?
    pub older: bool,
    /// The newest rows are not here, since somebody reads far above: what comes is not shown until
    /// they are loaded.
    pub away: bool,
    asked: Option<Asked>,
}

/// How the rows are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One after the other, grouped by author.
    Flat,
    /// Comments with their replies beneath.
    Threads,
}

/// A number that is after every other.
const LAST: i64 = i64::MAX;

impl Thread {
    /// The rows of a snapshot. `read` is the number of the last message that `me` has read.
    pub fn new(shape: Shape, history: History, read: i64, me: UserId) -> Self {
        let mut thread = Self {
            shape,
            entries: Vec::new(),
            unread_after: None,
            me,
            older: history.older,
            away: history.newer,
            asked: None,
        };
        thread.put_all(history.rows);
        if read > 0 {
            thread.unread_after(read);
        }
        thread
    }

    fn put_all(&mut self, rows: Vec<Row>) {
        for row in rows {
            self.put(row, State::Sent);
        }
    }

    fn in_log(&self) -> impl DoubleEndedIterator<Item = &Arc<Entry>> {
        self.entries.iter().filter(|entry| entry.state == State::Sent)
    }

    /// Applies an event of the conversation's stream. `clock` words a moment.
    pub fn apply(&mut self, stored: &StoredEvent, clock: impl Fn(i64) -> Clock) {
        if let Some(asked) = &mut self.asked {
            asked.meanwhile.push(stored.clone());
        }
        match &stored.event {
            Event::MessagePosted { message } => self.posted(Message::clone(message), clock),
            Event::MessageDeleted { id, .. } => self.deleted(*id),
            Event::MessageEdited { message } | Event::MessageRestored { message } => self.changed(message),
            event => self.mark(event),
        }
    }

    /// Does the event change a message that stands between the rows and never came here? What posted
    /// it says nothing any more, so that it, or its tombstone, must be fetched. So must what is left of
    /// a room that was cleared.
    pub fn lacks(&self, stored: &StoredEvent) -> bool {
        let (id, n) = match &stored.event {
            Event::MessageDeleted { id, n } => (id, n),
            Event::MessageEdited { message } | Event::MessageRestored { message } => (&message.id, &message.n),
            Event::RoomCleared { .. } => return true,
            _ => return false,
        };
        let first = if self.older { self.in_log().map(|entry| entry.message.n).min().unwrap_or(LAST) } else { 0 };
        !self.away && *n > first && !self.in_log().any(|entry| entry.message.id == *id)
    }

    /// A message is in the log: said by its event, by the answer to its post, or by both.
    pub fn posted(&mut self, message: Message, clock: impl Fn(i64) -> Clock) {
        let key = Key::of(&message);
        if self.away {
            self.entries.retain(|entry| entry.key != key);
        } else if !self.entries.iter().any(|entry| entry.key == key && entry.state == State::Sent) {
            let clock = clock(message.at);
            self.put(Row { message, clock, mine: Vec::new() }, State::Sent);
        }
    }

    /// A message says something else now, or again.
    pub fn changed(&mut self, message: &Message) {
        if let Some(entry) = self.sent(message.id) {
            let before = std::mem::replace(&mut entry.message, message.clone());
            entry.keep_quoted(before.quote);
        }
    }

    /// A message is deleted; a tombstone stays.
    pub fn deleted(&mut self, id: MessageId) {
        if let Some(Entry { message, .. }) = self.sent(id) {
            let Message { id, n, author, at, client_id, parent, replies, .. } = std::mem::take(message);
            *message = Message { id, n, author, at, client_id, parent, replies, deleted: true, ..Message::default() };
        }
    }

    /// Shows what is not sent, as the outbox has it. `clock` words a moment.
    ///
    /// What has left the outbox was sent or given up. Only what was refused can be given up, so any
    /// other row stays until its event comes.
    pub fn unsent(&mut self, letters: &[Letter], held: bool, clock: impl Fn(i64) -> Clock) {
        for letter in letters {
            let key = letter.draft.row();
            let state = match &letter.failed {
                Some(why) => State::Failed(why.clone()),
                None if held => State::Waiting,
                None => State::Sending,
            };
            match self.entries.iter_mut().find(|entry| entry.key == key) {
                Some(entry) if entry.state == State::Sent || entry.state == state => {}
                Some(entry) => Arc::make_mut(entry).state = state,
                None => {
                    let clock = clock(letter.draft.at);
                    self.put(Row { message: letter.draft.clone().message(), clock, mine: Vec::new() }, state);
                }
            }
        }
        self.entries.retain(|entry| !matches!(entry.state, State::Failed(_)) || has(letters, entry.key));
    }

    /// The rows were taken anew: what has left the outbox is among them, or too old to be.
    pub fn settle(&mut self, letters: &[Letter]) {
        self.entries.retain(|entry| entry.state == State::Sent || has(letters, entry.key));
    }

    /// Is the message with this key in the log?
    pub fn is_sent(&self, key: Key) -> bool {
        self.entries.iter().any(|entry| entry.key == key && entry.state == State::Sent)
    }

    /// The newest message, if this person wrote it.
    pub fn last_of(&self, author: UserId) -> Option<MessageId> {
        let last = self.last(|_| true).filter(|_| !self.away)?;
        let mine = last.message.author.as_ref().is_some_and(|person| person.id == author);
        (mine && !last.message.deleted).then_some(last.message.id)
    }

    /// The newest number here.
    pub fn newest(&self) -> i64 {
        self.in_log().map(|entry| entry.message.n).max().unwrap_or(0)
    }

    /// Is anything to be seen?
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Puts a row in its place, instead of the one with its key. A reply without its comment, which
    /// is older than what is here, is left out.
    fn put(&mut self, row: Row, state: State) {
        let Row { message, clock, mine } = row;
        let Some(root) = self.root_of(&message) else { return };
        let key = Key::of(&message);
        let before = self.entries.iter().position(|entry| entry.key == key).map(|index| self.entries.remove(index));
        let mut entry = Entry { key, message, mine, clock, state, root };
        entry.keep_quoted(before.and_then(|before| before.message.quote.clone()));
        let entry = Arc::new(entry);
        let place = self.entries.partition_point(|other| other.order().cmp(&entry.order()) != Ordering::Greater);
        self.entries.insert(place, entry);
    }

    fn root_of(&self, message: &Message) -> Option<i64> {
        match (self.shape, message.parent) {
            (Shape::Threads, Some(parent)) => {
                self.entries.iter().find(|entry| entry.message.id == parent).map(|entry| entry.root)
            }
            _ => Some(message.n),
        }
    }
}

impl Entry {
    fn order(&self) -> (i64, i64) {
        (self.root, self.message.n)
    }
}

impl Key {
    /// The client id of the row's write.
    pub fn client_id(self) -> Uuid {
        self.1
    }

    /// The key of a message's row.
    pub fn of(message: &Message) -> Self {
        Self(message.author.as_ref().map(|author| author.id), message.client_id)
    }
}

fn has(letters: &[Letter], key: Key) -> bool {
    letters.iter().any(|letter| letter.draft.row() == key)
}

/// A message of mine before it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Client id of the write.
    pub key: Uuid,
    /// Who writes.
    pub author: Person,
    /// What, in Markdown.
    pub text: String,
    /// The comment that it replies to.
    pub parent: Option<MessageId>,
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// What it quotes.
    #[serde(default)]
    pub quote: Option<Quote>,
    /// Is it known how many people it notifies?
    #[serde(default)]
    pub confirmed: bool,
    /// The files that come with it, which the server has.
    #[serde(default)]
    pub files: Vec<Attachment>,
}

impl Draft {
    /// What its row is known by.
    pub fn row(&self) -> Key {
        Key(Some(self.author.id), self.key)
    }

    fn message(self) -> Message {
        Message {
            id: MessageId(0),
            n: LAST,
            author: Some(self.author),
            at: self.at,
            source: self.text,
            html: String::new(),
            client_id: self.key,
            parent: self.parent,
            deleted: false,
            mentions: Vec::new(),
            quote: self.quote,
            files: self.files,
            ..Message::default()
        }
    }
}

#[cfg(test)]
mod tests;
