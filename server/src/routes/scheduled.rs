//! Messages that are sent later.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, Uri},
    response::{IntoResponse, Response},
};
use engine::{
    Actor, Zone,
    scheduled::{self, Later},
};
use protocol::{Error, RoomId, Scheduled, ScheduledId, Stream, TaskId};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{messages::Content, pages};
use crate::{
    contract::{DONE, Done},
    exchange::Asker,
    failure::Failure,
    input::{Fields, FromFields, Id, Input, Key},
    openapi::Refusals,
    session::{Signed, Visitor},
    state::AppState,
};

const PAGE: &str = "/messaging/scheduled/";

/// A message and when it is sent.
#[derive(ToSchema)]
pub struct When {
    /// Markdown, 1 to 10,000 characters.
    content: String,
    /// The comment that it replies to, on a task.
    parent: Option<protocol::MessageId>,
    /// `2026-11-26T09:00:00Z`, or `2026-11-26T09:00` by the clock of the sender.
    at: String,
}

impl FromFields for When {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        let Content { content, parent, .. } = Content::from_fields(fields)?;
        Ok(Self { content, parent, at: fields.text("at")? })
    }
}

/// What waits to be sent.
#[derive(Serialize, ToSchema)]
pub struct Waiting {
    /// The next one first.
    scheduled: Vec<Scheduled>,
}

/// Schedules a message in a room.
#[utoipa::path(post, path = "/messaging/room/{id}/schedule/", tag = "scheduled", request_body = When,
    params(("id" = i64, Path), ("Idempotency-Key" = Option<String>, Header, description = "A UUID: the same one schedules once")),
    responses((status = 201, description = "It waits", body = Scheduled), Refusals))]
pub async fn in_room(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(room): Id<RoomId>,
    Key(key): Key,
    visitor: Visitor,
    Input(when): Input<When>,
    asker: Asker,
) -> Result<Response, Failure> {
    schedule(&state, &me, key, Stream::Room(room), when, visitor.zone, &asker).await
}

/// Schedules a comment on a task.
#[utoipa::path(post, path = "/messaging/task/{id}/schedule/", tag = "scheduled", request_body = When,
    params(("id" = i64, Path), ("Idempotency-Key" = Option<String>, Header, description = "A UUID: the same one schedules once")),
    responses((status = 201, description = "It waits", body = Scheduled), Refusals))]
pub async fn on_task(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(task): Id<TaskId>,
    Key(key): Key,
    visitor: Visitor,
    Input(when): Input<When>,
    asker: Asker,
) -> Result<Response, Failure> {
    schedule(&state, &me, key, Stream::Task(task), when, visitor.zone, &asker).await
}

async fn schedule(
    state: &AppState,
    me: &Actor,
    key: Uuid,
    place: Stream,
    when: When,
    zone: Zone,
    asker: &Asker,
) -> Result<Response, Failure> {
    let at = scheduled::moment(zone, &when.at)?;
    let later = Later { place, parent: when.parent, content: when.content, at };
    let scheduled = scheduled::schedule(&state.engine, me, key, later).await?;
    Ok(asker.answer((StatusCode::CREATED, Json(scheduled)), PAGE))
}

/// One's messages that wait to be sent, or could not be.
#[utoipa::path(get, path = "/messaging/scheduled/", tag = "scheduled",
    responses((status = 200, description = "The next one first", body = Waiting), Refusals))]
pub async fn list(
    State(state): State<AppState>,
    Signed(me): Signed,
    visitor: Visitor,
    asker: Asker,
    uri: Uri,
) -> Result<Response, Failure> {
    if !asker.json() {
        return Ok(pages::page(State(state), Signed(me), visitor, uri).await);
    }
    let page = scheduled::page(&state.engine, &me, visitor.zone).await?;
    Ok(Json(Waiting { scheduled: page.rows.into_iter().map(|row| row.scheduled).collect() }).into_response())
}

/// Gives a message that waits another text and moment.
#[utoipa::path(post, path = "/messaging/scheduled/{id}/edit/", tag = "scheduled", request_body = When,
    params(("id" = i64, Path)), responses((status = 200, description = "As it is now", body = Scheduled), Refusals))]
pub async fn edit(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(id): Id<ScheduledId>,
    visitor: Visitor,
    Input(when): Input<When>,
    asker: Asker,
) -> Result<Response, Failure> {
    let at = scheduled::moment(visitor.zone, &when.at)?;
    let scheduled = scheduled::edit(&state.engine, &me, id, &when.content, at).await?;
    Ok(asker.answer(Json(scheduled), PAGE))
}

/// Takes a message back that waits.
#[utoipa::path(post, path = "/messaging/scheduled/{id}/cancel/", tag = "scheduled",
    params(("id" = i64, Path)), responses((status = 200, description = "Taken back", body = Done), Refusals))]
pub async fn cancel(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(id): Id<ScheduledId>,
    asker: Asker,
) -> Result<Response, Failure> {
    scheduled::cancel(&state.engine, &me, id).await?;
    Ok(asker.answer(DONE, PAGE))
}
