//! What this browser keeps for a person: unsent messages, drafts, copies of pages.
//!
//! It is in `localStorage`: a message is there before the field is emptied, without a wait in which
//! the tab could be closed, and the other tabs are told of every change.

use leptos::prelude::*;
use protocol::UserId;

/// Something kept, one key each, so that two tabs never overwrite each other's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Messages that are not acknowledged.
    Outbox,
    /// What is being written.
    Draft,
    /// Pages as they were last seen.
    Copy,
    /// Which were opened of late.
    Recent,
}

impl Kind {
    /// What the keys of this kind begin with.
    pub fn prefix(self, user: UserId) -> String {
        let name = match self {
            Self::Outbox => "outbox",
            Self::Draft => "draft",
            Self::Copy => "copy",
            Self::Recent => "recent",
        };
        format!("{name}/{user}/")
    }
}

/// What is kept under a key.
pub fn get(key: &str) -> Option<String> {
    storage()?.get_item(key).ok().flatten()
}

/// Keeps something. False where the browser keeps nothing, or no more.
pub fn set(key: &str, value: &str) -> bool {
    storage().is_some_and(|storage| storage.set_item(key, value).is_ok())
}

/// Keeps something no longer.
pub fn remove(key: &str) {
    if let Some(storage) = storage() {
        // Fails where nothing can be kept, and nothing is.
        let _ = storage.remove_item(key);
    }
}

/// The keys that begin so.
pub fn keys(prefix: &str) -> Vec<String> {
    let Some(storage) = storage() else { return Vec::new() };
    let keys = (0..storage.length().unwrap_or(0)).filter_map(|index| storage.key(index).ok().flatten());
    keys.filter(|key| key.starts_with(prefix)).collect()
}

/// Keeps nothing of this kind any more.
pub fn forget(kind: Kind, user: UserId) {
    keys(&kind.prefix(user)).iter().for_each(|key| remove(key));
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}
