//! One message or comment, wherever it is: edited, deleted, looked at.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{Redirect, Response},
};
use engine::{
    Zone,
    messages::{self, Found},
    reads, tasks,
};
use protocol::{ColumnId, Error, MessageId, Pin, Reacted, Stream};
use utoipa::ToSchema;

use super::messages::Content;
use crate::{
    contract::{DONE, Done, Past, TaskEntry, Versions},
    exchange::{Asker, HOME},
    failure::Failure,
    input::{Fields, FromFields, Id, Input, Key},
    openapi::Refusals,
    session::Signed,
    state::AppState,
};

/// Gives a message or comment of one's own another text.
#[utoipa::path(post, path = "/messaging/message/{id}/edit/", tag = "messages", request_body = Content,
    params(("id" = i64, Path), ("Idempotency-Key" = Option<String>, Header, description = "A UUID: the same one edits once")),
    responses((status = 200, description = "As it is now", body = Past), Refusals))]
pub async fn edit(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(id): Id<MessageId>,
    Key(key): Key,
    Input(new): Input<Content>,
    asker: Asker,
) -> Result<Response, Failure> {
    let place = messages::find(&state.engine, &me, id).await?;
    if new.preview {
        return new.preview(&state, &me, place.place).await;
    }
    let message = messages::edit(&state.engine, &me, key, id, &new.content).await?;
    Ok(asker.answer(Json(Past::from(&message)), address(place, id)))
}

/// What a message or comment says and said before it was edited.
#[utoipa::path(get, path = "/messaging/message/{id}/versions/", tag = "messages", params(("id" = i64, Path)),
    responses((status = 200, description = "Newest first; none of one that is deleted", body = Versions), Refusals))]
pub async fn versions(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(id): Id<MessageId>,
) -> Result<Json<Versions>, Failure> {
    let versions = messages::versions(&state.engine, &me, id, Zone::named("UTC")).await?;
    Ok(Json(Versions::from(versions)))
}

/// An emoji for a message.
#[derive(ToSchema)]
pub struct Emoji {
    /// One emoji.
    emoji: String,
}

impl FromFields for Emoji {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        Ok(Self { emoji: fields.text("emoji")? })
    }
}

/// Puts an emoji under a message or comment, or takes one's own back.
#[utoipa::path(post, path = "/messaging/message/{id}/react/", tag = "messages", request_body = Emoji,
    params(("id" = i64, Path), ("Idempotency-Key" = Option<String>, Header, description = "A UUID: the same one changes it once")),
    responses((status = 200, description = "The emoji as it stands now", body = Reacted), Refusals))]
pub async fn react(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(id): Id<MessageId>,
    Key(key): Key,
    Input(new): Input<Emoji>,
    asker: Asker,
) -> Result<Response, Failure> {
    let place = messages::find(&state.engine, &me, id).await?;
    let reacted = messages::react(&state.engine, &me, key, id, &new.emoji).await?;
    Ok(asker.answer(Json(reacted), address(place, id)))
}

/// Deletes a message or comment.
#[utoipa::path(post, path = "/messaging/message/{id}/delete/", tag = "messages",
    params(("id" = i64, Path)), responses((status = 200, description = "Deleted", body = Done), Refusals))]
pub async fn delete(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(id): Id<MessageId>,
    Key(key): Key,
    asker: Asker,
) -> Result<Response, Failure> {
    let place = messages::find(&state.engine, &me, id).await?;
    messages::delete(&state.engine, &me, key, id).await?;
    Ok(asker.answer(DONE, page_of(place.home)))
}

/// Undoes a deletion of one's own, within 10 seconds.
#[utoipa::path(post, path = "/messaging/message/{id}/restore/", tag = "messages",
    params(("id" = i64, Path)), responses((status = 200, description = "As it is again", body = Past), Refusals))]
pub async fn restore(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(id): Id<MessageId>,
    Key(key): Key,
    asker: Asker,
) -> Result<Response, Failure> {
    let place = messages::find(&state.engine, &me, id).await?;
    let message = messages::restore(&state.engine, &me, key, id).await?;
    Ok(asker.answer(Json(Past::from(&message)), address(place, id)))
}

