//! The columns of boards.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use engine::columns::{self, ColumnEdit};
use protocol::{BoardId, Colour, ColumnId, Error};
use utoipa::ToSchema;

use crate::{
    contract::{ColumnEntry, DONE, Done},
    exchange::Asker,
    failure::Failure,
    input::{Fields, FromFields, Id, Input, Key},
    openapi::Refusals,
    session::Signed,
    state::AppState,
};

/// A new column.
#[derive(ToSchema)]
pub struct NewColumn {
    /// 1 to 50 characters.
    name: String,
}

impl FromFields for NewColumn {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        Ok(Self { name: fields.text("name")? })
    }
}

/// Adds a column at the end of a board.
#[utoipa::path(post, path = "/boards/{board}/columns/", tag = "columns", request_body = NewColumn,
    params(("board" = i64, Path)), responses((status = 201, description = "The column", body = ColumnEntry), Refusals))]
pub async fn add(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(board): Id<BoardId>,
    Key(key): Key,
    Input(new): Input<NewColumn>,
    asker: Asker,
) -> Result<Response, Failure> {
    let column = columns::add(&state.engine, &me, key, board, &new.name).await?;
    Ok(asker.answer((StatusCode::CREATED, Json(ColumnEntry::from(column))), page(board)))
}

/// What shall be otherwise about a column. What is left out stays as it is.
#[derive(ToSchema)]
#[schema(as = ColumnEdit)]
pub struct Edit {
    /// 1 to 50 characters.
    #[schema(required = false)]
    name: Option<String>,
    /// Empty: none.
    #[schema(required = false, value_type = Option<Colour>)]
    colour: Option<Option<Colour>>,
    /// How many tasks should be in it at most, 1 to 999; empty: any number.
    #[schema(required = false, value_type = Option<i64>)]
    limit: Option<Option<i64>>,
}

impl FromFields for Edit {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        let name = if fields.has("name") { Some(fields.text("name")?) } else { None };
        let colour = if fields.has("colour") { Some(colour_named(&fields.text("colour")?)?) } else { None };
        let limit = if fields.has("limit") { Some(fields.number("limit")?) } else { None };
        Ok(Self { name, colour, limit })
    }
}

fn colour_named(name: &str) -> Result<Option<Colour>, Error> {
    if name.is_empty() {
        return Ok(None);
    }
    Colour::named(name).map(Some).ok_or_else(|| Error::invalid("colour", "There is no such colour here."))
}

/// Changes a column's name, colour or limit.
#[utoipa::path(post, path = "/boards/{board}/columns/{column}/edit/", tag = "columns", request_body = Edit,
    params(("board" = i64, Path), ("column" = i64, Path)),
    responses((status = 200, description = "The column", body = ColumnEntry), Refusals))]
pub async fn edit(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id((board, column)): Id<(BoardId, ColumnId)>,
    Key(key): Key,
    Input(Edit { name, colour, limit }): Input<Edit>,
    asker: Asker,
) -> Result<Response, Failure> {
    let edit = ColumnEdit { name, colour, limit };
    let column = columns::edit(&state.engine, &me, key, board, column, edit).await?;
    Ok(asker.answer(Json(ColumnEntry::from(column)), page(board)))
}

/// Where a column goes.
#[derive(ToSchema)]
pub struct ColumnMove {
    /// The column that it stands right after; first where it is left out.
    after: Option<ColumnId>,
}

impl FromFields for ColumnMove {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        Ok(Self { after: fields.number("after")?.map(ColumnId) })
    }
}

/// Puts a column somewhere else among those of its board.
#[utoipa::path(post, path = "/boards/{board}/columns/{column}/move/", tag = "columns", request_body = ColumnMove,
    params(("board" = i64, Path), ("column" = i64, Path)),
    responses((status = 200, description = "The column", body = ColumnEntry), Refusals))]
pub async fn move_to(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id((board, column)): Id<(BoardId, ColumnId)>,
    Key(key): Key,
    Input(to): Input<ColumnMove>,
    asker: Asker,
) -> Result<Response, Failure> {
    let column = columns::move_to(&state.engine, &me, key, board, column, to.after).await?;
    Ok(asker.answer(Json(ColumnEntry::from(column)), page(board)))
}

/// Where the tasks of a column go that is removed.
#[derive(ToSchema)]
pub struct ColumnRemoval {
    /// Another column; needed where there are tasks.
    to: Option<ColumnId>,
}

impl FromFields for ColumnRemoval {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        Ok(Self { to: fields.number("to")?.map(ColumnId) })
    }
}

/// Removes a column; its tasks go to another one.
#[utoipa::path(post, path = "/boards/{board}/columns/{column}/remove/", tag = "columns", request_body = ColumnRemoval,
    params(("board" = i64, Path), ("column" = i64, Path)),
    responses((status = 200, description = "Removed", body = Done), Refusals))]
pub async fn remove(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id((board, column)): Id<(BoardId, ColumnId)>,
    Key(key): Key,
    Input(removal): Input<ColumnRemoval>,
    asker: Asker,
) -> Result<Response, Failure> {
    columns::remove(&state.engine, &me, key, board, column, removal.to).await?;
    Ok(asker.answer(DONE, page(board)))
}

/// Takes a column off its board, and its tasks with it.
#[utoipa::path(post, path = "/boards/{board}/columns/{column}/put-away/", tag = "columns",
    params(("board" = i64, Path), ("column" = i64, Path)),
    responses((status = 200, description = "Archived", body = Done), Refusals))]
pub async fn archive(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id((board, column)): Id<(BoardId, ColumnId)>,
    Key(key): Key,
    asker: Asker,
) -> Result<Response, Failure> {
    columns::archive(&state.engine, &me, key, board, column).await?;
    Ok(asker.answer(DONE, page(board)))
}

/// Puts a column onto its board again, with the tasks that were archived with it.
#[utoipa::path(post, path = "/boards/{board}/columns/{column}/restore/", tag = "columns",
    params(("board" = i64, Path), ("column" = i64, Path)),
    responses((status = 200, description = "The column", body = ColumnEntry), Refusals))]
pub async fn restore(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id((board, column)): Id<(BoardId, ColumnId)>,
    Key(key): Key,
    asker: Asker,
) -> Result<Response, Failure> {
    let column = columns::restore(&state.engine, &me, key, board, column).await?;
    // The form is on that page.
    Ok(asker.answer(Json(ColumnEntry::from(column)), format!("/boards/{board}/archive/?columns=")))
}

fn page(board: BoardId) -> String {
    format!("/boards/{board}/")
}
