//! What is pinned in a room or on a task.

use leptos::prelude::*;
use protocol::{
    Event,
    page::{PinsPage, Row},
};

use super::row::name;
use crate::{
    references::References,
    store::{Live, Store},
    ui::{Avatar, Empty, Form, Page},
};

/// The messages, the last one pinned first. They are loaded again when one of them changes.
#[component]
pub fn Pins(page: PinsPage, content: Page) -> impl IntoView {
    let PinsPage { rows, writes, refs, cursor } = page;
    expect_context::<References>().learn(refs.as_ref());
    let ids: Vec<_> = rows.iter().map(|row| row.message.id).collect();
    expect_context::<Store>().open(cursor, move |live| {
        let changed = match live {
            Live::Event(stored) => match &stored.event {
                Event::MessagePinned { .. } | Event::RoomCleared { .. } => true,
                Event::MessageUnpinned { id } | Event::MessageDeleted { id, .. } | Event::ReplyDeleted { id, .. } => {
                    ids.contains(id)
                }
                Event::MessageEdited { message } => ids.contains(&message.id),
                Event::MessageRestored { message } | Event::ReplyRestored { message, .. } => message.pinned.is_some(),
                _ => false,
            },
            Live::Reset | Live::Revoked => true,
        };
        if changed {
            content.refetch();
        }
    });
    if rows.is_empty() {
        let text = if writes {
            "Pin a message by its actions, and everybody finds it here."
        } else {
            "What is pinned is found here."
        };
        return view! { <Empty title="Nothing is pinned">{text}</Empty> }.into_any();
    }
    view! { <ul class="pins">{rows.into_iter().map(|row| view! { <PinRow row writes/> }).collect_view()}</ul> }
        .into_any()
}

#[component]
fn PinRow(row: Row, writes: bool) -> impl IntoView {
    let Row { message, clock, .. } = row;
    let id = message.id;
    let html = expect_context::<References>().dressed(&message.html);
    let by = message.pinned.as_ref().map(|pin| name(pin.by.as_ref()));
    view! {
        <li class="pin">
            <p class="pin-head">
                <Avatar person=message.author.clone()/>
                <strong class="message-author">{name(message.author.as_ref())}</strong>
                <span class="message-time">{clock.day_text} ", " {clock.time}</span>
            </p>
            <div class="prose pin-text" inner_html=html></div>
            <div class="pin-foot">
                <a class="button button-small" href=format!("/messaging/message/{id}/") rel="external">"Show it there"</a>
                {writes
                    .then(|| {
                        view! {
                            <Form action=format!("/messaging/message/{id}/unpin/") class="form-inline">
                                <button class="button button-small button-quiet" type="submit">"Unpin"</button>
                            </Form>
                        }
                    })}
                <span class="message-time">{by.map(|by| format!("pinned by {by}"))}</span>
            </div>
        </li>
    }
}
