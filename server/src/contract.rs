//! The records of the public contract, as its JSON routes answer them.

mod task;

use chrono::{DateTime, SecondsFormat};
use engine::{accounts::SignedIn, messages::Window};
use protocol::{
    Board, BoardId, Colour, Column, ColumnId, Error, Member, Message, MessageId, MyBoard, Notice, Notification,
    NotificationId, Person, Reason, Role, UserId, page::VersionRow,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::input::{Fields, FromFields};
pub use task::{CardEntry, TaskEntry};

/// A moment in milliseconds since 1970, as the contract writes it: ISO 8601, UTC, milliseconds.
pub fn iso(at: i64) -> String {
    DateTime::from_timestamp_millis(at).unwrap_or_default().to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// The usernames of the people that a message mentions.
pub fn mentioned(message: &Message) -> Vec<String> {
    message.mentions.iter().map(|person| person.username.clone()).collect()
}

/// A message's author by name; empty for a former member.
pub fn author(message: &Message) -> String {
    message.author.as_ref().map(|author| author.username.clone()).unwrap_or_default()
}

/// A message that was sent.
#[derive(Serialize, ToSchema)]
pub struct Sent {
    id: MessageId,
    /// Its author.
    username: String,
    /// As typed, in Markdown.
    message: String,
    /// ISO 8601, UTC.
    timestamp: String,
}

impl From<&Message> for Sent {
    fn from(message: &Message) -> Self {
        Self { id: message.id, username: author(message), message: message.source.clone(), timestamp: iso(message.at) }
    }
}

/// A comment that was posted.
#[derive(Serialize, ToSchema)]
pub struct Commented {
    id: MessageId,
    /// Its author.
    username: String,
    /// As typed, in Markdown.
    content: String,
    /// ISO 8601, UTC.
    timestamp: String,
}

impl From<&Message> for Commented {
    fn from(message: &Message) -> Self {
        Self { id: message.id, username: author(message), content: message.source.clone(), timestamp: iso(message.at) }
    }
}

/// A message or comment of a history.
#[derive(Serialize, ToSchema)]
pub struct Past {
    id: MessageId,
    /// Its author; empty for a former member.
    username: String,
    /// As typed, in Markdown.
    content: String,
    /// ISO 8601, UTC.
    timestamp: String,
    /// Usernames.
    mentioned_users: Vec<String>,
}

impl From<&Message> for Past {
    fn from(message: &Message) -> Self {
        Self {
            id: message.id,
            username: author(message),
            content: message.source.clone(),
            timestamp: iso(message.at),
            mentioned_users: mentioned(message),
        }
    }
}

/// What a message or comment said.
#[derive(Serialize, ToSchema)]
pub struct Said {
    /// As typed, in Markdown.
    content: String,
    /// Since when it said this; ISO 8601, UTC.
    timestamp: String,
}

/// The history of one message or comment, newest first.
#[derive(Serialize, ToSchema)]
pub struct Versions {
    versions: Vec<Said>,
}

impl From<Vec<VersionRow>> for Versions {
    fn from(rows: Vec<VersionRow>) -> Self {
        let said = |row: VersionRow| Said { content: row.version.source, timestamp: iso(row.version.at) };
        Self { versions: rows.into_iter().map(said).collect() }
    }
}

/// A page of a room's messages, oldest first.
#[derive(Serialize, ToSchema)]
pub struct Messages {
    /// The messages.
    pub messages: Vec<Past>,
}

/// A page of a task's comments, oldest first.
#[derive(Serialize, ToSchema)]
pub struct Comments {
    /// The comments.
    pub comments: Vec<Past>,
}

/// Which page of a history: the newest, unless told.
pub struct Page(pub Window);

impl FromFields for Page {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        Ok(Self(Window {
            before: fields.number("before")?.map(MessageId),
            after: fields.number("after")?.map(MessageId),
            around: fields.number("around")?.map(MessageId),
            offset: fields.number("offset")?.unwrap_or(0),
            limit: fields.number("limit")?.unwrap_or(protocol::limits::PAGE),
        }))
    }
}

/// Somebody who could be mentioned.
#[derive(Serialize, ToSchema)]
pub struct Candidate {
    id: UserId,
    /// The username.
    text: String,
    /// `username (Display Name)`.
    display: String,
}

impl From<Person> for Candidate {
    fn from(person: Person) -> Self {
        let display = format!("{} ({})", person.username, person.display_name);
        Self { id: person.id, text: person.username, display }
    }
}

/// People who could be mentioned, best first.
#[derive(Serialize, ToSchema)]
pub struct Candidates {
    /// At most 8.
    pub results: Vec<Candidate>,
}

/// A row of the inbox.
#[derive(Serialize, ToSchema)]
pub struct InboxEntry {
    id: NotificationId,
    /// Why it is there.
    r#type: Reason,
    /// What happened, in words.
    text: String,
    /// Where it leads.
    url: String,
    is_read: bool,
    /// ISO 8601, UTC.
    created_at: String,
    /// How many it stands for.
    count: i64,
}

impl From<&Notification> for InboxEntry {
    fn from(row: &Notification) -> Self {
        Self {
            id: row.id,
            r#type: row.reason,
            text: row.sentence(),
            url: row.url.clone(),
            is_read: row.read,
            created_at: iso(row.at),
            count: row.count,
        }
    }
}

/// The newest rows of the inbox, newest first.
#[derive(Serialize, ToSchema)]
pub struct Notifications {
    /// The rows.
    pub notifications: Vec<InboxEntry>,
}

/// What a page in the background tells of a row of the inbox.
#[derive(Serialize, ToSchema)]
pub struct Told {
    /// None where nobody is to be disturbed by it now, or where this browser is sent it anyway.
    pub notice: Option<Notice>,
}

/// Rows of the inbox that are not read.
#[derive(Serialize, ToSchema)]
pub struct Count {
    /// How many.
    pub count: i64,
}

/// It is done.
#[derive(Serialize, ToSchema)]
pub struct Done {
    success: bool,
}

/// It is done.
pub const DONE: axum::Json<Done> = axum::Json(Done { success: true });

/// Somebody who has signed up or in.
#[derive(Serialize, ToSchema)]
pub struct Welcome {
    id: UserId,
    username: String,
    display_name: String,
}

impl From<&SignedIn> for Welcome {
    fn from(signed_in: &SignedIn) -> Self {
        let person = &signed_in.me.person;
        Self { id: person.id, username: person.username.clone(), display_name: person.display_name.clone() }
    }
}

/// A board of mine.
#[derive(Serialize, ToSchema)]
pub struct BoardEntry {
    id: BoardId,
    name: String,
    /// What I am on it.
    role: Role,
    /// Is it archived? Then it is read, and nobody writes there.
    archived: bool,
}

impl From<MyBoard> for BoardEntry {
    fn from(mine: MyBoard) -> Self {
        let Board { id, name, archived } = mine.board;
        Self { id, name, role: mine.role, archived }
    }
}

/// A column of a board.
#[derive(Serialize, ToSchema)]
pub struct ColumnEntry {
    id: ColumnId,
    name: String,
    colour: Option<Colour>,
    /// How many tasks should be in it at most.
    limit: Option<i64>,
}

impl From<Column> for ColumnEntry {
    fn from(column: Column) -> Self {
        Self { id: column.id, name: column.name, colour: column.colour, limit: column.limit }
    }
}

/// A member of a board.
#[derive(Serialize, ToSchema)]
pub struct MemberEntry {
    id: UserId,
    username: String,
    display_name: String,
    /// What they are on the board.
    role: Role,
}

impl From<Member> for MemberEntry {
    fn from(member: Member) -> Self {
        let Person { id, username, display_name } = member.person;
        Self { id, username, display_name, role: member.role }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_iso_8601_in_utc() {
        assert_eq!(iso(1_793_440_800_007), "2026-10-31T10:00:00.007Z");
        assert_eq!(iso(0), "1970-01-01T00:00:00.000Z");
    }
}
