//! Tasks.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use engine::{messages, tasks};
use protocol::{BoardId, ColumnId, Error, Stream, Task, TaskId, Writing};
use utoipa::ToSchema;

use crate::{
    contract::TaskEntry,
    exchange::{Asker, Preview},
    failure::Failure,
    input::{Fields, FromFields, Id, Input, Key},
    openapi::Refusals,
    session::Signed,
    state::AppState,
};

/// A new task.
#[derive(ToSchema)]
pub struct NewTask {
    /// 1 to 200 characters.
    title: String,
    /// The board's first where it is left out.
    column: Option<ColumnId>,
    /// At the top of the column, rather than at its bottom?
    #[schema(required = false)]
    top: bool,
    /// Markdown, at most 64 KB.
    #[schema(required = false)]
    description: String,
}

impl FromFields for NewTask {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        Ok(Self {
            title: fields.text("title")?,
            column: fields.number("column")?.map(ColumnId),
            top: fields.switch("top")?,
            description: fields.text("description")?,
        })
    }
}

/// Makes a task at the end of a column, or at its top.
#[utoipa::path(post, path = "/boards/{board}/tasks/", tag = "tasks", request_body = NewTask,
    params(("board" = i64, Path)), responses((status = 201, description = "The task", body = TaskEntry), Refusals))]
pub async fn create(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(board): Id<BoardId>,
    Key(key): Key,
    Input(new): Input<NewTask>,
    asker: Asker,
) -> Result<Response, Failure> {
    let new = tasks::NewTask { column: new.column, top: new.top, title: new.title, description: new.description };
    let task = tasks::create(&state.engine, &me, key, board, new).await?;
    Ok(asker.answer((StatusCode::CREATED, Json(TaskEntry::from(task))), format!("/boards/{board}/")))
}

/// A task's new title and description.
#[derive(ToSchema)]
pub struct TaskEdit {
    /// 1 to 200 characters.
    title: String,
    /// Markdown, at most 64 KB.
    description: String,
    /// The version that the edit began from; an older one than the task's is a conflict.
    version: i64,
    /// Is only to be shown what the description will look like? In forms alone.
    #[schema(ignore)]
    preview: bool,
}

impl FromFields for TaskEdit {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        Ok(Self {
            title: fields.text("title")?,
            description: fields.text("description")?,
            version: version_in(fields)?,
            preview: fields.is_form() && fields.switch("preview")?,
        })
    }
}

/// Changes a task's title and description.
#[utoipa::path(post, path = "/tasks/{id}/edit/", tag = "tasks", request_body = TaskEdit,
    params(("id" = i64, Path)), responses((status = 200, description = "The task", body = TaskEntry), Refusals))]
pub async fn edit(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(id): Id<TaskId>,
    Key(key): Key,
    Input(edit): Input<TaskEdit>,
    asker: Asker,
) -> Result<Response, Failure> {
    if edit.preview {
        let html = messages::preview(&state.engine, &me, Stream::Task(id), Writing::Text, &edit.description).await?;
        return Ok(Preview(html).into_response());
    }
    let edit = tasks::TaskEdit { title: edit.title, description: edit.description, version: edit.version };
    let task = tasks::edit(&state.engine, &me, key, id, edit).await?;
    Ok(answer(&asker, task))
}

/// An item of the task lists in a description.
#[derive(ToSchema)]
pub struct Tick {
    /// Which, counted from 0.
    item: i64,
    /// Is it to be ticked?
    #[schema(required = false)]
    done: bool,
    /// The version of the task in which it was counted; an older one than the task's is a conflict.
    version: i64,
}

impl FromFields for Tick {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        Ok(Self {
            item: fields.number("item")?.ok_or_else(|| Error::invalid("item", "Which item?"))?,
            done: fields.switch("done")?,
            version: version_in(fields)?,
        })
    }
}

fn version_in(fields: &Fields) -> Result<i64, Error> {
    fields.number("version")?.ok_or_else(|| Error::invalid("version", "Which version did this begin from?"))
}

/// Ticks an item of the task lists in a description, or takes the tick away.
#[utoipa::path(post, path = "/tasks/{id}/tick/", tag = "tasks", request_body = Tick,
    params(("id" = i64, Path)), responses((status = 200, description = "The task", body = TaskEntry), Refusals))]
pub async fn tick(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(id): Id<TaskId>,
    Key(key): Key,
    Input(Tick { item, done, version }): Input<Tick>,
    asker: Asker,
) -> Result<Response, Failure> {
    let item = usize::try_from(item).map_err(|_| Error::invalid("item", "The description has no such item."))?;
    let task = tasks::tick(&state.engine, &me, key, id, item, done, version).await?;
    Ok(answer(&asker, task))
}

/// Makes a task like another, right below it, without its comments and its people.
#[utoipa::path(post, path = "/tasks/{id}/duplicate/", tag = "tasks",
    params(("id" = i64, Path)), responses((status = 201, description = "The new task", body = TaskEntry), Refusals))]
pub async fn duplicate(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(id): Id<TaskId>,
    Key(key): Key,
    asker: Asker,
) -> Result<Response, Failure> {
    let task = tasks::duplicate(&state.engine, &me, key, id).await?;
    let page = format!("/boards/{}/tasks/{}/", task.card.board, task.card.id);
    Ok(asker.answer((StatusCode::CREATED, Json(TaskEntry::from(task))), page))
}

/// Where a task goes.
#[derive(ToSchema)]
pub struct Move {
    /// The column.
    column: ColumnId,
    /// 1 is the top; the bottom where it is left out.
    place: Option<i64>,
    /// The task that it goes right below, as the mover saw the column; with one of these two, `place` is
    /// not looked at.
    above: Option<TaskId>,
    /// The task that it goes right above, where the other has left the column meanwhile.
    below: Option<TaskId>,
}

impl FromFields for Move {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        let column = fields.number("column")?.map(ColumnId);
        Ok(Self {
            column: column.ok_or_else(|| Error::invalid("column", "Which column?"))?,
            place: fields.number("place")?,
            above: fields.number("above")?.map(TaskId),
            below: fields.number("below")?.map(TaskId),
        })
    }
}

/// Moves a task to a place in a column of its board.
#[utoipa::path(post, path = "/tasks/{id}/move/", tag = "tasks", request_body = Move,
    params(("id" = i64, Path)), responses((status = 200, description = "The task", body = TaskEntry), Refusals))]
pub async fn move_to(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(id): Id<TaskId>,
    Key(key): Key,
    Input(to): Input<Move>,
    asker: Asker,
) -> Result<Response, Failure> {
    let task = match (to.above, to.below) {
        (None, None) => tasks::move_to(&state.engine, &me, key, id, to.column, to.place).await?,
        spot => tasks::move_between(&state.engine, &me, key, id, to.column, spot).await?,
    };
    Ok(answer(&asker, task))
}

fn answer(asker: &Asker, task: Task) -> Response {
    let page = format!("/boards/{}/tasks/{}/", task.card.board, task.card.id);
    asker.answer(Json(TaskEntry::from(task)), page)
}
