//! Tasks moved to another board: each keeps what it is and gets another number.
//!
//! Both boards are held, the lower id first. Whoever reads the tasks is sent away and comes back if they may read
//! the other board; the board that they have left hears only that they have.

use std::collections::{BTreeMap, BTreeSet};

use protocol::{
    BoardId, CardPlace, ColumnId, Error, Event, ItemId, Label, Stream, TaskId, UserId,
    activity::Deed,
    limits, order,
    page::{TransferPage, TransferTarget, Transferred},
    permission::Action,
    placing::{self, Columns, Placing},
    text,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    find, moving, rows,
    rows::transfer::{self as table, Arriving, Leaving},
};
use crate::{
    Actor, Engine, Result,
    boards::{access, require},
    db::{self, Tx},
    notify,
    revocation::Revocation,
    search,
    write::{Write, digest, internal},
};

/// Which tasks of a board go where.
#[derive(Clone, Debug, Serialize)]
pub struct Transfer {
    /// Which, at most [`limits::SEVERAL`], in the order in which they shall be there.
    pub tasks: Vec<TaskId>,
    /// The column, of another board.
    pub column: ColumnId,
    /// Above the others in it, rather than below?
    pub top: bool,
}

/// What a move to another board did, kept with its client id so that it can be undone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// The board that they have left.
    pub from: BoardId,
    /// The board that they are on.
    pub to: BoardId,
    /// Which.
    pub tasks: Vec<TaskId>,
    /// When.
    at: i64,
    /// Where each was, and where it went.
    was: Vec<(Placing, CardPlace)>,
    /// Who was taken off.
    assigned: Vec<(TaskId, UserId)>,
    /// Who watches no longer.
    watched: Vec<(TaskId, UserId)>,
    /// Who was taken off items of checklists.
    #[serde(default)]
    items: Vec<(ItemId, UserId)>,
}

impl Moved {
    /// How many people were taken off.
    pub fn outsiders(&self) -> i64 {
        let of_tasks = self.assigned.iter().chain(&self.watched).map(|(_, user)| *user);
        let people: BTreeSet<UserId> = of_tasks.chain(self.items.iter().map(|(_, user)| *user)).collect();
        people.len() as i64
    }
}

/// The board of a task.
///
/// # Errors
/// [`Error::NotFound`] to who may not see it.
pub async fn home(engine: &Engine, actor: &Actor, task: TaskId) -> Result<BoardId> {
    let mut tx = engine.db().read().await?;
    Ok(find(&mut tx, actor, task).await?.1.board.id)
}

/// What one sees who moves tasks to another board, or has.
///
/// # Errors
/// [`Error::Forbidden`] to viewers; [`Error::NotFound`].
pub async fn transfer_page(
    engine: &Engine,
    actor: &Actor,
    board: BoardId,
    mut tasks: Vec<TaskId>,
    done: Option<Uuid>,
) -> Result<TransferPage> {
    let mut tx = engine.db().read().await?;
    let mine = access(&mut tx, actor, board).await?;
    require(&mine, Action::Write)?;
    tasks.truncate(limits::SEVERAL);
    let named = titles(&mut tx, board, &tasks).await?;
    let ids: Vec<TaskId> = named.iter().map(|(id, _)| *id).collect();
    let outsiders: BTreeMap<BoardId, i64> = if ids.is_empty() {
        BTreeMap::new()
    } else {
        table::outsiders(&mut tx, actor.id(), &ids).await?.into_iter().collect()
    };
    let mut targets: Vec<TransferTarget> = Vec::new();
    for (board, column, name) in table::targets(&mut tx, actor.id(), board).await? {
        match targets.last_mut().filter(|target| target.board.id == board.id) {
            Some(target) => target.columns.push((column, name)),
            None => {
                let outsiders = outsiders.get(&board.id).copied().unwrap_or(0);
                targets.push(TransferTarget { board, columns: vec![(column, name)], outsiders });
            }
        }
    }
    targets.sort_by_cached_key(|target| (text::fold(&target.board.name), target.board.id));
    let done = match done {
        Some(key) => transferred(&mut tx, actor, board, key).await?,
        None => None,
    };
    Ok(TransferPage { board: mine, tasks: named, targets, done })
}

/// What a move of this person's from a board did, as far as they may see it and it can be undone.
async fn transferred(tx: &mut Tx, actor: &Actor, from: BoardId, key: Uuid) -> Result<Option<Transferred>> {
    let Some(moved) = moved_by(tx, actor, key).await?.filter(|moved| moved.from == from) else { return Ok(None) };
    let board = match access(tx, actor, moved.to).await {
        Ok(mine) => mine.board,
        Err(Error::NotFound) => return Ok(None),
        Err(error) => return Err(error),
    };
    let tasks = titles(tx, moved.to, &moved.tasks).await?;
    Ok((!tasks.is_empty()).then(|| Transferred { key, board, tasks, outsiders: moved.outsiders() }))
}

