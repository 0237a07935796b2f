//! The things of the product as both sides know them.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Attachment, BoardId, ChecklistItem, Colour, ColumnId, Day, FileId, LabelId, MessageId, NotificationId, Priority,
    Role, RoomId, ScheduledId, Stream, TaskFile, TaskId, UserId, limits,
    permission::{Action, Unnamed, may},
};

/// A user as others see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Person {
    /// Their id.
    pub id: UserId,
    /// Unique without case.
    pub username: String,
    /// What they are called; the username where they set nothing.
    pub display_name: String,
}

/// The person who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// As others see them.
    pub person: Person,
    /// Admin of the installation?
    pub admin: bool,
}

/// A board as it stands in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Board {
    /// Its id.
    pub id: BoardId,
    /// Its name.
    pub name: String,
}

/// A board of mine, with what I am on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyBoard {
    /// The board.
    pub board: Board,
    /// What I am on it.
    pub role: Role,
}

impl MyBoard {
    /// May I write here?
    pub fn writes(&self) -> bool {
        may(self.role, Action::Write)
    }

    /// May I change its columns and labels?
    pub fn shapes(&self) -> bool {
        may(self.role, Action::Shape)
    }

    /// Do I run this board?
    pub fn runs(&self) -> bool {
        may(self.role, Action::Run)
    }
}

/// A member of a board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Who.
    pub person: Person,
    /// What they are on the board.
    pub role: Role,
}

/// A column of a board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its id.
    pub id: ColumnId,
    /// Its name.
    pub name: String,
    /// Its place among the columns, see [`crate::order`].
    pub position: String,
    /// Its colour, if it has one.
    pub colour: Option<Colour>,
    /// How many tasks should be in it at most. More are not refused, but show.
    pub limit: Option<i64>,
}

/// Where a card is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardPlace {
    /// The task.
    pub id: TaskId,
    /// Its column.
    pub column: ColumnId,
    /// Its place in the column, see [`crate::order`].
    pub position: String,
}

/// A task as its card shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// Its id, in addresses.
    pub id: TaskId,
    /// Its board.
    pub board: BoardId,
    /// Its number on the board, `#12`.
    pub number: i64,
    /// The column it is in.
    pub column: ColumnId,
    /// Its place in the column, see [`crate::order`].
    pub position: String,
    /// Its title.
    pub title: String,
    /// Comments that are not deleted.
    pub comments: i64,
    /// Counts the changes of everything here but the comments: of two cards of one task the one with the
    /// higher number is newer.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub revision: i64,
    /// Who shall do it, in the order in which they were assigned.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assignees: Vec<Person>,
    /// The labels of the board that it bears.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<LabelId>,
    /// The day on which it is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Day>,
    /// How much it matters, where that is not as usual.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    /// How much of it is done, of a hundred.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub progress: i64,
    /// Items of its checklist.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub items: i64,
    /// Those that are ticked.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub ticked: i64,
    /// Files that it has.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub files: i64,
    /// The picture among them that the card shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cover: Option<FileId>,
    /// Off the board, in its archive?
    #[serde(default, skip_serializing_if = "is_false")]
    pub archived: bool,
}

fn is_zero(number: &i64) -> bool {
    *number == 0
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// A task with everything its own page shows but the comments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// What the card shows.
    pub card: Card,
    /// Description, as typed.
    pub description: String,
    /// Description, rendered and sanitised.
    pub description_html: String,
    /// Counts the edits; an edit names the version it began from.
    pub version: i64,
    /// Who made it; `None` for a former member.
    pub author: Option<Person>,
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// What is to be done for it, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checklist: Vec<ChecklistItem>,
    /// Its files, in the order in which they came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<TaskFile>,
}

/// A chat room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Room {
    /// Its id.
    pub id: RoomId,
    /// Its board.
    pub board: BoardId,
    /// Its name, unique on the board.
    pub name: String,
    /// What it is for.
    pub topic: String,
    /// Invited members only?
    pub private: bool,
    /// Who made it; `None` for a former member.
    pub creator: Option<UserId>,
}

