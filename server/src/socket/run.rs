//! The loop of one socket.

use std::time::{Duration, Instant};

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use bytes::Bytes;
use engine::{Actor, Connection, Frame, live};
use futures::{SinkExt, StreamExt};
use protocol::{
    Cursor, Error, ServerFrame, close,
    limits::{DEAD_S, HEARTBEAT_S},
};
use tokio::time::{MissedTickBehavior, interval_at, timeout};
use tokio_tungstenite::tungstenite::{self, error::ProtocolError};

use super::{classic, typed};
use crate::state::AppState;

/// How long a write to a socket may take.
const WRITE_WITHIN: Duration = Duration::from_secs(30);
/// How long the other side may take to answer a close.
const CLOSE_WITHIN: Duration = Duration::from_secs(1);
/// Close codes of RFC 6455: a frame that the protocol forbids, bytes where text belongs, a text that is
/// not UTF-8, a message that is too large.
const PROTOCOL: u16 = 1002;
const UNSUPPORTED: u16 = 1003;
const NOT_UTF8: u16 = 1007;
const TOO_LARGE: u16 = 1009;

/// What a socket speaks.
pub(super) enum Dialect {
    /// The page's typed protocol.
    Typed,
    /// The original's, for one room or task, from this cursor on.
    Classic(Cursor),
}

/// Why a loop ends.
pub(super) enum End {
    /// The other side is gone, or can't be written to.
    Gone,
    /// We close with this code.
    Close(u16),
}

/// One open socket.
pub(super) struct Session {
    pub(super) state: AppState,
    pub(super) actor: Actor,
    pub(super) connection: Connection,
    pub(super) dialect: Dialect,
}

/// Serves a socket until either side ends it.
pub(super) async fn run(mut socket: WebSocket, state: AppState, actor: Actor, dialect: Dialect) {
    let connection = state.engine.hub().connect(&actor);
    metrics::gauge!("boardwalk_sockets").increment(1);
    let session = Session { state, actor, connection, dialect };
    let end = match session.begin().await {
        Ok(()) => session.serve(&mut socket).await,
        Err(end) => end,
    };
    if let End::Close(code) = end {
        refuse(socket, code).await;
    }
    // Only now: a stopping server waits for the sockets that the hub still knows.
    drop(session);
    metrics::gauge!("boardwalk_sockets").decrement(1);
}

/// Closes a socket with a code.
pub(super) async fn refuse(mut socket: WebSocket, code: u16) {
    let frame = CloseFrame { code, reason: Utf8Bytes::from_static("") };
    let closed = async {
        socket.send(Message::Close(Some(frame))).await?;
        // The close is whole when the other side has answered it.
        while let Some(answer) = socket.recv().await {
            answer?;
        }
        Ok::<_, axum::Error>(())
    };
    match timeout(CLOSE_WITHIN, closed).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(%error, code, "a socket broke while it was closed"),
        Err(_) => tracing::debug!(code, "a socket did not answer its close"),
    }
}

impl Session {
    async fn begin(&self) -> Result<(), End> {
        match &self.dialect {
            Dialect::Typed => {
                let epoch = self.state.engine.epoch();
                self.connection.note(ServerFrame::Ready { epoch });
                Ok(())
            }
            Dialect::Classic(cursor) => self.subscribe(cursor.clone()).await,
        }
    }

    /// Subscribes, or ends the socket where the database can't say whether it may.
    pub(super) async fn subscribe(&self, cursor: Cursor) -> Result<(), End> {
        live::subscribe(&self.state.engine, &self.actor, &self.connection, cursor)
            .await
            .map_err(|error| End::Close(if error == Error::SignedOut { close::SIGNED_OUT } else { close::RESUME }))
    }

