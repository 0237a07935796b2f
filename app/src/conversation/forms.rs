//! Everything that one can do with a message, as plain forms below it: for those without script.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use protocol::Stream;

use super::{
    plainly::{preview_button, previewed},
    row::act,
    talk::Talk,
    thread::Entry,
};
use crate::ui::{Form, FormState, TextField};

/// Emoji that are one click away.
const QUICK: [&str; 6] = ["👍", "❤️", "😂", "🎉", "😮", "👀"];

/// The forms of one message. They lead back to it, there where it is read.
#[component]
pub fn Forms(talk: Talk, entry: Arc<Entry>) -> impl IntoView {
    let (message, rights) = (&entry.message, untrack(|| talk.rights()));
    let id = message.id;
    let path = use_location().pathname.get_untracked();
    let page = format!("{path}{}#m{id}", talk.link(&format!("at={id}")));
    // A deletion can be undone for a while, which is done here.
    let undo = format!("{path}{}", act(talk, message));
    let post = move |what: &str| format!("/messaging/message/{id}/{what}/");
    let button = |what: &str, page: &str, words: &'static str, class: &'static str| {
        let (action, next) = (post(what), next(page));
        view! {
            <Form action class="form-inline">
                {next}
                <button class=format!("button button-small {class}") type="submit">{words}</button>
            </Form>
        }
    };
    if message.deleted {
        let mine = message.author.as_ref().is_some_and(|author| author.id == rights.me);
        let undo = (mine || rights.moderates).then(|| button("restore", &page, "Undo the deletion", ""));
        return view! { <div class="message-forms">{undo}</div> }.into_any();
    }
    let react = rights.reacts(message).then(|| {
        let next = next(&page);
        view! {
            <Form action=post("react") class="form-inline">
                {next}
                {QUICK
                    .map(|emoji| {
                        view! { <button class="button button-small" type="submit" name="emoji" value=emoji>{emoji}</button> }
                    })
                    .collect_view()}
            </Form>
        }
    });
    let answer = rights.posts.then(|| {
        let reply = match (talk.place, message.parent) {
            (Stream::Task(_), parent) => Some(format!("?reply={0}#m{0}", parent.unwrap_or(id))),
            (Stream::Room(_), _) => Some(format!("?thread={id}")),
            _ => None,
        };
        let field = if talk.is_thread() { "composer-thread" } else { "composer" };
        let quote = format!("{}#{field}", talk.link(&format!("at={id}&quote={id}")));
        view! {
            {reply.map(|href| view! { <a class="button button-small" href=href>"Reply"</a> })}
            <a class="button button-small" href=quote>"Quote"</a>
            <a class="button button-small" href=post("task")>"Make a task"</a>
        }
    });
    let edit = rights.edits(message).then(|| {
        let (next, source) = (next(&page), message.source.clone());
        view! {
            <Form action=post("edit") class="form">
                {next}
                <EditField source/>
                <div class="form-buttons">
                    <button class="button" type="submit">"Save"</button>
                    {preview_button()}
                </div>
            </Form>
        }
    });
    let pin = rights.pins(message).then(|| match message.pinned {
        Some(_) => button("unpin", &page, "Unpin", ""),
        None => button("pin", &page, "Pin", ""),
    });
    let delete = rights.deletes(message).then(|| button("delete", &undo, "Delete message", "button-danger"));
    view! {
        <div class="message-forms">
            {react}
            {edit}
            <div class="message-forms-line">
                {answer}
                {pin}
                {button("unread", &page, "Mark unread from here", "")}
                {delete}
            </div>
        </div>
    }
    .into_any()
}

/// The text that is edited, below what it will look like where that was asked for.
#[component]
fn EditField(source: String) -> impl IntoView {
    let state = expect_context::<FormState>();
    view! {
        {previewed(&state)}
        <TextField name="content" label="Text" value=source rows=4/>
    }
}

/// Where a form leads once it is done.
pub fn next(page: &str) -> impl IntoView + use<> {
    view! { <input type="hidden" name="next" value=page.to_owned()/> }
}
