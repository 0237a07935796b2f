//! What the field of a composer does: its keys, its draft, what it completes, where it sends.

use leptos::{
    ev::{Event, KeyboardEvent, SubmitEvent},
    html,
    prelude::*,
    task::spawn_local,
    wasm_bindgen::JsCast,
    web_sys::{HtmlElement, HtmlTextAreaElement, InputEvent},
};
use protocol::{Error, limits, mention, page::Reach, text};

use super::Writes;
use crate::{
    api::{self, ApiError},
    clock,
    conversation::{actions, draft::DraftKeeper, edit::Edit, editor::Editor, emoji, talk::Talk},
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
    pub(super) editor: Editor,
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
            self.form.track();
            let Some(text) = self.text() else { return };
            if text.value().is_empty()
                && self.keeps()
                && let Some(draft) = self.draft.kept()
            {
                text.set_value(&draft);
            }
            if let Writes::Edit(id) = self.writes
                && let Some(unsaved) = self.edit.unsaved(id)
            {
                text.set_value(&unsaved);
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
        if self.writes == Writes::New {
            effect(move |_| self.talk.doing.attached.set(self.files.any()));
        }
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

    /// Is it going off the page, which it may while the conversation stays?
    fn is_over(self) -> bool {
        self.length.is_disposed()
    }

    fn text(self) -> Option<HtmlTextAreaElement> {
        if self.is_over() { None } else { self.editor.field() }
    }

    /// Somebody has typed. What an input method is composing stays as it is.
    pub(super) fn typed(self, event: &Event) {
        if !event.dyn_ref::<InputEvent>().is_some_and(InputEvent::is_composing) {
            self.close_emoji();
        }
        self.changed();
    }

    /// The name of an emoji becomes the emoji, once the handlers of this key are through: a change is heard itself.
    pub(super) fn close_emoji(self) {
        let Some((text, range)) = self.editor.selected().filter(|_| !self.is_over()) else { return };
        if range.is_empty()
            && let Some((after, caret)) = emoji::closed(&text, range.start)
        {
            queue_microtask(move || {
                if self.text().is_some_and(|field| field.value() == text) {
                    self.editor.rewrite(&after, caret);
                }
            });
        }
    }

    pub(super) fn changed(self) {
        let Some(text) = self.text() else { return };
        self.trouble.set(None);
        self.files.changed();
        self.asking.set(None);
        self.measure(&text);
        if self.keeps() {
            self.draft.keep(&text.value());
            self.tell(!text.value().trim().is_empty());
        }
        if let Writes::Edit(id) = self.writes {
            self.edit.keep(id, &text.value());
        }
        self.editor.changed();
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

    pub(super) fn left(self) {
        if !self.is_over() {
            self.editor.completion.close();
            if self.keeps() {
                self.draft.save();
            }
        }
    }

    pub(super) fn key(self, event: &KeyboardEvent) {
        // An input method is at work: its Enter, arrows and Escape are its own. Safari says so by
        // the key code alone.
        if event.is_composing() || event.key_code() == 229 {
            return;
        }
        if self.is_over() {
            return;
        }
        if self.editor.key(event) {
            return;
        }
        let deed = keys::name(event).and_then(|key| keys::meant(At::Composer, &key));
        match event.key().as_str() {
            "Escape" if self.writes != Writes::New => {
                self.cancel();
                event.stop_propagation();
            }
            _ if deed == Some(Deed::EditLast)
                && self.writes == Writes::New
                && self.text().is_some_and(|text| text.value().is_empty()) =>
            {
                let me = untrack(|| self.talk.rights());
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

    /// Puts a picked emoji where the caret is.
    pub(super) fn insert(self, emoji: &str) {
        if !self.is_over() {
            self.editor.insert(emoji);
        }
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
            Writes::Edit(id) => self.edit.end(id),
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
