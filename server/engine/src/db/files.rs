//! Files of messages and tasks: what is known of them. What is in them is elsewhere ([`crate::files`]).

use std::collections::HashMap;

use protocol::{Attachment, FileId, MessageId, Person, Picture, TaskFile, TaskId, UserId};
use uuid::Uuid;

use super::{Tx, sql};
use crate::Result;

/// When a file of a task expires: in the year 9999. It is not null, since a node of an older version takes a file
/// for left behind that neither has a message nor expires.
pub(crate) const KEPT: i64 = 253_402_300_799_999;

/// A file to be stored.
pub(crate) struct New {
    pub(crate) user: UserId,
    pub(crate) client_id: Uuid,
    pub(crate) content: String,
    pub(crate) name: String,
    pub(crate) size: i64,
    pub(crate) look: Option<Look>,
}

/// What a picture is.
#[derive(Clone, Copy)]
pub(crate) struct Look {
    pub(crate) media: &'static str,
    /// Of the small one.
    pub(crate) small: &'static str,
    pub(crate) size: Picture,
}

/// A file with where it is.
#[derive(sqlx::FromRow)]
pub(crate) struct Stored {
    pub(crate) user_id: Option<UserId>,
    pub(crate) content: String,
    pub(crate) media: Option<String>,
    pub(crate) small: Option<String>,
    pub(crate) message_id: Option<MessageId>,
    pub(crate) task_id: Option<TaskId>,
    pub(crate) expires_at: Option<i64>,
    #[sqlx(flatten)]
    row: Row,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: FileId,
    name: String,
    size: i64,
    width: Option<i64>,
    height: Option<i64>,
}

impl Stored {
    pub(crate) fn attachment(self) -> Attachment {
        self.row.into()
    }
}

impl From<Row> for Attachment {
    fn from(row: Row) -> Self {
        let picture = row.width.zip(row.height).map(|(width, height)| Picture { width, height });
        Self { id: row.id, name: row.name, size: row.size, picture }
    }
}

/// Bytes of all files of a person.
pub(crate) async fn used(tx: &mut Tx, user: UserId) -> Result<i64> {
    let (used,): (i64,) =
        sql!(one tx, "select cast(coalesce(sum(size), 0) as bigint) from files where user_id = $1", user)?;
    Ok(used)
}

/// The file that this person sent under this key.
pub(crate) async fn sent(tx: &mut Tx, user: UserId, key: Uuid) -> Result<Option<Attachment>> {
    let row: Option<Row> = sql!(maybe tx,
        "select id, name, size, width, height from files where user_id = $1 and client_id = $2", user, key)?;
    Ok(row.map(Into::into))
}

/// Stores a file that nobody but its owner sees before it is sent; none where the key was used.
pub(crate) async fn insert(tx: &mut Tx, new: &New, now: i64, expires_at: i64) -> Result<Option<FileId>> {
    let (media, small, width, height) = new
        .look
        .map(|look| (look.media, look.small, look.size.width, look.size.height))
        .map_or((None, None, None, None), |(media, small, width, height)| {
            (Some(media), Some(small), Some(width), Some(height))
        });
    let row: Option<(FileId,)> = sql!(maybe tx,
        "insert into files (user_id, client_id, content, name, size, media, small, width, height, at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         on conflict (user_id, client_id) do nothing returning id",
        new.user, new.client_id, &new.content, &new.name, new.size, media, small, width, height, now, expires_at)?;
    Ok(row.map(|(id,)| id))
}

