//! What is being written in a place, kept until it is sent, for all tabs of this browser.

use leptos::prelude::*;
use protocol::{MessageId, Stream, UserId};

use crate::kept::{self, Kind};

/// Keeps the draft of one text field.
#[derive(Clone, Copy)]
pub struct DraftKeeper {
    key: StoredValue<String>,
}

impl DraftKeeper {
    /// For what `me` writes in a place, or in reply to a comment there.
    pub fn new(me: UserId, place: Stream, parent: Option<MessageId>) -> Self {
        let parent = parent.map(|parent| format!("/{parent}")).unwrap_or_default();
        Self { key: StoredValue::new(format!("{}{place}{parent}", Kind::Draft.prefix(me))) }
    }

    /// What was kept.
    pub fn kept(&self) -> Option<String> {
        kept::get(&self.key.get_value())
    }

    /// Is it about this draft that a tab says so?
    pub fn is(&self, key: Option<&str>) -> bool {
        // Without a key everything was forgotten.
        key.is_none_or(|key| self.key.try_with_value(|mine| mine == key).unwrap_or(false))
    }

    /// Keeps a text; an empty one is forgotten.
    pub fn keep(&self, text: &str) {
        let key = self.key.get_value();
        if text.is_empty() {
            kept::remove(&key);
        } else {
            // A browser that keeps nothing loses drafts on reload, no more.
            let _ = kept::set(&key, text);
        }
    }
}
