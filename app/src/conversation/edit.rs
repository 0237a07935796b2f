//! Saves another text for a message.

use leptos::{prelude::*, task::spawn_local};
use protocol::{Error, MessageId, UserId};
use uuid::Uuid;

use super::{actions, talk::Talk};
use crate::{
    api::{self, ApiError},
    kept::{self, Kind},
    ui::new_key,
};

/// Between what an edit began from and what is written, in what is kept of it.
const MEANWHILE: char = '\0';

/// The saving of one edit.
#[derive(Clone, Copy)]
pub struct Edit {
    talk: Talk,
    /// Whose it is.
    me: UserId,
    /// It is on its way.
    pub busy: RwSignal<bool>,
    /// Its client id: the same until the server has answered.
    key: StoredValue<Uuid>,
}

impl Edit {
    /// Nothing is saved yet.
    pub fn new(talk: Talk) -> Self {
        Self { talk, me: talk.my_id(), busy: RwSignal::new(false), key: StoredValue::new(new_key()) }
    }

    /// Saves. Why it failed goes to `trouble`, and what was typed stays.
    pub fn save(self, id: MessageId, content: String, trouble: RwSignal<Option<String>>) {
        if self.source(id).is_some_and(|source| source == content) {
            return self.end(id);
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
                    self.end(id);
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

    /// Keeps what is written until it is saved or given up, should the page go.
    pub fn keep(self, id: MessageId, text: &str) {
        if let Some(source) = self.source(id) {
            // A browser that keeps nothing loses it with the page, no more.
            let _ = kept::set(&self.kept_at(id), &format!("{source}{MEANWHILE}{text}"));
        }
    }

    /// What was written and not saved, where the message still says what it began from.
    pub fn unsaved(self, id: MessageId) -> Option<String> {
        let kept = kept::get(&self.kept_at(id))?;
        let (from, text) = kept.split_once(MEANWHILE)?;
        (self.source(id)? == from).then(|| text.to_owned())
    }

    fn source(self, id: MessageId) -> Option<String> {
        self.talk.thread.with_untracked(|thread| thread.entry(id)).map(|entry| entry.message.source.clone())
    }

    fn kept_at(self, id: MessageId) -> String {
        // Drafts are erased when their author signs out.
        format!("{}message/{id}", Kind::Draft.prefix(self.me))
    }

    /// The text is saved, or stays as it was: the focus goes back to where it was.
    pub fn end(self, id: MessageId) {
        kept::remove(&self.kept_at(id));
        let edited = self.talk.doing.editing.try_update(Option::take).flatten();
        match edited {
            Some(id) if !self.talk.doing.from_below.get_value() => actions::focus_row(self.talk, id),
            _ => actions::focus_composer(self.talk),
        }
    }
}
