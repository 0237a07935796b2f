//! The checklists of tasks.

use protocol::{BoardId, ChecklistItem, ItemId, Person, TaskId, UserId};

use super::super::{Tx, sql};
use crate::Result;

#[derive(sqlx::FromRow)]
struct ItemRow {
    id: ItemId,
    position: String,
    text: String,
    done_at: Option<i64>,
    assignee_id: Option<UserId>,
    username: Option<String>,
    display_name: Option<String>,
}

impl From<ItemRow> for ChecklistItem {
    fn from(row: ItemRow) -> Self {
        let ItemRow { id, position, text, done_at, .. } = row;
        let assignee = match (row.assignee_id, row.username, row.display_name) {
            (Some(id), Some(username), Some(display_name)) => Some(Person { id, username, display_name }),
            _ => None,
        };
        Self { id, position, text, done: done_at.is_some(), assignee }
    }
}

/// Items, as [`ItemRow`] reads them, with what else is selected and where the rest of the text says.
macro_rules! item {
    ($what:literal, $rest:literal) => {
        concat!(
            "select ",
            $what,
            "i.id, i.position, i.text, i.done_at, i.assignee_id, u.username, u.display_name \
             from checklist_items i left join users u on u.id = i.assignee_id ",
            $rest
        )
    };
}

/// A task's checklist, in order.
pub(crate) async fn of_task(tx: &mut Tx, task: TaskId) -> Result<Vec<ChecklistItem>> {
    let rows: Vec<ItemRow> = sql!(all tx, item!("", "where i.task_id = $1 order by i.position, i.id"), task)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// An item.
pub(crate) async fn one(tx: &mut Tx, item: ItemId) -> Result<ChecklistItem> {
    let row: ItemRow = sql!(one tx, item!("", "where i.id = $1"), item)?;
    Ok(row.into())
}

/// An item with its task.
#[derive(sqlx::FromRow)]
struct TaskItemRow {
    task_id: TaskId,
    #[sqlx(flatten)]
    item: ItemRow,
}

/// Some items, each with its task.
pub(crate) async fn some(tx: &mut Tx, items: &[ItemId]) -> Result<Vec<(TaskId, ChecklistItem)>> {
    let rows: Vec<TaskItemRow> =
        sql!(all_in items, tx, item!("i.task_id, ", "where i.id in ({ids}) order by i.task_id, i.position, i.id"))?;
    Ok(rows.into_iter().map(|row| (row.task_id, row.item.into())).collect())
}

/// The checklists of some tasks, each in order.
pub(crate) async fn of_tasks(tx: &mut Tx, tasks: &[TaskId]) -> Result<Vec<(TaskId, ChecklistItem)>> {
    let rows: Vec<TaskItemRow> = sql!(all_in tasks, tx,
        item!("i.task_id, ", "where i.task_id in ({ids}) order by i.task_id, i.position, i.id"))?;
    Ok(rows.into_iter().map(|row| (row.task_id, row.item.into())).collect())
}

/// Puts something onto a checklist.
pub(crate) async fn insert(tx: &mut Tx, task: TaskId, position: &str, text: &str) -> Result<ItemId> {
    let (id,): (ItemId,) = sql!(one tx,
        "insert into checklist_items (task_id, position, text) values ($1, $2, $3) returning id", task, position, text)?;
    Ok(id)
}

/// Gives an item another text.
pub(crate) async fn rename(tx: &mut Tx, item: ItemId, text: &str) -> Result<u64> {
    sql!(run tx, "update checklist_items set text = $2 where id = $1", item, text)
}

/// Ticks an item, or takes the tick off.
pub(crate) async fn tick(tx: &mut Tx, item: ItemId, done: Option<(i64, UserId)>) -> Result<u64> {
    let (at, by) = done.unzip();
    sql!(run tx, "update checklist_items set done_at = $2, done_by = $3 where id = $1", item, at, by)
}

/// Says who shall do an item.
pub(crate) async fn assign(tx: &mut Tx, item: ItemId, user: Option<UserId>) -> Result<u64> {
    sql!(run tx, "update checklist_items set assignee_id = $2 where id = $1", item, user)
}

/// Takes somebody off every item on a board.
pub(crate) async fn unassign_everywhere(tx: &mut Tx, board: BoardId, user: UserId) -> Result<u64> {
    sql!(run tx,
        "update checklist_items set assignee_id = null
         where assignee_id = $2 and task_id in (select id from tasks where board_id = $1)",
        board, user)
}

/// Those of some tasks of which somebody shall do an item that is open.
pub(crate) async fn with_items_of(tx: &mut Tx, tasks: &[TaskId], user: UserId) -> Result<Vec<TaskId>> {
    let rows: Vec<(TaskId,)> = sql!(all_in tasks, tx,
        "select distinct task_id from checklist_items
         where assignee_id = $1 and done_at is null and task_id in ({ids})", user)?;
    Ok(rows.into_iter().map(|(task,)| task).collect())
}

/// Puts an item somewhere else in its list.
pub(crate) async fn set_position(tx: &mut Tx, item: ItemId, position: &str) -> Result<u64> {
    sql!(run tx, "update checklist_items set position = $2 where id = $1", item, position)
}

/// Takes an item off its list.
pub(crate) async fn delete(tx: &mut Tx, item: ItemId) -> Result<u64> {
    sql!(run tx, "delete from checklist_items where id = $1", item)
}
