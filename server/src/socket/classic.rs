//! The frames of the original's two sockets.

use bytes::Bytes;
use engine::{
    live,
    messages::{self, NewMessage},
};
use protocol::{ErrorBody, ServerFrame, Stream, Writing, close};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::session::{Close, Session};

/// From the original's client.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Said {
    ChatMessage {
        message: String,
        client_id: Option<Uuid>,
    },
    Comment {
        comment: String,
        client_id: Option<Uuid>,
    },
    Typing,
    StopTyping,
    Ping,
    #[serde(other)]
    Unknown,
}

pub(super) async fn hear(session: &Session, stream: Stream, text: &str) {
    let Session { state, actor, connection, .. } = session;
    let Ok(said) = serde_json::from_str(text) else {
        let error = protocol::Error::invalid("type", "This is no frame of the protocol.");
        return connection.note(ServerFrame::Error(error.body()));
    };
    let done = match (said, stream) {
        (Said::ChatMessage { message, client_id }, Stream::Room(_))
        | (Said::Comment { comment: message, client_id }, Stream::Task(_)) => {
            let key = client_id.unwrap_or_else(Uuid::now_v7);
            let new = NewMessage {
                place: stream,
                key,
                content: message,
                parent: None,
                quote: None,
                files: Vec::new(),
                confirmed: false,
            };
            // The message itself comes back as an event, like everybody's.
            messages::post(&state.engine, actor, new).await.map(drop)
        }
        (Said::Typing, Stream::Room(_)) => {
            live::typing(&state.engine, actor, connection, stream, Writing::Message, true).await
        }
        (Said::StopTyping, Stream::Room(_)) => {
            live::typing(&state.engine, actor, connection, stream, Writing::Message, false).await
        }
        (Said::Ping, _) => {
            connection.note(ServerFrame::Pong);
            Ok(())
        }
        _ => Err(protocol::Error::invalid("type", "This socket does not take that.")),
    };
    if let Err(error) = done {
        connection.note(ServerFrame::Error(error.body()));
    }
}

/// What is said to one socket alone, in the original's words; being removed ends the socket.
pub(super) fn note(note: &ServerFrame) -> Result<Option<Bytes>, Close> {
    let value = match note {
        ServerFrame::Pong => json!({ "type": "pong" }),
        ServerFrame::Error(ErrorBody { code, message, .. }) => {
            json!({ "type": "error", "code": code, "message": message })
        }
        ServerFrame::Revoked { .. } => return Err(Close(close::REMOVED)),
        ServerFrame::Reset { .. } => return Err(Close(close::RESUME)),
        _ => return Ok(None),
    };
    Ok(Some(value.to_string().into()))
}
