//! Filters that somebody keeps of a board.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use engine::filters;
use protocol::{BoardId, Error, FilterId, SavedFilter};
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

/// A filter to keep.
#[derive(ToSchema)]
pub struct NewFilter {
    /// 1 to 50 characters.
    name: String,
    /// The query of an address of the board that asks for it, as `?label=3&due=week`.
    query: String,
}

impl FromFields for NewFilter {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        Ok(Self { name: fields.text("name")?, query: fields.text("query")? })
    }
}

/// What a filter shall be called.
#[derive(ToSchema)]
pub struct FilterName {
    /// 1 to 50 characters.
    name: String,
}

impl FromFields for FilterName {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        Ok(Self { name: fields.text("name")? })
    }
}

/// Keeps a filter under a name.
#[utoipa::path(post, path = "/boards/{board}/filters/", tag = "boards", request_body = NewFilter,
    params(("board" = i64, Path)), responses((status = 201, description = "The filter", body = SavedFilter), Refusals))]
pub async fn save(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(board): Id<BoardId>,
    Key(key): Key,
    Input(new): Input<NewFilter>,
    asker: Asker,
) -> Result<Response, Failure> {
    let filter = filters::save(&state.engine, &me, key, board, &new.name, &new.query).await?;
    let page = format!("/boards/{board}/{}", filter.query);
    Ok(asker.answer((StatusCode::CREATED, Json(filter)), page))
}

/// Gives a filter another name.
#[utoipa::path(post, path = "/boards/{board}/filters/{filter}/edit/", tag = "boards", request_body = FilterName,
    params(("board" = i64, Path), ("filter" = i64, Path)),
    responses((status = 200, description = "The filter", body = SavedFilter), Refusals))]
pub async fn rename(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id((board, filter)): Id<(BoardId, FilterId)>,
    Key(key): Key,
    Input(new): Input<FilterName>,
    asker: Asker,
) -> Result<Response, Failure> {
    let filter = filters::rename(&state.engine, &me, key, board, filter, &new.name).await?;
    Ok(asker.answer(Json(filter), page(board)))
}

/// Keeps a filter no longer.
#[utoipa::path(post, path = "/boards/{board}/filters/{filter}/delete/", tag = "boards",
    params(("board" = i64, Path), ("filter" = i64, Path)),
    responses((status = 200, description = "It is gone", body = Done), Refusals))]
pub async fn delete(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id((board, filter)): Id<(BoardId, FilterId)>,
    Key(key): Key,
    asker: Asker,
) -> Result<Response, Failure> {
    filters::delete(&state.engine, &me, key, board, filter).await?;
    Ok(asker.answer(DONE, page(board)))
}

fn page(board: BoardId) -> String {
    format!("/boards/{board}/filters/")
}
