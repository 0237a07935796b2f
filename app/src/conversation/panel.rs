//! What floats above the page about one message: everything one can do with it, what it said before.

use std::sync::Arc;

use leptos::{ev::KeyboardEvent, html, prelude::*, task::spawn_local};
use protocol::{MessageId, page::VersionRow};

use super::{actions, picker::Picker, row::as_read, talk::Talk, thread::Entry};
use crate::{
    api::{self, ApiError},
    parts,
    ui::{self, Anchor, Floating, Icon, Sign, hide, list, live, step},
};

/// What floats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Panel {
    /// Everything that one can do with a message.
    Menu(MessageId),
    /// Emoji to choose from, to be put under a message or into the text that is written.
    Picker(Option<MessageId>),
    /// What a message says and said.
    Versions(MessageId),
}

/// What floats now, if anything does.
#[component]
pub fn Panels(talk: Talk) -> impl IntoView {
    let close = move |panel: Panel| {
        let same = |now: &Option<(Panel, Anchor)>| now.is_some_and(|(now, _)| now == panel);
        if talk.doing.panel.try_with_untracked(same).unwrap_or(false) {
            talk.doing.panel.set(None);
        }
    };
    list(
        move || talk.doing.panel.get().into_iter().collect(),
        |(panel, _)| *panel,
        move |(panel, anchor)| parts::floating_of(talk, panel, anchor, Callback::new(move |()| close(panel))),
    )
}

/// What floats, in the part of the client that has it.
pub fn floating(talk: Talk, panel: Panel, anchor: Anchor, close: Callback<()>) -> AnyView {
    match panel {
        Panel::Menu(id) => view! { <Menu talk id anchor close/> }.into_any(),
        Panel::Picker(id) => view! { <Picker talk id anchor close/> }.into_any(),
        Panel::Versions(id) => view! { <Versions talk id anchor close/> }.into_any(),
    }
}

/// Everything that one can do with a message.
#[component]
fn Menu(talk: Talk, id: MessageId, anchor: Anchor, close: Callback<()>) -> impl IntoView {
    let element = NodeRef::<html::Div>::new();
    let entry = talk.thread.with_untracked(|thread| thread.entry(id));
    let key = move |event: KeyboardEvent| {
        match event.key().as_str() {
            "ArrowDown" => step(element, 1),
            "ArrowUp" => step(element, -1),
            _ => return,
        }
        event.prevent_default();
    };
    view! {
        <Floating anchor label="Actions" class="menu" close element>
            <div class="menu-list" on:keydown=key>{entry.map(|entry| choices(talk, entry, anchor, element))}</div>
        </Floating>
    }
}

fn choices(talk: Talk, entry: Arc<Entry>, anchor: Anchor, element: NodeRef<html::Div>) -> impl IntoView {
    let (message, rights) = (&entry.message, untrack(|| talk.rights()));
    let id = message.id;
    let choice = move |sign: Sign, words: &'static str, act: Box<dyn Fn()>| {
        let chosen = move |_| {
            // First, so that what the choice gives the focus to keeps it.
            hide(element);
            act();
        };
        view! { <button class="menu-choice" type="button" on:click=chosen><Icon sign/> {words}</button> }
    };
    let show = move |panel: Panel| talk.doing.panel.set(Some((panel, anchor)));
    let pinned = message.pinned.is_some();
    view! {
        {rights.reacts(message)
            .then(|| choice(Sign::Smile, "React…", Box::new(move || show(Panel::Picker(Some(id))))))}
        {(rights.posts && !message.deleted && !talk.is_thread())
            .then(|| choice(Sign::Reply, "Reply", Box::new(move || actions::reply_to(talk, id))))}
        {(untrack(|| talk.shut_to_new()).is_none() && !message.deleted)
            .then(|| choice(Sign::Quote, "Quote", Box::new(move || actions::quote(talk, id))))}
        {rights.edits(message)
            .then(|| choice(Sign::Pencil, "Edit", Box::new(move || talk.doing.edit(id, false))))}
        {(rights.posts && !message.deleted)
            .then(|| {
                let href = format!("/messaging/message/{id}/task/");
                view! { <a class="menu-choice" href=href><Icon sign=Sign::Check/> "Make a task"</a> }
            })}
        {choice(Sign::Link, "Copy link", Box::new(move || copy_link(talk, id)))}
        {rights.pins(message)
            .then(|| choice(Sign::Pin, if pinned { "Unpin" } else { "Pin" }, Box::new(move || talk.pin(id, !pinned))))}
        {choice(Sign::Unread, "Mark unread from here", Box::new(move || talk.unread_from(id)))}
        {message.edited_at.map(|_| choice(Sign::History, "What it said before", Box::new(move || show(Panel::Versions(id)))))}
        {rights.deletes(message)
            .then(|| choice(Sign::Trash, "Delete", Box::new(move || talk.delete(id))))}
    }
}

/// The address of a message goes to the clipboard; where that is not allowed, it is shown.
fn copy_link(talk: Talk, id: MessageId) {
    let copied = Box::new(move || talk.doing.tell("Link copied."));
    ui::copy_link(&format!("/messaging/message/{id}/"), copied, Box::new(move |words| talk.say(words)));
}

/// What a message says and said before it was edited, newest first.
#[component]
fn Versions(talk: Talk, id: MessageId, anchor: Anchor, close: Callback<()>) -> impl IntoView {
    let element = NodeRef::<html::Div>::new();
    let versions = RwSignal::new(None::<Result<Vec<VersionRow>, ApiError>>);
    spawn_local(async move {
        let answer = api::message_versions(id).await;
        versions.try_set(Some(answer));
    });
    let version = move |row: VersionRow| {
        let moment = format!("{}, {}", row.clock.day_text, row.clock.time);
        let html = as_read(talk, &row.version.html);
        view! { <li class="version"><p class="version-time">{moment}</p><div class="prose" inner_html=html></div></li> }
    };
    let shown = live(move || match versions.get() {
        None => view! { <p class="version-time" role="status">"Loading…"</p> }.into_any(),
        Some(Err(ApiError(error))) => view! { <p role="alert">{error.to_string()}</p> }.into_any(),
        Some(Ok(rows)) if rows.is_empty() => view! { <p>"This message was deleted."</p> }.into_any(),
        Some(Ok(rows)) => view! { <ol class="versions">{rows.into_iter().map(version).collect_view()}</ol> }.into_any(),
    });
    view! {
        <Floating anchor label="What it said before" class="versions-panel" close element>
            <p class="versions-head">
                <strong>"What it said before"</strong>
                <button class="button button-quiet button-icon" type="button" autofocus=true aria-label="Close" on:click=move |_| hide(element)>
                    <Icon sign=Sign::Close/>
                </button>
            </p>
            {shown}
        </Floating>
    }
}
