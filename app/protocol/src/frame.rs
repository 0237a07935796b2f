//! What goes over the page's one WebSocket, as JSON.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, de::IgnoredAny};

use crate::{BoardId, ErrorBody, Event, Person, RoomId, StoredEvent, Stream, UserId, json};

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

/// How far a room is, for one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// The room.
    pub room: RoomId,
    /// Number of its newest message.
    pub n: i64,
    /// Number of the last one this person has read.
    pub read: i64,
}

/// What somebody types in a place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Writing {
    /// A message or a comment.
    #[default]
    Message,
    /// The title and description of a task.
    Text,
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
    /// Tell me how far these rooms are, and then of new messages in them, by number only; replaces
    /// the last such list.
    Watch {
        /// The rooms in the sidebar.
        rooms: Vec<RoomId>,
    },
    /// My page shows this board now, or none: other readers of many pages follow a board's stream, too.
    At {
        /// The board.
        board: Option<BoardId>,
    },
    /// I type here, or have stopped.
    Typing {
        /// The room or task.
        stream: Stream,
        /// What is being written.
        #[serde(default)]
        writing: Writing,
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
#[serde(tag = "type", rename_all = "snake_case", try_from = "Fields")]
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
        /// It is deleted, for everybody.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        gone: bool,
    },
    /// Something that is not kept.
    Ephemeral {
        /// What.
        what: Ephemeral,
    },
    /// How far the rooms are that the page asked to be told of: what came between its content and
    /// its asking, or while it was away.
    Counts {
        /// Those with a message.
        rooms: Vec<Count>,
    },
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
    #[serde(skip_serializing)]
    Unknown,
}

impl ServerFrame {
    /// What the page makes of a frame: one that it can't read is of a newer server. An event of a new
    /// kind has changed the stream all the same.
    pub fn read(text: &str) -> Option<Self> {
        #[derive(Deserialize)]
        struct Newer {
            stream: Stream,
            seq: i64,
            #[serde(rename = "event")]
            _event: IgnoredAny,
        }
        let changed = |Newer { stream, seq, .. }| Self::Changed { stream, seq };
        json::read(text).or_else(|| json::read(text).map(changed))
    }
}

/// Everything that a [`ServerFrame`] may have in it, read straight from the text: see [`Event`] for
/// what a tag inside costs.
#[derive(Deserialize)]
struct Fields {
    r#type: String,
    epoch: Option<String>,
    stream: Option<Stream>,
    seq: Option<i64>,
    at: Option<i64>,
    event: Option<Event>,
    what: Option<Ephemeral>,
    heads: Option<BTreeMap<String, i64>>,
    gone: Option<bool>,
    rooms: Option<Vec<Count>>,
    code: Option<String>,
    message: Option<String>,
    field: Option<String>,
}

impl TryFrom<Fields> for ServerFrame {
    type Error = &'static str;

    fn try_from(fields: Fields) -> Result<Self, &'static str> {
        let Fields { r#type, epoch, stream, seq, at, event, what, heads, gone, rooms, code, message, field } = fields;
        let stream = || stream.ok_or("stream is missing");
        let seq = || seq.ok_or("seq is missing");
        Ok(match r#type.as_str() {
            "ready" => Self::Ready { epoch: epoch.ok_or("epoch is missing")? },
            "event" => Self::Event(StoredEvent {
                stream: stream()?,
                seq: seq()?,
                at: at.ok_or("at is missing")?,
                event: event.ok_or("event is missing")?,
            }),
            "changed" => Self::Changed { stream: stream()?, seq: seq()? },
            "reset" => Self::Reset { stream: stream()? },
            "revoked" => Self::Revoked { stream: stream()?, gone: gone.unwrap_or_default() },
            "ephemeral" => Self::Ephemeral { what: what.ok_or("what is missing")? },
            "heads" => Self::Heads { heads: heads.ok_or("heads are missing")? },
            "counts" => Self::Counts { rooms: rooms.ok_or("rooms are missing")? },
            "pong" => Self::Pong,
            "error" => Self::Error(ErrorBody {
                code: code.ok_or("code is missing")?,
                message: message.ok_or("message is missing")?,
                field,
            }),
            _ => Self::Unknown,
        })
    }
}

