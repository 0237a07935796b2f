//! Comments on tasks.

use axum::{
    Json,
    extract::State,
    http::Uri,
    response::{IntoResponse, Response},
    routing::{MethodRouter, get},
};
use engine::{Zone, messages, reads};
use protocol::{Stream, TaskId};

use super::{
    messages::{Content, Seen, made},
    pages,
};
use crate::{
    contract::{Commented, Comments, DONE, Done, Page, Past},
    exchange::Asker,
    failure::Failure,
    input::{Asked, Id, Input, Key},
    openapi::Refusals,
    session::{Signed, Visitor},
    state::AppState,
};

/// `/messaging/task/<id>/comments/`: the page of the task with its thread, its comments as JSON, and
/// where they are posted.
pub fn thread() -> MethodRouter<AppState> {
    get(show).post(create)
}

async fn show(
    State(state): State<AppState>,
    Signed(me): Signed,
    visitor: Visitor,
    asker: Asker,
    id: Id<TaskId>,
    page: Asked<Page>,
    uri: Uri,
) -> Result<Response, Failure> {
    if asker.says_json() {
        return Ok(history(State(state), Signed(me), id, page).await?.into_response());
    }
    Ok(pages::page(State(state), Signed(me), visitor, uri).await)
}

/// Posts a comment on a task.
#[utoipa::path(post, path = "/messaging/task/{id}/comments/", tag = "comments", request_body = Content,
    params(("id" = i64, Path), ("Idempotency-Key" = Option<String>, Header, description = "A UUID: the same one posts once")),
    responses(
        (status = 201, description = "Posted", body = Commented),
        (status = 200, description = "Posted before with this key", body = Commented),
        Refusals))]
pub async fn create(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(task): Id<TaskId>,
    Key(key): Key,
    Input(new): Input<Content>,
    asker: Asker,
) -> Result<Response, Failure> {
    if new.preview {
        return new.preview(&state, &me, Stream::Task(task)).await;
    }
    let new = messages::NewMessage {
        place: Stream::Task(task),
        key,
        content: new.content,
        parent: new.parent,
        quote: new.quote,
        confirmed: new.confirmed,
        files: new.files,
    };
    let posted = messages::post(&state.engine, &me, new).await?;
    let page = format!("/messaging/task/{task}/comments/#m{}", posted.message.id);
    Ok(asker.answer((made(posted.fresh), Json(Commented::from(&posted.message))), page))
}

/// A page of a task's comments: the newest, or what is before, after or around one.
#[utoipa::path(get, path = "/messaging/task/{id}/comments/history/", tag = "comments",
    params(("id" = i64, Path), ("before" = Option<i64>, Query, description = "Id of a comment"),
        ("after" = Option<i64>, Query, description = "Id of a comment; what follows it"),
        ("around" = Option<i64>, Query, description = "Id of a comment; it and what is on both sides of it"),
        ("limit" = Option<i64>, Query, description = "1 to 50; 50 where it is left out"),
        ("offset" = Option<i64>, Query, description = "0 to 10,000 of the newest to leave out")),
    responses((status = 200, description = "Oldest first", body = Comments), Refusals))]
pub async fn history(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(task): Id<TaskId>,
    Asked(page): Asked<Page>,
) -> Result<Json<Comments>, Failure> {
    let comments = messages::list(&state.engine, &me, Stream::Task(task), page.0).await?;
    Ok(Json(Comments { comments: comments.iter().map(Past::from).collect() }))
}

/// The comments pinned on a task.
#[utoipa::path(get, path = "/messaging/task/{id}/pins/", tag = "comments", params(("id" = i64, Path)),
    responses((status = 200, description = "The last one pinned first", body = Comments), Refusals))]
pub async fn pins(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(task): Id<TaskId>,
) -> Result<Json<Comments>, Failure> {
    let pins = messages::pins(&state.engine, &me, Stream::Task(task), Zone::named("UTC")).await?;
    Ok(Json(Comments { comments: pins.rows.iter().map(|row| Past::from(&row.message)).collect() }))
}

/// Marks a task's comments read.
#[utoipa::path(post, path = "/messaging/task/{id}/read/", tag = "comments", request_body = Seen,
    params(("id" = i64, Path)), responses((status = 200, description = "Marked", body = Done), Refusals))]
pub async fn read(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(task): Id<TaskId>,
    Input(seen): Input<Seen>,
    asker: Asker,
) -> Result<Response, Failure> {
    reads::seen(&state.engine, &me, Stream::Task(task), seen.n.unwrap_or(i64::MAX)).await?;
    Ok(asker.answer(DONE, format!("/messaging/task/{task}/comments/")))
}