/// What was done under a client id, if that was such a move.
async fn moved_by(tx: &mut Tx, actor: &Actor, key: Uuid) -> Result<Option<Moved>> {
    let done = db::writes::find(tx, actor.id(), key).await?;
    // Anything else was answered in other words.
    Ok(done.and_then(|done| serde_json::from_str(&done.answer).ok()))
}

async fn titles(tx: &mut Tx, board: BoardId, tasks: &[TaskId]) -> Result<Vec<(TaskId, String)>> {
    if tasks.is_empty() {
        return Ok(Vec::new());
    }
    let named = table::named(tx, board, tasks).await?.into_iter();
    Ok(named.map(|(id, number, title)| (id, format!("#{number} {title}"))).collect())
}

/// Moves tasks of a board into a column of another. Each keeps its id and all that it has, and gets a number there;
/// its old one leads to it. Labels are those of the same names, which are made where there are none; who is not on
/// the other board is taken off. What is not on the board any more is left out.
///
/// # Errors
/// [`Error::Invalid`] naming `tasks` or `column`; [`Error::Conflict`] where none of them is on the board any more;
/// [`Error::Forbidden`] to who does not write on both; [`Error::NotFound`].
pub async fn transfer(engine: &Engine, actor: &Actor, key: Uuid, from: BoardId, transfer: Transfer) -> Result<Moved> {
    let request = digest("tasks::transfer", &(from, &transfer))?;
    let Transfer { tasks, column, top } = transfer;
    if tasks.is_empty() || tasks.len() > limits::SEVERAL {
        return Err(Error::invalid("tasks", format!("Name 1 to {} tasks.", limits::SEVERAL)));
    }
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                require(&access(&mut w.tx, &actor, from).await?, Action::Write)?;
                let to = target(&mut w.tx, &actor, column).await?;
                if to == from {
                    return Err(Error::invalid("column", "The tasks are on this board already."));
                }
                hold_both(w, &actor, from, to).await?;
                let mut there: Columns = in_order(&mut w.tx, &[column]).await?;
                let first = there.get(&column).and_then(|cards| cards.first()).map(|(id, _)| *id).filter(|_| top);
                let placings = placing::in_a_row(&tasks, column, None, first);
                carry(w, &actor, from, to, &placings, &mut there).await
            })
        })
        .await
}

/// The board of a column to which this person may move tasks.
async fn target(tx: &mut Tx, actor: &Actor, column: ColumnId) -> Result<BoardId> {
    let unknown = || Error::invalid("column", "There is no such column.");
    let board = table::board_of_column(tx, column).await?.ok_or_else(unknown)?;
    match access(tx, actor, board).await {
        Ok(_) => Ok(board),
        Err(Error::NotFound) => Err(unknown()),
        Err(error) => Err(error),
    }
}

