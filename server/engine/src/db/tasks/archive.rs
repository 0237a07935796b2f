//! Tasks that are off their board: archived, or deleted and not yet gone for good.

use protocol::{BoardId, ColumnId, TaskId, UserId, archive::ArchiveKey};

use super::super::{Tx, sql};
use crate::Result;

/// Archives a task; gives its revision where it was on the board.
pub(crate) async fn archive(tx: &mut Tx, task: TaskId, by: UserId, now: i64) -> Result<Vec<(TaskId, i64)>> {
    sql!(all tx,
        "update tasks set archived_at = $3, archived_by = $2, revision = revision + 1
         where id = $1 and archived_at is null and deleted_at is null returning id, revision",
        task, by, now)
}

/// Archives those of some tasks that are on a board; gives their revisions.
pub(crate) async fn archive_some(
    tx: &mut Tx,
    board: BoardId,
    tasks: &[TaskId],
    by: UserId,
    now: i64,
) -> Result<Vec<(TaskId, i64)>> {
    sql!(all_in tasks, tx,
        "update tasks set archived_at = $3, archived_by = $2, revision = revision + 1
         where board_id = $1 and archived_at is null and deleted_at is null and id in ({ids}) returning id, revision",
        board, by, now)
}

/// Archives every task of a column that is on the board; gives their revisions.
pub(crate) async fn archive_column(tx: &mut Tx, column: ColumnId, by: UserId, now: i64) -> Result<Vec<(TaskId, i64)>> {
    sql!(all tx,
        "update tasks set archived_at = $3, archived_by = $2, revision = revision + 1
         where column_id = $1 and archived_at is null and deleted_at is null returning id, revision",
        column, by, now)
}

/// Deletes a task for as long as it can be brought back; gives its revision where it was there.
pub(crate) async fn delete(tx: &mut Tx, task: TaskId, by: UserId, now: i64) -> Result<Option<i64>> {
    let row: Option<(i64,)> = sql!(maybe tx,
        "update tasks set deleted_at = $3, deleted_by = $2, revision = revision + 1
         where id = $1 and deleted_at is null returning revision",
        task, by, now)?;
    Ok(row.map(|(revision,)| revision))
}

/// A task that can be brought back.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Shelved {
    pub(crate) id: TaskId,
    pub(crate) column_id: ColumnId,
    pub(crate) position: String,
    pub(crate) deleted: bool,
}

/// The board of a task, wherever that is.
pub(crate) async fn board_of(tx: &mut Tx, task: TaskId) -> Result<Option<BoardId>> {
    let row: Option<(BoardId,)> = sql!(maybe tx, "select board_id from tasks where id = $1", task)?;
    Ok(row.map(|(board,)| board))
}

/// A task, if it is off its board.
pub(crate) async fn one(tx: &mut Tx, task: TaskId) -> Result<Option<Shelved>> {
    sql!(maybe tx,
        "select id, column_id, position, deleted_at is not null as deleted from tasks
         where id = $1 and (archived_at is not null or deleted_at is not null)", task)
}

/// Those of these tasks of a board that are archived, in the order in which they were in their columns.
pub(crate) async fn among(tx: &mut Tx, board: BoardId, tasks: &[TaskId]) -> Result<Vec<Shelved>> {
    sql!(all_in tasks, tx,
        "select id, column_id, position, 1 = 2 as deleted from tasks
         where board_id = $1 and archived_at is not null and deleted_at is null and id in ({ids})
         order by column_id, position, id",
        board)
}

/// The tasks of a column that were archived at a moment, in their order.
pub(crate) async fn since(tx: &mut Tx, column: ColumnId, at: i64) -> Result<Vec<Shelved>> {
    sql!(all tx,
        "select id, column_id, position, 1 = 2 as deleted from tasks
         where column_id = $1 and archived_at = $2 and deleted_at is null order by position, id",
        column, at)
}

/// Puts tasks onto their board again.
pub(crate) async fn bring_back(tx: &mut Tx, tasks: &[TaskId]) -> Result<u64> {
    sql!(run_in tasks, tx,
        "update tasks set archived_at = null, archived_by = null, deleted_at = null, deleted_by = null,
           revision = revision + 1 where id in ({ids})")
}

/// Has what is off the board go back to another column than its own, which is removed.
pub(crate) async fn send_back_to(tx: &mut Tx, column: ColumnId, to: ColumnId) -> Result<u64> {
    sql!(run tx,
        "update tasks set column_id = $2 where column_id = $1 and (archived_at is not null or deleted_at is not null)",
        column, to)
}

/// A row of the archive.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Row {
    pub(crate) id: TaskId,
    pub(crate) number: i64,
    pub(crate) title: String,
    pub(crate) column_name: String,
    pub(crate) at: i64,
    pub(crate) user_id: Option<UserId>,
    pub(crate) username: Option<String>,
    pub(crate) display_name: Option<String>,
}

const ARCHIVED: &str = "select t.id, t.number, t.title, c.name as column_name, t.archived_at as at, u.id as user_id,
       u.username, u.display_name
     from tasks t join board_columns c on c.id = t.column_id left join users u on u.id = t.archived_by
     where t.board_id = $1 and t.archived_at is not null and t.deleted_at is null and (t.archived_at, t.id) < ($2, $3)
     order by t.archived_at desc, t.id desc limit $4";
const DELETED: &str = "select t.id, t.number, t.title, c.name as column_name, t.deleted_at as at, u.id as user_id,
       u.username, u.display_name
     from tasks t join board_columns c on c.id = t.column_id left join users u on u.id = t.deleted_by
     where t.board_id = $1 and t.deleted_at is not null and (t.deleted_at, t.id) < ($2, $3)
     order by t.deleted_at desc, t.id desc limit $4";

/// A page of a board's archived tasks, newest first, after a place.
pub(crate) async fn archived(tx: &mut Tx, board: BoardId, (at, id): ArchiveKey, limit: i64) -> Result<Vec<Row>> {
    sql!(all tx, ARCHIVED, board, at, id, limit)
}

/// A page of a board's deleted tasks, newest first, after a place.
pub(crate) async fn deleted(tx: &mut Tx, board: BoardId, (at, id): ArchiveKey, limit: i64) -> Result<Vec<Row>> {
    sql!(all tx, DELETED, board, at, id, limit)
}

/// Takes tasks out of the tables for good that were deleted before a moment, with all that hangs on them but what
/// was said, which follows; gives how many.
pub(crate) async fn expire(tx: &mut Tx, before: i64, limit: i64) -> Result<u64> {
    let rows: Vec<(TaskId,)> = sql!(all tx,
        // Looked at again once a row is held: it may have been brought back meanwhile (PostgreSQL).
        "delete from tasks where deleted_at < $1 and id in
         (select id from tasks where deleted_at < $1 order by deleted_at limit $2) returning id",
        before, limit)?;
    let ids: Vec<TaskId> = rows.into_iter().map(|(id,)| id).collect();
    super::super::search::remove_tasks(tx, &ids).await?;
    Ok(ids.len() as u64)
}

/// Tasks that are no more and have rows left of their streams.
pub(crate) async fn left_streams(tx: &mut Tx) -> Result<Vec<TaskId>> {
    // A number even where another stream is looked at first.
    let rows: Vec<(TaskId,)> = sql!(all tx,
        "select s.id from
         (select case when name like 'task:%' then cast(substr(name, 6) as bigint) end as id from streams) s
         where s.id is not null and not exists (select 1 from tasks t where t.id = s.id) order by s.id")?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
