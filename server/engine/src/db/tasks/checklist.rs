//! The checklists of tasks.

use protocol::{ChecklistItem, ItemId, TaskId, UserId};

use super::super::{Tx, sql};
use crate::Result;

#[derive(sqlx::FromRow)]
struct ItemRow {
    id: ItemId,
    position: String,
    text: String,
    done_at: Option<i64>,
}

impl From<ItemRow> for ChecklistItem {
    fn from(ItemRow { id, position, text, done_at }: ItemRow) -> Self {
        Self { id, position, text, done: done_at.is_some() }
    }
}

/// A task's checklist, in order.
pub(crate) async fn of_task(tx: &mut Tx, task: TaskId) -> Result<Vec<ChecklistItem>> {
    let rows: Vec<ItemRow> = sql!(all tx,
        "select id, position, text, done_at from checklist_items where task_id = $1 order by position, id", task)?;
    Ok(rows.into_iter().map(Into::into).collect())
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

/// Puts an item somewhere else in its list.
pub(crate) async fn set_position(tx: &mut Tx, item: ItemId, position: &str) -> Result<u64> {
    sql!(run tx, "update checklist_items set position = $2 where id = $1", item, position)
}

/// Takes an item off its list.
pub(crate) async fn delete(tx: &mut Tx, item: ItemId) -> Result<u64> {
    sql!(run tx, "delete from checklist_items where id = $1", item)
}