/// Undoes such a move: the tasks are where they were, under their old numbers, with whoever was taken off and is
/// still on the board. What somebody has moved since stays.
///
/// # Errors
/// [`Error::Conflict`] where all of them were moved since; [`Error::Forbidden`] to who does not write on both
/// boards; [`Error::NotFound`], also where this person did no such thing in the last days.
pub async fn undo_transfer(engine: &Engine, actor: &Actor, key: Uuid, board: BoardId, of: Uuid) -> Result<Moved> {
    let request = digest("tasks::undo_transfer", &(board, of))?;
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                require(&access(&mut w.tx, &actor, board).await?, Action::Write)?;
                let done = moved_by(&mut w.tx, &actor, of).await?.filter(|done| done.from == board);
                let done = done.ok_or(Error::NotFound)?;
                hold_both(w, &actor, done.to, board).await?;
                let left = table::left_at(&mut w.tx, board, &done.tasks, done.at).await?;
                let now = table::leaving(&mut w.tx, done.to, &left).await?;
                let stays = |(_, went): &&(Placing, CardPlace)| {
                    let is_it = |task: &Leaving| {
                        (task.id, task.column_id, &task.position) == (went.id, went.column, &went.position)
                    };
                    now.iter().any(is_it)
                };
                let columns = db::columns::of_board(&mut w.tx, board).await?;
                let first = columns.first().ok_or_else(|| internal("a board has no column"))?.id;
                let back = |(was, _): &(Placing, CardPlace)| {
                    let there = columns.iter().any(|column| column.id == was.column);
                    Placing { column: if there { was.column } else { first }, ..*was }
                };
                let placings: Vec<Placing> = done.was.iter().filter(stays).map(back).collect();
                let wanted: BTreeSet<ColumnId> = placings.iter().map(|placing| placing.column).collect();
                if wanted.is_empty() {
                    return Err(Error::conflict("They were moved again since, and stay where they are."));
                }
                let mut there = in_order(&mut w.tx, &Vec::from_iter(wanted)).await?;
                let tasks: Vec<TaskId> = placings.iter().map(|placing| placing.task).collect();
                let of_those = |people: &[(TaskId, UserId)]| -> Vec<(TaskId, UserId)> {
                    people.iter().copied().filter(|(task, _)| tasks.contains(task)).collect()
                };
                table::assign_again(&mut w.tx, board, &of_those(&done.assigned), w.now).await?;
                table::watch_again(&mut w.tx, board, &of_those(&done.watched)).await?;
                let items: Vec<ItemId> = done.items.iter().map(|(item, _)| *item).collect();
                let of_them = rows::checklist::some(&mut w.tx, &items).await?;
                let of_them: BTreeSet<ItemId> =
                    of_them.into_iter().filter(|(task, _)| tasks.contains(task)).map(|(_, item)| item.id).collect();
                let people: Vec<(ItemId, UserId)> =
                    done.items.into_iter().filter(|(item, _)| of_them.contains(item)).collect();
                let assigned = table::assign_items_again(&mut w.tx, board, &people).await?;
                tell_items(w, &assigned).await?;
                carry(w, &actor, done.to, board, &placings, &mut there).await
            })
        })
        .await
}

/// Holds two boards until the write ends, for who may write on both: the lower id first, as everybody does.
async fn hold_both(w: &mut Write, actor: &Actor, one: BoardId, other: BoardId) -> Result<()> {
    for board in [one.min(other), one.max(other)] {
        db::boards::lock(&mut w.tx, board).await?;
    }
    for board in [one, other] {
        require(&access(&mut w.tx, actor, board).await?, Action::Write)?;
    }
    Ok(())
}

/// Columns with the cards that they have.
async fn in_order(tx: &mut Tx, columns: &[ColumnId]) -> Result<Columns> {
    let mut there: Columns = columns.iter().map(|column| (*column, Vec::new())).collect();
    for (column, task, position) in rows::in_columns(tx, columns).await? {
        there.entry(column).or_default().push((task, position));
    }
    Ok(there)
}

/// Carries tasks from one board to another that are both held, into columns of it.
async fn carry(
    w: &mut Write,
    actor: &Actor,
    from: BoardId,
    to: BoardId,
    placings: &[Placing],
    there: &mut Columns,
) -> Result<Moved> {
    w.tx.allow_long().await?;
    let wanted: Vec<TaskId> = placings.iter().map(|placing| placing.task).collect();
    let leaving = table::leaving(&mut w.tx, from, &wanted).await?;
    if leaving.is_empty() {
        return Err(Error::conflict("The tasks are not on this board any more."));
    }
    let is_leaving = |task: TaskId| leaving.iter().any(|leaving| leaving.id == task);
    let mut tasks: Vec<TaskId> = leaving.iter().map(|task| task.id).collect();
    // The order in which everybody takes the rows of streams.
    tasks.sort_unstable();
    let spots = spots(&mut w.tx, &leaving).await?;
    let places = placing::place(there, placings, is_leaving).map_err(internal)?;
    let numbers = numbers(&mut w.tx, to, &places.iter().map(|place| place.id).collect::<Vec<_>>()).await?;
    let number = |task: TaskId| numbers.get(&task).copied().ok_or_else(|| internal("a task has no number"));
    let arriving = places
        .iter()
        .map(|place| {
            let position = place.position.clone();
            Ok(Arriving { id: place.id, number: number(place.id)?, column: place.column, position })
        })
        .collect::<Result<Vec<_>>>()?;
    table::put(&mut w.tx, to, &arriving).await?;
    table::keep_numbers(&mut w.tx, from, to, &leaving, w.now).await?;
    // Whoever comments at this moment comes before, or as somebody on the other board.
    let streams: Vec<Stream> = tasks.iter().copied().map(Stream::Task).collect();
    db::threads::lock_all(&mut w.tx, &streams).await?;
    label(w, actor, to, &tasks).await?;
    let assigned = table::unassign_outsiders(&mut w.tx, to, &tasks).await?;
    let items = table::unassign_outsiders_of_items(&mut w.tx, to, &tasks).await?;
    tell_items(w, &items.iter().map(|(item, _)| *item).collect::<Vec<_>>()).await?;
    let watched = table::unwatch_outsiders(&mut w.tx, to, &tasks).await?;
    let told = table::forget_outsiders(&mut w.tx, to, &tasks).await?;
    search::tasks_moved(&mut w.tx, &tasks).await?;
    for (column, cards) in &*there {
        if cards.iter().any(|(_, position)| order::is_long(position)) {
            moving::spread(w, to, *column).await?;
        }
    }
    tell(w, actor, from, &tasks, &leaving).await?;
    notify::recount(w, told).await?;
    let went = |task: TaskId| places.iter().find(|place| place.id == task).cloned();
    let was = spots.into_iter().filter_map(|spot| Some((spot, went(spot.task)?))).collect();
    Ok(Moved { from, to, tasks, at: w.now, was, assigned, watched, items })
}

