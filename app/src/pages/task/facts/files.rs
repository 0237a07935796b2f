//! The files of a task: chosen, pasted or dropped there, and had by everybody who sees the task.

use std::time::Duration;

use leptos::{
    ev::MouseEvent,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{HtmlElement, HtmlInputElement},
};
use protocol::{Attachment, Error, FileId, TaskChange, TaskFile, limits};

use super::Facts;
use crate::{
    clock,
    ui::{Form, FormState, Icon, Moment, Picker, Sign, Submission, list, live, when},
    uploads::Uploads,
};

/// The list with a button that adds to it; nothing for who only reads where there is none.
#[component]
pub fn TaskFiles(facts: Facts, writes: bool) -> impl IntoView {
    let count = move || facts.files.with(Vec::len);
    let trouble = RwSignal::new(None);
    let uploads = Uploads::new(trouble);
    let refused = Callback::new(move |error: Error| {
        trouble.try_set(Some(error.to_string()));
    });
    uploads.each(move |file: Attachment| facts.change_or(TaskChange::AttachFile(file.id), Some(refused)));
    let removed: Removed = RwSignal::default();
    let undo = move |(id, name): (FileId, String)| {
        let back = move |_| {
            removed.update(|removed| removed.retain(|(of, _)| *of != id));
            facts.change_or(TaskChange::PutFileBack(id), Some(refused));
        };
        view! {
            <p class="task-files-undo">
                <span class="task-files-gone">"“" <bdi>{name}</bdi> "” was removed."</span>
                <button class="button button-small" type="button" on:click=back>"Undo"</button>
            </p>
        }
    };
    view! {
        {when(
            move || writes || count() > 0,
            move || {
                view! {
                    // It can have the focus, so that something can be pasted there.
                    <section
                        class="task-files"
                        aria-label="Attached files"
                        tabindex="-1"
                        on:dragover=move |event| uploads.dragged(&event, writes)
                        on:drop=move |event| uploads.dropped(&event, writes)
                        on:paste=move |event| uploads.pasted(&event, writes)
                    >
                        <h2 class="section-title">"Files"</h2>
                        <ul class="task-files-list">
                            {list(move || facts.files.get(), |file| file.file.id, move |file| row(facts, removed, writes, file))}
                        </ul>
                        <div role="status">{list(move || removed.get(), |(id, _)| *id, undo)}</div>
                        {uploads.chips("Files on their way")}
                        {live(move || trouble.get().map(|words| view! { <p class="form-error" role="alert">{words}</p> }))}
                        {writes.then(|| view! { <AddFiles facts uploads/> })}
                    </section>
                }
            },
        )}
    }
}

/// What was just removed and can be put back, by name.
type Removed = RwSignal<Vec<(FileId, String)>>;

/// What opens the browser's own choice of files; without script a form with the plain input.
#[component]
fn AddFiles(facts: Facts, uploads: Uploads) -> impl IntoView {
    let id = facts.task.with_untracked(|task| task.card.id);
    let chosen = move |event: leptos::ev::Event| {
        let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        uploads.take_up(input.and_then(|input| input.form()));
    };
    view! {
        <Form action=format!("/tasks/{id}/files/") file=true class="task-files-add">
            <input
                class="composer-files-input"
                type="file"
                name="file"
                multiple=true
                id="task-files"
                aria-label="Attach files"
                on:change=chosen
            />
            <label class="button button-small" for="task-files"><Icon sign=Sign::Clip/> "Attach files"</label>
            <button class="button button-small task-files-send" type="submit">"Attach files"</button>
        </Form>
    }
}

