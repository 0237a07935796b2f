//! Rooms and their members.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use engine::{messages, rooms};
use protocol::{BoardId, Error, Room, RoomId, UserId};
use utoipa::ToSchema;

use crate::{
    contract::{DONE, Done},
    exchange::{Asker, HOME},
    failure::Failure,
    input::{Fields, FromFields, Id, Input, Key},
    openapi::Refusals,
    session::Signed,
    state::AppState,
};

/// A new room.
#[derive(ToSchema)]
pub struct NewRoom {
    /// 1 to 100 characters, unique on the board.
    name: String,
    /// What it is for.
    #[schema(required = false)]
    description: String,
    /// Invited members only?
    #[schema(required = false)]
    private: bool,
    /// Ids of people who are in it from the start.
    #[schema(required = false)]
    members: Vec<UserId>,
}

impl FromFields for NewRoom {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        Ok(Self {
            name: fields.text("name")?,
            description: fields.text("description")?,
            private: fields.switch("private")?,
            members: fields.numbers("members")?.into_iter().map(UserId).collect(),
        })
    }
}

/// Makes a room on a board.
#[utoipa::path(post, path = "/messaging/board/{board}/rooms/create/", tag = "rooms", request_body = NewRoom,
    params(("board" = i64, Path)), responses((status = 201, description = "The room", body = Room), Refusals))]
pub async fn create(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(board): Id<BoardId>,
    Key(key): Key,
    Input(new): Input<NewRoom>,
    asker: Asker,
) -> Result<Response, Failure> {
    let new = rooms::NewRoom { name: new.name, topic: new.description, private: new.private, members: new.members };
    let room = rooms::create(&state.engine, &me, key, board, new).await?;
    let page = room_page(room.id);
    Ok(asker.answer((StatusCode::CREATED, Json(room)), page))
}

/// A room's new name and topic.
#[derive(ToSchema)]
pub struct RoomEdit {
    /// 1 to 100 characters, unique on the board.
    name: String,
    /// What it is for.
    #[schema(required = false)]
    description: String,
}

impl FromFields for RoomEdit {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        Ok(Self { name: fields.text("name")?, description: fields.text("description")? })
    }
}

/// Changes a room's name and topic.
#[utoipa::path(post, path = "/messaging/room/{id}/edit/", tag = "rooms", request_body = RoomEdit,
    params(("id" = i64, Path)), responses((status = 200, description = "The room", body = Room), Refusals))]
pub async fn edit(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(id): Id<RoomId>,
    Key(key): Key,
    Input(edit): Input<RoomEdit>,
    asker: Asker,
) -> Result<Response, Failure> {
    let room = rooms::edit(&state.engine, &me, key, id, &edit.name, &edit.description).await?;
    Ok(asker.answer(Json(room), room_page(id)))
}

/// Deletes a room with its messages.
#[utoipa::path(post, path = "/messaging/room/{id}/delete/", tag = "rooms",
    params(("id" = i64, Path)), responses((status = 200, description = "Deleted", body = Done), Refusals))]
pub async fn delete(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(id): Id<RoomId>,
    Key(key): Key,
    asker: Asker,
) -> Result<Response, Failure> {
    rooms::delete(&state.engine, &me, key, id).await?;
    Ok(asker.answer(DONE, HOME))
}

/// Clears a room of everything said in it.
#[utoipa::path(post, path = "/messaging/room/{id}/clear/", tag = "rooms",
    params(("id" = i64, Path)), responses((status = 200, description = "Cleared", body = Done), Refusals))]
pub async fn clear(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(room): Id<RoomId>,
    Key(key): Key,
    asker: Asker,
) -> Result<Response, Failure> {
    messages::clear(&state.engine, &me, key, room).await?;
    Ok(asker.answer(DONE, format!("/messaging/room/{room}/")))
}

/// Joins an open room.
#[utoipa::path(post, path = "/messaging/room/{id}/join/", tag = "rooms",
    params(("id" = i64, Path)), responses((status = 200, description = "Joined", body = Done), Refusals))]
pub async fn join(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(id): Id<RoomId>,
    Key(key): Key,
    asker: Asker,
) -> Result<Response, Failure> {
    rooms::join(&state.engine, &me, key, id).await?;
    Ok(asker.answer(DONE, room_page(id)))
}

/// Leaves a room.
#[utoipa::path(post, path = "/messaging/room/{id}/leave/", tag = "rooms",
    params(("id" = i64, Path)), responses((status = 200, description = "Left", body = Done), Refusals))]
pub async fn leave(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(id): Id<RoomId>,
    Key(key): Key,
    asker: Asker,
) -> Result<Response, Failure> {
    rooms::leave(&state.engine, &me, key, id).await?;
    Ok(asker.answer(DONE, HOME))
}

/// Somebody to add to a room.
#[derive(ToSchema)]
pub struct NewRoomMember {
    /// A member of the room's board.
    user: UserId,
}

impl FromFields for NewRoomMember {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        let user = fields.number("user")?.map(UserId);
        Ok(Self { user: user.ok_or_else(|| Error::invalid("user", "Who?"))? })
    }
}

/// Adds somebody to a room.
#[utoipa::path(post, path = "/messaging/room/{id}/members/", tag = "rooms", request_body = NewRoomMember,
    params(("id" = i64, Path)),
    responses((status = 201, description = "Who was added", body = protocol::Person), Refusals))]
pub async fn add_member(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(id): Id<RoomId>,
    Key(key): Key,
    Input(new): Input<NewRoomMember>,
    asker: Asker,
) -> Result<Response, Failure> {
    let person = rooms::add_member(&state.engine, &me, key, id, new.user).await?;
    Ok(asker.answer((StatusCode::CREATED, Json(person)), settings_page(id)))
}

/// Removes somebody from a room.
#[utoipa::path(post, path = "/messaging/room/{id}/members/{user}/remove/", tag = "rooms",
    params(("id" = i64, Path), ("user" = i64, Path)),
    responses((status = 200, description = "Removed", body = Done), Refusals))]
pub async fn remove_member(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id((id, user)): Id<(RoomId, UserId)>,
    Key(key): Key,
    asker: Asker,
) -> Result<Response, Failure> {
    rooms::remove_member(&state.engine, &me, key, id, user).await?;
    Ok(asker.answer(DONE, settings_page(id)))
}

fn room_page(id: RoomId) -> String {
    format!("/messaging/room/{id}/")
}

fn settings_page(id: RoomId) -> String {
    format!("/messaging/room/{id}/settings/")
}