/// Where tasks are before they leave, from the top, so that each can be put back below the one above it.
async fn spots(tx: &mut Tx, leaving: &[Leaving]) -> Result<Vec<Placing>> {
    let columns: BTreeSet<ColumnId> = leaving.iter().map(|task| task.column_id).collect();
    let there = in_order(tx, &Vec::from_iter(columns)).await?;
    let mut spots = Vec::with_capacity(leaving.len());
    for (column, cards) in &there {
        for (at, (task, _)) in cards.iter().enumerate() {
            if leaving.iter().any(|leaving| leaving.id == *task) {
                let id = |at: Option<usize>| at.and_then(|at| cards.get(at)).map(|(id, _)| *id);
                spots.push(Placing {
                    task: *task,
                    column: *column,
                    above: id(at.checked_sub(1)),
                    below: id(Some(at + 1)),
                });
            }
        }
    }
    Ok(spots)
}

/// The number of each task on a board: the one that it had there once, else a new one.
async fn numbers(tx: &mut Tx, board: BoardId, tasks: &[TaskId]) -> Result<BTreeMap<TaskId, i64>> {
    let mut numbers: BTreeMap<TaskId, i64> = table::numbers(tx, board, tasks).await?.into_iter().collect();
    let new: Vec<TaskId> = tasks.iter().copied().filter(|task| !numbers.contains_key(task)).collect();
    if !new.is_empty() {
        let last = table::take_numbers(tx, board, new.len() as i64).await?;
        numbers.extend(new.iter().copied().zip(last - new.len() as i64 + 1..));
    }
    Ok(numbers)
}

/// Gives tasks the labels of their new board that are called as theirs; makes those that it lacks, where this person
/// may and there is room for them.
async fn label(w: &mut Write, actor: &Actor, board: BoardId, tasks: &[TaskId]) -> Result<()> {
    let mine = access(&mut w.tx, actor, board).await?;
    let room = limits::LABELS - db::labels::of_board(&mut w.tx, board).await?.len() as i64;
    let most = if mine.shapes() { room } else { 0 };
    for label in table::make_labels(&mut w.tx, board, tasks, most).await? {
        let Label { id, .. } = label;
        w.tell(Stream::Board(board), Event::LabelChanged { label }).did(actor.id(), [Deed::LabelMade(id)]);
    }
    table::relabel(&mut w.tx, board, tasks).await
}

/// Tells the tasks who shall do items of theirs now.
async fn tell_items(w: &mut Write, items: &[ItemId]) -> Result<()> {
    if items.is_empty() {
        return Ok(());
    }
    for (task, item) in rows::checklist::some(&mut w.tx, items).await? {
        w.tell(Stream::Task(task), Event::ItemChanged { item });
    }
    Ok(())
}

/// Tells both boards and the tasks. Who reads a task hears nothing more of it until it is known that they may.
async fn tell(w: &mut Write, actor: &Actor, from: BoardId, tasks: &[TaskId], leaving: &[Leaving]) -> Result<()> {
    let by = actor.id();
    for card in rows::cards_of(&mut w.tx, tasks).await? {
        let (id, revision, column) = (card.id, card.revision, card.column);
        let number = leaving.iter().find(|task| task.id == id).map_or(0, |task| task.number);
        w.revoke(Revocation::Stream(Stream::Task(id)));
        w.tell(Stream::Board(from), Event::TaskLeft { id, revision, by }).did(by, [Deed::Left(number)]);
        w.tell(Stream::Task(id), Event::CardChanged { card: card.clone() }).did(by, [Deed::Arrived(column)]);
        w.tell(Stream::Board(card.board), Event::TaskCreated { card }).did(by, [Deed::Arrived(column)]);
    }
    Ok(())
}
