//! What a task has besides its text, each changed by itself.

use axum::{Json, extract::State, response::Response};
use engine::tasks;
use protocol::{Changed, Day, Error, LabelId, Priority, TaskChange, TaskId, UserId};
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

/// What is put onto a task, and taken off it.
#[derive(ToSchema)]
pub struct AddRemove {
    /// Ids.
    #[schema(required = false)]
    add: Vec<i64>,
    /// Ids.
    #[schema(required = false)]
    remove: Vec<i64>,
}

impl FromFields for AddRemove {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        Ok(Self { add: fields.numbers("add")?, remove: fields.numbers("remove")? })
    }
}

impl AddRemove {
    fn changes(self, add: fn(i64) -> TaskChange, remove: fn(i64) -> TaskChange) -> Vec<TaskChange> {
        self.remove.into_iter().map(remove).chain(self.add.into_iter().map(add)).collect()
    }
}

/// Assigns people of the board to a task, and takes others off it.
#[utoipa::path(post, path = "/tasks/{id}/assignees/", tag = "tasks", request_body = AddRemove,
    params(("id" = i64, Path)), responses((status = 200, description = "The task", body = CardEntry), Refusals))]
pub async fn assignees(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(id): Id<TaskId>,
    Key(key): Key,
    Input(users): Input<AddRemove>,
    asker: Asker,
) -> Result<Response, Failure> {
    let changes = users.changes(|user| TaskChange::Assign(UserId(user)), |user| TaskChange::Unassign(UserId(user)));
    answer(&asker, tasks::change(&state.engine, &me, key, id, changes).await?)
}

/// Puts labels of the board onto a task, and takes others off it.
#[utoipa::path(post, path = "/tasks/{id}/labels/", tag = "tasks", request_body = AddRemove,
    params(("id" = i64, Path)), responses((status = 200, description = "The task", body = CardEntry), Refusals))]
pub async fn labels(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(id): Id<TaskId>,
    Key(key): Key,
    Input(labels): Input<AddRemove>,
    asker: Asker,
) -> Result<Response, Failure> {
    let changes =
        labels.changes(|label| TaskChange::Label(LabelId(label)), |label| TaskChange::Unlabel(LabelId(label)));
    answer(&asker, tasks::change(&state.engine, &me, key, id, changes).await?)
}

/// When a task is due.
#[derive(ToSchema)]
pub struct DueDate {
    /// `2026-11-25`; empty: on no day.
    #[schema(value_type = String)]
    due: Option<Day>,
}

impl FromFields for DueDate {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        Ok(Self { due: due_in(fields)? })
    }
}

/// The day that is asked for; none where the field is empty.
pub fn due_in(fields: &Fields) -> Result<Option<Day>, Error> {
    let text = fields.text("due")?;
    let day = || text.parse().map_err(|()| Error::invalid("due", "A date is written like 2026-11-25."));
    Ok(if text.is_empty() { None } else { Some(day()?) })
}

/// Sets the day on which a task is due.
#[utoipa::path(post, path = "/tasks/{id}/due/", tag = "tasks", request_body = DueDate,
    params(("id" = i64, Path)), responses((status = 200, description = "The task", body = CardEntry), Refusals))]
pub async fn due(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(id): Id<TaskId>,
    Key(key): Key,
    Input(date): Input<DueDate>,
    asker: Asker,
) -> Result<Response, Failure> {
    answer(&asker, tasks::change(&state.engine, &me, key, id, vec![TaskChange::Due(date.due)]).await?)
}

/// How much a task matters.
#[derive(ToSchema)]
pub struct Matters {
    /// `low`, `medium`, `high`, `urgent`; empty: as usual.
    #[schema(value_type = String)]
    priority: Option<Priority>,
}

impl FromFields for Matters {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        Ok(Self { priority: priority_in(fields)? })
    }
}

/// The priority that is asked for; none where the field is empty.
pub fn priority_in(fields: &Fields) -> Result<Option<Priority>, Error> {
    let name = fields.text("priority")?;
    let named = || Priority::named(&name).ok_or_else(|| Error::invalid("priority", "There is no such priority."));
    Ok(if name.is_empty() { None } else { Some(named()?) })
}

/// Sets how much a task matters.
#[utoipa::path(post, path = "/tasks/{id}/priority/", tag = "tasks", request_body = Matters,
    params(("id" = i64, Path)), responses((status = 200, description = "The task", body = CardEntry), Refusals))]
pub async fn priority(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(id): Id<TaskId>,
    Key(key): Key,
    Input(matters): Input<Matters>,
    asker: Asker,
) -> Result<Response, Failure> {
    answer(&asker, tasks::change(&state.engine, &me, key, id, vec![TaskChange::Priority(matters.priority)]).await?)
}

/// How far a task has come.
#[derive(ToSchema)]
pub struct Progress {
    /// 0 to 100.
    progress: i64,
}

impl FromFields for Progress {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        let percent = fields.number("progress")?;
        Ok(Self { progress: percent.ok_or_else(|| Error::invalid("progress", "How much of it is done?"))? })
    }
}

/// Sets how far a task has come.
#[utoipa::path(post, path = "/tasks/{id}/progress/", tag = "tasks", request_body = Progress,
    params(("id" = i64, Path)), responses((status = 200, description = "The task", body = CardEntry), Refusals))]
pub async fn progress(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(id): Id<TaskId>,
    Key(key): Key,
    Input(new): Input<Progress>,
    asker: Asker,
) -> Result<Response, Failure> {
    answer(&asker, tasks::change(&state.engine, &me, key, id, vec![TaskChange::Progress(new.progress)]).await?)
}

fn answer(asker: &Asker, changed: Changed) -> Result<Response, Failure> {
    let card = changed.card;
    let page = format!("/boards/{}/tasks/{}/", card.board, card.id);
    Ok(asker.answer(Json(CardEntry::from(card)), page))
}
