//! Columns archived with their cards, and brought back with them.

use protocol::{BoardId, Column, ColumnId, Error, activity::Deed, limits, order};
use uuid::Uuid;

use super::{rows, shape, spared, tell};
use crate::{
    Actor, Engine, Result, tasks,
    write::{digest, internal},
};

/// Takes a column off its board, and its tasks with it.
///
/// # Errors
/// [`Error::Conflict`] for a board's only column; [`Error::Forbidden`] to viewers; [`Error::NotFound`], also when it
/// is archived already.
pub async fn archive(engine: &Engine, actor: &Actor, key: Uuid, board: BoardId, column: ColumnId) -> Result<()> {
    let request = digest("columns::archive", &(board, column))?;
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                let (_, name) = spared(&mut w.tx, &actor, board, column).await?;
                tasks::archive_all_in(w, &actor, board, column).await?;
                rows::archive(&mut w.tx, column, actor.id(), w.now).await?;
                tell(w, &actor, board, Deed::ColumnArchived(name)).await
            })
        })
        .await
}

/// Puts a column onto its board again, last, with the tasks that were archived with it and are still in the archive.
/// One that is there stays where it is.
///
/// # Errors
/// [`Error::Conflict`] where the board has as many columns as may be; [`Error::Forbidden`] to viewers;
/// [`Error::NotFound`].
pub async fn restore(engine: &Engine, actor: &Actor, key: Uuid, board: BoardId, column: ColumnId) -> Result<Column> {
    let request = digest("columns::restore", &(board, column))?;
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                let columns = shape(&mut w.tx, &actor, board).await?;
                if let Some(there) = columns.iter().find(|one| one.id == column) {
                    return Ok(there.clone());
                }
                let archived_at = rows::archived_at(&mut w.tx, board, column).await?.ok_or(Error::NotFound)?;
                if columns.len() >= limits::COLUMNS {
                    return Err(Error::conflict(format!("A board has at most {} columns.", limits::COLUMNS)));
                }
                let last = columns.last().map(|column| column.position.as_str());
                let position = order::between(last, None).map_err(internal)?;
                rows::restore(&mut w.tx, column, &position).await?;
                tell(w, &actor, board, Deed::ColumnRestored(column)).await?;
                tasks::restore_with_column(w, &actor, board, column, archived_at).await?;
                let columns = rows::of_board(&mut w.tx, board).await?;
                columns.into_iter().find(|one| one.id == column).ok_or_else(|| internal("a column is gone at once"))
            })
        })
        .await
}
