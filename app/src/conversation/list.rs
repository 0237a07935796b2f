//! The messages of a conversation, oldest first.

use leptos::{ev, prelude::*};
use protocol::MessageId;

use super::{
    row::row,
    scroll,
    talk::Talk,
    thread::{End, Item, Thread},
};
use crate::ui::{Empty, effect, list, live};

/// The list, with what leads to older and newer rows.
#[component]
pub fn MessageList(talk: Talk) -> impl IntoView {
    let items = Memo::new(move |_| {
        let (replying, editing) = (talk.replying.get(), talk.doing.editing.get());
        let writes = talk.rights().posts;
        talk.thread.with(|thread| thread.items(replying.filter(|_| writes), editing.filter(|_| writes)))
    });
    let keys = move || items.with(|items| items.list.iter().map(Item::key).collect::<Vec<_>>());
    let draw = move |key| {
        let item = Memo::new(move |_| items.with(|items| items.get(key).cloned()));
        live(move || item.get().map(|item| row(talk, item)))
    };
    look_when_seen(talk);
    view! {
        <div
            class="message-list"
            class:message-list-room=talk.is_room()
            role="log"
            aria-label=move || talk.name.with(|name| format!("Messages in {name}"))
            aria-relevant="additions"
            tabindex="0"
            node_ref=talk.list
            on:scroll=move |_| {
                talk.look();
                if scroll::nears_start(talk.list) {
                    talk.load_more(End::Oldest);
                } else if scroll::nears_end(talk.list) {
                    talk.load_more(End::Newest);
                }
            }
        >
            <div class="message-list-inner">
                {older(talk)}
                {nothing(talk)}
                <ol class="messages">
                    {list(keys, |key| *key, draw)}
                </ol>
                {newer(talk)}
            </div>
        </div>
    }
}

/// The way to older rows. With script they also come by scrolling.
fn older(talk: Talk) -> impl IntoView {
    let oldest = Memo::new(move |_| talk.thread.with(Thread::oldest));
    let words = move || match (talk.loading.get(), talk.is_room()) {
        (Some(End::Oldest), _) => "Loading…",
        (_, true) => "Older messages",
        (_, false) => "Older comments",
    };
    live(move || {
        oldest.get().map(|before| {
            view! {
                <a
                    class="message-list-older"
                    href=talk.link(&format!("before={before}"))
                    on:click=move |event| {
                        event.prevent_default();
                        talk.load_more(End::Oldest);
                    }
                >
                    {move || words()}
                </a>
            }
        })
    })
}

/// The way back, where newer rows than those shown are not here.
fn newer(talk: Talk) -> impl IntoView {
    let away = Memo::new(move |_| talk.thread.with(|thread| thread.away));
    live(move || {
        away.get().then(|| {
            view! {
                <a
                    class="message-list-newer"
                    href=talk.page()
                    on:click=move |event| {
                        event.prevent_default();
                        talk.to_newest();
                    }
                >
                    {move || if talk.loading.get() == Some(End::Newest) { "Loading…" } else { "To the newest messages" }}
                </a>
            }
        })
    })
}

fn nothing(talk: Talk) -> impl IntoView {
    let empty = Memo::new(move |_| talk.thread.with(|thread| thread.is_empty() && !thread.older));
    let words = move || match (talk.is_room(), talk.rights().posts) {
        (true, true) => ("Nothing said yet", "Write the first message below. @ mentions somebody."),
        (true, false) => ("Nothing said yet", "Messages appear here as they are written."),
        (false, true) => ("No comments yet", "Write the first one below. @ mentions somebody."),
        (false, false) => ("No comments yet", "Comments appear here as they are written."),
    };
    live(move || {
        empty.get().then(|| {
            let (title, text) = words();
            view! { <Empty title>{text}</Empty> }
        })
    })
}

/// In the browser: begins at the first-unread line or at the message that the address names, and
/// marks as read what is looked at.
fn look_when_seen(talk: Talk) {
    effect(move |_| {
        let Some(_) = talk.list.get() else { return };
        let named = window().location().hash().unwrap_or_default();
        match named.strip_prefix("#m").and_then(|id| id.parse().ok()) {
            Some(id) => scroll::show(talk.list, MessageId(id)),
            None if talk.is_room() => scroll::to_element(talk.list, "#unread"),
            None => {}
        }
        request_animation_frame(move || {
            talk.look();
            talk.fill();
        });
    });
    effect(move |_| {
        let looks = [
            window_event_listener(ev::focus, move |_| talk.look()),
            window_event_listener(ev::resize, move |_| talk.look()),
        ];
        on_cleanup(move || looks.into_iter().for_each(|listener| listener.remove()));
    });
    if !talk.is_room() {
        // A task's comments scroll with something around them, whose scrolling doesn't bubble.
        let timer = move || set_interval_with_handle(move || talk.look(), std::time::Duration::from_secs(1)).ok();
        effect(move |_| {
            if let Some(timer) = timer() {
                on_cleanup(move || timer.clear());
            }
        });
    }
}
