//! What is written in a task's form, kept in this browser until it is saved or discarded.

use protocol::{Task, TaskId, TaskText, UserId};
use serde::{Deserialize, Serialize};

use crate::kept::{self, Kind};

/// What an edit began from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begun {
    /// The version of the task.
    pub version: i64,
    /// What it said.
    pub text: TaskText,
}

impl Begun {
    /// As the task is now.
    pub fn of(task: &Task) -> Self {
        Self { version: task.version, text: TaskText::of(task) }
    }
}

/// An edit that is not saved.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// What it began from.
    pub begun: Begun,
    /// What is written.
    pub text: TaskText,
}

/// Keeps what somebody writes in the form of a task.
#[derive(Clone, Copy)]
pub struct Unsaved {
    user: UserId,
    task: TaskId,
}

impl Unsaved {
    /// What `user` writes in the form of `task`.
    pub fn new(user: UserId, task: TaskId) -> Self {
        Self { user, task }
    }

    /// What is kept.
    pub fn read(self) -> Option<Edit> {
        serde_json::from_str(&kept::get(&self.key())?).ok()
    }

    /// Keeps what is written. Where that is what it began from, there is nothing to keep.
    pub fn keep(self, begun: Begun, text: TaskText) {
        if begun.text == text {
            return self.forget();
        }
        if let Ok(edit) = serde_json::to_string(&Edit { begun, text }) {
            // A browser that keeps nothing loses it when the task is closed, no more.
            let _ = kept::set(&self.key(), &edit);
        }
    }

    /// `sent` was saved, as `stored` where others changed something too. What was written since stays.
    pub fn saved(self, sent: &TaskText, stored: &TaskText, task: &Task) {
        match self.read() {
            Some(edit) if edit.text != *sent => self.keep(Begun::of(task), sent.merged(&edit.text, stored).text),
            _ => self.forget(),
        }
    }

    /// Keeps nothing any more.
    pub fn forget(self) {
        kept::remove(&self.key());
    }

    fn key(self) -> String {
        // Drafts are erased when their author signs out.
        format!("{}edit/{}", Kind::Draft.prefix(self.user), self.task)
    }
}
