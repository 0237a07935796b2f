//! Saving what a task's form holds.

use leptos::prelude::*;
use protocol::{Error, Task, TaskId, TaskText};
use uuid::Uuid;

use super::{newest, unsaved::Begun};
use crate::{
    api::{ApiError, edit_task},
    ui::new_key,
};

/// A text is tried again so often where others change the task at the same time.
const TRIES: usize = 5;

/// The saves of the form: one after the other, since each has what the one before made as its ground.
#[derive(Clone, Copy, Default)]
pub struct Saving {
    /// Stays the form open after the next?
    stays: StoredValue<bool>,
    /// Is one under way?
    running: StoredValue<bool>,
    /// Whether the form stays open after one that was asked for meanwhile.
    waiting: StoredValue<Option<bool>>,
    /// What was sent last, where the answer was lost: it may be saved.
    lost: StoredValue<Option<TaskText>>,
}

impl Saving {
    /// Asks that the form stays open after the next.
    pub fn ask(self, stays: bool) {
        self.stays.set_value(stays);
    }

    /// Begins one, unless another is under way, after which it comes. Does the form stay open after it?
    pub fn begin(self) -> Option<bool> {
        let stays = self.stays.get_value();
        self.stays.set_value(false);
        if self.running.get_value() {
            self.waiting.set_value(Some(stays));
            return None;
        }
        self.running.set_value(true);
        Some(stays)
    }

    /// It has ended, with a text whose answer was lost or none. Gives whether the form stays open after the next,
    /// where one waits.
    pub fn end(self, lost: Option<TaskText>) -> Option<bool> {
        self.running.set_value(false);
        self.lost.set_value(lost);
        let next = self.waiting.get_value();
        self.waiting.set_value(None);
        next
    }

    /// What may be saved without its answer having been heard.
    pub fn unheard(self) -> Option<TaskText> {
        self.lost.get_value()
    }

    /// Is none under way? Not where the form is gone.
    pub fn rests(self) -> bool {
        self.running.try_get_value() == Some(false)
    }
}

/// Saves a text, together with what others changed since it was begun. What is `unheard` may have been saved before:
/// that is no other's change. Gives the task with the text that was saved.
///
/// # Errors
/// Why not; with the task as it is now where others changed what is changed here.
pub async fn save(
    mut key: Uuid,
    id: TaskId,
    mut from: Begun,
    mut text: TaskText,
    unheard: Option<TaskText>,
) -> Result<(Task, TaskText), (Error, Option<Task>)> {
    for _ in 0..TRIES {
        match edit_task(key, id, text.title.clone(), text.description.clone(), from.version).await {
            Ok(saved) => return Ok((saved, text)),
            Err(ApiError(error @ Error::Conflict { .. })) => {
                let newest = newest(id).await.map_err(|ApiError(error)| (error, None))?;
                let theirs = TaskText::of(&newest);
                let base = if unheard.as_ref() == Some(&theirs) { &theirs } else { &from.text };
                let merged = base.merged(&text, &theirs);
                if merged.clashes() {
                    return Err((error, Some(newest)));
                }
                (key, from, text) = (new_key(), Begun::of(&newest), merged.text);
            }
            Err(ApiError(error)) => return Err((error, None)),
        }
    }
    Err((Error::conflict("Others change this task all the time. Try again."), None))
}
