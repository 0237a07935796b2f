//! Invitations to boards.

use protocol::{BoardId, Invite, InviteId, Role, UserId};

use super::{Tx, sql};
use crate::Result;

/// In place of the moment of who has not come by an invitation and may not.
const BARRED: i64 = 0;

#[derive(sqlx::FromRow)]
struct Row {
    id: InviteId,
    token: String,
    #[sqlx(try_from = "String")]
    role: Role,
    by_name: String,
    expires_at: i64,
    joined: i64,
}

impl From<Row> for Invite {
    fn from(Row { id, token, role, by_name, expires_at, joined }: Row) -> Self {
        Self { id, token, role, by: by_name, expires_at, joined }
    }
}

/// The invitations to a board that are in force, the newest first. Those of somebody who
/// runs it no longer, or whose account is closed, are not.
pub(crate) async fn of_board(tx: &mut Tx, board: BoardId, now: i64) -> Result<Vec<Invite>> {
    let rows: Vec<Row> = sql!(all tx,
        "select i.id, i.token, i.role, u.display_name as by_name, i.expires_at,
             (select count(*) from invite_joins j where j.invite_id = i.id and j.joined_at <> $3) as joined
         from invites i join users u on u.id = i.created_by and u.deactivated_at is null
         join board_members m on m.board_id = i.board_id and m.user_id = i.created_by and m.role = 'owner'
         where i.board_id = $1 and i.revoked_at is null and i.expires_at > $2 order by i.id desc",
        board, now, BARRED)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Where an invitation leads.
#[derive(sqlx::FromRow)]
pub(crate) struct Open {
    pub(crate) id: InviteId,
    pub(crate) board_id: BoardId,
    pub(crate) board_name: String,
    #[sqlx(try_from = "String")]
    pub(crate) role: Role,
    pub(crate) by_name: String,
}

/// The invitation with this token, where it is in force: not revoked, not over, and made by somebody who still
/// runs the board, which is not archived.
pub(crate) async fn open(tx: &mut Tx, token: &str, now: i64) -> Result<Option<Open>> {
    sql!(maybe tx,
        "select i.id, i.board_id, b.name as board_name, i.role, u.display_name as by_name
         from invites i join boards b on b.id = i.board_id and b.archived_at is null
         join users u on u.id = i.created_by and u.deactivated_at is null
         join board_members m on m.board_id = i.board_id and m.user_id = i.created_by and m.role = 'owner'
         where i.token = $1 and i.revoked_at is null and i.expires_at > $2",
        token, now)
}

/// Makes an invitation.
pub(crate) async fn insert(
    tx: &mut Tx,
    board: BoardId,
    token: &str,
    role: Role,
    by: UserId,
    now: i64,
    expires_at: i64,
) -> Result<InviteId> {
    let (id,): (InviteId,) = sql!(one tx,
        "insert into invites (board_id, token, role, created_by, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6) returning id",
        board, token, role.as_str(), by, now, expires_at)?;
    Ok(id)
}

/// Ends an invitation of a board; nothing where it has ended or is none.
pub(crate) async fn revoke(tx: &mut Tx, board: BoardId, invite: InviteId, now: i64) -> Result<u64> {
    sql!(run tx,
        "update invites set revoked_at = $3 where id = $1 and board_id = $2 and revoked_at is null", invite, board, now)
}

/// Notes who comes by an invitation; nothing where they have come by it before.
pub(crate) async fn join(tx: &mut Tx, invite: InviteId, user: UserId, now: i64) -> Result<u64> {
    sql!(run tx,
        "insert into invite_joins (invite_id, user_id, joined_at) values ($1, $2, $3)
         on conflict (invite_id, user_id) do nothing",
        invite, user, now)
}

/// Keeps somebody who was removed from a board from coming back by an invitation that is in force.
pub(crate) async fn bar(tx: &mut Tx, board: BoardId, user: UserId, now: i64) -> Result<u64> {
    sql!(run tx,
        "insert into invite_joins (invite_id, user_id, joined_at)
         select id, $2, $4 from invites where board_id = $1 and revoked_at is null and expires_at > $3
         on conflict (invite_id, user_id) do nothing",
        board, user, now, BARRED)
}
