//! The sockets: the page's own at `/ws`, and the two of the original's contract.
//!
//! Each is refused before the upgrade where it may not be opened, and then moves to a thread of
//! sockets: what the hub has for it goes out there, what comes in calls the same use cases as every
//! other transport, on the runtime that answers requests.

mod classic;
mod connected;
mod handshake;
mod parse;
mod session;
mod thread;
mod threads;
mod typed;

use axum::{
    extract::{Path, Query, State, rejection::PathRejection},
    response::Response,
};
use engine::{Actor, live};
use protocol::{Error, RoomId, ServerFrame, Stream, TaskId, VERSION, close};
use serde::Deserialize;

use crate::{failure::Failure, origin::OurOrigin, session::Signed, state::AppState};
use handshake::Upgrade;
use session::{Close, Session};
pub use threads::Threads;

/// The version of the protocol that a page speaks.
#[derive(Deserialize)]
pub struct Speaks {
    #[serde(default)]
    v: u32,
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
    let session = Session::new(state, actor, None);
    match refused {
        Some(code) => session.connection.end(code),
        None => session.connection.note(ServerFrame::Ready { epoch: session.state.engine.epoch() }),
    }
    upgrade.accept(session)
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
    let session = Session::new(state, actor, Some(stream));
    // Before it is answered: who is in hears everything from then on.
    if let Err(Close(code)) = session.subscribe(cursor).await {
        session.connection.end(code);
    }
    Ok(upgrade.accept(session))
}
