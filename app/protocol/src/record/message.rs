//! Messages and what hangs on them.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Person;
use crate::{Attachment, BoardId, MessageId, ScheduledId, Stream, TaskId};

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
