//! Boards and their members.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use engine::{boards, members};
use protocol::{BoardId, Error, Role, Template, UserId};
use utoipa::ToSchema;

use crate::{
    contract::{BoardEntry, DONE, Done, MemberEntry},
    exchange::{Asker, HOME},
    failure::Failure,
    input::{Fields, FromFields, Id, Input, Key},
    openapi::Refusals,
    session::Signed,
    state::AppState,
};

/// A board's name.
#[derive(ToSchema)]
pub struct BoardName {
    /// 1 to 100 characters.
    name: String,
}

impl FromFields for BoardName {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        Ok(Self { name: fields.text("name")? })
    }
}

/// A board to make.
#[derive(ToSchema)]
pub struct NewBoard {
    /// 1 to 100 characters.
    name: String,
    /// What it begins with; `plain` where it is left out.
    #[schema(required = false)]
    template: Template,
}

impl FromFields for NewBoard {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        let template = fields.text("template")?;
        let named =
            || Template::named(&template).ok_or_else(|| Error::invalid("template", "There is no such template."));
        Ok(Self {
            name: fields.text("name")?,
            template: if template.is_empty() { Template::default() } else { named()? },
        })
    }
}

/// Makes a board, whose owner is who made it.
#[utoipa::path(post, path = "/boards/", tag = "boards", request_body = NewBoard,
    responses((status = 201, description = "The board", body = BoardEntry), Refusals))]
pub async fn create(
    State(state): State<AppState>,
    Signed(me): Signed,
    Key(key): Key,
    Input(new): Input<NewBoard>,
    asker: Asker,
) -> Result<Response, Failure> {
    let mine = boards::create(&state.engine, &me, key, &new.name, new.template).await?;
    let page = format!("/boards/{}/", mine.board.id);
    Ok(asker.answer((StatusCode::CREATED, Json(BoardEntry::from(mine))), page))
}

/// Gives a board another name.
#[utoipa::path(post, path = "/boards/{board}/rename/", tag = "boards", request_body = BoardName,
    params(("board" = i64, Path)), responses((status = 200, description = "The board", body = BoardEntry), Refusals))]
pub async fn rename(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(board): Id<BoardId>,
    Key(key): Key,
    Input(new): Input<BoardName>,
    asker: Asker,
) -> Result<Response, Failure> {
    let mine = boards::rename(&state.engine, &me, key, board, &new.name).await?;
    Ok(asker.answer(Json(BoardEntry::from(mine)), members_page(board)))
}

/// Archives a board: who is on it still reads it, and nobody writes there.
#[utoipa::path(post, path = "/boards/{board}/put-away/", tag = "boards", params(("board" = i64, Path)),
    responses((status = 200, description = "The board", body = BoardEntry), Refusals))]
pub async fn archive(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(board): Id<BoardId>,
    Key(key): Key,
    asker: Asker,
) -> Result<Response, Failure> {
    let mine = boards::archive(&state.engine, &me, key, board).await?;
    Ok(asker.answer(Json(BoardEntry::from(mine)), board_page(board)))
}

/// Brings a board back that was archived.
#[utoipa::path(post, path = "/boards/{board}/restore/", tag = "boards", params(("board" = i64, Path)),
    responses((status = 200, description = "The board", body = BoardEntry), Refusals))]
pub async fn restore(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(board): Id<BoardId>,
    Key(key): Key,
    asker: Asker,
) -> Result<Response, Failure> {
    let mine = boards::restore(&state.engine, &me, key, board).await?;
    Ok(asker.answer(Json(BoardEntry::from(mine)), board_page(board)))
}

/// That the deletion of a board is meant.
#[derive(ToSchema)]
pub struct Deletion {
    /// The name of the board.
    confirm: String,
}

impl FromFields for Deletion {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        Ok(Self { confirm: fields.text("confirm")? })
    }
}

/// Deletes a board with its tasks, rooms, messages and files, for everybody and for good.
#[utoipa::path(post, path = "/boards/{board}/delete/", tag = "boards", request_body = Deletion,
    params(("board" = i64, Path)), responses((status = 200, description = "Deleted", body = Done), Refusals))]
