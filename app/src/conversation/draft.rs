//! What is being written in a place, kept until it is sent: for all tabs of this browser at once, and
//! for the person's other browsers a moment later.

use std::time::Duration;

use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*, task::spawn_local};
use protocol::{Draft, MessageId, Stream, UserId};

use crate::{
    api,
    kept::{self, Kind},
    store::Store,
    ui::effect,
};

/// The server is told when somebody has not typed for so long.
const PAUSE: Duration = Duration::from_secs(1);

/// What the server has of the drafts of a place.
#[derive(Clone, Copy)]
pub struct Drafts {
    place: Stream,
    there: RwSignal<Option<Vec<Draft>>>,
}

impl Drafts {
    /// In the browser: asks for them, and again when another browser has changed one.
    pub fn open(store: Store, place: Stream) -> Self {
        let drafts = Self { place, there: RwSignal::new(None) };
        effect(move |asked: Option<()>| {
            let changed = store.drafted.get();
            // A thread's drafts are told of as its room's, which it does not know.
            let concerns = |changed| changed == place || matches!(place, Stream::Thread(_));
            if asked.is_some() && !changed.is_some_and(|(changed, _)| concerns(changed)) {
                return;
            }
            spawn_local(async move {
                // Without them there is what this browser has kept.
                if let Ok(there) = api::load_drafts(place).await {
                    drafts.there.try_set(Some(there));
                }
            });
        });
        drafts
    }
}

/// Keeps the draft of one text field.
#[derive(Clone, Copy)]
pub struct DraftKeeper {
    drafts: Drafts,
    parent: Option<MessageId>,
    key: StoredValue<String>,
    timer: StoredValue<Option<TimeoutHandle>>,
    saving: StoredValue<bool>,
}

/// How a draft is kept in the browser: a sign, then the text.
const SAVED: char = '+';
const UNSAVED: char = '-';

impl DraftKeeper {
    /// For what `me` writes in a place, or in reply to a comment there.
    pub fn new(me: UserId, drafts: Drafts, parent: Option<MessageId>) -> Self {
        let reply = parent.map(|parent| format!("/{parent}")).unwrap_or_default();
        let key = format!("{}{}{reply}", Kind::Draft.prefix(me), drafts.place);
        let keeper = Self {
            drafts,
            parent,
            key: StoredValue::new(key),
            timer: StoredValue::new(None),
            saving: StoredValue::new(false),
        };
        effect(move |_| keeper.later());
        keeper
    }

    /// What was kept.
    pub fn kept(&self) -> Option<String> {
        self.read().map(|(_, text)| text).filter(|text| !text.is_empty())
    }

    /// Is it about this draft that a tab says so?
    pub fn is(&self, key: Option<&str>) -> bool {
        // Without a key everything was forgotten.
        key.is_none_or(|key| self.key.try_with_value(|mine| mine == key).unwrap_or(false))
    }

    /// Keeps a text.
    pub fn keep(&self, text: &str) {
        self.write(UNSAVED, text);
        self.later();
    }

    /// Follows what the server has: gives what was kept here, if that was another text. What the server
    /// does not have yet stays.
    pub fn follow(&self) -> Option<String> {
        let parent = match self.drafts.place {
            Stream::Thread(root) => Some(root),
            _ => self.parent,
        };
        let there = self.drafts.there.with(|there| {
            let mine = |draft: &&Draft| draft.parent == parent;
            there.as_ref().map(|there| there.iter().find(mine).map(|draft| draft.text.clone()).unwrap_or_default())
        });
        match (there, self.read()) {
            (None, _) | (Some(_), Some((UNSAVED, _))) => None,
            (Some(there), here) => {
                let here = here.map(|(_, text)| text).unwrap_or_default();
                if here == there {
                    return None;
                }
                self.write(SAVED, &there);
                Some(here)
            }
        }
    }

    /// Tells the server at once what it was not told.
    pub fn save(&self) {
        let Some((UNSAVED, text)) = self.read() else { return };
        if self.saving.try_update_value(|saving| std::mem::replace(saving, true)) != Some(false) {
            return;
        }
        let keeper = *self;
        spawn_local(async move {
            let saved = api::save_draft(keeper.drafts.place, keeper.parent, text.clone()).await.is_ok();
            keeper.saving.try_set_value(false);
            let now = keeper.read().filter(|(sign, _)| *sign == UNSAVED).map(|(_, text)| text);
            match now {
                Some(now) if now != text => keeper.later(),
                Some(_) if saved => keeper.write(SAVED, &text),
                // What the server refused or did not get is told again with the next change.
                _ => {}
            }
        });
    }

    fn later(self) {
        let timer = set_timeout_with_handle(move || self.save(), PAUSE).ok();
        if let Some(Some(before)) = self.timer.try_update_value(|kept| std::mem::replace(kept, timer)) {
            before.clear();
        }
    }

    fn read(&self) -> Option<(char, String)> {
        let kept = self.key.try_with_value(|key| kept::get(key)).flatten()?;
        let mut text = kept.chars();
        match text.next() {
            Some(sign @ (SAVED | UNSAVED)) => Some((sign, text.collect())),
            _ => None,
        }
    }

    fn write(&self, sign: char, text: &str) {
        self.key.try_with_value(|key| {
            if text.is_empty() && sign == SAVED {
                kept::remove(key);
            } else {
                // A browser that keeps nothing loses drafts on reload, no more.
                let _ = kept::set(key, &format!("{sign}{text}"));
            }
        });
    }
}
