//! Invitations to boards, by links.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use engine::invites;
use protocol::{BoardId, Error, Invite, InviteId, Role, limits};
use utoipa::ToSchema;

use super::boards::{members_page, role_named};
use crate::{
    contract::{BoardEntry, DONE, Done},
    exchange::Asker,
    failure::Failure,
    input::{Fields, FromFields, Id, Input, Key},
    openapi::Refusals,
    session::Signed,
    state::AppState,
};

/// An invitation to make.
#[derive(ToSchema)]
pub struct NewInvite {
    /// What people are to be who come by it; `member` where it is left out.
    #[schema(required = false)]
    role: Role,
    /// For how many days it is in force: 1, 7 or 30; 7 where it is left out.
    #[schema(required = false)]
    days: i64,
}

impl FromFields for NewInvite {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        let role = fields.text("role")?;
        let role = if role.is_empty() { Role::Member } else { role_named(&role)? };
        Ok(Self { role, days: fields.number("days")?.unwrap_or(limits::INVITE_DAYS[1]) })
    }
}

/// Makes an invitation: `/invite/{token}/` is its address.
#[utoipa::path(post, path = "/boards/{board}/invites/", tag = "boards", request_body = NewInvite,
    params(("board" = i64, Path)), responses((status = 201, description = "The invitation", body = Invite), Refusals))]
pub async fn create(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(board): Id<BoardId>,
    Key(key): Key,
    Input(new): Input<NewInvite>,
    asker: Asker,
) -> Result<Response, Failure> {
    let invite = invites::create(&state.engine, &me, key, board, new.role, new.days).await?;
    Ok(asker.answer((StatusCode::CREATED, Json(invite)), members_page(board)))
}

/// Ends an invitation. Who has come by it stays.
#[utoipa::path(post, path = "/boards/{board}/invites/{invite}/revoke/", tag = "boards",
    params(("board" = i64, Path), ("invite" = i64, Path)),
    responses((status = 200, description = "Ended", body = Done), Refusals))]
pub async fn revoke(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id((board, invite)): Id<(BoardId, InviteId)>,
    Key(key): Key,
    asker: Asker,
) -> Result<Response, Failure> {
    invites::revoke(&state.engine, &me, key, board, invite).await?;
    Ok(asker.answer(DONE, members_page(board)))
}

/// Comes onto a board by an invitation. Who is on it already stays what they are.
#[utoipa::path(post, path = "/invite/{token}/", tag = "boards", params(("token" = String, Path)),
    responses((status = 200, description = "The board", body = BoardEntry), Refusals))]
pub async fn accept(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(token): Id<String>,
    Key(key): Key,
    asker: Asker,
) -> Result<Response, Failure> {
    let mine = invites::accept(&state.engine, &me, key, &token).await?;
    let page = format!("/boards/{}/", mine.board.id);
    Ok(asker.answer(Json(BoardEntry::from(mine)), page))
}