    async fn serve(&self, socket: &mut WebSocket) -> End {
        let beat = Duration::from_secs(HEARTBEAT_S);
        let mut beats = interval_at(tokio::time::Instant::now() + beat, beat);
        beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut heard = Instant::now();
        loop {
            let done = tokio::select! {
                () = self.connection.woken() => self.deliver(socket).await,
                _ = beats.tick() => {
                    if heard.elapsed() > Duration::from_secs(DEAD_S) { return End::Gone }
                    self.beat(socket).await
                }
                incoming = socket.next() => {
                    heard = Instant::now();
                    match incoming {
                        Some(Ok(Message::Text(text))) => self.hear(text.as_str()).await,
                        Some(Ok(Message::Binary(_))) => Err(End::Close(UNSUPPORTED)),
                        Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(()),
                        Some(Ok(Message::Close(_))) => return answered(socket).await,
                        Some(Err(error)) => return broken(error),
                        None => return End::Gone,
                    }
                }
            };
            if let Err(end) = done {
                return end;
            }
        }
    }

    async fn hear(&self, text: &str) -> Result<(), End> {
        match &self.dialect {
            Dialect::Typed => typed::hear(self, text).await,
            Dialect::Classic(cursor) => {
                classic::hear(self, cursor.stream, text).await;
                Ok(())
            }
        }
    }

    /// Sends everything that is new, in one go.
    async fn deliver(&self, socket: &mut WebSocket) -> Result<(), End> {
        let taken = self.connection.take();
        if let Some(code) = taken.close {
            return Err(End::Close(code));
        }
        let mut texts: Vec<Bytes> = Vec::with_capacity(taken.notes.len() + taken.frames.len());
        for note in &taken.notes {
            texts.extend(self.note(note)?);
        }
        texts.extend(taken.frames.iter().filter_map(|frame| self.encoded(frame)));
        self.send(socket, texts).await?;
        for (stream, seq) in taken.behind {
            let epoch = self.state.engine.epoch();
            self.subscribe(Cursor { stream, epoch, seq }).await?;
        }
        Ok(())
    }

    /// What is said to this socket alone.
    fn note(&self, note: &ServerFrame) -> Result<Option<Bytes>, End> {
        match &self.dialect {
            Dialect::Typed => match serde_json::to_vec(note) {
                Ok(text) => Ok(Some(text.into())),
                Err(error) => {
                    tracing::error!(%error, "a frame has no JSON form");
                    Err(End::Close(close::RESUME))
                }
            },
            Dialect::Classic(_) => classic::note(note),
        }
    }

    fn encoded(&self, frame: &Frame) -> Option<Bytes> {
        match &self.dialect {
            Dialect::Typed => Some(frame.typed()),
            Dialect::Classic(_) => frame.classic(),
        }
    }

    async fn beat(&self, socket: &mut WebSocket) -> Result<(), End> {
        if matches!(self.dialect, Dialect::Typed) {
            self.connection.note(ServerFrame::Heads { heads: self.connection.heads() });
        }
        within(socket.send(Message::Ping(Bytes::new()))).await
    }

    async fn send(&self, socket: &mut WebSocket, texts: Vec<Bytes>) -> Result<(), End> {
        if texts.is_empty() {
            return Ok(());
        }
        within(async {
            for text in texts {
                let text = Utf8Bytes::try_from(text).map_err(axum::Error::new)?;
                socket.feed(Message::Text(text)).await?;
            }
            socket.flush().await
        })
        .await
    }
}

/// Sends the answer to a close, which is ready.
async fn answered(socket: &mut WebSocket) -> End {
    match timeout(CLOSE_WITHIN, socket.flush()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(%error, "a socket broke while its close was answered"),
        Err(_) => tracing::debug!("the answer to a close could not be sent"),
    }
    End::Gone
}

/// The end that a frame deserves which the protocol forbids; other errors are a connection that is gone.
fn broken(error: axum::Error) -> End {
    match error.into_inner().downcast_ref::<tungstenite::Error>() {
        Some(tungstenite::Error::Protocol(ProtocolError::ResetWithoutClosingHandshake)) => End::Gone,
        Some(tungstenite::Error::Protocol(_)) => End::Close(PROTOCOL),
        Some(tungstenite::Error::Utf8(_)) => End::Close(NOT_UTF8),
        Some(tungstenite::Error::Capacity(_)) => End::Close(TOO_LARGE),
        _ => End::Gone,
    }
}

async fn within(write: impl Future<Output = Result<(), axum::Error>>) -> Result<(), End> {
    match timeout(WRITE_WITHIN, write).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(End::Gone),
    }
}
