//! What goes over the page's one WebSocket, as JSON.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{ErrorBody, Person, RoomId, StoredEvent, Stream, UserId};

/// The version of this protocol; a server takes it and the one before.
pub const VERSION: u32 = 1;

/// Close codes of the socket.
pub mod close {
    /// The server restarts: come back.
    pub const RESTARTING: u16 = 1012;
    /// The client is older than the server can talk to: load the page again.
    pub const RELOAD: u16 = 4000;
    /// Signed out.
    pub const SIGNED_OUT: u16 = 4001;
    /// Too slow, or newer than this server: come back with your cursors.
    pub const RESUME: u16 = 4002;
    /// Removed from this place (on the two sockets of the original).
    pub const REMOVED: u16 = 4003;
}

/// How far a client has come in a stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// The stream.
    pub stream: Stream,
    /// The epoch of the server that gave the number.
    pub epoch: String,
    /// The last event it has.
    pub seq: i64,
}

/// From the page to the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientFrame {
    /// The first frame after connecting: everything that is open.
    Hello {
        /// The streams that are open.
        cursors: Vec<Cursor>,
    },
    /// Send me what comes after this in the stream.
    Subscribe(Cursor),
    /// No more of this stream.
    Unsubscribe {
        /// The stream.
        stream: Stream,
    },
    /// Tell me of new messages in these rooms, by number only; replaces the last such list.
    Watch {
        /// The rooms in the sidebar.
        rooms: Vec<RoomId>,
    },
    /// I type here, or have stopped.
    Typing {
        /// The room or task.
        stream: Stream,
        /// Still typing?
        on: bool,
    },
    /// I have read this place up to here.
    Seen {
        /// The room or task.
        stream: Stream,
        /// Number of the last message read.
        n: i64,
    },
    /// My person does something here; said once a minute at most.
    Active,
    /// Are you there?
    Ping,
    /// Something that a newer client says; ignored.
    #[serde(other)]
    Unknown,
}

/// From the server to the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerFrame {
    /// The first frame: who serves.
    Ready {
        /// Changes after a restore: what a client knows is then of another history.
        epoch: String,
    },
    /// A durable change.
    Event(StoredEvent),
    /// A durable change too large to be told here: load the stream's content again.
    Changed {
        /// The stream.
        stream: Stream,
        /// Its number there.
        seq: i64,
    },
    /// Your cursor can't be served: load the stream's content again.
    Reset {
        /// The stream.
        stream: Stream,
    },
    /// You may read this stream no longer, or never could.
    Revoked {
        /// The stream.
        stream: Stream,
    },
    /// Something that is not kept.
    Ephemeral(Ephemeral),
    /// The newest number of each stream that is open, every 25 s.
    Heads {
        /// By stream.
        heads: BTreeMap<String, i64>,
    },
    /// I am.
    Pong,
    /// A frame could not be taken.
    Error(ErrorBody),
    /// Something that a newer server says; ignored.
    #[serde(other)]
    Unknown,
}

/// What is true now and not kept: the last value wins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Ephemeral {
    /// Everybody who has the place open; said to who comes, and to all when they were too many to
    /// tell one by one.
    Here {
        /// The room or task.
        stream: Stream,
        /// Who, at most 100.
        people: Vec<Person>,
        /// How many.
        count: usize,
        /// Those of them who have done nothing for a while.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        away: Vec<UserId>,
    },
    /// Somebody came.
    Came {
        /// The room or task.
        stream: Stream,
        /// Who.
        person: Person,
    },
    /// Somebody went.
    Went {
        /// The room or task.
        stream: Stream,
        /// Who.
        person: Person,
    },
    /// Somebody has done nothing for a while, or does something again.
    Away {
        /// The room or task.
        stream: Stream,
        /// Who.
        user: UserId,
        /// Still nothing?
        away: bool,
    },
    /// Somebody types, or has stopped.
    Typing {
        /// The room or task.
        stream: Stream,
        /// Who.
        person: Person,
        /// Still typing?
        on: bool,
    },
    /// A watched room has a new newest message.
    Activity {
        /// The room.
        room: RoomId,
        /// Number of its newest message.
        n: i64,
        /// Who wrote it: their own message is not unread to them.
        author: UserId,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Event, MessageId};

    #[test]
    fn frames_look_like_this_on_the_wire() {
        let event = StoredEvent {
            stream: Stream::Room(RoomId(12)),
            seq: 5,
            at: 7,
            event: Event::MessageDeleted { id: MessageId(3), n: 2 },
        };
        let text =
            r#"{"type":"event","stream":"room:12","seq":5,"at":7,"event":{"kind":"message_deleted","id":3,"n":2}}"#;
        assert_eq!(serde_json::to_string(&ServerFrame::Event(event.clone())).unwrap(), text);
        assert_eq!(serde_json::from_str::<ServerFrame>(text).unwrap(), ServerFrame::Event(event));
        assert_eq!(
            serde_json::from_str::<ClientFrame>(r#"{"type":"subscribe","stream":"room:12","epoch":"e","seq":4}"#)
                .unwrap(),
            ClientFrame::Subscribe(Cursor { stream: Stream::Room(RoomId(12)), epoch: "e".into(), seq: 4 })
        );
        assert_eq!(serde_json::from_str::<ClientFrame>(r#"{"type":"from_the_future"}"#).unwrap(), ClientFrame::Unknown);
    }
}
