//! One frame for many sockets: encoded once for each of the two protocols, when first asked for.

use std::sync::OnceLock;

use bytes::Bytes;
use chrono::{DateTime, SecondsFormat};
use protocol::{Ephemeral, Event, Message, ServerFrame, StoredEvent, Stream};
use serde_json::{Value, json};

/// Something said on a stream, with its bytes.
pub struct Frame {
    stream: Stream,
    said: ServerFrame,
    typed: OnceLock<Bytes>,
    classic: OnceLock<Option<Bytes>>,
}

impl Frame {
    /// A durable change.
    pub(crate) fn event(stored: StoredEvent) -> Self {
        Self::new(stored.stream, ServerFrame::Event(stored))
    }

    /// The mark that something stood at this number, which was edited or deleted since.
    pub(super) fn redacted(stream: Stream, seq: i64) -> Self {
        Self::event(StoredEvent { stream, seq, at: 0, event: Event::Redacted })
    }

    /// Something that is not kept.
    pub(crate) fn ephemeral(stream: Stream, ephemeral: Ephemeral) -> Self {
        Self::new(stream, ServerFrame::Ephemeral(ephemeral))
    }

    fn new(stream: Stream, said: ServerFrame) -> Self {
        Self { stream, said, typed: OnceLock::new(), classic: OnceLock::new() }
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

    /// As the page's socket says it.
    pub fn typed(&self) -> Bytes {
        self.typed.get_or_init(|| encode(&self.said)).clone()
    }

    /// As the two sockets of the original's contract say it, if they say it at all.
    pub fn classic(&self) -> Option<Bytes> {
        self.classic.get_or_init(|| classic(self.stream, &self.said).map(|value| encode(&value))).clone()
    }
}

fn encode(value: &impl serde::Serialize) -> Bytes {
    // Frames are made of strings, numbers and lists of them, which always have a JSON form.
    serde_json::to_vec(value).expect("a frame has a JSON form").into()
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
        (Stream::Room(_), ServerFrame::Ephemeral(Ephemeral::Came { person, .. })) => about("user_join", person),
        (Stream::Room(_), ServerFrame::Ephemeral(Ephemeral::Went { person, .. })) => about("user_leave", person),
        (Stream::Room(_), ServerFrame::Ephemeral(Ephemeral::Typing { person, on, .. })) => {
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
