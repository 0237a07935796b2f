//! My tasks, over all boards.

use axum::{
    Json,
    extract::State,
    http::Uri,
    response::{IntoResponse, Response},
};
use engine::tasks;
use protocol::Error;
use serde::Serialize;
use utoipa::ToSchema;

use super::pages;
use crate::{
    contract::CardEntry,
    exchange::Asker,
    failure::Failure,
    input::{Asked, Fields, FromFields},
    openapi::Refusals,
    session::{Signed, Visitor},
    state::AppState,
};

/// Where a page begins and what of my tasks it has, as an address says it.
pub struct Which {
    after: String,
    overdue: bool,
}

impl FromFields for Which {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        Ok(Self { after: fields.text("after")?, overdue: fields.text("due")? == "overdue" })
    }
}

/// A task of mine.
#[derive(Serialize, ToSchema)]
pub struct MyTaskEntry {
    #[serde(flatten)]
    card: CardEntry,
    /// Its board's name.
    board_name: String,
    /// Its column's name.
    column_name: String,
    /// Open items of its checklist that are mine to do.
    my_items: i64,
    /// Where it leads.
    url: String,
}

/// A page of my tasks.
#[derive(Serialize, ToSchema)]
pub struct MyTaskEntries {
    /// At most 50.
    tasks: Vec<MyTaskEntry>,
    /// The `after` of the next page; null where there is none.
    next: Option<String>,
}

/// What I shall do, or an item of it, and is not done, over all boards that I may read: what is due first before
/// all else, what has no date last, and of one day what matters most.
#[utoipa::path(get, path = "/tasks/", tag = "tasks",
    params(("after" = Option<String>, Query, description = "`next` of the page before"),
        ("due" = Option<String>, Query, description = "`overdue`: only what is overdue")),
    responses((status = 200, description = "A page", body = MyTaskEntries), Refusals))]
pub async fn list(
    State(state): State<AppState>,
    Signed(me): Signed,
    Asked(Which { after, overdue }): Asked<Which>,
    visitor: Visitor,
    asker: Asker,
    uri: Uri,
) -> Result<Response, Failure> {
    if !asker.says_json() {
        return Ok(pages::page(State(state), Signed(me), visitor, uri).await);
    }
    let after = match after.as_str() {
        "" => tasks::Key::default(),
        key => key.parse().map_err(|()| Error::invalid("after", "This is the key of no page."))?,
    };
    let page = tasks::mine(&state.engine, &me, after, overdue, visitor.zone).await?;
    let tasks = page
        .tasks
        .into_iter()
        .map(|mine| MyTaskEntry {
            url: format!("/boards/{}/tasks/{}/", mine.card.board, mine.card.id),
            card: mine.card.into(),
            board_name: mine.board,
            column_name: mine.column,
            my_items: mine.items,
        })
        .collect();
    Ok(Json(MyTaskEntries { tasks, next: page.next }).into_response())
}
