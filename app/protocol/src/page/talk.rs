//! Pages of a conversation: rooms, threads, pins, what is sent later.

use serde::{Deserialize, Serialize};

use super::Clock;
use crate::{Cursor, Hearing, Message, MyBoard, Person, Room, RoomEntry, Scheduled, Version, Watch, reference::Refs};

/// A message that is sent later, as its author's list shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduledRow {
    /// The message.
    pub scheduled: Scheduled,
    /// When it is sent.
    pub clock: Clock,
}

/// What the list of messages that are sent later shows, the next one first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduledPage {
    /// The messages.
    pub rows: Vec<ScheduledRow>,
    /// Of `user:me`.
    pub cursor: Cursor,
}

/// Whom a text would notify by naming groups.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reach {
    /// How many people, oneself aside.
    pub people: usize,
    /// Does it name a group at all?
    pub group: bool,
}

/// Who has read a message, of those who say so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Readers {
    /// The first who have, by when.
    pub people: Vec<Reader>,
    /// How many have.
    pub read: i64,
    /// Of how many.
    pub of: i64,
}

/// Somebody who has read a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reader {
    /// Who.
    pub person: Person,
    /// When they had read so far, or further.
    pub clock: Clock,
}

/// A member of a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomMember {
    /// Who.
    pub person: Person,
    /// When they were last here, where they show it.
    pub seen: Option<Clock>,
}

/// What to go to in a long conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seek {
    /// The first message after the one with this number.
    After(i64),
    /// The first of a day (`2026-11-23`, by the reader's clock), or of the next one on which something
    /// was said.
    Day(String),
}

/// A message with its moment in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The message.
    pub message: Message,
    /// Its moment.
    pub clock: Clock,
    /// The emoji that the reader has put under it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mine: Vec<String>,
}

/// What a message said, with its moment in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionRow {
    /// The text.
    pub version: Version,
    /// Since when it said this.
    pub clock: Clock,
}

/// A page of a conversation, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// The messages. On a task: whole threads, each reply after the comment it replies to.
    pub rows: Vec<Row>,
    /// Are there older ones? On a task: older threads.
    pub older: bool,
    /// Are there newer ones?
    #[serde(default)]
    pub newer: bool,
    /// The tasks that the texts name, as they are now; nothing where they name none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refs: Option<Refs>,
}

/// What the room page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomPage {
    /// The room.
    pub room: Room,
    /// Its board, and what I am on it.
    pub board: MyBoard,
    /// Am I in its member list?
    pub joined: bool,
    /// May I change its settings, and delete what others posted?
    pub manages: bool,
    /// How I hear of it.
    pub hearing: Hearing,
    /// The newest messages.
    pub history: History,
    /// Number of the last message I have read.
    pub read: i64,
    /// Number of the newest message.
    pub n: i64,
    /// The room's members, by name, at most [`crate::limits::ROOM_PEOPLE`].
    pub members: Vec<Person>,
    /// Of the room's stream.
    pub cursor: Cursor,
}

/// What a thread of a room shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadPage {
    /// The room.
    pub room: Room,
    /// Its board, and what I am on it.
    pub board: MyBoard,
    /// May I delete what others posted?
    pub manages: bool,
    /// The message that the thread is under.
    pub root: Row,
    /// Its newest replies.
    pub history: History,
    /// Number of the last reply I have read.
    pub read: i64,
    /// Number of the newest reply.
    pub n: i64,
    /// Who is told of replies.
    pub watch: Watch,
    /// Of the room's stream, on which the thread's events are told.
    pub cursor: Cursor,
}

/// What is pinned in a room or on a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinsPage {
    /// The messages, the last one pinned first.
    pub rows: Vec<Row>,
    /// May I pin, and take pins off?
    pub writes: bool,
    /// The tasks that the texts name, as they are now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refs: Option<Refs>,
    /// Of the room's or the task's stream.
    pub cursor: Cursor,
}

/// What the members page of a room shows to who manages it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomSettings {
    /// The room.
    pub room: Room,
    /// Its board, and what I am on it.
    pub board: MyBoard,
    /// Am I in its member list?
    pub joined: bool,
    /// May I change them?
    pub manages: bool,
    /// Members, by name.
    pub members: Vec<Person>,
    /// Members of the board who are not in the room.
    pub others: Vec<Person>,
}

/// What the rooms page of a board shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomsPage {
    /// The board, and what I am on it.
    pub board: MyBoard,
    /// The rooms I can see, by name.
    pub rooms: Vec<RoomEntry>,
}
