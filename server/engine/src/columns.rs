//! The columns of a board: made, named, coloured, limited, put in another order, removed.

mod archiving;

use protocol::{
    BoardId, CardPlace, Colour, Column, ColumnId, Error, Event, Stream, activity::Deed, limits, order,
    permission::Action, text,
};
use uuid::Uuid;

use crate::{
    Actor, Engine, Result,
    boards::{access, require},
    db::{self, Tx, columns as rows, tasks},
    write::{Write, digest, internal},
};

pub use archiving::{archive, restore};

/// What shall be otherwise about a column; what is none stays as it is.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct ColumnEdit {
    /// Its name.
    pub name: Option<String>,
    /// Its colour, or that it has none.
    pub colour: Option<Option<Colour>>,
    /// How many tasks should be in it at most, or that it has no limit.
    pub limit: Option<Option<i64>>,
}

/// Adds a column at the end of a board.
///
/// # Errors
/// [`Error::Invalid`] naming `name`; [`Error::Conflict`] where the board has as many as may be;
/// [`Error::Forbidden`] to viewers; [`Error::NotFound`].
pub async fn add(engine: &Engine, actor: &Actor, key: Uuid, board: BoardId, name: &str) -> Result<Column> {
    let request = digest("columns::add", &(board, name))?;
    let name = text::required("name", name, limits::COLUMN_NAME)?;
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                let columns = shape(&mut w.tx, &actor, board).await?;
                if columns.len() >= limits::COLUMNS {
                    return Err(Error::conflict(format!("A board has at most {} columns.", limits::COLUMNS)));
                }
                let last = columns.last().map(|column| column.position.as_str());
                let position = order::between(last, None).map_err(internal)?;
                let added = rows::insert(&mut w.tx, board, &[(name, position)]).await?.pop();
                let added = added.ok_or_else(|| internal("a column is gone at once"))?;
                tell(w, &actor, board, Deed::ColumnAdded(added.id)).await?;
                Ok(added)
            })
        })
        .await
}

/// Changes a column's name, colour or limit.
///
/// # Errors
/// [`Error::Invalid`] naming `name` or `limit`; [`Error::Forbidden`] to viewers; [`Error::NotFound`].
pub async fn edit(
    engine: &Engine,
    actor: &Actor,
    key: Uuid,
    board: BoardId,
    column: ColumnId,
    edit: ColumnEdit,
) -> Result<Column> {
    let request = digest("columns::edit", &(board, column, &edit))?;
    let name = edit.name.map(|name| text::required("name", &name, limits::COLUMN_NAME)).transpose()?;
    let most = limits::COLUMN_LIMIT;
    if edit.limit.flatten().is_some_and(|limit| !(1..=most).contains(&limit)) {
        return Err(Error::invalid("limit", format!("A limit is a number from 1 to {most}, or nothing.")));
    }
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                let mut columns = shape(&mut w.tx, &actor, board).await?;
                let changed = columns.iter_mut().find(|one| one.id == column).ok_or(Error::NotFound)?;
                let before = changed.clone();
                changed.name = name.unwrap_or_else(|| changed.name.clone());
                changed.colour = edit.colour.unwrap_or(changed.colour);
                changed.limit = edit.limit.unwrap_or(changed.limit);
                let changed = changed.clone();
                rows::update(&mut w.tx, &changed).await?;
                w.tell(Stream::Board(board), Event::ColumnsChanged { columns })
                    .did(actor.id(), changes(&before, &changed));
                Ok(changed)
            })
        })
        .await
}

/// Puts a column right after another one, or first where none is named.
///
/// # Errors
/// [`Error::Invalid`] naming `after`; [`Error::Forbidden`] to viewers; [`Error::NotFound`].
pub async fn move_to(
    engine: &Engine,
    actor: &Actor,
    key: Uuid,
    board: BoardId,
    column: ColumnId,
    after: Option<ColumnId>,
) -> Result<Column> {
    let request = digest("columns::move_to", &(board, column, after))?;
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                let mut columns = shape(&mut w.tx, &actor, board).await?;
                let at = columns.iter().position(|one| one.id == column).ok_or(Error::NotFound)?;
                let moved = columns.remove(at);
                let to = match after {
                    None => 0,
                    Some(after) if after == column => at,
                    Some(after) => {
                        let found = columns.iter().position(|one| one.id == after);
                        found.ok_or_else(|| Error::invalid("after", NO_SUCH_COLUMN))? + 1
                    }
                };
                columns.insert(to, moved);
                // There are so few that all of them get short keys again.
                for (column, position) in columns.iter_mut().zip(order::spread(limits::COLUMNS)) {
                    column.position = position;
                }
                rows::set_positions(&mut w.tx, &columns).await?;
                let moved = columns[to].clone();
                let deeds = if to == at { vec![] } else { vec![Deed::ColumnMoved(column)] };
                w.tell(Stream::Board(board), Event::ColumnsChanged { columns }).did(actor.id(), deeds);
                Ok(moved)
            })
        })
        .await
}

