//! A board's content in bulk: few statements, whatever there is of it.

use std::collections::HashSet;

use protocol::{BoardId, Column, ColumnId, Day, LabelId, MessageId, Person, Priority, Role, TaskId, UserId, text};
use uuid::Uuid;

use super::{Tx, accounts::username_key, rooms::PersonRow, sql};
use crate::Result;

/// Rows of one statement. Looking up a placeholder costs SQLite time in proportion to how many there are, so more
/// at once is slower.
const ROWS: usize = 100;

/// Every column of a board in order, and whether it is archived.
pub(crate) async fn columns(tx: &mut Tx, board: BoardId) -> Result<Vec<(Column, bool)>> {
    let archived: Vec<(ColumnId,)> =
        sql!(all tx, "select id from board_columns where board_id = $1 and archived_at is not null", board)?;
    let archived: HashSet<ColumnId> = archived.into_iter().map(|(id,)| id).collect();
    let columns = super::columns::all_of_board(tx, board).await?;
    Ok(columns.into_iter().map(|column| (column.clone(), archived.contains(&column.id))).collect())
}

/// Those of some tasks that were archived with their column, and come back with it.
pub(crate) async fn archived_with_column(tx: &mut Tx, tasks: &[TaskId]) -> Result<HashSet<TaskId>> {
    let rows: Vec<(TaskId,)> = sql!(all_in tasks, tx,
        "select t.id from tasks t join board_columns c on c.id = t.column_id
         where c.archived_at = t.archived_at and t.id in ({ids})")?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// A comment as it is written to a file.
#[derive(sqlx::FromRow)]
pub(crate) struct CommentRow {
    pub(crate) id: MessageId,
    /// The number of its task.
    pub(crate) task: i64,
    pub(crate) n: i64,
    pub(crate) parent_id: Option<MessageId>,
    pub(crate) username: Option<String>,
    pub(crate) display_name: Option<String>,
    pub(crate) at: i64,
    pub(crate) source: String,
    pub(crate) filed: bool,
}

/// The comments on the tasks of a board up to a number, by task and number, after one of them, without the deleted
/// ones.
pub(crate) async fn comments(
    tx: &mut Tx,
    board: BoardId,
    (task, n): (i64, i64),
    last: i64,
    limit: i64,
) -> Result<Vec<CommentRow>> {
    sql!(all tx,
        "select m.id, t.number as task, m.n, m.parent_id, u.username, u.display_name, m.at, m.source,
           exists (select 1 from files f where f.message_id = m.id) as filed
         from tasks t join messages m on m.stream = 'task:' || t.id left join users u on u.id = m.author_id
         where t.board_id = $1 and t.deleted_at is null and t.number >= $2 and t.number <= $4
           and (t.number > $2 or m.n > $3) and m.deleted_at is null
         order by t.number, m.n limit $5",
        board, task, n, last, limit)
}

/// Those of some usernames whom this person shares a board with, or who they are themselves, and whose account is
/// open.
pub(crate) async fn known(tx: &mut Tx, user: UserId, names: &[String]) -> Result<Vec<Person>> {
    let keys: Vec<String> = names.iter().map(|name| username_key(name)).collect();
    let mut people = Vec::new();
    for part in keys.chunks(ROWS) {
        let rows: Vec<PersonRow> = sql!(all_in part, tx,
            "select u.id, u.username, u.display_name from users u
             where u.deactivated_at is null
               and (u.id = $1 or exists (select 1 from board_members mine
                 join board_members theirs on theirs.board_id = mine.board_id
                 where mine.user_id = $1 and theirs.user_id = u.id))
               and u.username_key in ({ids})", user)?;
        people.extend(rows.into_iter().map(Person::from));
    }
    Ok(people)
}

/// A column to be stored.
pub(crate) struct NewColumn<'a> {
    pub(crate) column: &'a Column,
    pub(crate) archived_at: Option<i64>,
    pub(crate) archived_by: Option<UserId>,
}

/// Stores columns; gives their ids by position.
pub(crate) async fn insert_columns(
    tx: &mut Tx,
    board: BoardId,
    new: &[NewColumn<'_>],
) -> Result<Vec<(String, ColumnId)>> {
    let mut made = Vec::with_capacity(new.len());
    for part in new.chunks(ROWS) {
        let rows: Vec<(String, ColumnId)> = sql!(values part, NewColumn { column, archived_at, archived_by } =>
            [board, &column.name, &column.position, column.colour.map(protocol::Colour::as_str), column.limit,
             *archived_at, *archived_by], tx,
            "insert into board_columns (board_id, name, position, colour, task_limit, archived_at, archived_by)
             values {values} returning position, id")?;
        made.extend(rows);
    }
    Ok(made)
}

/// Stores labels; gives their ids by folded name.
pub(crate) async fn insert_labels(
    tx: &mut Tx,
    board: BoardId,
    labels: &[(String, protocol::Colour)],
) -> Result<Vec<(String, LabelId)>> {
    let mut made = Vec::with_capacity(labels.len());
    for part in labels.chunks(ROWS) {
        let rows: Vec<(String, LabelId)> = sql!(values part, (name, colour) =>
            [board, name, text::fold(name), colour.as_str()], tx,
            "insert into labels (board_id, name, name_key, colour) values {values} returning name_key, id")?;
        made.extend(rows);
    }
    Ok(made)
}

/// Puts people on a board.
pub(crate) async fn insert_members(tx: &mut Tx, board: BoardId, members: &[(UserId, Role)]) -> Result<()> {
    for part in members.chunks(ROWS) {
        let _none: Vec<(i64,)> = sql!(values part, (user, role) => [board, *user, role.as_str()], tx,
            "insert into board_members (board_id, user_id, role) values {values}")?;
    }
    Ok(())
}

/// A task to be stored.
pub(crate) struct NewTask<'a> {
    pub(crate) number: i64,
    pub(crate) column: ColumnId,
    pub(crate) position: String,
    pub(crate) title: &'a str,
    pub(crate) description: &'a str,
    pub(crate) html: &'a str,
    pub(crate) due: Option<Day>,
    pub(crate) priority: Option<Priority>,
    pub(crate) progress: i64,
    pub(crate) archived_at: Option<i64>,
    pub(crate) at: i64,
}

/// Stores tasks of one author, who also archived those that are; gives their ids by number. The board's next task
/// gets the number after the greatest.
pub(crate) async fn insert_tasks(
    tx: &mut Tx,
    board: BoardId,
    author: UserId,
    new: &[NewTask<'_>],
) -> Result<Vec<(i64, TaskId)>> {
    let mut made = Vec::with_capacity(new.len());
    for part in new.chunks(ROWS) {
        let rows: Vec<(i64, TaskId)> = sql!(values part, task =>
            [board, task.number, task.column, &task.position, task.title, task.description, task.html, author,
             task.at, task.due.map(|day| day.to_string()), task.priority.map(Priority::as_str), task.progress,
             task.archived_at, task.archived_at.map(|_| author)], tx,
            "insert into tasks (board_id, number, column_id, position, title, description, description_html,
               author_id, created_at, due, priority, progress, archived_at, archived_by)
             values {values} returning number, id")?;
        made.extend(rows);
    }
    let last = new.iter().map(|task| task.number).max().unwrap_or(0);
    sql!(run tx, "update boards set tasks = $2 where id = $1", board, last)?;
    Ok(made)
}

/// Gives tasks the HTML of their descriptions anew.
pub(crate) async fn set_html(tx: &mut Tx, html: &[(TaskId, String)]) -> Result<()> {
    for part in html.chunks(ROWS) {
        let _set: Vec<(TaskId,)> = sql!(values part, (task, html) => [*task, html], tx,
            "update tasks set description_html = v.column2 from (values {values}) as v
             where tasks.id = v.column1 returning id")?;
    }
    Ok(())
}

/// Puts labels onto tasks.
pub(crate) async fn insert_task_labels(tx: &mut Tx, pairs: &[(TaskId, LabelId)]) -> Result<()> {
    for part in pairs.chunks(ROWS) {
        let _none: Vec<(i64,)> = sql!(values part, (task, label) => [*task, *label], tx,
            "insert into task_labels (task_id, label_id) values {values}")?;
    }
    Ok(())
}

/// Assigns people to tasks, and has them watch those.
pub(crate) async fn insert_assignees(tx: &mut Tx, pairs: &[(TaskId, UserId)], now: i64) -> Result<()> {
    for part in pairs.chunks(ROWS) {
        let _none: Vec<(i64,)> = sql!(values part, (task, user) => [*task, *user, now], tx,
            "insert into task_assignees (task_id, user_id, at) values {values}")?;
        let _none: Vec<(i64,)> = sql!(values part, (task, user) => [format!("task:{task}"), *user], tx,
            "insert into watches (stream, user_id) values {values}")?;
    }
    Ok(())
}

/// An item of a checklist to be stored.
pub(crate) struct NewItem<'a> {
    pub(crate) task: TaskId,
    pub(crate) position: String,
    pub(crate) text: &'a str,
    pub(crate) done: bool,
    pub(crate) assignee: Option<UserId>,
}

/// Stores the items of checklists, the done ones as ticked by somebody. Who shall do one watches its task.
pub(crate) async fn insert_items(tx: &mut Tx, items: &[NewItem<'_>], by: UserId, now: i64) -> Result<()> {
    for part in items.chunks(ROWS) {
        let _none: Vec<(i64,)> = sql!(values part, item =>
            [item.task, &item.position, item.text, item.done.then_some(now), item.done.then_some(by), item.assignee],
            tx,
            "insert into checklist_items (task_id, position, text, done_at, done_by, assignee_id) values {values}")?;
    }
    let who = items.iter().filter_map(|item| Some((item.task, item.assignee?))).collect::<Vec<_>>();
    for part in who.chunks(ROWS) {
        let _none: Vec<(i64,)> = sql!(values part, (task, user) => [format!("task:{task}"), *user], tx,
            "insert into watches (stream, user_id) values {values} on conflict do nothing")?;
    }
    Ok(())
}

/// A comment to be stored.
pub(crate) struct NewComment<'a> {
    pub(crate) task: TaskId,
    pub(crate) n: i64,
    pub(crate) parent: Option<MessageId>,
    pub(crate) source: &'a str,
    pub(crate) html: String,
    pub(crate) at: i64,
}

/// Stores comments of one author; gives their ids by stream and number. Nobody can send one of them again: what
/// was asked has an empty digest.
pub(crate) async fn insert_comments(
    tx: &mut Tx,
    author: UserId,
    new: &[NewComment<'_>],
) -> Result<Vec<(String, i64, MessageId)>> {
    let mut made = Vec::with_capacity(new.len());
    for part in new.chunks(ROWS) {
        let rows: Vec<(String, i64, MessageId)> = sql!(values part, new =>
            [format!("task:{}", new.task), new.n, author, Uuid::now_v7(), &[0_u8; 0][..], new.parent, new.source,
             &new.html, new.at], tx,
            "insert into messages (stream, n, author_id, client_id, request, parent_id, source, html, at)
             values {values} returning stream, n, id")?;
        made.extend(rows);
    }
    Ok(made)
}

/// Makes the heads of streams of tasks, each with so many comments, of which somebody has read all.
pub(crate) async fn insert_heads(tx: &mut Tx, heads: &[(TaskId, i64)], reader: UserId) -> Result<()> {
    for part in heads.chunks(ROWS) {
        let _none: Vec<(i64,)> = sql!(values part, (task, n) => [format!("task:{task}"), *n], tx,
            "insert into streams (name, n) values {values}")?;
    }
    let read: Vec<&(TaskId, i64)> = heads.iter().filter(|(_, n)| *n > 0).collect();
    for part in read.chunks(ROWS) {
        let _none: Vec<(i64,)> = sql!(values part, (task, n) => [reader, format!("task:{task}"), *n, 0_i64], tx,
            "insert into watermarks (user_id, stream, n, at) values {values}")?;
    }
    Ok(())
}

/// Keeps what came of an import, as JSON, for who made it.
pub(crate) async fn insert_outcome(tx: &mut Tx, board: BoardId, user: UserId, at: i64, outcome: &str) -> Result<u64> {
    sql!(run tx, "insert into board_imports (board_id, user_id, at, outcome) values ($1, $2, $3, $4)",
        board, user, at, outcome)
}

/// What came of the import of a board that this person made.
pub(crate) async fn outcome(tx: &mut Tx, board: BoardId, user: UserId) -> Result<Option<String>> {
    let row: Option<(String,)> =
        sql!(maybe tx, "select outcome from board_imports where board_id = $1 and user_id = $2", board, user)?;
    Ok(row.map(|(outcome,)| outcome))
}
