//! One thing of the list: a day, the first-unread line, a message with what is beside it.
//!
//! Rows listen to nothing: [`super::actions`] does for all of them.

use std::sync::Arc;

use leptos::prelude::*;
#[cfg(feature = "ssr")]
use protocol::reference;
use protocol::{Message, Person, page::Clock, text};

use super::{
    composer::{Composer, Writes},
    files,
    find::DAYS,
    forms::Forms,
    marks, scroll,
    talk::Talk,
    thread::{Entry, Item, State},
};
use crate::ui::Avatar;

/// Draws a thing of the list.
pub fn row(talk: Talk, item: Item) -> AnyView {
    match item {
        Item::Day { day, text, .. } => view! {
            <li class="day">
                <button class="day-button" type="button" popovertarget=DAYS title="Go to another day">
                    <time datetime=day>{text}</time>
                </button>
            </li>
        }
        .into_any(),
        Item::Unread => view! { <li class="unread-line" id="unread"><span>"New"</span></li> }.into_any(),
        Item::Reply { to } => view! { <li class="reply"><Composer talk writes=Writes::Reply(to)/></li> }.into_any(),
        Item::Edit { of } => {
            view! { <li class="message-edit"><Composer talk writes=Writes::Edit(of)/></li> }.into_any()
        }
        Item::Row { entry, first } => message_row(talk, entry, first),
    }
}

#[cfg(not(feature = "ssr"))]
fn message_row(talk: Talk, entry: Arc<Entry>, first: bool) -> AnyView {
    message(talk, entry, first).into_any()
}

/// On the server: a message of a room looks the same to everybody who may do the same there, but to
/// those it mentions, to those who have put an emoji under it, and to whom the address leads to it.
#[cfg(feature = "ssr")]
fn message_row(talk: Talk, entry: Arc<Entry>, first: bool) -> AnyView {
    static ROWS: crate::ui::Printed<(Arc<Entry>, bool, bool, Option<String>)> = crate::ui::Printed::new();
    let (me, id) = (talk.my_id(), entry.message.id);
    let to_me = !entry.mine.is_empty()
        || entry.message.mentions.iter().any(|person| person.id == me)
        || [talk.doing.named, talk.doing.acting].contains(&Some(id));
    if to_me || !talk.is_room() || entry.state != State::Sent {
        return message(talk, entry, first).into_any();
    }
    let writes = talk.rights().posts;
    let key = (id.0, first, writes);
    // What is true of the tasks that it names is not of the row.
    let named = format!("{}{}", entry.message.html, marks::links(&entry.message));
    let dressed = reference::links(&named).next().is_some().then(|| talk.references.dressed(&named));
    ROWS.element(key, (entry, first, writes, dressed), |(entry, first, ..)| message(talk, entry.clone(), *first))
}

fn message(talk: Talk, entry: Arc<Entry>, first: bool) -> impl IntoView {
    let message = &entry.message;
    let sent = entry.state == State::Sent;
    let id = sent.then(|| format!("m{}", message.id));
    let acting = sent && talk.doing.acting == Some(message.id);
    view! {
        <li class=classes(talk, &entry, first) id=id tabindex=sent.then_some("-1")>
            <div class="message-side">
                {if first {
                    view! { <Avatar person=message.author.clone()/> }.into_any()
                } else {
                    time(talk, &entry.clock).into_any()
                }}
            </div>
            <div class="message-main">
                {content(talk, &entry, first)}
                {acting.then(|| view! { <Forms talk entry=entry.clone()/> })}
            </div>
            {sent.then(|| more(talk, &entry))}
        </li>
    }
}

/// The message that a thread is under, above its replies.
pub fn first_of_thread(talk: Talk, entry: &Entry) -> impl IntoView + use<> {
    view! {
        <div class="message message-first thread-root">
            <div class="message-side"><Avatar person=entry.message.author.clone()/></div>
            <div class="message-main">{content(talk, entry, true)}</div>
        </div>
    }
}

fn content(talk: Talk, entry: &Entry, first: bool) -> impl IntoView + use<> {
    let message = &entry.message;
    view! {
        {head(talk, message.author.as_ref(), &entry.clock, first)}
        {message.pinned.as_ref().map(marks::pin)}
        {message.quote.as_ref().map(marks::quote)}
        {body(talk, entry)}
        {(!message.files.is_empty()).then(|| files::shown(&message.files))}
        {message.edited_at.map(|_| marks::edited(act(talk, message)))}
        {(!message.tasks.is_empty()).then(|| marks::tasks(talk, message))}
        {(!message.reactions.is_empty()).then(|| marks::reactions(talk, entry))}
        {message.replies.as_ref().filter(|replies| replies.count > 0).map(|replies| marks::replies(message.id, replies))}
        {fault(talk, entry)}
    }
}

