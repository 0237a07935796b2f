//! Tasks taken off their board and brought back: into its archive, or deleted for some weeks.
//!
//! Archiving ends nothing: whoever may write there goes on commenting on the task and changing it, so that
//! what somebody is just writing is not lost. It only has no place among the cards.

use std::{
    collections::BTreeSet,
    ops::Bound::{Excluded, Unbounded},
};

use protocol::{
    BoardId, Card, CardPlace, ColumnId, Error, Event, Stream, Task, TaskId, activity::Deed, archive::*, limits, order,
    permission::Action,
};
use uuid::Uuid;

use super::{find, held, moving, rows};
use crate::{
    Actor, Engine, Result, Zone,
    boards::{access, require},
    db::{self, tasks::archive as shelf},
    live, notify,
    revocation::Revocation,
    write::{Write, digest, internal},
};

/// Milliseconds for which a deleted task can be brought back.
pub(crate) const TRASH_MS: i64 = limits::TRASH_DAYS * 24 * 60 * 60 * 1000;

/// Takes a task off its board into the archive. One that is there already stays there.
///
/// # Errors
/// [`Error::Forbidden`] to viewers; [`Error::NotFound`].
pub async fn archive(engine: &Engine, actor: &Actor, key: Uuid, id: TaskId) -> Result<Task> {
    let request = digest("tasks::archive", &id)?;
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                let board = held(w, &actor, id).await?.card.board;
                let cards = shelf::archive(&mut w.tx, id, actor.id(), w.now).await?;
                tell_archived(w, &actor, board, cards).await?;
                Ok(find(&mut w.tx, &actor, id).await?.0)
            })
        })
        .await
}

/// Archives every task of a column; gives which.
///
/// # Errors
/// [`Error::Conflict`] where there are more than can be put back at once; [`Error::Forbidden`] to viewers; [`Error::NotFound`].
pub async fn archive_column(
    engine: &Engine,
    actor: &Actor,
    key: Uuid,
    board: BoardId,
    column: ColumnId,
) -> Result<Vec<TaskId>> {
    let request = digest("tasks::archive_column", &(board, column))?;
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                db::boards::lock(&mut w.tx, board).await?;
                require(&access(&mut w.tx, &actor, board).await?, Action::Write)?;
                if !db::columns::of_board(&mut w.tx, board).await?.iter().any(|one| one.id == column) {
                    return Err(Error::NotFound);
                }
                archive_all_in(w, &actor, board, column).await
            })
        })
        .await
}

/// Archives every task of a column as part of a write that has locked its board; gives which.
///
/// # Errors
/// [`Error::Conflict`] where there are more than can be put back at once.
pub(crate) async fn archive_all_in(
    w: &mut Write,
    actor: &Actor,
    board: BoardId,
    column: ColumnId,
) -> Result<Vec<TaskId>> {
    w.tx.allow_long().await?;
    let cards = shelf::archive_column(&mut w.tx, column, actor.id(), w.now).await?;
    if cards.len() > limits::PUT_BACK {
        return Err(Error::conflict(format!("At most {} tasks are archived at once.", limits::PUT_BACK)));
    }
    let ids = cards.iter().map(|(id, _)| *id).collect();
    tell_archived(w, actor, board, cards).await?;
    Ok(ids)
}

/// Brings back the tasks of a column that were archived with it, as part of a write that has locked its board.
pub(crate) async fn restore_with_column(
    w: &mut Write,
    actor: &Actor,
    board: BoardId,
    column: ColumnId,
    archived_at: i64,
) -> Result<()> {
    w.tx.allow_long().await?;
    let tasks = shelf::since(&mut w.tx, column, archived_at).await?;
    bring_back(w, actor, board, tasks, Back::WhereItWas).await?;
    Ok(())
}

pub(super) async fn tell_archived(
    w: &mut Write,
    actor: &Actor,
    board: BoardId,
    cards: Vec<(TaskId, i64)>,
) -> Result<()> {
    if cards.is_empty() {
        return Ok(());
    }
    let ids: Vec<TaskId> = cards.iter().map(|(id, _)| *id).collect();
    notify::due::withdraw(w, &ids).await?;
    let by = actor.id();
    for card in &cards {
        w.tell(Stream::Task(card.0), Event::CardsArchived { cards: vec![*card], by }).did(by, [Deed::Archived(1)]);
    }
    let deed = Deed::Archived(cards.len() as i64);
    w.tell(Stream::Board(board), Event::CardsArchived { cards, by }).did(by, [deed]);
    Ok(())
}

