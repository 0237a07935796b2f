//! What is being done with the messages of a conversation: edited, quoted, deleted, looked at closely.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use protocol::{Event, MessageId, Quote, Stream, limits};

use super::{panel::Panel, talk::Talk, thread::address};
use crate::{
    api::{self, ApiError},
    request::returned,
    ui::{Anchor, new_key},
};

/// So long it is said what was just done.
const TOLD: Duration = Duration::from_secs(4);

/// What is being done in one conversation.
#[derive(Clone, Copy)]
pub struct Doing {
    /// The message that is pointed at or has the focus.
    pub active: RwSignal<Option<MessageId>>,
    /// The message that is given another text.
    pub editing: RwSignal<Option<MessageId>>,
    /// Was the edit begun from the field below, so that the focus goes back there?
    pub from_below: StoredValue<bool>,
    /// What the next message quotes.
    pub quoting: RwSignal<Option<Quote>>,
    /// Are there files in the field below?
    pub attached: RwSignal<bool>,
    /// What floats above the page, and where.
    pub panel: RwSignal<Option<(Panel, Anchor)>>,
    /// What to do with the emoji that is picked for a text field.
    pub insert: StoredValue<Option<Callback<String>>>,
    /// What was just done, in words, for a moment.
    pub said: RwSignal<&'static str>,
    /// Opens the thread under a message of a room.
    pub to_thread: Callback<MessageId>,
    /// Messages whose deletion can be undone.
    pub undoable: RwSignal<Vec<MessageId>>,
    /// The message that the address leads to (`?at=`).
    pub named: Option<MessageId>,
    /// The message whose forms are shown (`?act=`), for those without script.
    pub acting: Option<MessageId>,
    /// The message that the address asks to quote (`?quote=`), for those without script.
    pub asked_quote: Option<MessageId>,
}

impl Doing {
    /// What the address of the page asks for. With `?thread=` the rest is about that thread.
    pub fn begin(place: Stream) -> Self {
        let number = |name: &str| use_query_map().with_untracked(|query| query.get_str(name)?.parse().ok());
        let thread: Option<MessageId> = number("thread");
        let here = match place {
            Stream::Thread(root) => thread == Some(root),
            Stream::Room(_) => thread.is_none(),
            Stream::Task(_) | Stream::Board(_) | Stream::User(_) => true,
        };
        let asked = |name: &str| number(name).filter(|_| here);
        // A form of a message that was not done is shown again, wherever it was.
        let again = || returned()?.action.strip_prefix("/messaging/message/")?.split('/').next()?.parse().ok();
        Self {
            active: RwSignal::new(None),
            editing: RwSignal::new(None),
            from_below: StoredValue::new(false),
            quoting: RwSignal::new(None),
            attached: RwSignal::new(false),
            panel: RwSignal::new(None),
            insert: StoredValue::new(None),
            said: RwSignal::new(""),
            to_thread: opener(),
            undoable: RwSignal::default(),
            named: asked("at").or_else(|| asked("act")),
            acting: again().or_else(|| asked("act")),
            asked_quote: asked("quote"),
        }
    }
}

/// What one does with a message. The same happens to a comment.
impl Talk {
    /// The page of this conversation with something asked of it, for links.
    pub fn link(self, query: &str) -> String {
        match self.place {
            Stream::Thread(root) => format!("?thread={root}&{query}"),
            _ => format!("?{query}"),
        }
    }

    /// The page of this conversation with its newest messages, for links.
    pub fn page(self) -> String {
        match self.place {
            Stream::Thread(root) => format!("?thread={root}"),
            place => address(place),
        }
    }

    /// Puts an emoji under a message, or takes mine back: at once here, and then for everybody.
    pub fn react(self, id: MessageId, emoji: String) {
        let Some(me) = self.me().filter(|_| untrack(|| self.rights()).posts) else { return };
        self.change(|thread| thread.toggle(id, &emoji, &me));
        spawn_local(async move {
            if let Err(ApiError(error)) = api::react(new_key(), id, emoji.clone()).await {
                self.change(|thread| thread.toggle(id, &emoji, &me));
                self.say(format!("The reaction was not kept. {error}"));
            }
        });
    }

