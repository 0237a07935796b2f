//! What somebody shall do, whatever the board.

use protocol::{Card, TaskId, UserId, limits};

use super::{CardRow, Facts};
use crate::{
    Result,
    db::{Tx, sql},
};

/// A task with where it is, and its place in the list.
#[derive(sqlx::FromRow)]
struct Row {
    #[sqlx(flatten)]
    card: CardRow,
    board_name: String,
    column_name: String,
    urgency: i64,
    mine: i64,
}

/// A task of somebody's.
pub(crate) struct Mine {
    pub(crate) card: Card,
    pub(crate) board: String,
    pub(crate) column: String,
    /// The most urgent have the least.
    pub(crate) urgency: i64,
    /// Open items of its checklist that they shall do.
    pub(crate) items: i64,
}

/// What somebody shall do, or an open item of it, and is not done, on boards that they may read and that are not
/// archived: after a place in the list (day, urgency, id), what is due first before all else and what has no date
/// last, and of one day what matters most; only what is due before a day.
///
/// All of that person's are looked at for each page: what they are sorted by is on other rows than who shall do
/// them, so no index has both.
pub(crate) async fn page(
    tx: &mut Tx,
    user: UserId,
    (day, urgency, task): (&str, i64, TaskId),
    until: &str,
    limit: i64,
) -> Result<Vec<Mine>> {
    let rows: Vec<Row> = sql!(all tx,
        card!(", b.name as board_name, c.name as column_name, coalesce(t.due, '~') as on_day, \
               cast(case t.priority when 'urgent' then 0 when 'high' then 1 when 'medium' then 2 when 'low' then 4 \
                    else 3 end as bigint) as urgency, a.items as mine \
               from (select task_id, cast(sum(item) as bigint) as items from \
                       (select task_id, 0 as item from task_assignees where user_id = $1 \
                        union all select task_id, 1 from checklist_items where assignee_id = $1 and done_at is null) x \
                     group by task_id) a \
               join tasks t on t.id = a.task_id \
               join board_members r on r.board_id = t.board_id and r.user_id = $1 \
               join boards b on b.id = t.board_id and b.archived_at is null join board_columns c on c.id = t.column_id \
               where t.progress < $2 and t.archived_at is null and t.deleted_at is null \
               and (coalesce(t.due, '~'), \
                    cast(case t.priority when 'urgent' then 0 when 'high' then 1 when 'medium' then 2 when 'low' then 4 \
                         else 3 end as bigint), t.id) > ($3, $4, $5) and coalesce(t.due, '~') < $6 \
               order by on_day, urgency, t.id limit $7"),
        user, limits::DONE, day, urgency, task, until, limit)?;
    let ids: Vec<TaskId> = rows.iter().map(|row| row.card.id).collect();
    let mine = |row: Row| Mine {
        card: row.card.into(),
        board: row.board_name,
        column: row.column_name,
        urgency: row.urgency,
        items: row.mine,
    };
    let mut tasks: Vec<Mine> = rows.into_iter().map(mine).collect();
    let facts = Facts::of_tasks(tx, &ids).await?;
    facts.complete(tasks.iter_mut().map(|mine| &mut mine.card));
    Ok(tasks)
}
