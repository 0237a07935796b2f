//! Tasks moved about their board.

use protocol::{BoardId, Card, CardPlace, ColumnId, Error, Event, Stream, Task, TaskId, activity::Deed, order};
use uuid::Uuid;

use super::{column_of, held, rows, tell_change};
use crate::{
    Actor, Engine, Result,
    db::Tx,
    write::{Write, digest, internal},
};

/// Where in a column a task goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub(crate) enum Spot {
    /// Above all others.
    Top,
    /// Below all others.
    Bottom,
    /// So many others from the top.
    Below(i64),
    /// Between two others, as who moves it saw them; none is the column's end.
    Between(Option<TaskId>, Option<TaskId>),
}

/// Puts a task into a column: at a place, where 1 is the top, or at the bottom.
///
/// # Errors
/// [`Error::Invalid`] naming `column`; [`Error::Conflict`] for an archived task; [`Error::Forbidden`] to viewers;
/// [`Error::NotFound`].
pub async fn move_to(
    engine: &Engine,
    actor: &Actor,
    key: Uuid,
    id: TaskId,
    column: ColumnId,
    place: Option<i64>,
) -> Result<Task> {
    let spot = match place.map(|place| place.saturating_sub(1)) {
        None => Spot::Bottom,
        Some(..=0) => Spot::Top,
        Some(above) => Spot::Below(above),
    };
    put(engine, actor, key, id, column, spot).await
}

/// Puts a task into a column, between two others as who moves it saw them: right below `above`, or, where
/// that one has left the column meanwhile, right above `below`; where both have, at the end of the column where
/// it was put, or else at the bottom.
///
/// # Errors
/// As [`move_to`].
pub async fn move_between(
    engine: &Engine,
    actor: &Actor,
    key: Uuid,
    id: TaskId,
    column: ColumnId,
    (above, below): (Option<TaskId>, Option<TaskId>),
) -> Result<Task> {
    put(engine, actor, key, id, column, Spot::Between(above, below)).await
}

async fn put(engine: &Engine, actor: &Actor, key: Uuid, id: TaskId, column: ColumnId, spot: Spot) -> Result<Task> {
    let request = digest("tasks::move_to", &(id, column, spot))?;
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                // Two cards that move at once must not get one position.
                let Card { board, archived, column: from, .. } = held(w, &actor, id).await?.card;
                if archived {
                    return Err(Error::conflict("This task is archived. Restore it first."));
                }
                let column = column_of(&mut w.tx, board, Some(column)).await?;
                let position = position(&mut w.tx, column, id, spot).await?;
                rows::set_place(&mut w.tx, id, column, &position).await?;
                if order::is_long(&position) {
                    spread(w, board, column).await?;
                }
                tell_change(w, &actor, id, vec![Deed::Moved { from, to: column }]).await
            })
        })
        .await
}

/// The order key of a spot among the other cards of a column.
pub(super) async fn position(tx: &mut Tx, column: ColumnId, task: TaskId, spot: Spot) -> Result<String> {
    let (lower, upper) = match spot {
        Spot::Top => (None, rows::positions(tx, column, task, 0, 1).await?.pop()),
        Spot::Bottom => (rows::last_position(tx, column, task).await?, None),
        Spot::Below(above) => match rows::positions(tx, column, task, above - 1, 2).await?.as_slice() {
            [lower, upper] => (Some(lower.clone()), Some(upper.clone())),
            _ => (rows::last_position(tx, column, task).await?, None),
        },
        Spot::Between(above, below) => between(tx, column, task, above, below).await?,
    };
    order::between(lower.as_deref(), upper.as_deref()).map_err(internal)
}

/// The keys between which a task goes that was put between two others.
async fn between(
    tx: &mut Tx,
    column: ColumnId,
    task: TaskId,
    above: Option<TaskId>,
    below: Option<TaskId>,
) -> Result<(Option<String>, Option<String>)> {
    let wanted: Vec<TaskId> = [above, below].into_iter().flatten().filter(|id| *id != task).collect();
    let there = rows::positions_of(tx, column, &wanted).await?;
    let found = |id: Option<TaskId>| there.iter().find(|(found, _)| Some(*found) == id).map(|(_, key)| key.clone());
    Ok(match (found(above), found(below)) {
        (Some(lower), _) => {
            let upper = rows::next_position(tx, column, task, &lower).await?;
            (Some(lower), upper)
        }
        (None, Some(upper)) => (rows::position_before(tx, column, task, &upper).await?, Some(upper)),
        // It was put at the top, above one that has left since.
        (None, None) if above.is_none() && below.is_some() => {
            (None, rows::positions(tx, column, task, 0, 1).await?.pop())
        }
        (None, None) => (rows::last_position(tx, column, task).await?, None),
    })
}

/// Gives the tasks of a column short keys again, in the order in which they are.
pub(super) async fn spread(w: &mut Write, board: BoardId, column: ColumnId) -> Result<()> {
    let tasks = rows::in_column(&mut w.tx, column).await?;
    let keys = order::spread(tasks.len());
    let places = tasks.into_iter().zip(keys).map(|((id, _), position)| CardPlace { id, column, position });
    let cards: Vec<CardPlace> = places.collect();
    rows::set_places(&mut w.tx, &cards).await?;
    w.tell(Stream::Board(board), Event::CardsPlaced { cards });
    Ok(())
}
