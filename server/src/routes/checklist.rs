//! The checklist of a task.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use engine::tasks;
use protocol::{Changed, ChecklistItem, Error, ItemId, TaskChange, TaskId, UserId};
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

/// What a change has made of a checklist.
#[derive(Serialize, ToSchema)]
pub struct Checked {
    /// The item; none where it is gone.
    item: Option<ChecklistItem>,
    /// Its task.
    task: CardEntry,
}

/// What is to be done.
#[derive(ToSchema)]
pub struct ItemText {
    /// 1 to 500 characters.
    text: String,
}

impl FromFields for ItemText {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        Ok(Self { text: fields.text("text")? })
    }
}

/// Puts something onto a task's checklist, last.
#[utoipa::path(post, path = "/tasks/{id}/checklist/", tag = "tasks", request_body = ItemText,
    params(("id" = i64, Path)), responses((status = 201, description = "The item", body = Checked), Refusals))]
pub async fn add(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(id): Id<TaskId>,
    Key(key): Key,
    Input(new): Input<ItemText>,
    asker: Asker,
) -> Result<Response, Failure> {
    let changed = tasks::change(&state.engine, &me, key, id, vec![TaskChange::AddItem(new.text)]).await?;
    Ok(answer(&asker, StatusCode::CREATED, changed))
}

/// Gives an item of a checklist another text.
#[utoipa::path(post, path = "/tasks/{id}/checklist/{item}/edit/", tag = "tasks", request_body = ItemText,
    params(("id" = i64, Path), ("item" = i64, Path)),
    responses((status = 200, description = "The item", body = Checked), Refusals))]
pub async fn edit(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id((id, item)): Id<(TaskId, ItemId)>,
    Key(key): Key,
    Input(new): Input<ItemText>,
    asker: Asker,
) -> Result<Response, Failure> {
    let changed = tasks::change(&state.engine, &me, key, id, vec![TaskChange::RenameItem(item, new.text)]).await?;
    Ok(answer(&asker, StatusCode::OK, changed))
}

/// Is it done?
#[derive(ToSchema)]
pub struct Tick {
    /// `on` or `off`.
    done: bool,
}

impl FromFields for Tick {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        Ok(Self { done: fields.switch("done")? })
    }
}

/// Ticks an item of a checklist, or takes the tick off.
#[utoipa::path(post, path = "/tasks/{id}/checklist/{item}/tick/", tag = "tasks", request_body = Tick,
    params(("id" = i64, Path), ("item" = i64, Path)),
    responses((status = 200, description = "The item", body = Checked), Refusals))]
pub async fn tick(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id((id, item)): Id<(TaskId, ItemId)>,
    Key(key): Key,
    Input(tick): Input<Tick>,
    asker: Asker,
) -> Result<Response, Failure> {
    let changed = tasks::change(&state.engine, &me, key, id, vec![TaskChange::TickItem(item, tick.done)]).await?;
    Ok(answer(&asker, StatusCode::OK, changed))
}

/// Who shall do it?
#[derive(ToSchema)]
pub struct Doer {
    /// A member of the board; empty: nobody in particular.
    user: Option<UserId>,
}

impl FromFields for Doer {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        Ok(Self { user: fields.number("user")?.map(UserId) })
    }
}

/// Says who shall do an item of a checklist.
#[utoipa::path(post, path = "/tasks/{id}/checklist/{item}/assignee/", tag = "tasks", request_body = Doer,
    params(("id" = i64, Path), ("item" = i64, Path)),
    responses((status = 200, description = "The item", body = Checked), Refusals))]
pub async fn assign(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id((id, item)): Id<(TaskId, ItemId)>,
    Key(key): Key,
    Input(doer): Input<Doer>,
    asker: Asker,
) -> Result<Response, Failure> {
    let changed = tasks::change(&state.engine, &me, key, id, vec![TaskChange::AssignItem(item, doer.user)]).await?;
    Ok(answer(&asker, StatusCode::OK, changed))
}

/// Where an item goes.
#[derive(ToSchema)]
pub struct Place {
    /// Behind which other one; first where it is left out.
    after: Option<ItemId>,
}

impl FromFields for Place {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        Ok(Self { after: fields.number("after")?.map(ItemId) })
    }
}

/// Puts an item of a checklist somewhere else in it.
#[utoipa::path(post, path = "/tasks/{id}/checklist/{item}/move/", tag = "tasks", request_body = Place,
    params(("id" = i64, Path), ("item" = i64, Path)),
    responses((status = 200, description = "The item", body = Checked), Refusals))]
pub async fn move_after(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id((id, item)): Id<(TaskId, ItemId)>,
    Key(key): Key,
    Input(to): Input<Place>,
    asker: Asker,
) -> Result<Response, Failure> {
    let changed = tasks::change(&state.engine, &me, key, id, vec![TaskChange::MoveItem(item, to.after)]).await?;
    Ok(answer(&asker, StatusCode::OK, changed))
}

/// Takes an item off a checklist.
#[utoipa::path(post, path = "/tasks/{id}/checklist/{item}/delete/", tag = "tasks",
    params(("id" = i64, Path), ("item" = i64, Path)),
    responses((status = 200, description = "Gone", body = Checked), Refusals))]
pub async fn delete(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id((id, item)): Id<(TaskId, ItemId)>,
    Key(key): Key,
    asker: Asker,
) -> Result<Response, Failure> {
    let changed = tasks::change(&state.engine, &me, key, id, vec![TaskChange::RemoveItem(item)]).await?;
    Ok(answer(&asker, StatusCode::OK, changed))
}

fn answer(asker: &Asker, status: StatusCode, changed: Changed) -> Response {
    let Changed { card, mut items, .. } = changed;
    let page = format!("/boards/{}/tasks/{}/", card.board, card.id);
    asker.answer((status, Json(Checked { item: items.pop(), task: card.into() })), page)
}
