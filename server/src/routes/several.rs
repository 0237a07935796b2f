//! Several tasks of a board at once.

use axum::{Json, extract::State, response::Response};
use engine::tasks;
use protocol::{BoardId, ColumnId, Day, Error, Priority, TaskChange, TaskId, placing};
use utoipa::ToSchema;

use super::{archive::Tasks, facts};
use crate::{
    exchange::Asker,
    failure::Failure,
    input::{Fields, FromFields, Id, Input, Key},
    openapi::Refusals,
    session::Signed,
    state::AppState,
};

/// Where tasks go together.
#[derive(ToSchema)]
pub struct MoveSeveral {
    /// Which, at most 100, in the order in which they shall be there.
    tasks: Vec<TaskId>,
    /// The column.
    column: ColumnId,
    /// The task that they go right below, as the mover saw the column. At the bottom, where both are left out.
    above: Option<TaskId>,
    /// The task that they go right above, where the other has left the column meanwhile.
    below: Option<TaskId>,
}

impl FromFields for MoveSeveral {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        let column = fields.number("column")?.map(ColumnId);
        Ok(Self {
            tasks: tasks_in(fields)?,
            column: column.ok_or_else(|| Error::invalid("column", "Which column?"))?,
            above: fields.number("above")?.map(TaskId),
            below: fields.number("below")?.map(TaskId),
        })
    }
}

/// Moves tasks into a column of their board, one below the other. Those that are not on the board any more are
/// left out.
#[utoipa::path(post, path = "/boards/{board}/tasks/move/", tag = "tasks", request_body = MoveSeveral,
    params(("board" = i64, Path)), responses((status = 200, description = "Which were moved", body = Tasks), Refusals))]
pub async fn move_to(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(board): Id<BoardId>,
    Key(key): Key,
    Input(MoveSeveral { tasks, column, above, below }): Input<MoveSeveral>,
    asker: Asker,
) -> Result<Response, Failure> {
    let placings = placing::in_a_row(&tasks, column, above, below);
    let cards = tasks::place_several(&state.engine, &me, key, board, placings).await?;
    Ok(answer(&asker, board, cards.into_iter().map(|card| card.id)))
}

/// Some tasks.
#[derive(ToSchema)]
pub struct Several {
    /// Which, at most 100.
    tasks: Vec<TaskId>,
}

impl FromFields for Several {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        Ok(Self { tasks: tasks_in(fields)? })
    }
}

/// Archives tasks of a board. Those that are not on it any more are left out.
#[utoipa::path(post, path = "/boards/{board}/tasks/archive/", tag = "tasks", request_body = Several,
    params(("board" = i64, Path)), responses((status = 200, description = "Which were archived", body = Tasks), Refusals))]
pub async fn archive(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(board): Id<BoardId>,
    Key(key): Key,
    Input(Several { tasks }): Input<Several>,
    asker: Asker,
) -> Result<Response, Failure> {
    let cards = tasks::archive_several(&state.engine, &me, key, board, tasks).await?;
    Ok(answer(&asker, board, cards.into_iter().map(|(id, _)| id)))
}

/// When tasks are due.
#[derive(ToSchema)]
pub struct SeveralDue {
    /// Which, at most 100.
    tasks: Vec<TaskId>,
    /// `2026-11-25`; empty: on no day.
    #[schema(value_type = String)]
    due: Option<Day>,
}

impl FromFields for SeveralDue {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        Ok(Self { tasks: tasks_in(fields)?, due: facts::due_in(fields)? })
    }
}

/// Sets the day on which tasks of a board are due. Those that are not on it any more are left out.
#[utoipa::path(post, path = "/boards/{board}/tasks/due/", tag = "tasks", request_body = SeveralDue,
    params(("board" = i64, Path)), responses((status = 200, description = "Which have changed", body = Tasks), Refusals))]
pub async fn due(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(board): Id<BoardId>,
    Key(key): Key,
    Input(SeveralDue { tasks, due }): Input<SeveralDue>,
    asker: Asker,
) -> Result<Response, Failure> {
    let cards = tasks::change_several(&state.engine, &me, key, board, tasks, TaskChange::Due(due)).await?;
    Ok(answer(&asker, board, cards.into_iter().map(|card| card.id)))
}

/// How much tasks matter.
#[derive(ToSchema)]
pub struct SeveralMatter {
    /// Which, at most 100.
    tasks: Vec<TaskId>,
    /// `low`, `medium`, `high`, `urgent`; empty: as usual.
    #[schema(value_type = String)]
    priority: Option<Priority>,
}

impl FromFields for SeveralMatter {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        Ok(Self { tasks: tasks_in(fields)?, priority: facts::priority_in(fields)? })
    }
}

/// Sets how much tasks of a board matter. Those that are not on it any more are left out.
#[utoipa::path(post, path = "/boards/{board}/tasks/priority/", tag = "tasks", request_body = SeveralMatter,
    params(("board" = i64, Path)), responses((status = 200, description = "Which have changed", body = Tasks), Refusals))]
pub async fn priority(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(board): Id<BoardId>,
    Key(key): Key,
    Input(SeveralMatter { tasks, priority }): Input<SeveralMatter>,
    asker: Asker,
) -> Result<Response, Failure> {
    let cards = tasks::change_several(&state.engine, &me, key, board, tasks, TaskChange::Priority(priority)).await?;
    Ok(answer(&asker, board, cards.into_iter().map(|card| card.id)))
}

fn tasks_in(fields: &Fields) -> Result<Vec<TaskId>, Error> {
    Ok(fields.numbers("tasks")?.into_iter().map(TaskId).collect())
}

fn answer(asker: &Asker, board: BoardId, tasks: impl Iterator<Item = TaskId>) -> Response {
    asker.answer(Json(Tasks { tasks: tasks.collect() }), format!("/boards/{board}/"))
}
