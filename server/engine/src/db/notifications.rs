//! Rows of inboxes and their sources.

pub(crate) mod several;

use protocol::{BoardId, MessageId, NotificationId, Person, Reason, Stream, TaskId, UserId};

use super::{Tx, rooms::PersonRow, sql};
use crate::Result;

/// One person's row, just raised.
#[derive(sqlx::FromRow)]
pub(crate) struct Raised {
    pub(crate) id: NotificationId,
    pub(crate) user_id: UserId,
}

/// A row of the inbox with its newest source.
#[derive(sqlx::FromRow)]
pub(crate) struct InboxRow {
    pub(crate) id: NotificationId,
    pub(crate) stream: String,
    pub(crate) at: i64,
    #[sqlx(try_from = "String")]
    pub(crate) reason: Reason,
    pub(crate) message_id: Option<MessageId>,
    pub(crate) source: Option<String>,
    pub(crate) actor_id: Option<UserId>,
    pub(crate) username: Option<String>,
    pub(crate) display_name: Option<String>,
    pub(crate) unread: i64,
    pub(crate) total: i64,
}

/// Rows of a person's inbox that are not read.
pub(crate) async fn unread(tx: &mut Tx, user: UserId) -> Result<i64> {
    let (count,): (i64,) = sql!(one tx,
        "select count(distinct notification_id) from notification_sources where user_id = $1 and read_at is null", user)?;
    Ok(count)
}

