//! What the field of a composer does: its keys, its draft, what it completes, where it sends.

use leptos::{
    ev::{KeyboardEvent, SubmitEvent},
    html,
    prelude::*,
    task::spawn_local,
    wasm_bindgen::JsCast,
    web_sys::{HtmlElement, HtmlTextAreaElement},
};
use protocol::{Error, limits, mention, page::Reach, text};

use super::Writes;
use crate::{
    api::{self, ApiError},
    clock,
    conversation::{actions, completion::Completion, draft::DraftKeeper, edit::Edit, emoji, talk::Talk},
    keys::{self, At, Deed},
    ui::effect,
    uploads::{Ready, Uploads},
};

/// What the keys of the field and its buttons work on.
#[derive(Clone, Copy)]
pub struct Field {
    pub(super) talk: Talk,
    pub(super) writes: Writes,
    pub(super) edit: Edit,
    pub(super) form: NodeRef<html::Form>,
    pub(super) completion: Completion,
    pub(super) draft: DraftKeeper,
    /// What will come with the message.
    pub(super) files: Uploads,
    pub(super) length: RwSignal<usize>,
    pub(super) trouble: RwSignal<Option<String>>,
    /// So many people are notified by what is written: is that meant?
    pub(super) asking: RwSignal<Option<usize>>,
    /// When others were last told that I type; 0 when they were told that I stopped.
    pub(super) typing_at: StoredValue<i64>,
    /// Has somebody asked for it, so that it has the focus?
    pub(super) wanted: bool,
}

impl Field {
    /// In the browser: what was typed before the script came stays; else the draft comes back.
    pub(super) fn begin(self) {
        effect(move |_| {
            let Some(text) = self.text() else { return };
            if text.value().is_empty()
                && self.keeps()
                && let Some(draft) = self.draft.kept()
            {
                text.set_value(&draft);
            }
            self.measure(&text);
            // Files that were chosen before the script came.
            self.files.take_up(self.form.get_untracked());
            if self.wanted {
                // Fails on an element that is gone only.
                let _ = text.focus();
                if let Some(form) = self.form.get_untracked() {
                    form.scroll_into_view_with_bool(false);
                }
            }
        });
        self.files.begin(move || self.send());
        effect(move |_| {
            if self.keeps()
                && let Some(before) = self.draft.follow()
            {
                self.written_elsewhere(&before);
            }
        });
        effect(move |_| {
            let changed = window_event_listener(leptos::ev::storage, move |event| {
                if self.keeps() && self.draft.is(event.key().as_deref()) {
                    self.written_elsewhere("");
                }
            });
            on_cleanup(move || changed.remove());
        });
        on_cleanup(move || {
            if self.typing_at.try_get_value().is_some_and(|at| at > 0) {
                self.talk.typing(false);
            }
        });
    }

    /// The draft was changed on another tab or browser: it is so here too, unless somebody writes here,
    /// something else than the draft was `before`.
    fn written_elsewhere(self, before: &str) {
        let Some(text) = self.text() else { return };
        let draft = self.draft.kept().unwrap_or_default();
        let here = document().active_element().is_some_and(|active| active == **text)
            && document().has_focus().unwrap_or(false);
        if text.value() != draft && (!here || text.value().is_empty() || text.value() == before) {
            text.set_value(&draft);
            self.measure(&text);
        }
    }

    fn text(self) -> Option<HtmlTextAreaElement> {
        if self.talk.is_over() {
            return None;
        }
        self.form.get()?.query_selector("textarea").ok().flatten()?.dyn_into().ok()
    }

    pub(super) fn changed(self) {
        let Some(text) = self.text() else { return };
        self.trouble.set(None);
        self.files.changed();
        self.asking.set(None);
        let caret = text.selection_start().ok().flatten().unwrap_or_default() as usize;
        if let Some((value, caret)) = emoji::closed(&text.value(), mention::byte_offset(&text.value(), caret)) {
            set(&text, &value, caret);
        }
        self.measure(&text);
        if self.keeps() {
            self.draft.keep(&text.value());
            self.tell(!text.value().trim().is_empty());
        }
        self.follow();
    }

