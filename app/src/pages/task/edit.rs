//! Editing a task's title and description.

mod fields;
mod saving;
mod unsaved;

use std::time::Duration;

use leptos::{
    ev::{Event, FocusEvent, KeyboardEvent, MouseEvent},
    html,
    prelude::*,
    task::spawn_local,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlElement, HtmlFormElement},
};
use protocol::{Error, Merged, Task, TaskId, TaskText, limits, page::PageQuery};

use super::{Facts, Loaded, writing::DescriptionField};
use crate::{
    api::{ApiError, load_page},
    clock,
    conversation::{Talk, preview_button},
    pages::board::Cards,
    ui::{Field, Form, FormState, Icon, Sign, Submission, effect, focus, new_key, open_to_write, when},
};
use fields::Fields;
use saving::{Saving, save};
use unsaved::{Begun, Unsaved};

/// So long after the last key somebody still counts as editing, in milliseconds: one stops to think.
const THINKS_MS: i64 = 60_000;
/// What could not be saved is tried again after so long.
const AGAIN: Duration = Duration::from_secs(5);

/// A form behind "Edit". Others see that it is being filled in. It saves itself when it is left, not sooner: who is
/// mentioned in a text is told of it at once, which half a name should not do. What is written is kept until it is
/// saved. When somebody else was first, what both changed is shown and nothing is lost.
#[component]
pub fn EditTask(facts: Facts, talk: Talk) -> impl IntoView {
    let task = facts.task;
    let cards = use_context::<Cards>();
    let id = task.with_untracked(|task| task.card.id);
    let action = format!("/tasks/{id}/edit/");
    let state = FormState::of(&action);
    let error = state.error;
    let returned = state.returned();
    let open = RwSignal::new(returned);
    let details = NodeRef::<html::Details>::new();
    let unsaved = Unsaved::new(talk.my_id(), id);

    let begun = RwSignal::new(task.with_untracked(Begun::of));
    // What the fields are drawn with, and what stands in them now.
    let drawn = RwSignal::new(begun.with_untracked(|begun| begun.text.clone()));
    let fields = move || details.try_get_untracked().flatten().and_then(|details| Fields::of(&details));
    let written = move || fields().map(|fields| fields.text());
    // Does the form hold what was left unsaved before it was opened?
    let back = RwSignal::new(false);
    // What both changed. Without script it isn't known.
    let clash = RwSignal::new(Clash { title: true, description: true });

    // What the form begins with, until somebody edits: what was not saved, else the newest text.
    let begin = move |newest: Begun| {
        let (from, text) = match unsaved.read() {
            Some(edit) => {
                let merged = edit.begun.text.merged(&edit.text, &newest.text);
                // What both changed is told when it is saved.
                let from = if merged.clashes() { edit.begun } else { newest };
                unsaved.keep(from.clone(), merged.text.clone());
                (from, merged.text)
            }
            None => (newest.clone(), newest.text),
        };
        begun.set(from);
        // What was typed into a field shows whatever it is drawn with.
        if let Some(fields) = fields() {
            fields.put(&text);
        }
        drawn.set(text);
    };
    effect(move |ran: Option<()>| {
        let newest = task.with(Begun::of);
        let stale = begun.with_untracked(|begun| begun.version != newest.version);
        if !open.get() && (stale || ran.is_none() && unsaved.read().is_some()) {
            begin(newest);
        }
    });

    // While the form is open, and somebody at it.
    let typed = StoredValue::new(0_i64);
    effect(move |_| {
        if !open.get() {
            return;
        }
        let say = move || {
            if typed.try_get_value().is_some_and(|typed| clock::now() - typed <= THINKS_MS) {
                talk.editing(true);
            }
        };
        typed.set_value(clock::now());
        say();
        let timer = set_interval_with_handle(say, Duration::from_secs(limits::TYPING_RESEND_S.into()));
        on_cleanup(move || {
            if let Ok(timer) = timer {
                timer.clear();
            }
            talk.editing(false);
        });
    });

    // Gives the fields what they are to hold now, without taking the caret out of the others. Where both changed
    // something, that is said.
    let put = move |from: Begun, merged: Merged| {
        if let Some(fields) = fields() {
            fields.put(&merged.text);
        }
        clash.set(Clash { title: merged.title_clashes, description: merged.description_clashes });
        unsaved.keep(from.clone(), merged.text);
        begun.set(from);
    };
    let saving = Saving::default();
    let said = RwSignal::new("");
    let submit = move || {
        let details = details.try_get_untracked().flatten();
        let form = details.and_then(|details| details.query_selector("form").ok().flatten());
        if let Some(form) = form.and_then(|form| form.dyn_into::<HtmlFormElement>().ok()) {
            // Refused only for a button that is not the form's.
            let _submitted = form.request_submit();
        }
    };
    // Who was in the form is at its button then.
    let shut = move || {
        let details = details.try_get_untracked().flatten();
        let inside = details.filter(|details| details.contains(document().active_element().as_deref()));
        open.set(false);
        let summary = inside.and_then(|details| details.first_element_child());
        if let Some(summary) = summary.and_then(|summary| summary.dyn_into::<HtmlElement>().ok()) {
            focus(&summary);
        }
    };
    let submitted = Callback::new(move |form: Submission| {
        let Some(stays) = saving.begin() else { return };
        let sent = TaskText { title: form.text("title").trim().to_owned(), description: form.text("description") };
        let from = begun.get_untracked();
        let unheard = saving.unheard();
        spawn_local(async move {
            let answer = save(form.key(), id, from.clone(), sent.clone(), unheard).await;
            if let Ok((saved, stored)) = &answer {
                unsaved.saved(&sent, stored, saved);
            }
            if open.is_disposed() {
                return;
            }
            let lost = matches!(answer, Err((Error::Unavailable, _))).then(|| sent.clone());
            let again = saving.end(lost);
            let now = written().unwrap_or_else(|| sent.clone());
            match answer {
                Ok((saved, stored)) => {
                    let from = Begun::of(&saved);
                    if let Some(cards) = cards {
                        cards.put(saved.card.clone());
                    }
                    facts.put(saved);
                    back.set(false);
                    if now == sent && !stays {
                        form.done();
                        shut();
                        drawn.set(from.text.clone());
                        begun.set(from);
                    } else {
                        // Somebody writes on.
                        let merged = sent.merged(&now, &stored);
                        let clashes = merged.clashes();
                        form.kept();
                        put(from, merged);
                        if clashes {
                            form.refused(Error::conflict(
                                "Somebody else changed this task too. Look again, then save.",
                            ));
                        } else {
                            said.set("Saved.");
                            if let Some(stays) = again {
                                saving.ask(stays);
                                submit();
                            }
                        }
                    }
                }
                Err((failed, newest)) => {
                    if failed != Error::Unavailable {
                        // Where it was closed meanwhile, it is said there.
                        open.set(true);
                    }
                    form.refused(failed);
                    if let Some(newest) = newest {
                        let merged = from.text.merged(&now, &TaskText::of(&newest));
                        if !merged.clashes() {
                            form.kept();
                        }
                        put(Begun::of(&newest), merged);
                        facts.put(newest);
                    }
                }
            }
        });
    });
    let discard = move |()| {
        unsaved.forget();
        back.set(false);
        error.set(None);
        begin(task.with_untracked(Begun::of));
        // Once it is drawn.
        request_animation_frame(move || {
            if let Some(fields) = fields() {
                focus(&fields.title);
            }
        });
    };
    let conflict = move || error.with(|error| matches!(error, Some(Error::Conflict { .. })));
    // What both changed is saved by the button alone, by who has seen it.
    let save_changes = move |stays| {
        let changed = written().filter(|text| begun.with_untracked(|begun| begun.text != *text));
        let saves = changed.is_some_and(|text| !text.title.is_empty()) && !untrack(conflict);
        if saves {
            saving.ask(stays);
            submit();
        }
        saves
    };
    // What could not be saved for want of a server is tried again until it is.
    effect(move |_| {
        if error.with(|error| *error == Some(Error::Unavailable)) {
            let again = move || {
                save_changes(true);
            };
            let timer = set_timeout_with_handle(again, AGAIN);
            on_cleanup(move || {
                if let Ok(timer) = timer {
                    timer.clear();
                }
            });
        }
    });
    let toggled = move |event: Event| {
        let now = is_open(&event);
        if now && !open.get_untracked() {
            back.set(unsaved.read().is_some());
        }
        if open.get_untracked() && !now {
            save_changes(false);
        }
        open.set(now);
    };
    let input = move |_| {
        typed.set_value(clock::now());
        said.set("");
        if let Some(text) = written() {
            unsaved.keep(begun.get_untracked(), text);
        }
    };
    // Who leaves for a button of the form is still at it, and so is who looks into another window.
    let left = move |event: FocusEvent| {
        let to = event.related_target().and_then(|target| target.dyn_into::<Element>().ok());
        let details = details.try_get_untracked().flatten();
        let still = to.is_some_and(|to| details.is_some_and(|details| details.contains(Some(&to))));
        if open.try_get_untracked() == Some(true) && !still && document().has_focus().unwrap_or(true) {
            save_changes(true);
        }
    };
    // A button that is clicked leaves the focus where it is: not every browser would say that it went there.
    let pressed = move |event: MouseEvent| {
        let on = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        if on.is_some_and(|on| on.closest("button").ok().flatten().is_some()) {
            event.prevent_default();
        }
    };
    // Who goes back has not left the form.
    effect(move |_| {
        on_cleanup(move || {
            let changed = written().zip(begun.try_get_untracked()).filter(|(text, begun)| begun.text != *text);
            let clear = open.try_get_untracked() == Some(true)
                && error.try_with_untracked(Option::is_none).unwrap_or(false)
                && saving.rests();
            if let Some((text, from)) = changed.filter(|(text, _)| clear && !text.title.is_empty()) {
                spawn_local(async move {
                    if let Ok((saved, stored)) = save(new_key(), id, from, text.clone(), None).await {
                        unsaved.saved(&text, &stored, &saved);
                    }
                });
            }
        });
    });
    // Escape leaves the form, with what was changed saved; the task around it stays open either way.
    let key = move |event: KeyboardEvent| {
        if event.key() != "Escape" || event.default_prevented() || !open.get_untracked() {
            return;
        }
        event.prevent_default();
        if written().is_some_and(|text| begun.with_untracked(|begun| begun.text == text)) {
            shut();
        } else {
            save_changes(false);
        }
    };
    view! {
        <details
            class="task-edit"
            node_ref=details
            prop:open=open
            open=returned
            on:toggle=toggled
            on:input=input
            on:focusout=left
            on:mousedown=pressed
            on:keydown=key
        >
            <summary class="button button-small" on:click=open_to_write><Icon sign=Sign::Pencil/> "Edit"</summary>
            {move || {
                let TaskText { title, description } = drawn.get();
                let (action, state) = (action.clone(), state.clone());
                view! {
                    <Form action state on_submit=submitted>
                        {when(move || back.get(), move || view! { <Back discard=Callback::new(discard)/> })}
                        {when(conflict, move || view! { <Theirs task clash/> })}
                        <input type="hidden" name="version" value=move || begun.with(|begun| begun.version.to_string())/>
                        <Field name="title" label="Title" value=title max=limits::TASK_TITLE/>
                        <DescriptionField task=id value=description/>
                        <div class="form-buttons">
                            <button class="button button-primary" type="submit">"Save"</button>
                            {preview_button()}
                            <span class="task-more-words" role="status">{said}</span>
                        </div>
                    </Form>
                }
            }}
        </details>
    }
}

