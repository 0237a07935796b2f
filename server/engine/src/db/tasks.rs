//! Tasks and their cards.

pub(crate) mod archive;
pub(crate) mod checklist;
pub(crate) mod facts;
pub(crate) mod transfer;

use protocol::{BoardId, Card, CardPlace, ColumnId, FileId, Person, Priority, Stream, Task, TaskId, UserId};

use self::facts::Facts;
use super::{Tx, files, sql};
use crate::{Result, write::internal};

#[derive(sqlx::FromRow)]
struct CardRow {
    id: TaskId,
    board_id: BoardId,
    number: i64,
    column_id: ColumnId,
    position: String,
    title: String,
    revision: i64,
    due: Option<String>,
    priority: Option<String>,
    progress: i64,
    items: i64,
    ticked: i64,
    comments: i64,
    files: i64,
    cover: Option<FileId>,
    archived: bool,
}

impl From<CardRow> for Card {
    /// Its people and labels are rows of their own: [`facts::complete`].
    fn from(row: CardRow) -> Self {
        Self {
            id: row.id,
            board: row.board_id,
            number: row.number,
            column: row.column_id,
            position: row.position,
            title: row.title,
            comments: row.comments,
            revision: row.revision,
            assignees: Vec::new(),
            labels: Vec::new(),
            // Nothing else is ever written there.
            due: row.due.and_then(|day| day.parse().ok()),
            priority: row.priority.and_then(|name| Priority::named(&name)),
            progress: row.progress,
            items: row.items,
            ticked: row.ticked,
            files: row.files,
            cover: row.cover,
            archived: row.archived,
        }
    }
}

#[derive(sqlx::FromRow)]
struct TaskRow {
    #[sqlx(flatten)]
    card: CardRow,
    description: String,
    description_html: String,
    version: i64,
    author_id: Option<UserId>,
    username: Option<String>,
    display_name: Option<String>,
    created_at: i64,
}

impl From<TaskRow> for Task {
    fn from(row: TaskRow) -> Self {
        let author = match (row.author_id, row.username, row.display_name) {
            (Some(id), Some(username), Some(display_name)) => Some(Person { id, username, display_name }),
            _ => None,
        };
        Self {
            card: row.card.into(),
            description: row.description,
            description_html: row.description_html,
            version: row.version,
            author,
            at: row.created_at,
            checklist: Vec::new(),
            files: Vec::new(),
        }
    }
}

/// Cards, as [`CardRow`] reads them (253402300799999 is [`files::KEPT`]), with what else is selected and where the rest of the text says.
macro_rules! card {
    ($rest:literal) => {
        concat!(
            "select t.id, t.board_id, t.number, t.column_id, t.position, t.title, t.revision, t.due, t.priority, \
             t.progress, t.archived_at is not null as archived, \
             (select count(*) from checklist_items i where i.task_id = t.id) as items, \
             (select count(*) from checklist_items i where i.task_id = t.id and i.done_at is not null) as ticked, \
             (select count(*) from messages m where m.stream = 'task:' || t.id and m.deleted_at is null) as comments, \
             (select count(*) from files f where f.task_id = t.id and f.expires_at = 253402300799999) as files, \
             (select f.id from files f where f.id = t.cover_id and f.task_id = t.id and f.expires_at = 253402300799999) \
             as cover",
            $rest
        )
    };
}

pub(crate) mod mine;

/// Tasks, as [`TaskRow`] reads them, where the rest of the text says.
macro_rules! task {
    ($rest:literal) => {
        concat!(
            card!(""),
            ", t.description, t.description_html, t.version, t.author_id, u.username, u.display_name, t.created_at \
             from tasks t left join users u on u.id = t.author_id ",
            $rest
        )
    };
}

/// The cards on a board, in the order of their columns.
pub(crate) async fn cards(tx: &mut Tx, board: BoardId) -> Result<Vec<Card>> {
    let rows: Vec<CardRow> = sql!(all tx, card!(
            " from tasks t where t.board_id = $1 and t.archived_at is null and t.deleted_at is null \
             order by t.position, t.id"
        ), board)?;
    let mut cards: Vec<Card> = rows.into_iter().map(Into::into).collect();
    let facts = Facts::of_board(tx, board).await?;
    facts.complete(cards.iter_mut());
    Ok(cards)
}

/// The cards of some tasks.
pub(crate) async fn cards_of(tx: &mut Tx, tasks: &[TaskId]) -> Result<Vec<Card>> {
    let rows: Vec<CardRow> = sql!(all_in tasks, tx, card!(" from tasks t where t.deleted_at is null and t.id in ({ids}) order by t.position, t.id"))?;
    let mut cards: Vec<Card> = rows.into_iter().map(Into::into).collect();
    Facts::of_tasks(tx, tasks).await?.complete(cards.iter_mut());
    Ok(cards)
}