/// Pins a message or comment for everybody.
#[utoipa::path(post, path = "/messaging/message/{id}/pin/", tag = "messages",
    params(("id" = i64, Path)), responses((status = 200, description = "Pinned", body = Pin), Refusals))]
pub async fn pin(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(id): Id<MessageId>,
    Key(key): Key,
    asker: Asker,
) -> Result<Response, Failure> {
    let place = messages::find(&state.engine, &me, id).await?;
    let pin = messages::pin(&state.engine, &me, key, id).await?;
    Ok(asker.answer(Json(pin), address(place, id)))
}

/// Takes the pin off a message or comment.
#[utoipa::path(post, path = "/messaging/message/{id}/unpin/", tag = "messages",
    params(("id" = i64, Path)), responses((status = 200, description = "Unpinned", body = Done), Refusals))]
pub async fn unpin(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(id): Id<MessageId>,
    Key(key): Key,
    asker: Asker,
) -> Result<Response, Failure> {
    let place = messages::find(&state.engine, &me, id).await?;
    messages::unpin(&state.engine, &me, key, id).await?;
    Ok(asker.answer(DONE, address(place, id)))
}

/// Marks the room, thread or task of a message unread from it on.
#[utoipa::path(post, path = "/messaging/message/{id}/unread/", tag = "messages",
    params(("id" = i64, Path)), responses((status = 200, description = "Marked", body = Done), Refusals))]
pub async fn unread(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(id): Id<MessageId>,
    asker: Asker,
) -> Result<Response, Failure> {
    let place = messages::find(&state.engine, &me, id).await?;
    reads::unread_from(&state.engine, &me, id).await?;
    Ok(asker.answer(DONE, page_of(place.home)))
}

/// A task that is to be made from a message.
#[derive(ToSchema)]
pub struct TaskOf {
    /// 1 to 200 characters.
    title: String,
    /// The board's first where it is left out.
    column: Option<ColumnId>,
}

impl FromFields for TaskOf {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        Ok(Self { title: fields.text("title")?, column: fields.number("column")?.map(ColumnId) })
    }
}

/// Makes a task from a message or comment, which leads to it and shows it.
#[utoipa::path(post, path = "/messaging/message/{id}/task/", tag = "messages", request_body = TaskOf,
    params(("id" = i64, Path), ("Idempotency-Key" = Option<String>, Header, description = "A UUID: the same one makes one task")),
    responses((status = 201, description = "The task", body = TaskEntry), Refusals))]
pub async fn make_task(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(id): Id<MessageId>,
    Key(key): Key,
    Input(new): Input<TaskOf>,
    asker: Asker,
) -> Result<Response, Failure> {
    let task = tasks::make_from(&state.engine, &me, key, id, &new.title, new.column).await?;
    let address = format!("/boards/{}/tasks/{}/", task.card.board, task.card.id);
    Ok(asker.answer((StatusCode::CREATED, Json(TaskEntry::from(task))), address))
}

/// `/messaging/message/<id>/`: the way to a message, wherever it is.
pub async fn open(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(id): Id<MessageId>,
) -> Result<Redirect, Failure> {
    let Found { place, home } = messages::find(&state.engine, &me, id).await?;
    let thread = match place {
        Stream::Thread(root) => format!("thread={root}&"),
        _ => String::new(),
    };
    Ok(Redirect::to(&format!("{}?{thread}at={id}#m{id}", page_of(home))))
}

/// The address of a message on the newest page of its place.
fn address(found: Found, id: MessageId) -> String {
    match found.place {
        Stream::Thread(root) => format!("{}?thread={root}#m{id}", page_of(found.home)),
        _ => format!("{}#m{id}", page_of(found.home)),
    }
}

/// The page of a room or task.
fn page_of(home: Stream) -> String {
    match home {
        Stream::Task(task) => format!("/messaging/task/{task}/comments/"),
        Stream::Room(room) => format!("/messaging/room/{room}/"),
        Stream::Board(_) | Stream::Thread(_) | Stream::User(_) => HOME.to_owned(),
    }
}
