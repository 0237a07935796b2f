//! Boards that are archived or deleted, and what is taken out of a deleted one in steps.

use protocol::{BoardId, Role, RoomId, TaskId, UserId, permission::Unnamed};

use super::{Tx, sql};
use crate::{Result, db::search, write::internal};

/// Archives a board; 0 where it is archived.
pub(crate) async fn archive(tx: &mut Tx, board: BoardId, by: UserId, now: i64) -> Result<u64> {
    sql!(run tx,
        "update boards set archived_at = $3, archived_by = $2 where id = $1 and archived_at is null", board, by, now)
}

/// Brings a board back; 0 where it is not archived.
pub(crate) async fn restore(tx: &mut Tx, board: BoardId) -> Result<u64> {
    sql!(run tx,
        "update boards set archived_at = null, archived_by = null where id = $1 and archived_at is not null", board)
}

/// Who is on a board, and as what.
pub(crate) async fn members(tx: &mut Tx, board: BoardId) -> Result<Vec<(UserId, Role)>> {
    let rows: Vec<(UserId, String)> =
        sql!(all tx, "select user_id, role from board_members where board_id = $1 order by user_id", board)?;
    rows.into_iter()
        .map(|(user, role)| Ok((user, Role::try_from(role).map_err(|unnamed: Unnamed| internal(unnamed))?)))
        .collect()
}

/// Takes everybody off a board that is deleted, so that it is there for nobody; gives who was on it.
pub(crate) async fn close(tx: &mut Tx, board: BoardId, now: i64) -> Result<Vec<UserId>> {
    sql!(run tx, "update boards set deleted_at = $2 where id = $1", board, now)?;
    let rows: Vec<(UserId,)> = sql!(all tx, "delete from board_members where board_id = $1 returning user_id", board)?;
    Ok(rows.into_iter().map(|(user,)| user).collect())
}

/// Boards that are deleted and not yet taken out.
pub(crate) async fn deleted(tx: &mut Tx) -> Result<Vec<BoardId>> {
    let rows: Vec<(BoardId,)> = sql!(all tx, "select id from boards where deleted_at is not null order by id")?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Takes some rows about a deleted board out of inboxes; gives whose they were, once for each.
pub(crate) async fn forget_notifications(tx: &mut Tx, board: BoardId, limit: i64) -> Result<Vec<UserId>> {
    let rows: Vec<(UserId,)> = sql!(all tx,
        "delete from notifications where id in (select id from notifications where stream in (
            select 'board:' || id from boards where id = $1
            union all select 'room:' || id from rooms where board_id = $1
            union all select 'task:' || id from tasks where board_id = $1
            union all select s.name from rooms r join streams s on s.home = 'room:' || r.id where r.board_id = $1)
          limit $2) returning user_id",
        board, limit)?;
    Ok(rows.into_iter().map(|(user,)| user).collect())
}

/// Takes out some of what was to be said later on a deleted board; gives whose that was, once for each.
pub(crate) async fn forget_scheduled(tx: &mut Tx, board: BoardId, limit: i64) -> Result<Vec<UserId>> {
    let rows: Vec<(UserId,)> = sql!(all tx,
        "delete from scheduled_messages where id in (select id from scheduled_messages where stream in (
            select 'room:' || id from rooms where board_id = $1
            union all select 'task:' || id from tasks where board_id = $1)
          limit $2) returning user_id",
        board, limit)?;
    Ok(rows.into_iter().map(|(user,)| user).collect())
}

/// Takes out some tasks of a deleted board with all that hangs on them but what was said, which follows; gives how
/// many.
pub(crate) async fn remove_tasks(tx: &mut Tx, board: BoardId, limit: i64) -> Result<u64> {
    let rows: Vec<(TaskId,)> = sql!(all tx,
        "delete from tasks where id in (select id from tasks where board_id = $1 limit $2) returning id",
        board, limit)?;
    let ids: Vec<TaskId> = rows.into_iter().map(|(id,)| id).collect();
    search::remove_tasks(tx, &ids).await?;
    Ok(ids.len() as u64)
}

/// Takes out some rooms of a deleted board; gives how many.
pub(crate) async fn remove_rooms(tx: &mut Tx, board: BoardId, limit: i64) -> Result<u64> {
    let rows: Vec<(RoomId,)> = sql!(all tx,
        "delete from rooms where id in (select id from rooms where board_id = $1 limit $2) returning id",
        board, limit)?;
    Ok(rows.len() as u64)
}

/// Takes out what is left of a deleted board: its columns, labels, filters and links; 0 where it is gone.
pub(crate) async fn remove(tx: &mut Tx, board: BoardId) -> Result<u64> {
    sql!(run tx, "delete from boards where id = $1", board)
}

/// Boards that are no more and have rows left of their streams.
pub(crate) async fn left_streams(tx: &mut Tx) -> Result<Vec<BoardId>> {
    // A number even where another stream is looked at first.
    let rows: Vec<(BoardId,)> = sql!(all tx,
        "select s.id from
         (select case when name like 'board:%' then cast(substr(name, 7) as bigint) end as id from streams) s
         where s.id is not null and not exists (select 1 from boards b where b.id = s.id) order by s.id")?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
