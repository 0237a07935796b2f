//! One thing of a task changed at a time: who does it, its labels, its date, how far it has come.

use protocol::{BoardId, Changed, Error, Event, Stream, TaskChange, TaskId, activity::Deed, limits, text};
use uuid::Uuid;

use super::{checklist::Checklist, files::Files, held};
use crate::{
    Actor, Engine, Result,
    db::{self, Tx, tasks as rows},
    notify,
    write::{Write, digest, internal},
};

/// Changes a task, all of it or nothing. What is so already stays so and is not told. Who is assigned, to the task
/// or to an item of its checklist, watches the task from then on, and is told unless they did it themselves.
///
/// # Errors
/// [`Error::Invalid`] naming `user`, `label`, `progress`, `text`, `after`, `files` or `file`; [`Error::Forbidden`] to
/// viewers; [`Error::Conflict`] for a file that was removed too long ago; [`Error::NotFound`], also for an item or a
/// file that the task does not have.
pub async fn change(
    engine: &Engine,
    actor: &Actor,
    key: Uuid,
    id: TaskId,
    changes: Vec<TaskChange>,
) -> Result<Changed> {
    let request = digest("tasks::change", &(id, &changes))?;
    if changes.len() > limits::CHANGES {
        return Err(Error::invalid("add", format!("At most {} things at once.", limits::CHANGES)));
    }
    let changes = changes.into_iter().map(tidied).collect::<Result<Vec<_>>>()?;
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                // Nobody leaves the board, and no label goes, while a task gets them.
                let board = held(w, &actor, id).await?.card.board;
                for change in &changes {
                    check(&mut w.tx, board, change).await?;
                }
                apply(w, &actor, id, &changes).await
            })
        })
        .await
}

/// A change whose text may be stored.
fn tidied(change: TaskChange) -> Result<TaskChange> {
    let item = |text: &str| text::required("text", text, limits::ITEM);
    Ok(match change {
        TaskChange::AddItem(text) => TaskChange::AddItem(item(&text)?),
        TaskChange::RenameItem(id, text) => TaskChange::RenameItem(id, item(&text)?),
        other => other,
    })
}

/// Is what a change names on the board, and within its limits?
pub(super) async fn check(tx: &mut Tx, board: BoardId, change: &TaskChange) -> Result<()> {
    match change {
        TaskChange::Assign(user) | TaskChange::AssignItem(_, Some(user))
            if db::boards::member(tx, board, *user).await?.is_none() =>
        {
            Err(Error::invalid("user", "This person is not on the board."))
        }
        TaskChange::Label(label) if db::labels::one(tx, board, *label).await?.is_none() => {
            Err(Error::invalid("label", "This board has no such label."))
        }
        TaskChange::Progress(percent) if !(0..=limits::DONE).contains(percent) => {
            Err(Error::invalid("progress", "Progress is a number from 0 to 100."))
        }
        _ => Ok(()),
    }
}

/// Changes a task as part of a write that has locked its board; gives the card as it is then.
pub(crate) async fn apply(w: &mut Write, actor: &Actor, id: TaskId, changes: &[TaskChange]) -> Result<Changed> {
    let mut checklist = Checklist::load(w, id).await?;
    let (mut assigned, mut unassigned, mut deeds) = (Vec::new(), Vec::new(), Vec::new());
    let mut moved = false;
    let mut files = Files::new(id);
    for change in changes {
        if let Some(deed) = files.apply(w, actor, change).await? {
            deeds.push(deed);
            continue;
        }
        let stored = rows::facts::store(&mut w.tx, id, change, w.now).await?;
        if stored > 0 || checklist.apply(w, actor, change).await? {
            deeds.extend(deed(change));
        }
        match change {
            TaskChange::Assign(user) if stored > 0 => assigned.push(*user),
            TaskChange::Unassign(user) if stored > 0 => unassigned.push(*user),
            TaskChange::Due(_) | TaskChange::Progress(limits::DONE) => moved |= stored > 0,
            _ => {}
        }
    }
    if !deeds.is_empty() {
        rows::facts::count_change(&mut w.tx, id).await?;
    }
    let card = rows::card(&mut w.tx, id).await?.ok_or_else(|| internal("a task is gone at once"))?;
    if deeds.is_empty() {
        return Ok(Changed { card, items: checklist.into_changed(), files: files.attached });
    }
    if card.assignees.len() > limits::ASSIGNEES {
        return Err(Error::invalid("user", format!("At most {} people share a task.", limits::ASSIGNEES)));
    }
    let by = actor.id();
    w.tell(Stream::Board(card.board), Event::CardChanged { card: card.clone() }).did(by, deeds.clone());
    w.tell(Stream::Task(id), Event::CardChanged { card: card.clone() }).did(by, deeds);
    assigned.append(&mut checklist.assigned);
    unassigned.append(&mut checklist.unassigned);
    // Who has something to do in it still was rightly told.
    unassigned.retain(|user| !card.assignees.iter().any(|person| person.id == *user) && !checklist.has_work_for(*user));
    let (items, files) = (checklist.into_changed(), files.attached);
    if !assigned.is_empty() || !unassigned.is_empty() {
        // Before anybody's inbox, as a comment does that is posted at the same time.
        db::threads::lock_all(&mut w.tx, &[Stream::Task(id)]).await?;
    }
    if moved {
        notify::due::withdraw(w, &[id]).await?;
    }
    notify::unassigned(w, id, &unassigned).await?;
    notify::assigned(w, &card, actor, &assigned).await?;
    Ok(Changed { card, items, files })
}

/// A change as the activity tells it. What a checklist says is told by the list alone; what is done with files,
/// [`Files`] tells with their names.
pub(super) fn deed(change: &TaskChange) -> Option<Deed> {
    Some(match *change {
        TaskChange::Assign(user) => Deed::Assigned(user),
        TaskChange::Unassign(user) => Deed::Unassigned(user),
        TaskChange::Label(label) => Deed::Labelled(label),
        TaskChange::Unlabel(label) => Deed::Unlabelled(label),
        TaskChange::Due(day) => Deed::Due(day),
        TaskChange::Priority(priority) => Deed::Priority(priority),
        TaskChange::Progress(percent) => Deed::Progress(percent),
        TaskChange::AddItem(_) => Deed::ItemsAdded(1),
        TaskChange::TickItem(_, true) => Deed::ItemsTicked(1),
        TaskChange::TickItem(_, false) => Deed::ItemsUnticked(1),
        TaskChange::RemoveItem(_) => Deed::ItemsRemoved(1),
        TaskChange::AssignItem(_, Some(user)) => Deed::ItemAssigned(user),
        TaskChange::AssignItem(_, None) => Deed::ItemUnassigned,
        TaskChange::RenameItem(..) | TaskChange::MoveItem(..) => Deed::ItemsChanged,
        TaskChange::AttachFile(_) | TaskChange::RemoveFile(_) | TaskChange::PutFileBack(_) | TaskChange::Cover(_) => {
            return None;
        }
    })
}
