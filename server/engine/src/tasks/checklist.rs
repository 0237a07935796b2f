//! The checklist of a task: what is on it, in which order, and what is done.

use protocol::{ChecklistItem, Error, Event, ItemId, Stream, TaskChange, TaskId, UserId, limits, order, put_item};

use crate::{
    Actor, Result,
    db::tasks::checklist as rows,
    write::{Write, internal},
};

/// A list within a write that has locked the task's board.
pub(super) struct Checklist {
    task: TaskId,
    items: Vec<ChecklistItem>,
    /// What was changed and is there.
    pub(super) changed: Vec<ItemId>,
    /// Who shall do an item anew.
    pub(super) assigned: Vec<UserId>,
    /// Who shall do an item no longer.
    pub(super) unassigned: Vec<UserId>,
}

impl Checklist {
    pub(super) async fn load(w: &mut Write, task: TaskId) -> Result<Self> {
        let items = rows::of_task(&mut w.tx, task).await?;
        Ok(Self { task, items, changed: Vec::new(), assigned: Vec::new(), unassigned: Vec::new() })
    }

    /// Shall this person do an item that is open?
    pub(super) fn has_work_for(&self, user: UserId) -> bool {
        self.items.iter().any(|item| !item.done && item.assignee.as_ref().is_some_and(|person| person.id == user))
    }

    /// The items that were changed, as they are now.
    pub(super) fn into_changed(self) -> Vec<ChecklistItem> {
        let Self { items, changed, .. } = self;
        items.into_iter().filter(|item| changed.contains(&item.id)).collect()
    }

    /// Stores and tells a change of the list; was it one? An item that is gone already is not there.
    pub(super) async fn apply(&mut self, w: &mut Write, actor: &Actor, change: &TaskChange) -> Result<bool> {
        match change {
            TaskChange::AddItem(text) => self.add(w, text).await.map(|()| true),
            TaskChange::RenameItem(id, text) => {
                let mut item = self.item(*id)?;
                if item.text == *text {
                    return Ok(false);
                }
                rows::rename(&mut w.tx, *id, text).await?;
                item.text.clone_from(text);
                self.put(w, item);
                Ok(true)
            }
            TaskChange::TickItem(id, on) => {
                let mut item = self.item(*id)?;
                if item.done == *on {
                    return Ok(false);
                }
                rows::tick(&mut w.tx, *id, on.then_some((w.now, actor.id()))).await?;
                item.done = *on;
                self.put(w, item);
                Ok(true)
            }
            TaskChange::AssignItem(id, user) => self.assign(w, *id, *user).await,
            TaskChange::MoveItem(id, after) => self.move_after(w, *id, *after).await,
            TaskChange::RemoveItem(id) => {
                self.unassigned.extend(self.item(*id)?.assignee.map(|person| person.id));
                rows::delete(&mut w.tx, *id).await?;
                self.items.retain(|item| item.id != *id);
                w.tell(Stream::Task(self.task), Event::ItemRemoved { id: *id });
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    async fn add(&mut self, w: &mut Write, text: &str) -> Result<()> {
        if self.items.len() as i64 >= limits::ITEMS {
            return Err(Error::invalid("text", format!("A checklist has at most {} items.", limits::ITEMS)));
        }
        let last = self.items.last().map(|item| item.position.as_str());
        let position = order::between(last, None).map_err(internal)?;
        let id = rows::insert(&mut w.tx, self.task, &position, text).await?;
        self.put(w, ChecklistItem { id, position, text: text.to_owned(), done: false, assignee: None });
        Ok(())
    }

    async fn assign(&mut self, w: &mut Write, id: ItemId, user: Option<UserId>) -> Result<bool> {
        let before = self.item(id)?.assignee.map(|person| person.id);
        if before == user {
            return Ok(false);
        }
        rows::assign(&mut w.tx, id, user).await?;
        let item = rows::one(&mut w.tx, id).await?;
        self.unassigned.extend(before);
        self.assigned.extend(user);
        self.put(w, item);
        Ok(true)
    }

    async fn move_after(&mut self, w: &mut Write, id: ItemId, after: Option<ItemId>) -> Result<bool> {
        let mut item = self.item(id)?;
        let others: Vec<&ChecklistItem> = self.items.iter().filter(|other| other.id != id).collect();
        let to = match after {
            None => 0,
            Some(after) => {
                let at = others.iter().position(|other| other.id == after);
                at.ok_or_else(|| Error::invalid("after", "This is not on the checklist."))? + 1
            }
        };
        if self.items.get(to).is_some_and(|there| there.id == id) {
            return Ok(false);
        }
        let key = |at: Option<&&ChecklistItem>| at.map(|item| item.position.clone());
        let (lower, upper) = (to.checked_sub(1).and_then(|at| key(others.get(at))), key(others.get(to)));
        item.position = order::between(lower.as_deref(), upper.as_deref()).map_err(internal)?;
        rows::set_position(&mut w.tx, id, &item.position).await?;
        self.put(w, item);
        Ok(true)
    }

    fn item(&self, id: ItemId) -> Result<ChecklistItem> {
        self.items.iter().find(|item| item.id == id).cloned().ok_or(Error::NotFound)
    }

    fn put(&mut self, w: &mut Write, item: ChecklistItem) {
        self.changed.push(item.id);
        w.tell(Stream::Task(self.task), Event::ItemChanged { item: item.clone() });
        put_item(&mut self.items, item);
    }
}
