//! Search.

use axum::{
    Json,
    extract::State,
    http::Uri,
    response::{IntoResponse, Response},
};
use engine::search::{self, Search};
use protocol::{
    Error,
    page::{Hit, HitKind, Piece},
    search::{Key, Sort},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::pages;
use crate::{
    contract::iso,
    exchange::Asker,
    failure::Failure,
    input::{Asked, Fields, FromFields},
    openapi::Refusals,
    session::{Signed, Visitor},
    state::AppState,
};

/// What is looked for, as an address says it.
pub struct Wanted {
    text: String,
    sort: Sort,
    key: String,
}

impl FromFields for Wanted {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        Ok(Self { text: fields.text("q")?, sort: Sort::named(&fields.text("sort")?), key: fields.text("key")? })
    }
}

/// A part of a text.
#[derive(Serialize, ToSchema)]
pub struct SearchPart {
    text: String,
    /// Is it what was looked for?
    hit: bool,
}

/// Something that was found.
#[derive(Serialize, ToSchema)]
pub struct SearchResult {
    /// `message`, `comment` or `task`.
    r#type: &'static str,
    /// Of the message, comment or task.
    id: i64,
    /// Where it leads.
    url: String,
    /// The room's name, or the task's number, and its title where this is a comment.
    place: String,
    /// The board's name.
    board: String,
    /// Who wrote it; empty for a former member.
    username: String,
    /// ISO 8601, UTC.
    timestamp: String,
    /// Is the task archived?
    archived: bool,
    /// A task's title.
    title: Vec<SearchPart>,
    /// A part of the text.
    excerpt: Vec<SearchPart>,
}

/// A page of what was found.
#[derive(Serialize, ToSchema)]
pub struct SearchResults {
    /// At most 20.
    results: Vec<SearchResult>,
    /// The `key` of the next page; null where there is none.
    next: Option<String>,
}

impl From<Hit> for SearchResult {
    fn from(hit: Hit) -> Self {
        let parts =
            |pieces: Vec<Piece>| pieces.into_iter().map(|Piece { text, hit }| SearchPart { text, hit }).collect();
        Self {
            r#type: match hit.kind {
                HitKind::Message => "message",
                HitKind::Comment => "comment",
                HitKind::Task => "task",
            },
            id: hit.id,
            url: hit.url,
            place: hit.place,
            board: hit.board,
            username: hit.author.map(|author| author.username).unwrap_or_default(),
            timestamp: iso(hit.at),
            archived: hit.archived,
            title: parts(hit.title),
            excerpt: parts(hit.excerpt),
        }
    }
}

/// Messages, comments and tasks, in everything that one may read.
#[utoipa::path(get, path = "/search/", tag = "search",
    params(
        ("q" = String, Query, description = "Words, \"phrases\", and the filters in:, from:, before:, after:, is:task"),
        ("sort" = Option<Sort>, Query, description = "`newest`, or `best`: the best match among the newest 1,000"),
        ("key" = Option<String>, Query, description = "`next` of the page before"),
    ),
    responses((status = 200, description = "A page", body = SearchResults), Refusals))]
pub async fn list(
    State(state): State<AppState>,
    Signed(me): Signed,
    Asked(wanted): Asked<Wanted>,
    visitor: Visitor,
    asker: Asker,
    uri: Uri,
) -> Result<Response, Failure> {
    if !asker.says_json() {
        return Ok(pages::page(State(state), Signed(me), visitor, uri).await);
    }
    let Wanted { text, sort, key } = wanted;
    let key = match key.as_str() {
        "" => Key::default(),
        key => key.parse().map_err(|()| Error::invalid("key", "This is the key of no page."))?,
    };
    let page = search::search(&state.engine, &me, &Search { text, sort, key }, visitor.zone).await?;
    let results = page.hits.into_iter().map(SearchResult::from).collect();
    Ok(Json(SearchResults { results, next: page.next }).into_response())
}