/// A file: what it looks like, what it is called, of what size, by whom, since when.
fn row(facts: Facts, removed: Removed, writes: bool, TaskFile { file, by, at, .. }: TaskFile) -> impl IntoView {
    let (id, name) = (file.id, file.name.clone());
    let clock =
        facts.clocks.with_value(|clocks| clocks.iter().find(|(of, _)| *of == id).map(|(_, clock)| clock.clone()));
    let clock = clock.unwrap_or_else(|| clock::local(at));
    let by = by.map_or_else(|| "a former member".to_owned(), |person| person.display_name);
    let is_cover = Signal::derive(move || facts.card.with(|card| card.cover == Some(id)));
    let is_picture = file.picture.is_some();
    let look = if is_picture {
        view! {
            <img class="task-file-look" src=file.small() alt="" width="48" height="36" loading="lazy" decoding="async"/>
        }
        .into_any()
    } else {
        view! { <span class="task-file-look"><Icon sign=Sign::File/></span> }.into_any()
    };
    let download = is_picture.then(|| {
        view! {
            <a
                class="button button-quiet button-icon"
                href=file.address()
                rel="external"
                download=name.clone()
                aria-label=format!("Download {name}")
            >
                <Icon sign=Sign::Download/>
            </a>
        }
    });
    view! {
        <li class="task-file">
            // Not a page of the client.
            <a
                class="task-file-link"
                href=file.address()
                rel="external"
                target=is_picture.then_some("_blank")
                download=(!is_picture).then(|| name.clone())
                title=is_picture.then(|| name.clone())
                data-picture=is_picture.then(|| file.size_in_words())
            >
                {look}
                <bdi class="file-name">{name.clone()}</bdi>
                " "
                <span class="task-file-facts">
                    {file.size_in_words()} " by " {by} ", " <Moment clock/>
                    {when(move || is_cover.get(), || view! { " " <span class="tag">"Cover"</span> })}
                </span>
            </a>
            {download}
            {writes.then(|| view! { <EditFile facts removed file=file.clone() is_cover/> })}
        </li>
    }
}

/// The picture of the card, or away with it.
#[component]
fn EditFile(facts: Facts, removed: Removed, file: Attachment, is_cover: Signal<bool>) -> impl IntoView {
    let (task, id, name) = (facts.task.with_untracked(|task| task.card.id), file.id, file.name.clone());
    let at_remove = format!("/tasks/{task}/files/{id}/remove/");
    let refused = FormState::of(&at_remove).refused();
    let take = move |name: String| {
        facts.change(TaskChange::RemoveFile(id));
        removed.update(|removed| removed.push((id, name)));
        let over = Duration::from_secs(limits::UNDO_S.unsigned_abs());
        set_timeout(
            move || {
                removed.try_update(|removed| removed.retain(|(of, _)| *of != id));
            },
            over,
        );
        // What had the focus is gone.
        request_animation_frame(|| {
            let undo = document().query_selector(".task-files-undo:last-child > button").ok().flatten();
            if let Some(undo) = undo.and_then(|undo| undo.dyn_into::<HtmlElement>().ok()) {
                // Refused only for what can't have the focus.
                let _focused = undo.focus();
            }
        });
    };
    let at_once = {
        let name = name.clone();
        // It can be undone, so nobody is asked.
        move |event: MouseEvent| {
            event.prevent_default();
            take(name.clone());
        }
    };
    let named = name.clone();
    let remove = Callback::new(move |_: Submission| take(named.clone()));
    let cover = Callback::new(move |_: Submission| {
        facts.change(TaskChange::Cover((!is_cover.get_untracked()).then_some(id)));
    });
    let words = view! {
        <span class="visually-hidden">{name}</span>
        <Icon sign=Sign::More/>
    };
    view! {
        <Picker label="Change" class="picker-item" value=words.into_any() open=refused>
            {file
                .picture
                .map(|_| {
                    view! {
                        <Form action=format!("/tasks/{task}/cover/") class="form-inline" on_submit=cover>
                            <input
                                type="hidden"
                                name="file"
                                value=move || if is_cover.get() { String::new() } else { id.to_string() }
                            />
                            <button class="button button-small" type="submit">
                                {move || if is_cover.get() { "Remove cover" } else { "Make cover" }}
                            </button>
                        </Form>
                    }
                })}
            <details class="confirm">
                <summary class="button button-small button-quiet" on:click=at_once><Icon sign=Sign::Trash/> "Remove"</summary>
                <Form action=at_remove class="confirm-form" on_submit=remove>
                    <p class="task-more-words">"Everybody who sees the task loses the file."</p>
                    <button class="button button-small button-danger" type="submit">"Remove the file"</button>
                </Form>
            </details>
        </Picker>
    }
}
