//! Messages of rooms, and what is read and posted there and on tasks alike.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use engine::{Actor, Zone, messages, reads};
use protocol::{Error, FileId, MessageId, RoomId, Stream, Writing, page::Seek};
use utoipa::ToSchema;

use crate::{
    contract::{DONE, Done, Messages, Page, Past, Sent},
    exchange::{Asker, Preview},
    failure::Failure,
    input::{Asked, Fields, FromFields, Id, Input, Key},
    openapi::Refusals,
    session::{Signed, Visitor},
    state::AppState,
};

/// A message or comment to post.
#[derive(ToSchema)]
pub struct Content {
    /// Markdown, 1 to 10,000 characters. The original's names `message` and `comment` are taken too.
    pub content: String,
    /// What it replies to, in the thread of which it is put.
    pub parent: Option<MessageId>,
    /// The message of the same room or task that it quotes.
    pub quote: Option<MessageId>,
    /// That it notifies 5 people or more (`@here`, `@room`, `@board`) is meant.
    #[schema(required = false)]
    pub confirmed: bool,
    /// Files that were sent before, at most 10. With them the text may be empty.
    pub files: Vec<FileId>,
    /// Is only to be shown what it will look like? In forms alone.
    #[schema(ignore)]
    pub preview: bool,
}

impl FromFields for Content {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        Ok(Self {
            content: fields.text_of(&["content", "message", "comment"])?,
            parent: fields.number("parent")?.map(MessageId),
            quote: fields.number("quote")?.map(MessageId),
            confirmed: fields.switch("confirmed")?,
            files: fields.numbers("files")?.into_iter().map(FileId).collect(),
            preview: fields.is_form() && fields.switch("preview")?,
        })
    }
}

impl Content {
    /// What it will look like in a place, for the page of its form.
    pub async fn preview(&self, state: &AppState, me: &Actor, place: Stream) -> Result<Response, Failure> {
        let html = messages::preview(&state.engine, me, place, Writing::Message, &self.content).await?;
        Ok(Preview(html).into_response())
    }
}

/// Posts a message in a room.
#[utoipa::path(post, path = "/messaging/room/{id}/send/", tag = "messages", request_body = Content,
    params(("id" = i64, Path), ("Idempotency-Key" = Option<String>, Header, description = "A UUID: the same one posts once")),
    responses(
        (status = 201, description = "Sent", body = Sent),
        (status = 200, description = "Sent before with this key", body = Sent),
        Refusals))]
pub async fn send(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(room): Id<RoomId>,
    Key(key): Key,
    Input(new): Input<Content>,
    asker: Asker,
) -> Result<Response, Failure> {
    if new.preview {
        return new.preview(&state, &me, Stream::Room(room)).await;
    }
    let new = messages::NewMessage {
        place: Stream::Room(room),
        key,
        content: new.content,
        parent: new.parent,
        quote: new.quote,
        confirmed: new.confirmed,
        files: new.files,
    };
    let posted = messages::post(&state.engine, &me, new).await?;
    let page = format!("/messaging/room/{room}/#m{}", posted.message.id);
    Ok(asker.answer((made(posted.fresh), Json(Sent::from(&posted.message))), page))
}

/// The status of something that was made, now or with the same key before.
pub fn made(now: bool) -> StatusCode {
    if now { StatusCode::CREATED } else { StatusCode::OK }
}

/// A page of a room's messages: the newest, or what is before, after or around one.
#[utoipa::path(get, path = "/messaging/room/{id}/history/", tag = "messages",
    params(("id" = i64, Path), ("before" = Option<i64>, Query, description = "Id of a message"),
        ("after" = Option<i64>, Query, description = "Id of a message; what follows it"),
        ("around" = Option<i64>, Query, description = "Id of a message; it and what is on both sides of it"),
        ("limit" = Option<i64>, Query, description = "1 to 50; 50 where it is left out"),
        ("offset" = Option<i64>, Query, description = "0 to 10,000 of the newest to leave out")),
    responses((status = 200, description = "Oldest first", body = Messages), Refusals))]
pub async fn history(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(room): Id<RoomId>,
    Asked(page): Asked<Page>,
) -> Result<Json<Messages>, Failure> {
    let messages = messages::list(&state.engine, &me, Stream::Room(room), page.0).await?;
    Ok(Json(Messages { messages: messages.iter().map(Past::from).collect() }))
}

/// Where to go in a room: to what follows a number, or to a day.
pub struct Goal(Seek);

impl FromFields for Goal {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        Ok(Self(match fields.number("after")? {
            Some(n) => Seek::After(n),
            None => Seek::Day(fields.text("day")?),
        }))
    }
}

/// `/messaging/room/<id>/find/`: the way to a day, or to the first message after a number; to the newest
/// where there is nothing so new.
pub async fn find(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(room): Id<RoomId>,
    visitor: Visitor,
    Asked(Goal(seek)): Asked<Goal>,
) -> Result<Redirect, Failure> {
    let found = messages::seek(&state.engine, &me, Stream::Room(room), &seek, visitor.zone).await?;
    let at = found.map(|id| format!("?at={id}#m{id}")).unwrap_or_default();
    Ok(Redirect::to(&format!("/messaging/room/{room}/{at}")))
}

/// The messages pinned in a room.
#[utoipa::path(get, path = "/messaging/room/{id}/pins/", tag = "messages", params(("id" = i64, Path)),
    responses((status = 200, description = "The last one pinned first", body = Messages), Refusals))]
pub async fn pins(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(room): Id<RoomId>,
) -> Result<Json<Messages>, Failure> {
    let pins = messages::pins(&state.engine, &me, Stream::Room(room), Zone::named("UTC")).await?;
    Ok(Json(Messages { messages: pins.rows.iter().map(|row| Past::from(&row.message)).collect() }))
}

/// How far somebody has read.
#[derive(ToSchema)]
pub struct Seen {
    /// Number of the last message read, not its id; the newest where it is left out.
    pub n: Option<i64>,
}

impl FromFields for Seen {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        Ok(Self { n: fields.number("n")? })
    }
}

/// Marks a room read.
#[utoipa::path(post, path = "/messaging/room/{id}/read/", tag = "messages", request_body = Seen,
    params(("id" = i64, Path)), responses((status = 200, description = "Marked", body = Done), Refusals))]
pub async fn read(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(room): Id<RoomId>,
    Input(seen): Input<Seen>,
    asker: Asker,
) -> Result<Response, Failure> {
    reads::seen(&state.engine, &me, Stream::Room(room), seen.n.unwrap_or(i64::MAX)).await?;
    Ok(asker.answer(DONE, format!("/messaging/room/{room}/")))
}