    fn measure(self, text: &HtmlTextAreaElement) {
        let value = text.value();
        self.length.set(value.chars().count());
        // Where `field-sizing` is not known, a hidden copy of the text makes the field grow.
        if let Some(parent) = text.parent_element() {
            let _ = parent.set_attribute("data-text", &value);
        }
    }

    /// Others are told that I type at most every three seconds, and that I stopped at once.
    fn tell(self, on: bool) {
        let now = clock::now();
        let told = self.typing_at.get_value();
        let due = now - told >= i64::from(limits::TYPING_RESEND_S) * 1000;
        if (on && due) || (!on && told > 0) {
            self.typing_at.set_value(if on { now } else { 0 });
            self.talk.typing(on);
        }
    }

    /// Completes what stands before the caret; not while a composition changes it.
    pub(super) fn follow(self) {
        let Some(text) = self.text() else { return };
        let (start, end) = (text.selection_start().ok().flatten(), text.selection_end().ok().flatten());
        match (start, end) {
            (Some(start), Some(end)) if start == end => self.completion.follow(&text.value(), start as usize),
            _ => self.completion.close(),
        }
    }

    pub(super) fn left(self) {
        if !self.talk.is_over() {
            self.completion.close();
            if self.keeps() {
                self.draft.save();
            }
        }
    }

    pub(super) fn moved(self, event: &KeyboardEvent) {
        if matches!(event.key().as_str(), "ArrowLeft" | "ArrowRight" | "Home" | "End") {
            self.follow();
        }
    }

    pub(super) fn key(self, event: &KeyboardEvent) {
        // An input method is at work: its Enter, arrows and Escape are its own. Safari says so by
        // the key code alone.
        if event.is_composing() || event.key_code() == 229 {
            return;
        }
        if self.talk.is_over() {
            return;
        }
        let open = untrack(|| self.completion.is_open());
        let deed = keys::name(event).and_then(|key| keys::meant(At::Composer, &key));
        match event.key().as_str() {
            "ArrowDown" if open => self.completion.step(1),
            "ArrowUp" if open => self.completion.step(-1),
            "Escape" if open => {
                self.completion.dismiss();
                event.stop_propagation();
            }
            "Enter" | "Tab" if open && !event.shift_key() => self.complete(None),
            "Escape" if self.writes != Writes::New => {
                self.cancel();
                event.stop_propagation();
            }
            _ if deed == Some(Deed::EditLast)
                && self.writes == Writes::New
                && self.text().is_some_and(|text| text.value().is_empty()) =>
            {
                let me = self.talk.rights;
                let last = self.talk.thread.with_untracked(|thread| thread.last(|message| me.edits(message)));
                match last {
                    Some(entry) => self.talk.doing.edit(entry.message.id, true),
                    None => return,
                }
            }
            "Enter" if deed == Some(Deed::Send) => self.send(),
            _ => return,
        }
        event.prevent_default();
    }

    pub(super) fn complete(self, index: Option<usize>) {
        let Some(text) = self.text() else { return };
        let caret = text.selection_start().ok().flatten().unwrap_or_default() as usize;
        if let Some((value, caret)) = self.completion.accept(&text.value(), caret, index) {
            set(&text, &value, caret);
            self.changed();
        }
    }

    /// Puts a picked emoji where the caret is.
    pub(super) fn insert(self, emoji: &str) {
        let Some(text) = self.text() else { return };
        let value = text.value();
        let at = |offset: Option<u32>| mention::byte_offset(&value, offset.unwrap_or_default() as usize);
        let start = at(text.selection_start().ok().flatten());
        let end = at(text.selection_end().ok().flatten()).max(start);
        set(&text, &format!("{}{emoji}{}", &value[..start], &value[end..]), start + emoji.len());
        // Fails on an element that is gone only.
        let _ = text.focus();
        self.changed();
    }