/// Removes a column. Its tasks, where it has any, go to the bottom of another one; those that are archived or deleted
/// come back there, or in the first.
///
/// # Errors
/// [`Error::Invalid`] naming `to` where the tasks need another column and it is not named or not there;
/// [`Error::Conflict`] for a board's only column; [`Error::Forbidden`] to viewers; [`Error::NotFound`].
pub async fn remove(
    engine: &Engine,
    actor: &Actor,
    key: Uuid,
    board: BoardId,
    column: ColumnId,
    to: Option<ColumnId>,
) -> Result<()> {
    let request = digest("columns::remove", &(board, column, to))?;
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                let (columns, name) = spared(&mut w.tx, &actor, board, column).await?;
                if let Some(to) = to
                    && (to == column || !columns.iter().any(|one| one.id == to))
                {
                    return Err(Error::invalid("to", NO_SUCH_COLUMN));
                }
                empty(w, board, column, to).await?;
                let first = columns.iter().map(|one| one.id).find(|one| *one != column);
                if let Some(to) = to.or(first) {
                    tasks::archive::send_back_to(&mut w.tx, column, to).await?;
                }
                rows::delete(&mut w.tx, column).await?;
                tell(w, &actor, board, Deed::ColumnRemoved(name)).await
            })
        })
        .await
}

/// What was changed about a column.
fn changes(before: &Column, now: &Column) -> Vec<Deed> {
    let mut deeds = Vec::new();
    if before.name != now.name {
        deeds.push(Deed::ColumnRenamed { from: before.name.clone(), to: now.name.clone() });
    }
    if before.colour != now.colour {
        deeds.push(Deed::ColumnRecoloured(now.id));
    }
    if before.limit != now.limit {
        deeds.push(Deed::ColumnLimited(now.id, now.limit));
    }
    deeds
}

const NO_SUCH_COLUMN: &str = "This board has no such column.";

/// Puts all tasks of a column, in their order, below those of another.
async fn empty(w: &mut Write, board: BoardId, column: ColumnId, to: Option<ColumnId>) -> Result<()> {
    let moving = tasks::in_column(&mut w.tx, column).await?;
    if moving.is_empty() {
        return Ok(());
    }
    let to = to.ok_or_else(|| Error::invalid("to", "This column has tasks. Where shall they go?"))?;
    let mut last = tasks::last_position(&mut w.tx, to, protocol::TaskId(0)).await?;
    let mut cards = Vec::with_capacity(moving.len());
    for (id, _) in moving {
        let position = order::between(last.as_deref(), None).map_err(internal)?;
        last = Some(position.clone());
        cards.push(CardPlace { id, column: to, position });
    }
    tasks::set_places(&mut w.tx, &cards).await?;
    w.tell(Stream::Board(board), Event::CardsPlaced { cards });
    Ok(())
}

/// The columns of a board whose columns this person may change. Nobody else changes them, or the
/// order of the cards, until the write ends.
async fn shape(tx: &mut Tx, actor: &Actor, board: BoardId) -> Result<Vec<Column>> {
    require(&access(tx, actor, board).await?, Action::Shape)?;
    db::boards::lock(tx, board).await?;
    rows::of_board(tx, board).await
}

/// The columns of a board, as [`shape`], and the name of one of them, which may go.
async fn spared(tx: &mut Tx, actor: &Actor, board: BoardId, column: ColumnId) -> Result<(Vec<Column>, String)> {
    let columns = shape(tx, actor, board).await?;
    let name = columns.iter().find(|one| one.id == column).ok_or(Error::NotFound)?.name.clone();
    if columns.len() == 1 {
        return Err(Error::conflict("This is the board’s only column; tasks need one."));
    }
    Ok((columns, name))
}

async fn tell(w: &mut Write, actor: &Actor, board: BoardId, deed: Deed) -> Result<()> {
    let columns = rows::of_board(&mut w.tx, board).await?;
    w.tell(Stream::Board(board), Event::ColumnsChanged { columns }).did(actor.id(), [deed]);
    Ok(())
}
