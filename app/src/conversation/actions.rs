//! What one can do with a message, by mouse, by keys and by touch.
//!
//! There is one toolbar for all rows: it is put into the row that is pointed at or has the focus. And
//! one pair of ears for all rows, around the list.

use std::sync::Arc;

use leptos::{
    ev::{FocusEvent, KeyboardEvent, MouseEvent, PointerEvent},
    html,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, Event, HtmlElement, HtmlTextAreaElement},
};
use protocol::{MessageId, Stream};

use super::{panel::Panel, talk::Talk, thread::Entry};
use crate::ui::{Anchor, Icon, Sign, effect, live};

/// The toolbar, which stands here until a row takes it.
#[component]
pub fn Toolbar(talk: Talk) -> impl IntoView {
    let bar = NodeRef::<html::Div>::new();
    let entry = Memo::new(move |_| {
        let id = talk.doing.active.get()?;
        talk.thread.with(|thread| thread.entry(id))
    });
    effect(move |_| {
        let (Some(id), Some(bar)) = (talk.doing.active.get(), bar.get()) else { return };
        if let Some(row) = row_of(talk, id).filter(|row| !row.contains(Some(&bar))) {
            // Refused only for an ancestor of the row.
            let _moved = row.append_child(&bar);
        }
    });
    view! {
        <div class="message-tools-home">
            <div class="message-tools" role="group" aria-label="Actions" aria-live="off" node_ref=bar>
                {live(move || entry.get().filter(|entry| !entry.message.deleted).map(|entry| tools(talk, entry)))}
            </div>
        </div>
    }
}

fn tools(talk: Talk, entry: Arc<Entry>) -> impl IntoView {
    let (message, rights) = (&entry.message, talk.rights());
    let id = message.id;
    let react = rights.reacts(message).then(|| {
        let pick = move |event: MouseEvent| open(talk, Panel::Picker(Some(id)), &event);
        tool(Sign::Smile, "React…", pick)
    });
    let answer = talk.shut_to_new().is_none().then(|| {
        let reply = (!talk.is_thread()).then(|| tool(Sign::Reply, "Reply", move |_| reply_to(talk, id)));
        view! { {reply} {tool(Sign::Quote, "Quote", move |_| quote(talk, id))} }
    });
    let edit = rights.edits(message).then(|| tool(Sign::Pencil, "Edit", move |_| talk.doing.edit(id, false)));
    view! {
        {react}
        {answer}
        {edit}
        {tool(Sign::More, "More…", move |event: MouseEvent| open(talk, Panel::Menu(id), &event))}
    }
}

fn tool(sign: Sign, label: &'static str, act: impl Fn(MouseEvent) + 'static) -> impl IntoView {
    view! {
        <button class="button button-quiet button-icon" type="button" title=label aria-label=label on:click=act>
            <Icon sign/>
        </button>
    }
}

/// Opens something beside the button that was pressed.
pub fn open(talk: Talk, panel: Panel, event: &MouseEvent) {
    if let Some(button) = target(event).and_then(|target| closest(&target, "button, a")) {
        talk.doing.panel.set(Some((panel, Anchor::at(&button))));
    }
}

/// Begins a reply: in a room in the thread under the message, on a task below its comment.
pub fn reply_to(talk: Talk, id: MessageId) {
    if matches!(talk.place, Stream::Task(_)) {
        let parent = talk.thread.with_untracked(|thread| thread.entry(id)?.message.parent);
        talk.replying.set(Some(parent.unwrap_or(id)));
    } else {
        talk.doing.to_thread.run(id);
    }
}

/// Quotes a message in the field below.
pub fn quote(talk: Talk, id: MessageId) {
    talk.quote(id);
    focus_composer(talk);
}

/// The field in which new messages are written has the focus.
pub fn focus_composer(talk: Talk) {
    let id = if talk.is_thread() { "composer-thread" } else { "composer" };
    let field = document().get_element_by_id(id).and_then(|field| field.dyn_into::<HtmlTextAreaElement>().ok());
    if let Some(field) = field {
        // Refused only for what can't have the focus.
        let _focused = field.focus();
    }
}

/// A row is pointed at.
pub fn pointed(talk: Talk, event: &PointerEvent) {
    if event.pointer_type() != "mouse" || talk.doing.panel.with_untracked(Option::is_some) {
        return;
    }
    // Who works with the keys keeps the toolbar.
    let keys = document().query_selector(".message-tools :focus-visible").ok().flatten().is_some();
    if !keys {
        attend(talk, event);
    }
}

/// Something in a row has the focus.
pub fn focused(talk: Talk, event: &FocusEvent) {
    attend(talk, event);
}