/// Says that what was not saved is here again.
#[component]
fn Back(discard: Callback<()>) -> impl IntoView {
    view! {
        <p class="page-text" role="status">
            "Your unsaved text is back. "
            <button class="button button-small" type="button" on:click=move |_| discard.run(())>"Discard it"</button>
        </p>
    }
}

/// What both changed since the edit began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Clash {
    title: bool,
    description: bool,
}

/// The text that somebody else saved meanwhile.
#[component]
fn Theirs(task: RwSignal<Task>, clash: RwSignal<Clash>) -> impl IntoView {
    view! {
        <div class="task-theirs">
            <p class="page-text">"What stands there now:"</p>
            {when(
                move || clash.get().title,
                move || view! { <p class="task-theirs-title">{move || task.with(|task| task.card.title.clone())}</p> },
            )}
            {when(
                move || clash.get().description,
                move || view! { <pre class="task-theirs-text">{move || task.with(|task| task.description.clone())}</pre> },
            )}
        </div>
    }
}

/// Opens the form with the caret in a field, for a click on what the field holds, unless that was to select something.
pub fn open(field: &str) {
    if document().get_selection().ok().flatten().is_some_and(|selection| !selection.is_collapsed()) {
        return;
    }
    let find = |selector: &str| document().query_selector(selector).ok().flatten()?.dyn_into::<HtmlElement>().ok();
    if let Some(closed) = find(".task-edit:not([open]) > summary") {
        closed.click();
    }
    if let Some(field) = find(&format!(".task-edit [name={field}]")) {
        focus(&field);
    }
}

/// Is the `<details>` that was toggled open now?
pub fn is_open(event: &Event) -> bool {
    let details = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    details.is_some_and(|details| details.has_attribute("open"))
}

/// The task as it is now.
pub(super) async fn newest(task: TaskId) -> Result<Task, ApiError> {
    let page: Loaded = load_page(PageQuery::Task { task, before: None, at: None, refs: None }).await?.read()?;
    Ok(page.0.task)
}