/// A room in a list, with how I stand to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomEntry {
    /// The room.
    pub room: Room,
    /// Am I in its member list?
    pub joined: bool,
    /// Number of its newest message.
    pub n: i64,
    /// Number of the last message I have read.
    pub read: i64,
    /// Do I want it not to be counted?
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub muted: bool,
}

impl RoomEntry {
    /// Messages I have not read; none where I have not joined.
    pub fn unread(&self) -> i64 {
        if self.joined { (self.n - self.read).max(0) } else { 0 }
    }

    /// The same as lists show it: nothing of a room that is muted.
    pub fn counted(&self) -> i64 {
        if self.muted { 0 } else { self.unread() }
    }
}

/// A chat message or a comment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Its id, in addresses.
    pub id: MessageId,
    /// Its number in its room or on its task, 1, 2, 3 …
    pub n: i64,
    /// Who wrote it; `None` for a former member.
    pub author: Option<Person>,
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// As typed, in Markdown; empty once deleted.
    pub source: String,
    /// Rendered and sanitised; empty once deleted.
    pub html: String,
    /// The client's id of the write: the key of the row on the writer's screen.
    pub client_id: Uuid,
    /// The first message of the thread that it is in.
    pub parent: Option<MessageId>,
    /// Deleted: a tombstone stays.
    pub deleted: bool,
    /// The people mentioned.
    pub mentions: Vec<Person>,
    /// When its text was last changed, in milliseconds since 1970; never where it stands as posted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<i64>,
    /// What people answered it with, in the order in which each emoji came first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<Reaction>,
    /// What it quotes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<Quote>,
    /// The thread under it, in a room; none where nobody has replied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replies: Option<Replies>,
    /// Is it pinned, and by whom?
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pinned: Option<Pin>,
    /// The files that came with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<Attachment>,
    /// The tasks that were made from it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tasks: Vec<MadeTask>,
}

/// A task that was made from a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeTask {
    /// Its board.
    pub board: BoardId,
    /// Which.
    pub id: TaskId,
    /// Its number on the board.
    pub number: i64,
}

/// What of a message is shown where another quotes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Quote {
    /// The message that is quoted.
    pub id: MessageId,
    /// Who wrote it; `None` for a former member.
    pub author: Option<Person>,
    /// The beginning of what it says now, without Markdown. None where it is deleted, and in events,
    /// which hold no words of another message: those might be edited away or deleted.
    pub excerpt: Option<String>,
    /// Is it deleted?
    pub deleted: bool,
}

/// A thread as it is shown under its first message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Replies {
    /// Replies that are not deleted.
    pub count: i64,
    /// When the last of them was posted, in milliseconds since 1970; 0 where there is none.
    pub at: i64,
    /// Who posted it; `None` for a former member.
    pub by: Option<Person>,
}

/// Who pinned a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Pin {
    /// Who; `None` for a former member.
    pub by: Option<Person>,
    /// When, in milliseconds since 1970.
    pub at: i64,
}

/// One emoji under a message, the same for everybody who looks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reaction {
    /// The emoji, in its full form.
    pub emoji: String,
    /// How many people; none where the last has taken it back.
    pub count: i64,
    /// The first of them, at most [`crate::limits::REACTED`].
    pub people: Vec<Person>,
}

/// A reaction that was put under a message, or taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reacted {
    /// As it is now.
    #[serde(flatten)]
    pub reaction: Reaction,
    /// Is it there from who asked?
    pub on: bool,
}

/// What somebody has begun to write and not sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The room or task.
    pub place: Stream,
    /// The message that it replies to; in a room the first one of a thread.
    pub parent: Option<MessageId>,
    /// As typed.
    pub text: String,
    /// When, in milliseconds since 1970.
    pub at: i64,
}

/// A message that is sent later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Scheduled {
    /// Its id.
    pub id: ScheduledId,
    /// The room or task.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub place: Stream,
    /// What the place is called; empty where it is gone.
    pub name: String,
    /// The comment that it replies to.
    pub parent: Option<MessageId>,
    /// As typed, in Markdown.
    pub text: String,
    /// When it is sent, in milliseconds since 1970.
    pub at: i64,
    /// Why it could not be sent, in words.
    pub failed: Option<String>,
}