fn attend(talk: Talk, event: &Event) {
    let id = target(event).and_then(|target| message_at(&target));
    if id.is_some() && id != talk.doing.active.get_untracked() {
        talk.doing.active.set(id);
    }
}

/// Something in a row was clicked.
pub fn clicked(talk: Talk, event: &MouseEvent) {
    if event.ctrl_key() || event.meta_key() || event.shift_key() || event.button() != 0 {
        return;
    }
    let Some(target) = target(event) else { return };
    if let Some(chip) = closest(&target, "button.reaction") {
        event.prevent_default();
        let action = closest(&chip, "form").and_then(|form| form.get_attribute("action"));
        let id = action.and_then(|action| action.split('/').nth(3)?.parse().ok());
        if let (Some(id), Some(emoji)) = (id, chip.get_attribute("value")) {
            talk.react(id, emoji);
        }
        return;
    }
    let Some(id) = message_at(&target) else { return };
    if let Some(link) = closest(&target, ".message-more") {
        event.prevent_default();
        talk.doing.active.set(Some(id));
        talk.doing.panel.set(Some((Panel::Menu(id), Anchor::at(&link))));
    } else if let Some(link) = closest(&target, ".message-edited") {
        event.prevent_default();
        talk.doing.panel.set(Some((Panel::Versions(id), Anchor::at(&link))));
    } else if let Some(link) = closest(&target, ".message-quote") {
        let quoted = link.get_attribute("href").and_then(|href| href.split('/').nth(3)?.parse().ok());
        if let Some(row) = quoted.and_then(|quoted| row_of(talk, quoted)) {
            event.prevent_default();
            row.scroll_into_view();
            focus(&row);
        }
    }
}

/// A key was pressed in the list: J and K, or arrows once a row has the focus, go from row to row; on
/// a row E edits, R replies. Escape leads from the toolbar back to its row.
pub fn keyed(talk: Talk, event: &KeyboardEvent) {
    let Some(target) = target(event) else { return };
    if event.key() == "Escape"
        && closest(&target, ".message-tools").is_some()
        && let Some(row) = closest(&target, "li.message")
    {
        event.prevent_default();
        return focus(&row);
    }
    let (on_row, on_list) = (target.class_list().contains("message"), target.class_list().contains("message-list"));
    if !(on_row || on_list) || event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    let message = || talk.thread.with_untracked(|thread| Some(thread.entry(message_at(&target)?)?.message.clone()));
    match (event.key().as_str(), on_row) {
        ("j", _) | ("ArrowDown", true) => step(talk, &target, on_row, 1),
        ("k", _) | ("ArrowUp", true) => step(talk, &target, on_row, -1),
        ("e", true) => match message().filter(|message| untrack(|| talk.rights()).edits(message)) {
            Some(message) => talk.doing.edit(message.id, false),
            None => return,
        },
        ("r", true) if untrack(|| talk.rights()).posts && !talk.is_thread() => match message() {
            Some(message) if !message.deleted => reply_to(talk, message.id),
            _ => return,
        },
        _ => return,
    }
    event.prevent_default();
}

/// The row after or before one has the focus; from the list itself, the newest.
fn step(talk: Talk, from: &Element, on_row: bool, by: i32) {
    let Some(list) = talk.list.get_untracked() else { return };
    let Ok(rows) = list.query_selector_all("li.message[id]") else { return };
    let at = |index: u32| rows.item(index).and_then(|row| row.dyn_into::<Element>().ok());
    let last = rows.length().saturating_sub(1);
    let next = match (0..rows.length()).find(|index| on_row && at(*index).as_ref() == Some(from)) {
        Some(now) => now.saturating_add_signed(by).min(last),
        None => last,
    };
    if let Some(row) = at(next) {
        focus(&row);
    }
}

/// The row of a message in this list.
pub fn row_of(talk: Talk, id: MessageId) -> Option<Element> {
    talk.list.get_untracked()?.query_selector(&format!("#m{id}")).ok().flatten()
}

/// Puts the focus on a message's row, where it is here.
pub fn focus_row(talk: Talk, id: MessageId) {
    if let Some(row) = row_of(talk, id) {
        focus(&row);
    }
}

fn focus(row: &Element) {
    if let Some(row) = row.dyn_ref::<HtmlElement>() {
        // Refused only for what can't have the focus.
        let _focused = row.focus();
    }
}

fn message_at(element: &Element) -> Option<MessageId> {
    closest(element, "li.message[id]")?.id().strip_prefix('m')?.parse().ok()
}

fn closest(element: &Element, selector: &str) -> Option<Element> {
    element.closest(selector).ok().flatten()
}

fn target(event: &Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}
