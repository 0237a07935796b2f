//! One thing of the list: a day, the first-unread line, a message with what one can do to it.

use std::sync::Arc;

use leptos::{ev::SubmitEvent, prelude::*};
use protocol::{Person, page::Clock};

use super::{
    composer::Composer,
    talk::Talk,
    thread::{Entry, Item, State},
};
use crate::ui::{Avatar, Icon, Sign, new_key};

/// Draws a thing of the list.
pub fn row(talk: Talk, item: Item) -> AnyView {
    match item {
        Item::Day { day, text, .. } => view! { <li class="day"><time datetime=day>{text}</time></li> }.into_any(),
        Item::Unread => view! { <li class="unread-line" id="unread"><span>"New"</span></li> }.into_any(),
        Item::Reply { to } => view! { <li class="reply"><Composer talk parent=to/></li> }.into_any(),
        Item::Row { entry, first } => message_row(talk, entry, first),
    }
}

#[cfg(not(feature = "ssr"))]
fn message_row(talk: Talk, entry: Arc<Entry>, first: bool) -> AnyView {
    message(talk, entry, first).into_any()
}

/// On the server: a message of a room looks the same to everybody, but to its author, who may delete
/// it, and to those it mentions.
#[cfg(feature = "ssr")]
fn message_row(talk: Talk, entry: Arc<Entry>, first: bool) -> AnyView {
    static ROWS: crate::ui::Printed<(Arc<Entry>, bool)> = crate::ui::Printed::new();
    let me = talk.my_id();
    let mine = |person: &Person| person.id == me;
    let to_me = entry.message.author.as_ref().is_some_and(mine) || entry.message.mentions.iter().any(mine);
    if to_me || !talk.is_room() || entry.state != State::Sent {
        return message(talk, entry, first).into_any();
    }
    let id = (entry.message.id.0, first);
    ROWS.element(id, (entry, first), |(entry, first)| message(talk, entry.clone(), *first))
}

fn message(talk: Talk, entry: Arc<Entry>, first: bool) -> impl IntoView {
    let message = &entry.message;
    let id = (entry.state == State::Sent).then(|| format!("m{}", message.id));
    view! {
        <li class=classes(talk, &entry, first) id=id>
            <div class="message-side">
                {if first {
                    view! { <Avatar person=message.author.clone()/> }.into_any()
                } else {
                    time(talk, &entry.clock).into_any()
                }}
            </div>
            <div class="message-main">
                {head(talk, message.author.as_ref(), &entry.clock, first)}
                {body(talk, &entry)}
                {fault(talk, &entry)}
            </div>
            {tools(talk, &entry)}
        </li>
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
        ("message-sending", matches!(entry.state, State::Sending | State::Waiting)),
        ("message-failed", matches!(entry.state, State::Failed(_))),
    ];
    marks.into_iter().filter(|(_, on)| *on).map(|(class, _)| class).collect::<Vec<_>>().join(" ")
}

/// Author and time: seen on the first of a group, and said before every message.
fn head(talk: Talk, author: Option<&Person>, clock: &Clock, first: bool) -> impl IntoView + use<> {
    let name = author.map_or_else(|| "Former member".to_owned(), |author| author.display_name.clone());
    let title = author.map(|author| format!("@{}", author.username));
    if first {
        let time = time(talk, clock);
        view! { <p class="message-head"><strong class="message-author" title=title>{name}</strong> " " {time}</p> }
            .into_any()
    } else {
        view! { <span class="visually-hidden">{name}": "</span> }.into_any()
    }
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
    if entry.state != State::Sent {
        return view! { <p class="message-text message-plain">{message.source.clone()}</p> }.into_any();
    }
    // The server writes a mention so; the mark on mine depends on who reads.
    let mention = format!(r#"<span class="mention" data-user="{}""#, talk.my_id());
    let html = message.html.replace(&mention, &format!("{mention} data-me"));
    view! { <div class="message-text prose" inner_html=html></div> }.into_any()
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

/// What one can do to a message: reply to a comment, delete one's own.
fn tools(talk: Talk, entry: &Entry) -> impl IntoView + use<> {
    let message = &entry.message;
    let author = message.author.as_ref().map(|author| author.id);
    let live = talk.writes && entry.state == State::Sent && !message.deleted;
    let reply = (live && !talk.is_room()).then(|| {
        let to = message.parent.unwrap_or(message.id);
        view! {
            <a
                class="button button-small button-quiet"
                href=format!("?reply={to}#m{to}")
                on:click=move |event| {
                    event.prevent_default();
                    talk.replying.set(Some(to));
                }
            >
                <Icon sign=Sign::Reply/>
                "Reply"
            </a>
        }
    });
    let delete = (live && author == Some(talk.my_id())).then(|| delete(talk, entry));
    (reply.is_some() || delete.is_some()).then(|| view! { <div class="message-tools">{reply}{delete}</div> })
}

/// In two steps, so that nothing is deleted by a slip; both work without script.
fn delete(talk: Talk, entry: &Entry) -> impl IntoView + use<> {
    let id = entry.message.id;
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        talk.delete(id);
    };
    let key = new_key().to_string();
    view! {
        <details class="message-menu">
            <summary class="button button-small button-quiet button-icon" title="Delete…">
                <Icon sign=Sign::Trash/>
                <span class="visually-hidden">"Delete…"</span>
            </summary>
            <form class="message-delete" method="post" action=entry.delete_action() on:submit=submit>
                <input type="hidden" name="client_id" value=key/>
                <button class="button button-small button-danger" type="submit">"Delete message"</button>
            </form>
        </details>
    }
}