/// Puts a task that was archived or deleted onto its board again, at the bottom of its column. One that is on the
/// board stays where it is.
///
/// # Errors
/// [`Error::Forbidden`] to viewers; [`Error::NotFound`], also when it is gone for good.
pub async fn restore(engine: &Engine, actor: &Actor, key: Uuid, id: TaskId) -> Result<Task> {
    let request = digest("tasks::restore", &id)?;
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                let board = shelf::board_of(&mut w.tx, id).await?.ok_or(Error::NotFound)?;
                db::boards::lock(&mut w.tx, board).await?;
                let mine = access(&mut w.tx, &actor, board).await?;
                if shelf::board_of(&mut w.tx, id).await? != Some(board) {
                    // It was brought back meanwhile, and has gone on from there (PostgreSQL).
                    return Err(Error::NotFound);
                }
                let found = shelf::one(&mut w.tx, id).await?;
                if let Err(refused) = require(&mine, Action::Write) {
                    // Who may not bring it back does not hear that a deleted one is there.
                    return Err(if found.is_some_and(|found| found.deleted) { Error::NotFound } else { refused });
                }
                if let Some(found) = found {
                    let deleted = found.deleted;
                    bring_back(w, &actor, board, vec![found], Back::AtTheBottom).await?;
                    if deleted {
                        notify::task_restored(w, id, board).await?;
                    }
                }
                Ok(find(&mut w.tx, &actor, id).await?.0)
            })
        })
        .await
}

/// Undoes that tasks of a board were archived: each is where it was, as far as others have not moved there.
/// What is not archived any more is left alone. Gives the cards that are back.
///
/// # Errors
/// [`Error::Invalid`] naming `tasks`; [`Error::Forbidden`] to viewers; [`Error::NotFound`].
pub async fn put_back(
    engine: &Engine,
    actor: &Actor,
    key: Uuid,
    board: BoardId,
    tasks: Vec<TaskId>,
) -> Result<Vec<Card>> {
    let request = digest("tasks::put_back", &(board, &tasks))?;
    if tasks.is_empty() || tasks.len() > limits::PUT_BACK {
        return Err(Error::invalid("tasks", format!("Name 1 to {} tasks.", limits::PUT_BACK)));
    }
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                w.tx.allow_long().await?;
                db::boards::lock(&mut w.tx, board).await?;
                require(&access(&mut w.tx, &actor, board).await?, Action::Write)?;
                let found = shelf::among(&mut w.tx, board, &tasks).await?;
                bring_back(w, &actor, board, found, Back::WhereItWas).await
            })
        })
        .await
}

/// Where in its column a task comes back to.
#[derive(Clone, Copy)]
enum Back {
    AtTheBottom,
    WhereItWas,
}

/// Puts tasks, given by column and place, onto their board again. One whose column is archived comes to the first.
async fn bring_back(
    w: &mut Write,
    actor: &Actor,
    board: BoardId,
    mut tasks: Vec<shelf::Shelved>,
    back: Back,
) -> Result<Vec<Card>> {
    let columns = db::columns::of_board(&mut w.tx, board).await?;
    let first = columns.first().ok_or_else(|| internal("a board has no column"))?.id;
    for task in &mut tasks {
        if !columns.iter().any(|column| column.id == task.column_id) {
            task.column_id = first;
        }
    }
    tasks.sort_by(|a, b| (a.column_id, &a.position, a.id).cmp(&(b.column_id, &b.position, b.id)));
    let ids: Vec<TaskId> = tasks.iter().map(|task| task.id).collect();
    let mut places = Vec::with_capacity(tasks.len());
    let mut crowded = Vec::new();
    for same in tasks.chunk_by(|a, b| a.column_id == b.column_id) {
        let column = same[0].column_id;
        let mut keys: BTreeSet<String> =
            rows::in_column(&mut w.tx, column).await?.into_iter().map(|(_, key)| key).collect();
        for task in same {
            let position = key_of(&keys, &task.position, back)?;
            if order::is_long(&position) && crowded.last() != Some(&column) {
                crowded.push(column);
            }
            keys.insert(position.clone());
            places.push(CardPlace { id: task.id, column, position });
        }
    }
    rows::set_places(&mut w.tx, &places).await?;
    shelf::bring_back(&mut w.tx, &ids).await?;
    for column in crowded {
        moving::spread(w, board, column).await?;
    }
    let cards = rows::cards_of(&mut w.tx, &ids).await?;
    let by = actor.id();
    for card in &cards {
        for stream in [Stream::Board(board), Stream::Task(card.id)] {
            w.tell(stream, Event::TaskRestored { card: card.clone(), by }).did(by, [Deed::Restored]);
        }
    }
    Ok(cards)
}

/// The order key of a task that had one, among those that are taken in its column now.
fn key_of(taken: &BTreeSet<String>, was: &str, back: Back) -> Result<String> {
    let (lower, upper) = match back {
        Back::AtTheBottom => (taken.last().map(String::as_str), None),
        Back::WhereItWas if !taken.contains(was) => return Ok(was.to_owned()),
        Back::WhereItWas => (Some(was), taken.range::<str, _>((Excluded(was), Unbounded)).next().map(String::as_str)),
    };
    order::between(lower, upper).map_err(internal)
}

