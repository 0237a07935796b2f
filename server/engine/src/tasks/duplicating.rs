//! A task made once more.

use protocol::{Error, Event, Stream, Task, TaskId, activity::Deed, order};
use uuid::Uuid;

use super::{
    column_of, find, held, lay,
    moving::{self, Spot},
    rows,
};
use crate::{
    Actor, Engine, Result,
    write::{digest, internal},
};

/// Makes a task like another, right below it, or, where that one is archived, at the bottom of its column (of the
/// board's first where the column is archived, too): with its title, description, labels, date, priority and
/// checklist, of which nothing is ticked. Nobody is assigned, and nobody is told but who looks at the board.
///
/// # Errors
/// [`Error::Forbidden`] to viewers; [`Error::NotFound`].
pub async fn duplicate(engine: &Engine, actor: &Actor, key: Uuid, id: TaskId) -> Result<Task> {
    let request = digest("tasks::duplicate", &id)?;
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                let original = held(w, &actor, id).await?;
                let board = original.card.board;
                let column = match column_of(&mut w.tx, board, Some(original.card.column)).await {
                    // The task's column is archived.
                    Err(Error::Invalid { .. }) => column_of(&mut w.tx, board, None).await?,
                    column => column?,
                };
                let spot = if original.card.archived { Spot::Bottom } else { Spot::Between(Some(id), None) };
                let position = moving::position(&mut w.tx, column, TaskId(0), spot).await?;
                let new = rows::New {
                    board,
                    column,
                    position: &position,
                    title: &original.card.title,
                    description: &original.description,
                    html: &original.description_html,
                    author: actor.id(),
                    at: w.now,
                };
                let copy = lay(w, new).await?;
                rows::facts::copy(&mut w.tx, id, copy).await?;
                let card = rows::card(&mut w.tx, copy).await?.ok_or_else(|| internal("a task is gone at once"))?;
                w.tell(Stream::Board(board), Event::TaskCreated { card })
                    .did(actor.id(), [Deed::Copied(original.card.number)]);
                if order::is_long(&position) {
                    moving::spread(w, board, column).await?;
                }
                Ok(find(&mut w.tx, &actor, copy).await?.0)
            })
        })
        .await
}