/// The card of a task.
pub(crate) async fn card(tx: &mut Tx, task: TaskId) -> Result<Option<Card>> {
    let row: Option<CardRow> = sql!(maybe tx, card!(" from tasks t where t.id = $1 and t.deleted_at is null"), task)?;
    let mut card: Option<Card> = row.map(Into::into);
    let facts = Facts::of_tasks(tx, &[task]).await?;
    facts.complete(card.iter_mut());
    Ok(card)
}

/// A task with its checklist.
pub(crate) async fn one(tx: &mut Tx, task: TaskId) -> Result<Option<Task>> {
    let row: Option<TaskRow> = sql!(maybe tx, task!("where t.id = $1 and t.deleted_at is null"), task)?;
    let mut found: Option<Task> = row.map(Into::into);
    let facts = Facts::of_tasks(tx, &[task]).await?;
    facts.complete(found.iter_mut().map(|task| &mut task.card));
    if let Some(found) = &mut found {
        found.checklist = checklist::of_task(tx, task).await?;
        found.files = files::of_tasks(tx, &[task]).await?.remove(&task).unwrap_or_default();
    }
    Ok(found)
}

/// The tasks of a board after a number, by number, with their files, without their checklists.
pub(crate) async fn after(tx: &mut Tx, board: BoardId, number: i64, limit: i64) -> Result<Vec<Task>> {
    let rows: Vec<TaskRow> = sql!(all tx,
        task!("where t.board_id = $1 and t.number > $2 and t.deleted_at is null order by t.number limit $3"), board, number, limit)?;
    let mut tasks: Vec<Task> = rows.into_iter().map(Into::into).collect();
    let ids: Vec<TaskId> = tasks.iter().map(|task| task.card.id).collect();
    let facts = Facts::of_tasks(tx, &ids).await?;
    facts.complete(tasks.iter_mut().map(|task| &mut task.card));
    if ids.is_empty() {
        return Ok(tasks);
    }
    let mut files = files::of_tasks(tx, &ids).await?;
    for task in &mut tasks {
        task.files = files.remove(&task.card.id).unwrap_or_default();
    }
    Ok(tasks)
}

/// The tasks that have these numbers on a board, or had them there before they went to another.
pub(crate) async fn numbered(tx: &mut Tx, board: BoardId, numbers: &[i64]) -> Result<Vec<(i64, TaskId)>> {
    sql!(all_in numbers, tx,
        "select number, id from tasks where board_id = $1 and deleted_at is null and number in ({ids})
         union all select n.number, n.task_id from task_numbers n
         join tasks t on t.id = n.task_id and t.deleted_at is null where n.board_id = $1 and n.number in ({ids})",
        board)
}

/// The board of a task.
pub(crate) async fn board_of(tx: &mut Tx, task: TaskId) -> Result<Option<BoardId>> {
    let row: Option<(BoardId,)> =
        sql!(maybe tx, "select board_id from tasks where id = $1 and deleted_at is null", task)?;
    Ok(row.map(|(board,)| board))
}

/// The board, number and title of a task.
pub(crate) async fn place(tx: &mut Tx, task: TaskId) -> Result<Option<(BoardId, i64, String)>> {
    sql!(maybe tx, "select board_id, number, title from tasks where id = $1 and deleted_at is null", task)
}

/// How many cards each column of a board holds; columns without any are left out.
pub(crate) async fn counts(tx: &mut Tx, board: BoardId) -> Result<Vec<(ColumnId, i64)>> {
    sql!(all tx,
        "select column_id, count(*) from tasks
         where board_id = $1 and archived_at is null and deleted_at is null group by column_id", board)
}

/// The number of a board's next task; the board stays locked until the write ends.
pub(crate) async fn take_number(tx: &mut Tx, board: BoardId) -> Result<i64> {
    let (number,): (i64,) = sql!(one tx, "update boards set tasks = tasks + 1 where id = $1 returning tasks", board)?;
    Ok(number)
}

/// A task to be stored.
pub(crate) struct New<'a> {
    pub(crate) board: BoardId,
    pub(crate) column: ColumnId,
    pub(crate) position: &'a str,
    pub(crate) title: &'a str,
    pub(crate) description: &'a str,
    pub(crate) html: &'a str,
    pub(crate) author: UserId,
    pub(crate) at: i64,
}

/// Stores a task under a number.
pub(crate) async fn insert(tx: &mut Tx, number: i64, new: New<'_>) -> Result<TaskId> {
    let (id,): (TaskId,) = sql!(one tx,
        "insert into tasks (board_id, number, column_id, position, title, description, description_html, author_id, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id",
        new.board, number, new.column, new.position, new.title, new.description, new.html, new.author, new.at)?;
    Ok(id)
}