/// Deletes a task with its comments. From the commit on nobody is shown anything of it: it is on no board and in no
/// archive, no search and no inbox, and the log says nothing of it. For [`limits::TRASH_DAYS`] days whoever writes
/// on the board can [`restore`] it; then it goes for good, with its files.
///
/// # Errors
/// [`Error::Forbidden`] to viewers; [`Error::NotFound`], also when it is deleted already.
pub async fn delete(engine: &Engine, actor: &Actor, key: Uuid, id: TaskId) -> Result<()> {
    let request = digest("tasks::delete", &id)?;
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                let Card { board, number, .. } = held(w, &actor, id).await?.card;
                w.tx.allow_long().await?;
                let stream = Stream::Task(id);
                // As an edit does: the task first, then its stream.
                let revision = shelf::delete(&mut w.tx, id, actor.id(), w.now).await?.ok_or(Error::NotFound)?;
                // Whoever comments at this moment comes before, or finds it gone.
                db::threads::lock_all(&mut w.tx, &[stream]).await?;
                w.redact_task(id).await?;
                notify::task_deleted(w, id).await?;
                w.revoke(Revocation::Stream(stream));
                let event = Event::TaskDeleted { id, revision, by: actor.id() };
                for stream in [stream, Stream::Board(board)] {
                    w.tell(stream, event.clone()).did(actor.id(), [Deed::Deleted(Some(number))]);
                }
                Ok(())
            })
        })
        .await
}

/// A page of a board's archive. What was deleted is shown only to who may bring it back.
///
/// # Errors
/// [`Error::Forbidden`] to viewers who ask for what was deleted; [`Error::NotFound`] to who is not on the board.
pub async fn archived(
    engine: &Engine,
    actor: &Actor,
    board: BoardId,
    which: Shelf,
    before: Option<ArchiveKey>,
    zone: Zone,
) -> Result<ArchivePage> {
    let mut tx = engine.db().read().await?;
    let mine = access(&mut tx, actor, board).await?;
    if which == Shelf::Deleted {
        require(&mine, Action::Write)?;
    }
    let from = before.unwrap_or((i64::MAX, i64::MAX));
    let (mut columns, mut rows) = (Vec::new(), Vec::new());
    match which {
        Shelf::Columns => columns = db::columns::archived(&mut tx, board, from, limits::PAGE + 1).await?,
        Shelf::Archived => rows = shelf::archived(&mut tx, board, from, limits::PAGE + 1).await?,
        Shelf::Deleted => rows = shelf::deleted(&mut tx, board, from, limits::PAGE + 1).await?,
    }
    let next = cut(&mut rows, |row| (row.at, row.id.0)).or(cut(&mut columns, |column| (column.at, column.id.0)));
    let row = |row: shelf::Row| ArchiveRow {
        id: row.id,
        number: row.number,
        title: row.title,
        column: row.column_name,
        by: crate::search::person(row.user_id, row.username, row.display_name),
        clock: zone.clock(row.at),
        until: (which == Shelf::Deleted).then(|| zone.clock(row.at + TRASH_MS)),
    };
    let column = |row: db::columns::Archived| ArchivedColumn {
        id: row.id,
        name: row.name,
        tasks: row.tasks,
        by: crate::search::person(row.user_id, row.username, row.display_name),
        clock: zone.clock(row.at),
    };
    Ok(ArchivePage {
        board: mine,
        shelf: which,
        columns: columns.into_iter().map(column).collect(),
        rows: rows.into_iter().map(row).collect(),
        next,
        cursor: live::cursor(&mut tx, engine, Stream::Board(board)).await?,
    })
}

/// Cuts what was found to a page; gives the place of its last row where there is more.
fn cut<T>(found: &mut Vec<T>, place: impl Fn(&T) -> ArchiveKey) -> Option<ArchiveKey> {
    let more = found.len() as i64 > limits::PAGE;
    found.truncate(limits::PAGE as usize);
    found.last().filter(|_| more).map(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_comes_back_where_it_was_or_right_below_who_is_there_now() {
        let taken: BTreeSet<String> = ["a1", "a2", "a3"].map(str::to_owned).into();
        let key = |was, back| key_of(&taken, was, back).unwrap();
        assert_eq!(key("a25", Back::WhereItWas), "a25");
        let beside = key("a2", Back::WhereItWas);
        assert!(beside.as_str() > "a2" && beside.as_str() < "a3", "{beside}");
        assert!(key("a3", Back::WhereItWas).as_str() > "a3");
        assert!(key("a1", Back::AtTheBottom).as_str() > "a3");
        assert!(!key_of(&BTreeSet::new(), "a1", Back::AtTheBottom).unwrap().is_empty());
    }
}
