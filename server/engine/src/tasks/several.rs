//! Several tasks of a board at once: moved, changed, archived by one write.
//!
//! Each task is told by an event of its own, as if it were alone: every page knows those, each stands in the
//! activity with who did it, and the deletion of one task redacts nothing of the others.

use std::collections::BTreeMap;

use protocol::{
    BoardId, Card, Error, Event, Stream, TaskChange, TaskId,
    activity::Deed,
    limits, order,
    permission::Action,
    placing::{self, Columns, Placing},
};
use uuid::Uuid;

use super::{archiving, changing, moving, rows, rows::archive as shelf};
use crate::{
    Actor, Engine, Result,
    boards::{access, require},
    db, notify,
    write::{Write, digest, internal},
};

/// Puts tasks of a board into columns, each between two others as who moves it saw them, one after the other, so
/// that a later one may go below an earlier one. What is not on the board any more is left out, and so is what goes
/// to a column that is gone. Gives the cards that were put somewhere.
///
/// # Errors
/// [`Error::Invalid`] naming `tasks`, or `column` where the board has none of the columns; [`Error::Forbidden`] to
/// viewers; [`Error::NotFound`].
pub async fn place_several(
    engine: &Engine,
    actor: &Actor,
    key: Uuid,
    board: BoardId,
    placings: Vec<Placing>,
) -> Result<Vec<Card>> {
    let request = digest("tasks::place_several", &(board, &placings))?;
    within_limits(placings.len())?;
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                hold(w, &actor, board).await?;
                let columns = db::columns::of_board(&mut w.tx, board).await?;
                let mut there: Columns = columns
                    .into_iter()
                    .filter(|column| placings.iter().any(|placing| placing.column == column.id))
                    .map(|column| (column.id, Vec::new()))
                    .collect();
                if there.is_empty() {
                    return Err(Error::invalid("column", "This board has no such column."));
                }
                let wanted: Vec<TaskId> = placings.iter().map(|placing| placing.task).collect();
                let from: BTreeMap<TaskId, _> = rows::on_board(&mut w.tx, board, &wanted).await?.into_iter().collect();
                let ids: Vec<_> = there.keys().copied().collect();
                for (column, task, position) in rows::in_columns(&mut w.tx, &ids).await? {
                    there.entry(column).or_default().push((task, position));
                }
                let places =
                    placing::place(&mut there, &placings, |task| from.contains_key(&task)).map_err(internal)?;
                rows::set_places(&mut w.tx, &places).await?;
                let moved: Vec<TaskId> = places.iter().map(|place| place.id).collect();
                rows::facts::count_changes(&mut w.tx, &moved).await?;
                for (column, cards) in &there {
                    if cards.iter().any(|(_, position)| order::is_long(position)) {
                        moving::spread(w, board, *column).await?;
                    }
                }
                let cards = rows::cards_of(&mut w.tx, &moved).await?;
                for card in &cards {
                    let from = from.get(&card.id).copied().unwrap_or(card.column);
                    tell(w, &actor, card, Some(Deed::Moved { from, to: card.column }));
                }
                Ok(cards)
            })
        })
        .await
}

/// Puts a label or a person onto tasks of a board, or takes them off, or gives them a date or a priority. What is so
/// already stays so; what is not on the board any more is left out. Gives the cards that have changed.
///
/// # Errors
/// [`Error::Invalid`] naming `tasks`, `user`, `label`, or `change` for one that is made of one task at a time;
/// [`Error::Forbidden`] to viewers; [`Error::NotFound`].
pub async fn change_several(
    engine: &Engine,
    actor: &Actor,
    key: Uuid,
    board: BoardId,
    tasks: Vec<TaskId>,
    change: TaskChange,
) -> Result<Vec<Card>> {
    let request = digest("tasks::change_several", &(board, &tasks, &change))?;
    within_limits(tasks.len())?;
    use TaskChange::{Assign, Due, Label, Priority, Unassign, Unlabel};
    if !matches!(change, Assign(_) | Unassign(_) | Label(_) | Unlabel(_) | Due(_) | Priority(_)) {
        return Err(Error::invalid("change", "This is changed of one task at a time."));
    }
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                hold(w, &actor, board).await?;
                changing::check(&mut w.tx, board, &change).await?;
                let there = rows::on_board(&mut w.tx, board, &tasks).await?;
                let there: Vec<TaskId> = there.into_iter().map(|(task, _)| task).collect();
                let changed = rows::facts::store_all(&mut w.tx, &there, &change, w.now).await?;
                if changed.is_empty() {
                    return Ok(Vec::new());
                }
                rows::facts::count_changes(&mut w.tx, &changed).await?;
                let cards = rows::cards_of(&mut w.tx, &changed).await?;
                if cards.iter().any(|card| card.assignees.len() > limits::ASSIGNEES) {
                    return Err(Error::invalid("user", format!("At most {} people share a task.", limits::ASSIGNEES)));
                }
                for card in &cards {
                    tell(w, &actor, card, changing::deed(&change));
                }
                if matches!(change, Assign(_) | Unassign(_)) {
                    // Before anybody's inbox, as a comment does that is posted at the same time.
                    let mut streams: Vec<Stream> = changed.iter().copied().map(Stream::Task).collect();
                    streams.sort_unstable();
                    db::threads::lock_all(&mut w.tx, &streams).await?;
                }
                match change {
                    Assign(user) => {
                        notify::assigned_several(w, &cards.iter().collect::<Vec<_>>(), &actor, user).await?;
                    }
                    Unassign(user) => {
                        // Of an item of some they were rightly told.
                        let still = rows::checklist::with_items_of(&mut w.tx, &changed, user).await?;
                        let of: Vec<TaskId> = changed.into_iter().filter(|task| !still.contains(task)).collect();
                        notify::unassigned_several(w, &of, user).await?;
                    }
                    Due(_) => notify::due::withdraw(w, &changed).await?,
                    _ => {}
                }
                Ok(cards)
            })
        })
        .await
}

