//! The labels of a board.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use engine::labels;
use protocol::{BoardId, Colour, Error, Label, LabelId, TaskId};
use utoipa::ToSchema;

use crate::{
    contract::{DONE, Done},
    exchange::Asker,
    failure::Failure,
    input::{Fields, FromFields, Id, Input, Key},
    openapi::Refusals,
    session::Signed,
    state::AppState,
};

/// A label's name and colour.
#[derive(ToSchema)]
pub struct NewLabel {
    /// 1 to 50 characters, unique on the board without accents and case.
    name: String,
    /// Grey where it is left out.
    #[schema(required = false)]
    colour: Colour,
    /// A task of the board that it is put onto.
    task: Option<TaskId>,
}

impl FromFields for NewLabel {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        let colour = fields.text("colour")?;
        let named = || Colour::named(&colour).ok_or_else(|| Error::invalid("colour", "There is no such colour."));
        Ok(Self {
            name: fields.text("name")?,
            colour: if colour.is_empty() { Colour::default() } else { named()? },
            task: fields.number("task")?.map(TaskId),
        })
    }
}

/// Makes a label.
#[utoipa::path(post, path = "/boards/{board}/labels/", tag = "boards", request_body = NewLabel,
    params(("board" = i64, Path)), responses((status = 201, description = "The label", body = Label), Refusals))]
pub async fn create(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(board): Id<BoardId>,
    Key(key): Key,
    Input(new): Input<NewLabel>,
    asker: Asker,
) -> Result<Response, Failure> {
    let label = labels::create(&state.engine, &me, key, board, &new.name, new.colour, new.task).await?;
    Ok(asker.answer((StatusCode::CREATED, Json(label)), page(board)))
}

/// Gives a label another name and colour.
#[utoipa::path(post, path = "/boards/{board}/labels/{label}/edit/", tag = "boards", request_body = NewLabel,
    params(("board" = i64, Path), ("label" = i64, Path)),
    responses((status = 200, description = "The label", body = Label), Refusals))]
pub async fn edit(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id((board, label)): Id<(BoardId, LabelId)>,
    Key(key): Key,
    Input(new): Input<NewLabel>,
    asker: Asker,
) -> Result<Response, Failure> {
    let label = labels::edit(&state.engine, &me, key, board, label, &new.name, new.colour).await?;
    Ok(asker.answer(Json(label), page(board)))
}

/// Deletes a label, from its tasks too.
#[utoipa::path(post, path = "/boards/{board}/labels/{label}/delete/", tag = "boards",
    params(("board" = i64, Path), ("label" = i64, Path)),
    responses((status = 200, description = "Deleted", body = Done), Refusals))]
pub async fn delete(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id((board, label)): Id<(BoardId, LabelId)>,
    Key(key): Key,
    asker: Asker,
) -> Result<Response, Failure> {
    labels::delete(&state.engine, &me, key, board, label).await?;
    Ok(asker.answer(DONE, page(board)))
}

fn page(board: BoardId) -> String {
    format!("/boards/{board}/labels/")
}
