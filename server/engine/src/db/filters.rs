//! Filters that people keep of boards.

use protocol::{BoardId, FilterId, SavedFilter, UserId, text};

use super::{Tx, sql};
use crate::Result;

/// What somebody keeps of a board, by name.
pub(crate) async fn all(tx: &mut Tx, board: BoardId, user: UserId) -> Result<Vec<SavedFilter>> {
    let rows: Vec<(FilterId, String, String)> = sql!(all tx,
        "select id, name, query from saved_filters where user_id = $2 and board_id = $1 order by name_key, id",
        board, user)?;
    Ok(rows.into_iter().map(|(id, name, query)| SavedFilter { id, name, query }).collect())
}

/// Keeps a filter; none where this person has one of this name on the board.
pub(crate) async fn insert(
    tx: &mut Tx,
    board: BoardId,
    user: UserId,
    name: &str,
    query: &str,
) -> Result<Option<FilterId>> {
    let row: Option<(FilterId,)> = sql!(maybe tx,
        "insert into saved_filters (user_id, board_id, name, name_key, query) values ($2, $1, $3, $4, $5)
         on conflict (user_id, board_id, name_key) do nothing returning id",
        board, user, name, text::fold(name), query)?;
    Ok(row.map(|(id,)| id))
}

/// Gives a filter another name.
pub(crate) async fn rename(tx: &mut Tx, filter: FilterId, name: &str) -> Result<u64> {
    sql!(run tx, "update saved_filters set name = $2, name_key = $3 where id = $1", filter, name, text::fold(name))
}

/// Keeps a filter no longer.
pub(crate) async fn delete(tx: &mut Tx, filter: FilterId) -> Result<u64> {
    sql!(run tx, "delete from saved_filters where id = $1", filter)
}
