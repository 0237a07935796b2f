//! Tasks moved to another board.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use engine::tasks;
use protocol::{BoardId, ColumnId, Error, TaskId};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    exchange::Asker,
    failure::Failure,
    input::{Fields, FromFields, Id, Input, Key},
    openapi::Refusals,
    session::Signed,
    state::AppState,
};

/// Where tasks go.
#[derive(ToSchema)]
pub struct Transfer {
    /// Which, at most 100, in the order in which they shall be there.
    tasks: Vec<TaskId>,
    /// A column of another board on which the mover writes too.
    column: ColumnId,
    /// At the top of the column, rather than at its bottom?
    #[schema(required = false)]
    top: bool,
}

impl FromFields for Transfer {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        let column = fields.number("column")?.map(ColumnId);
        Ok(Self {
            tasks: fields.numbers("tasks")?.into_iter().map(TaskId).collect(),
            column: column.ok_or_else(|| Error::invalid("column", "Which board and column?"))?,
            top: fields.switch("top")?,
        })
    }
}

/// Tasks that went to another board.
#[derive(Serialize, ToSchema)]
pub struct Transferred {
    /// The board on which they are now.
    board: BoardId,
    /// Which.
    tasks: Vec<TaskId>,
    /// How many people were taken off, who are not on that board.
    outsiders: i64,
}

impl From<tasks::Moved> for Transferred {
    fn from(moved: tasks::Moved) -> Self {
        Self { board: moved.to, outsiders: moved.outsiders(), tasks: moved.tasks }
    }
}

/// Moves tasks to another board. Each keeps its id, comments, files and history, and gets a new number; the old one
/// leads to it. Those that are not on the board any more are left out.
#[utoipa::path(post, path = "/boards/{board}/transfer/", tag = "tasks", request_body = Transfer,
    params(("board" = i64, Path)), responses((status = 200, description = "Which were moved", body = Transferred), Refusals))]
pub async fn transfer(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(board): Id<BoardId>,
    Key(key): Key,
    Input(Transfer { tasks, column, top }): Input<Transfer>,
    asker: Asker,
) -> Result<Response, Failure> {
    let moved = tasks::transfer(&state.engine, &me, key, board, tasks::Transfer { tasks, column, top }).await?;
    if asker.json() {
        return Ok(Json(Transferred::from(moved)).into_response());
    }
    // Not `next`, which is the form as it was.
    Ok(Redirect::to(&format!("/boards/{board}/transfer/?done={key}")).into_response())
}

/// Which move is to be undone.
#[derive(ToSchema)]
pub struct Undo {
    /// Its client id, a UUID.
    #[schema(value_type = String)]
    of: Uuid,
}

impl FromFields for Undo {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        let of = fields.text("of")?.parse().map_err(|_| Error::invalid("of", "Which move is to be undone?"))?;
        Ok(Self { of })
    }
}

/// Undoes a move to another board: the tasks are on this one again, where they were and under their old numbers.
/// What somebody has moved since stays.
#[utoipa::path(post, path = "/boards/{board}/transfer/undo/", tag = "tasks", request_body = Undo,
    params(("board" = i64, Path)), responses((status = 200, description = "Which are back", body = Transferred), Refusals))]
pub async fn undo(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(board): Id<BoardId>,
    Key(key): Key,
    Input(Undo { of }): Input<Undo>,
    asker: Asker,
) -> Result<Response, Failure> {
    let moved = tasks::undo_transfer(&state.engine, &me, key, board, of).await?;
    if asker.json() {
        return Ok(Json(Transferred::from(moved)).into_response());
    }
    Ok(Redirect::to(&format!("/boards/{board}/")).into_response())
}
