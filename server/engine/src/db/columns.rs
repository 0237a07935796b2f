//! The columns of boards.

use protocol::{BoardId, Colour, Column, ColumnId};

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

/// A board's columns, in order.
pub(crate) async fn of_board(tx: &mut Tx, board: BoardId) -> Result<Vec<Column>> {
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

/// Removes a column, which has no tasks.
pub(crate) async fn delete(tx: &mut Tx, column: ColumnId) -> Result<u64> {
    sql!(run tx, "delete from board_columns where id = $1", column)
}
