//! What is being written in a place, kept in the tab until it is sent.

use leptos::prelude::*;
use protocol::{MessageId, Stream, UserId};

/// What the keys of drafts begin with.
const PREFIX: &str = "draft/";

/// Keeps the draft of one text field.
#[derive(Clone, Copy)]
pub struct DraftKeeper {
    key: StoredValue<String>,
}

impl DraftKeeper {
    /// For what `me` writes in a place, or in reply to a comment there.
    pub fn new(me: UserId, place: Stream, parent: Option<MessageId>) -> Self {
        let parent = parent.map(|parent| format!("/{parent}")).unwrap_or_default();
        Self { key: StoredValue::new(format!("{PREFIX}{me}/{place}{parent}")) }
    }

    /// What was kept.
    pub fn kept(&self) -> Option<String> {
        storage()?.get_item(&self.key.get_value()).ok().flatten()
    }

    /// Keeps a text; an empty one is forgotten.
    pub fn keep(&self, text: &str) {
        let (Some(storage), key) = (storage(), self.key.get_value()) else { return };
        // A browser that keeps nothing loses drafts on reload, no more.
        let _ = if text.is_empty() { storage.remove_item(&key) } else { storage.set_item(&key, text) };
    }
}

/// Forgets every draft of this tab: somebody else may sit at it next.
pub fn forget_drafts() {
    let Some(storage) = storage() else { return };
    let keys = (0..storage.length().unwrap_or(0)).filter_map(|index| storage.key(index).ok().flatten());
    for key in keys.filter(|key| key.starts_with(PREFIX)).collect::<Vec<_>>() {
        // Fails where nothing can be stored, and nothing is.
        let _ = storage.remove_item(&key);
    }
}

fn storage() -> Option<web_sys::Storage> {
    window().session_storage().ok().flatten()
}