/// What is true now and not kept: the last value wins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ephemeral {
    /// Everybody who has the place open; said to who comes, and to all when they were too many to
    /// tell one by one.
    Here {
        /// The room, task or board.
        stream: Stream,
        /// Who, at most 100.
        people: Vec<Person>,
        /// How many.
        count: usize,
        /// Those of them who have done nothing for a while.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        away: Vec<UserId>,
    },
    /// How many have the place open, where they are too many to tell who comes and goes.
    Count {
        /// The room, task or board.
        stream: Stream,
        /// How many.
        count: usize,
    },
    /// Somebody came.
    Came {
        /// The room, task or board.
        stream: Stream,
        /// Who.
        person: Person,
    },
    /// Somebody went.
    Went {
        /// The room, task or board.
        stream: Stream,
        /// Who.
        person: Person,
    },
    /// Somebody has done nothing for a while, or does something again.
    Away {
        /// The room, task or board.
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
        /// What is being written.
        #[serde(default)]
        writing: Writing,
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

impl Ephemeral {
    /// What it is about.
    pub fn stream(&self) -> Stream {
        match self {
            Self::Here { stream, .. }
            | Self::Count { stream, .. }
            | Self::Came { stream, .. }
            | Self::Went { stream, .. }
            | Self::Away { stream, .. }
            | Self::Typing { stream, .. } => *stream,
            Self::Activity { room, .. } => Stream::Room(*room),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MessageId;

    #[test]
    fn frames_look_like_this_on_the_wire() {
        let event = StoredEvent {
            stream: Stream::Room(RoomId(12)),
            seq: 5,
            at: 7,
            event: Event::MessageDeleted { id: MessageId(3), n: 2 },
        };
        let text = r#"{"type":"event","stream":"room:12","seq":5,"at":7,"event":{"message_deleted":{"id":3,"n":2}}}"#;
        assert_eq!(serde_json::to_string(&ServerFrame::Event(event.clone())).unwrap(), text);
        assert_eq!(serde_json::from_str::<ServerFrame>(text).unwrap(), ServerFrame::Event(event));
        assert_eq!(
            serde_json::from_str::<ClientFrame>(r#"{"type":"subscribe","stream":"room:12","epoch":"e","seq":4}"#)
                .unwrap(),
            ClientFrame::Subscribe(Cursor { stream: Stream::Room(RoomId(12)), epoch: "e".into(), seq: 4 })
        );
        let at = |board| ClientFrame::At { board };
        assert_eq!(serde_json::from_str::<ClientFrame>(r#"{"type":"at","board":7}"#).unwrap(), at(Some(BoardId(7))));
        assert_eq!(serde_json::from_str::<ClientFrame>(r#"{"type":"at","board":null}"#).unwrap(), at(None));
        assert_eq!(serde_json::from_str::<ClientFrame>(r#"{"type":"from_the_future"}"#).unwrap(), ClientFrame::Unknown);
    }

    #[test]
    fn a_frame_reads_back_what_it_writes() {
        let stream = Stream::Room(RoomId(12));
        let person = Person { id: UserId(1), username: "ana".into(), display_name: "Ana".into() };
        let body = |field| ErrorBody { code: "invalid".into(), message: "No.".into(), field };
        let frames = [
            ServerFrame::Ready { epoch: "e".into() },
            ServerFrame::Event(StoredEvent { stream, seq: 5, at: 7, event: Event::Redacted }),
            ServerFrame::Changed { stream, seq: 5 },
            ServerFrame::Reset { stream },
            ServerFrame::Revoked { stream, gone: false },
            ServerFrame::Revoked { stream, gone: true },
            ServerFrame::Ephemeral { what: Ephemeral::Typing { stream, person, writing: Writing::Text, on: true } },
            ServerFrame::Ephemeral { what: Ephemeral::Count { stream, count: 300 } },
            ServerFrame::Ephemeral { what: Ephemeral::Away { stream, user: UserId(1), away: true } },
            ServerFrame::Heads { heads: [("room:12".into(), 5)].into() },
            ServerFrame::Pong,
            ServerFrame::Error(body(None)),
            ServerFrame::Error(body(Some("type".into()))),
        ];
        for frame in frames {
            let text = serde_json::to_string(&frame).unwrap();
            assert_eq!(serde_json::from_str::<ServerFrame>(&text).unwrap(), frame, "{text}");
        }
    }

    #[test]
    fn what_a_newer_server_says_is_ignored_and_what_lacks_something_refused() {
        let read = serde_json::from_str::<ServerFrame>;
        assert_eq!(read(r#"{"type":"from_the_future","stream":"room:1","more":[]}"#).unwrap(), ServerFrame::Unknown);
        let newer = r#"{"type":"event","stream":"room:1","seq":1,"at":2,"event":{"sung":{"song":7}}}"#;
        assert!(read(newer).is_err());
        let changed = ServerFrame::Changed { stream: Stream::Room(RoomId(1)), seq: 1 };
        assert_eq!(ServerFrame::read(newer), Some(changed));
        for text in [r#"{"type":"ready"}"#, r#"{"type":"event","stream":"room:1","seq":1}"#, r#"{"stream":"room:1"}"#] {
            assert!(read(text).is_err() && ServerFrame::read(text).is_none(), "{text}");
        }
    }
}
