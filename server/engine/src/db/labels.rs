//! The labels of a board.

use protocol::{BoardId, Colour, Label, LabelId, text};

use super::{Tx, sql};
use crate::Result;

#[derive(sqlx::FromRow)]
struct LabelRow {
    id: LabelId,
    name: String,
    #[sqlx(try_from = "String")]
    colour: Colour,
}

impl From<LabelRow> for Label {
    fn from(LabelRow { id, name, colour }: LabelRow) -> Self {
        Self { id, name, colour }
    }
}

/// A board's labels, by name.
pub(crate) async fn of_board(tx: &mut Tx, board: BoardId) -> Result<Vec<Label>> {
    let rows: Vec<LabelRow> =
        sql!(all tx, "select id, name, colour from labels where board_id = $1 order by name_key, id", board)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// How many tasks bear each label of a board; labels that none bears are left out.
pub(crate) async fn counts(tx: &mut Tx, board: BoardId) -> Result<Vec<(LabelId, i64)>> {
    sql!(all tx,
        "select l.id, count(*) from labels l join task_labels t on t.label_id = l.id
         join tasks k on k.id = t.task_id and k.deleted_at is null where l.board_id = $1 group by l.id",
        board)
}

/// A label of a board.
pub(crate) async fn one(tx: &mut Tx, board: BoardId, label: LabelId) -> Result<Option<Label>> {
    let row: Option<LabelRow> =
        sql!(maybe tx, "select id, name, colour from labels where board_id = $1 and id = $2", board, label)?;
    Ok(row.map(Into::into))
}

/// Makes a label; none where the board has one of this name.
pub(crate) async fn insert(tx: &mut Tx, board: BoardId, name: &str, colour: Colour) -> Result<Option<LabelId>> {
    let row: Option<(LabelId,)> = sql!(maybe tx,
        "insert into labels (board_id, name, name_key, colour) values ($1, $2, $3, $4)
         on conflict (board_id, name_key) do nothing returning id",
        board, name, text::fold(name), colour.as_str())?;
    Ok(row.map(|(id,)| id))
}

/// Is there another label of this name on the board?
pub(crate) async fn is_taken(tx: &mut Tx, board: BoardId, name: &str, but: LabelId) -> Result<bool> {
    let row: Option<(LabelId,)> = sql!(maybe tx,
        "select id from labels where board_id = $1 and name_key = $2 and id <> $3", board, text::fold(name), but)?;
    Ok(row.is_some())
}

/// Gives a label another name and colour.
pub(crate) async fn update(tx: &mut Tx, label: LabelId, name: &str, colour: Colour) -> Result<u64> {
    sql!(run tx,
        "update labels set name = $2, name_key = $3, colour = $4 where id = $1",
        label, name, text::fold(name), colour.as_str())
}

/// Deletes a label, from its tasks too.
pub(crate) async fn delete(tx: &mut Tx, label: LabelId) -> Result<u64> {
    sql!(run tx, "delete from labels where id = $1", label)
}
