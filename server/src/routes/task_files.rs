//! The files of a task, and the picture that its card shows.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use engine::tasks;
use protocol::{Changed, Error, FileId, TaskChange, TaskFile, TaskId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    contract::CardEntry,
    exchange::Asker,
    failure::Failure,
    input::{Fields, FromFields, Id, Input, Key},
    openapi::Refusals,
    session::Signed,
    state::AppState,
};

/// What a change has made of the files of a task.
#[derive(Serialize, ToSchema)]
pub struct Attached {
    /// Those that it has anew.
    attached: Vec<TaskFile>,
    /// The task.
    task: CardEntry,
}

/// Files that were sent before, or come with the form.
#[derive(ToSchema)]
pub struct Sent {
    /// Ids, at most 10.
    files: Vec<FileId>,
}

impl FromFields for Sent {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        Ok(Self { files: fields.numbers("files")?.into_iter().map(FileId).collect() })
    }
}

/// Attaches files to a task.
#[utoipa::path(post, path = "/tasks/{id}/files/", tag = "tasks", request_body = Sent,
    params(("id" = i64, Path)), responses((status = 201, description = "They are its", body = Attached), Refusals))]
pub async fn attach(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(id): Id<TaskId>,
    Key(key): Key,
    Input(Sent { files }): Input<Sent>,
    asker: Asker,
) -> Result<Response, Failure> {
    if files.is_empty() {
        return Err(Error::invalid("files", "Choose a file.").into());
    }
    let changes = files.into_iter().map(TaskChange::AttachFile).collect();
    Ok(answer(&asker, StatusCode::CREATED, tasks::change(&state.engine, &me, key, id, changes).await?))
}

/// Removes a file from a task. For some seconds it can be put back.
#[utoipa::path(post, path = "/tasks/{id}/files/{file}/remove/", tag = "tasks",
    params(("id" = i64, Path), ("file" = i64, Path)),
    responses((status = 200, description = "It has it no longer", body = Attached), Refusals))]
pub async fn remove(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id((id, file)): Id<(TaskId, FileId)>,
    Key(key): Key,
    asker: Asker,
) -> Result<Response, Failure> {
    let changes = vec![TaskChange::RemoveFile(file)];
    Ok(answer(&asker, StatusCode::OK, tasks::change(&state.engine, &me, key, id, changes).await?))
}

/// Puts a file back that was just removed.
#[utoipa::path(post, path = "/tasks/{id}/files/{file}/restore/", tag = "tasks",
    params(("id" = i64, Path), ("file" = i64, Path)),
    responses((status = 200, description = "It is its again", body = Attached), Refusals))]
pub async fn restore(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id((id, file)): Id<(TaskId, FileId)>,
    Key(key): Key,
    asker: Asker,
) -> Result<Response, Failure> {
    let changes = vec![TaskChange::PutFileBack(file)];
    Ok(answer(&asker, StatusCode::OK, tasks::change(&state.engine, &me, key, id, changes).await?))
}

/// The picture that a card shows.
#[derive(ToSchema)]
pub struct Cover {
    /// A picture among the task's files; none where it is left out.
    file: Option<FileId>,
}

impl FromFields for Cover {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        Ok(Self { file: fields.number("file")?.map(FileId) })
    }
}

/// Has the card of a task show a picture among its files, or none.
#[utoipa::path(post, path = "/tasks/{id}/cover/", tag = "tasks", request_body = Cover,
    params(("id" = i64, Path)), responses((status = 200, description = "The task", body = Attached), Refusals))]
pub async fn cover(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(id): Id<TaskId>,
    Key(key): Key,
    Input(Cover { file }): Input<Cover>,
    asker: Asker,
) -> Result<Response, Failure> {
    let changes = vec![TaskChange::Cover(file)];
    Ok(answer(&asker, StatusCode::OK, tasks::change(&state.engine, &me, key, id, changes).await?))
}

fn answer(asker: &Asker, status: StatusCode, changed: Changed) -> Response {
    let Changed { card, files, .. } = changed;
    let page = format!("/boards/{}/tasks/{}/", card.board, card.id);
    asker.answer((status, Json(Attached { attached: files, task: card.into() })), page)
}
