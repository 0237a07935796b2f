//! What tasks have besides their text: people, labels, a date, and how far they have come.

use std::collections::HashMap;

use protocol::{BoardId, Card, Day, LabelId, Person, Priority, TaskChange, TaskId, UserId};

use super::super::{Tx, sql};
use crate::Result;

#[derive(sqlx::FromRow)]
struct AssigneeRow {
    task_id: TaskId,
    id: UserId,
    username: String,
    display_name: String,
}

/// The people and labels of some tasks: a query for each kind, whatever the number of tasks.
#[derive(Default)]
pub(super) struct Facts {
    assignees: HashMap<TaskId, Vec<Person>>,
    labels: HashMap<TaskId, Vec<LabelId>>,
}

impl Facts {
    /// Of all tasks that are on a board.
    pub(super) async fn of_board(tx: &mut Tx, board: BoardId) -> Result<Self> {
        let assignees = sql!(all tx,
            "select a.task_id, u.id, u.username, u.display_name from task_assignees a
             join tasks t on t.id = a.task_id join users u on u.id = a.user_id
             where t.board_id = $1 and t.archived_at is null and t.deleted_at is null order by a.at, a.user_id",
            board)?;
        let labels = sql!(all tx,
            "select l.task_id, l.label_id from task_labels l join tasks t on t.id = l.task_id
             where t.board_id = $1 and t.archived_at is null and t.deleted_at is null order by l.label_id",
            board)?;
        Ok(Self::of(assignees, labels))
    }

    /// Of these tasks.
    pub(super) async fn of_tasks(tx: &mut Tx, tasks: &[TaskId]) -> Result<Self> {
        if tasks.is_empty() {
            return Ok(Self::default());
        }
        let assignees = sql!(all_in tasks, tx,
            "select a.task_id, u.id, u.username, u.display_name from task_assignees a
             join users u on u.id = a.user_id where a.task_id in ({ids}) order by a.at, a.user_id")?;
        let labels = sql!(all_in tasks, tx,
            "select task_id, label_id from task_labels where task_id in ({ids}) order by label_id")?;
        Ok(Self::of(assignees, labels))
    }

    fn of(assignee_rows: Vec<AssigneeRow>, label_rows: Vec<(TaskId, LabelId)>) -> Self {
        let mut facts = Self::default();
        for AssigneeRow { task_id, id, username, display_name } in assignee_rows {
            facts.assignees.entry(task_id).or_default().push(Person { id, username, display_name });
        }
        for (task, label) in label_rows {
            facts.labels.entry(task).or_default().push(label);
        }
        facts
    }

    /// Puts onto each card what is its.
    pub(super) fn complete<'a>(mut self, cards: impl Iterator<Item = &'a mut Card>) {
        for card in cards {
            card.assignees = self.assignees.remove(&card.id).unwrap_or_default();
            card.labels = self.labels.remove(&card.id).unwrap_or_default();
        }
    }
}

/// Counts one more change of what the card shows. Whoever changes the task at the same time waits here.
pub(crate) async fn count_change(tx: &mut Tx, task: TaskId) -> Result<u64> {
    sql!(run tx, "update tasks set revision = revision + 1 where id = $1", task)
}

/// The same of several tasks.
pub(crate) async fn count_changes(tx: &mut Tx, tasks: &[TaskId]) -> Result<u64> {
    sql!(run_in tasks, tx, "update tasks set revision = revision + 1 where id in ({ids})")
}

/// Stores a change of several tasks that are on the board; gives those that it has changed. Checklists are changed
/// one at a time.
pub(crate) async fn store_all(tx: &mut Tx, tasks: &[TaskId], change: &TaskChange, now: i64) -> Result<Vec<TaskId>> {
    let rows: Vec<(TaskId,)> = match change {
        TaskChange::Assign(user) => sql!(all_in tasks, tx,
            "insert into task_assignees (task_id, user_id, at)
             select t.id, m.user_id, $2 from tasks t join board_members m on m.board_id = t.board_id
             where m.user_id = $1 and t.id in ({ids}) on conflict do nothing returning task_id",
            user, now)?,
        TaskChange::Unassign(user) => sql!(all_in tasks, tx,
            "delete from task_assignees where user_id = $1 and task_id in ({ids}) returning task_id", user)?,
        TaskChange::Label(label) => sql!(all_in tasks, tx,
            "insert into task_labels (task_id, label_id)
             select t.id, l.id from tasks t join labels l on l.board_id = t.board_id
             where l.id = $1 and t.id in ({ids}) on conflict do nothing returning task_id",
            label)?,
        TaskChange::Unlabel(label) => sql!(all_in tasks, tx,
            "delete from task_labels where label_id = $1 and task_id in ({ids}) returning task_id", label)?,
        TaskChange::Due(day) => {
            return set_dues(tx, &tasks.iter().map(|task| (*task, *day)).collect::<Vec<_>>()).await;
        }
        TaskChange::Priority(priority) => {
            return set_priorities(tx, &tasks.iter().map(|task| (*task, *priority)).collect::<Vec<_>>()).await;
        }
        _ => Vec::new(),
    };
    Ok(rows.into_iter().map(|(task,)| task).collect())
}

