//! The sockets: the page's own at `/ws`, and the two of the original's contract.
//!
//! Each is refused before the upgrade where it may not be opened, and is then one loop: what the hub
//! has for it goes out, what comes in calls the same use cases as every other transport.

mod classic;
mod run;
mod typed;

use axum::{
    extract::{FromRequestParts, Path, Query, State, WebSocketUpgrade, rejection::PathRejection},
    response::{IntoResponse, Response},
};
use engine::{Actor, live};
use protocol::{Error, RoomId, Stream, TaskId, VERSION, close};
use serde::Deserialize;

use crate::{failure::Failure, origin::OurOrigin, session::Signed, state::AppState};
use run::Dialect;

/// Bytes of one message from a client: 10,000 characters may be 120 KB of JSON.
const MESSAGE_BYTES: usize = 128 * 1024;
/// Bytes of a socket's buffers; the libraries' own are 128 KiB each.
const READ_BUFFER: usize = 4 * 1024;
const WRITE_BUFFER: usize = 4 * 1024;
/// Bytes that may wait to be written to one socket before the loop stops taking more.
const UNWRITTEN: usize = 256 * 1024;

/// The version of the protocol that a page speaks.
#[derive(Deserialize)]
pub struct Speaks {
    #[serde(default)]
    v: u32,
}

/// A request to become a socket; anything else is not found.
pub struct Upgrade(WebSocketUpgrade);

impl FromRequestParts<AppState> for Upgrade {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut axum::http::request::Parts, state: &AppState) -> Result<Self, Failure> {
        let upgrade = WebSocketUpgrade::from_request_parts(parts, state).await.map_err(|_| Error::NotFound)?;
        Ok(Self(
            upgrade
                .read_buffer_size(READ_BUFFER)
                .write_buffer_size(WRITE_BUFFER)
                .max_write_buffer_size(UNWRITTEN)
                .max_message_size(MESSAGE_BYTES)
                .max_frame_size(MESSAGE_BYTES),
        ))
    }
}

/// `GET /ws?v=N`: the page's socket.
pub async fn live(
    State(state): State<AppState>,
    Signed(actor): Signed,
    _: OurOrigin,
    Query(Speaks { v }): Query<Speaks>,
    upgrade: Upgrade,
) -> Response {
    let refused = match v {
        v if v + 1 < VERSION => Some(close::RELOAD),
        v if v > VERSION => Some(close::RESUME),
        _ => None,
    };
    upgrade.0.on_upgrade(move |socket| async move {
        match refused {
            Some(code) => run::refuse(socket, code).await,
            None => run::run(socket, state, actor, Dialect::Typed).await,
        }
    })
}

/// `GET /ws/chat-room/<id>/`: the original's socket of a room.
pub async fn chat_room(
    State(state): State<AppState>,
    Signed(actor): Signed,
    _: OurOrigin,
    path: Result<Path<i64>, PathRejection>,
    upgrade: Upgrade,
) -> Result<Response, Failure> {
    let Path(id) = path.map_err(|_| Error::NotFound)?;
    classic(state, actor, Stream::Room(RoomId(id)), upgrade).await
}

/// `GET /ws/task-comments/<id>/`: the original's socket of a task.
pub async fn task_comments(
    State(state): State<AppState>,
    Signed(actor): Signed,
    _: OurOrigin,
    path: Result<Path<i64>, PathRejection>,
    upgrade: Upgrade,
) -> Result<Response, Failure> {
    let Path(id) = path.map_err(|_| Error::NotFound)?;
    classic(state, actor, Stream::Task(TaskId(id)), upgrade).await
}

async fn classic(state: AppState, actor: Actor, stream: Stream, upgrade: Upgrade) -> Result<Response, Failure> {
    let cursor = live::head(&state.engine, &actor, stream).await?;
    let dialect = Dialect::Classic(cursor);
    Ok(upgrade.0.on_upgrade(move |socket| run::run(socket, state, actor, dialect)).into_response())
}
