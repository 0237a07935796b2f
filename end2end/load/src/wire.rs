//! How one talks to each server: what opens a socket, what a message looks like on its way out and in.

use anyhow::{Context, Result, bail, ensure};
use protocol::{Cursor, Event, Message, MessageId, Person, RoomId, ServerFrame, StoredEvent, Stream, UserId, VERSION};
use serde_json::{Value, json};

use crate::book::Post;

/// What a server speaks.
#[derive(Clone, Debug)]
pub enum Wire {
    /// Boardwalk's own protocol; messages are posted over HTTP.
    Typed {
        /// The room.
        room: i64,
        /// The newest event before the first message.
        base: i64,
    },
    /// The contract of the original; messages are posted over the receivers' own sockets.
    Classic {
        /// The room.
        room: i64,
    },
    /// The floor's: whatever comes in goes out to everybody.
    Floor,
}

/// What a frame is.
pub enum Heard<'a> {
    /// The next message, which others have got already or which is to be read with [`Wire::read`].
    Message(&'a [u8]),
    /// The server says who it is; the cursors are due.
    Ready(String),
    /// The answer to a ping of ours.
    Pong,
    /// Nothing that counts.
    Nothing,
}

impl Wire {
    /// The address of the socket.
    pub fn path(&self) -> String {
        match self {
            Self::Typed { .. } => format!("/ws?v={VERSION}"),
            Self::Classic { room } => format!("/ws/chat-room/{room}/"),
            Self::Floor => "/ws".into(),
        }
    }

    /// What a client says as soon as the socket is open.
    pub fn greeting(&self) -> Option<&'static str> {
        match self {
            // The answer proves that the subscription, which comes first, is done.
            Self::Classic { .. } => Some(r#"{"type":"ping"}"#),
            Self::Typed { .. } | Self::Floor => None,
        }
    }

    /// Asks for everything after so many messages.
    pub fn hello(&self, epoch: &str, got: usize) -> Result<String> {
        let Self::Typed { room, base } = self else { bail!("only the typed protocol has cursors") };
        let stream = Stream::Room(RoomId(*room));
        let cursor = Cursor { stream, epoch: epoch.to_owned(), seq: base + got as i64 };
        Ok(serde_json::to_string(&protocol::ClientFrame::Hello { cursors: vec![cursor] })?)
    }

    /// The frame that posts a message.
    pub fn say(&self, number: usize, post: &Post) -> Result<String> {
        match self {
            Self::Typed { .. } => bail!("the typed protocol posts over HTTP"),
            Self::Classic { .. } => Ok(json!({ "type": "chat_message", "message": post.text }).to_string()),
            Self::Floor => Ok(serde_json::to_string(&ServerFrame::Event(imitation(number, post)))?),
        }
    }

    /// What a frame is, for a receiver that has got so many messages. Cheap for messages.
    ///
    /// # Errors
    /// The server refuses something, or the message is not the next.
    pub fn hear<'a>(&self, text: &'a [u8], got: usize) -> Result<Heard<'a>> {
        match self {
            Self::Typed { base, .. } => match number_after(text, br#"{"type":"event","stream":"room:"#) {
                Some(seq) => {
                    let next = base + got as i64 + 1;
                    ensure!(seq == next, "event {seq} where {next} was due");
                    Ok(Heard::Message(text))
                }
                None => typed(text),
            },
            Self::Classic { .. } => Ok(Heard::Message(text)),
            Self::Floor => Ok(Heard::Message(text)),
        }
    }

    /// Id and text of a message; `None` of what is no message after all.
    ///
    /// # Errors
    /// It is neither.
    pub fn read(&self, text: &[u8]) -> Result<Option<(i64, String)>> {
        if let Self::Classic { .. } = self {
            return classic(text);
        }
        match serde_json::from_slice(text)? {
            ServerFrame::Event(StoredEvent { event: Event::MessagePosted { message }, .. }) => {
                Ok(Some((message.id.0, message.source)))
            }
            other => bail!("no message: {other:?}"),
        }
    }

    /// Is this the answer to our ping, in the original's words?
    pub fn is_pong(&self, text: &[u8]) -> bool {
        matches!(self, Self::Classic { .. })
            && serde_json::from_slice::<Value>(text).is_ok_and(|value| value["type"] == "pong")
    }
}