/// Gives tasks dates, each its own; gives those that had others.
pub(crate) async fn set_dues(tx: &mut Tx, dues: &[(TaskId, Option<Day>)]) -> Result<Vec<TaskId>> {
    if dues.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(TaskId,)> = sql!(values dues, (task, day) => [*task, day.map(|day| day.to_string())], tx,
        "update tasks set due = v.column2 from (values {values}) as v
         where tasks.id = v.column1 and tasks.due is distinct from v.column2 returning id")?;
    Ok(rows.into_iter().map(|(task,)| task).collect())
}

/// The same with priorities.
pub(crate) async fn set_priorities(tx: &mut Tx, priorities: &[(TaskId, Option<Priority>)]) -> Result<Vec<TaskId>> {
    if priorities.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(TaskId,)> = sql!(values priorities, (task, priority) =>
        [*task, priority.map(|priority| priority.as_str())], tx,
        "update tasks set priority = v.column2 from (values {values}) as v
         where tasks.id = v.column1 and tasks.priority is distinct from v.column2 returning id")?;
    Ok(rows.into_iter().map(|(task,)| task).collect())
}

/// Stores a change; 0 where it is so already, or names what is not on the board.
pub(crate) async fn store(tx: &mut Tx, task: TaskId, change: &TaskChange, now: i64) -> Result<u64> {
    match change {
        TaskChange::Assign(user) => sql!(run tx,
            "insert into task_assignees (task_id, user_id, at)
             select t.id, m.user_id, $3 from tasks t join board_members m on m.board_id = t.board_id
             where t.id = $1 and m.user_id = $2 on conflict do nothing",
            task, user, now),
        TaskChange::Unassign(user) => {
            sql!(run tx, "delete from task_assignees where task_id = $1 and user_id = $2", task, user)
        }
        TaskChange::Label(label) => sql!(run tx,
            "insert into task_labels (task_id, label_id)
             select t.id, l.id from tasks t join labels l on l.board_id = t.board_id
             where t.id = $1 and l.id = $2 on conflict do nothing",
            task, label),
        TaskChange::Unlabel(label) => {
            sql!(run tx, "delete from task_labels where task_id = $1 and label_id = $2", task, label)
        }
        TaskChange::Due(day) => {
            let day = day.map(|day| day.to_string());
            sql!(run tx, "update tasks set due = $2 where id = $1 and due is distinct from $2", task, day)
        }
        TaskChange::Priority(priority) => {
            let name = priority.map(|priority| priority.as_str());
            sql!(run tx, "update tasks set priority = $2 where id = $1 and priority is distinct from $2", task, name)
        }
        TaskChange::Progress(percent) => {
            sql!(run tx, "update tasks set progress = $2 where id = $1 and progress <> $2", task, percent)
        }
        TaskChange::Cover(file) => {
            sql!(run tx, "update tasks set cover_id = $2 where id = $1 and cover_id is distinct from $2", task, file)
        }
        // Those are rows of a list: `super::checklist`.
        TaskChange::AddItem(_)
        | TaskChange::RenameItem(..)
        | TaskChange::TickItem(..)
        | TaskChange::AssignItem(..)
        | TaskChange::MoveItem(..)
        | TaskChange::RemoveItem(_)
        // And those are rows of files: `super::super::files`.
        | TaskChange::AttachFile(_)
        | TaskChange::RemoveFile(_)
        | TaskChange::PutFileBack(_) => Ok(0),
    }
}

/// Gives a new task what another has: labels, date, priority, and its checklist with nothing ticked and nobody assigned.
pub(crate) async fn copy(tx: &mut Tx, from: TaskId, to: TaskId) -> Result<()> {
    sql!(run tx,
        "insert into task_labels (task_id, label_id) select $2, label_id from task_labels where task_id = $1", from, to)?;
    sql!(run tx,
        "insert into checklist_items (task_id, position, text)
         select $2, position, text from checklist_items where task_id = $1 order by position, id", from, to)?;
    sql!(run tx,
        "update tasks set due = (select o.due from tasks o where o.id = $1),
           priority = (select o.priority from tasks o where o.id = $1) where id = $2", from, to)?;
    Ok(())
}

/// Takes somebody off every task of a board.
pub(crate) async fn unassign_everywhere(tx: &mut Tx, board: BoardId, user: UserId) -> Result<u64> {
    sql!(run tx,
        "delete from task_assignees where user_id = $2 and task_id in (select id from tasks where board_id = $1)",
        board, user)
}
