//! How much somebody wants to hear of rooms and boards, and whether of tasks.

use axum::{extract::State, response::Response};
use engine::{levels, watching};
use protocol::{BoardId, Error, Level, RoomId, Stream, TaskId};
use utoipa::ToSchema;

use crate::{
    contract::{DONE, Done},
    exchange::Asker,
    failure::Failure,
    input::{Fields, FromFields, Id, Input, Key},
    openapi::Refusals,
    session::Signed,
    state::AppState,
};

/// How much one wants to hear.
#[derive(ToSchema)]
pub struct Chosen {
    /// `board` or left out: a room is heard as its board is, and a board as if nothing was chosen.
    #[schema(required = false)]
    level: Option<Level>,
    /// Not counted, and only mentions are told; of rooms alone.
    #[schema(required = false)]
    muted: bool,
}

impl FromFields for Chosen {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        let level = match fields.text("level")?.as_str() {
            "" | "board" => None,
            name => Some(Level::named(name).ok_or_else(|| Error::invalid("level", "There is no such level."))?),
        };
        Ok(Self { level, muted: fields.switch("muted")? })
    }
}

/// Sets how much is told of a room.
#[utoipa::path(post, path = "/messaging/room/{id}/level/", tag = "notifications", request_body = Chosen,
    params(("id" = i64, Path)), responses((status = 200, description = "Set", body = Done), Refusals))]
pub async fn of_room(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(id): Id<RoomId>,
    Key(key): Key,
    Input(Chosen { level, muted }): Input<Chosen>,
    asker: Asker,
) -> Result<Response, Failure> {
    levels::set(&state.engine, &me, key, Stream::Room(id), level, muted).await?;
    Ok(asker.answer(DONE, format!("/messaging/room/{id}/")))
}

/// Sets how much is told of a board.
#[utoipa::path(post, path = "/boards/{board}/level/", tag = "notifications", request_body = Chosen,
    params(("board" = i64, Path)), responses((status = 200, description = "Set", body = Done), Refusals))]
pub async fn of_board(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(board): Id<BoardId>,
    Key(key): Key,
    Input(Chosen { level, muted }): Input<Chosen>,
    asker: Asker,
) -> Result<Response, Failure> {
    levels::set(&state.engine, &me, key, Stream::Board(board), level, muted).await?;
    Ok(asker.answer(DONE, format!("/boards/{board}/")))
}

/// Is told of comments on a task.
#[utoipa::path(post, path = "/tasks/{id}/watch/", tag = "notifications",
    params(("id" = i64, Path)), responses((status = 200, description = "Watched", body = Done), Refusals))]
pub async fn watch(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(id): Id<TaskId>,
    Key(key): Key,
    asker: Asker,
) -> Result<Response, Failure> {
    watching::watch(&state.engine, &me, key, Stream::Task(id)).await?;
    Ok(asker.answer(DONE, format!("/messaging/task/{id}/comments/")))
}

/// Is told of comments on a task no more.
#[utoipa::path(post, path = "/tasks/{id}/unwatch/", tag = "notifications",
    params(("id" = i64, Path)), responses((status = 200, description = "Not watched", body = Done), Refusals))]
pub async fn unwatch(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(id): Id<TaskId>,
    Key(key): Key,
    asker: Asker,
) -> Result<Response, Failure> {
    watching::unwatch(&state.engine, &me, key, Stream::Task(id)).await?;
    Ok(asker.answer(DONE, format!("/messaging/task/{id}/comments/")))
}