/// The `seq` of an event that begins with this, then the rest of its stream's name.
fn number_after(text: &[u8], prefix: &[u8]) -> Option<i64> {
    let rest = text.strip_prefix(prefix)?;
    let stream = rest.iter().position(|byte| *byte == b'"')?;
    let digits = rest[stream..].strip_prefix(br#"","seq":"#)?;
    let end = digits.iter().position(|byte| !byte.is_ascii_digit())?;
    std::str::from_utf8(&digits[..end]).ok()?.parse().ok()
}

fn typed(text: &[u8]) -> Result<Heard<'static>> {
    match serde_json::from_slice(text).with_context(|| String::from_utf8_lossy(text).into_owned())? {
        ServerFrame::Ready { epoch } => Ok(Heard::Ready(epoch)),
        ServerFrame::Pong => Ok(Heard::Pong),
        refusal @ (ServerFrame::Event(_)
        | ServerFrame::Reset { .. }
        | ServerFrame::Revoked { .. }
        | ServerFrame::Error(_)) => bail!("the server says {refusal:?}"),
        _ => Ok(Heard::Nothing),
    }
}

fn classic(text: &[u8]) -> Result<Option<(i64, String)>> {
    let value: Value = serde_json::from_slice(text)?;
    match value["type"].as_str() {
        Some("chat_message") => {
            let id = value["message_id"].as_i64().context("a message without an id")?;
            for field in ["user_id", "username", "timestamp", "mentioned_users"] {
                ensure!(!value[field].is_null(), "a message without {field}: {value}");
            }
            let text = value["message"].as_str().context("a message without a text")?;
            Ok(Some((id, text.to_owned())))
        }
        Some("user_join" | "user_leave" | "user_typing" | "user_stop_typing" | "pong") => Ok(None),
        _ => bail!("the server says {value}"),
    }
}

/// An event as Boardwalk sends it, so that the floor carries as many bytes.
fn imitation(number: usize, post: &Post) -> StoredEvent {
    let stream = Stream::Room(RoomId(1));
    let author = Person { id: UserId(1), username: "bench1".into(), display_name: "bench1".into() };
    let message = Message {
        id: MessageId(number as i64 + 1),
        n: number as i64 + 1,
        author: Some(author),
        client_id: post.key,
        parent: None,
        source: post.text.clone(),
        html: format!("<p>{}</p>", post.text),
        mentions: Vec::new(),
        at: 1_793_440_800_007,
        deleted: false,
        ..Message::default()
    };
    let event = Event::MessagePosted { message: Box::new(message) };
    StoredEvent { stream, seq: number as i64 + 1, at: 1_793_440_800_007, event }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_an_event_is_found_without_reading_it_all() {
        let prefix = br#"{"type":"event","stream":"room:"#;
        assert_eq!(number_after(br#"{"type":"event","stream":"room:12","seq":345,"at":7}"#, prefix), Some(345));
        for other in [
            &br#"{"type":"event","stream":"user:12","seq":345,"at":7}"#[..],
            br#"{"type":"event","stream":"room:12","at":7,"seq":345}"#,
            br#"{"type":"event","stream":"room:12","seq":345"#,
            br#"{"type":"ready","epoch":"e"}"#,
        ] {
            assert_eq!(number_after(other, prefix), None);
        }
    }

    #[test]
    fn an_event_that_is_not_the_next_is_refused() {
        let wire = Wire::Typed { room: 12, base: 40 };
        let event = |seq: i64| format!(r#"{{"type":"event","stream":"room:12","seq":{seq},"at":7}}"#).into_bytes();
        assert!(matches!(wire.hear(&event(44), 3), Ok(Heard::Message(_))));
        assert!(wire.hear(&event(43), 3).is_err(), "doubled");
        assert!(wire.hear(&event(45), 3).is_err(), "one is missing");
        assert!(wire.hear(br#"{"type":"reset","stream":"room:12"}"#, 3).is_err());
        assert!(matches!(wire.hear(br#"{"type":"heads","heads":{}}"#, 3), Ok(Heard::Nothing)));
        assert!(matches!(wire.hear(br#"{"type":"ready","epoch":"e"}"#, 0), Ok(Heard::Ready(epoch)) if epoch == "e"));
    }

    #[test]
    fn a_message_of_the_original_s_contract_is_read_whole() {
        let wire = Wire::Classic { room: 1 };
        let message = r#"{"type": "chat_message", "message_id": 3, "user_id": 1, "username": "ana",
            "message": "hi", "timestamp": "2026-10-31T10:00:00+00:00", "mentioned_users": []}"#;
        assert_eq!(wire.read(message.as_bytes()).unwrap(), Some((3, "hi".into())));
        assert_eq!(wire.read(br#"{"type":"user_join","user_id":1,"username":"ana"}"#).unwrap(), None);
        assert!(wire.read(br#"{"type":"error","code":"x","message":"y"}"#).is_err());
        assert!(wire.read(br#"{"type":"chat_message","message_id":3,"message":"hi"}"#).is_err());
        assert!(wire.is_pong(br#"{"type": "pong"}"#));
    }
}
