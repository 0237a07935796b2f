//! One frame for many sockets: encoded once for each of the two protocols, WebSocket header and all.

use std::sync::OnceLock;

use bytes::Bytes;
use chrono::{DateTime, SecondsFormat};
use protocol::{Ephemeral, Event, Message, ServerFrame, StoredEvent, Stream};
use serde_json::{Value, json};

/// Bytes of an event's frame at most; a larger one is told as changed, and loaded by who shows it.
const BODY: usize = 32 * 1024;

/// What a socket speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// The page's typed protocol.
    Typed,
    /// The original's, for one room or task.
    Classic,
}

/// Something said on a stream, with its bytes.
pub struct Frame {
    stream: Stream,
    said: ServerFrame,
    typed: Bytes,
    classic: OnceLock<Option<Bytes>>,
}

impl Frame {
    /// A durable change.
    pub(crate) fn event(stored: StoredEvent) -> Self {
        let (stream, seq) = (stored.stream, stored.seq);
        let changed = ServerFrame::Changed { stream, seq };
        let newer = matches!(stored.event, Event::Newer);
        let said = ServerFrame::Event(stored);
        let mut typed = encode(if newer { &changed } else { &said });
        if typed.len() > BODY {
            typed = encode(&changed);
        }
        Self { stream, said, typed, classic: OnceLock::new() }
    }

    /// The mark that something stood at this number, which was edited or deleted since.
    pub(super) fn redacted(stream: Stream, seq: i64) -> Self {
        Self::event(StoredEvent { stream, seq, at: 0, event: Event::Redacted })
    }

    /// Something that is not kept.
    pub(crate) fn ephemeral(stream: Stream, ephemeral: Ephemeral) -> Self {
        Self::new(stream, ServerFrame::Ephemeral { what: ephemeral })
    }

    fn new(stream: Stream, said: ServerFrame) -> Self {
        let typed = encode(&said);
        Self { stream, said, typed, classic: OnceLock::new() }
    }

    /// Where it was said.
    pub fn stream(&self) -> Stream {
        self.stream
    }

    /// Its number, if it is a durable change.
    pub(crate) fn seq(&self) -> Option<i64> {
        match &self.said {
            ServerFrame::Event(stored) => Some(stored.seq),
            _ => None,
        }
    }

    /// Its bytes on a page's socket.
    pub(crate) fn size(&self) -> usize {
        self.typed.len()
    }

    /// The bytes of a WebSocket that says it, if this dialect says it at all.
    pub fn wire(&self, dialect: Dialect) -> Option<&Bytes> {
        match dialect {
            Dialect::Typed => Some(&self.typed),
            Dialect::Classic => {
                self.classic.get_or_init(|| classic(self.stream, &self.said).map(|value| encode(&value))).as_ref()
            }
        }
    }
}

#[cfg(test)]
impl Frame {
    /// The text that a page's socket gets.
    pub(crate) fn typed(&self) -> Bytes {
        text_of(&self.typed)
    }

    /// The text that a socket of the original's contract gets.
    pub(crate) fn classic(&self) -> Option<Bytes> {
        self.wire(Dialect::Classic).map(text_of)
    }
}

#[cfg(test)]
fn text_of(wire: &Bytes) -> Bytes {
    wire.slice(
        match wire[1] {
            126 => 4,
            127 => 10,
            _ => 2,
        }..,
    )
}

fn encode(value: &impl serde::Serialize) -> Bytes {
    // Frames are made of strings, numbers and lists of them, which always have a JSON form.
    text(&serde_json::to_vec(value).expect("a frame has a JSON form"))
}

/// A text as a whole WebSocket frame of a server (RFC 6455, section 5.2): final, not masked.
pub fn text(payload: &[u8]) -> Bytes {
    let mut wire = Vec::with_capacity(payload.len() + 10);
    wire.push(0x81);
    match payload.len() {
        short @ 0..=125 => wire.push(short as u8),
        middle @ 126..=0xffff => {
            wire.push(126);
            wire.extend_from_slice(&(middle as u16).to_be_bytes());
        }
        long => {
            wire.push(127);
            wire.extend_from_slice(&(long as u64).to_be_bytes());
        }
    }
    wire.extend_from_slice(payload);
    wire.into()
}

fn classic(stream: Stream, said: &ServerFrame) -> Option<Value> {
    let about = |kind: &str, person: &protocol::Person| {
        Some(json!({ "type": kind, "user_id": person.id, "username": person.username }))
    };
    match (stream, said) {
        (Stream::Room(_), ServerFrame::Event(StoredEvent { event: Event::MessagePosted { message }, .. })) => {
            Some(posted("chat_message", "message_id", "message", message))
        }
        (Stream::Task(_), ServerFrame::Event(StoredEvent { event: Event::MessagePosted { message }, .. })) => {
            Some(posted("new_comment", "comment_id", "comment", message))
        }
        (Stream::Room(_), ServerFrame::Event(StoredEvent { event: Event::MessageDeleted { id, .. }, .. })) => {
            Some(json!({ "type": "message_deleted", "message_id": id }))
        }
        (Stream::Room(_), ServerFrame::Ephemeral { what: Ephemeral::Came { person, .. } }) => {
            about("user_join", person)
        }
        (Stream::Room(_), ServerFrame::Ephemeral { what: Ephemeral::Went { person, .. } }) => {
            about("user_leave", person)
        }
        (Stream::Room(_), ServerFrame::Ephemeral { what: Ephemeral::Typing { person, on, .. } }) => {
            about(if *on { "user_typing" } else { "user_stop_typing" }, person)
        }
        _ => None,
    }
}

fn posted(kind: &str, id: &str, text: &str, message: &Message) -> Value {
    let author = message.author.as_ref();
    json!({
        "type": kind,
        id: message.id,
        "user_id": author.map(|author| author.id),
        "username": author.map(|author| author.username.as_str()),
        text: message.source,
        "timestamp": iso(message.at),
        "mentioned_users": message.mentions.iter().map(|person| person.username.as_str()).collect::<Vec<_>>(),
    })
}

/// A moment as ISO 8601 in UTC, with milliseconds.
fn iso(at: i64) -> String {
    DateTime::from_timestamp_millis(at).unwrap_or_default().to_rfc3339_opts(SecondsFormat::Millis, true)
}
