//! What events and pages say, in a form that can be compared with the database.

use protocol::{Card, Event, Message, Notification, Stream};
use uuid::Uuid;

/// What an event says, as far as the checks go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// A message was posted.
    Posted(Item),
    /// A message was deleted.
    Deleted { id: i64, n: i64 },
    /// Its text was hidden later.
    Redacted,
    /// These things are so now: a card of a board, a row of an inbox, by name.
    Things(Vec<(String, String)>),
    /// Rows of an inbox changed, and must be read again.
    Reread,
    /// Something else, by its kind.
    Other(String),
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its id.
    pub id: i64,
    /// Its number in the room.
    pub n: i64,
    /// The key it was posted under.
    pub key: Uuid,
    /// Who posted it.
    pub author: Option<i64>,
    /// As typed; empty once deleted.
    pub text: String,
    /// A tombstone?
    pub deleted: bool,
}

impl Item {
    /// The same to a reader? Of a tombstone there is only its place.
    pub fn same(&self, other: &Self) -> bool {
        if self.deleted && other.deleted { (self.id, self.n) == (other.id, other.n) } else { self == other }
    }
}

impl From<&Message> for Item {
    fn from(message: &Message) -> Self {
        Self {
            id: message.id.0,
            n: message.n,
            key: message.client_id,
            author: message.author.as_ref().map(|author| author.id.0),
            text: message.source.clone(),
            deleted: message.deleted,
        }
    }
}

impl From<&Event> for Body {
    fn from(event: &Event) -> Self {
        match event {
            Event::MessagePosted { message } => Self::Posted(Item::from(&**message)),
            Event::MessageDeleted { id, n } => Self::Deleted { id: id.0, n: *n },
            Event::Redacted => Self::Redacted,
            Event::TaskCreated { card } | Event::CardChanged { card } => Self::Things(of_card(card)),
            Event::CommentsCounted { id, comments } => Self::Things(vec![comments_on(id.0, *comments)]),
            Event::Notified { notification, unread } => Self::Things(vec![of_row(notification), unread_rows(*unread)]),
            Event::NotificationsChanged { .. } | Event::ReadUpTo { .. } => Self::Reread,
            other => Self::Other(serde_json::to_string(other).unwrap_or_else(|error| error.to_string())),
        }
    }
}

/// What a board shows of a task.
pub fn of_card(card: &Card) -> Vec<(String, String)> {
    vec![task(card.id.0, card.column.0, &card.position, &card.title), comments_on(card.id.0, card.comments)]
}

/// Where a task is.
pub fn task(id: i64, column: i64, position: &str, title: &str) -> (String, String) {
    (format!("task {id}"), format!("{title:?} in {column} at {position}"))
}

/// How many comments a task has that are not deleted.
pub fn comments_on(task: i64, comments: i64) -> (String, String) {
    (format!("comments on task {task}"), comments.to_string())
}

/// A row of an inbox.
pub fn of_row(row: &Notification) -> (String, String) {
    notification(row.id.0, row.stream, row.message.map(|id| id.0), row.count, row.read)
}

/// A row of an inbox by what it says: so many sources that are not read, or all once read.
pub fn notification(id: i64, place: Stream, message: Option<i64>, count: i64, read: bool) -> (String, String) {
    (format!("row {id}"), format!("{count} of {place}, {message:?} the newest, read: {read}"))
}

/// How many rows of an inbox are not read.
pub fn unread_rows(unread: i64) -> (String, String) {
    ("unread".to_owned(), unread.to_string())
}