    /// Is what is typed kept as a draft, and told as typing? An edit is not.
    fn keeps(self) -> bool {
        !matches!(self.writes, Writes::Edit(_))
    }

    /// Nothing is written here after all: the focus goes back to where it came from.
    pub(super) fn cancel(self) {
        match self.writes {
            Writes::New => {}
            Writes::Reply(to) => {
                self.talk.replying.set(None);
                actions::focus_row(self.talk, to);
            }
            Writes::Edit(_) => self.edit.end(),
        }
    }

    pub(super) fn submit(self, event: &SubmitEvent) {
        event.prevent_default();
        self.send();
    }

    fn send(self) {
        let Some(field) = self.text() else { return };
        let typed = field.value();
        if typed.trim().is_empty() && self.keeps() && self.files.is_empty() {
            return;
        }
        let files = match self.files.ready() {
            Ready::All(files) => files,
            // Once they are there this is called again.
            Ready::Coming => return,
            Ready::Failed => {
                let words = "A file was not sent. Try it again, or take it away.";
                return self.trouble.set(Some(words.to_owned()));
            }
        };
        match (text::message_with_files(&typed, files.len()), self.writes) {
            (Err(error), _) => self.trouble.set(Some(error.to_string())),
            (Ok(content), Writes::Edit(id)) => self.edit.save(id, content, self.trouble),
            (Ok(content), _) if mention::groups(&content, self.talk.place) => self.ask(typed, content),
            (Ok(content), _) => self.post(content, false),
        }
    }

    /// Asks whether it is meant that many people are notified. Without a server it is sent: that asks then.
    fn ask(self, typed: String, content: String) {
        spawn_local(async move {
            let answer = api::load_reach(self.talk.place, content.clone()).await;
            // What is written may have changed.
            untrack(move || self.reaches(answer, &typed, content));
        });
    }

    fn reaches(self, answer: Result<Reach, ApiError>, typed: &str, content: String) {
        if self.asking.is_disposed() || self.text().is_none_or(|field| field.value() != typed) {
            return;
        }
        match answer {
            Ok(reach) if reach.people >= limits::GROUP_CONFIRM => {
                self.asking.set(Some(reach.people));
                request_animation_frame(move || self.focus(".composer-confirm button"));
            }
            Ok(_) => self.post(content, true),
            Err(ApiError(Error::Unavailable)) => self.post(content, false),
            Err(ApiError(error)) => self.trouble.set(Some(error.to_string())),
        }
    }

    /// It is meant.
    pub(super) fn confirm(self) {
        let Ready::All(files) = self.files.ready() else { return };
        let content = self.text().map(|field| text::message_with_files(&field.value(), files.len()));
        if let Some(Ok(content)) = content {
            self.post(content, true);
        }
    }

    /// It is not: the text stays, to be changed.
    pub(super) fn think_again(self) {
        self.asking.set(None);
        self.focus("textarea");
    }

    fn focus(self, what: &str) {
        let form = self.form.try_get_untracked().flatten();
        let element = form.and_then(|form| form.query_selector(what).ok().flatten()?.dyn_into::<HtmlElement>().ok());
        if let Some(element) = element {
            // Fails on an element that is gone only.
            let _ = element.focus();
        }
    }

    fn post(self, content: String, confirmed: bool) {
        let (Some(field), Ready::All(files)) = (self.text(), self.files.ready()) else { return };
        self.talk.send(content, self.writes.parent(), files, confirmed);
        self.files.clear();
        field.set_value("");
        self.changed();
        self.draft.save();
        if self.writes == Writes::New {
            let _ = field.focus();
        } else {
            self.talk.replying.set(None);
        }
    }
}

/// Sets a field's text, with the caret behind so many bytes of it.
fn set(field: &HtmlTextAreaElement, text: &str, caret: usize) {
    field.set_value(text);
    let caret = u32::try_from(mention::utf16_offset(text, caret)).unwrap_or(u32::MAX);
    // Fails on other kinds of inputs only.
    let _ = field.set_selection_range(caret, caret);
}
