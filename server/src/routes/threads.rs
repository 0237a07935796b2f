//! Threads under messages of rooms.

use axum::{
    Json,
    extract::State,
    response::Response,
    routing::{MethodRouter, get},
};
use engine::{messages, watching};
use protocol::{MessageId, Stream};

use super::messages::{Content, made};
use crate::{
    contract::{DONE, Done, Messages, Page, Past},
    exchange::Asker,
    failure::Failure,
    input::{Asked, Id, Input, Key},
    openapi::Refusals,
    session::Signed,
    state::AppState,
};

/// `/messaging/message/<id>/replies/`: read and added to.
pub fn replies() -> MethodRouter<AppState> {
    get(list).post(reply)
}

/// A page of the replies in the thread under a message of a room, or that it is in.
#[utoipa::path(get, path = "/messaging/message/{id}/replies/", tag = "messages",
    params(("id" = i64, Path), ("before" = Option<i64>, Query, description = "Id of a reply"),
        ("after" = Option<i64>, Query, description = "Id of a reply; what follows it"),
        ("around" = Option<i64>, Query, description = "Id of a reply; it and what is on both sides of it"),
        ("limit" = Option<i64>, Query, description = "1 to 50; 50 where it is left out"),
        ("offset" = Option<i64>, Query, description = "0 to 10,000 of the newest to leave out")),
    responses((status = 200, description = "Oldest first", body = Messages), Refusals))]
pub async fn list(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(id): Id<MessageId>,
    Asked(page): Asked<Page>,
) -> Result<Json<Messages>, Failure> {
    let thread = messages::thread_of(&state.engine, &me, id).await?;
    let messages = messages::list(&state.engine, &me, thread, page.0).await?;
    Ok(Json(Messages { messages: messages.iter().map(Past::from).collect() }))
}

/// Replies to a message of a room, in the thread under it or that it is in.
#[utoipa::path(post, path = "/messaging/message/{id}/replies/", tag = "messages", request_body = Content,
    params(("id" = i64, Path), ("Idempotency-Key" = Option<String>, Header, description = "A UUID: the same one posts once")),
    responses(
        (status = 201, description = "Posted", body = Past),
        (status = 200, description = "Posted before with this key", body = Past),
        Refusals))]
pub async fn reply(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(id): Id<MessageId>,
    Key(key): Key,
    Input(new): Input<Content>,
    asker: Asker,
) -> Result<Response, Failure> {
    let place = messages::thread_of(&state.engine, &me, id).await?;
    if new.preview {
        return new.preview(&state, &me, place).await;
    }
    let new = messages::NewMessage {
        place,
        key,
        content: new.content,
        parent: Some(id),
        quote: new.quote,
        files: new.files,
        confirmed: new.confirmed,
    };
    let posted = messages::post(&state.engine, &me, new).await?;
    let page = format!("/messaging/message/{}/", posted.message.id);
    Ok(asker.answer_at((made(posted.fresh), Json(Past::from(&posted.message))), page))
}

/// Hears of replies in the thread under a message.
#[utoipa::path(post, path = "/messaging/message/{id}/follow/", tag = "messages",
    params(("id" = i64, Path)), responses((status = 200, description = "Followed", body = Done), Refusals))]
pub async fn follow(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(id): Id<MessageId>,
    Key(key): Key,
    asker: Asker,
) -> Result<Response, Failure> {
    watching::watch(&state.engine, &me, key, Stream::Thread(id)).await?;
    Ok(asker.answer(DONE, format!("/messaging/message/{id}/")))
}

/// Hears of replies in the thread under a message no more.
#[utoipa::path(post, path = "/messaging/message/{id}/unfollow/", tag = "messages",
    params(("id" = i64, Path)), responses((status = 200, description = "Not followed", body = Done), Refusals))]
pub async fn unfollow(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(id): Id<MessageId>,
    Key(key): Key,
    asker: Asker,
) -> Result<Response, Failure> {
    watching::unwatch(&state.engine, &me, key, Stream::Thread(id)).await?;
    Ok(asker.answer(DONE, format!("/messaging/message/{id}/")))
}