pub async fn delete(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(board): Id<BoardId>,
    Key(key): Key,
    Input(meant): Input<Deletion>,
    asker: Asker,
) -> Result<Response, Failure> {
    boards::delete(&state.engine, &me, key, board, &meant.confirm).await?;
    Ok(asker.answer(DONE, HOME))
}

/// Somebody to add to a board.
#[derive(ToSchema)]
pub struct NewMember {
    /// In any case.
    username: String,
    /// What they are to be; `member` where it is left out.
    #[schema(required = false)]
    role: Role,
}

impl FromFields for NewMember {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        let role = fields.text("role")?;
        let role = if role.is_empty() { Role::Member } else { role_named(&role)? };
        Ok(Self { username: fields.text("username")?, role })
    }
}

/// Adds somebody to a board.
#[utoipa::path(post, path = "/boards/{board}/members/", tag = "boards", request_body = NewMember,
    params(("board" = i64, Path)), responses((status = 201, description = "The member", body = MemberEntry), Refusals))]
pub async fn add_member(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(board): Id<BoardId>,
    Key(key): Key,
    Input(new): Input<NewMember>,
    asker: Asker,
) -> Result<Response, Failure> {
    let member = members::add(&state.engine, &me, key, board, &new.username, new.role).await?;
    Ok(asker.answer((StatusCode::CREATED, Json(MemberEntry::from(member))), members_page(board)))
}

/// What somebody is to be on a board.
#[derive(ToSchema)]
pub struct NewRole {
    /// The role.
    role: Role,
}

impl FromFields for NewRole {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        Ok(Self { role: role_named(&fields.text("role")?)? })
    }
}

pub(super) fn role_named(name: &str) -> Result<Role, Error> {
    Role::named(name).ok_or_else(|| Error::invalid("role", "A role is owner, member or viewer."))
}

/// Changes what somebody is on a board.
#[utoipa::path(post, path = "/boards/{board}/members/{user}/role/", tag = "boards", request_body = NewRole,
    params(("board" = i64, Path), ("user" = i64, Path)),
    responses((status = 200, description = "The member", body = MemberEntry), Refusals))]
pub async fn change_role(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id((board, user)): Id<(BoardId, UserId)>,
    Key(key): Key,
    Input(new): Input<NewRole>,
    asker: Asker,
) -> Result<Response, Failure> {
    let member = members::change_role(&state.engine, &me, key, board, user, new.role).await?;
    Ok(asker.answer(Json(MemberEntry::from(member)), members_page(board)))
}

/// Who is to have a board.
#[derive(ToSchema)]
pub struct Heir {
    /// Another member.
    user: UserId,
}

impl FromFields for Heir {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        let user = fields.number("user")?.ok_or_else(|| Error::invalid("user", "Choose who is to have the board."))?;
        Ok(Self { user: UserId(user) })
    }
}

/// Makes another member an owner of a board, and oneself a member.
#[utoipa::path(post, path = "/boards/{board}/hand-over/", tag = "boards", request_body = Heir,
    params(("board" = i64, Path)), responses((status = 200, description = "The new owner", body = MemberEntry), Refusals))]
pub async fn hand_over(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(board): Id<BoardId>,
    Key(key): Key,
    Input(heir): Input<Heir>,
    asker: Asker,
) -> Result<Response, Failure> {
    let member = members::hand_over(&state.engine, &me, key, board, heir.user).await?;
    Ok(asker.answer(Json(MemberEntry::from(member)), members_page(board)))
}

/// Removes somebody from a board; oneself: leaves it.
#[utoipa::path(post, path = "/boards/{board}/members/{user}/remove/", tag = "boards",
    params(("board" = i64, Path), ("user" = i64, Path)),
    responses((status = 200, description = "Removed", body = Done), Refusals))]
pub async fn remove_member(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id((board, user)): Id<(BoardId, UserId)>,
    Key(key): Key,
    asker: Asker,
) -> Result<Response, Failure> {
    members::remove(&state.engine, &me, key, board, user).await?;
    let page = if user == me.id() { HOME.to_owned() } else { members_page(board) };
    Ok(asker.answer(DONE, page))
}

fn board_page(board: BoardId) -> String {
    format!("/boards/{board}/")
}

pub(super) fn members_page(board: BoardId) -> String {
    format!("/boards/{board}/members/")
}
