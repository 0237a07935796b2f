//! The columns of boards.

use protocol::{BoardId, Colour, Column, ColumnId, UserId, archive::ArchiveKey};

use super::{Tx, sql};
use crate::{Result, write::internal};

#[derive(sqlx::FromRow)]
struct ColumnRow {
    id: ColumnId,
    name: String,
    position: String,
    colour: Option<String>,
    task_limit: Option<i64>,
}

impl TryFrom<ColumnRow> for Column {
    type Error = protocol::Error;

    fn try_from(ColumnRow { id, name, position, colour, task_limit }: ColumnRow) -> Result<Self> {
        let colour = colour.map(Colour::try_from).transpose().map_err(internal)?;
        Ok(Self { id, name, position, colour, limit: task_limit })
    }
}

/// Gives a board columns: their names and positions.
pub(crate) async fn insert(tx: &mut Tx, board: BoardId, columns: &[(String, String)]) -> Result<Vec<Column>> {
    let rows: Vec<ColumnRow> = sql!(values columns, (name, position) => [board, name.as_str(), position.as_str()], tx,
        "insert into board_columns (board_id, name, position) values {values}
         returning id, name, position, colour, task_limit")?;
    let mut columns: Vec<Column> = rows.into_iter().map(Column::try_from).collect::<Result<_>>()?;
    columns.sort_by(|a, b| a.position.cmp(&b.position));
    Ok(columns)
}

/// The columns on a board, in order.
pub(crate) async fn of_board(tx: &mut Tx, board: BoardId) -> Result<Vec<Column>> {
    let rows: Vec<ColumnRow> = sql!(all tx,
        "select id, name, position, colour, task_limit from board_columns
         where board_id = $1 and archived_at is null order by position, id",
        board)?;
    rows.into_iter().map(Column::try_from).collect()
}

/// Every column of a board, those too that are archived.
pub(crate) async fn all_of_board(tx: &mut Tx, board: BoardId) -> Result<Vec<Column>> {
    let rows: Vec<ColumnRow> = sql!(all tx,
        "select id, name, position, colour, task_limit from board_columns where board_id = $1 order by position, id",
        board)?;
    rows.into_iter().map(Column::try_from).collect()
}

/// Sets what a column is called and how it looks.
pub(crate) async fn update(tx: &mut Tx, column: &Column) -> Result<u64> {
    sql!(run tx, "update board_columns set name = $2, colour = $3, task_limit = $4 where id = $1",
        column.id, &column.name, column.colour.map(Colour::as_str), column.limit)
}

/// Gives columns other positions.
pub(crate) async fn set_positions(tx: &mut Tx, columns: &[Column]) -> Result<()> {
    let _moved: Vec<(ColumnId,)> = sql!(values columns, column => [column.id, column.position.as_str()], tx,
        "update board_columns set position = v.column2 from (values {values}) as v
         where board_columns.id = v.column1 returning id")?;
    Ok(())
}

/// Takes a column off its board.
pub(crate) async fn archive(tx: &mut Tx, column: ColumnId, by: UserId, now: i64) -> Result<u64> {
    sql!(run tx, "update board_columns set archived_at = $3, archived_by = $2 where id = $1", column, by, now)
}

/// When a column of a board was archived; none where it is not.
pub(crate) async fn archived_at(tx: &mut Tx, board: BoardId, column: ColumnId) -> Result<Option<i64>> {
    let row: Option<(i64,)> = sql!(maybe tx,
        "select archived_at from board_columns where id = $2 and board_id = $1 and archived_at is not null",
        board, column)?;
    Ok(row.map(|(at,)| at))
}

/// Puts a column onto its board again.
pub(crate) async fn restore(tx: &mut Tx, column: ColumnId, position: &str) -> Result<u64> {
    sql!(run tx,
        "update board_columns set archived_at = null, archived_by = null, position = $2 where id = $1", column, position)
}

/// A column that is archived.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Archived {
    pub(crate) id: ColumnId,
    pub(crate) name: String,
    pub(crate) at: i64,
    /// The tasks that come back with it.
    pub(crate) tasks: i64,
    pub(crate) user_id: Option<UserId>,
    pub(crate) username: Option<String>,
    pub(crate) display_name: Option<String>,
}

/// A page of a board's archived columns, newest first, after a place.
pub(crate) async fn archived(tx: &mut Tx, board: BoardId, (at, id): ArchiveKey, limit: i64) -> Result<Vec<Archived>> {
    sql!(all tx,
        "select c.id, c.name, c.archived_at as at, u.id as user_id, u.username, u.display_name,
           (select count(*) from tasks t where t.column_id = c.id and t.archived_at = c.archived_at
              and t.deleted_at is null) as tasks
         from board_columns c left join users u on u.id = c.archived_by
         where c.board_id = $1 and c.archived_at is not null and (c.archived_at, c.id) < ($2, $3)
         order by c.archived_at desc, c.id desc limit $4",
        board, at, id, limit)
}

/// Removes a column, which has no tasks.
pub(crate) async fn delete(tx: &mut Tx, column: ColumnId) -> Result<u64> {
    sql!(run tx, "delete from board_columns where id = $1", column)
}