/// A file, whoever may see it.
pub(crate) async fn one(tx: &mut Tx, id: FileId) -> Result<Option<Stored>> {
    sql!(maybe tx,
        "select id, user_id, content, name, size, media, small, width, height, message_id, task_id, expires_at
         from files where id = $1", id)
}

/// Those of these files that this person may send now, in no order.
pub(crate) async fn waiting(tx: &mut Tx, user: UserId, ids: &[FileId], now: i64) -> Result<Vec<Attachment>> {
    let rows: Vec<Row> = sql!(all_in ids, tx,
        "select id, name, size, width, height from files
         where user_id = $1 and message_id is null and task_id is null and expires_at > $2 and id in ({ids})",
        user, now)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Gives files to a message, to stand in this order; how many there were to give.
pub(crate) async fn attach(tx: &mut Tx, message: MessageId, ids: &[FileId]) -> Result<usize> {
    let rows: Vec<(i64, &FileId)> = (1..).zip(ids).collect();
    let given: Vec<(FileId,)> = sql!(values &rows, (position, id) => [**id, message, *position], tx,
        "update files set message_id = v.column2, expires_at = null, position = v.column3 from (values {values}) v
         where files.id = v.column1 and files.message_id is null and files.task_id is null returning files.id")?;
    Ok(given.len())
}

/// The files of these messages: pictures first, then as they were chosen.
pub(crate) async fn of(tx: &mut Tx, messages: &[MessageId]) -> Result<HashMap<MessageId, Vec<Attachment>>> {
    #[derive(sqlx::FromRow)]
    struct Found {
        message_id: MessageId,
        #[sqlx(flatten)]
        row: Row,
    }
    let rows: Vec<Found> = sql!(all_in messages, tx,
        "select message_id, id, name, size, width, height from files where message_id in ({ids})
         order by case when width is null then 1 else 0 end, position, id")?;
    let mut files: HashMap<MessageId, Vec<Attachment>> = HashMap::new();
    for Found { message_id, row } in rows {
        files.entry(message_id).or_default().push(row.into());
    }
    Ok(files)
}

/// The files of these messages are wanted no more from a moment on.
pub(crate) async fn expire(tx: &mut Tx, messages: &[MessageId], at: i64) -> Result<u64> {
    sql!(run_in messages, tx,
        "update files set expires_at = $1 where expires_at is null and message_id in ({ids})", at)
}

/// The files of a message are wanted again.
pub(crate) async fn keep(tx: &mut Tx, message: MessageId) -> Result<u64> {
    sql!(run tx, "update files set expires_at = null where message_id = $1", message)
}

/// A file of a task with who attached it, and which task that is.
#[derive(sqlx::FromRow)]
struct OfTask {
    task_id: TaskId,
    at: i64,
    position: i64,
    user_id: Option<UserId>,
    username: Option<String>,
    display_name: Option<String>,
    #[sqlx(flatten)]
    row: Row,
}

impl From<OfTask> for TaskFile {
    fn from(found: OfTask) -> Self {
        let by = match (found.user_id, found.username, found.display_name) {
            (Some(id), Some(username), Some(display_name)) => Some(Person { id, username, display_name }),
            _ => None,
        };
        Self { file: found.row.into(), by, at: found.at, position: found.position }
    }
}

/// The files of these tasks, in the order in which they were attached.
pub(crate) async fn of_tasks(tx: &mut Tx, tasks: &[TaskId]) -> Result<HashMap<TaskId, Vec<TaskFile>>> {
    let rows: Vec<OfTask> = sql!(all_in tasks, tx,
        "select f.task_id, f.at, f.position, f.user_id, u.username, u.display_name, f.id, f.name, f.size, f.width, f.height
         from files f left join users u on u.id = f.user_id
         where f.expires_at = $1 and f.task_id in ({ids}) order by f.position, f.id", KEPT)?;
    let mut files: HashMap<TaskId, Vec<TaskFile>> = HashMap::new();
    for found in rows {
        files.entry(found.task_id).or_default().push(found.into());
    }
    Ok(files)
}

/// A file that this task has.
pub(crate) async fn of_task(tx: &mut Tx, task: TaskId, id: FileId) -> Result<Option<TaskFile>> {
    let row: Option<OfTask> = sql!(maybe tx,
        "select f.task_id, f.at, f.position, f.user_id, u.username, u.display_name, f.id, f.name, f.size, f.width, f.height
         from files f left join users u on u.id = f.user_id
         where f.id = $2 and f.task_id = $1 and f.expires_at = $3", task, id, KEPT)?;
    Ok(row.map(Into::into))
}

/// How many files a task has.
pub(crate) async fn count_of_task(tx: &mut Tx, task: TaskId) -> Result<i64> {
    let (count,): (i64,) =
        sql!(one tx, "select count(*) from files where task_id = $1 and expires_at = $2", task, KEPT)?;
    Ok(count)
}

/// Gives a file that this person has sent to a task, to stand below those that it has; 0 where it was not there to give.
pub(crate) async fn attach_to_task(tx: &mut Tx, task: TaskId, user: UserId, id: FileId, now: i64) -> Result<u64> {
    sql!(run tx,
        "update files set task_id = $1, expires_at = $5,
             position = (select coalesce(max(f.position), 0) + 1 from files f where f.task_id = $1)
         where id = $3 and user_id = $2 and message_id is null and task_id is null and expires_at > $4",
        task, user, id, now, KEPT)
}

/// A task has a file no longer, which goes at a moment; 0 where it had none such.
pub(crate) async fn remove_from_task(tx: &mut Tx, task: TaskId, id: FileId, at: i64) -> Result<u64> {
    sql!(run tx, "update files set expires_at = $3 where id = $2 and task_id = $1 and expires_at = $4",
        task, id, at, KEPT)
}

/// A task has a file again that has not gone yet; 0 where there is none such.
pub(crate) async fn put_back(tx: &mut Tx, task: TaskId, id: FileId, now: i64) -> Result<u64> {
    sql!(run tx, "update files set expires_at = $4 where id = $2 and task_id = $1 and expires_at between $3 and $4 - 1",
        task, id, now, KEPT)
}

/// Its owner does not want to send it after all.
pub(crate) async fn give_up(tx: &mut Tx, user: UserId, id: FileId) -> Result<u64> {
    sql!(run tx,
        "update files set expires_at = 0 where id = $2 and user_id = $1 and message_id is null and task_id is null",
        user, id)
}

/// Some files that nobody wants any more, with where they are.
pub(crate) async fn unwanted(tx: &mut Tx, now: i64, limit: i64) -> Result<Vec<(FileId, String)>> {
    let mut rows: Vec<(FileId, String)> = sql!(all tx,
        "select id, content from files where expires_at < $1 order by expires_at limit $2", now, limit)?;
    if rows.is_empty() {
        rows = sql!(all tx,
            "select id, content from files where message_id is null and expires_at is null order by id limit $1",
            limit)?;
    }
    if rows.is_empty() {
        rows = sql!(all tx,
            // As its index says it, in figures: `KEPT`.
            "select id, content from files
             where message_id is null and task_id is null and expires_at = 253402300799999 order by id limit $1",
            limit)?;
    }
    Ok(rows)
}

/// Forgets files.
pub(crate) async fn delete(tx: &mut Tx, ids: &[FileId]) -> Result<u64> {
    sql!(run_in ids, tx, "delete from files where id in ({ids})")
}

/// Those of these contents that are known.
pub(crate) async fn known(tx: &mut Tx, contents: &[String]) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = sql!(all_in contents, tx, "select content from files where content in ({ids})")?;
    Ok(rows.into_iter().map(|(content,)| content).collect())
}