    /// Pins a message for everybody, or takes the pin off it.
    pub fn pin(self, id: MessageId, on: bool) {
        spawn_local(async move {
            let done = if on {
                api::pin_message(new_key(), id).await.map(|pin| Event::MessagePinned { id, pin })
            } else {
                api::unpin_message(new_key(), id).await.map(|()| Event::MessageUnpinned { id })
            };
            match done {
                Ok(event) => self.change(|thread| thread.mark(&event)),
                Err(ApiError(error)) => self.say(format!("The message was not {}. {error}", pinned_or_not(on))),
            }
        });
    }

    /// Marks everything from a message on unread.
    pub fn unread_from(self, id: MessageId) {
        self.seen.hold();
        spawn_local(async move {
            match api::unread_from(id).await {
                Ok(()) => self.change(|thread| thread.unread_from(id)),
                Err(ApiError(error)) => self.say(format!("Nothing was marked unread. {error}")),
            }
        });
    }

    /// Deletes a message. For a while that can be undone.
    pub fn delete(self, id: MessageId) {
        spawn_local(async move {
            match api::delete_message(new_key(), id).await {
                Ok(()) => {
                    self.change(|thread| thread.deleted(id));
                    self.doing.undoable.try_update(|ids| ids.push(id));
                    let over = Duration::from_secs(limits::UNDO_S.unsigned_abs());
                    set_timeout(move || self.doing.forget(id), over);
                }
                Err(ApiError(error)) => self.say(format!("The message was not deleted. {error}")),
            }
        });
    }

    /// Undoes a deletion.
    pub fn restore(self, id: MessageId) {
        self.doing.forget(id);
        spawn_local(async move {
            match api::restore_message(new_key(), id).await {
                Ok(message) => self.change(|thread| thread.changed(&message)),
                Err(ApiError(error)) => self.say(format!("The message is not back. {error}")),
            }
        });
    }

    /// Quotes a message in the one that is written next.
    pub fn quote(self, id: MessageId) {
        spawn_local(async move {
            match api::load_quote(id).await {
                Ok(quote) => {
                    self.doing.quoting.try_set(Some(quote));
                }
                Err(ApiError(error)) => self.say(format!("The message can’t be quoted. {error}")),
            }
        });
    }

    /// What is quoted here is said anew when it changes, and when it comes without its words.
    pub(super) fn follow_quotes(self, event: &Event) {
        let changed = match event {
            Event::MessageDeleted { id, .. } | Event::ReplyDeleted { id, .. } => Some(*id),
            Event::MessageEdited { message }
            | Event::MessageRestored { message }
            | Event::ReplyRestored { message, .. } => Some(message.id),
            _ => None,
        };
        if let Some(id) = changed.filter(|id| self.thread.with_untracked(|thread| thread.quotes(*id))) {
            self.load_quote(id);
        }
        let quoting = matches!(
            event,
            Event::MessagePosted { message }
            | Event::ReplyPosted { message, .. }
            | Event::MessageEdited { message }
            | Event::MessageRestored { message }
            | Event::ReplyRestored { message, .. } if message.quote.is_some()
        );
        if quoting {
            // When the row is there, which the event makes next.
            request_animation_frame(move || {
                let ids = self.thread.try_with_untracked(super::thread::Thread::wordless_quotes).unwrap_or_default();
                ids.into_iter().for_each(|id| self.load_quote(id));
            });
        }
    }

    fn load_quote(self, id: MessageId) {
        spawn_local(async move {
            // Where it can't be loaded the quote stays without words: it is no failure of what one reads.
            if let Ok(quote) = api::load_quote(id).await {
                self.change(|thread| thread.quoted(&quote));
            }
        });
    }
}

/// How threads are opened: by a change of the address.
fn opener() -> Callback<MessageId> {
    let navigate = use_navigate();
    Callback::new(move |root: MessageId| {
        let path = location().pathname().unwrap_or_default();
        navigate(&format!("{path}?thread={root}"), NavigateOptions { scroll: false, ..NavigateOptions::default() });
    })
}

impl Doing {
    /// Begins to give a message another text.
    pub fn edit(self, id: MessageId, from_below: bool) {
        self.from_below.set_value(from_below);
        self.editing.set(Some(id));
    }

    /// Says what was just done.
    pub fn tell(self, words: &'static str) {
        self.said.try_set(words);
        let over = move || {
            self.said.try_set("");
        };
        set_timeout(over, TOLD);
    }

    fn forget(self, id: MessageId) {
        self.undoable.try_update(|ids| ids.retain(|other| *other != id));
    }
}

fn pinned_or_not(on: bool) -> &'static str {
    if on { "pinned" } else { "unpinned" }
}
