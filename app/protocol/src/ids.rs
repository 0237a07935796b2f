//! Ids as types, so that a room's is never passed for a task's, and the names of streams.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

// A macro because each id needs the same dozen derives and two small impls.
macro_rules! id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "sql", derive(sqlx::Type), sqlx(transparent))]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = std::num::ParseIntError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )*};
}

id! {
    /// An account.
    UserId;
    /// A sign-in.
    SessionId;
    /// A board.
    BoardId;
    /// A column of a board.
    ColumnId;
    /// A label of a board.
    LabelId;
    /// An item of a task's checklist.
    ItemId;
    /// A task; its number within the board is another thing.
    TaskId;
    /// A chat room.
    RoomId;
    /// A chat message or a comment: both are messages, in a room or on a task.
    MessageId;
    /// A row of a person's inbox.
    NotificationId;
    /// A message that is sent later.
    ScheduledId;
    /// A file that was sent.
    FileId;
    /// An invitation to a board.
    InviteId;
    /// A filter that somebody keeps.
    FilterId;
}

/// An ordered log of events, written `board:7`, `room:12`, `task:31` or `user:4`; or a thread, `thread:55`,
/// which has numbers of its own while its events are told on its room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stream {
    /// A board with its columns, members, open rooms and cards.
    Board(BoardId),
    /// A room with its messages.
    Room(RoomId),
    /// A task with its comments.
    Task(TaskId),
    /// The replies under a message of a room. What happens in it is told on the room's stream.
    Thread(MessageId),
    /// What concerns one person alone.
    User(UserId),
}

impl fmt::Display for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Board(id) => write!(f, "board:{id}"),
            Self::Room(id) => write!(f, "room:{id}"),
            Self::Task(id) => write!(f, "task:{id}"),
            Self::Thread(id) => write!(f, "thread:{id}"),
            Self::User(id) => write!(f, "user:{id}"),
        }
    }
}

/// The text is not the name of a stream.
#[derive(Debug, thiserror::Error)]
#[error("not a stream: a stream is named like room:12")]
pub struct NotAStream;

impl FromStr for Stream {
    type Err = NotAStream;

    fn from_str(text: &str) -> Result<Self, NotAStream> {
        let (kind, id) = text.split_once(':').ok_or(NotAStream)?;
        let id: i64 = id.parse().map_err(|_| NotAStream)?;
        match kind {
            "board" => Ok(Self::Board(BoardId(id))),
            "room" => Ok(Self::Room(RoomId(id))),
            "task" => Ok(Self::Task(TaskId(id))),
            "thread" => Ok(Self::Thread(MessageId(id))),
            "user" => Ok(Self::User(UserId(id))),
            _ => Err(NotAStream),
        }
    }
}

impl Serialize for Stream {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Stream {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_reads_back_what_it_writes() {
        for text in ["board:7", "room:12", "task:31", "thread:55", "user:4"] {
            assert_eq!(text.parse::<Stream>().unwrap().to_string(), text);
        }
        for text in ["", "room", "room:", "room:x", "door:1", "room:99999999999999999999"] {
            assert!(text.parse::<Stream>().is_err(), "{text}");
        }
    }
}