fn classes(talk: Talk, entry: &Entry, first: bool) -> String {
    let me = talk.my_id();
    let message = &entry.message;
    let marks = [
        ("message", true),
        ("message-first", first),
        ("message-reply", message.parent.is_some() && !talk.is_room()),
        ("message-for-me", message.mentions.iter().any(|person| person.id == me)),
        ("message-named", talk.doing.named == Some(message.id)),
        ("message-sending", matches!(entry.state, State::Sending | State::Waiting)),
        ("message-failed", matches!(entry.state, State::Failed(_))),
    ];
    marks.into_iter().filter(|(_, on)| *on).map(|(class, _)| class).collect::<Vec<_>>().join(" ")
}

/// Author and time: seen on the first of a group, and said before every message.
fn head(talk: Talk, author: Option<&Person>, clock: &Clock, first: bool) -> impl IntoView + use<> {
    let name = name(author);
    let title = author.map(|author| format!("@{}", author.username));
    if first {
        let time = time(talk, clock);
        view! { <p class="message-head"><strong class="message-author" title=title>{name}</strong> " " {time}</p> }
            .into_any()
    } else {
        view! { <span class="visually-hidden">{name}": "</span> }.into_any()
    }
}

/// What somebody is called; they may have left.
pub fn name(person: Option<&Person>) -> String {
    person.map_or_else(|| "Former member".to_owned(), |person| person.display_name.clone())
}

fn time(talk: Talk, clock: &Clock) -> impl IntoView + use<> {
    let machine = format!("{}T{}", clock.day, clock.time);
    let date = clock.day_text.split_once(", ").map_or(clock.day_text.as_str(), |(_, date)| date);
    let text = if talk.is_room() { clock.time.clone() } else { format!("{date}, {}", clock.time) };
    view! { <time class="message-time" datetime=machine title=format!("{}, {}", clock.day_text, clock.time)>{text}</time> }
}

fn body(talk: Talk, entry: &Entry) -> impl IntoView + use<> {
    let message = &entry.message;
    if message.deleted {
        return view! { <p class="message-gone">"This message was deleted."</p> }.into_any();
    }
    if message.source.is_empty() {
        return ().into_any();
    }
    if entry.state != State::Sent {
        return view! { <p class="message-text message-plain">{message.source.clone()}</p> }.into_any();
    }
    view! {
        <div class="message-text prose" inner_html=as_read(talk, &message.html)></div>
        {text::is_long(&message.source).then(|| fold(talk))}
    }
    .into_any()
}

/// The HTML of a text as I read it.
pub fn as_read(talk: Talk, html: &str) -> String {
    talk.references.as_read(html, talk.my_id())
}

/// Shows all of a long message, or its beginning again.
fn fold(talk: Talk) -> impl IntoView {
    // What grows is below: the row stays where it is.
    let hold = move |_| scroll::keep(talk.list, true, || ());
    view! {
        <details class="fold">
            <summary class="fold-toggle" on:click=hold>
                <span class="fold-more">"Show all"</span>
                <span class="fold-less">"Show less"</span>
            </summary>
        </details>
    }
}

/// Why a message did not go out, and what to do.
fn fault(talk: Talk, entry: &Entry) -> impl IntoView + use<> {
    let key = entry.key;
    match &entry.state {
        State::Failed(why) => view! {
            <p class="message-fault" role="alert">
                <span>"Not sent. "{why.clone()}</span>
                <button class="button button-small" type="button" on:click=move |_| talk.retry(key)>"Retry"</button>
                <button class="button button-small button-quiet" type="button" on:click=move |_| talk.discard(key)>
                    "Discard"
                </button>
            </p>
        }
        .into_any(),
        State::Sending => view! { <span class="visually-hidden">"Sending…"</span> }.into_any(),
        State::Waiting => view! { <p class="message-waiting">"Waiting for the connection"</p> }.into_any(),
        State::Sent => ().into_any(),
    }
}

/// The way to everything that one can do with a message: its forms without script; with it, where
/// nothing can point, the menu.
fn more(talk: Talk, entry: &Entry) -> impl IntoView + use<> {
    view! {
        <a class="message-more button button-quiet button-icon" href=act(talk, &entry.message) aria-label="Actions…" data-noscroll="true"></a>
    }
}

/// Where the forms of a message are.
pub fn act(talk: Talk, message: &Message) -> String {
    let id = message.id;
    match (talk.is_room(), message.parent) {
        (true, Some(root)) => format!("?thread={root}&act={id}#m{id}"),
        _ => format!("?act={id}#m{id}"),
    }
}
