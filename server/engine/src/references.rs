//! Tasks that texts name by their number: as they are at this moment, and where they are named.

mod naming;

use std::collections::BTreeSet;

use protocol::{
    BoardId, Cursor, Error, Event, Message, Stream, TaskId, UserId, limits,
    page::{Referrer, ReferrerKind, ReferrersPage},
    reference::{Refs, links},
};

use crate::{
    Actor, Engine, Result, Zone, boards,
    db::{self, Tx, references as rows},
    live, markdown,
    messages::Place,
    search,
    write::Write,
};
pub use naming::nameable;

/// Characters of a text that are read for its excerpt, and of the excerpt.
const EXCERPT: (i64, usize) = (1_000, 160);

/// What is true of the tasks that these texts name, all of which are of one board. Nothing where they name none,
/// or where this person may not see the board.
pub(crate) async fn shown<'h>(
    tx: &mut Tx,
    engine: &Engine,
    actor: &Actor,
    texts: impl Iterator<Item = &'h str>,
) -> Result<Option<Refs>> {
    let mut named = BTreeSet::new();
    let mut board = None;
    for link in texts.flat_map(links) {
        let home = *board.get_or_insert(link.board);
        if link.board == home && named.len() < limits::REFERENCES {
            named.insert(link.task);
        }
    }
    let Some(board) = board else { return Ok(None) };
    match boards::access(tx, actor, board).await {
        Ok(_) => of(tx, engine, board, named).await.map(Some),
        Err(Error::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// What is true of some tasks of a board, at most [`limits::REFERENCES`].
///
/// # Errors
/// [`Error::NotFound`] to who is not on the board.
pub async fn load(engine: &Engine, actor: &Actor, board: BoardId, tasks: Vec<TaskId>) -> Result<Refs> {
    let mut tx = engine.db().read().await?;
    boards::access(&mut tx, actor, board).await?;
    of(&mut tx, engine, board, tasks.into_iter().take(limits::REFERENCES).collect()).await
}

async fn of(tx: &mut Tx, engine: &Engine, board: BoardId, named: BTreeSet<TaskId>) -> Result<Refs> {
    let ids: Vec<TaskId> = named.iter().copied().collect();
    let tasks = rows::tasks(tx, board, &ids).await?;
    let there: BTreeSet<TaskId> = tasks.iter().map(|task| task.id).collect();
    // Nothing is said of those; their links lead on whoever may read where they are.
    let left = rows::left(tx, board, &ids).await?;
    Ok(Refs {
        board: live::cursor(tx, engine, Stream::Board(board)).await?,
        columns: db::columns::all_of_board(tx, board).await?,
        tasks,
        gone: named.difference(&there).filter(|task| !left.contains(task)).copied().collect(),
    })
}

/// The tasks that a rendered text names, each once.
pub(crate) fn named(html: &str) -> BTreeSet<TaskId> {
    links(html).map(|link| link.task).collect()
}

/// As part of a write: a message says something else now, or nothing any more.
pub(crate) async fn said(w: &mut Write, place: &Place, message: &Message, html: &str) -> Result<()> {
    let source = rows::Source::Message(message.id);
    let (before, now) = (rows::of(&mut w.tx, source).await?, named(html));
    let by = message.author.as_ref().map(|author| author.id);
    rows::remove_but(&mut w.tx, source, &now).await?;
    rows::add(&mut w.tx, source, &now, by, message.at).await?;
    // What is still named may be so in other words.
    tell(w, place, before.union(&now).copied().collect());
    Ok(())
}

/// As part of a write: the description of a task says this now. What it names of itself does not count.
pub(crate) async fn described(w: &mut Write, board: BoardId, task: TaskId, by: UserId, html: &str) -> Result<()> {
    let source = rows::Source::Description(task);
    let mut now = named(html);
    now.remove(&task);
    let before = rows::of(&mut w.tx, source).await?;
    if before == now {
        return Ok(());
    }
    rows::remove_but(&mut w.tx, source, &now).await?;
    rows::add(&mut w.tx, source, &now, Some(by), w.now).await?;
    w.tell(Stream::Board(board), Event::TasksReferenced { tasks: before.union(&now).copied().collect() });
    Ok(())
}

/// Tells the board that these tasks are named in a place, or are no longer. Of a private room nobody is told who
/// may not know that something is said there.
pub(crate) fn tell(w: &mut Write, place: &Place, tasks: BTreeSet<TaskId>) {
    if !tasks.is_empty() && place.room.as_ref().is_none_or(|room| !room.private) {
        w.tell(Stream::Board(place.board), Event::TasksReferenced { tasks: tasks.into_iter().collect() });
    }
}

/// The same where it is not known which tasks were named.
pub(crate) fn tell_any(w: &mut Write, place: &Place) {
    if place.room.as_ref().is_none_or(|room| !room.private) {
        w.tell(Stream::Board(place.board), Event::TasksReferenced { tasks: Vec::new() });
    }
}

/// Where a task is named, newest first, below a key.
///
/// # Errors
/// [`Error::NotFound`] to who may not see the task.
pub async fn page(
    engine: &Engine,
    actor: &Actor,
    task: TaskId,
    before: Option<i64>,
    zone: Zone,
) -> Result<ReferrersPage> {
    let mut tx = engine.db().read().await?;
    let board = db::tasks::board_of(&mut tx, task).await?.ok_or(Error::NotFound)?;
    boards::access(&mut tx, actor, board).await?;
    referrers(&mut tx, engine, actor, task, before, zone).await
}

/// As [`page`], of a task that may be seen.
pub(crate) async fn referrers(
    tx: &mut Tx,
    engine: &Engine,
    actor: &Actor,
    task: TaskId,
    before: Option<i64>,
    zone: Zone,
) -> Result<ReferrersPage> {
    let mut found =
        rows::referrers(tx, actor.id(), task, before.unwrap_or(i64::MAX), limits::REFERRERS + 1, EXCERPT.0).await?;
    let more = found.len() as i64 > limits::REFERRERS;
    found.truncate(limits::REFERRERS as usize);
    let rooms: BTreeSet<String> =
        found.iter().filter(|row| row.private).filter_map(|row| Some(Stream::Room(row.room_id?).to_string())).collect();
    let rooms: Vec<String> = rooms.into_iter().collect();
    let heads = if rooms.is_empty() { Vec::new() } else { db::events::heads(tx, &rooms).await? };
    let cursor = |(stream, seq, _): (String, i64, i64)| {
        Some(Cursor { stream: stream.parse().ok()?, epoch: engine.epoch(), seq })
    };
    let more = found.last().filter(|_| more).map(|row| row.id);
    Ok(ReferrersPage {
        rows: found.into_iter().filter_map(|row| referrer(row, zone)).collect(),
        more,
        rooms: heads.into_iter().filter_map(cursor).collect(),
    })
}

fn referrer(row: rows::Referrer, zone: Zone) -> Option<Referrer> {
    let task = row.number.zip(row.title).map(|(number, title)| format!("#{number} {title}"));
    let (kind, place, url) = match (row.message_id, row.room_name) {
        (Some(id), Some(room)) => (ReferrerKind::Message, room, format!("/messaging/message/{id}/")),
        (Some(id), None) => (ReferrerKind::Comment, task?, format!("/messaging/message/{id}/")),
        (None, _) => {
            let (board, task_id) = row.board_id.zip(row.described_id)?;
            (ReferrerKind::Description, task?, format!("/boards/{board}/tasks/{task_id}/"))
        }
    };
    Some(Referrer {
        key: row.id,
        kind,
        place,
        url,
        by: search::person(row.by_id, row.username, row.display_name),
        clock: zone.clock(row.at),
        excerpt: markdown::excerpt(&row.source, EXCERPT.1),
    })
}
