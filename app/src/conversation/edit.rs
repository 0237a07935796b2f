//! Saves another text for a message.

use leptos::{prelude::*, task::spawn_local};
use protocol::{Error, MessageId};
use uuid::Uuid;

use super::{actions, talk::Talk};
use crate::{
    api::{self, ApiError},
    ui::new_key,
};

/// The saving of one edit.
#[derive(Clone, Copy)]
pub struct Edit {
    talk: Talk,
    /// It is on its way.
    pub busy: RwSignal<bool>,
    /// Its client id: the same until the server has answered.
    key: StoredValue<Uuid>,
}

impl Edit {
    /// Nothing is saved yet.
    pub fn new(talk: Talk) -> Self {
        Self { talk, busy: RwSignal::new(false), key: StoredValue::new(new_key()) }
    }

    /// Saves. Why it failed goes to `trouble`, and what was typed stays.
    pub fn save(self, id: MessageId, content: String, trouble: RwSignal<Option<String>>) {
        let before = self.talk.thread.with_untracked(|thread| thread.entry(id));
        if before.is_some_and(|entry| entry.message.source == content) {
            return self.end();
        }
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        trouble.set(None);
        spawn_local(async move {
            let answer = api::edit_message(self.key.get_value(), id, content).await;
            self.busy.try_set(false);
            match answer {
                Ok(message) => {
                    self.talk.change(|thread| thread.changed(&message));
                    self.end();
                }
                Err(ApiError(error)) => {
                    if error != Error::Unavailable {
                        self.key.try_set_value(new_key());
                    }
                    trouble.try_set(Some(format!("Not saved. {error}")));
                }
            }
        });
    }

    /// The text is saved, or stays as it was: the focus goes back to where it was.
    pub fn end(self) {
        let edited = self.talk.doing.editing.try_update(Option::take).flatten();
        match edited {
            Some(id) if !self.talk.doing.from_below.get_value() => actions::focus_row(self.talk, id),
            _ => actions::focus_composer(self.talk),
        }
    }
}
