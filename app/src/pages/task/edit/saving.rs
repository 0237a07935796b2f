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

    /// It has ended. Gives whether the form stays open after the next, where one waits.
    pub fn end(self) -> Option<bool> {
        self.running.set_value(false);
        let next = self.waiting.get_value();
        self.waiting.set_value(None);
        next
    }
}

/// Saves a text, together with what others changed since it was begun. Gives the task with the text that was saved.
///
/// # Errors
/// Why not; with the task as it is now where others changed what is changed here.
pub async fn save(
    mut key: Uuid,
    id: TaskId,
    mut from: Begun,
    mut text: TaskText,
) -> Result<(Task, TaskText), (Error, Option<Task>)> {
    for _ in 0..TRIES {
        match edit_task(key, id, text.title.clone(), text.description.clone(), from.version).await {
            Ok(saved) => return Ok((saved, text)),
            Err(ApiError(error @ Error::Conflict { .. })) => {
                let newest = newest(id).await.map_err(|ApiError(error)| (error, None))?;
                let merged = from.text.merged(&text, &TaskText::of(&newest));
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
