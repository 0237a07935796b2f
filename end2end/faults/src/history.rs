//! What happened, as the clients saw it, in one order; and how it ended.

mod body;

use std::{
    collections::BTreeMap,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use protocol::Stream;
use uuid::Uuid;

pub use body::{Body, Item, comments_on, notification, of_card, of_row, task, unread_rows};

/// Which client, by its place in [`History::users`].
pub type ClientId = usize;

/// What a client wanted done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Post a text that nobody else posts.
    Post {
        /// The room or task.
        stream: Stream,
        /// The text.
        text: String,
    },
    /// Delete the message that was posted under a key.
    Delete {
        /// The room or task.
        stream: Stream,
        /// The key of the post.
        post: Uuid,
    },
    /// Take somebody out of a private room, or off the board and so out of all rooms.
    Remove {
        /// What they may read no longer.
        streams: Vec<Stream>,
        /// Who.
        user: i64,
    },
    /// Let somebody into a private room, or on to the board and so into its open room.
    Add {
        /// What they may read from now on.
        streams: Vec<Stream>,
        /// Who.
        user: i64,
    },
    /// Make a task of a title that nobody else gives.
    Make {
        /// The board.
        stream: Stream,
        /// The title.
        title: String,
    },
    /// Something that hides nothing and is there in what clients end with: join or leave an open room,
    /// move a task, read the inbox.
    Other {
        /// Where.
        stream: Stream,
    },
}

/// One line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A request is on its way: once for each try.
    Sent { client: ClientId, key: Uuid, what: Operation },
    /// The server said that it is done; what was posted or made has an id.
    Acknowledged { client: ClientId, key: Uuid, id: Option<i64> },
    /// The server said that it will not do it.
    Refused { client: ClientId, key: Uuid, status: u16 },
    /// A connection asks for what comes after a number.
    Subscribed { client: ClientId, connection: u64, stream: Stream, seq: i64 },
    /// An event came over a connection.
    Received { client: ClientId, connection: u64, stream: Stream, seq: i64, body: Body },
    /// The client's state begins anew, from a snapshot at this number.
    Based { client: ClientId, stream: Stream, seq: i64 },
    /// The client took an event into its state.
    Applied { client: ClientId, stream: Stream, seq: i64 },
    /// The client asks for a snapshot.
    Asked { client: ClientId, read: u64, stream: Stream },
    /// The snapshot that it was given.
    Read { client: ClientId, read: u64, stream: Stream, snapshot: Snapshot },
    /// The server said that the client may read the stream no longer.
    Revoked { client: ClientId, stream: Stream },
    /// A socket of the original's contract is open: it is told everything from now on.
    Listened { client: ClientId, connection: u64, stream: Stream },
    /// It was told of a message.
    Told { client: ClientId, connection: u64, stream: Stream, id: i64 },
    /// A connection ended, with the close code where there was one.
    Ended { client: ClientId, connection: u64, code: Option<u16> },
}

/// A room or task as a page is given it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The number of the newest event that it has in it.
    pub seq: i64,
    /// The number of the newest message.
    pub n: i64,
    /// The newest messages, oldest first.
    pub items: Vec<Item>,
}

/// A stream as the database has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stored {
    /// The number of the newest event.
    pub head: i64,
    /// The number of the newest message.
    pub n: i64,
    /// The log.
    pub events: Vec<Logged>,
    /// The messages, by number.
    pub messages: Vec<Item>,
    /// What else is shown of it: the cards of a board, the rows of an inbox, by name.
    pub things: BTreeMap<String, String>,
}

/// An event as it stands in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// Its number.
    pub seq: i64,
    /// What it says.
    pub body: Body,
    /// As it is written.
    pub text: String,
}

/// The streams of a database.
pub type Database = BTreeMap<Stream, Stored>;

/// A client's state of a stream at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// Whose.
    pub client: ClientId,
    /// The stream.
    pub stream: Stream,
    /// How far it came.
    pub seq: i64,
    /// The messages, by number.
    pub items: BTreeMap<i64, Item>,
    /// What else it shows, by name.
    pub things: BTreeMap<String, String>,
}

/// A run, from the first request to the end.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// The account of each client.
    pub users: Vec<i64>,
    /// When, since the start, and what.
    pub entries: Vec<(Duration, Entry)>,
    /// What was stored.
    pub database: Database,
    /// What the clients had, those who may still read.
    pub ends: Vec<End>,
    /// Nothing between server and clients changed what was sent.
    pub faithful: bool,
    /// How long after its answer a removal or deletion may take to reach other nodes.
    pub grace: Duration,
}

/// Where the clients write; a clone is the same log.
#[derive(Clone)]
pub struct Recorder(Arc<Mutex<Log>>);

struct Log {
    started: Instant,
    entries: Vec<(Duration, Entry)>,
    last_number: u64,
}

impl Default for Recorder {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Log { started: Instant::now(), entries: Vec::new(), last_number: 0 })))
    }
}

impl Recorder {
    /// Adds a line. What one task writes before another reads stands before what that writes.
    pub fn note(&self, entry: Entry) {
        let mut log = self.lock();
        let at = log.started.elapsed();
        log.entries.push((at, entry));
    }

    /// A number that nobody else has, for connections and reads.
    pub fn number(&self) -> u64 {
        let mut log = self.lock();
        log.last_number += 1;
        log.last_number
    }

    /// Takes everything that was written.
    pub fn take(&self) -> Vec<(Duration, Entry)> {
        mem::take(&mut self.lock().entries)
    }

    /// How many lines match.
    pub fn count(&self, matches: impl Fn(&Entry) -> bool) -> usize {
        self.lock().entries.iter().filter(|(_, entry)| matches(entry)).count()
    }

    fn lock(&self) -> MutexGuard<'_, Log> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
