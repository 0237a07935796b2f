//! Tasks that are named in texts.

use std::collections::{BTreeSet, HashMap};

use protocol::{
    BoardId, ColumnId, MadeTask, MessageId, RoomId, TaskId, UserId, limits, reference::TaskRef,
    task_number::beginning_with,
};

use super::{Tx, sql};
use crate::Result;

#[derive(sqlx::FromRow)]
struct Row {
    id: TaskId,
    number: i64,
    title: String,
    column_id: ColumnId,
    progress: i64,
    archived: bool,
    revision: i64,
}

/// Those of some tasks that are on a board, as chips show them.
pub(crate) async fn tasks(tx: &mut Tx, board: BoardId, ids: &[TaskId]) -> Result<Vec<TaskRef>> {
    let rows: Vec<Row> = sql!(all_in ids, tx,
        "select id, number, title, column_id, progress, archived_at is not null as archived, revision from tasks
         where board_id = $1 and deleted_at is null and id in ({ids})", board)?;
    let task = |row: Row| TaskRef {
        id: row.id,
        number: row.number,
        title: row.title,
        column: row.column_id,
        done: row.progress == limits::DONE,
        archived: row.archived,
        revision: row.revision,
    };
    Ok(rows.into_iter().map(task).collect())
}

/// Those of some tasks that were on a board once and are on another.
pub(crate) async fn left(tx: &mut Tx, board: BoardId, ids: &[TaskId]) -> Result<Vec<TaskId>> {
    let rows: Vec<(TaskId,)> = sql!(all_in ids, tx,
        "select n.task_id from task_numbers n join tasks t on t.id = n.task_id and t.deleted_at is null
         where n.board_id = $1 and n.task_id in ({ids})", board)?;
    Ok(rows.into_iter().map(|(task,)| task).collect())
}

/// Each range is walked by the index of (board, number), in its order.
const NUMBERED: &str = "select id from tasks
     where board_id = $1 and deleted_at is null
       and (number between $2 and $3 or number between $4 and $5 or number between $6 and $7 or number between $8 and $9)
     order by number limit $10";

const NEWEST: &str = "select id from tasks
     where board_id = $1 and deleted_at is null and archived_at is null order by number desc limit $2";

/// The tasks of a board whose numbers begin with this one, itself first.
pub(crate) async fn numbered(tx: &mut Tx, board: BoardId, number: i64, limit: i64) -> Result<Vec<TaskId>> {
    let [one, tens, hundreds, thousands] = beginning_with(number);
    let rows: Vec<(TaskId,)> = sql!(all tx, NUMBERED, board, one.0, one.1, tens.0, tens.1,
        hundreds.0, hundreds.1, thousands.0, thousands.1, limit)?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The newest tasks of a board, archived ones left out.
pub(crate) async fn newest(tx: &mut Tx, board: BoardId, limit: i64) -> Result<Vec<TaskId>> {
    let rows: Vec<(TaskId,)> = sql!(all tx, NEWEST, board, limit)?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// A text that names tasks.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Source {
    Message(MessageId),
    Description(TaskId),
}

impl Source {
    /// The message, or the task that is described.
    fn columns(self) -> (Option<MessageId>, Option<TaskId>) {
        match self {
            Self::Message(id) => (Some(id), None),
            Self::Description(id) => (None, Some(id)),
        }
    }
}

/// The tasks that a text is known to name.
pub(crate) async fn of(tx: &mut Tx, source: Source) -> Result<BTreeSet<TaskId>> {
    let rows: Vec<(TaskId,)> = match source {
        Source::Message(id) => sql!(all tx, "select task_id from task_references where message_id = $1", id)?,
        Source::Description(id) => sql!(all tx, "select task_id from task_references where described_id = $1", id)?,
    };
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// A text names none but these any more.
pub(crate) async fn remove_but(tx: &mut Tx, source: Source, kept: &BTreeSet<TaskId>) -> Result<u64> {
    // No task has this id: a list with nothing in it is equal to nothing, and unequal neither.
    let kept: Vec<TaskId> = kept.iter().copied().chain([TaskId(0)]).collect();
    match source {
        Source::Message(id) => {
            sql!(run_in kept, tx, "delete from task_references where message_id = $1 and task_id not in ({ids})", id)
        }
        Source::Description(id) => {
            sql!(run_in kept, tx, "delete from task_references where described_id = $1 and task_id not in ({ids})", id)
        }
    }
}

/// A text names these tasks too, by somebody since some moment. What it named before stays as it is, and a task
/// that is gone for good is left out.
pub(crate) async fn add(
    tx: &mut Tx,
    source: Source,
    tasks: &BTreeSet<TaskId>,
    by: Option<UserId>,
    at: i64,
) -> Result<u64> {
    if tasks.is_empty() {
        return Ok(0);
    }
    let ((message, described), tasks) = (source.columns(), Vec::from_iter(tasks.iter().copied()));
    sql!(run_in tasks, tx,
        "insert into task_references (task_id, message_id, described_id, by_id, at)
         select id, $1, $2, $3, $4 from tasks where id in ({ids}) order by id on conflict do nothing",
        message, described, by, at)
}

/// Messages name tasks: (task, message, who says it, when).
pub(crate) async fn insert(tx: &mut Tx, rows: &[(TaskId, MessageId, UserId, i64)]) -> Result<()> {
    // Four values each, and a statement has at most 32,766.
    for rows in rows.chunks(5_000) {
        let _named: Vec<(TaskId,)> = sql!(values rows, (task, message, by, at) => [*task, *message, *by, *at], tx,
            "insert into task_references (task_id, message_id, by_id, at)
             select t.id, v.column2, v.column3, v.column4 from (values {values}) as v join tasks t on t.id = v.column1
             where true order by v.column2, t.id on conflict do nothing returning task_id")?;
    }
    Ok(())
}

/// A text that names a task.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Referrer {
    pub(crate) id: i64,
    pub(crate) at: i64,
    pub(crate) message_id: Option<MessageId>,
    pub(crate) described_id: Option<TaskId>,
    pub(crate) by_id: Option<UserId>,
    pub(crate) username: Option<String>,
    pub(crate) display_name: Option<String>,
    /// Null for a comment, and a description.
    pub(crate) room_id: Option<RoomId>,
    pub(crate) room_name: Option<String>,
    pub(crate) private: bool,
    /// Of the task that is described or commented on.
    pub(crate) board_id: Option<BoardId>,
    pub(crate) number: Option<i64>,
    pub(crate) title: Option<String>,
    pub(crate) source: String,
}

/// The texts that name a task, newest first, below a key, that this person may read at this moment; of each so many
/// characters.
pub(crate) async fn referrers(
    tx: &mut Tx,
    user: UserId,
    task: TaskId,
    before: i64,
    limit: i64,
    length: i64,
) -> Result<Vec<Referrer>> {
    sql!(all tx,
        "select x.id, x.at, x.message_id, x.described_id, x.by_id, u.username, u.display_name,
                r.id as room_id, r.name as room_name, coalesce(r.private, 1 = 2) as private,
                t.board_id, t.number, t.title,
                substr(coalesce(m.source, t.description, ''), 1, cast($5 as integer)) as source
         from task_references x
         left join messages m on m.id = x.message_id
         left join streams s on s.name = m.stream
         left join streams h on h.name = s.home
         left join messages p on p.id = m.parent_id
         left join rooms r on r.id = case when coalesce(s.home, s.name) like 'room:%'
           then cast(substr(coalesce(s.home, s.name), 6) as bigint) end
         left join tasks t on t.deleted_at is null and t.id = coalesce(x.described_id,
           case when s.name like 'task:%' then cast(substr(s.name, 6) as bigint) end)
         join board_members me on me.board_id = coalesce(r.board_id, t.board_id) and me.user_id = $1
         left join room_members rm on rm.room_id = r.id and rm.user_id = $1
         left join users u on u.id = x.by_id
         where x.task_id = $2 and x.id < $3
           and (x.message_id is null
                or (m.deleted_at is null and m.n > s.cleared and (h.name is null or p.n > h.cleared)))
           and (r.id is null or not r.private or rm.user_id is not null)
         order by x.id desc limit $4",
        user, task, before, limit, length)
}

/// Says which message a task was made from.
pub(crate) async fn set_origin(tx: &mut Tx, task: TaskId, message: MessageId) -> Result<u64> {
    sql!(run tx, "update tasks set message_id = $2 where id = $1", task, message)
}

/// The tasks that were made from these messages, by number; of those that went to another board nothing is said.
pub(crate) async fn made_from(tx: &mut Tx, messages: &[MessageId]) -> Result<HashMap<MessageId, Vec<MadeTask>>> {
    let rows: Vec<(MessageId, BoardId, TaskId, i64)> = sql!(all_in messages, tx,
        "select k.message_id, k.board_id, k.id, k.number
         from tasks k join messages m on m.id = k.message_id join streams s on s.name = m.stream
         left join rooms r on r.id = case when coalesce(s.home, s.name) like 'room:%'
           then cast(substr(coalesce(s.home, s.name), 6) as bigint) end
         left join tasks t on t.id = case when s.name like 'task:%' then cast(substr(s.name, 6) as bigint) end
         where k.message_id in ({ids}) and k.deleted_at is null and k.board_id = coalesce(r.board_id, t.board_id)
         order by k.number")?;
    let mut made: HashMap<MessageId, Vec<MadeTask>> = HashMap::new();
    for (message, board, id, number) in rows {
        made.entry(message).or_default().push(MadeTask { board, id, number });
    }
    Ok(made)
}

#[cfg(test)]
mod tests {
    use sqlx::AssertSqlSafe;

    use super::*;
    use crate::db::search::plans;

    #[tokio::test]
    async fn tasks_are_named_without_reading_those_of_other_boards() {
        let folder = tempfile::tempdir().unwrap();
        let engine = plans::engine(&folder, None).await;
        let mut tx = engine.db().read().await.unwrap();
        let plan = |text: &str| AssertSqlSafe(format!("explain query plan {text}"));
        let board = BoardId(1);
        type Step = (i64, i64, i64, String);
        let numbered: Vec<Step> =
            sql!(all &mut tx, plan(NUMBERED), board, 1, 1, 10, 19, 100, 199, 1000, 1999, 8).unwrap();
        let newest: Vec<Step> = sql!(all &mut tx, plan(NEWEST), board, 8).unwrap();
        for steps in [numbered, newest] {
            let scans = steps.iter().filter(|(.., step)| step.starts_with("SCAN")).count();
            assert_eq!(scans, 0, "{steps:#?}");
        }
        drop(tx);
        engine.close().await;
    }
}
