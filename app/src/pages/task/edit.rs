//! Editing a task's title and description.

use std::time::Duration;

use leptos::{ev::Event, prelude::*, task::spawn_local, wasm_bindgen::JsCast, web_sys::Element};
use protocol::{Error, Task, TaskId, limits, page::PageQuery};

use super::{Facts, Loaded, writing::DescriptionField};
use crate::{
    api::{ApiError, edit_task, load_page},
    clock,
    conversation::{Talk, preview_button},
    pages::board::Cards,
    ui::{Field, Form, FormState, Icon, Sign, Submission, effect, when},
};

/// So long after the last key somebody still counts as editing, in milliseconds: one stops to think.
const THINKS_MS: i64 = 60_000;

/// A form behind "Edit". Others see that it is being filled in. When somebody else was first, both texts are
/// shown and nothing is lost.
#[component]
pub fn EditTask(facts: Facts, talk: Talk, editing: Memo<String>) -> impl IntoView {
    let task = facts.task;
    let cards = use_context::<Cards>();
    let action = task.with_untracked(|task| format!("/tasks/{}/edit/", task.card.id));
    let state = FormState::of(&action);
    let error = state.error;
    let returned = state.returned();
    let open = RwSignal::new(returned);

    // What the form begins with: the newest text, until somebody edits.
    let begun = RwSignal::new(task.get_untracked());
    effect(move |_| {
        let newest = task.get();
        if !open.get() && begun.with_untracked(|begun| begun.version != newest.version) {
            begun.set(newest);
        }
    });
    let version = RwSignal::new(begun.with_untracked(|task| task.version));
    effect(move |_| version.set(begun.with(|task| task.version)));

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

    let save = Callback::new(move |form: Submission| {
        spawn_local(async move {
            let id = task.with_untracked(|task| task.card.id);
            let edit = edit_task(form.key(), id, form.text("title"), form.text("description"), version.get_untracked());
            match edit.await {
                Ok(saved) => {
                    if let Some(cards) = cards {
                        cards.put(saved.card.clone());
                    }
                    open.set(false);
                    facts.put(saved);
                    form.done();
                }
                Err(failed) => {
                    let conflict = matches!(failed.0, Error::Conflict { .. });
                    form.refused(failed.0);
                    if conflict && let Ok(newest) = newest(id).await {
                        version.set(newest.version);
                        facts.put(newest);
                    }
                }
            }
        });
    });
    let conflict = move || error.with(|error| matches!(error, Some(Error::Conflict { .. })));
    view! {
        <details
            class="task-edit"
            prop:open=open
            open=returned
            on:toggle=move |event| open.set(is_open(&event))
            on:input=move |_| typed.set_value(clock::now())
        >
            <summary class="button"><Icon sign=Sign::Pencil/> "Edit"</summary>
            {move || {
                let begun = begun.get();
                let (action, state) = (action.clone(), state.clone());
                view! {
                    <Form action state on_submit=save>
                        {when(conflict, move || view! { <Theirs task/> })}
                        <p class="task-editing">{editing}</p>
                        <input type="hidden" name="version" value=begun.version.to_string()/>
                        <Field name="title" label="Title" value=begun.card.title max=limits::TASK_TITLE/>
                        <DescriptionField task=begun.card.id value=begun.description/>
                        <div class="form-buttons">
                            <button class="button button-primary" type="submit">"Save"</button>
                            {preview_button()}
                        </div>
                    </Form>
                }
            }}
        </details>
    }
}

/// The text that somebody else saved meanwhile.
#[component]
fn Theirs(task: RwSignal<Task>) -> impl IntoView {
    view! {
        <div class="task-theirs">
            <p class="page-text">"What stands there now:"</p>
            <p class="task-theirs-title">{move || task.with(|task| task.card.title.clone())}</p>
            <pre class="task-theirs-text">{move || task.with(|task| task.description.clone())}</pre>
        </div>
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
