//! Where a message or comment is written: a plain form that the hydrated page takes over.

use leptos::{
    ev::{KeyboardEvent, SubmitEvent},
    html,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::HtmlTextAreaElement,
};
use protocol::{MessageId, Stream, limits, text};

use super::{
    completion::{Completion, CompletionList},
    draft::DraftKeeper,
    talk::Talk,
};
use crate::{
    clock,
    ui::{FormState, Icon, Sign, TextArea, live, new_key},
};

/// So many characters before the limit they are counted.
const COUNT_FROM: usize = limits::MESSAGE - 500;

/// What the keys of the field and its buttons work on.
#[derive(Clone, Copy)]
struct Field {
    talk: Talk,
    parent: Option<MessageId>,
    form: NodeRef<html::Form>,
    completion: Completion,
    draft: DraftKeeper,
    length: RwSignal<usize>,
    trouble: RwSignal<Option<String>>,
    /// When others were last told that I type; 0 when they were told that I stopped.
    typing_at: StoredValue<i64>,
}

/// The composer of a conversation, or of a reply to a comment.
#[component]
pub fn Composer(
    talk: Talk,
    /// The comment that is replied to.
    #[prop(optional)]
    parent: Option<MessageId>,
) -> impl IntoView {
    let action = action(talk.place);
    let state = FormState::of(&action);
    let mine = state.typed("parent").unwrap_or_default() == parent.map(|id| id.to_string()).unwrap_or_default();
    let typed = state.typed("content").filter(|_| mine).unwrap_or_default();
    let refused = state.error.get_untracked().filter(|_| mine).map(|error| error.to_string());

    let id = parent.map_or_else(|| "composer".to_owned(), |parent| format!("composer-{parent}"));
    let field = Field {
        talk,
        parent,
        form: NodeRef::new(),
        completion: Completion::new(talk.place, format!("{id}-people")),
        draft: DraftKeeper::new(talk.my_id(), talk.place, parent),
        length: RwSignal::new(typed.chars().count()),
        trouble: RwSignal::new(refused),
        typing_at: StoredValue::new(0),
    };
    let completion = field.completion;
    field.begin();

    let label = move || {
        talk.name.with(|name| match (parent, talk.is_room()) {
            (Some(_), _) => "Reply".to_owned(),
            (None, true) => format!("Message {name}"),
            (None, false) => "Write a comment".to_owned(),
        })
    };
    let (key, value) = (new_key().to_string(), typed);
    view! {
        <form class="composer" method="post" action=action node_ref=field.form on:submit=move |event| field.submit(&event)>
            <input type="hidden" name="client_id" value=key/>
            {parent.map(|parent| view! { <input type="hidden" name="parent" value=parent.to_string()/> })}
            <CompletionList completion choose=Callback::new(move |index| field.complete(Some(index)))/>
            {move || field.trouble.get().map(|words| view! { <p class="composer-trouble" role="alert">{words}</p> })}
            <div class="composer-box">
                <label class="visually-hidden" for=id.clone()>{move || label()}</label>
                <TextArea
                    name="content"
                    value
                    {..}
                    class="composer-text"
                    id=id
                    rows="1"
                    placeholder=label
                    autocomplete="off"
                    role=move || completion.is_open().then_some("combobox")
                    aria-autocomplete="list"
                    aria-expanded=move || completion.is_open().then_some("true")
                    aria-controls=move || completion.list_id()
                    aria-activedescendant=move || completion.active_id()
                    on:input=move |_| field.changed()
                    on:compositionend=move |_| field.follow()
                    on:keydown=move |event| field.key(&event)
                    on:keyup=move |event| field.moved(&event)
                    on:click=move |_| field.follow()
                    on:blur=move |_| field.left()
                />
                <button class="composer-send" type="submit">
                    <Icon sign=Sign::Send/>
                    <span class="visually-hidden">{if talk.is_room() { "Send" } else { "Post" }}</span>
                </button>
            </div>
            {count(field.length)}
            {parent.map(|_| view! {
                <p class="composer-foot">
                    <button class="button button-small button-quiet" type="button" on:click=move |_| talk.replying.set(None)>
                        "Cancel"
                    </button>
                </p>
            })}
        </form>
    }
}

/// How much of the limit is used, near it.
fn count(length: RwSignal<usize>) -> impl IntoView {
    let shown = Memo::new(move |_| Some(length.get()).filter(|length| *length > COUNT_FROM));
    live(move || {
        let over = shown.get().is_some_and(|length| length > limits::MESSAGE);
        shown.get().map(|length| {
            view! {
                <p class="composer-count" class:composer-over=over role="status">
                    {length} " of " {limits::MESSAGE} " characters"
                </p>
            }
        })
    })
}

