//! The inbox.

use axum::{
    Json,
    extract::State,
    http::Uri,
    response::{IntoResponse, Response},
};
use engine::{notifications, outside};
use protocol::{Error, NotificationId};
use serde_json::json;

use super::pages;
use crate::{
    contract::{Count, DONE, Done, InboxEntry, Notifications, Told},
    exchange::Asker,
    failure::Failure,
    input::{Asked, Fields, FromFields, Id, Key},
    openapi::Refusals,
    session::{Signed, Visitor},
    state::AppState,
};

const INBOX: &str = "/messaging/notifications/";

/// Where a page of the inbox begins.
pub struct Before(Option<i64>);

impl FromFields for Before {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        fields.number("before").map(Self)
    }
}

/// The newest rows of the inbox.
#[utoipa::path(get, path = "/messaging/notifications/", tag = "notifications",
    responses((status = 200, description = "Newest first", body = Notifications), Refusals))]
pub async fn list(
    State(state): State<AppState>,
    Signed(me): Signed,
    Asked(before): Asked<Before>,
    visitor: Visitor,
    asker: Asker,
    uri: Uri,
) -> Result<Response, Failure> {
    if !asker.json() {
        return Ok(pages::page(State(state), Signed(me), visitor, uri).await);
    }
    let inbox = notifications::inbox(&state.engine, &me, before.0, visitor.zone).await?;
    let notifications = inbox.rows.iter().map(|row| InboxEntry::from(&row.notification)).collect();
    Ok(Json(Notifications { notifications }).into_response())
}

/// How many rows are not read.
#[utoipa::path(get, path = "/messaging/notifications/count/", tag = "notifications",
    responses((status = 200, description = "The number", body = Count), Refusals))]
pub async fn count(State(state): State<AppState>, Signed(me): Signed) -> Result<Json<Count>, Failure> {
    Ok(Json(Count { count: notifications::count(&state.engine, &me).await? }))
}

/// What a page in the background tells of a row, by the rule for what is sent to devices.
#[utoipa::path(get, path = "/messaging/notifications/{id}/notice/", tag = "notifications",
    params(("id" = i64, Path)), responses((status = 200, description = "What to show, if anything", body = Told), Refusals))]
pub async fn notice(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(id): Id<NotificationId>,
) -> Result<Json<Told>, Failure> {
    Ok(Json(Told { notice: outside::of_page(&state.engine, &me, id).await? }))
}

/// Marks a row read.
#[utoipa::path(post, path = "/messaging/notifications/{id}/read/", tag = "notifications",
    params(("id" = i64, Path)), responses((status = 200, description = "Marked", body = Done), Refusals))]
pub async fn read(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(id): Id<NotificationId>,
    asker: Asker,
) -> Result<Response, Failure> {
    notifications::read(&state.engine, &me, id).await?;
    Ok(asker.answer(DONE, INBOX))
}

/// Marks a row unread.
#[utoipa::path(post, path = "/messaging/notifications/{id}/unread/", tag = "notifications",
    params(("id" = i64, Path)), responses((status = 200, description = "Marked", body = Done), Refusals))]
pub async fn unread(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(id): Id<NotificationId>,
    asker: Asker,
) -> Result<Response, Failure> {
    notifications::unread(&state.engine, &me, id).await?;
    Ok(asker.answer(DONE, INBOX))
}

/// Takes a row out of the inbox.
#[utoipa::path(post, path = "/messaging/notifications/{id}/delete/", tag = "notifications",
    params(("id" = i64, Path)), responses((status = 200, description = "Deleted", body = Done), Refusals))]
pub async fn delete(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(id): Id<NotificationId>,
    Key(key): Key,
    asker: Asker,
) -> Result<Response, Failure> {
    notifications::delete(&state.engine, &me, key, id).await?;
    Ok(asker.answer(DONE, INBOX))
}

/// Marks every row read.
#[utoipa::path(post, path = "/messaging/notifications/read-all/", tag = "notifications",
    responses((status = 200, description = "Marked", body = Done), Refusals))]
pub async fn read_all(State(state): State<AppState>, Signed(me): Signed, asker: Asker) -> Result<Response, Failure> {
    notifications::read_all(&state.engine, &me).await?;
    Ok(asker.answer(DONE, INBOX))
}

/// Marks a row read and leads to its place.
pub async fn open(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(id): Id<NotificationId>,
    asker: Asker,
) -> Result<Response, Failure> {
    let url = notifications::open(&state.engine, &me, id).await?;
    Ok(asker.answer(Json(json!({ "url": url })), &url))
}