/// Gives tasks of a board a date or a priority, each its own: as they were before [`change_several`]. What is not on
/// the board any more is left out. Gives the cards that have changed.
///
/// # Errors
/// [`Error::Invalid`] naming `tasks`, or `change` for any other; [`Error::Forbidden`] to viewers; [`Error::NotFound`].
pub async fn change_each(
    engine: &Engine,
    actor: &Actor,
    key: Uuid,
    board: BoardId,
    changes: Vec<(TaskId, TaskChange)>,
) -> Result<Vec<Card>> {
    let request = digest("tasks::change_each", &(board, &changes))?;
    within_limits(changes.len())?;
    let changes: BTreeMap<TaskId, TaskChange> = changes.into_iter().collect();
    if !changes.values().all(|change| matches!(change, TaskChange::Due(_) | TaskChange::Priority(_))) {
        return Err(Error::invalid("change", "This is changed in another way."));
    }
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                hold(w, &actor, board).await?;
                let wanted: Vec<TaskId> = changes.keys().copied().collect();
                let (mut dues, mut priorities) = (Vec::new(), Vec::new());
                for (task, _) in rows::on_board(&mut w.tx, board, &wanted).await? {
                    match changes.get(&task) {
                        Some(TaskChange::Due(day)) => dues.push((task, *day)),
                        Some(TaskChange::Priority(priority)) => priorities.push((task, *priority)),
                        _ => {}
                    }
                }
                let mut changed = rows::facts::set_dues(&mut w.tx, &dues).await?;
                let moved = changed.clone();
                changed.extend(rows::facts::set_priorities(&mut w.tx, &priorities).await?);
                if changed.is_empty() {
                    return Ok(Vec::new());
                }
                rows::facts::count_changes(&mut w.tx, &changed).await?;
                let cards = rows::cards_of(&mut w.tx, &changed).await?;
                for card in &cards {
                    if let Some(change) = changes.get(&card.id) {
                        tell(w, &actor, card, changing::deed(change));
                    }
                }
                notify::due::withdraw(w, &moved).await?;
                Ok(cards)
            })
        })
        .await
}

/// Takes tasks off their board into the archive. What is not on the board any more is left out. Gives those that
/// were archived, each with its revision.
///
/// # Errors
/// [`Error::Invalid`] naming `tasks`; [`Error::Forbidden`] to viewers; [`Error::NotFound`].
pub async fn archive_several(
    engine: &Engine,
    actor: &Actor,
    key: Uuid,
    board: BoardId,
    tasks: Vec<TaskId>,
) -> Result<Vec<(TaskId, i64)>> {
    let request = digest("tasks::archive_several", &(board, &tasks))?;
    within_limits(tasks.len())?;
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                hold(w, &actor, board).await?;
                let mut cards = shelf::archive_some(&mut w.tx, board, &tasks, actor.id(), w.now).await?;
                cards.sort_unstable();
                archiving::tell_archived(w, &actor, board, cards.clone()).await?;
                Ok(cards)
            })
        })
        .await
}

fn within_limits(count: usize) -> Result<()> {
    if count == 0 || count > limits::SEVERAL {
        return Err(Error::invalid("tasks", format!("Name 1 to {} tasks.", limits::SEVERAL)));
    }
    Ok(())
}

/// Holds a board until the write ends, for who may write on it.
async fn hold(w: &mut Write, actor: &Actor, board: BoardId) -> Result<()> {
    db::boards::lock(&mut w.tx, board).await?;
    require(&access(&mut w.tx, actor, board).await?, Action::Write)
}

fn tell(w: &mut Write, actor: &Actor, card: &Card, deed: Option<Deed>) {
    for stream in [Stream::Board(card.board), Stream::Task(card.id)] {
        w.tell(stream, Event::CardChanged { card: card.clone() }).did(actor.id(), Vec::from_iter(deed.clone()));
    }
}