/// What a message said, now or before an edit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// As typed, in Markdown.
    pub source: String,
    /// Rendered and sanitised.
    pub html: String,
    /// Since when it said this, in milliseconds since 1970.
    pub at: i64,
}

/// Why a notification is there, as the original's `type` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Mentioned you.
    Mention,
    /// Replied to you.
    Reply,
    /// Commented on a task you watch.
    Comment,
    /// Assigned a task to you.
    Assigned,
    /// A date is due.
    Due,
    /// Something of a room.
    Room,
    /// Something of the product, like being added to a board.
    System,
}

impl Reason {
    /// Its name in the database and in the contract's JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mention => "mention",
            Self::Reply => "reply",
            Self::Comment => "comment",
            Self::Assigned => "assigned",
            Self::Due => "due",
            Self::Room => "room",
            Self::System => "system",
        }
    }
}

impl TryFrom<String> for Reason {
    type Error = Unnamed;
    fn try_from(name: String) -> Result<Self, Unnamed> {
        use Reason::*;
        [Mention, Reply, Comment, Assigned, Due, Room, System]
            .into_iter()
            .find(|reason| reason.as_str() == name)
            .ok_or(Unnamed(name))
    }
}

/// A row of a person's inbox: one per task or room thread, standing for its newest source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    /// Its id.
    pub id: NotificationId,
    /// Why it is there.
    pub reason: Reason,
    /// Where: the room, the task or the board.
    pub stream: Stream,
    /// The message that is its newest source; none for a board's.
    pub message: Option<MessageId>,
    /// Who caused the newest; `None` for a former member.
    pub actor: Option<Person>,
    /// The name of the place: a room's name, a task's `#12 title`, a board's name.
    pub place: String,
    /// The beginning of the newest message, without Markdown.
    pub excerpt: String,
    /// Where it leads.
    pub url: String,
    /// When the newest came, in milliseconds since 1970.
    pub at: i64,
    /// How many there are unread, or in all once read.
    pub count: i64,
    /// Read?
    pub read: bool,
}

/// What a device shows of a row of an inbox, outside the page; `public/sw.js` reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Notice {
    /// The row.
    pub id: NotificationId,
    /// What happened, in words.
    pub title: String,
    /// The beginning of what was said.
    pub body: String,
    /// Where it leads.
    pub url: String,
}

impl From<&Notification> for Notice {
    fn from(row: &Notification) -> Self {
        let cut = |text: &str, most| text.chars().take(most).collect();
        Self {
            id: row.id,
            title: cut(&row.sentence(), limits::NOTICE_TITLE),
            body: cut(&row.excerpt, limits::NOTICE_BODY),
            url: row.url.clone(),
        }
    }
}

impl Notification {
    /// What happened, in words: "Ana mentioned you in general".
    pub fn sentence(&self) -> String {
        let who = self.actor.as_ref().map_or("A former member", |person| person.display_name.as_str());
        let place = &self.place;
        match self.reason {
            Reason::Mention => format!("{who} mentioned you in {place}"),
            Reason::Reply if matches!(self.stream, Stream::Thread(_)) => {
                format!("{who} replied in a thread in {place}")
            }
            Reason::Reply => format!("{who} replied to you in {place}"),
            Reason::Comment if matches!(self.stream, Stream::Room(_)) => format!("{who} wrote in {place}"),
            Reason::Comment => format!("{who} commented on {place}"),
            Reason::Assigned => format!("{who} assigned {place} to you"),
            Reason::Due if matches!(self.stream, Stream::User(_)) => place.clone(),
            Reason::Due => format!("{place} is due"),
            Reason::Room => format!("{who} added you to {place}"),
            Reason::System if matches!(self.stream, Stream::User(_)) => {
                "A message you scheduled was not sent".to_owned()
            }
            Reason::System => format!("{who} added you to {place}"),
        }
    }
}

/// A sign-in of mine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Its id.
    pub id: crate::SessionId,
    /// The browser, as it named itself.
    pub agent: String,
    /// The address it last came from.
    pub address: String,
    /// Signed in at, in milliseconds since 1970.
    pub created_at: i64,
    /// Last seen at, in milliseconds since 1970, within a minute.
    pub seen_at: i64,
    /// The one that asks.
    pub current: bool,
}
