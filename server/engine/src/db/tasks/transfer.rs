//! Tasks that go to another board.

use protocol::{Board, BoardId, Colour, ColumnId, ItemId, Label, LabelId, Stream, TaskId, UserId};

use super::super::{Tx, sql};
use crate::{Result, write::internal};

/// A task that is about to leave its board.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Leaving {
    pub(crate) id: TaskId,
    pub(crate) number: i64,
    pub(crate) column_id: ColumnId,
    pub(crate) position: String,
}

/// Those of some tasks that are on a board.
pub(crate) async fn leaving(tx: &mut Tx, board: BoardId, tasks: &[TaskId]) -> Result<Vec<Leaving>> {
    if tasks.is_empty() {
        return Ok(Vec::new());
    }
    sql!(all_in tasks, tx,
        "select id, number, column_id, position from tasks
         where board_id = $1 and archived_at is null and deleted_at is null and id in ({ids})", board)
}

/// What those of some tasks are called that are on a board, by number.
pub(crate) async fn named(tx: &mut Tx, board: BoardId, tasks: &[TaskId]) -> Result<Vec<(TaskId, i64, String)>> {
    sql!(all_in tasks, tx,
        "select id, number, title from tasks
         where board_id = $1 and archived_at is null and deleted_at is null and id in ({ids}) order by number", board)
}

/// The columns of the boards on which a person writes, but one.
pub(crate) async fn targets(tx: &mut Tx, user: UserId, but: BoardId) -> Result<Vec<(Board, ColumnId, String)>> {
    let rows: Vec<(BoardId, String, ColumnId, String)> = sql!(all tx,
        "select b.id, b.name, c.id, c.name from board_members me join boards b on b.id = me.board_id and b.archived_at is null
         join board_columns c on c.board_id = b.id and c.archived_at is null
         where me.user_id = $1 and me.role <> 'viewer' and b.id <> $2 order by b.id, c.position, c.id",
        user, but)?;
    Ok(rows
        .into_iter()
        .map(|(id, name, column, called)| (Board { id, name, archived: false }, column, called))
        .collect())
}

/// For each of a person's boards: how many who do or watch some tasks are not on it, where there are such.
pub(crate) async fn outsiders(tx: &mut Tx, user: UserId, tasks: &[TaskId]) -> Result<Vec<(BoardId, i64)>> {
    sql!(all_in tasks, tx,
        "select me.board_id, count(*) from board_members me cross join
           (select user_id from task_assignees where task_id in ({ids})
            union select assignee_id from checklist_items where assignee_id is not null and task_id in ({ids})
            union select w.user_id from tasks t join watches w on w.stream = 'task:' || t.id where t.id in ({ids})) p
         where me.user_id = $1
           and not exists (select 1 from board_members m where m.board_id = me.board_id and m.user_id = p.user_id)
         group by me.board_id",
        user)
}

/// The board of a column that is on it.
pub(crate) async fn board_of_column(tx: &mut Tx, column: ColumnId) -> Result<Option<BoardId>> {
    let row: Option<(BoardId,)> =
        sql!(maybe tx, "select board_id from board_columns where id = $1 and archived_at is null", column)?;
    Ok(row.map(|(board,)| board))
}

/// The numbers that some tasks had on a board before they left it.
pub(crate) async fn numbers(tx: &mut Tx, board: BoardId, tasks: &[TaskId]) -> Result<Vec<(TaskId, i64)>> {
    sql!(all_in tasks, tx, "select task_id, number from task_numbers where board_id = $1 and task_id in ({ids})", board)
}

/// Those of some tasks that left a board at a moment and did not come back since.
pub(crate) async fn left_at(tx: &mut Tx, board: BoardId, tasks: &[TaskId], at: i64) -> Result<Vec<TaskId>> {
    let rows: Vec<(TaskId,)> = sql!(all_in tasks, tx,
        "select task_id from task_numbers where board_id = $1 and at = $2 and task_id in ({ids})", board, at)?;
    Ok(rows.into_iter().map(|(task,)| task).collect())
}

/// The last of so many new numbers of a board.
pub(crate) async fn take_numbers(tx: &mut Tx, board: BoardId, count: i64) -> Result<i64> {
    let (last,): (i64,) =
        sql!(one tx, "update boards set tasks = tasks + $2 where id = $1 returning tasks", board, count)?;
    Ok(last)
}

/// Where a task goes: its number, column and order key there.
pub(crate) struct Arriving {
    pub(crate) id: TaskId,
    pub(crate) number: i64,
    pub(crate) column: ColumnId,
    pub(crate) position: String,
}

/// Puts tasks onto a board.
pub(crate) async fn put(tx: &mut Tx, board: BoardId, tasks: &[Arriving]) -> Result<()> {
    let _put: Vec<(TaskId,)> = sql!(values tasks, task =>
        [task.id, board, task.number, task.column, task.position.as_str()], tx,
        "update tasks set board_id = v.column2, number = v.column3, column_id = v.column4, position = v.column5,
           revision = revision + 1
         from (values {values}) as v where tasks.id = v.column1 returning id")?;
    Ok(())
}

/// The numbers of tasks on the board that they have left lead to them; those on the board where they are now are
/// their own again.
pub(crate) async fn keep_numbers(tx: &mut Tx, left: BoardId, now: BoardId, tasks: &[Leaving], at: i64) -> Result<()> {
    let ids: Vec<TaskId> = tasks.iter().map(|task| task.id).collect();
    sql!(run_in ids, tx, "delete from task_numbers where board_id = $1 and task_id in ({ids})", now)?;
    let _none: Vec<(i64,)> = sql!(values tasks, task => [left, task.number, task.id, at], tx,
        "insert into task_numbers (board_id, number, task_id, at) values {values}")?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct LabelRow {
    name: String,
    name_key: String,
    colour: String,
}

/// Makes on a board those labels of some tasks that it lacks, by name, but only so many; gives those that are new.
pub(crate) async fn make_labels(tx: &mut Tx, board: BoardId, tasks: &[TaskId], most: i64) -> Result<Vec<Label>> {
    let mut lacking: Vec<LabelRow> = sql!(all_in tasks, tx,
        "select l.name, l.name_key, l.colour from labels l
         where l.board_id <> $1 and l.id in (select label_id from task_labels where task_id in ({ids}))
           and not exists (select 1 from labels k where k.board_id = $1 and k.name_key = l.name_key)
         order by l.name_key",
        board)?;
    lacking.truncate(usize::try_from(most).unwrap_or(0));
    if lacking.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(LabelId, String, String)> = sql!(values &lacking, label =>
        [board, label.name.as_str(), label.name_key.as_str(), label.colour.as_str()], tx,
        "insert into labels (board_id, name, name_key, colour) values {values} returning id, name, colour")?;
    rows.into_iter()
        .map(|(id, name, colour)| Ok(Label { id, name, colour: Colour::try_from(colour).map_err(internal)? }))
        .collect()
}

/// Gives some tasks the labels of their board that are called as those which they bear of another.
pub(crate) async fn relabel(tx: &mut Tx, board: BoardId, tasks: &[TaskId]) -> Result<()> {
    sql!(run_in tasks, tx,
        "insert into task_labels (task_id, label_id)
         select x.task_id, k.id from task_labels x join labels l on l.id = x.label_id and l.board_id <> $1
         join labels k on k.board_id = $1 and k.name_key = l.name_key
         where x.task_id in ({ids}) on conflict do nothing",
        board)?;
    sql!(run_in tasks, tx,
        "delete from task_labels
         where label_id not in (select id from labels where board_id = $1) and task_id in ({ids})",
        board)?;
    Ok(())
}

/// Takes off some tasks whoever is not on a board; gives them.
pub(crate) async fn unassign_outsiders(tx: &mut Tx, board: BoardId, tasks: &[TaskId]) -> Result<Vec<(TaskId, UserId)>> {
    sql!(all_in tasks, tx,
        "delete from task_assignees
         where user_id not in (select user_id from board_members where board_id = $1) and task_id in ({ids})
         returning task_id, user_id",
        board)
}

/// Takes off the items of some tasks whoever is not on a board; gives the items, and who it was.
pub(crate) async fn unassign_outsiders_of_items(
    tx: &mut Tx,
    board: BoardId,
    tasks: &[TaskId],
) -> Result<Vec<(ItemId, UserId)>> {
    let items: Vec<(ItemId, UserId)> = sql!(all_in tasks, tx,
        "select id, assignee_id from checklist_items
         where assignee_id not in (select user_id from board_members where board_id = $1) and task_id in ({ids})",
        board)?;
    let ids: Vec<ItemId> = items.iter().map(|(item, _)| *item).collect();
    if !ids.is_empty() {
        sql!(run_in ids, tx, "update checklist_items set assignee_id = null where id in ({ids})")?;
    }
    Ok(items)
}

/// Ends the watching of some tasks by whoever is not on a board; gives them.
pub(crate) async fn unwatch_outsiders(tx: &mut Tx, board: BoardId, tasks: &[TaskId]) -> Result<Vec<(TaskId, UserId)>> {
    let names = names(tasks);
    let rows: Vec<(String, UserId)> = sql!(all_in names, tx,
        "delete from watches
         where user_id not in (select user_id from board_members where board_id = $1) and stream in ({ids})
         returning stream, user_id",
        board)?;
    rows.into_iter()
        .map(|(stream, user)| match stream.parse() {
            Ok(Stream::Task(task)) => Ok((task, user)),
            _ => Err(internal("a task is watched under another name")),
        })
        .collect()
}

/// Takes some tasks out of the inboxes of whoever is not on a board; gives whose.
pub(crate) async fn forget_outsiders(tx: &mut Tx, board: BoardId, tasks: &[TaskId]) -> Result<Vec<UserId>> {
    let names = names(tasks);
    let rows: Vec<(UserId,)> = sql!(all_in names, tx,
        "delete from notifications
         where user_id not in (select user_id from board_members where board_id = $1) and stream in ({ids})
         returning user_id",
        board)?;
    Ok(rows.into_iter().map(|(user,)| user).collect())
}

/// Assigns tasks to those people again who are on a board.
pub(crate) async fn assign_again(tx: &mut Tx, board: BoardId, people: &[(TaskId, UserId)], now: i64) -> Result<()> {
    for people in people.chunks(5_000) {
        let _assigned: Vec<(TaskId,)> = sql!(values people, (task, user) => [*task, *user, now, board], tx,
            "insert into task_assignees (task_id, user_id, at)
             select v.column1, v.column2, v.column3 from (values {values}) as v
             join board_members m on m.user_id = v.column2 and m.board_id = v.column4
             where true on conflict do nothing returning task_id")?;
    }
    Ok(())
}

/// Assigns items that are there to those people again who are on a board, where nobody else is; gives those items.
pub(crate) async fn assign_items_again(
    tx: &mut Tx,
    board: BoardId,
    people: &[(ItemId, UserId)],
) -> Result<Vec<ItemId>> {
    let mut items = Vec::new();
    for people in people.chunks(5_000) {
        let assigned: Vec<(ItemId,)> = sql!(values people, (item, user) => [*item, *user, board], tx,
            "update checklist_items set assignee_id = v.column2 from (values {values}) as v
             where checklist_items.id = v.column1 and checklist_items.assignee_id is null
               and exists (select 1 from board_members m where m.user_id = v.column2 and m.board_id = v.column3)
             returning id")?;
        items.extend(assigned.into_iter().map(|(item,)| item));
    }
    Ok(items)
}

/// Has those people watch tasks again who are on a board.
pub(crate) async fn watch_again(tx: &mut Tx, board: BoardId, people: &[(TaskId, UserId)]) -> Result<()> {
    for people in people.chunks(5_000) {
        let _watched: Vec<(UserId,)> = sql!(values people, (task, user) =>
            [Stream::Task(*task).to_string(), *user, board], tx,
            "insert into watches (stream, user_id)
             select v.column1, v.column2 from (values {values}) as v
             join board_members m on m.user_id = v.column2 and m.board_id = v.column3
             where true on conflict do nothing returning user_id")?;
    }
    Ok(())
}

fn names(tasks: &[TaskId]) -> Vec<String> {
    tasks.iter().map(|task| Stream::Task(*task).to_string()).collect()
}
