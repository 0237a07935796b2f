//! Tasks off their board: archived, deleted, brought back.

use axum::{
    Json,
    extract::State,
    http::Uri,
    response::{IntoResponse, Response},
};
use engine::{Zone, tasks};
use protocol::{
    BoardId, ColumnId, Error, TaskId,
    archive::{ArchiveKey, ArchivePage, Shelf},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    contract::{DONE, Done, TaskEntry},
    exchange::Asker,
    failure::Failure,
    input::{Asked, Fields, FromFields, Id, Input, Key},
    openapi::Refusals,
    render,
    session::{Signed, Visitor},
    state::AppState,
};

/// Takes a task off its board into the archive.
#[utoipa::path(post, path = "/tasks/{id}/archive/", tag = "tasks",
    params(("id" = i64, Path)), responses((status = 200, description = "The task", body = TaskEntry), Refusals))]
pub async fn archive(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(id): Id<TaskId>,
    Key(key): Key,
    asker: Asker,
) -> Result<Response, Failure> {
    let task = tasks::archive(&state.engine, &me, key, id).await?;
    Ok(answer(&asker, task))
}

/// Puts a task that was archived, or deleted in the last 30 days, onto its board again, at the bottom of its column.
#[utoipa::path(post, path = "/tasks/{id}/restore/", tag = "tasks",
    params(("id" = i64, Path)), responses((status = 200, description = "The task", body = TaskEntry), Refusals))]
pub async fn restore(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(id): Id<TaskId>,
    Key(key): Key,
    asker: Asker,
) -> Result<Response, Failure> {
    let task = tasks::restore(&state.engine, &me, key, id).await?;
    Ok(answer(&asker, task))
}

/// Deletes a task with its comments. It can be restored for 30 days.
#[utoipa::path(post, path = "/tasks/{id}/delete/", tag = "tasks",
    params(("id" = i64, Path)), responses((status = 200, description = "Deleted", body = Done), Refusals))]
pub async fn delete(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(id): Id<TaskId>,
    Key(key): Key,
    Input(Around(board)): Input<Around>,
    asker: Asker,
) -> Result<Response, Failure> {
    tasks::delete(&state.engine, &me, key, id).await?;
    // Its own page is gone.
    let page = board.map_or_else(|| "/messaging/".to_owned(), |board| format!("/boards/{board}/"));
    Ok(asker.answer(DONE, page))
}

/// The board to which a form leads back.
pub struct Around(Option<BoardId>);

impl FromFields for Around {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        Ok(Self(fields.number("board")?.map(BoardId)))
    }
}

/// Tasks.
#[derive(Serialize, ToSchema)]
pub struct Tasks {
    /// Their ids.
    pub tasks: Vec<TaskId>,
}

/// Archives every task of a column.
#[utoipa::path(post, path = "/boards/{board}/columns/{column}/archive/", tag = "columns",
    params(("board" = i64, Path), ("column" = i64, Path)),
    responses((status = 200, description = "Which", body = Tasks), Refusals))]
pub async fn archive_column(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id((board, column)): Id<(BoardId, ColumnId)>,
    Key(key): Key,
    asker: Asker,
) -> Result<Response, Failure> {
    let tasks = tasks::archive_column(&state.engine, &me, key, board, column).await?;
    Ok(asker.answer(Json(Tasks { tasks }), format!("/boards/{board}/")))
}

/// Which page of an archive.
pub struct Page {
    shelf: Shelf,
    before: Option<ArchiveKey>,
}

impl FromFields for Page {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        let shelf = match (fields.has("columns"), fields.has("deleted")) {
            (true, _) => Shelf::Columns,
            (false, true) => Shelf::Deleted,
            (false, false) => Shelf::Archived,
        };
        Ok(Self { shelf, before: protocol::archive::key(&fields.text("before")?) })
    }
}

/// A page of an archive.
#[derive(Serialize, ToSchema)]
pub struct Archive {
    /// What was put away last comes first.
    tasks: Vec<ArchiveEntry>,
    /// The columns, where those were asked for, in the same order.
    columns: Vec<ArchivedColumn>,
    /// `before` of the next page; none on the last.
    next: Option<String>,
}

/// A task in the archive.
#[derive(Serialize, ToSchema)]
pub struct ArchiveEntry {
    id: TaskId,
    /// Its number on the board, `#12`.
    number: i64,
    title: String,
    /// The name of the column that it goes back to.
    column: String,
    /// Who put it away; none for a former member.
    username: Option<String>,
}

/// A column in the archive.
#[derive(Serialize, ToSchema)]
pub struct ArchivedColumn {
    id: ColumnId,
    name: String,
    /// How many tasks come back with it.
    tasks: i64,
    /// Who archived it; none for a former member.
    username: Option<String>,
}

impl From<ArchivePage> for Archive {
    fn from(page: ArchivePage) -> Self {
        let entry = |row: protocol::archive::ArchiveRow| ArchiveEntry {
            id: row.id,
            number: row.number,
            title: row.title,
            column: row.column,
            username: row.by.map(|person| person.username),
        };
        let column = |column: protocol::archive::ArchivedColumn| ArchivedColumn {
            id: column.id,
            name: column.name,
            tasks: column.tasks,
            username: column.by.map(|person| person.username),
        };
        Self {
            tasks: page.rows.into_iter().map(entry).collect(),
            columns: page.columns.into_iter().map(column).collect(),
            next: page.next.map(protocol::archive::key_text),
        }
    }
}

/// The archive of a board: its archived tasks, its archived columns, or the tasks that were deleted.
#[utoipa::path(get, path = "/boards/{board}/archive/", tag = "boards",
    params(
        ("board" = i64, Path),
        ("columns" = Option<String>, Query, description = "Columns that were archived with their tasks"),
        ("deleted" = Option<String>, Query, description = "Those that were deleted and can still be restored"),
        ("before" = Option<String>, Query, description = "`next` of the page before"),
    ),
    responses((status = 200, description = "A page", body = Archive), Refusals))]
pub async fn list(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(board): Id<BoardId>,
    Asked(Page { shelf, before }): Asked<Page>,
    visitor: Visitor,
    asker: Asker,
    uri: Uri,
) -> Result<Response, Failure> {
    if asker.says_json() {
        let page = tasks::archived(&state.engine, &me, board, shelf, before, Zone::named("UTC")).await?;
        return Ok(Json(Archive::from(page)).into_response());
    }
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    Ok(render::page(&state, &visitor, path, None, None).await)
}

fn answer(asker: &Asker, task: protocol::Task) -> Response {
    let page = format!("/boards/{}/tasks/{}/", task.card.board, task.card.id);
    asker.answer(Json(TaskEntry::from(task)), page)
}
