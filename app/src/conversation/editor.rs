//! A field in which Markdown is written, wherever it is: completed, marked up by keys, previewed.
//!
//! A text is changed so that the browser can undo it ([`Editor::apply`]). What the marks make of a text, the toolbar
//! and the preview are a part of the client of their own (`parts::writing`), which comes when the page is live.

use std::ops::Range;

use futures::FutureExt;
use leptos::{
    ev::KeyboardEvent,
    prelude::*,
    task::spawn_local,
    wasm_bindgen::JsCast,
    web_sys::{ClipboardEvent, Event, HtmlDocument, HtmlTextAreaElement},
};
use protocol::{Stream, Writing, mention};

use super::{completion::Completion, thread::Thread};
use crate::{
    kept,
    keys::{self, At, Deed},
    parts,
    ui::{Icon, Sign, effect, live},
};

/// Where it is kept that the tools are shown, for whoever uses this browser.
const KEPT: &str = "formatting";

/// What can be made of a selection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    Bold,
    Italic,
    /// Struck through.
    Strike,
    Code,
    Link,
    /// A list with points.
    Bullets,
    /// A list with numbers.
    Numbers,
    Quote,
}

/// What is wanted of the part of the client that knows Markdown.
#[derive(Clone, Debug)]
pub enum Wanted {
    /// The toolbar, with the preview below it.
    Tools,
    /// A mark for what is selected.
    Mark(Mark),
    /// A line break, where a list goes on.
    Break,
    /// This is pasted over what is selected.
    Paste(String),
}

/// A change of a text: other words at a range of it, and what is selected then. In bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What is replaced.
    pub range: Range<usize>,
    /// What stands there instead.
    pub with: String,
    /// What is selected then, in the new text.
    pub select: Range<usize>,
}

impl Change {
    /// What makes one text of another, with the caret where it is then: as little as differs.
    fn between(before: &str, after: &str, caret: usize) -> Self {
        let common = |pairs: &mut dyn Iterator<Item = (char, char)>| -> usize {
            pairs.take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum()
        };
        let start = common(&mut before.chars().zip(after.chars()));
        let end = common(&mut before[start..].chars().rev().zip(after[start..].chars().rev()));
        let with = after[start..after.len() - end].to_owned();
        Self { range: start..before.len() - end, with, select: caret..caret }
    }
}

/// One such field.
#[derive(Clone, Copy)]
pub struct Editor {
    /// Where what is written stands.
    pub place: Stream,
    /// As what.
    pub writing: Writing,
    /// What completes it.
    pub completion: Completion,
    /// Is what the text will look like shown?
    pub preview: RwSignal<bool>,
    /// Counts the changes of the text.
    pub changes: RwSignal<u32>,
    tools: RwSignal<bool>,
    id: StoredValue<String>,
}

impl Editor {
    /// Of the text area with this id. Who writes in `thread` is mentioned first.
    pub fn new(place: Stream, writing: Writing, id: &str, thread: Option<RwSignal<Thread>>) -> Self {
        let editor = Self {
            place,
            writing,
            completion: Completion::new(place, format!("{id}-choices"), thread),
            preview: RwSignal::new(false),
            changes: RwSignal::new(0),
            tools: RwSignal::new(false),
            id: StoredValue::new(id.to_owned()),
        };
        effect(move |_| {
            if kept::get(KEPT).is_some() {
                editor.show_tools();
            }
        });
        editor
    }

    /// The text area, while it is on the page.
    pub fn field(self) -> Option<HtmlTextAreaElement> {
        let id = self.id.try_get_value()?;
        document().get_element_by_id(&id)?.dyn_into().ok()
    }

    /// The text and what of it is selected.
    pub fn selected(self) -> Option<(String, Range<usize>)> {
        let field = self.field()?;
        let text = field.value();
        let at = |offset: Option<u32>| mention::byte_offset(&text, offset.unwrap_or_default() as usize);
        let start = at(field.selection_start().ok().flatten());
        let end = at(field.selection_end().ok().flatten()).max(start);
        Some((text, start..end))
    }

    /// The text was changed, by whomever.
    pub fn changed(self) {
        self.changes.update(|changes| *changes = changes.wrapping_add(1));
        self.follow();
    }

    /// Completes what stands before the caret.
    pub fn follow(self) {
        let Some(field) = self.field() else { return };
        let (start, end) = (field.selection_start().ok().flatten(), field.selection_end().ok().flatten());
        match (start, end) {
            (Some(start), Some(end)) if start == end => self.completion.follow(&field.value(), start as usize),
            _ => self.completion.close(),
        }
    }

    /// The caret may have moved by a key.
    pub fn moved(self, event: &KeyboardEvent) {
        if matches!(event.key().as_str(), "ArrowLeft" | "ArrowRight" | "Home" | "End") {
            self.follow();
        }
    }

    /// Does what a key means in any such field; false where it is not one of these. Not to be asked while an input
    /// method is at work.
    pub fn key(self, event: &KeyboardEvent) -> bool {
        let open = untrack(|| self.completion.is_open());
        match event.key().as_str() {
            "ArrowDown" if open => self.completion.step(1),
            "ArrowUp" if open => self.completion.step(-1),
            "Escape" if open => {
                self.completion.dismiss();
                event.stop_propagation();
            }
            "Enter" | "Tab" if open && !event.shift_key() => self.complete(None),
            "Enter" if self.breaks(event) && self.at_once(Wanted::Break) => {}
            _ => match keys::name(event).and_then(|key| keys::meant(At::Composer, &key)) {
                // Without a selection the key is the palette's.
                Some(Deed::Mark(Mark::Link)) if self.selected().is_none_or(|(_, range)| range.is_empty()) => {
                    return false;
                }
                Some(Deed::Mark(mark)) => self.mark(mark),
                _ => return false,
            },
        }
        event.prevent_default();
        true
    }

