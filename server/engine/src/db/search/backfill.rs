//! What the index lacks: rows older than it, rows put in in bulk, and those of a node of the release
//! before.

use protocol::{MessageId, TaskId};

use super::{MessageSource, TaskSource, Tx, on, sql};
use crate::Result;

/// How far the index is complete: which rows were looked at.
#[derive(Clone, Copy)]
pub(crate) enum Cursor {
    Messages,
    Tasks,
}

impl Cursor {
    fn name(self) -> &'static str {
        match self {
            Self::Messages => "search:messages",
            Self::Tasks => "search:tasks",
        }
    }
}

/// The id up to which rows were looked at.
pub(crate) async fn cursor(tx: &mut Tx, of: Cursor) -> Result<i64> {
    let row: Option<(i64,)> = sql!(maybe tx, "select value from counters where name = $1", of.name())?;
    Ok(row.map_or(0, |(id,)| id))
}

/// Notes that rows up to this id were looked at.
pub(crate) async fn advance(tx: &mut Tx, of: Cursor, id: i64) -> Result<u64> {
    sql!(run tx,
        "insert into counters (name, value) values ($1, $2)
         on conflict (name) do update set value = excluded.value where counters.value < excluded.value",
        of.name(), id)
}

/// Are there rows, written before a moment, that were not looked at?
pub(crate) async fn is_behind(tx: &mut Tx, before: i64) -> Result<bool> {
    let (behind,): (bool,) = sql!(one tx,
        "select exists (select 1 from (select at from messages where id > coalesce(
                    (select value from counters where name = 'search:messages'), 0) order by id limit 1) m where m.at < $1)
             or exists (select 1 from (select created_at from tasks where id > coalesce(
                    (select value from counters where name = 'search:tasks'), 0) order by id limit 1) t where t.created_at < $1)
             or exists (select 1 from search_moves)",
        before)?;
    Ok(behind)
}

/// Messages as the index takes them, where the rest of the text says: not what is deleted, and not
/// what is in a room that is.
macro_rules! sources {
    ($rest:literal) => {
        concat!(
            "select m.id, m.author_id, m.at, m.source || coalesce(' ' || (select string_agg(f.name, ' ') from files f where f.message_id = m.id), '') as source, \
             exists (select 1 from files f where f.message_id = m.id) as filed, coalesce(r.board_id, t.board_id) as board_id, r.id as room_id, \
             coalesce(r.private, 1 = 2) as private \
             from messages m cross join streams s \
             left join rooms r on r.id = case when coalesce(s.home, s.name) like 'room:%' \
             then cast(substr(coalesce(s.home, s.name), 6) as bigint) end \
             left join tasks t on t.id = case when s.name like 'task:%' then cast(substr(s.name, 6) as bigint) end ",
            $rest,
            " and s.name = m.stream and m.deleted_at is null and coalesce(r.board_id, t.board_id) is not null order by m.id"
        )
    };
}
pub(super) use sources;

/// The last id of the next rows after one, written before a moment; none where there are none.
async fn end(tx: &mut Tx, text: &'static str, after: i64, limit: i64, before: i64) -> Result<Option<i64>> {
    let (end,): (Option<i64>,) = sql!(one tx, text, after, limit, before)?;
    Ok(end)
}

/// The next messages after one that the index lacks, and up to which id it lacks no others.
pub(crate) async fn unseen_messages(
    tx: &mut Tx,
    after: MessageId,
    limit: i64,
    before: i64,
) -> Result<Option<(Vec<MessageSource>, i64)>> {
    const NEXT: &str =
        "select max(x.id) from (select id, at from messages where id > $1 order by id limit $2) x where x.at < $3";
    let Some(end) = end(tx, NEXT, after.0, limit, before).await? else { return Ok(None) };
    let text = on(
        tx,
        sources!("where m.id > $1 and m.id <= $2 and not exists (select 1 from message_words w where w.rowid = m.id)"),
        sources!(
            "where m.id > $1 and m.id <= $2 and not exists (select 1 from message_words w where w.message_id = m.id)"
        ),
    );
    Ok(Some((sql!(all tx, text, after, end)?, end)))
}

/// A task whose comments are to be put into the index anew, since it went to another board, and up to which number
/// that was done. Who moves it again waits until this write ends.
pub(crate) async fn moved(tx: &mut Tx) -> Result<Option<(TaskId, i64)>> {
    sql!(maybe tx,
        "update search_moves set n = n where task_id = (select min(task_id) from search_moves) returning task_id, n")
}

/// The comments on a task between two numbers, and whether there are more.
pub(crate) async fn comments(tx: &mut Tx, task: TaskId, after: i64, upto: i64) -> Result<(Vec<MessageSource>, bool)> {
    let stream = protocol::Stream::Task(task).to_string();
    let found = sql!(all tx, sources!("where m.stream = $1 and m.n > $2 and m.n <= $3"), &stream, after, upto)?;
    let more: Option<(i64,)> = sql!(maybe tx, "select n from streams where name = $1 and n > $2", &stream, upto)?;
    Ok((found, more.is_some()))
}

/// Notes how far the comments on a task were put into the index anew; none where that is done.
pub(crate) async fn set_moved(tx: &mut Tx, task: TaskId, upto: Option<i64>) -> Result<u64> {
    match upto {
        Some(n) => sql!(run tx, "update search_moves set n = $2 where task_id = $1", task, n),
        None => sql!(run tx, "delete from search_moves where task_id = $1", task),
    }
}

/// Has the comments on some tasks put into the index anew.
pub(crate) async fn add_moved(tx: &mut Tx, tasks: &[TaskId]) -> Result<u64> {
    sql!(run_in tasks, tx,
        "insert into search_moves (task_id, n)
         select t.id, 0 from tasks t join streams s on s.name = 'task:' || t.id where t.id in ({ids}) and s.n > 0
         order by t.id on conflict (task_id) do update set n = 0")
}

/// The next tasks after one that the index lacks, and up to which id it lacks no others.
pub(crate) async fn unseen_tasks(
    tx: &mut Tx,
    after: TaskId,
    limit: i64,
    before: i64,
) -> Result<Option<(Vec<TaskSource>, i64)>> {
    const NEXT: &str = "select max(x.id) from (select id, created_at from tasks where id > $1 order by id limit $2) x
                        where x.created_at < $3";
    let Some(end) = end(tx, NEXT, after.0, limit, before).await? else { return Ok(None) };
    let text = on(
        tx,
        "select id, board_id, number, author_id, title, description, created_at from tasks t
         where id > $1 and id <= $2 and not exists (select 1 from task_words w where w.rowid = t.id) order by id",
        "select id, board_id, number, author_id, title, description, created_at from tasks t
         where id > $1 and id <= $2 and not exists (select 1 from task_words w where w.task_id = t.id) order by id",
    );
    Ok(Some((sql!(all tx, text, after, end)?, end)))
}