/// Where the plain form posts to.
fn action(place: Stream) -> String {
    match place {
        Stream::Task(id) => format!("/messaging/task/{id}/comments/"),
        Stream::Room(id) => format!("/messaging/room/{id}/send/"),
        Stream::Thread(id) => format!("/messaging/message/{id}/replies/"),
        Stream::Board(_) | Stream::User(_) => String::new(),
    }
}

impl Field {
    /// In the browser: what was typed before the script came stays; else the draft comes back.
    fn begin(self) {
        Effect::new(move |_| {
            let Some(text) = self.text() else { return };
            if text.value().is_empty()
                && let Some(draft) = self.draft.kept()
            {
                text.set_value(&draft);
            }
            self.measure(&text);
            if self.parent.is_some() {
                // Fails on an element that is gone only.
                let _ = text.focus();
            }
        });
        Effect::new(move |_| {
            let changed = window_event_listener(leptos::ev::storage, move |event| {
                if self.draft.is(event.key().as_deref()) {
                    self.written_elsewhere();
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

    /// The draft was changed on another tab: it is so here too, unless somebody writes here.
    fn written_elsewhere(self) {
        let Some(text) = self.text() else { return };
        let draft = self.draft.kept().unwrap_or_default();
        let here = document().active_element().is_some_and(|active| active == **text)
            && document().has_focus().unwrap_or(false);
        if text.value() != draft && (!here || text.value().is_empty()) {
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

    fn changed(self) {
        let Some(text) = self.text() else { return };
        self.trouble.set(None);
        self.measure(&text);
        self.draft.keep(&text.value());
        self.tell(!text.value().trim().is_empty());
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
    fn follow(self) {
        let Some(text) = self.text() else { return };
        let (start, end) = (text.selection_start().ok().flatten(), text.selection_end().ok().flatten());
        match (start, end) {
            (Some(start), Some(end)) if start == end => self.completion.follow(&text.value(), start as usize),
            _ => self.completion.close(),
        }
    }

    fn left(self) {
        if !self.talk.is_over() {
            self.completion.close();
        }
    }

    fn moved(self, event: &KeyboardEvent) {
        if matches!(event.key().as_str(), "ArrowLeft" | "ArrowRight" | "Home" | "End") {
            self.follow();
        }
    }

    fn key(self, event: &KeyboardEvent) {
        // An input method is at work: its Enter, arrows and Escape are its own. Safari says so by
        // the key code alone.
        if event.is_composing() || event.key_code() == 229 {
            return;
        }
        if self.talk.is_over() {
            return;
        }
        let open = untrack(|| self.completion.is_open());
        match event.key().as_str() {
            "ArrowDown" if open => self.completion.step(1),
            "ArrowUp" if open => self.completion.step(-1),
            "Escape" if open => {
                self.completion.dismiss();
                event.stop_propagation();
            }
            "Enter" | "Tab" if open && !event.shift_key() => self.complete(None),
            "Escape" if self.parent.is_some() => {
                self.talk.replying.set(None);
                event.stop_propagation();
            }
            "Enter" if !event.shift_key() && !event.alt_key() => self.send(),
            _ => return,
        }
        event.prevent_default();
    }

    fn complete(self, index: Option<usize>) {
        let Some(text) = self.text() else { return };
        let caret = text.selection_start().ok().flatten().unwrap_or_default() as usize;
        if let Some((value, caret)) = self.completion.accept(&text.value(), caret, index) {
            text.set_value(&value);
            let caret = u32::try_from(caret).unwrap_or(u32::MAX);
            // Fails on other kinds of inputs only.
            let _ = text.set_selection_range(caret, caret);
            self.changed();
        }
    }

    fn submit(self, event: &SubmitEvent) {
        event.prevent_default();
        self.send();
    }

    fn send(self) {
        let Some(field) = self.text() else { return };
        let typed = field.value();
        if typed.trim().is_empty() {
            return;
        }
        match text::message(&typed) {
            Err(error) => self.trouble.set(Some(error.to_string())),
            Ok(content) => {
                self.talk.send(content, self.parent);
                field.set_value("");
                self.changed();
                if self.parent.is_some() {
                    self.talk.replying.set(None);
                } else {
                    let _ = field.focus();
                }
            }
        }
    }
}