    /// Does this Enter break the line?
    fn breaks(self, event: &KeyboardEvent) -> bool {
        let command = event.ctrl_key() || event.meta_key() || event.alt_key();
        !command && (event.shift_key() || self.writing == Writing::Text)
    }

    /// Makes something of what is selected, as soon as the part that knows how is here.
    pub fn mark(self, mark: Mark) {
        spawn_local(async move {
            // Where it can't be loaded the signs can be typed.
            let _marked = parts::writing(self, Wanted::Mark(mark)).await;
        });
    }

    /// Something is pasted.
    pub fn pasted(self, event: &ClipboardEvent) {
        let text = event.clipboard_data().and_then(|data| data.get_data("text/plain").ok()).unwrap_or_default();
        let selected = self.selected().is_some_and(|(_, range)| !range.is_empty());
        if !event.default_prevented() && selected && self.at_once(Wanted::Paste(text)) {
            event.prevent_default();
        }
    }

    /// Changes the text if the part that knows how is here and there is something to change.
    fn at_once(self, wanted: Wanted) -> bool {
        matches!(parts::writing(self, wanted).now_or_never(), Some(Ok(Some(_))))
    }

    /// Takes the row at `index` of what can be chosen, or the one that is chosen.
    pub fn complete(self, index: Option<usize>) {
        let Some(field) = self.field() else { return };
        let (text, caret) = (field.value(), field.selection_start().ok().flatten().unwrap_or_default() as usize);
        if let Some((after, caret)) = self.completion.accept(&text, caret, index) {
            self.apply(&Change::between(&text, &after, caret));
        }
    }

    /// Puts a text in the place of what is selected.
    pub fn insert(self, with: &str) {
        if let Some((_, range)) = self.selected() {
            let end = range.start + with.len();
            self.apply(&Change { range, with: with.to_owned(), select: end..end });
        }
    }

    /// Has the text be another one.
    pub fn rewrite(self, after: &str, caret: usize) {
        if let Some(field) = self.field() {
            self.apply(&Change::between(&field.value(), after, caret));
        }
    }

    /// Changes the text as if it was typed: the browser's own undo takes it back.
    pub fn apply(self, change: &Change) {
        let Some(field) = self.field() else { return };
        let select = |range: &Range<usize>| {
            let text = field.value();
            let at = |bytes: usize| u32::try_from(mention::utf16_offset(&text, bytes)).unwrap_or(u32::MAX);
            // Fails on other kinds of inputs only.
            let _selected = field.set_selection_range(at(range.start), at(range.end));
        };
        // Fails on an element that is gone only.
        let _focused = field.focus();
        select(&change.range);
        if !change.range.is_empty() || !change.with.is_empty() {
            type_in(&field, &change.with);
        }
        select(&change.select);
        self.follow();
    }

    /// What shows the tools, or hides them.
    pub fn button(self) -> impl IntoView {
        let pressed = move || {
            if self.tools.get_untracked() {
                kept::remove(KEPT);
                self.preview.set(false);
                self.tools.set(false);
            } else {
                // A browser that keeps nothing asks again on the next page.
                let _kept = kept::set(KEPT, "shown");
                self.show_tools();
            }
        };
        view! {
            <button
                class="composer-tool composer-format"
                type="button"
                aria-label="Formatting"
                title="Formatting"
                aria-expanded=move || self.tools.get().to_string()
                on:click=move |_| pressed()
            >
                <Icon sign=Sign::Letters/>
            </button>
        }
    }

    /// The tools, while they are shown.
    pub fn tools(self) -> impl IntoView {
        // They were loaded before.
        live(move || {
            self.tools.get().then(|| parts::writing(self, Wanted::Tools).now_or_never()?.ok().flatten()).flatten()
        })
    }

    fn show_tools(self) {
        spawn_local(async move {
            if parts::load_writing().await.is_ok() {
                self.tools.try_set(true);
            }
        });
    }
}

/// Types a text over what is selected. `execCommand` is the one way of a script that the browser's undo knows, in
/// every browser.
fn type_in(field: &HtmlTextAreaElement, text: &str) {
    let document: HtmlDocument = document().unchecked_into();
    let typed = match text.is_empty() {
        true => document.exec_command("delete"),
        false => document.exec_command_with_show_ui_and_value("insertText", false, text),
    };
    if typed.unwrap_or(false) {
        return;
    }
    // Refused by a browser that has it no more: without undo, then.
    let _set = field.set_range_text(text);
    if let Ok(event) = Event::new("input") {
        let _heard = field.dispatch_event(&event);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_as_little_as_differs() {
        for (before, after, range, with) in [
            ("Dear @b, hi", "Dear @bo , hi", 7..7, "o "),
            ("a :smile:", "a 😄", 2..9, "😄"),
            ("aa", "a", 1..2, ""),
            ("é", "è", 0..2, "è"),
            ("", "@bo ", 0..0, "@bo "),
        ] {
            let change = Change::between(before, after, 0);
            assert_eq!((change.range.clone(), change.with.as_str()), (range, with), "{before} to {after}");
            let mut made = before.to_owned();
            made.replace_range(change.range, &change.with);
            assert_eq!(made, after);
        }
    }
}