/// The same for several people.
pub(crate) async fn unread_of(tx: &mut Tx, users: &[UserId]) -> Result<Vec<(UserId, i64)>> {
    sql!(all_in users, tx,
        "select user_id, count(distinct notification_id) from notification_sources
         where read_at is null and user_id in ({ids}) group by user_id")
}

/// Makes or renews the row of each person for a place.
pub(crate) async fn raise(tx: &mut Tx, place: Stream, at: i64, users: &[UserId]) -> Result<Vec<Raised>> {
    sql!(values users, user => [*user, place.to_string(), at], tx,
        "insert into notifications (user_id, stream, at) values {values}
         on conflict (user_id, stream) do update set at = excluded.at returning id, user_id")
}

/// What happened, for one row.
pub(crate) struct Source {
    pub(crate) row: NotificationId,
    pub(crate) user: UserId,
    pub(crate) reason: Reason,
}

/// Stores what happened, for each row.
pub(crate) async fn insert_sources(
    tx: &mut Tx,
    sources: &[Source],
    message: Option<MessageId>,
    actor: Option<UserId>,
    at: i64,
) -> Result<()> {
    let _none: Vec<(i64,)> = sql!(values sources, source =>
        [source.row, source.user, source.reason.as_str(), message, actor, at], tx,
        "insert into notification_sources (notification_id, user_id, reason, message_id, actor_id, at) values {values}")?;
    Ok(())
}

/// How much is unread in each of these rows.
pub(crate) async fn counts(tx: &mut Tx, rows: &[NotificationId]) -> Result<Vec<(NotificationId, i64)>> {
    sql!(all_in rows, tx,
        "select notification_id, count(*) from notification_sources
         where read_at is null and notification_id in ({ids}) group by notification_id")
}

/// A page of a person's inbox, newest first, before a row's moment and id.
pub(crate) async fn page(tx: &mut Tx, user: UserId, before: (i64, i64), limit: i64) -> Result<Vec<InboxRow>> {
    sql!(all tx,
        "select n.id, n.stream, n.at, s.reason, s.message_id, m.source, s.actor_id, u.username, u.display_name,
                (select count(*) from notification_sources x where x.notification_id = n.id and x.read_at is null) as unread,
                (select count(*) from notification_sources x where x.notification_id = n.id) as total
         from notifications n
         join notification_sources s
           on s.id = (select max(x.id) from notification_sources x where x.notification_id = n.id)
         left join messages m on m.id = s.message_id
         left join users u on u.id = s.actor_id
         where n.user_id = $1 and (n.at, n.id) < ($2, $3)
         order by n.at desc, n.id desc limit $4",
        user, before.0, before.1, limit)
}

/// When a row of this person was last renewed.
pub(crate) async fn at(tx: &mut Tx, user: UserId, id: NotificationId) -> Result<Option<i64>> {
    let row: Option<(i64,)> = sql!(maybe tx, "select at from notifications where id = $1 and user_id = $2", id, user)?;
    Ok(row.map(|(at,)| at))
}

/// One row of a person's inbox, as it is now.
pub(crate) async fn one(tx: &mut Tx, user: UserId, id: NotificationId) -> Result<Option<InboxRow>> {
    let Some(at) = at(tx, user, id).await? else { return Ok(None) };
    // The page that begins with this row.
    let rows = page(tx, user, (at, id.0 + 1), 1).await?;
    Ok(rows.into_iter().find(|row| row.id == id))
}

/// Is something of a row not read?
pub(crate) async fn is_unread(tx: &mut Tx, id: NotificationId) -> Result<bool> {
    let row: Option<(NotificationId,)> = sql!(maybe tx,
        "select notification_id from notification_sources where notification_id = $1 and read_at is null limit 1", id)?;
    Ok(row.is_some())
}

/// Marks a row read; 0 where it was.
pub(crate) async fn read(tx: &mut Tx, user: UserId, id: NotificationId, now: i64) -> Result<u64> {
    sql!(run tx,
        "update notification_sources set read_at = $3 where user_id = $1 and notification_id = $2 and read_at is null",
        user, id, now)
}

/// Marks a row unread, with all that it stands for; 0 where it was.
pub(crate) async fn unread_row(tx: &mut Tx, user: UserId, id: NotificationId) -> Result<u64> {
    sql!(run tx,
        "update notification_sources set read_at = null
         where user_id = $1 and notification_id = $2 and read_at is not null",
        user, id)
}

/// Takes a row out of a person's inbox; 0 where it is not there.
pub(crate) async fn delete(tx: &mut Tx, user: UserId, id: NotificationId) -> Result<u64> {
    sql!(run tx, "delete from notifications where id = $1 and user_id = $2", id, user)
}

/// Marks every row of a person read; 0 where they were.
pub(crate) async fn read_all(tx: &mut Tx, user: UserId, now: i64) -> Result<u64> {
    sql!(run tx, "update notification_sources set read_at = $2 where user_id = $1 and read_at is null", user, now)
}

/// Marks read what a person has seen of a place: everything about messages up to a number, and what
/// is about the place itself.
pub(crate) async fn read_place(tx: &mut Tx, user: UserId, place: Stream, n: i64, now: i64) -> Result<u64> {
    sql!(run tx,
        "update notification_sources set read_at = $4
         where user_id = $1 and read_at is null
           and notification_id in (select id from notifications where user_id = $1 and stream = $2)
           and (message_id is null or message_id in (select id from messages where stream = $2 and n <= $3))",
        user, place.to_string(), n, now)
}

/// Marks unread what a person's inbox has of a place from a message's number on.
pub(crate) async fn unread_place(tx: &mut Tx, user: UserId, place: Stream, n: i64) -> Result<u64> {
    sql!(run tx,
        "update notification_sources set read_at = null
         where user_id = $1 and read_at is not null
           and notification_id in (select id from notifications where user_id = $1 and stream = $2)
           and message_id in (select id from messages where stream = $2 and n >= $3)",
        user, place.to_string(), n)
}

/// Withdraws what a message caused; gives whose inbox had it, read or not.
pub(crate) async fn withdraw(tx: &mut Tx, message: MessageId) -> Result<Vec<UserId>> {
    let rows: Vec<(UserId,)> =
        sql!(all tx, "delete from notification_sources where message_id = $1 returning user_id", message)?;
    let holders: Vec<UserId> = rows.into_iter().map(|(user,)| user).collect();
    settle(tx, message, &holders).await?;
    Ok(holders)
}

/// Withdraws what a message caused from some people.
pub(crate) async fn withdraw_from(tx: &mut Tx, message: MessageId, users: &[UserId]) -> Result<()> {
    sql!(run_in users, tx, "delete from notification_sources where message_id = $1 and user_id in ({ids})", message)?;
    settle(tx, message, users).await
}

/// Withdraws from some people what they have not read of a place for a reason that is no message's.
pub(crate) async fn withdraw_unread(tx: &mut Tx, place: Stream, reason: Reason, users: &[UserId]) -> Result<()> {
    let place = place.to_string();
    sql!(run_in users, tx,
        "delete from notification_sources where reason = $2 and message_id is null and read_at is null
           and notification_id in (select id from notifications where stream = $1 and user_id in ({ids}))",
        &place, reason.as_str())?;
    sql!(run_in users, tx,
        "delete from notifications where stream = $1 and user_id in ({ids})
           and not exists (select 1 from notification_sources s where s.notification_id = notifications.id)",
        &place)?;
    sql!(run_in users, tx,
        "update notifications
         set at = (select max(s.at) from notification_sources s where s.notification_id = notifications.id)
         where stream = $1 and user_id in ({ids})",
        &place)?;
    Ok(())
}

/// Brings these people's rows for the place of a message in line with what is left of their sources.
async fn settle(tx: &mut Tx, message: MessageId, users: &[UserId]) -> Result<()> {
    if users.is_empty() {
        return Ok(());
    }
    sql!(run_in users, tx,
        "delete from notifications where stream = (select stream from messages where id = $1) and user_id in ({ids})
           and not exists (select 1 from notification_sources s where s.notification_id = notifications.id)",
        message)?;
    sql!(run_in users, tx,
        "update notifications
         set at = (select max(s.at) from notification_sources s where s.notification_id = notifications.id)
         where stream = (select stream from messages where id = $1) and user_id in ({ids})",
        message)?;
    Ok(())
}

/// Keeps what a message caused, before it is withdrawn, so that it can be brought back.
pub(crate) async fn set_aside(tx: &mut Tx, message: MessageId) -> Result<u64> {
    sql!(run tx,
        "insert into withdrawn_sources (message_id, user_id, reason, actor_id, at, read_at)
         select message_id, user_id, reason, actor_id, at, read_at from notification_sources where message_id = $1
         on conflict do nothing",
        message)
}

/// Whose inbox had a message, before it was withdrawn.
pub(crate) async fn set_aside_for(tx: &mut Tx, message: MessageId) -> Result<Vec<UserId>> {
    let rows: Vec<(UserId,)> = sql!(all tx, "select user_id from withdrawn_sources where message_id = $1", message)?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Brings back to these people what a message caused. What they have read of its place meanwhile
/// stays read.
pub(crate) async fn bring_back(tx: &mut Tx, message: MessageId, users: &[UserId], now: i64) -> Result<()> {
    sql!(run_in users, tx,
        "insert into notifications (user_id, stream, at)
         select w.user_id, m.stream, w.at from withdrawn_sources w join messages m on m.id = w.message_id
         where w.message_id = $1 and w.user_id in ({ids}) on conflict (user_id, stream) do nothing",
        message)?;
    sql!(run_in users, tx,
        "insert into notification_sources (notification_id, user_id, reason, message_id, actor_id, at, read_at)
         select n.id, w.user_id, w.reason, w.message_id, w.actor_id, w.at,
                case when k.n >= m.n then coalesce(w.read_at, $2) else w.read_at end
         from withdrawn_sources w join messages m on m.id = w.message_id
         join notifications n on n.user_id = w.user_id and n.stream = m.stream
         left join watermarks k on k.user_id = w.user_id and k.stream = m.stream
         where w.message_id = $1 and w.user_id in ({ids})",
        message, now)?;
    sql!(run tx, "delete from withdrawn_sources where message_id = $1", message)?;
    settle(tx, message, users).await
}

/// Keeps what inboxes have of a task that is deleted, so that it can be brought back.
pub(crate) async fn set_task_aside(tx: &mut Tx, task: TaskId) -> Result<u64> {
    sql!(run tx,
        "insert into trashed_sources (task_id, user_id, reason, message_id, actor_id, at, read_at)
         select $1, s.user_id, s.reason, s.message_id, s.actor_id, s.at, s.read_at
         from notifications n join notification_sources s on s.notification_id = n.id where n.stream = $2 order by s.id",
        task, Stream::Task(task).to_string())
}

/// Brings back what inboxes had of a task, to those who are on its board; gives who they are.
pub(crate) async fn bring_task_back(tx: &mut Tx, task: TaskId, board: BoardId) -> Result<Vec<UserId>> {
    let rows: Vec<(UserId,)> = sql!(all tx,
        "insert into notifications (user_id, stream, at)
         select w.user_id, $2, max(w.at) from trashed_sources w
         join board_members m on m.user_id = w.user_id and m.board_id = $3
         where w.task_id = $1 group by w.user_id on conflict (user_id, stream) do nothing returning user_id",
        task, Stream::Task(task).to_string(), board)?;
    sql!(run tx,
        "insert into notification_sources (notification_id, user_id, reason, message_id, actor_id, at, read_at)
         select n.id, w.user_id, w.reason, w.message_id, w.actor_id, w.at, w.read_at
         from trashed_sources w join notifications n on n.user_id = w.user_id and n.stream = $2
         where w.task_id = $1 order by w.id",
        task, Stream::Task(task).to_string())?;
    sql!(run tx, "delete from trashed_sources where task_id = $1", task)?;
    Ok(rows.into_iter().map(|(user,)| user).collect())
}

/// Takes a place and its threads out of every inbox.
pub(crate) async fn forget_place(tx: &mut Tx, place: Stream) -> Result<u64> {
    sql!(run tx,
        "delete from notifications where stream = $1 or stream in (select name from streams where home = $1)",
        place.to_string())
}

/// Who has a message in their inbox.
pub(crate) async fn holders_of(tx: &mut Tx, message: MessageId) -> Result<Vec<UserId>> {
    let rows: Vec<(UserId,)> =
        sql!(all tx, "select distinct user_id from notification_sources where message_id = $1", message)?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Whose inbox has a message since it mentions them.
pub(crate) async fn mentioned_by(tx: &mut Tx, message: MessageId) -> Result<Vec<UserId>> {
    let rows: Vec<(UserId,)> = sql!(all tx,
        "select distinct user_id from notification_sources where message_id = $1 and reason = 'mention'", message)?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Takes the rows of places that a person may read no longer, and of their threads, out of the inbox.
pub(crate) async fn forget(tx: &mut Tx, user: UserId, places: &[Stream]) -> Result<u64> {
    let names: Vec<String> = places.iter().map(Stream::to_string).collect();
    sql!(run_in names, tx,
        "delete from notifications where user_id = $1
           and (stream in ({ids}) or stream in (select name from streams where home in ({ids})))",
        user)
}

/// Who has a row about a place or a thread of it.
pub(crate) async fn holders(tx: &mut Tx, place: Stream) -> Result<Vec<UserId>> {
    let rows: Vec<(UserId,)> = sql!(all tx,
        "select user_id from notifications where stream = $1
         union select user_id from notifications where stream in (select name from streams where home = $1)",
        place.to_string())?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Who watches a place.
pub(crate) async fn watchers(tx: &mut Tx, place: Stream) -> Result<Vec<UserId>> {
    let rows: Vec<(UserId,)> = sql!(all tx, "select user_id from watches where stream = $1", place.to_string())?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Makes people watch a place.
pub(crate) async fn watch(tx: &mut Tx, place: Stream, users: &[UserId]) -> Result<()> {
    if users.is_empty() {
        return Ok(());
    }
    let _none: Vec<(i64,)> = sql!(values users, user => [place.to_string(), *user], tx,
        "insert into watches (stream, user_id) values {values} on conflict do nothing")?;
    Ok(())
}

/// Ends somebody's watching of a place; 0 where they did not.
pub(crate) async fn unwatch(tx: &mut Tx, place: Stream, user: UserId) -> Result<u64> {
    sql!(run tx, "delete from watches where stream = $1 and user_id = $2", place.to_string(), user)
}

/// Does this person watch a place?
pub(crate) async fn watches(tx: &mut Tx, place: Stream, user: UserId) -> Result<bool> {
    let row: Option<(UserId,)> = sql!(maybe tx,
        "select user_id from watches where stream = $1 and user_id = $2", place.to_string(), user)?;
    Ok(row.is_some())
}

/// How many people watch a place.
pub(crate) async fn watching(tx: &mut Tx, place: Stream) -> Result<i64> {
    let (count,): (i64,) = sql!(one tx, "select count(*) from watches where stream = $1", place.to_string())?;
    Ok(count)
}

/// The first of those who watch a place, by name.
pub(crate) async fn watching_people(tx: &mut Tx, place: Stream, limit: i64) -> Result<Vec<Person>> {
    let rows: Vec<PersonRow> = sql!(all tx,
        "select u.id, u.username, u.display_name from watches w join users u on u.id = w.user_id
         where w.stream = $1 order by u.name_key, u.id limit $2",
        place.to_string(), limit)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// The names of rooms.
pub(crate) async fn room_names(tx: &mut Tx, ids: &[i64]) -> Result<Vec<(i64, String)>> {
    sql!(all_in ids, tx, "select id, name from rooms where id in ({ids})")
}

/// The names of boards.
pub(crate) async fn board_names(tx: &mut Tx, ids: &[i64]) -> Result<Vec<(i64, String)>> {
    sql!(all_in ids, tx, "select id, name from boards where id in ({ids})")
}

/// The numbers and titles of tasks, and when they are due.
pub(crate) async fn task_names(tx: &mut Tx, ids: &[i64]) -> Result<Vec<(i64, i64, String, Option<String>)>> {
    sql!(all_in ids, tx, "select id, number, title, due from tasks where id in ({ids})")
}
