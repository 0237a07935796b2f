//! What is due, and who was reminded of it.

use protocol::{BoardId, Stream, TaskId, UserId, limits};

use super::{Tx, sql};
use crate::Result;

/// Plans when it is next looked what is due for somebody.
pub(crate) async fn plan(tx: &mut Tx, user: UserId, at: i64) -> Result<u64> {
    sql!(run tx,
        "insert into daily_looks (user_id, due_at) values ($1, $2)
         on conflict (user_id) do update set due_at = excluded.due_at",
        user, at)
}

/// Plans a look for accounts that have none, as those have that a node of an older release made.
pub(crate) async fn plan_all(tx: &mut Tx) -> Result<u64> {
    sql!(run tx,
        "insert into daily_looks (user_id, due_at)
         select u.id, 0 from users u where not exists (select 1 from daily_looks d where d.user_id = u.id)
         on conflict (user_id) do nothing")
}

/// For whom it is time to look, the longest due first.
pub(crate) async fn due(tx: &mut Tx, now: i64, limit: i64) -> Result<Vec<UserId>> {
    let rows: Vec<(UserId,)> =
        sql!(all tx, "select user_id from daily_looks where due_at <= $1 order by due_at limit $2", now, limit)?;
    Ok(rows.into_iter().map(|(user,)| user).collect())
}

/// Takes a look that is due, until this write ends; gives when it was due. None where another node was first.
pub(crate) async fn take(tx: &mut Tx, user: UserId, now: i64) -> Result<Option<i64>> {
    let row: Option<(i64,)> = sql!(maybe tx,
        "update daily_looks set due_at = due_at where user_id = $1 and due_at <= $2 returning due_at", user, now)?;
    Ok(row.map(|(at,)| at))
}

/// A task that is due for somebody.
#[derive(sqlx::FromRow)]
pub(crate) struct Due {
    pub(crate) id: TaskId,
    pub(crate) board_id: BoardId,
    pub(crate) number: i64,
    pub(crate) title: String,
    pub(crate) due: String,
}

/// What somebody does or watches and is due from one day to another, is not done, and that they were not reminded of
/// for that day.
pub(crate) async fn unreminded(tx: &mut Tx, user: UserId, from: &str, to: &str, limit: i64) -> Result<Vec<Due>> {
    sql!(all tx,
        "select t.id, t.board_id, t.number, t.title, t.due from
           (select task_id from task_assignees where user_id = $1
            union
            select task_id from checklist_items where assignee_id = $1 and done_at is null
            union
            select cast(substr(stream, 6) as bigint) from watches where user_id = $1 and stream like 'task:%') x
         join tasks t on t.id = x.task_id
         join board_members b on b.board_id = t.board_id and b.user_id = $1
         join boards o on o.id = t.board_id and o.archived_at is null
         left join reminded r on r.task_id = t.id and r.user_id = $1
         where t.due >= $2 and t.due <= $3 and t.progress < $4 and t.archived_at is null and t.deleted_at is null
           and (r.day is null or r.day <> t.due)
         order by t.due, t.id limit $5",
        user, from, to, limits::DONE, limit)
}

/// Notes for which days somebody was reminded.
pub(crate) async fn note(tx: &mut Tx, user: UserId, tasks: &[Due]) -> Result<()> {
    let _none: Vec<(i64,)> = sql!(values tasks, task => [task.id, user, task.due.as_str()], tx,
        "insert into reminded (task_id, user_id, day) values {values}
         on conflict (task_id, user_id) do update set day = excluded.day")?;
    Ok(())
}

/// Forgets who was reminded of tasks; gives of which, and who that was.
pub(crate) async fn forget(tx: &mut Tx, tasks: &[TaskId]) -> Result<Vec<(TaskId, UserId)>> {
    sql!(all_in tasks, tx, "delete from reminded where task_id in ({ids}) returning task_id, user_id")
}

/// Withdraws reminders from inboxes where they were not read.
pub(crate) async fn withdraw(tx: &mut Tx, places: &[Stream]) -> Result<()> {
    let names: Vec<String> = places.iter().map(Stream::to_string).collect();
    sql!(run_in names, tx,
        "delete from notification_sources where reason = 'due' and read_at is null
           and notification_id in (select id from notifications where stream in ({ids}))")?;
    sql!(run_in names, tx,
        "delete from notifications where stream in ({ids})
           and not exists (select 1 from notification_sources s where s.notification_id = notifications.id)")?;
    sql!(run_in names, tx,
        "update notifications
         set at = (select max(s.at) from notification_sources s where s.notification_id = notifications.id)
         where stream in ({ids})")?;
    Ok(())
}

/// What somebody shall do, or an open item of it, that was due before a day and is not done.
macro_rules! overdue {
    ($what:literal, $rest:literal) => {
        concat!(
            "select ",
            $what,
            " from \
               (select task_id from task_assignees where user_id = $1 \
                union select task_id from checklist_items where assignee_id = $1 and done_at is null) a \
             join tasks t on t.id = a.task_id join board_members b on b.board_id = t.board_id and b.user_id = $1 \
             join boards o on o.id = t.board_id and o.archived_at is null \
             where t.due < $2 and t.progress < $3 and t.archived_at is null and t.deleted_at is null",
            $rest
        )
    };
}

/// How many tasks somebody shall do that were due before a day and are not done.
pub(crate) async fn overdue(tx: &mut Tx, user: UserId, today: &str) -> Result<i64> {
    let (count,): (i64,) = sql!(one tx, overdue!("count(*)", ""), user, today, limits::DONE)?;
    Ok(count)
}

/// Those that have been due for the longest.
pub(crate) async fn overdue_tasks(tx: &mut Tx, user: UserId, today: &str, limit: i64) -> Result<Vec<Due>> {
    sql!(all tx,
        overdue!("t.id, t.board_id, t.number, t.title, t.due", " order by t.due, t.id limit $4"),
        user, today, limits::DONE, limit)
}

/// Takes what somebody was told to be overdue out of their inbox; 0 where there was nothing.
pub(crate) async fn forget_overdue(tx: &mut Tx, user: UserId) -> Result<u64> {
    let own = Stream::User(user).to_string();
    let gone: u64 = sql!(run tx,
        "delete from notification_sources where user_id = $1 and reason = 'due'
           and notification_id in (select id from notifications where user_id = $1 and stream = $2)",
        user, own.as_str())?;
    sql!(run tx,
        "delete from notifications where user_id = $1 and stream = $2
           and not exists (select 1 from notification_sources s where s.notification_id = notifications.id)",
        user, own.as_str())?;
    Ok(gone)
}

/// Is there something unread in the row of somebody's own affairs that is not about time?
pub(crate) async fn something_else(tx: &mut Tx, user: UserId) -> Result<bool> {
    let row: Option<(i64,)> = sql!(maybe tx,
        "select s.id from notifications n join notification_sources s on s.notification_id = n.id
         where n.user_id = $1 and n.stream = $2 and s.reason <> 'due' and s.read_at is null limit 1",
        user, Stream::User(user).to_string())?;
    Ok(row.is_some())
}
