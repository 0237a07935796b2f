//! Completion of mentions.

use axum::{Json, extract::State};
use engine::mentions;
use protocol::Error;

use crate::{
    contract::{Candidate, Candidates},
    failure::Failure,
    input::{Asked, Fields, FromFields},
    openapi::Refusals,
    session::Signed,
    state::AppState,
};

/// What was typed after the `@`.
pub struct Typed(String);

impl FromFields for Typed {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        fields.text("q").map(Self)
    }
}

/// People that somebody shares a board with, best match first.
#[utoipa::path(get, path = "/messaging/mentions/", tag = "mentions",
    params(("q" = Option<String>, Query, description = "What was typed after the @")),
    responses((status = 200, description = "At most 8", body = Candidates), Refusals))]
pub async fn candidates(
    State(state): State<AppState>,
    Signed(me): Signed,
    Asked(typed): Asked<Typed>,
) -> Result<Json<Candidates>, Failure> {
    let people = mentions::candidates(&state.engine, &me, None, &typed.0).await?;
    Ok(Json(Candidates { results: people.into_iter().map(Candidate::from).collect() }))
}