/// Stores an edit that began from `version`; 0 where another came first.
pub(crate) async fn update(
    tx: &mut Tx,
    task: TaskId,
    version: i64,
    title: &str,
    description: &str,
    html: &str,
) -> Result<u64> {
    sql!(run tx,
        "update tasks set title = $3, description = $4, description_html = $5, version = version + 1
         where id = $1 and version = $2 and deleted_at is null",
        task, version, title, description, html)
}

/// Puts a task somewhere else.
pub(crate) async fn set_place(tx: &mut Tx, task: TaskId, column: ColumnId, position: &str) -> Result<u64> {
    sql!(run tx, "update tasks set column_id = $2, position = $3 where id = $1", task, column, position)
}

/// Puts several tasks somewhere else.
pub(crate) async fn set_places(tx: &mut Tx, places: &[CardPlace]) -> Result<()> {
    // Three values each, and a statement has at most 32,766.
    for places in places.chunks(5_000) {
        let _moved: Vec<(TaskId,)> = sql!(values places, place => [place.id, place.column, place.position.as_str()], tx,
            "update tasks set column_id = v.column2, position = v.column3 from (values {values}) as v
             where tasks.id = v.column1 returning id")?;
    }
    Ok(())
}

/// The tasks on the board in a column with their positions, in order.
pub(crate) async fn in_column(tx: &mut Tx, column: ColumnId) -> Result<Vec<(TaskId, String)>> {
    sql!(all tx,
        "select id, position from tasks
         where column_id = $1 and archived_at is null and deleted_at is null order by position, id", column)
}

/// Those of some tasks that are on a board, and their columns.
pub(crate) async fn on_board(tx: &mut Tx, board: BoardId, tasks: &[TaskId]) -> Result<Vec<(TaskId, ColumnId)>> {
    sql!(all_in tasks, tx,
        "select id, column_id from tasks
         where board_id = $1 and archived_at is null and deleted_at is null and id in ({ids})", board)
}

/// The tasks on the board in some columns with their positions, in order.
pub(crate) async fn in_columns(tx: &mut Tx, columns: &[ColumnId]) -> Result<Vec<(ColumnId, TaskId, String)>> {
    sql!(all_in columns, tx,
        "select column_id, id, position from tasks
         where archived_at is null and deleted_at is null and column_id in ({ids}) order by position, id")
}

/// The positions of those of some tasks that are in a column.
pub(crate) async fn positions_of(tx: &mut Tx, column: ColumnId, tasks: &[TaskId]) -> Result<Vec<(TaskId, String)>> {
    sql!(all_in tasks, tx,
        "select id, position from tasks
         where column_id = $1 and archived_at is null and deleted_at is null and id in ({ids})", column)
}

/// The first position of a column after one, but this card's.
pub(crate) async fn next_position(
    tx: &mut Tx,
    column: ColumnId,
    but: TaskId,
    position: &str,
) -> Result<Option<String>> {
    let (position,): (Option<String>,) = sql!(one tx,
        "select min(position) from tasks
         where column_id = $1 and id <> $2 and position > $3 and archived_at is null and deleted_at is null", column, but, position)?;
    Ok(position)
}

/// The last position of a column before one, but this card's.
pub(crate) async fn position_before(
    tx: &mut Tx,
    column: ColumnId,
    but: TaskId,
    position: &str,
) -> Result<Option<String>> {
    let (position,): (Option<String>,) = sql!(one tx,
        "select max(position) from tasks
         where column_id = $1 and id <> $2 and position < $3 and archived_at is null and deleted_at is null", column, but, position)?;
    Ok(position)
}

/// The position of a column's last card but this one.
pub(crate) async fn last_position(tx: &mut Tx, column: ColumnId, but: TaskId) -> Result<Option<String>> {
    let (position,): (Option<String>,) = sql!(one tx,
            "select max(position) from tasks
             where column_id = $1 and id <> $2 and archived_at is null and deleted_at is null", column, but)?;
    Ok(position)
}

/// The positions of a column's cards but this one, after the first `offset`.
pub(crate) async fn positions(
    tx: &mut Tx,
    column: ColumnId,
    but: TaskId,
    offset: i64,
    limit: i64,
) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = sql!(all tx,
        "select position from tasks where column_id = $1 and id <> $2 and archived_at is null and deleted_at is null
         order by position, id limit $3 offset $4",
        column, but, limit, offset)?;
    Ok(rows.into_iter().map(|(position,)| position).collect())
}

/// The newest events of a task that are about the task itself, newest first.
pub(crate) async fn changes(tx: &mut Tx, task: TaskId, limit: i64) -> Result<Vec<protocol::Event>> {
    let rows: Vec<(String,)> = sql!(all tx,
        "select body from events where stream = $1 and message_id is null order by seq desc limit $2",
        Stream::Task(task).to_string(), limit)?;
    rows.into_iter().map(|(body,)| serde_json::from_str(&body).map_err(internal)).collect()
}
